"""A mapping to start from: where the head of a table stands, and which column is what, by its words and its cells."""

from core.errors import Refused
from core.language import lazy
from core.tables.mapping import HEADER_WITHIN, Mapping, clean, column_name, fold, heads, split

SAMPLE_ROWS = 1000
LONGEST_HEAD = 80           # characters: a sentence is no head
MOST_VALUES = 60
SEPARATORS = (";", ",", "|", " - ", "/")
TAKEN_FROM = 0.4            # less evidence than this is none


def guess_mapping(sheets, fields, header_row=None):
    """The likeliest Mapping for the likeliest sheet; `columns` lacks what has not been found. Refused: no table.

    With a header_row, only the columns are guessed, below it in the first sheet.
    """
    if not sheets:
        raise Refused(lazy("The file holds no table."))
    sheet = sheets[0]
    if header_row is None:
        guesses = [(*_header_row(sheet, fields), -place) for place, sheet in enumerate(sheets)]
        _points, header_row, place = max(guesses, key=lambda guess: (guess[0], guess[2]))
        sheet = sheets[-place]
    found = _columns(sheet, header_row, fields)
    names = heads(sheet, header_row)
    cells = {column: _cells(sheet, header_row, column) for columns in found.values() for column in columns}
    values, splits = {}, {}
    for wanted in fields:
        of_field = [cell for column in found.get(wanted.name, ()) for cell in cells[column]]
        if wanted.many and (separator := _separator(of_field, wanted)):
            splits[wanted.name] = separator
        if meanings := _meanings(of_field, wanted):
            values[wanted.name] = meanings
    columns = {name: tuple(column_name(names, column) for column in places) for name, places in found.items()}
    return Mapping(sheet.name, header_row, columns, values, splits)


def lacking(mapping, fields):
    """The required fields that the mapping has no column for."""
    return [wanted for wanted in fields if wanted.required and not mapping.columns.get(wanted.name)]


def _header_row(sheet, fields):
    """(points, row from 1): the row with the most heads that are known; 0 where no row has any."""
    best = (0.0, 0)
    for row in range(1, min(len(sheet.rows), HEADER_WITHIN) + 1):
        names = heads(sheet, row)
        points = sum(max((_head_points(name, wanted) for name in names), default=0) for wanted in fields)
        if points > best[0] + 0.01:
            best = points, row
    return best if best[0] >= TAKEN_FROM else (0.0, 0)


def _head_points(name, wanted):
    """1 for a head that is one of the field's words, less the more other words stand around it."""
    if not name or len(name) > LONGEST_HEAD:
        return 0
    folded, best = fold(name), 0.0
    compact = folded.replace(" ", "")
    for synonym in wanted.synonyms:
        synonym = fold(synonym)
        if not synonym:
            continue
        if synonym.replace(" ", "") in (compact, compact.rstrip("0123456789")):
            return 1                            # also AffectedPersons, and Theme 2
        if f" {synonym} " in f" {folded} ":
            best = max(best, 0.4 + 0.5 * len(synonym) / len(folded))
    return best


def _columns(sheet, header_row, fields):
    """{field name: columns}, each column for one field, the surest first."""
    names = heads(sheet, header_row)
    evidence = []
    for column, name in enumerate(names):
        cells = _cells(sheet, header_row, column)
        for order, wanted in enumerate(fields):
            by_head = _head_points(name, wanted)
            points = by_head + _cell_points(cells, wanted)
            if points >= TAKEN_FROM and (by_head or wanted.is_told_by_cells) and not _is_strange(cells, wanted):
                evidence.append((-points, order, column, wanted))
    found = {}
    for _points, _order, column, wanted in sorted(evidence, key=lambda one: one[:3]):
        if wanted.name not in found and not any(column in columns for columns in found.values()):
            found[wanted.name] = [column]
    for wanted in fields:
        if wanted.many and wanted.name in found:
            stem = fold(names[found[wanted.name][0]]).rstrip(" 0123456789")
            taken = {column for columns in found.values() for column in columns}
            found[wanted.name] += [column for column, name in enumerate(names) if column not in taken and stem
                                   and fold(name).rstrip(" 0123456789") == stem]
    return found


def _is_strange(cells, wanted):
    return wanted.must_look and bool(cells) and not any(map(wanted.looks, cells))


def _cells(sheet, header_row, column):
    rows = sheet.rows[header_row:header_row + SAMPLE_ROWS]
    return [cell for row in rows if column < len(row) and (cell := clean(row[column]))]


def _cell_points(cells, wanted):
    """From -0.5 (nothing here looks like this field) to 0.5 (everything does); 0 where it cannot be told."""
    if wanted.looks is None or not cells:
        return 0
    return _looking_share(cells, wanted) - 0.5


def _looking_share(parts, wanted):
    looks = {part: bool(wanted.looks(part)) for part in set(parts)}
    return sum(looks[part] for part in parts) / len(parts) if parts else 0


def _meanings(cells, wanted):
    """The cells whose words stand for another value, with that value."""
    if wanted.means is None:
        return {}
    meant = {cell: value for cell in dict.fromkeys(cells) if (value := wanted.means(cell)) and value != cell}
    return dict(list(meant.items())[:MOST_VALUES])


def _separator(cells, wanted):
    """What parts the entries of these cells, or None. Names hold commas and semicolons: only evidence splits them.

    A field with a look: the separator that leaves the most parts looking right. Else: the one whose parts nearly all
    stand alone somewhere in the column too.
    """
    whole = [line for cell in cells for line in split(cell)]
    if wanted.looks is not None:
        shares = {separator: _looking_share([part for line in whole for part in split(line, separator)], wanted)
                  for separator in SEPARATORS if any(separator in line for line in whole)}
        best = max(shares, key=lambda separator: shares[separator], default=None)
        return best if best and shares[best] > _looking_share(whole, wanted) else None
    alone = set(whole)
    for separator in SEPARATORS:
        parted = [part for line in whole if separator in line for part in split(line, separator)]
        if parted and sum(part in alone for part in parted) >= 0.8 * len(parted):
            return separator
    return None
