"""The calendar of the reviews: which session belongs to which cycle, and when a State is reviewed.

A State's session can move, so a review is only ever filled in from here and stays editable (FACTS 1). How certain a row
is, and where it comes from, travels with it. A newer calendar comes in as a file: core.workflows.calendar_file.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from urllib.parse import urlsplit

from core.language import lazy
from core.reference.files import table

NAME = "upr_calendar.csv"
ADDRESS = re.compile(r"https?://[^\s;,)]+")
# Working Group sessions of each cycle (FACTS 1, C).
SESSIONS_OF_CYCLES = {1: range(1, 13), 2: range(13, 27), 3: range(27, 41), 4: range(41, 55)}
# How certain a row is, by its first word. What stands behind it is a note of whoever looked it up.
CERTAIN = {"confirmed": lazy("confirmed"), "inferred": lazy("inferred"), "rescheduled": lazy("moved"),
           "moved": lazy("moved"), "unknown": lazy("not known")}


@dataclass(frozen=True)
class Proposal:
    """What the calendar says of one review. What it does not know is None; `first_day` is of the review's month."""

    state: str
    session: int | None
    cycle: int | None
    first_day: date | None
    deadline: date | None               # the day on which the window for submissions closes
    closing_hour: time | None           # in Geneva
    source: str
    confidence: str


def cycle_of_session(session):
    """The UPR cycle that a Working Group session belongs to; None outside of those held or planned."""
    return next((cycle for cycle, sessions in SESSIONS_OF_CYCLES.items() if session in sessions), None)


def confidence_words(confidence: str) -> str:
    """How certain a row is, in a word or two; a row that begins with no word that we know is certain only in part."""
    first = confidence.partition(" ")[0].rstrip(":").lower()
    return str(CERTAIN.get(first) or lazy("partly confirmed"))


def source_links(source: str) -> list[tuple[str, str]]:
    """(host, address) of each place on the web that a row names, each host once."""
    found = {urlsplit(address).hostname or address: address for address in reversed(ADDRESS.findall(source))}
    return list(reversed(found.items()))


def proposals(state: str) -> list[Proposal]:
    """All that the calendar says of this State's reviews, the newest first; empty for a State that it lacks."""
    found = [_proposal(row) for row in table(NAME) if row["iso3"] == state]
    return sorted(found, key=lambda one: (one.cycle or 0, one.session or 0), reverse=True)


def proposal_for(session: int | None, state: str) -> Proposal | None:
    """What is known of this State's review in this session: its own row, else one as most of the
    session's have it; None where neither is there."""
    if session is None:
        return None
    rows = [_proposal(row) for row in table(NAME) if row["session"] == str(session)]
    own = [row for row in rows if row.state == state]
    months = [row.first_day for row in rows]
    usual = [row for row in rows if row.first_day and months.count(row.first_day) * 2 > len(rows)]
    return next(iter([*own, *usual]), None)


def _proposal(row):
    return Proposal(row["iso3"], _number(row["session"]), _number(row["cycle"]),
                    date.fromisoformat(f"{row['review_month']}-01") if row["review_month"] else None,
                    date.fromisoformat(row["stakeholder_deadline"]) if row["stakeholder_deadline"] else None,
                    time.fromisoformat(row["closing_hour"]) if row.get("closing_hour") else None,
                    row["source"], row["confidence"])


def _number(text):
    return int(text) if text else None
