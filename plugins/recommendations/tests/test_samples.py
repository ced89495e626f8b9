"""The samples of UN documents against the truth that lies beside them, judged by its own scorer."""

import csv
import importlib.util
import json

import pytest

from plugins.recommendations.readers.matrix import MATRIX
from plugins.recommendations.readers.printed import number_and_rest
from plugins.recommendations.readers.reply import REPLY
from plugins.recommendations.readers.report import REPORT
from plugins.recommendations.readers.states_at_end import wordings
from tests.paths import shared

READERS = (MATRIX, REPORT, REPLY)
FILES = [
    # truth, file, reader, State, session
    ("slovenia-cycle2", "matrices/slovenia-cycle2.docx", MATRIX, "SVN", 20),
    ("slovenia-cycle4", "matrices/slovenia-cycle4.docx", MATRIX, "SVN", 48),
    ("belgium-session52-three-sections", "working-group-reports/belgium-session52-three-sections.docx", REPORT, None,
     None),
    ("denmark-session52-list", "working-group-reports/denmark-session52-list.docx", REPORT, None, None),
    ("estonia-session52-draft", "working-group-reports/estonia-session52-draft.docx", REPORT, None, None),
    ("estonia-session52-adopted", "working-group-reports/estonia-session52-adopted.docx", REPORT, None, None),
    ("mozambique-session52-full-autonumbered",
     "working-group-reports/mozambique-session52-full-autonumbered.docx", REPORT, "MOZ", 52),
    ("namibia-session52-list-autonumbered", "working-group-reports/namibia-session52-list-autonumbered.docx", REPORT,
     None, None),
    ("slovenia-session48", "working-group-reports/slovenia-session48.md", REPORT, "SVN", 48),
    ("slovenia-session48-response-add1", "other/slovenia-session48-response-add1.txt", REPLY, "SVN", None),
]


@pytest.fixture(scope="module")
def scorer():
    spec = importlib.util.spec_from_file_location("score_import",
                                                  shared("domain", "samples", "expected", "score_import.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def plain(row):
    return {"number": row.number, "part": row.part, "text": row.text, "states": list(row.states),
            "position": row.position, "themes": list(row.themes), "theme_headings": list(row.headings),
            "affected": list(row.affected), "sdgs": list(row.sdgs), "source": row.source}


@pytest.mark.parametrize(("name", "file", "reader", "state", "session"), FILES, ids=[row[0] for row in FILES])
def test_a_sample_is_read_as_its_truth_says(name, file, reader, state, session, scorer, capsys):
    reading = reader.read(str(shared("domain", "samples", *file.split("/"))), {})
    expected = shared("domain", "samples", "expected", f"{name}.json")
    truth = json.loads(expected.read_text(encoding="utf-8"))
    if reader is REPLY:
        is_right = scorer.score_reply(truth, scorer.rows({row.number: row.position for row in reading.rows}))
    else:
        rows = [plain(row) for row in reading.rows]
        is_right = scorer.score(truth, scorer.rows(rows))
        # More than the scorer asks: every State list, heading, group of persons and source.
        wrong = [row["number"] for row, wanted in zip(rows, truth["recommendations"], strict=True)
                 if any(wanted.get(field) and wanted[field] != row[field]
                        for field in ("states", "theme_headings", "affected", "themes", "source"))]
        assert wrong == []
    assert is_right, capsys.readouterr().out
    assert (reading.state, reading.session) == (state, session)
    assert not any(problem.refused for problem in reading.problems)


@pytest.mark.parametrize(("name", "file", "reader", "state", "session"), FILES, ids=[row[0] for row in FILES])
def test_a_sample_is_known_by_its_content(name, file, reader, state, session):
    path = shared("domain", "samples", *file.split("/"))
    sure = {other.name: other.sniff(str(path)) for other in READERS if path.suffix in other.suffixes}
    assert max(sure, key=sure.get) == reader.name and sure[reader.name] >= 0.8
    assert all(value == 0 for name, value in sure.items() if name != reader.name)


@pytest.mark.parametrize("file", ["other/slovenia-session48-advance-questions.docx",
                                  "other/slovenia-session48-stakeholder-summary.md"])
def test_other_documents_of_the_un_are_not_taken_for_one_of_these(file):
    path = shared("domain", "samples", *file.split("/"))
    assert [reader.sniff(str(path)) for reader in READERS if path.suffix in reader.suffixes] == [0, 0, 0][
        :sum(path.suffix in reader.suffixes for reader in READERS)]


def test_the_states_in_2317_texts_of_an_export_are_found_as_the_truth_counts_them():
    """The export's column of States is incomplete; the text tells all, at its end or with its verbs."""
    truth = json.loads(shared("domain", "samples", "expected", "tables.json").read_text(encoding="utf-8"))
    truth = truth["uhri-export/recommendations.csv"]
    with shared("domain", "samples", "uhri-export", "recommendations.csv").open(encoding="utf-8", newline="") as file:
        texts = [number_and_rest(row["text"]) for row in csv.DictReader(file)]
    found = {number: [state for part in wordings(text) for state in part.states] for number, text in texts}
    assert len(texts) == truth["rows"] and all(number for number, _text in texts)
    assert sum(len({state for part in wordings(text) for state in part.states}) for _number, text in texts) == (
        truth["pairs_of_row_and_state_from_text"])
    assert [name for _number, text in texts for part in wordings(text) for name in part.unknown_states] == []
    fuller = truth["rows_whose_states_column_lists_fewer_than_the_text"]["rows"]
    assert [found[row["number"]] for row in fuller] == [row["text"] for row in fuller]
