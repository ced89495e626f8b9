"""Passwords: their rules, their hashes, six random words to offer, and the slow-down of wrong ones."""

import hashlib
import hmac
import secrets
import threading
from datetime import timedelta
from functools import cache
from pathlib import Path

import argon2

from core.db import transaction
from core.errors import Refused
from core.language import lazy, lazy_plural
from core.people.models import Attempt

SHORTEST, LONGEST = 15, 256
DATA = Path(__file__).parent / "data"
HASHER = argon2.PasswordHasher()
_at_a_time = threading.BoundedSemaphore(2)      # a hash takes 64 MiB: a crowd at the door must not fill the memory


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
    with _at_a_time:
        return HASHER.hash(password)


@cache
def _nobodys_hash():
    return HASHER.hash(secrets.token_hex(16))


def is_right(password: str, hashed: str | None) -> bool:
    """One hash is worked out for every question, also where there is no account: time tells nothing."""
    with _at_a_time:
        try:
            return HASHER.verify(hashed or _nobodys_hash(), password) and hashed is not None
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def _key(secret, address):
    return hmac.new(secret, b"attempt\0" + address.encode(), hashlib.sha256).hexdigest()


def seconds_to_wait(secret: bytes, address: str, now) -> int:
    """How long this address must wait before a password is looked at: it doubles from the fourth wrong one on, to
    fifteen minutes. Never a lock-out, so that nobody can lock a coalition out."""
    attempt = Attempt.get_or_none(Attempt.key == _key(secret, address))
    if attempt is None or attempt.count < 4:
        return 0
    delay = min(2 ** (attempt.count - 3), 900)
    return max(0, int((attempt.last_at + timedelta(seconds=delay) - now).total_seconds() + 0.999))


def count_wrong(secret: bytes, address: str, now) -> None:
    with transaction():
        attempt, _new = Attempt.get_or_create(key=_key(secret, address), defaults={"last_at": now})
        Attempt.update(count=Attempt.count + 1, last_at=now).where(Attempt.id == attempt.id).execute()


def forget_wrong(secret: bytes, address: str) -> None:
    with transaction():
        Attempt.delete().where(Attempt.key == _key(secret, address)).execute()
