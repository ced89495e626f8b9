import csv
import io

import pytest

from core.documents.csv import harmless, unguarded, write_csv
from core.documents.document import plain
from core.documents.tests.meridia import DISSENT, ENGLISH_HEADINGS, make_annex, make_row


def rows_of(document):
    data = write_csv(document)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_each_recommendation_is_a_row_with_its_theme_and_light_behind_it():
    themes = "Rights of the child; protection\n- Children"
    assert rows_of(make_annex()) == [
        [*ENGLISH_HEADINGS, "Theme", "Light"],
        ["121.4 Raise the age of responsibility (Kenya)\nA/HRC/55/99 - Para. 3", "Supported", themes,
         "Partial implementation\nTabled in May.", "Rights of the child", "Partial implementation"],
        ["121.10 Consult children & parents <soon> (Peru)\nA/HRC/55/99 - Para. 3", "Supported", themes,
         f"In law: implemented\nIn practice: no progress\nNobody asked.\n{DISSENT}", "Rights of the child",
         "In law: implemented\nIn practice: no progress"],
        ["121.11 Reduce overcrowding (Fiji)\nA/HRC/55/99 - Para. 3", "Supported", themes, "", "Prisons", ""]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A",
                                  "'=1"])
def test_a_cell_that_a_spreadsheet_would_run_gets_a_guard(text):
    assert harmless(text).startswith("'")
    assert rows_of(make_annex(make_row("121.4", "Ratify", plain(text))))[1][3].startswith("'")


@pytest.mark.parametrize("text", ["", "Tabled in May", "1 = 1", "a-b", "عدل"])
def test_other_cells_stay_as_they_are(text):
    assert harmless(text) == text


@pytest.mark.parametrize(("text", "guarded"), [
    ("Lanternwick;=1+1", "Lanternwick;'=1+1"), ("a\t@SUM(1)", "a\t'@SUM(1)"), ("a; +1", "a; '+1"),
    ('a;"=1', 'a;"\'=1'),
    ("a\n-1", "a\n'-1"), ("a\n- f(1)", "a\n'- f(1)"), ("a;＝1", "a;'＝1"), ("a;'=1", "a;''=1"), ("=1;=1", "'=1;'=1")])
def test_a_cell_that_begins_anew_for_another_separator_gets_a_guard_too(text, guarded):
    assert harmless(text) == guarded and unguarded(guarded) == text


@pytest.mark.parametrize("text", ["", "a; b", "one; 'two'", "'quoted'", "a\nb", "1 - 1; 2", "a\n- b\n- c d"])
def test_what_needs_no_guard_after_a_separator_stays(text):
    assert unguarded(harmless(text)) == text and harmless(text).lstrip("'") == text.lstrip("'")


def test_a_nul_does_not_hide_a_formula():
    assert harmless("\0=1") == "'=1"
