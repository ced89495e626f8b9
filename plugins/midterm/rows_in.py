"""A table of lights: its rows, as they stand in the file. Read in the child process, like every file from outside."""

from dataclasses import dataclass

from core.documents.csv import unguarded
from core.errors import Refused
from core.files.reading import Problem, Reader, Reading
from core.language import Words, lazy
from core.tables.sheets import read_sheets
from plugins.midterm.lights import read_light
from plugins.midterm.shown import read_line

COLUMNS = ("number", "part", "light", "light_in_practice", "comment", "evidence")
MOST_ROWS_ABOVE = 20            # the head stands among the first rows


@dataclass(frozen=True)
class LightRow:
    """One row. None: the cell is empty, so what stands is left. `evidence`: lines "URL or note | source | date"."""

    place: Words
    number: str
    part: int | None = None
    light: str | None = None
    light_in_practice: str | None = None
    comment: str | None = None
    evidence: tuple[str, ...] = ()


def read(path, settings):
    """The rows of a table with the columns number, part, light, light_in_practice, comment, evidence, in any order."""
    sheet = read_sheets(path)[0]
    head = next((row for row, cells in enumerate(sheet.rows[:MOST_ROWS_ABOVE]) if "number" in _names(cells)), None)
    if head is None or not set(COLUMNS[2:]) & set(_names(sheet.rows[head])):
        raise Refused(lazy("The table has no head with the columns that are needed. Name them: %(columns)s.",
                           columns=", ".join(COLUMNS)))
    names = _names(sheet.rows[head])
    rows, problems = [], []
    for at in range(head + 1, len(sheet.rows)):
        try:
            row = _row(sheet, at, names)
        except Refused as refusal:
            problems.append(Problem(sheet.place(at), refusal.sentence))
            continue
        if row is not None:
            rows.append(row)
    if not rows and not problems:
        raise Refused(lazy("The table holds no row under its head. Write one row per recommendation."))
    return Reading("lights", tuple(rows), tuple(problems))


def _names(cells):
    return [cell.strip().lower().replace(" ", "_") for cell in cells]


def _row(sheet, at, names):
    """The LightRow of one row of the sheet; None for an empty one. Refused when it cannot be used."""
    cells = sheet.rows[at]
    if at in sheet.broken:
        raise Refused(sheet.broken[at])
    if not any(cell.strip() for cell in cells):
        return None
    if any(cell.strip() for cell in cells[len(names):]):
        raise Refused(lazy("it has %(cells)d cells, and the head %(names)d. Put a text that holds the separator in "
                           "quotation marks.", cells=len(cells), names=len(names)))
    values = dict(zip(names, (unguarded(cell.strip()) for cell in cells), strict=False))
    if not values.get("number"):
        raise Refused(lazy("it has no number. Write the number of the recommendation."))
    light, in_practice = read_light(values.get("light", "")), read_light(values.get("light_in_practice", ""))
    evidence = tuple(line.strip() for line in values.get("evidence", "").splitlines() if line.strip())
    for line in evidence:
        read_line(line)
    return LightRow(sheet.place(at), values["number"], _part(values.get("part", "")), light, in_practice,
                    values.get("comment") or None, evidence)


def _part(words):
    if not words:
        return None
    if not words.isdecimal() or len(words) > 3:
        raise Refused(lazy("“%(part)s” is no part. It is a whole number, or empty.", part=words[:40]))
    return int(words)


def sniff(path):
    """Never guessed: whoever brings such a table says so."""
    return 0.0


LIGHTS_TABLE = Reader(name="lights", title=lazy("Table of lights"), subject="midterm",
                      suffixes=(".csv", ".xlsx", ".xls", ".ods"), sniff=sniff, read=read, row_type=LightRow)
