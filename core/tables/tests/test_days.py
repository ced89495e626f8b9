"""A day as it is typed."""

from datetime import date

import pytest

from core.errors import Refused
from core.tables.days import read_day


def test_a_day_is_read_and_nothing_is_none():
    assert [read_day(words) for words in (" 2026-03-12 ", "", "  ")] == [date(2026, 3, 12), None, None]


def test_a_day_that_nobody_means_is_refused():
    """Where the calendar of the machine ends, a day more or an hour in another zone cannot be counted."""
    assert [read_day(words) for words in ("1000-01-01", "2099-12-31")] == [date(1000, 1, 1), date(2099, 12, 31)]
    for words in ("0999-12-31", "2100-01-01", "9999-12-31"):
        with pytest.raises(Refused) as caught:
            read_day(words)
        assert str(caught.value) == f"{words} cannot be meant. Look at the year: it lies between 1000 and 2099."


@pytest.mark.parametrize("words", ["12 March", "2026-02-30", "0", "soon" * 50])
def test_what_is_no_day_is_refused_with_its_words(words):
    with pytest.raises(Refused) as caught:
        read_day(words)
    assert str(caught.value) == f"“{words[:40]}” is no date. Write it as 2026-03-12."
