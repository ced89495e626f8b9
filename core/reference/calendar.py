"""The calendar of the reviews: which session belongs to which cycle, and when a State is reviewed.

A State's session can move, so a review is only ever filled in from here and stays editable (FACTS 1).
"""

from core.reference.files import table

# Working Group sessions of each cycle (FACTS 1, C).
SESSIONS_OF_CYCLES = {1: range(1, 13), 2: range(13, 27), 3: range(27, 41), 4: range(41, 55)}


def cycle_of_session(session):
    """The UPR cycle that a Working Group session belongs to; None outside of those held or planned."""
    return next((cycle for cycle, sessions in SESSIONS_OF_CYCLES.items() if session in sessions), None)


def month_of(session, iso3=None):
    """The month of the review, "2025-01": of this State, else what most of the session's States have; else None."""
    months = [row["review_month"] for row in table("upr_calendar.csv")
              if row["session"] == str(session) and row["review_month"] and iso3 in (None, row["iso3"])]
    return max(months, key=months.count) if months else None
