"""The copy of an attached file that others get. Runs in the child process (core.files.child)."""

import csv
import re
from itertools import islice

from core.documents.csv import harmless, rows_as_csv, unguarded
from core.documents.document import printable
from core.files import clean_docx, clean_xlsx
from core.files.images import redrawn
from core.files.kinds import check_attached
from core.files.packages import rewritten
from core.tables.encodings import decode
from core.tables.sheets import DELIMITERS, SAMPLE, delimiter_of

OFFICE = {"docx": clean_docx.rules, "xlsx": lambda path: clean_xlsx.RULES}
LINES = re.compile(r"[^\n]*\n|[^\n]+")
# Far from all that harmless() guards, and without parsing: whether a look at the cells is worth its time.
BEGINS = re.compile(r"""(?:\A|[,;\t\n])[ "']*[=+\-@＝＋－＠\t'\n]""")
MAY_RUN = re.compile(r"""(?:\A|[;\t\n])[ "']*[=+\-@＝＋－＠\t'\n]""")


def clean(path, settings):
    """({"kind": …, "left_out": {what: how many}}, the bytes). What is left out: comments, changes, pictures."""
    kind = check_attached(path)
    if kind in OFFICE:
        content, counts = rewritten(path, OFFICE[kind](path))
    elif kind == "pdf":
        from core.files.clean_pdf import cleaned  # slow import, for this kind alone
        content, counts = cleaned(path)
    elif kind == "csv":
        content, counts = _guarded(path)
    else:
        content, counts = redrawn(path, kind), {}
    return {"kind": kind, "left_out": {what: count for what, count in counts.items() if count}}, content


def _guarded(path):
    """A table as it is where no spreadsheet would run a cell of it, by whichever separator it is opened; else written
    anew, with such cells guarded."""
    with open(path, "rb") as file:
        content = file.read()
    text = printable(decode(content)[0].encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    csv.field_size_limit(len(text) + 1)

    delimiter, first = delimiter_of([line.group() for line in islice(LINES.finditer(text), SAMPLE)])

    def rows(separator):
        lines = (line.group() for line in islice(LINES.finditer(text), first, None))
        return csv.reader(lines, delimiter=separator)
    if delimiter in DELIMITERS and not BEGINS.search(text) or not any(
            _runs(cell) for separator in {*DELIMITERS, delimiter} for row in rows(separator) for cell in row):
        return content, {}
    counts = {"guarded": sum(_runs(cell) for row in rows(delimiter) for cell in row)}
    return rows_as_csv([unguarded(cell) for cell in row] for row in rows(delimiter)), counts


def _runs(cell):
    """Whether a spreadsheet may run it: it is not as our own writer would write it."""
    return MAY_RUN.search(cell) is not None and harmless(unguarded(cell)) != cell
