"""Passwords: their rules, their hashes, six random words to offer, and the slow-down of wrong ones."""

import hashlib
import hmac
import secrets
import threading
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

import argon2

from core.db import transaction
from core.errors import Refused
from core.language import lazy, lazy_plural
from core.people.models import Attempt

SHORTEST, LONGEST = 15, 256
LONGEST_WAIT, LONGEST_WAIT_ANYWHERE = 900, 8        # seconds
ATTEMPT_HOURS = 24
DATA = Path(__file__).parent / "data"
HASHER = argon2.PasswordHasher()
_at_a_time = threading.BoundedSemaphore(2)      # a hash takes 64 MiB: a crowd at the door must not fill the memory
_inside = threading.BoundedSemaphore(4)         # with those who wait: the other threads go on serving pages


@contextmanager
def _turn():
    """One's turn to work a hash out. Refused where too many wait already."""
    if not _inside.acquire(blocking=False):
        raise Refused(lazy("Very many are signing in at this moment. Wait a few seconds, then try again."))
    try:
        with _at_a_time:
            yield
    finally:
        _inside.release()


@cache
def _common():
    return frozenset((DATA / "common_passwords.txt").read_text(encoding="utf-8").split())


def offered_words() -> str:
    """Six random words of two syllables, of no language, so that everybody can say them: some 75 bits."""
    return " ".join("".join(secrets.choice(letters) for letters in ("bdfghjklmnprstvz", "aeiou") * 2) for _ in range(6))


def check_password(password: str, *names: str) -> None:
    """Refused with a sentence when the password is too short, too long, common, or made of these names."""
    if len(password) < SHORTEST:
        raise Refused(lazy_plural(
            "The password has %(num)d character; it needs at least %(least)d. Several words work well.",
            "The password has %(num)d characters; it needs at least %(least)d. Several words work well.",
            len(password), least=SHORTEST))
    if len(password) > LONGEST:
        raise Refused(lazy("The password has more than %(most)d characters. Use a shorter one.", most=LONGEST))
    plain = "".join(character for character in password.casefold() if character.isalnum())
    for name in filter(None, names + ("commonweal",)):
        plain = plain.replace("".join(character for character in name.casefold() if character.isalnum()), "")
    if len(set(plain)) < 5 or plain in _common():
        raise Refused(lazy("This password is among the first that are tried. Take other words, or the six offered."))


def hash_password(password: str) -> str:
    with _turn():
        return HASHER.hash(password)


@cache
def _nobodys_hash():
    return HASHER.hash(secrets.token_hex(16))


def is_right(password: str, hashed: str | None) -> bool:
    """One hash is worked out for every question, also where there is no account: time tells nothing."""
    with _turn():
        try:
            return HASHER.verify(hashed or _nobodys_hash(), password) and hashed is not None
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def _keys(secret, address, network, now):
    """(key, longest delay in seconds) of what is counted: tries for this account from this network address, and from
    anywhere. The second stays short: an enemy elsewhere must not be able to lock somebody out."""
    words = {"from here": (f"{network}\0{now.date()}", LONGEST_WAIT), "anywhere": ("", LONGEST_WAIT_ANYWHERE)}
    return [(hmac.new(secret, f"attempt\0{kind}\0{more}\0{address}".encode(), hashlib.sha256).hexdigest(), most)
            for kind, (more, most) in words.items()]


def seconds_to_wait(secret: bytes, address: str, now, network: str = "") -> int:
    """How long this address must wait before a password is looked at: it doubles from the fourth wrong one on.
    Never a lock-out, so that nobody can lock a coalition out."""
    longest = dict(_keys(secret, address, network, now))
    waits = [0]
    for attempt in Attempt.select().where(Attempt.key.in_(list(longest)), Attempt.count >= 4):
        delay = min(2 ** (attempt.count - 3), longest[attempt.key])
        waits.append(int((attempt.last_at + timedelta(seconds=delay) - now).total_seconds() + 0.999))
    return max(waits)


def count_wrong(secret: bytes, address: str, now, network: str = "") -> None:
    """One more. What is older than a day is forgotten, of whatever address."""
    with transaction():
        Attempt.delete().where(Attempt.last_at < now - timedelta(hours=ATTEMPT_HOURS)).execute()
        for key, _most in _keys(secret, address, network, now):
            Attempt.get_or_create(key=key, defaults={"last_at": now})
            Attempt.update(count=Attempt.count + 1, last_at=now).where(Attempt.key == key).execute()


def begin_try(secret: bytes, address: str, now, network: str = "") -> int:
    """Count this try before it is known to be right, so that many at once are not let through together; gives the
    seconds to wait instead, where there are any. forget_wrong() follows a right one."""
    with transaction():
        wait = seconds_to_wait(secret, address, now, network)
        if not wait:
            count_wrong(secret, address, now, network)
        return wait


def forget_wrong(secret: bytes, address: str, now, network: str = "") -> None:
    with transaction():
        Attempt.delete().where(Attempt.key.in_([key for key, _most in _keys(secret, address, network, now)])).execute()
