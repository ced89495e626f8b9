"""The lock: a coalition closes at once, to everybody, until one of its coordinators opens it again."""

from core.changes import change
from core.coalitions.models import Invitation, Seat
from core.ending.asking import begin_wait
from core.errors import NotThere, Refused
from core.language import lazy
from core.notices.ending import forget_coalition
from core.people import accounts
from core.policy import Permission, memberships_of, standing_seats, visible

PERMISSIONS = [
    Permission("coalition.lock", lazy("Lock the coalition at once, and open it again"),
               frozenset({"coordinator", "operator"})),
]


def lock(ctx) -> None:
    """Close the coalition of ctx: its pages are nobody's, its people's sessions, one-time links and feeds end, and no
    mail leaves (who sends asks `coalition.is_locked`)."""
    if ctx.coalition.is_locked:
        raise Refused(lazy("The coalition is locked already."))
    seats = list(visible(ctx, Seat).where(Seat.ended_at.is_null()))
    with change(ctx, "coalition.lock", ctx.coalition):
        ctx.coalition.locked_at = ctx.now
        accounts.end_ways_in([seat.person_id for seat in seats])
        Invitation.update(token_hash=None).where(Invitation.coalition == ctx.coalition).execute()
        forget_coalition(ctx.coalition, seats)


def unlock(ctx) -> None:
    """Open it again. Everybody signs in anew; one-time links have to be made anew."""
    if not ctx.coalition.is_locked:
        raise Refused(lazy("The coalition is not locked."))
    with change(ctx, "coalition.lock", ctx.coalition):
        ctx.coalition.locked_at = None
        if ctx.coalition.ends_at is not None:   # meanwhile nobody could call it off
            begin_wait(ctx)


def at_the_locked_one(ctx, slug: str):
    """The context of a coordinator in their locked coalition. To everybody else the same NotThere, whether there is
    such a coalition, locked or not."""
    seats = standing_seats(ctx.person)
    seat = next((one for one in seats if one.coalition.slug == slug and one.coalition.is_locked
                 and one.role == "coordinator"), None)
    if seat is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return ctx.at(seat.coalition, seat, memberships_of(ctx.person, seat.coalition, ctx.utc_day))


def unlock_with(ctx, inside, password: str, code: str, network: str = "") -> None:
    """The coordinator of `inside` opens it, by password and second factor, in this very press."""
    accounts.sign_in_again(ctx, password, code, network)
    unlock(inside)
