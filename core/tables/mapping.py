"""Which column of somebody's table is which of our fields: what a mapping is, and what it makes of a sheet."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from core.errors import Refused
from core.files.reading import Problem
from core.language import Words, lazy

HEADER_WITHIN = 30          # title rows above a table are few
MOST_PRINTED = 300
COLUMN_LETTERS = re.compile(r"column ([A-Z]{1,3})")


@dataclass(frozen=True)
class Field:
    """One thing that a subject wants to know of each row, and by what to recognise its column.

    `synonyms`: words of a head, in any language. `looks(cell)`: whether a cell could be one of this field; for a field
    of many, asked for each part. `means(cell)`: the value that a cell's words stand for, or None where they are not
    known; for fields that have few values. `is_told_by_cells`: whether a column of cells that look so is enough, under
    whatever head. `must_look`: whether a head is not enough where no cell looks so.
    """

    name: str
    title: Words
    synonyms: tuple[str, ...]
    required: bool = False
    many: bool = False
    looks: Callable[[str], bool] | None = None
    means: Callable[[str], str | None] | None = None
    is_told_by_cells: bool = False
    must_look: bool = False


@dataclass(frozen=True)
class Mapping:
    """How to read one sheet. `sheet` "" and `header_row` None: wherever the named columns stand first.

    `header_row` counts from 1; 0: there is no head, the first row is a row like all.

    `columns`: by field the heads of its columns (several only for a field of many), as they stand in the sheet, or
    "column E" where a head is missing or stands twice. `values`: by field what a cell's words mean. `split`: by field
    what parts the entries of a cell; without it, a line each.
    """

    sheet: str = ""
    header_row: int | None = None
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    split: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """One row as fields: text, or for a field of many a tuple; a field without a column is absent.

    `heading`: the separator that it stands under. `typed`: the fields whose cell holds a "number" or a "date".
    """

    row: int                # from 0, in the sheet
    place: Words
    values: dict[str, str | tuple[str, ...]]
    heading: str | None = None
    typed: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=10_000)
def fold(text):
    """Lower case, without accents, every other sign a blank: "N° de la recommandation " → "n de la recommandation"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(letters.split())


def column_letters(column):
    """0 → "A", 26 → "AA", as a spreadsheet names its columns."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def clean(cell):
    """A cell with white space folded within its lines, empty lines left out."""
    return "\n".join(line for line in (" ".join(line.split()) for line in cell.splitlines()) if line)


def heads(sheet, header_row):
    """The head of each column as one line.

    A head that is merged downwards counts in each of its rows; in a file that tells no merged cells (.csv), a blank
    head is the one above it, where that row has several.
    """
    if header_row < 1:
        return [""] * max((len(row) for row in sheet.rows), default=0)
    row = header_row - 1
    cells = list(sheet.rows[row]) if row < len(sheet.rows) else []
    for top, left, bottom, _right in sheet.merged:
        if top < row <= bottom and left < len(cells) and not cells[left].strip():
            cells[left] = sheet.rows[top][left]
    if row and row < len(sheet.rows) and not sheet.merged and _count(sheet.rows[row - 1]) > 1:
        above = sheet.rows[row - 1]
        cells = [cell if cell.strip() or column >= len(above) else above[column] for column, cell in enumerate(cells)]
    return [" ".join(cell.split()) for cell in cells]


def column_name(names, column):
    """What a mapping calls this column: its head, or its letters where that would not find it."""
    name = names[column]
    if not name or names.count(name) > 1 or COLUMN_LETTERS.fullmatch(name):
        return f"column {column_letters(column)}"
    return name


def locate(sheets, mapping):
    """(sheet, mapping with its header_row): where the mapping says, or where all its columns are found first.

    Refused names the sheets there are, or the columns.
    """
    named = [sheet for sheet in sheets
             if not mapping.sheet or not sheet.name or fold(sheet.name) == fold(mapping.sheet)]
    if not named:
        raise Refused(lazy("The file has no sheet “%(sheet)s”. Its sheets: %(sheets)s. Correct the mapping.",
                           sheet=mapping.sheet, sheets=", ".join(sheet.name for sheet in sheets)))
    rows = range(1, HEADER_WITHIN + 1) if mapping.header_row is None else [mapping.header_row]
    for sheet in named:
        for row in rows:
            names = heads(sheet, row)
            if row <= len(sheet.rows) and all(_column_of(names, name) is not None
                                              for columns in mapping.columns.values() for name in columns):
                return sheet, replace(mapping, header_row=row)
    return named[0], replace(mapping, header_row=rows[0])


def apply(mapping, sheet, fields):
    """(records, problems): a Record per row of the table, a Problem per row that stays out.

    Merged cells count for all their rows. A row with one cell filled is a separator when the table goes on below, a
    note when it does not. Refused when the mapping names what the sheet has not.
    """
    if mapping.header_row > len(sheet.rows):
        raise Refused(lazy("The head of the table should stand in row %(row)d, but the sheet ends before. Correct the "
                           "mapping.", row=mapping.header_row))
    fields = [wanted for wanted in fields if wanted.name in mapping.columns]
    names = heads(sheet, mapping.header_row)
    columns = {wanted.name: [_find_column(names, name) for name in mapping.columns[wanted.name]] for wanted in fields}
    rows = _filled_down(sheet, mapping.header_row)
    last_full = max((row for row, cells in rows.items() if _count(cells) > 1), default=len(sheet.rows))
    records, problems, heading = [], [], None
    for row, cells in rows.items():
        place = sheet.place(row)
        if row in sheet.broken:
            problems.append(Problem(place, sheet.broken[row], text=_printed(sheet.rows[row])))
        elif not any(cells) or cells == names:          # printed tables repeat their head
            continue
        elif _is_aside(cells, columns, fields, is_below=row > last_full):
            heading = next(cell for cell in cells if cell)
        elif reason := _misfit(cells, sheet.rows[row], names, columns, fields):
            problems.append(Problem(place, reason, text=_printed(sheet.rows[row])))
        else:
            values = {wanted.name: _value(wanted, mapping, cells, columns[wanted.name]) for wanted in fields}
            typed = {name: sheet.typed[row, places[0]] for name, places in columns.items()
                     if (row, places[0]) in sheet.typed}
            records.append(Record(row, place, values, heading, typed))
    return records, problems


def _printed(cells):
    """A row's cells in one line, as far as a person needs them to find it."""
    return " · ".join(" ".join(cell.replace("\0", "").split()) for cell in cells if cell.strip())[:MOST_PRINTED]


