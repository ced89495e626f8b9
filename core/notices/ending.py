"""What ends in the second in which a role ends, or the coalition is locked: the feed, and what is on its way; with a
role, the questions about circles of trust, too."""

from core.circles.ending import void
from core.notices.models import Feed, Outbox


def forget_seat(seat) -> None:
    """Inside the change in which a person goes, or their organisation is suspended."""
    void(seat.id)
    Feed.delete().where(Feed.seat == seat).execute()
    Outbox.delete().where(Outbox.person == seat.person_id, Outbox.coalition == seat.coalition_id).execute()


def forget_coalition(coalition, seats) -> None:
    """Inside the change in which the coalition is locked: the feeds of its seats, and all its mail that waits."""
    Feed.delete().where(Feed.seat.in_([seat.id for seat in seats])).execute()
    Outbox.delete().where(Outbox.coalition == coalition).execute()
