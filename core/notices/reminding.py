"""Who is told of what, and when: a few days before a date, and once a week, more and more rarely, of what is late.

The job comes often and asks, for each seat, whether it is a civil hour of a new day where the person lives. A day is
the person's own calendar day, so a night on which the clock changes neither doubles nor swallows it. What was told is
written in one transaction with the notice itself.
"""

import logging
from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.coalitions.models import Coalition, Seat
from core.coalitions.today import waiting
from core.db import transaction
from core.errors import trace
from core.hooks import WaitingItem
from core.notices.absent import context_for
from core.notices.discretion import choice_of
from core.notices.kinds import key_hash
from core.notices.models import NoticeChoice, Reminder, SeatNote
from core.notices.posting import post
from core.people.labels import zone_of
from core.people.models import Person
from core.policy import unnarrowed
from core.sealing import open_rows
from core.web.outside import as_if_asked

log = logging.getLogger("commonweal.notices")

CIVIL_HOURS = range(8, 20)
LATE_WEEKS = (1, 2, 4, 8)               # in which weeks after its day a late thing is told again; then no more
KEPT_DAYS = 400


def remind(app, now) -> int:
    """Look at every seat where a new day has come to a civil hour; gives how many notices were written. One that cannot
    be told is in the log, and keeps the others from nothing."""
    if not app.settings.mail:
        return 0
    seats = list(unnarrowed(Seat, Seat, Person, Coalition).join(Person).switch(Seat).join(Coalition)
                 .where(Seat.ended_at.is_null(), Coalition.locked_at.is_null()).order_by(Seat.id))
    open_rows([seat.person for seat in seats])
    notes: Any = SeatNote.select(SeatNote.seat, SeatNote.reminded_on).tuples()
    reminded = dict(notes)
    written = 0
    for seat in seats:
        try:
            written += _remind_seat(app, seat, now, reminded.get(seat.id))
        except Exception as error:
            log.error("the reminders of a seat in the coalition %s failed: %s", seat.coalition.uid, trace(error))
    return written


def _remind_seat(app, seat, now, last: date | None) -> int:
    person = seat.person
    local = now.replace(tzinfo=UTC).astimezone(ZoneInfo(zone_of(person)))
    day = local.date()
    if local.hour not in CIVIL_HOURS or last is not None and last >= day:
        return 0
    choice = choice_of(person)
    told: list[tuple[WaitingItem, str]] = []
    ctx = context_for(person, seat.coalition, now)
    if ctx is None:                                     # the role has ended since it was looked up
        return 0
    if choice.is_on:
        with as_if_asked(app, ctx):
            items, _gaps = waiting(ctx, app.host)
        told = to_tell(items, day, choice, _told_before(seat, items))
    with transaction():
        if not _claim_day(seat, day):                   # another runner was faster: it has told all of it
            return 0
        if not told:
            return 0
        Reminder.insert_many([{"seat": seat, "key_hash": key_hash(item), "kind": kind, "on": day}
                              for item, kind in told]).on_conflict_ignore().execute()
        is_digest = any(kind.startswith(("late", "open")) for _item, kind in told)
        post(ctx, person, "digest" if is_digest else "reminder", keys=sorted({key_hash(item) for item, _kind in told}))
    return 1


def _told_before(seat, items) -> set[tuple[str, str]]:
    rows: Any = Reminder.select(Reminder.key_hash, Reminder.kind).where(
        Reminder.seat == seat, Reminder.key_hash.in_([key_hash(item) for item in items]))
    return set(rows.tuples())


def _claim_day(seat, day) -> bool:
    """This runner alone tells this seat of this day; inside the open transaction."""
    SeatNote.insert(seat=seat).on_conflict_ignore().execute()
    return bool(SeatNote.update(reminded_on=day).where(
        SeatNote.seat == seat, SeatNote.reminded_on.is_null() | (SeatNote.reminded_on < day)).execute())


def to_tell(items, day: date, choice: NoticeChoice, told: set[tuple[str, str]]) -> list[tuple[WaitingItem, str]]:
    """(item, kind) for what is to be told on this day and was not told in that way before.

    The kind is the number of days before ("7"), or the week after ("late-2"), or "open" for what has no date.
    """
    is_digest_day = day.weekday() == choice.digest_day
    chosen = []
    for item in items:
        kind = _kind(item, day, sorted(choice.days_before), is_digest_day)
        if kind is not None and (key_hash(item), kind) not in told:
            chosen.append((item, kind))
    return chosen


def _kind(item, day, days_before, is_digest_day):
    if item.due is None:
        return "open" if is_digest_day else None
    days = (item.due - day).days
    if days >= 0:
        # The nearest that has come: a thing that turns up five days before is told of as "7", once, not daily.
        return next((str(before) for before in days_before if days <= before), None)
    if not is_digest_day:
        return None
    week = (-days - 1) // 7 + 1
    return next((f"late-{late}" for late in reversed(LATE_WEEKS) if late <= week), None)


def sweep(app, now) -> None:
    """Forget what was told so long ago that nothing of it can come again."""
    with transaction():
        Reminder.delete().where(Reminder.on < now.date() - timedelta(days=KEPT_DAYS)).execute()
