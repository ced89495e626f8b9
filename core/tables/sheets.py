"""Any .xlsx, .xls, .ods or .csv as sheets of text cells. To be called in the child process: see core.files.child."""

import csv
import datetime
import io
from dataclasses import dataclass, field

import python_calamine
from lxml import etree

from core.errors import Refused
from core.files.containers import DAMAGED, LOCKED, check_file
from core.language import Words, lazy
from core.tables.encodings import NAMES, decode, has_lost_bytes
from core.tables.merged_ods import merged_cells

MOST_ROWS = 200_000                 # all recommendations to all States are some 120,000
LONGEST_RECORD_LINES = 200          # a quotation mark that is never closed would swallow the rest of the file
DELIMITERS = (",", ";", "\t")
SAMPLE = 200                # lines that tell which of them it is
LOST_BYTES = lazy("It holds characters in another encoding than the rest of the file. Save the file as UTF-8.")
HOLDS_NUL = lazy("It holds a NUL character. Type this row anew.")
OPEN_QUOTE = lazy("A quotation mark in it is not closed. Close it, or save the table as .xlsx.")


@dataclass
class Sheet:
    """One sheet. `rows` are lists of text, as long as the file has them; row 1 of the spreadsheet is rows[0].

    `merged`: (first row, first column, last row, last column), counted from 0. `typed`: the cells that hold a number
    ("number") or a date ("date") instead of text, by (row, column). `broken`: why a row cannot be used, by row.
    `encoding`: the name of a .csv's, when it had to be guessed and is not UTF-8.
    """

    name: str
    rows: list[list[str]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    typed: dict[tuple[int, int], str] = field(default_factory=dict)
    broken: dict[int, Words] = field(default_factory=dict)
    encoding: str | None = None
    is_one_of_several: bool = False

    def place(self, row):
        """The words for a row, counted from 0 here and from 1 in the words."""
        if self.is_one_of_several:
            return lazy("sheet “%(sheet)s”, row %(row)d", sheet=self.name, row=row + 1)
        return lazy("row %(row)d", row=row + 1)


def read_sheets(path):
    """The visible sheets that hold anything, in order; Refused for a file that is no table. A .csv's has no name."""
    kind = check_file(path)
    if kind == "csv":
        with open(path, "rb") as file:
            return [_csv_sheet(file.read())]
    if kind not in ("xlsx", "xls", "ods"):
        raise Refused(lazy("This is no table. Choose a .xlsx, .xls, .ods or .csv file."))
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        sheets = [_calamine_sheet(book, number) for number, about in enumerate(book.sheets_metadata)
                  if about.visible == python_calamine.SheetVisibleEnum.Visible
                  and about.typ == python_calamine.SheetTypeEnum.WorkSheet]
        if kind == "ods":
            merged = merged_cells(path)
            for sheet in sheets:
                sheet.merged = merged.get(sheet.name, [])
    except python_calamine.PasswordError as error:
        raise Refused(LOCKED) from error
    except (python_calamine.CalamineError, etree.XMLSyntaxError, KeyError, OSError, ValueError) as error:
        raise Refused(DAMAGED) from error
    sheets = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    if not sheets:
        raise Refused(lazy("The file holds no table: every sheet is empty."))
    for sheet in sheets:
        sheet.is_one_of_several = len(sheets) > 1
    return sheets


def _calamine_sheet(book, number):
    source = book.get_sheet_by_index(number)
    height = source.end[0] + 1 if source.end else 0
    if height > MOST_ROWS:
        raise Refused(_too_many(height))
    sheet = Sheet(source.name, [])
    for row, cells in enumerate(source.to_python(skip_empty_area=False)):
        sheet.rows.append([_text(cell) for cell in cells])
        for column, cell in enumerate(cells):
            if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
                sheet.typed[row, column] = "date"
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.typed[row, column] = "number"
    sheet.merged = [(top, left, bottom, right) for (top, left), (bottom, right) in source.merged_cell_ranges or ()]
    return sheet


def _too_many(count):
    return lazy("The table has %(count)d rows; at most %(most)d are read. Take out what is about other States, and "
                "empty rows at the end.", count=count, most=MOST_ROWS)


def _text(cell):
    """A cell as a person would have typed it. Numbers come as floats: 5.0 is "5", 121.10 is "121.1"."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)


def _csv_sheet(content):
    text, encoding = decode(content)
    lines = list(io.StringIO(text, newline=""))
    if len(lines) > MOST_ROWS:
        raise Refused(_too_many(len(lines)))
    sheet = Sheet("", [], encoding=None if encoding.startswith("utf") else NAMES[encoding])
    delimiter, first = delimiter_of(lines)
    at = first
    while at < len(lines):
        cells, taken, reason = _record(lines, at, delimiter)
        raw = "".join(lines[at:at + taken])
        if "\0" in raw:
            reason = HOLDS_NUL
        elif has_lost_bytes(raw):
            reason = LOST_BYTES
        if reason is not None:
            sheet.broken[len(sheet.rows)] = reason
        sheet.rows.append(cells)
        at += taken
    return sheet


def _record(lines, at, delimiter):
    """(cells, number of lines, what is wrong or None) of the record that begins at this line.

    Quotation marks are read strictly where they span lines; a record of one line bears a stray one.
    """
    taken = 0

    def feed():
        nonlocal taken
        for line in lines[at:at + LONGEST_RECORD_LINES]:
            taken += 1
            yield line

    try:
        return next(csv.reader(feed(), delimiter=delimiter, strict=True)), taken, None
    except csv.Error:
        alone = [lines[at]]
        try:
            cells = next(csv.reader(alone, delimiter=delimiter))
            closed = taken == 1 and _is_closed(lines[at], delimiter)
        except csv.Error:
            return [], 1, OPEN_QUOTE
        return cells, 1, None if closed else OPEN_QUOTE


def _is_closed(line, delimiter):
    """Whether the line, read leniently, ends outside quotation marks: then a second line stays a second record."""
    return len(list(csv.reader([line, "x"], delimiter=delimiter))) == 2


def delimiter_of(lines):
    """(the delimiter, the number of its first line): the one that cuts most of the first rows alike, and finest."""
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0].strip()[4], 1
    sample = lines[:SAMPLE]

    def evidence(delimiter):
        widths = []
        try:
            for row in csv.reader(sample, delimiter=delimiter):
                widths.append(len(row))
        except csv.Error:
            pass
        common = max(set(widths), key=widths.count, default=0)
        return (widths.count(common) * (common > 1), common)

    return max(DELIMITERS, key=evidence), 0
