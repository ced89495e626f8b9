"""A day as it is typed: in a form, in a cell, behind an option."""

from datetime import date

from core.errors import Refused
from core.language import lazy

# Whatever somebody dates: a paper of long ago, the end of a round. Beyond the years of the machine no day can be added.
MEANT = (date(1000, 1, 1), date(2100, 1, 1))


def read_day(words: str) -> date | None:
    """The day of "2026-03-12"; None for an empty text. Refused otherwise, and where nobody can mean it."""
    words = words.strip()
    if not words:
        return None
    try:
        day = date.fromisoformat(words)
    except ValueError:
        raise Refused(lazy("“%(day)s” is no date. Write it as 2026-03-12.", day=words[:40])) from None
    if not is_meant(day):
        raise Refused(lazy("%(day)s cannot be meant. Look at the year: it lies between 1000 and 2099.",
                           day=day.isoformat()))
    return day


def is_meant(day: date) -> bool:
    """Whether somebody can mean this day: what read_day() takes, and an archive may bring."""
    return MEANT[0] <= day < MEANT[1]
