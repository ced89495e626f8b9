"""How an organisation comes into a coalition: it is invited, or asks and is approved; with its choice of how it is
shown (core.coalitions.visibility.choose) it has joined. One that has left can come back.

An invitation is a sealed organisation and a sealed offer of a seat from the start (core.coalitions.claims). Who was
invited reaches nothing of the coalition before the choice is made.
"""

from dataclasses import dataclass

from core import audit
from core.changes import change
from core.coalitions.claims import offer, offer_back
from core.coalitions.leaving import erase
from core.coalitions.members import become_keeper, join, new_organisation
from core.coalitions.models import Invitation, Membership, Organisation
from core.errors import Refused
from core.language import lazy
from core.notices.posting import post_invitation
from core.policy import Permission, visible
from core.sealing import open_rows

PERMISSIONS = [
    Permission("coalition.invite", lazy("Invite organisations, and decide on those that ask to join"),
               frozenset({"coordinator", "operator"})),
]


@dataclass(frozen=True)
class Invited:
    """`token`: of the one-time link, to be handed over; None where a mail carries it."""

    membership: Membership
    invitation: Invitation
    token: str | None


def invite(ctx, organisation: str, address: str, name: str, locale: str = "", hours: int = 72,
           by_mail: bool = False) -> Invited:
    """Invite an organisation by its first person. `by_mail`: the one-time link is made when the mail is sent, and
    stands nowhere but in it; else it is given here, to be handed over."""
    made = new_organisation(organisation)
    with change(ctx, "coalition.invite", ctx.coalition) as entry:
        membership = join(ctx, entry, made, status="invited")
        return _offered(ctx, entry, membership, address, name, locale, hours, by_mail)


def _offered(ctx, entry, membership, address, name, locale, hours, by_mail):
    """Inside the open change: a seat for the first person of the organisation."""
    invitation, token = offer(ctx, entry, address, name, "member", membership, hours, locale)
    if by_mail:
        post_invitation(ctx, invitation)
    return Invited(membership, invitation, None if by_mail else token)


def invited(ctx) -> list[tuple[Membership, Invitation | None]]:
    """The memberships that wait for their choice, each with the invitation that nobody has accepted yet, by
    pseudonym."""
    memberships = list(visible(ctx, Membership).where(Membership.status == "invited").order_by(Membership.pseudonym))
    offers = {row.membership_id: row for row in visible(ctx, Invitation).where(
        Invitation.membership.in_([one.id for one in memberships])).order_by(Invitation.id.desc())}
    return [(membership, offers.get(membership.id)) for membership in memberships]


def withdraw(ctx, membership: Membership) -> None:
    """Take an invitation back: the organisation, and its people who are nowhere else, are erased with their keys."""
    if membership.status != "invited":
        raise Refused(lazy("This organisation has joined. End its membership on its own page."))
    erase(ctx, "coalition.invite", membership)


def open_applications(ctx, is_open: bool) -> None:
    """Let organisations ask to join on a public page, or not."""
    with change(ctx, "coalition.settings", ctx.coalition):
        ctx.coalition.takes_applications = is_open


def applications_count(ctx) -> int:
    """How many ask to join."""
    return visible(ctx, Membership).where(Membership.status == "applied").count()


def applications(ctx) -> list[tuple[Membership, dict]]:
    """Those who ask to join, with what is sealed in them; that it was read is written down."""
    rows = list(visible(ctx, Membership, Membership, Organisation).join(Organisation)
                .where(Membership.status == "applied").order_by(Membership.pseudonym))
    open_rows([row.organisation for row in rows])
    if rows:
        audit.note(ctx, "names.read", ctx.coalition)
    return [(row, row.organisation.content()) for row in rows if row.organisation.content()]


def approve(ctx, membership: Membership, hours: int = 72, by_mail: bool = False) -> Invited:
    """Invite an organisation that asked to join."""
    content = membership.organisation.content() if membership.status == "applied" else None
    if content is None:
        raise Refused(lazy("Somebody has decided on this already."))
    applicant = content["applicant"]
    with change(ctx, "coalition.invite", membership) as entry:
        entry.also(membership.organisation).put(applicant={})
        membership.status = "invited"
        become_keeper(ctx, entry, membership)
        return _offered(ctx, entry, membership, applicant["address"], applicant["name"], applicant["locale"], hours,
                        by_mail)


def decline(ctx, membership: Membership) -> None:
    """Turn an application down: everything of it is erased."""
    if membership.status != "applied":
        raise Refused(lazy("Somebody has decided on this already."))
    erase(ctx, "coalition.invite", membership)


def come_back(ctx, membership: Membership, address: str, name: str, hours: int = 72, by_mail: bool = False) -> Invited:
    """Invite an organisation again that has left: it keeps its uid, its pseudonym and its history, and chooses anew.
    Whoever is invited reads its record: for one that withheld its name this is its keepers' to do."""
    _refuse_here(membership)
    with change(ctx, "coalition.invite", membership) as entry:
        made = _offered(ctx, entry, membership, address, name, "", hours, by_mail)
        _begin_anew(membership)
        become_keeper(ctx, entry, membership)
        return made


def call_back(ctx, membership: Membership, hours: int = 72, sends_mail: bool = False) -> None:
    """As come_back(), for one that withheld its name: the people who acted for it last get a mail each, at the
    addresses that they left here sealed. Whoever calls reads nothing. Refused where none can be reached."""
    _refuse_here(membership)
    if not sends_mail:
        raise Refused(lazy("This server sends no mail, and nobody else may read the addresses of this organisation. It "
                           "can join again as a new one."))
    with change(ctx, "coalition.invite", membership) as entry:
        invitations = offer_back(ctx, entry, membership, hours)
        if not invitations:
            raise Refused(lazy("Nobody of this organisation can be reached any more. It can join again as a new one."))
        _begin_anew(membership)
        for invitation in invitations:
            post_invitation(ctx, invitation)


def _refuse_here(membership):
    if membership.status != "left" or membership.organisation.content() is None:
        raise Refused(lazy("This organisation has not left, or its record was erased when it did. An erased one joins "
                           "as a new one."))


def _begin_anew(membership):
    membership.status, membership.visibility, membership.visibility_by = "invited", None, None
    membership.is_named_outside = False
