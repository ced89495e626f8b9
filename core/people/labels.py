"""The only place where a person or an organisation becomes text, and where a person is found by an address.

Everything else holds references; sealing the names changes this module and nothing that reads it.
"""

from core.coalitions.models import Membership, Organisation, Person, Seat
from core.policy import visible


def labels(ctx, memberships) -> dict[int, str]:
    """Membership id → how its organisation is called for this reader. Two queries at most, for any number.

    `memberships` are Membership rows or their ids, all of the coalition of ctx.
    """
    known = ctx.known.setdefault("labels", {})
    wanted = {getattr(membership, "id", membership) for membership in memberships} - set(known) - {None}
    if wanted:
        rows = (visible(ctx, Membership, Membership.id, Organisation.name).join(Organisation)
                .where(Membership.id.in_(wanted)).tuples())
        known.update(dict(rows))
    return known


def label(ctx, membership) -> str:
    """How the organisation of one membership is called for this reader. In lists, call labels() first."""
    key = getattr(membership, "id", membership)
    known = ctx.known.get("labels", {})
    return known[key] if key in known else labels(ctx, [key])[key]


def all_labels(ctx) -> list[tuple[Membership, str]]:
    """Every membership of the coalition that stands, with its label, by label."""
    memberships = list(visible(ctx, Membership).where(Membership.status == "active"))
    named = labels(ctx, memberships)
    return sorted(((membership, named[membership.id]) for membership in memberships),
                  key=lambda pair: (pair[1].casefold(), pair[0].uid))


def person_label(ctx, person) -> str:
    """How a person is called for this reader."""
    return person.name


def address_of(person) -> str:
    """The e-mail address of a person, for the mail that goes to them; it is shown to nobody else."""
    return person.address


def seat_labels(ctx, seats) -> dict[int, str]:
    """Seat id → the name of its person, for this reader; one query for any number."""
    wanted = {getattr(seat, "id", seat) for seat in seats} - {None}
    if not wanted:
        return {}
    return dict(visible(ctx, Seat, Seat.id, Person.name).join(Person).where(Seat.id.in_(wanted)).tuples())


def normal_address(address: str) -> str:
    return address.strip().casefold()


def by_address(address: str) -> Person | None:
    """The account with this address; case and blanks around it do not count."""
    return Person.get_or_none(Person.address == normal_address(address))
