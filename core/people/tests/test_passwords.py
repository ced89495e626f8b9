"""Passwords: the rules in words, and one hash for every question."""

import threading
import time

import argon2
import pytest

from core.errors import Refused
from core.people import passwords
from core.people.passwords import check_password, hash_password, is_right, offered_words

ADDRESS = "mirela@invented.example"


@pytest.mark.parametrize(("password", "words"), [
    ("short", "The password has 5 characters; it needs at least 15. Several words work well."),
    ("x" * 257, "The password has more than 256 characters. Use a shorter one."),
    ("aaaaaaaaaaaaaaaaaaaa", "This password is among the first that are tried."),
    ("commonwealcommonweal", "This password is among the first that are tried."),
    ("1234 5678 9012 3456", "This password is among the first that are tried."),
    ("mirela saltonstowe!", "This password is among the first that are tried."),
])
def test_a_poor_password_is_refused_in_words(password, words):
    with pytest.raises(Refused) as caught:
        check_password(password, "Mirela Saltonstowe", ADDRESS)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("password", ["river stone window lamp", "  spaces at both ends  ", "كلمة مرور طويلة جدا هنا",
                                      "x7$kQ!m2@vB9#tR", "w" * 3 + "any characters, any length" * 9])
def test_any_characters_are_taken(password):
    check_password(password, "Mirela Saltonstowe", ADDRESS)


def test_the_offered_words_are_good_and_never_the_same():
    offered = {offered_words() for _ in range(50)}
    assert len(offered) == 50
    for words in offered:
        assert len(words.split()) == 6
        check_password(words)


def test_a_hash_is_argon2_and_opens_for_its_password_only():
    hashed = hash_password("river stone window lamp")
    kind = argon2.extract_parameters(hashed)
    default = argon2.PasswordHasher()
    assert (kind.type, kind.memory_cost, kind.time_cost) >= (
        argon2.low_level.Type.ID, default.memory_cost, default.time_cost)
    assert is_right("river stone window lamp", hashed)
    assert not is_right("river stone window lamps", hashed)
    assert not is_right("anything", None) and not is_right("anything", "no hash")


def test_one_hash_is_worked_out_whoever_is_or_is_not_there(monkeypatch):
    asked = []

    class Hasher:
        def verify(self, hashed, password):
            asked.append(password)
            raise argon2.exceptions.VerifyMismatchError
        def hash(self, password):
            return "nobody's"
    monkeypatch.setattr(passwords, "HASHER", Hasher())
    passwords._nobodys_hash.cache_clear()
    assert [is_right("a", "$argon2id$"), is_right("b", None)] == [False, False]
    assert asked == ["a", "b"]
    passwords._nobodys_hash.cache_clear()


def test_a_crowd_at_the_door_leaves_threads_for_the_others(monkeypatch):
    inside, told, go = [], [], threading.Event()

    class Slow:
        def verify(self, hashed, password):
            inside.append(password)
            go.wait(timeout=20)
            return True
    monkeypatch.setattr(passwords, "HASHER", Slow())

    def come(number):
        try:
            is_right(str(number), "$argon2id$")
        except Refused as refusal:
            told.append(str(refusal))
    crowd = [threading.Thread(target=come, args=(number,)) for number in range(10)]
    for person in crowd:
        person.start()
    while len(told) < 6:
        time.sleep(0.01)
    assert len(inside) == 2
    go.set()
    for person in crowd:
        person.join(timeout=20)
    assert len(inside) == 4
    assert told == ["Very many are signing in at this moment. Wait a few seconds, then try again."] * 6
