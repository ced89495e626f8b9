"""Recommendations as our own .csv, .xlsx and .json, which the reader COMMONWEAL reads back without a change.

A row is a dict as `recommendations export` gives it:

    {"number": "140.12", "part": 0, "text": "…", "states": ["FRA"], "position": "noted", "themes": ["…"],
     "theme_headings": ["…"], "affected": ["…"], "sdgs": ["5"], "source": "…", "session": 48}

In .csv and .xlsx a list is one entry per line of its cell.
"""

import csv
import datetime
import io
import json

import xlsxwriter

from core.documents.csv import harmless
from core.errors import Refused
from core.language import lazy

COLUMNS = ("number", "part", "text", "states", "position", "themes", "theme_headings", "affected", "sdgs", "source",
           "session")
LISTS = ("states", "themes", "theme_headings", "affected", "sdgs")
# What a spreadsheet takes for a formula, also in its full-width forms; and the mark itself, so that it can be removed.
LONGEST_CELL = 32_767           # Excel's own limit, in characters of UTF-16
WIDTHS = {"number": 10, "part": 6, "text": 80, "states": 10, "position": 12, "session": 8}
MADE = datetime.datetime(2000, 1, 1)        # noqa: DTZ001 fixed, so that the same rows are the same bytes


def write_json(rows):
    """A list of objects, UTF-8."""
    rows = [{column: row[column] for column in COLUMNS} for row in rows]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def write_csv(rows):
    """UTF-8 with a mark, as Excel needs it; no cell that a spreadsheet would calculate."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(_cell(row[column])) for column in COLUMNS] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(rows):
    """One sheet with a head that stays; text as text, so "1.10" keeps its zero. Refused: a cell beyond Excel's size."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "Recommendations", "author": "Commonweal", "created": MADE})
    head = book.add_format({"bold": True, "bottom": 1})
    cell_format = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet("Recommendations")
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, WIDTHS.get(column, 30))
        sheet.write_string(0, place, column, head)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
    for line, row in enumerate(rows, 1):
        for place, column in enumerate(COLUMNS):
            text = _cell(row[column])
            if len(text.encode("utf-16-le")) // 2 > LONGEST_CELL:
                raise Refused(lazy("Recommendation %(number)s is too long for a cell of Excel. Export .csv or .json.",
                                   number=row["number"] or line))
            if text:
                sheet.write_string(line, place, text, cell_format)
    book.close()
    return out.getvalue()


def _cell(value):
    if value is None:
        return ""
    return "\n".join(value) if isinstance(value, list | tuple) else str(value)
