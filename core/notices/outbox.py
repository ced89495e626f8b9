"""The outbox: a service posts a notice inside its change (posting.py); the job sends it, and the row goes.

A row holds references. Its address and its words are looked up when it is sent: who changed the address, the language
or the choice of discretion since gets what is true then, and who has left gets nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from time import monotonic

from core import audit
from core.changes import change
from core.context import Context
from core.db import transaction, unclaimed
from core.errors import NotThere, Refused, trace
from core.language import lazy
from core.notices.mail_server import mail_server
from core.notices.models import Outbox
from core.notices.posting import post
from core.notices.sending import SERVERS_FAULT, MailDoor, Undelivered
from core.notices.writing import message_of

log = logging.getLogger("commonweal.notices")

# After each try that failed, so long until the next; after the last one the row waits for an administrator.
DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 480, 960)]
LEASE = timedelta(minutes=5)
KEPT_FAILED = timedelta(hours=48)


def send_due(app, now) -> int:
    """Send what is due; gives how many messages went. What the server, not the message, is to blame for ends the
    round: the others wait for it without a try of theirs being counted."""
    sent, server = 0, None
    with suppress(Refused):
        server = mail_server(app.settings)
    with MailDoor(server) as door:
        for row in _claimed(now):
            try:
                sent += _send(app, row, door, now)
            except Undelivered as error:
                _put_back(row, error, now)
                if error.reason in SERVERS_FAULT:
                    break
    if sent:
        with transaction():
            audit.write(Context(via="job", now=now), "notices.sent", others=sent)
    return sent


def _send(app, row, door: MailDoor, now) -> int:
    """1: it was sent. 0: nothing was to be said any more. Either way the row goes."""
    if door.server is None:
        raise Undelivered("settings" if app.settings.mail else "not-set-up")
    try:
        message = message_of(app, row, door.server, now)
    except Undelivered:
        raise
    except Exception as error:
        log.error("notice %s could not be written: %s", row.uid, trace(error))
        raise Undelivered("written") from None
    if message is not None:
        door.send(message)
    with transaction():
        Outbox.delete().where(Outbox.id == row.id).execute()
    return int(message is not None)


def _claimed(now) -> Iterator[Outbox]:
    """The messages that are due, one after the other, each for this runner alone as long as its lease lasts; it begins
    when the message is claimed, however long the round has lasted."""
    began = monotonic()
    while (row := _claim(now + timedelta(seconds=monotonic() - began))) is not None:
        yield row


def _claim(now) -> Outbox | None:
    due = (Outbox.select(Outbox.id).where(Outbox.failed_at.is_null(), Outbox.due_at <= now, _is_free(now))
           .order_by(Outbox.due_at, Outbox.id).limit(1))
    with transaction():
        claimed = list(Outbox.update(lease_until=now + LEASE).where(Outbox.id.in_(unclaimed(due)))
                       .returning(Outbox).execute())
    return claimed[0] if claimed else None


def _is_free(now):
    return Outbox.lease_until.is_null() | (Outbox.lease_until < now)


def _put_back(row, error: Undelivered, now):
    """Keep the reason, and when it is tried again; after the last try, or where trying cannot help, it has failed."""
    log.warning("notice %s was not sent: %s", row.uid, error.reason)
    has_failed = error.permanent or row.tries >= len(DELAYS)
    due_at = now if has_failed else now + DELAYS[row.tries]
    with transaction():
        Outbox.update(lease_until=None, tries=row.tries + 1, reason=error.reason, due_at=due_at,
                      failed_at=now if has_failed else None).where(Outbox.id == row.id).execute()


def sweep(app, now) -> None:
    """Take away what failed so long ago that nobody will try it again."""
    with transaction():
        Outbox.delete().where(Outbox.failed_at < now - KEPT_FAILED).execute()


# --- what an administrator sees and does ----------------------------------------------------------------------------

def stuck() -> list[Outbox]:
    """The messages that could not be sent so far, those that are given up first."""
    return list(Outbox.select().where(Outbox.reason.is_null(False))
                .order_by(Outbox.failed_at.is_null(), Outbox.due_at, Outbox.id))


def waiting_count() -> int:
    """How many messages wait for their first try."""
    return Outbox.select().where(Outbox.reason.is_null()).count()


def try_again(ctx) -> int:
    """Everything that is stuck is tried at once, from the beginning of its delays. Gives how many."""
    with change(ctx, "instance.mail", ctx.person):
        return (Outbox.update(due_at=ctx.now, tries=0, failed_at=None, lease_until=None)
                .where(Outbox.reason.is_null(False), _is_free(ctx.now)).execute())


def drop(ctx, uid: str) -> None:
    """Take a stuck message away unsent."""
    with change(ctx, "instance.mail", ctx.person):
        if not Outbox.delete().where(Outbox.uid == uid, Outbox.reason.is_null(False)).execute():
            raise NotThere(lazy("This message is gone already: it was sent, or dropped."))


def post_test(ctx) -> None:
    """A test mail to the administrator's own address."""
    with change(ctx, "instance.mail", ctx.person):
        post(ctx, ctx.person, "test")
