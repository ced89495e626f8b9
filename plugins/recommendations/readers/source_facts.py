"""What a UN document says about itself: State under review, session, cycle, symbol."""

import re
from dataclasses import dataclass

from core.reference.calendar import cycle_of_session
from core.reference.states import find_state

SYMBOL = re.compile(r"A/HRC/(?:WG\.6/\d+/L\.\d+|\d{1,3}/\d{1,3}(?:/(?:Add|Corr|Rev)\.\d+)?)")
TITLES_OF_STATE = (
    re.compile(r"\bUPR of (?:the )?(\w.*)", re.IGNORECASE),
    re.compile(r"\bPeriodic Review (?:of|[:–—-]) ?(?:the )?(\w.*)", re.IGNORECASE),
    re.compile(r"\bThe review of (?:the )?(\w.*)"),
    re.compile(r"\bdelegation of (?:the )?(\w.*)"),
    re.compile(r"\bUPR\d{1,2}_\s*([^_]+)_"),
)
ONES = dict(zip("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
                "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split(), range(1, 20), strict=True))
TENS = {"twent": 20, "thirt": 30, "fort": 40, "fift": 50, "sixt": 60}
LONGEST_TITLE = 200
CYCLE = re.compile(r"(\d|first|second|third|fourth|fifth)(?:st|nd|rd|th)?\s+cycle", re.IGNORECASE)
SESSION = re.compile(r"(\d{1,2})\s?(?:st|nd|rd|th)\s+session|\bUPR\s?(\d{1,2})[_\s]|held its ([\w-]+) session",
                     re.IGNORECASE)


@dataclass(frozen=True)
class SourceFacts:
    state: str | None = None
    session: int | None = None
    cycle: int | None = None
    symbol: str | None = None


def facts_in(texts):
    """The facts that these texts (headers, titles, opening paragraphs; the most telling first) state.

    `UPR of Meridia (2nd Cycle – 20th session)` · `UPR20_ Meridia_ThematicList` · `held its fifty-second session`
    """
    texts = [re.sub(r"[ \u00a0\u202f]+", " ", text) for text in texts if text]
    session = next(filter(None, map(_session_in, texts)), None)
    cycle = next(filter(None, map(_cycle_in, texts)), None) or cycle_of_session(session)
    symbol = next((found[0] for text in texts if (found := SYMBOL.search(text))), None)
    return SourceFacts(next(filter(None, map(_state_in, texts)), None), session, cycle, symbol)


def ordinal(words):
    """48 of "forty-eighth" or "48th"; None of anything else."""
    words = words.lower().strip()
    if found := re.fullmatch(r"(\d+)(?:st|nd|rd|th)?", words):
        return int(found[1])
    if words in ONES:
        return ONES[words]
    for start, tens in TENS.items():
        if words == f"{start}ieth":
            return tens
        if words.startswith(f"{start}y"):
            unit = ONES.get(words.removeprefix(f"{start}y").lstrip("- "))
            return tens + unit if unit and unit < 10 else None
    return None


def _session_in(text):
    for found in SESSION.finditer(text):
        session = ordinal(next(group for group in found.groups() if group))
        if session and cycle_of_session(session):
            return session
    return None


def _cycle_in(text):
    found = CYCLE.search(text)
    return ordinal(found[1]) if found else None


def _state_in(text):
    stripped = text.strip(" \t\n*")
    if len(stripped) < 70 and (state := find_state(stripped)):
        return state
    if len(stripped) < LONGEST_TITLE:
        pieces = re.split(r"\t+|\s[-–—|]\s|_|\s*\((?=\d)", stripped)
        if state := next(filter(None, map(find_state, pieces)), None):
            return state
    for title in TITLES_OF_STATE:
        for found in title.finditer(text):
            # A name may hold brackets itself: the longest stretch that is a State's name.
            rest = text[found.start(1):found.start(1) + 80]
            for end in range(len(rest), 2, -1):
                if not rest[end:end + 1].isalpha() and (state := find_state(rest[:end])):
                    return state
    return None
