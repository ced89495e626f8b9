"""Which of the entries of a position holds."""

from datetime import date

import pytest

from plugins.recommendations.models import PositionEntry
from plugins.recommendations.positions import newest

EARLY, LATE = date(2024, 2, 1), date(2026, 3, 1)


def entries(*pairs):
    return [PositionEntry(position=position, said_on=said_on) for position, said_on in pairs]


@pytest.mark.parametrize(("pairs", "holds"), [
    ([], None),
    ([("pending", None), ("noted", None)], "noted"),
    ([("noted", None), ("pending", None)], "noted"),                            # pending never follows an answer
    ([("noted", LATE), ("supported", EARLY)], "noted"),                         # it was said before
    ([("noted", EARLY), ("supported", LATE)], "supported"),
    ([("pending", LATE), ("supported", EARLY)], "supported"),                   # an answer ends what was pending
    ([("noted", EARLY), ("supported", None)], "supported"),                     # a matrix without a day sums up
    ([("noted", LATE), ("supported", None), ("noted", EARLY)], "supported"),    # later than EARLY is known already
    ([("noted", EARLY), ("supported", EARLY)], "supported"),                    # of one day, the one entered last
])
def test_the_newest_position(pairs, holds):
    found = newest(entries(*pairs))
    assert (found.position if found else None) == holds
