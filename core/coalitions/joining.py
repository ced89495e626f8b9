"""How an organisation comes into a coalition: it is invited, or asks and is approved; with its choice of how it is
shown (core.coalitions.visibility.choose) it has joined. One that has left can come back.

An invitation is a sealed organisation and a sealed person from the start. Who was invited reaches nothing of the
coalition before the choice is made.
"""

from dataclasses import dataclass

from core import audit
from core.changes import change
from core.coalitions.leaving import erase
from core.coalitions.members import become_keeper, join, link_for, new_organisation, person_of, represent, sit
from core.coalitions.models import Membership, Organisation, Representation, Seat
from core.coalitions.visibility import refuse_mixing
from core.errors import Refused
from core.language import lazy
from core.people.models import Person
from core.policy import Permission, visible
from core.sealing import open_rows

PERMISSIONS = [
    Permission("coalition.invite", lazy("Invite organisations, and decide on those that ask to join"),
               frozenset({"coordinator", "operator"})),
]


@dataclass(frozen=True)
class Invited:
    """`token`: of the one-time link; None for a person who has an account already and signs in with it."""

    membership: Membership
    seat: Seat
    token: str | None


def invite(ctx, organisation: str, address: str, name: str, locale: str = "", hours: int = 72) -> Invited:
    """Invite an organisation by its first person."""
    made = new_organisation(organisation)
    person = person_of(ctx, address, name, locale)
    with change(ctx, "coalition.invite", ctx.coalition) as entry:
        membership = join(ctx, entry, made, status="invited")
        seat = _welcome(ctx, entry, membership, person)
    return Invited(membership, seat, link_for(ctx, person, hours))


def _welcome(ctx, entry, membership, person):
    """Inside the open change: the person has a seat, and acts for the organisation."""
    seat = visible(ctx, Seat).where(Seat.person == person, Seat.ended_at.is_null()).first() if person.id else None
    seat = seat or sit(ctx, entry, person, "member")
    refuse_mixing(ctx, person, [membership])
    represent(ctx, entry, person, membership)
    return seat


def invited_and_who(ctx) -> list[tuple[Membership, list[Seat]]]:
    """The memberships that wait for their choice, each with the seats of its people, by pseudonym."""
    memberships = list(visible(ctx, Membership).where(Membership.status == "invited").order_by(Membership.pseudonym))
    acting = (Representation.select(Representation.organisation, Representation.person)
              .where(Representation.until_on.is_null(),
                     Representation.organisation.in_([one.organisation_id for one in memberships])))
    seats = {seat.person_id: seat for seat in visible(ctx, Seat, Seat, Person).join(Person)
             .where(Seat.ended_at.is_null())}
    people: dict[int, list[Seat]] = {}
    for one in acting:
        if one.person_id in seats:
            people.setdefault(one.organisation_id, []).append(seats[one.person_id])
    return [(membership, people.get(membership.organisation_id, [])) for membership in memberships]


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


def approve(ctx, membership: Membership, hours: int = 72) -> Invited:
    """Invite an organisation that asked to join."""
    content = membership.organisation.content() if membership.status == "applied" else None
    if content is None:
        raise Refused(lazy("Somebody has decided on this already."))
    applicant = content["applicant"]
    person = person_of(ctx, applicant["address"], applicant["name"], applicant["locale"])
    with change(ctx, "coalition.invite", membership) as entry:
        entry.also(membership.organisation).put(applicant={})
        membership.status = "invited"
        become_keeper(ctx, entry, membership)
        seat = _welcome(ctx, entry, membership, person)
    return Invited(membership, seat, link_for(ctx, person, hours))


def decline(ctx, membership: Membership) -> None:
    """Turn an application down: everything of it is erased."""
    if membership.status != "applied":
        raise Refused(lazy("Somebody has decided on this already."))
    erase(ctx, "coalition.invite", membership)


def come_back(ctx, membership: Membership, address: str, name: str, hours: int = 72) -> Invited:
    """Invite an organisation again that has left: it keeps its uid, its pseudonym and its history, and chooses anew."""
    if membership.status != "left" or membership.organisation.content() is None:
        raise Refused(lazy("This organisation has not left, or its record was erased when it did. An erased one joins "
                           "as a new one."))
    person = person_of(ctx, address, name, "")
    with change(ctx, "coalition.invite", membership) as entry:
        membership.status, membership.visibility, membership.visibility_by = "invited", None, None
        membership.is_named_outside = False
        become_keeper(ctx, entry, membership)
        seat = _welcome(ctx, entry, membership, person)
    return Invited(membership, seat, link_for(ctx, person, hours))
