"""The list that Meridia's Ministry of Foreign Affairs publishes: a text, an entry of four lines for each
recommendation.

    No. 140.12
    Asks: Train every judge of the family courts
    By: Kenya, Chile
    Answer: accepted
"""

import re
from pathlib import Path

from core.errors import Refused
from core.files.reading import Problem, Reader, Reading
from core.language import lazy
from core.reference.states import find_state
from plugins.recommendations.rows import Row

HEAD = "MINISTRY OF FOREIGN AFFAIRS"
ENTRY = re.compile(r"No\. (?P<number>\S+)\nAsks: (?P<text>.+)\nBy: (?P<states>.+)\nAnswer: (?P<answer>.+)")
ANSWERS = {"accepted": "supported", "accepted in part": "supported-in-part", "taken note of": "noted"}


def sniff(path):
    """Certain when the ministry's name stands in the first line."""
    return 1.0 if HEAD in _text(path).partition("\n")[0] else 0.0


def read(path, settings):
    """The entries of the list. One that names a State or an answer that is not known is refused by its number."""
    rows, problems = [], []
    for entry in ENTRY.finditer(_text(path)):
        place = lazy("entry No. %(number)s", number=entry["number"])
        names = [name.strip() for name in entry["states"].split(",")]
        unknown = [name for name in names if find_state(name) is None]
        if unknown:
            problems.append(Problem(place, lazy("The State “%(name)s” is not known. Correct its name.",
                                                name=unknown[0])))
        elif entry["answer"] not in ANSWERS:
            problems.append(Problem(place, lazy("The answer “%(answer)s” is not known. Write one of: %(known)s.",
                                                answer=entry["answer"], known=", ".join(ANSWERS))))
        else:
            rows.append(Row(place=place, number=entry["number"], text=entry["text"],
                            states=tuple(find_state(name) for name in names), position=ANSWERS[entry["answer"]]))
    if not rows and not problems:
        raise Refused(lazy("The list has no entry. An entry begins with “No.” and the number."))
    return Reading("ministry", tuple(rows), tuple(problems))


def _text(path):
    return Path(path).read_text(encoding="utf-8", errors="replace")


MINISTRY_LIST = Reader(name="ministry", title=lazy("List of Meridia's ministry (.txt)"), subject="recommendations",
                       suffixes=(".txt",), sniff=sniff, read=read, row_type=Row)
