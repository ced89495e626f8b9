"""Pseudonyms: a word drawn at random for each organisation in each coalition, never chosen by hand.

It stands wherever the name may not be read. It says nothing: it is drawn for every organisation, also for those that
show their name, and another one in every coalition.
"""

import secrets
from functools import cache
from pathlib import Path

from core.errors import Refused
from core.language import lazy
from core.tables.mapping import fold

WORDS = Path(__file__).parent / "data" / "pseudonyms.txt"


@cache
def _words():
    return tuple(WORDS.read_text(encoding="utf-8").split())


@cache
def _folded_words():
    return frozenset(map(fold, _words()))


def refuse_word_as_name(name: str) -> None:
    """Refused where a name is one of the words, whether an organisation goes by it here or not: it would be taken for
    one that withholds its name, and the answer tells nobody which words are drawn."""
    if fold(name) in _folded_words():
        raise Refused(lazy("“%(name)s” is one of the words by which organisations that withhold their name go. Write "
                           "the name in full, with what kind of organisation it is.", name=name))


def draw_pseudonym(taken: set[str]) -> str:
    """A word that none of the coalition's organisations has."""
    free = [word for word in _words() if word not in taken]
    if not free:
        raise Refused(lazy("Every pseudonym is taken: a coalition can have %(count)d organisations.",
                           count=len(_words())))
    return secrets.choice(free)
