"""Work that comes again and again, done by whoever comes first: several runners, in one process or many, share it.

A runner claims a job by a lease, does the work, and only then writes when it is next due. One that dies lets its lease
run out, and the work is done again: so every job must bear a repeat, and each of ours claims what it does row by row.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from core import db
from core.coalitions.expiring import forget_expired
from core.db import transaction, unclaimed, utc_now
from core.ending.erasing import delete_due
from core.errors import trace
from core.files import store
from core.keyring import Closed
from core.notices import counting, outbox, reminding
from core.notices.models import Job
from core.sealing import check_open, destroy_doomed

log = logging.getLogger("commonweal.jobs")

LEASE = timedelta(minutes=10)
LONGEST_DELAY = timedelta(hours=1)
LOOK_EVERY_SECONDS = 5


@dataclass(frozen=True)
class Work:
    """What a job does, and how often. `act(app, now)` runs with an open connection and outside any transaction."""

    name: str
    every: timedelta
    act: Callable


WORKS = (
    Work("outbox", timedelta(seconds=20), outbox.send_due),
    Work("counts", timedelta(seconds=20), counting.renew),
    Work("reminders", timedelta(minutes=10), reminding.remind),
    Work("sweep outbox", timedelta(hours=1), outbox.sweep),
    Work("sweep reminders", timedelta(hours=24), reminding.sweep),
    Work("erase", timedelta(hours=1), lambda app, now: destroy_doomed()),
    Work("deletions", timedelta(minutes=10), delete_due),
    Work("forget what is over", timedelta(hours=1), forget_expired),
    Work("sweep files", timedelta(hours=24), lambda app, now: store.sweep(app.settings.files, now)),
    Work("sweep what was cut off", timedelta(hours=1),
         lambda app, now: store.drop_cut_off(app.settings.instance, now)),
)


def run_due(app, now, works=WORKS) -> list[str]:
    """Do every job that is due and that nobody else holds; gives their names. A job that fails is tried again later,
    and takes no other with it. While the server is closed, nothing is done: nobody can be written to."""
    done, began = [], monotonic()
    with db.connection():
        try:
            check_open()
        except Closed:                          # a page says so, and the log
            return []
        _make_known(works, now)
        for work in works:
            moment = now + timedelta(seconds=monotonic() - began)       # the work before it may have been long
            if (job := _claim(work, moment)) is not None:
                _do(app, work, job, now)
                done.append(work.name)
    return done


def _make_known(works, now):
    known = {job.name for job in Job.select(Job.name)}
    rows = [{"name": work.name, "due_at": now} for work in works if work.name not in known]
    if rows:
        with transaction():
            Job.insert_many(rows).on_conflict_ignore().execute()


def _claim(work, now) -> Job | None:
    is_free = Job.lease_until.is_null() | (Job.lease_until < now)
    due = Job.select(Job.id).where(Job.name == work.name, Job.due_at <= now, is_free)
    if not due.exists():                        # looking costs no lock; most looks end here
        return None
    with transaction():
        claimed = list(Job.update(lease_until=now + LEASE).where(Job.id.in_(unclaimed(due))).returning(Job).execute())
    return claimed[0] if claimed else None


def _do(app, work, job, now):
    tries = 0
    try:
        work.act(app, now)
    except Exception as error:
        tries = job.tries + 1
        log.error("job %s failed: %s", work.name, trace(error))
    delay = min(work.every * 2 ** min(tries, 10), max(LONGEST_DELAY, work.every))
    with transaction():
        (Job.update(lease_until=None, tries=tries, due_at=now + delay)
         .where(Job.id == job.id, Job.lease_until == job.lease_until).execute())


class Runner:
    """A thread that does what is due, until it is told to stop; stopping waits for the job that runs."""

    def __init__(self, app, clock=utc_now):
        self.app, self.clock = app, clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> "Runner":
        self._thread.start()
        return self

    def stop(self, seconds: float = 30) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def wait(self) -> None:
        """Until stop() is called, or the process is told to stop."""
        self._stopped.wait()

    def _work(self):
        while not self._stopped.is_set():
            try:
                run_due(self.app, self.clock())
            except Exception as error:          # such as a database that is away for a moment
                log.error("the jobs could not be looked up: %s", trace(error))
            self._stopped.wait(LOOK_EVERY_SECONDS)
