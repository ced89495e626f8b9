"""What is compared of wordings and numbers: keys to know them again, and how alike two wordings are."""

import re
import unicodedata
from difflib import SequenceMatcher

LETTERS = re.compile(r"[^\W_]+")
NUMBER_PIECES = re.compile(r"\d+|[^\d.]+")
ALIKE = 0.9
FEWEST_WORDS_IN_COMMON = 0.5


def text_key(text: str) -> str:
    """Small letters and digits alone: blanks, quotation marks, hyphens, accents and the end's punctuation do not count.

    "Ratify  the ’Convention’;" → "ratifytheconvention"
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def number_key(number: str | None) -> str:
    """A number for sorting: "140.12" → "00140.00012", "140.12a" → "00140.00012a"; "" where there is none."""
    if not number:
        return ""
    return ".".join("".join(piece.zfill(5) if piece.isdigit() else piece.strip().lower()
                            for piece in NUMBER_PIECES.findall(level)) for level in number.split("."))[:80]


class Likeness:
    """How alike wordings are, as a share from 0 to 1; below ALIKE it is only known that it is below.

    What many comparisons share is made once for each wording.
    """

    def __init__(self):
        self._keys: dict[str, str] = {}
        self._words: dict[str, frozenset[str]] = {}

    def of(self, one: str, other: str) -> float:
        first, second = sorted((self._key(one), self._key(other)))      # SequenceMatcher depends on the order
        total = len(first) + len(second)
        if first == second:
            return 1.0
        if not total or 2 * min(len(first), len(second)) / total < ALIKE or \
                self.words_in_common(one, other) < FEWEST_WORDS_IN_COMMON:
            return 0.0
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0

    def words_in_common(self, one: str, other: str) -> float:
        """The share of words that both have: a quick look, before letters are compared."""
        self._key(one), self._key(other)
        mine, theirs = self._words[one], self._words[other]
        return 2 * len(mine & theirs) / ((len(mine) + len(theirs)) or 1)

    def _key(self, text):
        if text not in self._keys:
            self._keys[text] = text_key(text)
            self._words[text] = frozenset(LETTERS.findall(text.casefold()))
        return self._keys[text]
