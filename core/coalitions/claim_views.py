"""The page on which a person accepts an invitation, and what can be done with one that nobody has accepted yet."""

from dataclasses import replace

from flask import Blueprint, current_app, g, render_template, request, session, url_for

from core import policy
from core.coalitions import claims
from core.coalitions.acting import decides_people
from core.coalitions.forms import ROLE_WORDS
from core.coalitions.models import Invitation
from core.coalitions.one_time import show_once
from core.errors import Refused
from core.language import _, format_moment
from core.people import passwords, sessions
from core.people.forms import SetUpForm
from core.people.labels import address_of, label, name_in
from core.web.frame import back_to, public, route, say

pages = Blueprint("invitations", __name__)


def drawn_offers(ctx, invitations):
    """What coalitions/offers.html draws."""
    decided = decides_people(ctx, [row.membership for row in invitations if row.membership])
    return [{"name": name_in(row), "role": str(ROLE_WORDS[row.role]),
             "acts_for": label(ctx, row.membership_id) if row.membership_id else "",
             "until": format_moment(row.expires_at, "short") if row.expires_at > ctx.now and row.token_hash else "",
             **{f"{act}_url": url_for(f"invitations.{act}", uid=row.uid)
                if row.membership_id is None or row.membership_id in decided else "" for act in ("link", "take_back")}}
            for row in invitations]


@pages.route("/invited/<token>", methods=["GET", "POST"])
@public("a one-time link, opened with 256 random bits", limit="set-up")
def claim(ctx, token):
    """Accept an invitation: signed in by a press, else by an account that is set up here, or after signing in."""
    invitation, step = claims.opened(ctx, token), request.form.get("step")
    ctx = g.ctx = _in_its_language(ctx, invitation)
    if ctx.person is not None and step == "accept":
        claims.accept(ctx, invitation)
        sessions.go_on(session)                     # a new role begins with a new session
        return _inside(invitation)
    form = None
    if ctx.person is None and step in ("open", "save"):
        session["next"] = request.path              # who has an account comes back here from the door
        form = SetUpForm(formdata=request.form if step == "save" else None, locale=ctx.locale, zone=ctx.zone,
                         name=name_in(invitation))
        if step == "save" and form.validate():
            try:
                person = claims.set_up(ctx, invitation, form.password.data, form.name.data, form.locale.data,
                                       form.zone.data)
                sessions.start(session, person)
                return _inside(invitation)
            except Refused as error:
                form.refuse(error)
    return render_template("coalitions/claim.html", form=form, is_signed_in=ctx.person is not None,
                           name=name_in(ctx.person) if ctx.person else "", title=invitation.coalition.title,
                           role=str(ROLE_WORDS[invitation.role]), address=address_of(invitation),
                           until=format_moment(invitation.expires_at, "long"),
                           sign_in_url=url_for("people.sign_in_page"), sign_out_url=url_for("people.sign_out"),
                           offered=request.form.get("offered", "")[:80] or passwords.offered_words()), \
        422 if form is not None and form.errors else 200


def _in_its_language(ctx, invitation):
    """A visitor who has chosen none reads in the language for which the invitation was made."""
    wanted = invitation.content()["locale"]
    if ctx.person is not None or "locale" in session or wanted not in current_app.settings.languages:
        return ctx
    return replace(ctx, locale=wanted)


def _inside(invitation):
    say(_("Welcome. The seat is yours."))
    return back_to("coalitions.today", coalition=invitation.coalition.slug)


@pages.post("/c/<coalition>/invited/<uid>/link")
@route("organisation.people", load=Invitation, fresh=True, limit="invitation")
def link(ctx, invitation):
    """A new one-time address for the same seat; the earlier one ends."""
    show_once(claims.renew(ctx, invitation, current_app.settings.set_up_hours), name_in(invitation),
              endpoint="invitations.claim", locale=invitation.content()["locale"])
    return _back(ctx, invitation)


@pages.post("/c/<coalition>/invited/<uid>/take-back")
@route("organisation.people", load=Invitation)
def take_back(ctx, invitation):
    name = name_in(invitation)
    claims.take_back(ctx, invitation)
    say(_("The invitation of %(name)s is taken back.", name=name))
    return _back(ctx, invitation)


def _back(ctx, invitation):
    """To the list on which it stood."""
    if policy.allowed(ctx, "coalition.invite", ctx.coalition):
        return back_to("invitations.invitations")
    return back_to("organisations.organisation", uid=invitation.membership.uid)
