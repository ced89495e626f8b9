"""A document's tables as .csv: data for another program, so title, key and separators stay away."""

import csv
import io
import re

from core.documents.document import Separator, printable

# What a spreadsheet takes for a formula or a command, full-width forms included; and our own guard, so that it can
# be taken off again.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "'")
# Where a spreadsheet with another separator begins a new cell inside one of ours. A line of a list, "- words", is none
# that it would run.
_BEGINS = r"""(?='*(?:[=+@＝＋－＠]|-(?!(?<=\n-) [^|(\n]*(?:\n|$))))"""
_LATER = re.compile(rf"""([;\t\r\n][ "]*){_BEGINS}""")
_GUARDED_LATER = re.compile(rf"""([;\t\r\n][ "]*)'{_BEGINS}""")


def write_csv(document):
    """bytes, UTF-8 with BOM (without it, Excel reads Arabic and accents wrongly); several lines in a cell by LF."""
    return rows_as_csv(["\n".join(lines) for lines in row] for table in document.tables() for row in flat_rows(table))


def rows_as_csv(rows):
    """Rows of text as bytes, as write_csv() gives them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return "\ufeff".encode() + out.getvalue().encode()


def flat_rows(table):
    """The head and each row as lists of cells, a cell as its lines; the group and the mark come after the rest."""
    yield [(column.heading,) for column in table.columns] + [(table.group_heading,), (table.mark_heading,)]
    group = ""
    for row in table.rows:
        if isinstance(row, Separator):
            group = row.name
        else:
            marks = tuple(mark.word for cell in row.cells for mark in cell.marks)
            yield [cell.lines for cell in row.cells] + [(group,), marks]


def harmless(text):
    """The text, with `'` before what a spreadsheet would run instead of showing it."""
    text = _LATER.sub(r"\1'", printable(text))
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def unguarded(text):
    """The text again that harmless() gave."""
    return _GUARDED_LATER.sub(r"\1", text[1:] if text[:1] == "'" and text[1:].startswith(_DANGEROUS) else text)
