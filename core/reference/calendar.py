"""The calendar of the reviews: which State in which session, when, and how sure that is.

A State's session can move, so a review is only ever filled in from here and stays editable (FACTS 1).
"""

from dataclasses import dataclass

from core.reference.files import made_from_tables, table

# Working Group sessions of each cycle (FACTS 1, C).
SESSIONS_OF_CYCLES = {1: range(1, 13), 2: range(13, 27), 3: range(27, 41), 4: range(41, 55)}


@dataclass(frozen=True)
class CalendarEntry:
    session: int | None             # None: it is not known when
    cycle: int
    iso3: str
    review_month: str               # "2025-01", or "" where it is not known
    stakeholder_deadline: str       # "2024-07-17", or ""
    source: str
    confidence: str                 # words; begins with "confirmed" where a published list was read


def cycle_of_session(session):
    """The UPR cycle that a Working Group session belongs to; None outside of those held or planned."""
    return next((cycle for cycle, sessions in SESSIONS_OF_CYCLES.items() if session in sessions), None)


def sessions_of(iso3):
    """The State's entries, earliest session first, those without a session last."""
    mine = [entry for entry in _entries() if entry.iso3 == iso3]
    return sorted(mine, key=lambda entry: (entry.session is None, entry.session))


def month_of(session, iso3=None):
    """The month of the review, "2025-01": of this State, else what most of the session's States have; else None."""
    months = [entry.review_month for entry in _entries()
              if entry.session == session and entry.review_month and iso3 in (None, entry.iso3)]
    return max(months, key=months.count) if months else None


@made_from_tables
def _entries():
    return tuple(
        CalendarEntry(int(row["session"]) if row["session"] else None, int(row["cycle"]), row["iso3"],
                      row["review_month"], row["stakeholder_deadline"], row["source"], row["confidence"])
        for row in table("upr_calendar.csv"))
