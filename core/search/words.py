"""The words of a text as search sees them. Pure: index, query, names in memory and marks on the page all use this.

A query is a phrase, and its last word may be a beginning: "A/HRC/43/1" finds "A/HRC/43/15". Since words are joined by
single blanks, that is what finds() says in one line; both databases must give the same.
"""

import re
import unicodedata
from collections.abc import Sequence

MOST_QUERY_WORDS = 16           # what follows them in a query does not count
LONGEST_WORD = 100              # letters; PostgreSQL bounds what it keeps of one word
EXCERPT_LETTERS = 220

# Letters that Unicode does not take apart, written as people type them without a keyboard for them.
PLAIN = {"œ": "oe", "æ": "ae", "ß": "ss", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
         "ٱ": "ا", "ى": "ي", "ة": "ه",
         # Between letters, and no part of the word: tatweel, soft hyphen, joiners.
         "ـ": "", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": ""}
WORD = re.compile(r"[^\W_]+")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003fffd]+")
ARTICLE = re.compile("(?:[وب])?ال")
FEWEST_WITH_ARTICLE = 5


class _Folded(dict):
    """Code point → the letters that stand for it, worked out once: str.translate() takes it."""

    def __missing__(self, code):
        apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        self[code] = "".join(_plain(letter) for letter in apart if not unicodedata.combining(letter))
        return self[code]


def _plain(letter):
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else PLAIN.get(letter, letter)


FOLDED = _Folded()


def folded(text: str) -> str:
    """Small letters without accents; Arabic letters in one form, digits of all scripts as 0 to 9."""
    return text.translate(FOLDED)


def words_of(text: str) -> list[str]:
    """The words of a text, in order. Chinese, which has no blanks, gives overlapping pairs and the last sign."""
    return [word for word, _start, _end in _places(folded(text))]


def query_words(text: str) -> list[str]:
    """The words of what somebody looks for; the last one may be a beginning. Empty where there is none."""
    plain = folded(text)
    found = list(_places(plain))
    # At the end a Chinese sign by itself would ask for one more word than its pair: the pair has it.
    if len(found) > 1 and found[-1][1] > found[-2][1] and found[-1][2] == found[-2][2]:
        found.pop()
    return [word for word, _start, _end in found[:MOST_QUERY_WORDS]]


def finds(words: Sequence[str], query: list[str]) -> bool:
    """Whether these words hold the phrase."""
    return bool(query) and f" {' '.join(query)}" in f" {' '.join(words)}"


def _places(plain):
    """(word, where it begins, where it ends) in a folded text."""
    for run in WORD.finditer(plain):
        start = run.start()
        for han in HAN.finditer(run[0]):
            yield from _one(run[0][start - run.start():han.start()], start)
            for at in range(han.start(), han.end()):
                end = min(at + 2, han.end())
                yield run[0][at:end], run.start() + at, run.start() + end
            start = run.start() + han.end()
        yield from _one(run[0][start - run.start():], start)


def _one(word, start):
    if word:
        article = ARTICLE.match(word) if len(word) >= FEWEST_WITH_ARTICLE else None
        yield word[article.end() if article else 0:][:LONGEST_WORD], start, start + len(word)


def marked(text: str, query: list[str]) -> list[tuple[str, bool]]:
    """The text in pieces: (piece, whether it is what was looked for)."""
    pieces, done = [], 0
    for start, end in _found(text, query):
        if start >= done:
            pieces += [(text[done:start], False), (text[start:end], True)]
            done = end
    return [piece for piece in [*pieces, (text[done:], False)] if piece[0]]


def has(text: str, query: list[str]) -> bool:
    return bool(_found(text, query))


def excerpt(text: str, query: list[str]) -> list[tuple[str, bool]]:
    """As marked(), of a long text only what stands around the first find, else its beginning."""
    text = " ".join(text.split())
    if len(text) <= EXCERPT_LETTERS:
        return marked(text, query)
    found = _found(text, query)
    start = max(0, found[0][0] - EXCERPT_LETTERS // 3) if found else 0
    start = text.find(" ", start, start + 30) + 1 or start if start else 0
    end = start + EXCERPT_LETTERS
    if end < len(text):
        end = max(text.rfind(" ", end - 30, end), 0) or end
    return [*([("… ", False)] if start else []), *marked(text[start:end], query),
            *([(" …", False)] if end < len(text) else [])]


def _found(text, query):
    """(start, end) in the text as it is written, of every place where the phrase stands."""
    if not query:
        return []
    origins = [at for at, letter in enumerate(text) for _folded_letter in FOLDED[ord(letter)]]
    places = list(_places(folded(text)))
    words = [word for word, _start, _end in places]
    last = len(query) - 1
    return [(origins[places[at][1]], origins[places[at + last][2] - 1] + 1)
            for at in range(len(words) - last)
            if words[at:at + last] == query[:last] and words[at + last].startswith(query[last])]
