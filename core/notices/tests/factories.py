"""What stands at the addresses of notices, for the access machine."""

from core.db import utc_now
from core.notices import feeds
from core.notices.models import Outbox


def stuck(cast):
    """A message to the member that could not be sent."""
    row = Outbox.create(person=cast.member.person, coalition=cast.coalition, kind="reminder", parameters={"keys": []},
                        due_at=utc_now(), tries=1, reason="unreachable")
    return {"message_uid": row.uid}


FACTORIES = {
    "feed": lambda cast: {"token": feeds.new_feed(cast.member.ctx)},
    "stuck": stuck,
}
