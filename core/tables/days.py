"""A day as it is typed: in a form, in a cell, behind an option."""

from datetime import date

from core.errors import Refused
from core.language import lazy


def read_day(words: str) -> date | None:
    """The day of "2026-03-12"; None for an empty text. Refused otherwise."""
    words = words.strip()
    if not words:
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise Refused(lazy("“%(day)s” is no date. Write it as 2026-03-12.", day=words[:40])) from None
