"""Counters: who guesses waits longer each time, nobody is locked out, and a day later nothing is left."""

from datetime import datetime, timedelta

import pytest

from core import sealing
from core.errors import Refused
from core.people import tries
from core.people.models import Attempt

NOW = datetime(2027, 3, 1, 12)
ADDRESS = "mirela@invented.example"

pytestmark = pytest.mark.database


def waits(kind="password", now=NOW, network="", times=16):
    found = []
    for _ in range(times):
        tries.count_wrong(kind, ADDRESS, now, network)
        found.append(tries.seconds_to_wait(kind, ADDRESS, now, network))
    return found


def test_the_wait_doubles_from_the_fourth_wrong_one_to_fifteen_minutes(app):
    assert waits() == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]
    assert tries.seconds_to_wait("password", ADDRESS, NOW + timedelta(seconds=899)) == 1
    assert tries.seconds_to_wait("password", ADDRESS, NOW + timedelta(seconds=900)) == 0
    assert tries.seconds_to_wait("password", "other@invented.example", NOW) == 0
    assert tries.seconds_to_wait("code", ADDRESS, NOW) == 0
    assert ADDRESS not in str(list(Attempt.select().dicts()))
    tries.forget("password", ADDRESS, NOW)
    assert tries.seconds_to_wait("password", ADDRESS, NOW) == 0


@pytest.mark.parametrize(("kind", "elsewhere"), [("password", 8), ("code", 300)])
def test_an_enemy_elsewhere_locks_nobody_out(app, kind, elsewhere):
    waits(kind, network="198.51.100.7", times=30)
    assert tries.seconds_to_wait(kind, ADDRESS, NOW, "198.51.100.7") == 900
    assert tries.seconds_to_wait(kind, ADDRESS, NOW, "203.0.113.9") == elsewhere
    assert "198.51.100.7" not in str(list(Attempt.select().dicts()))


def test_what_was_counted_is_gone_after_a_day(app):
    tries.count_wrong("password", ADDRESS, NOW, "198.51.100.7")
    later = NOW + timedelta(hours=25)
    tries.count_wrong("password", "other@invented.example", later, "198.51.100.7")
    assert {row.last_at for row in Attempt.select()} == {later} and Attempt.select().count() == 2


def test_the_keys_of_the_counters_are_of_the_key_file_and_the_day(app, monkeypatch):
    tries.count_wrong("password", ADDRESS, NOW)
    [today] = [{row.key for row in Attempt.select()}]
    monkeypatch.setattr(tries, "KEPT", timedelta(days=9))
    tries.count_wrong("password", ADDRESS, NOW + timedelta(days=1))
    monkeypatch.setattr(sealing.current(), "key", lambda: b"another key file of thirty-two b")
    tries.count_wrong("password", ADDRESS, NOW)
    assert len(today) == 2 and Attempt.select().count() == 6
    assert {row.count for row in Attempt.select()} == {1}


@pytest.mark.parametrize(("kind", "words"), [
    ("password", "Too many wrong passwords. Wait 2 seconds, then try again."),
    ("code", "Too many wrong codes. Wait 2 seconds, then try again.")])
def test_a_try_is_counted_before_it_is_known_to_be_right(app, kind, words):
    for _ in range(4):
        tries.begin(kind, ADDRESS, NOW)
    with pytest.raises(Refused) as refused:
        tries.begin(kind, ADDRESS, NOW)
    assert str(refused.value) == words
    assert {row.count for row in Attempt.select()} == {4}


def test_what_has_a_limit_is_counted_by_windows(app):
    assert [tries.count("export", "somebody", NOW, 3600) for _ in range(3)] == [1, 2, 3]
    assert tries.count("export", "another", NOW, 3600) == 1
    assert tries.count("search", "somebody", NOW, 3600) == 1
    assert tries.window_ends(NOW + timedelta(minutes=10), 3600) == NOW + timedelta(hours=1)
    assert tries.count("export", "somebody", NOW + timedelta(minutes=59), 3600) == 4
    assert tries.count("export", "somebody", NOW + timedelta(minutes=60), 3600) == 1
