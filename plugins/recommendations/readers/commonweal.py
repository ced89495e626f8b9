"""Our own .csv, .xlsx and .json, as `recommendations export` writes them and as people edit them.

    number,part,text,states,position,themes,theme_headings,affected,sdgs,source,session

The columns stand in any order; others are ignored. In .csv and .xlsx a list is one entry per line of its cell.
"""

import json

from core.documents.csv import unguarded
from core.errors import Refused
from core.files.containers import check_file
from core.files.reading import Problem, Reader, Reading
from core.language import Words, lazy
from core.reference.calendar import cycle_of_session
from core.reference.files import look_first_in
from core.reference.states import find_state, is_state_code, near_states, state_name
from core.tables.encodings import decode
from core.tables.sheets import read_sheets
from plugins.recommendations.files_out import COLUMNS, LISTS
from plugins.recommendations.rows import POSITIONS, Row

NEEDED = {"number", "text", "states", "position"}       # a table with these heads, in our words, is ours
NO_LIST = lazy("This .json is no list of recommendations. Export one from here to see its form.")


class EntryRefused(Exception):
    """Why this entry stays out: a sentence about it."""


def sniff(path):
    """1 where the columns, or the first object's names, are ours."""
    if check_file(path) == "json":
        entries = _json_entries(path)
        return 1.0 if entries and isinstance(entries[0], dict) and set(entries[0]) >= NEEDED else 0.0
    head = read_sheets(path)[0].rows[0]
    return 1.0 if {cell.strip() for cell in head} >= NEEDED else 0.0


def read(path, settings):
    """The entries of the review; where the file has those of several sessions, the settings' "session" chooses."""
    look_first_in(settings.get("reference_folder"))
    is_json = check_file(path) == "json"
    rows, sessions, problems = [], [], []
    for place, entry in _from_json(path) if is_json else _from_table(path):
        try:
            if isinstance(entry, Words):
                raise EntryRefused(entry)
            row, session = _row(place, entry), _whole_number(entry.get("session"), "session")
        except EntryRefused as refusal:
            problems.append(Problem(place, refusal.args[0], text=_printed(entry)))
        else:
            rows.append(row)
            sessions.append(session)
    if not rows and not problems:
        raise Refused(lazy("The file holds no recommendation. Check that it is the right one."))
    session = _one_session({one for one in sessions if one}, settings)
    rows = [row for row, of in zip(rows, sessions, strict=True) if of in (session, None)]
    return Reading("commonweal", tuple(rows), tuple(problems), session=session, cycle=cycle_of_session(session))


def _printed(entry):
    return "" if isinstance(entry, Words) else " ".join(str(entry[name]) for name in ("number", "text")
                                                        if entry.get(name))


def _one_session(sessions, settings):
    if len(sessions) < 2:
        return next(iter(sessions), None)
    if settings.get("session") not in sessions:
        raise Refused(lazy("The file holds recommendations of the sessions %(sessions)s. Choose one of them.",
                           sessions=", ".join(map(str, sorted(sessions)))))
    return settings["session"]


# Entries: (place, dict by our column names), or the reason in its stead.

def _from_json(path):
    for number, entry in enumerate(_json_entries(path), 1):
        is_object = isinstance(entry, dict)
        yield lazy("entry %(entry)d", entry=number), entry if is_object else lazy(
            "It is no object with the names of our columns. Export a list from here to see its form.")


def _json_entries(path):
    with open(path, "rb") as file:
        text, _encoding = decode(file.read())
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(lazy("The .json is not well formed, so nothing of it can be read. Export it anew.")) from error
    if not isinstance(entries, list):
        raise Refused(NO_LIST)
    return entries


def _from_table(path):
    sheet = read_sheets(path)[0]
    names = [cell.strip() for cell in sheet.rows[0]]
    is_csv = path.lower().endswith(".csv")
    for number, cells in enumerate(sheet.rows[1:], 1):
        if number in sheet.broken:
            yield sheet.place(number), sheet.broken[number]
        elif len(cells) != len(names) and any(cells):
            yield sheet.place(number), lazy(
                "It has %(found)d cells, the head of the table %(width)d. Look for a missing or a spare delimiter.",
                found=len(cells), width=len(names))
        elif any(cells):
            cells = [unguarded(cell) for cell in cells] if is_csv else cells
            yield sheet.place(number), _entry(dict(zip(names, cells, strict=True)))


def _entry(cells):
    return {column: [entry for entry in cell.split("\n") if entry] if column in LISTS else cell
            for column, cell in cells.items() if column in COLUMNS}


# Rows.

def _row(place, entry):
    lists = {column: _list(entry.get(column), column) for column in LISTS}
    text, position = _text(entry.get("text"), "text"), _text(entry.get("position"), "position")
    if not text:
        raise EntryRefused(lazy("It has no wording under “text”. Fill it in, or take the entry out."))
    if position and position not in POSITIONS:
        raise EntryRefused(lazy("The position “%(position)s” is not known. Write supported, supported-in-part, noted "
                                "or pending.", position=position))
    return Row(place=place, number=_text(entry.get("number"), "number") or None, text=text,
               part=_whole_number(entry.get("part"), "part") or 0,
               states=tuple(dict.fromkeys(_state(printed) for printed in lists["states"])), position=position or None,
               themes=lists["themes"], headings=lists["theme_headings"], affected=lists["affected"],
               sdgs=lists["sdgs"], source=_text(entry.get("source"), "source") or None)


def _text(value, column):
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise EntryRefused(lazy("Under “%(column)s” stands no text, or a sign that is none. Type it anew, in quotation "
                                "marks.", column=column))
    return value


def _list(value, column):
    if not isinstance(value, list | None):
        raise EntryRefused(lazy("Under “%(column)s” must stand a list.", column=column))
    return tuple(_text(entry, column) for entry in value or ())


def _whole_number(value, column):
    if value in (None, ""):
        return None
    if type(value) is int and 0 <= value < 1000:
        return value
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) < 4:
        return int(value)
    raise EntryRefused(lazy("Under “%(column)s” must stand a whole number, or nothing.", column=column))


def _state(printed):
    code = printed if is_state_code(printed) else find_state(printed)
    if code:
        return code
    near = " / ".join(state_name(code) for code in near_states(printed))
    if near:
        raise EntryRefused(lazy("The State “%(name)s” is not known. Did you mean %(near)s? Correct its name.",
                                name=printed, near=near))
    raise EntryRefused(lazy("The State “%(name)s” is not known. Correct its name.", name=printed))


COMMONWEAL = Reader("commonweal", lazy("An export from here (.csv, .xlsx or .json)"), "recommendations",
                    (".csv", ".xlsx", ".json"), sniff, read, Row)
