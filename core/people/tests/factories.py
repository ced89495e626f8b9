"""What stands at the addresses of accounts, for the access machine."""

import secrets

from core.context import Context
from core.db import utc_now
from core.people.accounts import new_link
from core.people.models import WebSession


def session_of_the_member(cast):
    now = utc_now()
    row = WebSession.create(token_hash=secrets.token_hex(32), person=cast.member.person, started_at=now, used_at=now,
                            fresh_until=now)
    return {"session_uid": row.uid}


FACTORIES = {
    "link": lambda cast: {"token": new_link(Context(via="command"), cast.member.person, 72)},
    "session": session_of_the_member,
}
