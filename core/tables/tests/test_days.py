"""A day as it is typed."""

from datetime import date

import pytest

from core.errors import Refused
from core.tables.days import read_day


def test_a_day_is_read_and_nothing_is_none():
    assert [read_day(words) for words in (" 2026-03-12 ", "", "  ")] == [date(2026, 3, 12), None, None]


@pytest.mark.parametrize("words", ["12 March", "2026-02-30", "0", "soon" * 50])
def test_what_is_no_day_is_refused_with_its_words(words):
    with pytest.raises(Refused) as caught:
        read_day(words)
    assert str(caught.value) == f"“{words[:40]}” is no date. Write it as 2026-03-12."
