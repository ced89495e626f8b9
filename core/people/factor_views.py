"""The pages of the second factor, and signing in again before what is dangerous."""

import json
from urllib.parse import urlsplit

from flask import current_app, redirect, render_template, request, session, url_for

from core.errors import Refused
from core.language import _
from core.people import accounts, second_factor, sessions
from core.people.forms import AgainForm, CodeForm, FactorForm
from core.people.views import pages
from core.policy import standing_seats
from core.web.frame import back_to, own_path, public, route, say


@pages.route("/sign-in/code", methods=["GET", "POST"])
@public("the second half of the door: it asks who has given the right password", limit="code")
def code(ctx):
    row = session.row
    if row is None or not row.needs_code:
        return redirect(url_for("people.sign_in_page"), 303)
    form = CodeForm()
    if request.method == "POST" and form.validate():
        try:
            second_factor.prove(ctx, row.person, form.code.data, request.remote_addr or "")
            target = own_path(session.get("next"))
            sessions.start(session, row.person)
            return back_to(target or url_for("coalitions.home"))
        except Refused as error:
            form.refuse(error, "code")
    return render_template("people/code.html", form=form), 422 if form.errors else 200


@pages.route("/sign-in-again", methods=["GET", "POST"])
@route("people.account", limit="sign-in-again")
def sign_in_again(ctx):
    form, kept = AgainForm(person=ctx.person), request.form.get("kept", "")
    if request.method == "POST" and form.validate():
        try:
            accounts.sign_in_again(ctx, *form.given, request.remote_addr or "")
            sessions.renew(session)
            return _onwards(kept)
        except Refused as error:
            form.refuse(error)
    return render_template("people/sign_in_again.html", form=form, kept=kept, had_files=False), \
        422 if form.errors else 200


def _onwards(kept):
    """Back to the page that asked; or, with the form that was sent to it, to one button that sends it again."""
    address, fields = _read(kept)
    if address is None:
        return back_to(own_path(session.pop("again", None)) or url_for("coalitions.home"))
    return render_template("people/send_again.html", address=address, fields=fields)


def _read(kept):
    """(own address, fields) of the form that was kept; (None, []) where there is none, or nonsense."""
    try:
        read = json.loads(kept)
        fields = [(str(name), str(value)) for name, value in read["fields"]]
        return own_path(read["to"]), fields
    except (ValueError, TypeError, KeyError, AttributeError):
        return None, []


@pages.route("/account/second-factor", methods=["GET", "POST"], endpoint="second_factor")
@route("people.second_factor", fresh=True, limit="code")
def second_factor_page(ctx):
    if ctx.person.has_second_factor and request.method == "GET" and "another" not in request.args:
        needed = second_factor.must_have(ctx.person, standing_seats(ctx.person))
        return render_template(
            "people/second_factor.html", codes=_codes_shown_once(), left=second_factor.codes_left(ctx.person),
            is_needed=needed, another_url=url_for("people.second_factor", another="yes"),
            new_codes_url=url_for("people.new_recovery_codes"), remove_url=url_for("people.remove_second_factor"),
            onwards=own_path(session.get("next")) or url_for("coalitions.home"), back=url_for("people.account"))
    return _set_up(ctx)


def _set_up(ctx):
    secret = session.pop("factor", None) or second_factor.new_secret()
    form = FactorForm()
    if request.method == "POST" and form.validate():
        try:
            codes, target = second_factor.set_up(ctx, secret, form.code.data), session.get("next")
            sessions.go_on(session)
            session["next"] = target
            _show_codes(codes)
            say(_("Your second factor is set up. You are signed out everywhere else."))
            return back_to("people.second_factor")
        except Refused as error:
            form.refuse(error, "code")
    session["factor"] = secret      # the same after a mistake, or the app would have to read anew
    address = second_factor.address_for_app(secret, urlsplit(current_app.settings.address).hostname or "localhost")
    must = second_factor.must_have(ctx.person, standing_seats(ctx.person)) and not ctx.person.has_second_factor
    return render_template("people/set_up_factor.html", form=form, picture=second_factor.picture(address),
                           secret=_in_fours(secret), app_url=address, is_needed=must,
                           back="" if must else url_for("people.account")), 422 if form.errors else 200


def _in_fours(secret):
    return " ".join(secret[at:at + 4] for at in range(0, len(secret), 4))


def _show_codes(codes):
    session["codes"] = codes


def _codes_shown_once():
    return session.pop("codes", [])


@pages.post("/account/second-factor/codes")
@route("people.second_factor", fresh=True)
def new_recovery_codes(ctx):
    if not ctx.person.has_second_factor:
        return back_to("people.second_factor")
    _show_codes(second_factor.new_recovery_codes(ctx))
    say(_("You have new recovery codes. The old ones open nothing any more."))
    return back_to("people.second_factor")


@pages.post("/account/second-factor/remove")
@route("people.second_factor", fresh=True)
def remove_second_factor(ctx):
    second_factor.remove(ctx)
    say(_("Your second factor is gone. Your password alone opens your account now."))
    return back_to("people.account")
