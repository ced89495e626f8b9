"""Counters that slow down who guesses, and that say how often a page was asked for; shared by all workers.

What is counted has no name: an HMAC whose key comes from the key file and the day. A row goes within a day, and with
the day nobody can tell any more whose it was.
"""

import hashlib
import hmac
from datetime import timedelta

from core.db import transaction
from core.errors import Refused
from core.language import lazy_plural
from core.people.models import Attempt
from core.sealing import derived

KEPT = timedelta(hours=24)
LONGEST_WAIT = 900              # seconds, for tries from one network address
# kind → longest wait for tries from anywhere. It stays short, so that an enemy elsewhere locks nobody out. Who is asked
# for a code has given the right password already, and six digits are guessed sooner.
LONGEST_ANYWHERE = {"password": 8, "code": 300}


def _key(now, *words):
    return hmac.new(derived(f"counters {now.date()}"), "\0".join(words).encode(), hashlib.sha256).hexdigest()


def _keys(kind, who, network, now):
    """(key, longest wait) of what is counted: tries for this account from this network address, and from anywhere."""
    return [(_key(now, kind, "from here", network, who), LONGEST_WAIT),
            (_key(now, kind, "anywhere", "", who), LONGEST_ANYWHERE[kind])]


def seconds_to_wait(kind: str, who: str, now, network: str = "") -> int:
    """How long this account must wait before a password or code is looked at: it doubles from the fourth wrong one on.
    Never a lock-out, so that nobody can lock a coalition out."""
    longest = dict(_keys(kind, who, network, now))
    waits = [0]
    for attempt in Attempt.select().where(Attempt.key.in_(list(longest)), Attempt.count >= 4):
        delay = min(2 ** (attempt.count - 3), longest[attempt.key])
        waits.append(int((attempt.last_at + timedelta(seconds=delay) - now).total_seconds() + 0.999))
    return max(waits)


def count_wrong(kind: str, who: str, now, network: str = "") -> None:
    """One more."""
    with transaction():
        for key, _longest in _keys(kind, who, network, now):
            _one_more(key, now)


def _one_more(key, now):
    """Count it, in an open transaction. What is older than a day is forgotten, whosever it was."""
    Attempt.delete().where(Attempt.last_at < now - KEPT).execute()
    Attempt.get_or_create(key=key, defaults={"last_at": now})
    Attempt.update(count=Attempt.count + 1, last_at=now).where(Attempt.key == key).execute()


def begin(kind: str, who: str, now, network: str = "") -> None:
    """Count this try before it is known to be right, so that many at once are not let through together. Refused, with
    the seconds to wait, where there were too many. forget() follows a right one."""
    with transaction():
        wait = seconds_to_wait(kind, who, now, network)
        if not wait:
            count_wrong(kind, who, now, network)
    if wait and kind == "code":
        raise Refused(lazy_plural("Too many wrong codes. Wait %(num)d second, then try again.",
                                  "Too many wrong codes. Wait %(num)d seconds, then try again.", wait))
    if wait:
        raise Refused(lazy_plural("Too many wrong passwords. Wait %(num)d second, then try again.",
                                  "Too many wrong passwords. Wait %(num)d seconds, then try again.", wait))


def forget(kind: str, who: str, now, network: str = "") -> None:
    """The try was right: what was counted before it counts no more."""
    with transaction():
        Attempt.delete().where(Attempt.key.in_([key for key, _longest in _keys(kind, who, network, now)])).execute()


def count(name: str, who: str, now, seconds: int) -> int:
    """How often this one has done this in the window of so many seconds in which `now` lies, this time included."""
    key = _key(now, "limit", name, who, str(_window(now, seconds)))
    with transaction():
        _one_more(key, now)
        return Attempt.get(Attempt.key == key).count


def window_ends(now, seconds: int):
    """When the window of so many seconds in which `now` lies is over. Windows begin anew at midnight in UTC."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(seconds=(_window(now, seconds) + 1) * seconds)


def _window(now, seconds):
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return int((now - start).total_seconds()) // seconds
