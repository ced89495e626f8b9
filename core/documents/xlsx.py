"""A document as .xlsx: a sheet per table, with title and key above, and two columns more to filter by."""

import datetime
import io
import math

import xlsxwriter

from core.documents.csv import flat_rows
from core.documents.document import Key, Separator, printable
from core.documents.marks import LOOKS

LONGEST_CELL = 32_767       # characters; Excel calls a file with a longer cell damaged
_SHEET_NAME_LENGTH = 31
_PAGE_CHARACTERS = 150      # the columns of the document, all together
_EXTRA_CHARACTERS = 24      # each of the two columns that only spreadsheets have
_LINE_POINTS, _HIGHEST_ROW_POINTS = 13.5, 409


def write_xlsx(document):
    """bytes. Text is written by write_string: what looks like a formula, a number or a link stays what it was."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    created = datetime.datetime.combine(document.made_on, datetime.time())
    book.set_properties({"title": printable(document.title), "author": "Commonweal", "created": created})
    formats = _formats(book)
    for number, table in enumerate(document.tables(), 1):
        _sheet(book, document, table, formats, number)
    book.close()
    return out.getvalue()


def _formats(book):
    cell = {"text_wrap": True, "valign": "top", "font_name": "Arial", "font_size": 10,
            "border": 1, "border_color": "#B9C1C9"}
    formats = {light: book.add_format(cell | {"bg_color": f"#{look.fill}", "font_color": f"#{look.ink}"})
               for light, look in LOOKS.items()}
    return formats | {
        "cell": book.add_format(cell),
        "head": book.add_format(cell | {"bold": True, "bg_color": "#14202C", "font_color": "#FFFFFF"}),
        "group": book.add_format(cell | {"bold": True, "bg_color": "#E4E9F2", "text_wrap": False}),
        "title": book.add_format({"bold": True, "font_name": "Arial", "font_size": 14}),
        "bold": book.add_format({"bold": True, "font_name": "Arial", "font_size": 10}),
        "plain": book.add_format({"font_name": "Arial", "font_size": 10}),
    }


def _sheet(book, document, table, formats, number):
    sheet = book.add_worksheet(_sheet_name(table, number))
    if document.direction == "rtl":
        sheet.right_to_left()
    head_at = _above(sheet, document, formats)
    total = sum(column.width for column in table.columns)
    widths = [_PAGE_CHARACTERS * column.width / total for column in table.columns] + [_EXTRA_CHARACTERS] * 2
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    at, last = head_at, len(widths) - 1
    rows = flat_rows(table)
    _write(sheet, at, next(rows), [formats["head"]] * len(widths), widths)
    for row in table.rows:
        at += 1
        if isinstance(row, Separator):
            cells = [(row.text,)] + [()] * (last - 2) + [(row.name,), ()]
            _write(sheet, at, cells, [formats["group"]] * len(widths), [_PAGE_CHARACTERS] * len(widths))
        else:
            marks = [cell.marks for cell in row.cells] + [(), row.mark]
            _write(sheet, at, next(rows), [formats[row.mark.light if mark else "cell"] for mark in marks], widths)
    sheet.freeze_panes(head_at + 1, 0)
    sheet.autofilter(head_at, 0, at, last)
    sheet.set_landscape()
    sheet.set_paper(9)              # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head_at)
    sheet.set_footer("&C&P / &N")


def _above(sheet, document, formats):
    """Writes title, subtitle and key; gives the row where the table's head stands."""
    sheet.write_string(0, 0, _fit((document.title,)), formats["title"])
    sheet.write_string(1, 0, _fit((document.subtitle,)), formats["plain"])
    at = 3
    for key in (block for block in document.blocks if isinstance(block, Key)):
        sheet.write_string(at, 0, _fit((key.title,)), formats["bold"])
        for entry in key.entries:
            at += 1
            sheet.write_string(at, 0, f"{entry.mark.look.sign} {_fit((entry.mark.word,))}", formats[entry.mark.light])
            sheet.write_number(at, 1, entry.count, formats[entry.mark.light])
        at += 2
    return at


def _write(sheet, at, cells, styles, widths):
    """One row. Its height is set, since LibreOffice leaves wrapped rows one line high otherwise."""
    sheet.set_row(at, min(_HIGHEST_ROW_POINTS, _LINE_POINTS * max(map(_line_count, cells, widths)) + 4))
    for index, (lines, style) in enumerate(zip(cells, styles, strict=True)):
        if lines:
            sheet.write_string(at, index, _fit(lines), style)
        else:
            sheet.write_blank(at, index, None, style)


def _line_count(lines, width):
    """How many lines the cell takes, on the safe side: words do not fill a line."""
    return sum(max(1, math.ceil(len(part) * 1.1 / width)) for line in lines for part in line.split("\n"))


def _fit(lines):
    text = printable("\n".join(lines))
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL - 1] + "…"


def _sheet_name(table, number):
    """The table's title as far as Excel takes it for a sheet; numbered, so that no two are the same."""
    name = "".join(" " if character in "[]:*?/\\" else character for character in printable(table.title))
    return f"{number} {name}"[:_SHEET_NAME_LENGTH].strip().strip("'")
