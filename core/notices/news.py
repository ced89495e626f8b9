"""What others have done since a person said that they had seen it: counts by act, no names.

Nothing is kept of when somebody was here: only the moment at which they pressed the button, for themselves.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from peewee import fn

from core.audit import AuditLine, is_told
from core.coalitions.models import Membership, Organisation, Representation, Seat
from core.db import transaction
from core.language import Words
from core.notices.models import SeatNote
from core.policy import declared, visible

FIRST_LOOK = timedelta(days=7)          # how far back somebody sees who has not pressed the button yet
# What is done for oneself, or by who runs the server.
SILENT = ("coalition.see", "coalition.create", "instance.demonstration", "people.account")


@dataclass(frozen=True)
class News:
    """`acts`: (what was done, how often), the most frequent first. `since`: UTC."""

    since: datetime
    acts: list[tuple[Words, int]]


def news(ctx) -> News:
    """What others have done here since this person pressed "I have seen this". Three queries, however much it is.

    An act for a withheld organisation counts from the next day on, for a whole day: its hour would tell who it is.
    """
    note = SeatNote.get_or_none(SeatNote.seat == ctx.seat)
    since = note.seen_at if note is not None and note.seen_at else ctx.now - FIRST_LOOK
    permissions = declared()
    since_day, this_day = (datetime.combine(moment.date(), time()) for moment in (since, ctx.now))
    lines: Any = (AuditLine.select(AuditLine.action, AuditLine.actor, AuditLine.at, fn.COUNT(AuditLine.id))
             .where(AuditLine.coalition_uid == ctx.coalition.uid, AuditLine.at >= since_day,
                    AuditLine.actor != ctx.actor, AuditLine.result == "done",
                    AuditLine.action.in_(set(permissions) - set(SILENT)), is_told())
             .group_by(AuditLine.action, AuditLine.actor, AuditLine.at))
    quiet = _withheld_seats(ctx)
    counted: Counter[str] = Counter()
    for action, actor, at, count in lines.tuples():
        if (at < this_day) if actor in quiet else at >= since:
            counted[action] += count
    return News(since, [(permissions[action].sentence, count) for action, count in
                        sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))])


def _withheld_seats(ctx) -> set[str]:
    """The uids of the seats whose people act for an organisation that is withheld here."""
    rows = (visible(ctx, Membership, Seat.uid).join(Organisation).join(Representation)
            .join(Seat, on=(Seat.person == Representation.person))
            .where(Seat.coalition == ctx.coalition, Membership.is_kept_back()).tuples())
    return {uid for (uid,) in rows}


def say_seen(ctx) -> None:
    """From now on, only what comes later is shown. It stands in no audit: who read what when is nobody's business."""
    now = ctx.now.replace(second=0, microsecond=0)
    with transaction():
        (SeatNote.insert(seat=ctx.seat, seen_at=now)
         .on_conflict(conflict_target=[SeatNote.seat], update={SeatNote.seen_at: now}).execute())
