"""Printed words made comparable: blanks, misplaced hyphens and apostrophes, numbers of paragraphs."""

import re

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# Cyrillic letters that look like Latin ones: a text that begins with one is not found by a search.
LOOK_ALIKES = str.maketrans("АВЕЗІЈКМНОРСЅТУХаеіјорсѕухһ", "ABE3IJKMHOPCSTYXaeijopcsyxh")
MIXED_WORD = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[\u0400-\u04ff])\w+\b")
# "121.15", "121.15a", "121.15 (a)", "6.1." and "A-121.15" of older reports; never "2.5 per cent" in a text, since it
# is asked only at the start of a paragraph.
NUMBER = r"\d{1,3}(?:\.\d{1,3}){1,2}(?:\s?\(?[a-z]\)|[a-z])?"
STARTS_WITH_NUMBER = re.compile(rf"[\s\W]*?(?:[A-D]\s?[-–]\s?)?({NUMBER})(?:\.(?!\d)|\)|:)?(?:\s+|(?=[A-ZÀ-Þ“\"‘'])|$)")


def folded(text):
    """The text with single blanks, no invisible marks, Latin letters for look-alikes in Latin words, and without the
    blanks that some of OHCHR's files print around a typographic apostrophe or non-breaking hyphen (`Slovenia ’ s`)."""
    text = INVISIBLE.sub("", text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"(?<=\w) ?’ (?=s\b)|(?<=\w) ’ ?(?=\w)", "’", text)
    text = re.sub(r"(?<=\w) ?‑ ?(?=\w)", "‑", text)
    return MIXED_WORD.sub(lambda word: word[0].translate(LOOK_ALIKES), text)


def number_and_rest(text):
    """("121.15a", "Ratify …") of a paragraph that begins with a recommendation's number, else (None, the text)."""
    text = text.strip()
    found = STARTS_WITH_NUMBER.match(text)
    if not found or found.start(1) > 4:
        return None, text
    return clean_number(found[1]), text[found.end():].strip()


def clean_number(number):
    """`121.15 (a)` and `121.15A` are 121.15a; `6.1.` is 6.1."""
    return re.sub(r"[\s()]", "", number).strip(".").lower()
