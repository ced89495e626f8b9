"""What stands at the addresses of notices, for the access machine."""

from core.db import utc_now
from core.notices import feeds
from core.notices.models import Outbox


def stuck(cast):
    """One message that could not be sent; it is the instance's, and the same whoever's cast asks."""
    uid = "stuckmessage"
    if not Outbox.select().where(Outbox.uid == uid).exists():
        Outbox.create(uid=uid, person=cast.member.person, coalition=cast.coalition, kind="reminder",
                      parameters={"keys": []}, due_at=utc_now(), tries=1, reason="unreachable")
    return {"message_uid": uid}


FACTORIES = {
    "feed": lambda cast: {"token": feeds.new_feed(cast.member.ctx)},
    "stuck": stuck,
}
