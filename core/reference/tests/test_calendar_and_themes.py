from datetime import date, time

import pytest

from core.reference.calendar import cycle_of_session, proposal_for, proposals
from core.reference.themes import sdg_number, sdg_title


@pytest.mark.parametrize(("session", "cycle"), [
    (1, 1), (12, 1), (13, 2), (26, 2), (27, 3), (40, 3), (41, 4), (54, 4), (0, None), (55, None), (None, None)])
def test_a_session_belongs_to_its_cycle(session, cycle):
    assert cycle_of_session(session) == cycle


def test_the_calendar_says_what_it_knows_of_a_review_with_source_and_certainty():
    slovenia = proposal_for(48, "SVN")
    assert (slovenia.cycle, slovenia.first_day, slovenia.deadline, slovenia.confidence) == (
        4, date(2025, 1, 1), None, "confirmed")
    assert slovenia.source.startswith("https://")
    assert proposal_for(47, "NOR").closing_hour == time(23, 59)


def test_a_state_that_the_calendar_lacks_gets_the_month_of_its_session_only_where_most_rows_have_it():
    assert proposal_for(48, "XMD").first_day == date(2025, 1, 1)
    assert (proposal_for(54, "XMD"), proposal_for(99, "XMD"), proposal_for(None, "SVN")) == (None, None, None)
    assert (proposal_for(54, "TGO").first_day, proposal_for(54, "TGO").deadline) == (None, None)


def test_of_the_fifth_cycle_nothing_is_known():
    assert {one.cycle for state in ("SVN", "NPL", "UKR") for one in proposals(state)} == {3, 4}
    assert [(one.session, one.cycle) for one in proposals("NPL")] == [(51, 4), (37, 3)]
    assert proposals("XMD") == []


def test_seventeen_goals_by_number_and_title():
    assert [sdg_number(sdg_title(number).upper()) for number in range(1, 18)] == [str(n) for n in range(1, 18)]
    assert (sdg_title("16.2"), sdg_title(18), sdg_number("Peace")) == (
        "Peace, justice and strong institutions", None, None)
