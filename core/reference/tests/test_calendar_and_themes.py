import pytest

from core.reference.calendar import cycle_of_session, month_of, sessions_of
from core.reference.themes import sdg_number, sdg_title, terms, theme_code, theme_name


@pytest.mark.parametrize(("session", "cycle"), [
    (1, 1), (12, 1), (13, 2), (26, 2), (27, 3), (40, 3), (41, 4), (54, 4), (0, None), (55, None), (None, None)])
def test_a_session_belongs_to_its_cycle(session, cycle):
    assert cycle_of_session(session) == cycle


def test_a_states_sessions_come_in_order_with_what_is_known_of_them():
    assert [(entry.session, entry.cycle, entry.review_month) for entry in sessions_of("SVN")] == [
        (34, 3, "2019-11"), (48, 4, "2025-01")]
    assert [entry.session for entry in sessions_of("UKR")][-1] is None
    assert sessions_of("XQZ") == []


def test_the_month_of_a_session():
    assert (month_of(48), month_of(48, "SVN"), month_of(99)) == ("2025-01", "2025-01", None)


def test_codes_and_names_of_themes():
    assert (theme_name("A12"), theme_code("ACCEPTANCE of international norms"), theme_name("Z9"), theme_code("x")) == (
        "Acceptance of international norms", "A12", None, None)
    assert "Women & girls" in terms("affected", "uhri_uncoded_cycle4")


def test_seventeen_goals_by_number_and_title():
    assert [sdg_number(sdg_title(number).upper()) for number in range(1, 18)] == [str(n) for n in range(1, 18)]
    assert (sdg_title("16.2"), sdg_title(18), sdg_number("Peace")) == (
        "Peace, justice and strong institutions", None, None)
