"""The door, one-time links, and one's own account."""

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session, url_for

from core.errors import NotThere, Refused
from core.language import _, format_moment
from core.people import accounts, passwords, sessions
from core.people.forms import AccountForm, FirstSetUpForm, PasswordForm, ResetForm, SetUpForm, SignInForm
from core.people.labels import address_of, name_in, zone_of
from core.people.models import WebSession
from core.web.frame import back_to, own_path, public, route, say

pages = Blueprint("people", __name__)


@pages.route("/sign-in", methods=["GET", "POST"])
@public("the door itself", limit="sign-in")
def sign_in_page(ctx):
    form = SignInForm()
    if request.method == "GET" or not form.validate():
        return render_template("people/sign_in.html", form=form, kept=False), 422 if form.errors else 200
    try:
        person = accounts.sign_in(ctx, form.address.data, form.password.data, request.remote_addr or "")
    except Refused as error:
        form.refuse(error)
        return render_template("people/sign_in.html", form=form, kept=False), 422
    target = own_path(session.get("next"))
    sessions.start(session, person, needs_code=person.has_second_factor)
    if person.has_second_factor:
        session.update(next=target, locale=person.locale)
        return back_to("people.code")
    return back_to(target or url_for("coalitions.home"))


@pages.post("/sign-out")
@public("whoever has a session may end it")
def sign_out(ctx):
    sessions.end(session)
    return _forgotten(redirect(url_for("people.sign_in_page"), 303))


def _forgotten(response):
    """Tell the browser to drop what it keeps of us; only HTTPS may."""
    if current_app.settings.is_secure:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.post("/leave")
@public("whoever has a session may end it")
def leave(ctx):
    """Leave at once: the session ends, and an empty page moves on to a neutral one. The device's history stays."""
    sessions.end(session)
    return _forgotten(make_response(render_template("web/left.html", url=current_app.settings.neutral_page or "/")))


@pages.post("/language")
@public("a visitor may choose the language of the door")
def language(ctx):
    chosen = request.form.get("language")
    if chosen in current_app.settings.languages:
        if ctx.person is not None:
            accounts.change_language(ctx, chosen)
        else:
            session["locale"] = chosen
    return redirect(own_path(request.form.get("next")) or url_for("people.sign_in_page"), 303)


@pages.route("/set-up/<token>", methods=["GET", "POST"])
@public("a one-time link, opened with 256 random bits", limit="set-up")
def set_up(ctx, token):
    link = accounts.open_link(ctx, token)
    first = link.person is None
    until = format_moment(link.expires_at, "long")
    step = request.form.get("step")
    if step not in ("open", "save"):
        return render_template("people/set_up.html", form=None, offered="", first=first, until=until)
    form, offered = _set_up_form(ctx, link, request.form if step == "save" else None), _offered()
    if step == "save" and form.validate():
        try:
            person = _finish(ctx, link, form)
            sessions.start(session, person)
            return back_to("coalitions.new_coalition" if first else "coalitions.home")
        except Refused as error:
            form.refuse(error)
    return render_template("people/set_up.html", form=form, offered=offered, first=first, until=until,
                           address="" if "name" not in form or first else address_of(link.person)), \
        422 if form.errors else 200


def _offered():
    """Six words; when the form comes back, those that may be on paper already."""
    return request.form.get("offered", "")[:80] or passwords.offered_words()


def _set_up_form(ctx, link, sent):
    if link.person is None:
        return FirstSetUpForm(sent, locale=ctx.locale, zone=ctx.zone)
    if accounts.is_in_use(link.person):
        return ResetForm(sent, person=link.person)
    return SetUpForm(sent, locale=ctx.locale, zone=ctx.zone, name=name_in(link.person))


def _finish(ctx, link, form):
    if isinstance(form, ResetForm):
        return accounts.reset(ctx, link, form.password.data, form.code.data if "code" in form else "",
                              request.remote_addr or "")
    values = form.password.data, form.name.data, form.locale.data, form.zone.data
    if link.person is None:
        return accounts.set_up_first(ctx, link, form.address.data, *values)
    return accounts.set_up(ctx, link, *values)


@pages.route("/account", methods=["GET", "POST"])
@route("people.account")
def account(ctx):
    form = AccountForm(name=name_in(ctx.person), locale=ctx.person.locale, zone=zone_of(ctx.person))
    if request.method == "POST" and form.validate():
        try:
            accounts.change_account(ctx, form.name.data, form.locale.data, form.zone.data)
            say(_("Saved."))
            return back_to("people.account")
        except Refused as error:
            form.refuse(error)
    return render_template("people/account.html", form=form, version=ctx.person.version,
                           password_url=url_for("people.password"), sessions_url=url_for("people.my_sessions"),
                           notices_url=url_for("notices.choice"), factor_url=url_for("people.second_factor"),
                           erase_url=url_for("organisations.erase_account"),
                           has_factor=ctx.person.has_second_factor), 422 if form.errors else 200


@pages.route("/account/password", methods=["GET", "POST"])
@route("people.account", limit="password")
def password(ctx):
    form = PasswordForm()
    if request.method == "POST" and form.validate():
        try:
            accounts.change_password(ctx, form.old.data, form.new.data, request.remote_addr or "")
            sessions.go_on(session)
            say(_("The password is changed. You are signed out everywhere else."))
            return back_to("people.account")
        except Refused as error:
            form.refuse(error)
    return render_template("people/change_password.html", form=form, offered=_offered(),
                           address=address_of(ctx.person), back=url_for("people.account")), 422 if form.errors else 200


@pages.get("/account/sessions")
@route("people.account")
def my_sessions(ctx):
    rows = (WebSession.select().where(WebSession.person == ctx.person, ~WebSession.needs_code)
            .order_by(WebSession.used_at.desc()))
    shown = [{"uid": row.uid, "started": format_moment(row.started_at), "used": format_moment(row.used_at),
              "is_this": session.row is not None and row.id == session.row.id,
              "end_url": url_for("people.end_session", session_uid=row.uid)} for row in rows]
    return render_template("people/my_sessions.html", sessions=shown, end_all_url=url_for("people.end_all_sessions"),
                           back=url_for("people.account"))


@pages.post("/account/sessions/<session_uid>/end")
@route("people.account")
def end_session(ctx, session_uid):
    if not accounts.end_own_session(ctx, session_uid):
        raise NotThere(_("This session has ended already."))
    say(_("The session is ended."))
    return back_to("people.my_sessions")


@pages.post("/account/sessions/end-all")
@route("people.account")
def end_all_sessions(ctx):
    accounts.end_own_session(ctx, None)
    sessions.end(session)
    return back_to("people.sign_in_page")
