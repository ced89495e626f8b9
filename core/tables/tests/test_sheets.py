"""Spreadsheets of every kind become the same text cells; a bad row of a .csv is named and takes no other with it."""

import datetime
from pathlib import Path

import pytest
import xlsxwriter

from core.errors import Refused
from core.tables.sheets import read_sheets


def csv_of(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_sheets(str(path))[0]


def book(tmp_path):
    """Two sheets with something, one empty, one hidden; numbers, a date, merged cells in the first."""
    path = str(tmp_path / "book.xlsx")
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("List")
        sheet.merge_range(0, 0, 0, 2, "Recommendations")
        sheet.write_row(1, 0, ["No.", "Text", "On"])
        sheet.merge_range(2, 0, 3, 0, "6.1")
        sheet.write(2, 1, "Ratify it")
        sheet.write(3, 1, "Accede to it")
        sheet.write_row(4, 0, [121.10, 5])
        sheet.write_datetime(4, 2, datetime.datetime(2026, 5, 1), workbook.add_format({"num_format": "yyyy-mm-dd"}))
        workbook.add_worksheet("Nothing")
        workbook.add_worksheet("Secret").hide()
        workbook.get_worksheet_by_name("Secret").write(0, 0, "hidden")
        workbook.add_worksheet("Notes").write(0, 0, "A note")
    return path


ROWS = [["Recommendations", "", ""], ["No.", "Text", "On"], ["6.1", "Ratify it", ""], ["", "Accede to it", ""],
        ["121.1", "5", "2026-05-01"]]
MERGED = [(0, 0, 0, 2), (2, 0, 3, 0)]


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_every_kind_of_spreadsheet_gives_the_same_cells(tmp_path, form):
    """book.xls and book.ods are what book() writes, saved by LibreOffice."""
    sheets = read_sheets(book(tmp_path) if form == "xlsx" else str(Path(__file__).with_name(f"book.{form}")))
    assert [sheet.name for sheet in sheets] == ["List", "Notes"]
    assert (sheets[0].rows, sheets[0].merged) == (ROWS, MERGED)
    assert sheets[0].typed == {(4, 0): "number", (4, 1): "number", (4, 2): "date"}
    assert str(sheets[0].place(4)) == "sheet “List”, row 5"


def test_a_book_of_one_sheet_needs_no_name_in_places(tmp_path):
    path = str(tmp_path / "one.xlsx")
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("Only").write(0, 0, "No.")
    assert str(read_sheets(path)[0].place(0)) == "row 1"


def test_an_empty_book_is_refused(tmp_path):
    path = str(tmp_path / "empty.xlsx")
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet()
    with pytest.raises(Refused, match="every sheet is empty"):
        read_sheets(path)


def test_what_is_no_table_is_refused(tmp_path):
    (tmp_path / "list.txt").write_text("6.1 Ratify it")
    with pytest.raises(Refused, match="This is no table"):
        read_sheets(str(tmp_path / "list.txt"))


@pytest.mark.parametrize("content", [
    "No,Text\n6.1,\"Ratify it, soon\"\n", "No;Text\n6.1;Ratify it, soon\n", "No\tText\n6.1\tRatify it, soon\n",
    "sep=;\nNo;Text\n6.1;Ratify it, soon\n", "No;Text\r6.1;Ratify it, soon\r", "No;Text\r\n6.1;\"Ratify it, soon\"\r\n",
    "\ufeffNo,Text\n6.1,\"Ratify it, soon\"",
])
def test_the_delimiter_is_told_by_the_rows(tmp_path, content):
    assert csv_of(tmp_path, content).rows == [["No", "Text"], ["6.1", "Ratify it, soon"]]


def test_a_cell_may_hold_lines_and_quotation_marks(tmp_path):
    sheet = csv_of(tmp_path, 'No,Text\n6.1,"Ratify\n""it"""\n6.2,Say "yes" now\n')
    assert sheet.rows == [["No", "Text"], ["6.1", 'Ratify\n"it"'], ["6.2", 'Say "yes" now']]
    assert sheet.broken == {}


def test_a_row_with_a_nul_is_broken_and_the_others_are_not(tmp_path):
    sheet = csv_of(tmp_path, b"No,Text\n6.1,Rat\0ify\n6.2,Accede\n")
    assert sheet.rows[2] == ["6.2", "Accede"]
    assert {row: str(reason) for row, reason in sheet.broken.items()} == {
        1: "It holds a NUL character. Type this row anew."}


def test_a_row_in_another_encoding_is_broken_and_the_others_are_not(tmp_path):
    sheet = csv_of(tmp_path, "No,Text\n6.1,Créé à Évora\n".encode() + "6.2,Créé\n".encode("cp1252") + b"6.3,Accede\n")
    assert [sheet.rows[1], sheet.rows[3]] == [["6.1", "Créé à Évora"], ["6.3", "Accede"]]
    assert list(sheet.broken) == [2] and "another encoding" in str(sheet.broken[2])


@pytest.mark.parametrize("last", ['6.4,"still open\n', '6.4,"still open', ""])
def test_a_quotation_mark_that_stays_open_spoils_its_own_row(tmp_path, last):
    sheet = csv_of(tmp_path, f'No,Text\n6.1,"Ratify it\n6.2,"Accede to it"\n6.3,Sign it\n{last}')
    assert [sheet.rows[2], sheet.rows[3]] == [["6.2", "Accede to it"], ["6.3", "Sign it"]]
    assert set(sheet.broken) == ({1, 4} if last else {1})
    assert "not closed" in str(sheet.broken[1])


def test_a_blank_line_keeps_its_number(tmp_path):
    sheet = csv_of(tmp_path, "No,Text\n\n6.1,Ratify it\n")
    assert (sheet.rows[2], str(sheet.place(2))) == (["6.1", "Ratify it"], "row 3")


def test_a_guessed_encoding_is_named(tmp_path):
    assert csv_of(tmp_path, "No,Text\n6.1,Égalité\n".encode("cp1252")).encoding == "Windows-1252"
    assert csv_of(tmp_path, "No,Text\n6.1,Égalité\n").encoding is None


def test_more_rows_than_anybody_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("core.tables.sheets.MOST_ROWS", 2)
    with pytest.raises(Refused, match="The table has 3 rows; at most 2 are read"):
        csv_of(tmp_path, "No,Text\n6.1,a\n6.2,b\n")
    with pytest.raises(Refused, match="The table has 5 rows; at most 2 are read"):
        read_sheets(book(tmp_path))
