"""Invitations and applications: what coordinators do before an organisation has joined, and the page to ask on."""

from flask import current_app, render_template, request, url_for

from core import policy
from core.coalitions import applying, claims, joining
from core.coalitions.acting import decides_people
from core.coalitions.claim_views import drawn_offers, pages
from core.coalitions.forms import ApplicationForm, InvitationForm
from core.coalitions.models import Membership
from core.coalitions.one_time import show_once, shown_once
from core.errors import Refused
from core.language import _
from core.people.labels import labels, name_in
from core.web.frame import back_to, public, route, say


@pages.get("/c/<coalition>/invitations")
@route("coalition.invite")
def invitations(ctx):
    return _page(ctx, _form(ctx, None))


def _form(ctx, formdata):
    form = InvitationForm(formdata, locale=ctx.locale)
    form.offer(current_app.settings.languages, bool(current_app.settings.mail))
    return form


def _page(ctx, form, status=200):
    invited = joining.invited(ctx)
    named = labels(ctx, [membership for membership, _invitation in invited])
    decided = decides_people(ctx, [membership for membership, _invitation in invited])
    may_open = policy.allowed(ctx, "coalition.settings", ctx.coalition)
    return render_template(
        "coalitions/invitations.html", form=form, one_time=shown_once(),
        invited=[{"label": named[membership.id],
                  "link_url": url_for("invitations.link", uid=invitation.uid)
                  if invitation and membership.id in decided else "",
                  "withdraw_url": url_for("invitations.withdraw", uid=membership.uid)}
                 for membership, invitation in invited],
        offers=drawn_offers(ctx, claims.waiting(ctx)),
        applications={"is_open": ctx.coalition.takes_applications, "count": joining.applications_count(ctx),
                      "url": url_for("invitations.applications"),
                      "public_url": current_app.settings.address.rstrip("/")
                      + url_for("invitations.apply", slug=ctx.coalition.slug),
                      "open_url": url_for("invitations.open_applications") if may_open else ""},
        invite_url=url_for("invitations.invite"), promise_url=url_for("organisations.promise_page")), status


@pages.post("/c/<coalition>/invitations")
@route("coalition.invite", fresh=True, limit="invitation")
def invite(ctx):
    form = _form(ctx, request.form)
    if form.validate():
        try:
            by_mail = "by_mail" in form and form.by_mail.data
            made = joining.invite(ctx, form.organisation.data, form.address.data, form.name.data, form.locale.data,
                                  current_app.settings.set_up_hours, by_mail)
            return _handed_over(made, form.name.data)
        except Refused as error:
            form.refuse(error)
    return _page(ctx, form, 422)


def _handed_over(made, name):
    """Say what comes next; the one-time address stands on the next page, once."""
    say(_("The organisation is invited. Until it has chosen how it is shown, it is called %(word)s here.",
          word=made.membership.pseudonym))
    if made.token is None:
        say(_("The mail is on its way. It says neither the organisation's name nor yours."))
    show_once(made.token, name, endpoint="invitations.claim", locale=made.invitation.content()["locale"])
    return back_to("invitations.invitations")


@pages.post("/c/<coalition>/invitations/<uid>/withdraw")
@route("coalition.invite", load=Membership, fresh=True)
def withdraw(ctx, membership):
    joining.withdraw(ctx, membership)
    say(_("The invitation is taken back, and its record is destroyed."))
    return back_to("invitations.invitations")


@pages.post("/c/<coalition>/invitations/open")
@route("coalition.settings")
def open_applications(ctx):
    is_open = request.form.get("open") == "yes"
    joining.open_applications(ctx, is_open)
    say(_("Organisations can ask to join now.") if is_open else _("Nobody can ask to join any more."))
    return back_to("invitations.invitations")


@pages.get("/c/<coalition>/applications")
@route("coalition.invite", fresh=True)
def applications(ctx):
    shown = [{"name": content["name"], "person": content["applicant"]["name"],
              "address": content["applicant"]["address"], "reason": content["applicant"]["reason"],
              "approve_url": url_for("invitations.approve", uid=membership.uid),
              "decline_url": url_for("invitations.decline", uid=membership.uid)}
             for membership, content in joining.applications(ctx)]
    return render_template("coalitions/applications.html", applications=shown, back=url_for("invitations.invitations"))


@pages.post("/c/<coalition>/applications/<uid>/approve")
@route("coalition.invite", load=Membership, fresh=True, limit="invitation")
def approve(ctx, membership):
    made = joining.approve(ctx, membership, current_app.settings.set_up_hours, bool(current_app.settings.mail))
    return _handed_over(made, name_in(made.invitation))


@pages.post("/c/<coalition>/applications/<uid>/decline")
@route("coalition.invite", load=Membership, fresh=True)
def decline(ctx, membership):
    joining.decline(ctx, membership)
    say(_("The application is turned down, and everything of it is destroyed."))
    return back_to("invitations.applications")


@pages.route("/apply/<slug>", methods=["GET", "POST"])
@public("organisations ask to join here, where the coalition opened it", limit="application")
def apply(ctx, slug):
    coalition, form = applying.coalition_that_takes(slug), ApplicationForm()
    if request.method == "POST" and form.validate():
        try:
            applying.apply(ctx, coalition, form.organisation.data, form.address.data, form.name.data,
                          form.reason.data or "")
            return render_template("coalitions/applied.html", title=coalition.title)
        except Refused as error:
            form.refuse(error)
    return render_template("coalitions/apply.html", form=form, title=coalition.title), 422 if form.errors else 200
