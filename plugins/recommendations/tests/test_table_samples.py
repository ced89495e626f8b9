"""The exports of UPR Info and of the Universal Human Rights Index, against the counts that lie beside the samples."""

import json

import pytest

from core.errors import Refused
from core.files.child import read_in_child
from core.reference.states import find_state
from core.tables.sheets import Sheet, read_sheets
from plugins.recommendations.readers import table
from plugins.recommendations.readers.table import TABLE
from tests.paths import shared

UPR_INFO = "upr-info-export/sessions-01-05"
UHRI = "uhri-export/recommendations.csv"


@pytest.fixture(scope="module")
def truth():
    return json.loads(shared("domain", "samples", "expected", "tables.json").read_text(encoding="utf-8"))


@pytest.fixture
def read_by_state(monkeypatch):
    """{ISO3: Reading} of every State under review: as if each had a file of its own, so that it is quick."""
    def read(name, column):
        sheet, = read_sheets(str(shared("domain", "samples", name)))
        by_state = {}
        for row in sheet.rows[1:]:
            by_state.setdefault(find_state(row[column]), []).append(row)
        readings = {}
        for state, rows in by_state.items():
            own = Sheet(sheet.name, [sheet.rows[0], *rows])
            monkeypatch.setattr(table, "read_sheets", lambda path, own=own: [own])
            readings[state] = TABLE.read("", {})
        return readings
    return read


@pytest.mark.parametrize("form", ["csv", "xls"])
def test_the_export_of_upr_info_gives_its_recommendations(truth, read_by_state, form):
    said = truth[f"{UPR_INFO}.csv"]
    readings = read_by_state(f"{UPR_INFO}.{form}", column=0)
    rows = [row for reading in readings.values() for row in reading.rows]
    changed = said["distinct_texts_if_end_punctuation_does_not_count"]["states_that_change"]
    texts = said["distinct_texts_per_state_under_review"] | {state: pair[1] for state, pair in changed.items()}
    assert {state: len(readings[state].rows) for state in texts} == texts
    assert len(rows) == said["distinct_texts_if_end_punctuation_does_not_count"]["all"]
    assert len(readings) == said["states_under_review"]
    assert len({state for row in rows for state in row.states}) == said["recommending_states"]
    assert [len(row.states) for row in rows].count(0) == said["rows_without_a_recommending_state"]["count"]
    assert {row.position for row in rows} == {"supported", "noted"}
    assert [problem for reading in readings.values() for problem in reading.problems if problem.refused] == []


@pytest.mark.parametrize("form", ["csv", "xls"])
def test_one_state_is_taken_out_of_the_whole_export_in_the_child(truth, form):
    reading = read_in_child(TABLE, str(shared("domain", "samples", f"{UPR_INFO}.{form}")), {"state": "AFG"})
    assert len(reading.rows) == truth[f"{UPR_INFO}.csv"]["distinct_texts_per_state_under_review"]["AFG"]
    assert (reading.state, reading.session, reading.cycle) == ("AFG", 5, 1)


def test_pledges_are_not_taken_for_recommendations():
    with pytest.raises(Refused, match="voluntary pledges of a State, not recommendations"):
        read_in_child(TABLE, str(shared("domain", "samples", "upr-info-export", "voluntary-pledges.csv")), {})


def test_the_export_of_the_index_gives_its_numbers_and_the_states_of_its_texts(truth, read_by_state):
    said = truth[UHRI]
    readings = read_by_state(UHRI, column=0)
    numbers = {state: len({row.number for row in reading.rows}) for state, reading in readings.items()}
    assert numbers == said["rows_per_state_under_review"]
    assert sum(len(row.states) for reading in readings.values() for row in reading.rows) == (
        said["pairs_of_row_and_state_from_text"])
    for row in said["rows_whose_states_column_lists_fewer_than_the_text"]["rows"]:
        found = [state for one in readings[row["state_under_review"]].rows if one.number == row["number"]
                 for state in one.states]
        assert found == row["text"]
    assert {str(reading.session) for reading in readings.values()} == set(said["sessions"])
    assert {reading.symbol for reading in readings.values()} == set(said["symbols"])
