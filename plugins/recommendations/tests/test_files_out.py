"""What we write reads back equal, and no spreadsheet calculates it."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from plugins.recommendations.files_out import COLUMNS, write_csv, write_json, write_xlsx
from plugins.recommendations.readers.commonweal import COMMONWEAL, sniff

WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}
# Every letter but lone surrogates and NUL, which no file can hold; the awkward ones often.
LETTERS = st.one_of(st.sampled_from("ab '\"=+-@＝;,_x0041\t‑’é\u00a0عش中"),
                    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp"),
                                  exclude_characters="\ufeff\ufffd\uffff\ufffe"))
TEXTS = st.text(LETTERS, min_size=1, max_size=40).map(str.strip).filter(bool)
NAMES = st.lists(TEXTS, max_size=3, unique=True)
ROWS = st.fixed_dictionaries({
    "number": st.none() | st.sampled_from(["1.10", "140.12", "121.15a"]),
    "part": st.integers(0, 3), "text": TEXTS,
    "states": st.lists(st.sampled_from(["FRA", "CIV", "PSE", "XMD"]), max_size=3, unique=True),
    "position": st.sampled_from([None, "supported", "supported-in-part", "noted", "pending"]),
    "themes": NAMES, "theme_headings": NAMES, "affected": NAMES,
    "sdgs": st.lists(st.sampled_from(["5", "16", "8.7"]), max_size=2, unique=True),
    "source": st.none() | TEXTS, "session": st.just(48)})


def a_row(**said):
    row = dict.fromkeys(COLUMNS) | {"part": 0, "text": "Ratify it", "session": 48}
    return row | {name: [] for name in ("states", "themes", "theme_headings", "affected", "sdgs")} | said


def read_back(tmp_path, form, rows):
    path = tmp_path / f"out.{form}"
    path.write_bytes(WRITERS[form](rows))
    assert sniff(str(path)) == 1
    reading = COMMONWEAL.read(str(path), {})
    assert reading.problems == ()
    return [{"number": row.number, "part": row.part, "text": row.text, "states": list(row.states),
             "position": row.position, "themes": list(row.themes), "theme_headings": list(row.headings),
             "affected": list(row.affected), "sdgs": list(row.sdgs), "source": row.source,
             "session": reading.session} for row in reading.rows]


@pytest.mark.parametrize("form", WRITERS)
@given(rows=st.lists(ROWS, min_size=1, max_size=4))
def test_what_we_write_reads_back_equal_row_by_row(tmp_path_factory, form, rows):
    assert read_back(tmp_path_factory.mktemp("out"), form, rows) == rows


@pytest.mark.parametrize("form", WRITERS)
def test_the_awkward_ones_read_back(tmp_path, form):
    rows = [a_row(number="1.10", text="=1+1", themes=["- a", "b; c, d"], source="'=A1"),
            a_row(number="1.1", text="'quoted' words", affected=["@home"]),
            a_row(text="\tindented _x0041_ _x005F_", source="＝1"),
            a_row(text="two\nlines, \"quoted\"", states=["FRA", "CIV"])]
    assert read_back(tmp_path, form, rows) == rows


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_rows_are_the_same_bytes(form):
    rows = [a_row(number="1.10"), a_row(text="Accede to it")]
    assert WRITERS[form](rows) == WRITERS[form](rows)


def test_no_cell_of_a_csv_begins_with_what_a_spreadsheet_calculates():
    dangerous = ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠a", "'=1"]
    content = write_csv([a_row(text=text) for text in dangerous]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    within = {"\t=1": "\t'=1", "\r=1": "\n'=1"}     # with tabs or lines between cells, one begins after them, too
    assert [row["text"] for row in rows] == [f"'{within.get(text, text)}" for text in dangerous]


def test_an_xlsx_holds_text_and_no_formula():
    content = write_xlsx([a_row(number="1.10", text="=1+1", source="https://example.org")])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert ">=1+1<" in strings and ">1.10<" in strings and "'=1+1" not in strings


def test_an_xlsx_names_no_program_or_hour_of_its_making():
    with zipfile.ZipFile(io.BytesIO(write_xlsx([a_row()]))) as book:
        core = book.read("docProps/core.xml").decode()
    assert "<dc:creator>Commonweal</dc:creator>" in core and core.count("2000-01-01T00:00:00Z") == 2


def test_a_text_too_long_for_excel_is_refused_and_not_cut():
    with pytest.raises(Refused) as refusal:
        write_xlsx([a_row(number="6.1", text="a" * 32_768)])
    assert str(refusal.value) == "Recommendation 6.1 is too long for a cell of Excel. Export .csv or .json."
    assert len(write_xlsx([a_row(text="a" * 32_767)])) > 0
