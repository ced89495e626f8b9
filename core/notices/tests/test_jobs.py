"""Jobs: claimed by a lease, done by whoever comes first, tried again when they fail, and stopped gracefully."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from core import db
from core.db import CORE_MIGRATIONS, runner
from core.notices import jobs
from core.notices.jobs import Runner, Work, run_due
from core.notices.models import Job
from core.notices.tests.waits import MORNING
from core.tests.test_at_once import at_once

MINUTE = timedelta(minutes=1)


def counting_work(name="count", every=MINUTE):
    done = []
    return Work(name, every, lambda app, now: done.append(now)), done


@pytest.mark.database
def test_of_several_runners_one_does_what_is_due(app):
    work, done = counting_work()
    at_once(*[lambda: run_due(app, MORNING, [work])] * 4)
    assert done == [MORNING]
    at_once(*[lambda: run_due(app, MORNING + MINUTE, [work])] * 4)
    assert done == [MORNING, MORNING + MINUTE]


def test_it_comes_again_when_its_time_has_come(app):
    work, done = counting_work()
    said = [run_due(app, MORNING + seconds * MINUTE / 60, [work]) for seconds in (0, 30, 59, 60, 61)]
    assert said == [["count"], [], [], ["count"], []] and len(done) == 2


@pytest.mark.database
def test_one_that_died_is_done_by_another_when_its_lease_is_over(app):
    work, done = counting_work()
    jobs._make_known([work], MORNING)
    assert jobs._claim(work, MORNING) is not None           # and then the machine stops
    assert run_due(app, MORNING + jobs.LEASE - MINUTE, [work]) == [] == done
    assert run_due(app, MORNING + jobs.LEASE + MINUTE, [work]) == ["count"]


def test_one_that_fails_takes_no_other_with_it_and_is_tried_ever_more_rarely(app, guard):
    def fails(app, now):
        raise ValueError("mirela@invented.example")
    work, done = counting_work()
    bad, moment, delays = Work("bad", MINUTE, fails), MORNING, []
    for _ in range(9):
        assert run_due(app, moment, [bad, work]) == ["bad", "count"]
        delays.append((Job.get(Job.name == "bad").due_at - moment) // MINUTE)
        moment = Job.get(Job.name == "bad").due_at
    assert delays == [2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert len(done) == 9
    faults = guard.forget()
    assert faults and all("job bad failed: ValueError" in fault and "@" not in fault for fault in faults)


def test_a_plain_look_writes_nothing(app, guard):
    work, _done = counting_work()
    run_due(app, MORNING, [work])
    start = len(guard.statements)
    run_due(app, MORNING + MINUTE / 2, [work])
    assert guard.written_since(start) == set()


def test_the_house_s_own_jobs_are_done_without_a_mail_server_too(world, app):
    assert run_due(app, MORNING) == [work.name for work in jobs.WORKS]


def test_a_runner_stops_when_it_is_told_and_finishes_what_runs(app, monkeypatch):
    began, may_end, ended = threading.Event(), threading.Event(), []

    def slow(app, now):
        began.set()
        may_end.wait(20)
        ended.append(now)
    monkeypatch.setattr(jobs, "WORKS", ())
    monkeypatch.setattr(jobs, "run_due", lambda app, now: run_due(app, now, [Work("slow", MINUTE, slow)]))
    runner = Runner(app, clock=lambda: MORNING).start()
    assert began.wait(20)
    stopping = threading.Thread(target=runner.stop)
    stopping.start()
    may_end.set()
    stopping.join(20)
    assert ended == [MORNING] and not runner._thread.is_alive()
    assert Job.get(Job.name == "slow").lease_until is None


def test_a_database_that_is_away_for_a_moment_does_not_end_the_runner(app, monkeypatch, guard):
    looked, found = [], threading.Event()

    def look(app, now):
        looked.append(now)
        if len(looked) == 1:
            raise db.peewee.OperationalError("away")
        found.set()
    monkeypatch.setattr(jobs, "run_due", look)
    monkeypatch.setattr(jobs, "LOOK_EVERY_SECONDS", 0)
    runner = Runner(app).start()
    assert found.wait(20)
    runner.stop()
    assert guard.forget()[0].startswith("log: the jobs could not be looked up: OperationalError")


@pytest.mark.sqlite
def test_a_worker_works_until_it_is_told_to_stop_and_leaves_with_a_good_status(world, instance):
    with subprocess.Popen([sys.executable, "-m", "core", "--instance", str(instance.instance), "worker"],
                          stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline() == "The jobs are being done. Stop it with Ctrl+C.\n"
        process.send_signal(signal.SIGTERM)
        assert (process.wait(40), process.stderr.read()) == (0, "")


def test_a_worker_refuses_a_database_that_is_older_than_the_program(world, command):
    runner("core", CORE_MIGRATIONS).down()
    refused = command("worker")
    assert (refused.exit_code, refused.stderr) == (
        2, "The database is older than the program. Run: commonweal upgrade\n")
