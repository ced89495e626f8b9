"""Writing a notice: what a service does inside its change. It never sends."""

from core import audit
from core.coalitions.models import Keeper, Membership, Representation, Seat
from core.db import database
from core.notices.kinds import KINDS
from core.notices.models import Outbox
from core.people.accounts import is_in_use
from core.policy import visible


def post(ctx, person, kind: str, **parameters) -> Outbox:
    """A notice for this person, of the coalition of ctx (or of none). To be called inside the open change, and undone
    with it. `kind` is one of core.notices.kinds; the parameters are references: uids, numbers, days."""
    return _written(ctx, kind, person=person, parameters=parameters)


def post_invitation(ctx, invitation) -> Outbox:
    """The mail with the link of this invitation, whose token is made when it is sent. As post()."""
    return _written(ctx, "invitation", invitation=invitation)


def _written(ctx, kind, **values):
    if kind not in KINDS:
        raise LookupError(f"There is no kind of notice {kind!r}; core/notices/kinds.py lists them.")
    if not database.in_transaction():
        raise RuntimeError("A notice is written inside the change that it tells of.")
    return Outbox.create(coalition=ctx.coalition, kind=kind, due_at=ctx.now, **values)


def tell(ctx, membership: Membership) -> None:
    """The people and the keepers of an organisation that is kept back hear that somebody who is none of its own has
    done something to it, or to one of its people; inside the open change."""
    if not membership.is_withheld or membership.id in {own.id for own in ctx.own}:
        return
    acting = Representation.select(Representation.person).where(
        Representation.organisation == membership.organisation_id, Representation.until_on.is_null())
    keeping = Keeper.select(Keeper.seat).where(Keeper.membership == membership)
    for seat in visible(ctx, Seat).where(Seat.person.in_(acting) | Seat.id.in_(keeping), Seat.ended_at.is_null()):
        if ctx.person is None or seat.person_id != ctx.person.id:
            post(ctx, seat.person_id, "touched")


def tell_out(ctx, membership: Membership, seats) -> None:
    """As tell(), for those of its people whose seats end by it; after forget_seat()."""
    for seat in seats if membership.is_withheld else ():
        post(ctx.at(None), seat.person_id, "out")


def tell_of_link(ctx, person) -> None:
    """A person whose account is in use hears that somebody else makes a link by which a new password is set; inside
    the open change. By mail at once, unlike all else: what hides is then whoever has the link."""
    if person == ctx.person or not is_in_use(person):
        return
    by = next((role for role in ("operator", "coordinator") if role in ctx.roles), "colleague")
    post(ctx, person, "new-password", by=by)
    audit.write(ctx, "people.new_password", person)


def post_to_coordinators(ctx, kind: str, **parameters) -> None:
    """The same notice for each coordinator of the coalition; inside the open change."""
    for seat in visible(ctx, Seat).where(Seat.role == "coordinator", Seat.ended_at.is_null()):
        post(ctx, seat.person_id, kind, **parameters)