def _find_column(names, wanted):
    column = _column_of(names, wanted)
    if column is None:
        raise Refused(lazy("The table has no column “%(column)s”. Its columns: %(columns)s. Correct the mapping.",
                           column=wanted, columns=", ".join(column_name(names, place) for place in range(len(names)))))
    return column


def _column_of(names, wanted):
    if wanted in names:
        return names.index(wanted)
    folded = [fold(name) for name in names]
    if fold(wanted) and fold(wanted) in folded:
        return folded.index(fold(wanted))
    if match := COLUMN_LETTERS.fullmatch(wanted):
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        return column - 1 if column <= len(names) else None
    return None


def _filled_down(sheet, header_row):
    """The rows below the head by their number, with what a merged cell says put into each of its rows."""
    rows = {row: [clean(cell) for cell in cells] for row, cells in enumerate(sheet.rows) if row >= header_row}
    for top, left, bottom, _right in sheet.merged:
        for row in range(max(top + 1, header_row), bottom + 1):
            if row in rows and top >= header_row and left < len(rows[row]) and any(rows[row]):
                rows[row][left] = rows[top][left]
    return rows


def _count(cells):
    return sum(bool(cell.strip()) for cell in cells)


def _is_aside(cells, columns, fields, is_below):
    """A separator or a note: one cell filled, and not with what only a row of the table has."""
    if _count(cells) != 1 or len(cells) == 1:
        return False
    at = next(column for column, cell in enumerate(cells) if cell)
    of = next((wanted for wanted in fields if at in columns[wanted.name]), None)
    if of is None:
        return True
    if of.required:
        return is_below
    return of.looks is None or not of.looks(cells[at])


def _misfit(cells, printed, names, columns, fields):
    """Why a row cannot be used, or None."""
    named = {column for column, name in enumerate(names) if name}.union(*columns.values())
    found = max((column for column, cell in enumerate(cells) if cell), default=-1) + 1
    if found > len(names) or len(printed) <= max(named):
        return lazy("It has %(found)d cells, the head of the table %(width)d. Look for a missing or a spare delimiter.",
                    found=max(found, len(printed)), width=len(names))
    for wanted in fields:
        if wanted.required and not any(cells[column] for column in columns[wanted.name]):
            return lazy("It has nothing under “%(column)s”. Fill the cell in, or take the row out.",
                        column=column_name(names, columns[wanted.name][0]))
    return None


def _value(wanted, mapping, cells, columns):
    found = [cells[column] for column in columns if cells[column]]
    if wanted.many:
        parted = [part for cell in found for part in split(cell, mapping.split.get(wanted.name))]
        return tuple(dict.fromkeys(_meaning(wanted, mapping, part) for part in parted))
    return _meaning(wanted, mapping, found[0]) if found else ""


def split(cell, separator=None):
    """The entries of a cell of many: one per line, and parted by the separator where there is one."""
    lines = cell.split("\n")
    parts = [part for line in lines for part in (line.split(separator) if separator else [line])]
    return [stripped for part in parts if (stripped := part.strip())]


def _meaning(wanted, mapping, cell):
    said = mapping.values.get(wanted.name)
    if not said:
        return (wanted.means(cell) if wanted.means else None) or cell
    if cell in said:
        return said[cell]
    folded = {fold(word): value for word, value in said.items()}
    return folded.get(fold(cell)) or (wanted.means(cell) if wanted.means else None) or cell
