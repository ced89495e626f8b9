import pytest

from core.reference.calendar import cycle_of_session, month_of
from core.reference.themes import sdg_number, sdg_title


@pytest.mark.parametrize(("session", "cycle"), [
    (1, 1), (12, 1), (13, 2), (26, 2), (27, 3), (40, 3), (41, 4), (54, 4), (0, None), (55, None), (None, None)])
def test_a_session_belongs_to_its_cycle(session, cycle):
    assert cycle_of_session(session) == cycle


def test_the_month_of_a_session():
    assert (month_of(48), month_of(48, "SVN"), month_of(99)) == ("2025-01", "2025-01", None)


def test_seventeen_goals_by_number_and_title():
    assert [sdg_number(sdg_title(number).upper()) for number in range(1, 18)] == [str(n) for n in range(1, 18)]
    assert (sdg_title("16.2"), sdg_title(18), sdg_number("Peace")) == (
        "Peace, justice and strong institutions", None, None)
