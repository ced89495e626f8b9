"""Deleting a coalition: one coordinator asks, another confirms, and for seven days each of them can call it off.

Whoever became coordinator only after it was asked does not confirm: the first could have brought them in for it.

Who runs the server does both parts by command: they have the machine anyway, and the seven days run all the same.
"""

from datetime import timedelta

from core.changes import change
from core.coalitions.models import Seat
from core.errors import Refused, SignInAgain
from core.language import lazy
from core.notices.posting import post, post_to_coordinators
from core.policy import Permission, visible

PERMISSIONS = [
    Permission("coalition.delete", lazy("Ask that the coalition be deleted, confirm it, and call it off"),
               frozenset({"coordinator", "operator"})),
]
WAIT = timedelta(days=7)
CAME_AFTER = lazy("You became coordinator after it was asked for, so you cannot confirm it. Somebody who was "
                  "coordinator before can, or who runs the server.")


def who_asked(ctx) -> Seat | None:
    """The coordinator who has asked, as long as they are one."""
    if not ctx.coalition.ending_asked_by:
        return None
    return visible(ctx, Seat).where(Seat.uid == ctx.coalition.ending_asked_by, Seat.role == "coordinator",
                                    Seat.ended_at.is_null()).first()


def came_after(ctx) -> bool:
    """Whether the person has had their role only since it was asked that the coalition be deleted."""
    since = ctx.seat.role_since if ctx.seat is not None else None
    return since is not None and ctx.coalition.ending_asked_at is not None and since >= ctx.coalition.ending_asked_at


def ask(ctx) -> bool:
    """Ask that the coalition be deleted, or confirm what another coordinator has asked. Gives whether the seven days
    run from now on. SignInAgain where the person has not just signed in; Refused where it is not for them to
    confirm."""
    if not ctx.is_fresh:
        raise SignInAgain()
    coalition = ctx.coalition
    if coalition.ends_at is not None:
        raise Refused(lazy("It is decided already that the coalition is deleted. It can only be called off."))
    asked = who_asked(ctx)
    if asked is not None and ctx.seat is not None and asked.id == ctx.seat.id:
        raise Refused(lazy("You have asked for it already. Another coordinator has to confirm it."))
    if asked is not None and came_after(ctx):
        raise Refused(CAME_AFTER)
    with change(ctx, "coalition.delete", coalition):
        if asked is None and ctx.seat is not None:
            coalition.ending_asked_by, coalition.ending_asked_at = ctx.seat.uid, ctx.now
            post_to_coordinators(ctx, "deletion-asked")
            return False
        begin_wait(ctx)
        return True


def begin_wait(ctx) -> None:
    """Inside the open change: seven days from now, of which everybody in the coalition hears."""
    ctx.coalition.ends_at = ctx.now + WAIT
    _tell_everybody(ctx, "deletion")


def call_off(ctx) -> None:
    """The coalition stays. Everybody who heard that it goes hears that, too."""
    coalition = ctx.coalition
    if coalition.ends_at is None and not coalition.ending_asked_by:
        raise Refused(lazy("Nobody has asked that the coalition be deleted."))
    with change(ctx, "coalition.delete", coalition):
        if coalition.ends_at is not None:
            _tell_everybody(ctx, "deletion-off")
        coalition.ending_asked_by, coalition.ending_asked_at, coalition.ends_at = "", None, None


def _tell_everybody(ctx, kind):
    for seat in visible(ctx, Seat).where(Seat.ended_at.is_null()):
        post(ctx, seat.person_id, kind)
