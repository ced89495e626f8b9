"""The names that would be lost with their keeper: of organisations that withhold theirs and for which nobody acts, so
that only whoever keeps the name can read it and invite their first person.

An organisation with people of its own says itself who keeps its name (core.coalitions.visibility): nobody hands it on.
"""

from core.changes import change
from core.coalitions.acting import in_turn, with_people
from core.coalitions.models import Keeper, Membership, Seat
from core.errors import Refused, SignInAgain
from core.language import lazy
from core.notices.posting import post
from core.people.accounts import end_links
from core.policy import Permission, visible

PERMISSIONS = [
    Permission("names.hand_on", lazy("Hand on to another coordinator the names that one keeps of organisations for "
                                     "which nobody acts"), frozenset({"coordinator"})),
]


def kept_without_people(ctx, *seats: Seat) -> list[Membership]:
    """The memberships for which nobody acts and whose names these seats keep."""
    kept = list(visible(ctx, Membership).join(Keeper).where(
        Keeper.seat.in_([seat.id for seat in seats]), Membership.is_kept_back(),
        Membership.status.not_in(("applied", "left"))).distinct())
    begun = with_people(kept)
    return [membership for membership in kept if membership.organisation_id not in begun]


def refuse_losing_names(ctx, *going: Seat) -> None:
    """Inside the open change in which these stop keeping names, after in_turn(): refused where nobody else
    keeps the name of an organisation for which nobody acts."""
    alone = {membership.id for membership in kept_without_people(ctx, *going)}
    others = (visible(ctx, Seat, Keeper.membership).join(Keeper)
              .where(Keeper.membership.in_(alone), Seat.ended_at.is_null(),
                     Seat.id.not_in([seat.id for seat in going])).tuples())
    if alone - {membership for membership, in others}:
        raise Refused(lazy("Nobody else keeps the name of an organisation for which nobody acts, and it would be lost. "
                           "Hand it on to another coordinator first, under “Names that you keep”. To put somebody out "
                           "at once all the same, tick it on the coalition's page."))


def hand_on(ctx, to: Seat) -> None:
    """`to` keeps from now on, in place of this person, the names of the organisations for which nobody acts, and is
    told. SignInAgain unless the person has just signed in; Refused where `to` is no other coordinator."""
    if not ctx.is_fresh:
        raise SignInAgain()
    with change(ctx, "names.hand_on", to) as entry:
        in_turn(ctx)
        standing = visible(ctx, Seat).where(Seat.id == to.id, Seat.id != ctx.seat.id, Seat.role == "coordinator",
                                            Seat.ended_at.is_null())
        if not standing.exists():
            raise Refused(lazy("Choose another coordinator, who keeps these names from now on."))
        handed = [membership.id for membership in kept_without_people(ctx, ctx.seat)]
        if not handed:
            raise Refused(lazy("You keep no name of an organisation for which nobody acts, so there is none to hand "
                               "on."))
        entry.remove_parts(Keeper, Keeper.membership.in_(handed), Keeper.seat.in_([ctx.seat.id, to.id]))
        entry.add_parts(Keeper, [{"membership": one, "seat": to} for one in handed])
        end_links([to.person_id])               # made before, it would open more than was meant
        post(ctx, to.person_id, "handed-on")
