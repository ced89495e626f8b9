"""Out of the circles in the second in which a role ends; whoever comes back is admitted anew, by two. An organisation
that is suspended takes nobody out: else one coordinator could empty a circle. And closed, with a password that may be
somebody else's."""

from peewee import fn

from core.circles.models import CLOSED_FOR, Circle, CircleFile, CirclePerson, CircleProposal, CircleText, CircleWords
from core.coalitions.models import Coalition, Seat
from core.db import locked
from core.policy import unnarrowed


def forget_circles(seat) -> None:
    """Inside the change in which a person goes. Who was the last in a circle stays written down for it, and comes back
    to it with the role: else nobody could ever read again what it keeps."""
    take_turns(seat.coalition_id)
    shared = (CirclePerson.select(CirclePerson.circle).group_by(CirclePerson.circle)
              .having(fn.COUNT(CirclePerson.id) > 1))
    CirclePerson.delete().where(CirclePerson.seat == seat, CirclePerson.circle.in_(list(shared.tuples()))).execute()
    void(seat.id)


def forget_erased(entry, people) -> None:
    """Inside the change in which these accounts are erased: out of all circles. Where nobody else is left, nobody could
    come back either: the circle goes, with all that it keeps and the keys to it."""
    own = list(unnarrowed(Seat).where(Seat.person.in_(people)).order_by(Seat.coalition, Seat.id))
    for seat in own:
        forget_circles(seat)
    left = [one.circle_id for one in CirclePerson.select(CirclePerson.circle).where(CirclePerson.seat.in_(own))]
    entry.erase_keys(sealed_in(left))
    Circle.delete().where(Circle.id.in_(left)).execute()


def sealed_in(circle_ids) -> list:
    """The rows whose keys go with these circles."""
    texts = unnarrowed(CircleText, CircleText.id).where(CircleText.circle.in_(circle_ids))
    return [*unnarrowed(Circle).where(Circle.id.in_(circle_ids)),
            *unnarrowed(CircleFile).where(CircleFile.circle.in_(circle_ids)),
            *CircleWords.select().where(CircleWords.text.in_(texts))]


def close_circles(person, closed_by: str, now) -> None:
    """Inside the change in which this account gets a password by a link of somebody else: its circles are closed to it
    until one of each lets it in again, or CLOSED_FOR has passed."""
    for seat in unnarrowed(Seat).where(Seat.person == person):
        CirclePerson.update(closed_until=now + CLOSED_FOR, closed_by=closed_by).where(
            CirclePerson.seat == seat).execute()
        void(seat.id)


def open_again(circle_id: int, seat_id: int) -> None:
    """Inside the open change: the circle is closed to this person no longer."""
    CirclePerson.update(closed_until=None, closed_by="").where(
        CirclePerson.circle == circle_id, CirclePerson.seat == seat_id).execute()


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
