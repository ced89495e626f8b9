"""The number beside Today: kept per seat, so that a page does not ask every plugin what waits.

Today itself renews it. What others do changes it too: the job looks in the audit, which every change() writes, which
coalitions have moved, and counts anew for the people who are at work there now. For who is away, their next Today does.
"""

import logging
from datetime import timedelta
from typing import Any

from peewee import OperationalError, fn

from core.audit import AuditLine, newest_number
from core.coalitions.models import Coalition, Seat
from core.coalitions.today import waiting
from core.db import transaction
from core.errors import trace
from core.notices.absent import context_for
from core.notices.models import SeatNote
from core.people.models import Person, WebSession
from core.policy import unnarrowed
from core.sealing import open_rows
from core.web.outside import as_if_asked

log = logging.getLogger("commonweal.notices")

AT_WORK = timedelta(minutes=30)


def kept_count(seat) -> int:
    """How many things waited for this seat when they were last counted."""
    note = SeatNote.get_or_none(SeatNote.seat == seat)
    return note.waiting if note is not None else 0


def keep_count(seat, count: int, number: int) -> None:
    """Keep how many things wait, as counted when the audit stood at `number`. Writes only what differs."""
    if SeatNote.select().where(SeatNote.seat == seat, SeatNote.waiting == count, SeatNote.counted == number).exists():
        return
    with transaction():
        (SeatNote.insert(seat=seat, waiting=count, counted=number)
         .on_conflict(conflict_target=[SeatNote.seat],
                      update={SeatNote.waiting: count, SeatNote.counted: number}).execute())


def renew(app, now) -> int:
    """Count anew for every seat whose person is at work and whose coalition has moved; gives how many."""
    number = newest_number()
    seats = list(unnarrowed(Seat, Seat, Person, Coalition).join(Person).switch(Seat).join(Coalition)
                 .where(Seat.ended_at.is_null(), Seat.person.in_(
                     WebSession.select(WebSession.person).where(WebSession.used_at > now - AT_WORK))))
    counted = dict.fromkeys([seat.id for seat in seats], 0)
    notes: Any = SeatNote.select(SeatNote.seat, SeatNote.counted).where(SeatNote.seat.in_(seats)).tuples()
    counted.update(notes)
    moved = _moved(seats, min(counted.values(), default=0))
    stale = [seat for seat in seats if moved.get(seat.coalition.uid, 0) > counted[seat.id]]
    open_rows([seat.person for seat in stale])
    for seat in stale:
        try:
            _count(app, seat, number, now)
        except Exception as error:
            log.error("a count in the coalition %s failed: %s", seat.coalition.uid, trace(error))
            keep_count(seat, kept_count(seat), number)      # it is tried again when something has happened there
    return len(stale)


def _moved(seats, since) -> dict[str, int]:
    """Coalition uid → the number of its newest act."""
    lines: Any = (AuditLine.select(AuditLine.coalition_uid, fn.MAX(AuditLine.number))
             .where(AuditLine.number > since, AuditLine.coalition_uid.in_({seat.coalition.uid for seat in seats}))
             .group_by(AuditLine.coalition_uid))
    return dict(lines.tuples()) if seats else {}


def _count(app, seat, number, now):
    ctx = context_for(seat.person, seat.coalition, now)
    if ctx is None:
        return
    with as_if_asked(app, ctx):
        items, _gaps = waiting(ctx, app.host)
    keep_count(seat, len(items), number)


def show_count(ctx, count: int, number: int) -> None:
    """What Today has just counted; a plain look at it writes nothing when nothing has changed. A page is no worse for a
    number that could not be kept."""
    if kept_count(ctx.seat) == count:
        return
    try:
        keep_count(ctx.seat, count, number)
    except OperationalError as error:
        log.error("a count could not be kept: %s", trace(error))
