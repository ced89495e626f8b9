"""Passwords: their rules, their hashes, and six random words to offer."""

import secrets
import threading
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import argon2

from core.errors import Refused
from core.language import lazy, lazy_plural

SHORTEST, LONGEST = 15, 256
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
