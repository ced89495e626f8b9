"""Out of the circles in the second in which a role ends; whoever comes back is admitted anew, by two."""

from peewee import fn

from core.circles.models import CirclePerson, CircleProposal
from core.coalitions.models import Coalition
from core.db import locked


def forget_circles(seat) -> None:
    """Inside the change in which a person goes. Who was the last in a circle stays written down for it, and comes back
    to it with the role: else nobody could ever read again what it keeps."""
    take_turns(seat.coalition_id)
    shared = (CirclePerson.select(CirclePerson.circle).group_by(CirclePerson.circle)
              .having(fn.COUNT(CirclePerson.id) > 1))
    CirclePerson.delete().where(CirclePerson.seat == seat, CirclePerson.circle.in_(list(shared.tuples()))).execute()
    void(seat.id)


def take_turns(coalition_id: int) -> None:
    """Inside the open change: whoever else changes circles of this coalition waits until it ends."""
    list(locked(Coalition.select(Coalition.id).where(Coalition.id == coalition_id)))


def void(seat_id: int, circle_id: int | None = None) -> None:
    """Inside the open change: what this person proposed, confirmed, or is proposed or asked for, is void; in this
    circle, or in all."""
    hands = (CircleProposal.seat, CircleProposal.proposed_by, CircleProposal.confirmed_by, CircleProposal.asked)
    for hand in hands:
        where = hand == seat_id
        if circle_id is not None:
            where &= CircleProposal.circle == circle_id
        CircleProposal.delete().where(where).execute()
