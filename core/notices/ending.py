"""What ends in the second in which a role ends: the feed, and what is on its way."""

from core.notices.models import Feed, Outbox


def forget_seat(seat) -> None:
    """Inside the change in which a person goes."""
    Feed.delete().where(Feed.seat == seat).execute()
    Outbox.delete().where(Outbox.person == seat.person_id, Outbox.coalition == seat.coalition_id).execute()
