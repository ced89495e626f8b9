"""Any table that a coalition keeps, by a mapping of its columns: .xlsx, .xls, .ods, .csv.

    | No.   | Recommendation            | Country         | Response | Area           |
    | 121.3 | Ratify the Convention …   | Chile; Iceland  | Accepted | Equality       |

Also the exports of UPR Info (one row per recommendation and State) and of the Universal Human Rights Index (the
number and all the States stand in the text). An unknown State refuses its row: its owner can mend it.
"""

import html
import re
from dataclasses import replace

from core.errors import Refused
from core.files.reading import Problem, Reader, Reading
from core.language import lazy, lazy_plural
from core.reference.calendar import cycle_of_session
from core.reference.files import look_first_in, made_from_tables
from core.reference.states import find_state, near_states, state_name
from core.tables.guessing import guess_mapping, lacking
from core.tables.mapping import Mapping, apply, column_name, fold, heads, locate
from core.tables.profiles import kept, mapping_from
from core.tables.sheets import read_sheets
from plugins.recommendations.readers.fields import FIELDS, PLEDGE, goal_of, states_of
from plugins.recommendations.readers.printed import clean_number, number_and_rest
from plugins.recommendations.readers.states_at_end import wordings
from plugins.recommendations.readers.typed_numbers import numbers_of
from plugins.recommendations.rows import POSITIONS, Row

NO_STATE = {"unknown", "not known", "none", "n a", "na", "not available"}
SEPARATOR = re.compile(r"(?:theme|right|area|topic|cluster|thème|tema)[^:]{0,25}:\s*", re.IGNORECASE)
SHOWN_ROWS = 8
NO_WORDING = lazy("No column with the wording of recommendations was found in this table. Say in the mapping which "
                  "column it is, and in which row the head of the table stands.")

PLEDGES = lazy("The table holds voluntary pledges of a State, not recommendations. Choose the table with the "
               "recommendations.")


class RowRefused(Exception):
    """Why this row stays out: a sentence about it."""


def sniff(path):
    """Little: any table can be read by mapping, but a form of its own knows it better."""
    return 0.2


def read(path, settings):
    """The rows that the mapping in the settings (or a guess) gives.

    Settings: "mapping" (as core.tables.profiles.kept), "state" (ISO3 of the State under review) and "session" choose
    where the table holds several reviews. Refused where it holds no recommendation, or several reviews unchosen.
    """
    look_first_in(settings.get("reference_folder"))
    sheets = read_sheets(path)
    sheet, mapping = locate(sheets, _mapping(sheets, settings))
    if lacking(mapping, FIELDS):
        raise Refused(NO_WORDING)
    records, problems = apply(mapping, sheet, FIELDS)
    if records and all(fold(record.values.get("position") or "") == PLEDGE for record in records):
        raise Refused(PLEDGES)
    records, other_reviews = _of_one_review(records, settings)
    rows, of_rows = _rows(records)
    problems = sorted([*problems, *of_rows], key=lambda problem: problem.place.values.get("row", 0))
    if not rows and not problems:
        raise Refused(lazy("The table holds no recommendation below its head. Check the mapping."))
    if sheet.encoding:
        problems.insert(0, Problem(lazy("the whole file"), lazy(
            "It is not in UTF-8 and was read as %(encoding)s: check the accents in a few names.",
            encoding=sheet.encoding), refused=False))
    states, sessions = _reviews(records)
    return Reading("table", tuple(rows), (*problems, *other_reviews), state=_only(states), session=_only(sessions),
                   cycle=cycle_of_session(_only(sessions)),
                   symbol=_only({record.values["symbol"] for record in records if record.values.get("symbol")}))


def propose(path, settings):
    """What the page of the mapping shows, as plain data: "mapping" (the one in the settings, else the guess) and for
    each sheet its "name", the "heads" as a mapping calls them and the first "rows" below."""
    look_first_in(settings.get("reference_folder"))
    sheets = read_sheets(path)
    chosen, mapping = locate(sheets, _mapping(sheets, settings))
    mapping = replace(mapping, sheet=chosen.name)
    shown = []
    for sheet in sheets:
        row = mapping.header_row if sheet is chosen else guess_mapping([sheet], FIELDS).header_row
        names = heads(sheet, row)
        shown.append({"name": sheet.name, "header_row": row, "rows": sheet.rows[row:row + SHOWN_ROWS],
                      "heads": [column_name(names, column) for column in range(len(names))]})
    return {"mapping": kept(mapping), "sheets": shown}


def _mapping(sheets, settings):
    """The settings' mapping; the guess where there is none, or where it says only where the head stands."""
    said = mapping_from(settings["mapping"], FIELDS) if settings.get("mapping") else Mapping()
    if said.columns:
        return said
    if said.sheet or said.header_row is not None:
        sheet, said = locate(sheets, said)
        return _of_the_index(guess_mapping([sheet], FIELDS, said.header_row), sheet)
    guess = guess_mapping(sheets, FIELDS)
    return _of_the_index(guess, locate(sheets, guess)[0])


def _of_the_index(guess, sheet):
    """In an export of annotations from the Index, “Countries” are those that were spoken to: the States stand in the
    text."""
    is_one = "annotationid" in [fold(name).replace(" ", "") for name in heads(sheet, guess.header_row)]
    if not is_one or "review_state" in guess.columns or "states" not in guess.columns:
        return guess
    columns = {"review_state" if name == "states" else name: heads for name, heads in guess.columns.items()}
    return replace(guess, columns=columns, split={})


# Which review.

def _review_state(record):
    return _state_named(record.values.get("review_state") or "")


@made_from_tables
def _state_named(cell):
    return find_state(html.unescape(cell))


def _session(record):
    digits = re.search(r"\d+", record.values.get("session") or "")
    return int(digits[0]) if digits else None


def _reviews(records):
    return ({state for record in records if (state := _review_state(record))},
            {session for record in records if (session := _session(record))})


def _only(values):
    return next(iter(values)) if len(values) == 1 else None


def _of_one_review(records, settings):
    """The records of the review that the settings name, and a note on how many others there were."""
    chosen = records
    states, _sessions = _reviews(chosen)
    if len(states) > 1:
        state = settings.get("state")
        if state not in states:
            raise Refused(lazy("The table holds recommendations to %(count)d States, but none to the State of this "
                               "coalition. Check that it is the right file.", count=len(states)))
        chosen = [record for record in chosen if _review_state(record) == state]
    _states, sessions = _reviews(chosen)
    if len(sessions) > 1:
        session = settings.get("session")
        if session not in sessions:
            raise Refused(lazy("The table holds recommendations of the sessions %(sessions)s. Choose one of them.",
                               sessions=", ".join(map(str, sorted(sessions)))))
        chosen = [record for record in chosen if _session(record) == session]
    left_out = len(records) - len(chosen)
    if not left_out:
        return chosen, ()
    return chosen, (Problem(lazy("rows of other reviews"), lazy_plural(
        "%(num)d row is about another State or session and was left out.",
        "%(num)d rows are about other States or sessions and were left out.", left_out), refused=False),)


# Rows.

def _rows(records):
    """Rows of the same recommendation joined: a table may have one per State."""
    joined, problems = {}, []
    numbers = numbers_of(records, problems)
    for record in records:
        try:
            for row in _rows_of(record, numbers.get(record.row), problems):
                key = (row.number, row.part, row.text)
                joined[key] = _joined(joined[key], row, problems) if key in joined else row
        except RowRefused as refusal:
            printed = (record.values.get("number"), record.values.get("text"))
            problems.append(Problem(record.place, refusal.args[0], text=" ".join(filter(None, printed))))
    return list(joined.values()), problems


def _joined(first, second, problems):
    if first.position and second.position and first.position != second.position:
        problems.append(Problem(second.place, lazy(
            "The same recommendation has the position “%(second)s” here and “%(first)s” in %(place)s, which was kept.",
            second=second.position, first=first.position, place=first.place), refused=False))

    def both(name):
        return tuple(dict.fromkeys(getattr(first, name) + getattr(second, name)))

    several = ("states", "themes", "headings", "affected", "sdgs")
    return replace(first, position=first.position or second.position, source=first.source or second.source,
                   **{name: both(name) for name in several})


def _rows_of(record, number, problems):
    values = record.values
    text = html.unescape(values.get("text") or "")
    printed, rest = number_and_rest(text)
    if printed and (number is None or clean_number(printed) == number):
        number, text = printed, rest
    if values.get("body") and "upr" not in fold(values["body"]).split():
        raise RowRefused(lazy("It comes from %(body)s, not from the UPR.", body=values["body"].strip("- ")))
    position = _position(values.get("position"))
    of_column = _states(values.get("states", ()), record, problems)
    found = _wordings(text, of_column)
    heading = SEPARATOR.sub("", record.heading, count=1) if record.heading else None
    themes = _entries(values, "themes") or ((heading,) if heading and "themes" not in values else ())
    for part, wording in enumerate(found, 1):
        if not wording.text:
            raise RowRefused(lazy("It has no wording. Fill the cell in, or take the row out."))
        extra = of_column if len(found) == 1 else ()
        yield Row(place=record.place, number=clean_number(number) if number else None, text=wording.text,
                  part=_part(values.get("part")) or (part if len(found) > 1 else 0),
                  states=tuple(dict.fromkeys([*wording.states, *extra])), position=position, themes=themes,
                  headings=_entries(values, "theme_headings") or ((heading,) if heading else ()),
                  affected=_entries(values, "affected"), sdgs=_goals(values.get("sdgs", ())),
                  source=values.get("source") or None)


def _wordings(text, of_column):
    """The text's own States decide what ends a wording; a bracket that is none of them stays in it."""
    found = wordings(text)
    unknown = [name for wording in found for name in wording.unknown_states]
    if unknown and not of_column and (near := [code for name in unknown for code in near_states(name)]):
        raise RowRefused(_not_known(unknown[0], near))
    if len(found) == 1 and not found[0].states:
        return [replace(found[0], text=" ".join(text.split()).strip(" ;."))]
    return found


def _entries(values, name):
    return tuple(dict.fromkeys(part for entry in values.get(name, ()) for part in _dashed(html.unescape(entry))))


def _dashed(entry):
    """“- A - B” of an export of the Index is two entries; a dash further in is a part of the name."""
    return [part for part in re.split(r"(?:^|\s)- ", entry) if part.strip()] if entry.startswith("- ") else [entry]


def _goals(entries):
    parted = [part for entry in entries for dashed in _dashed(entry)
              for part in re.split(r"[,;]\s*(?=\d|SDG|Goal|ODD|ODS)", dashed)]
    return tuple(dict.fromkeys(goal for part in parted if (goal := goal_of(part))))


def _part(cell):
    if cell and not cell.isdigit():
        raise RowRefused(lazy("“%(cell)s” is no number of a part. Write 1, 2 …, or leave it empty.", cell=cell))
    return int(cell) if cell else 0


def _position(cell):
    if not cell or cell in POSITIONS:
        return cell or None
    if fold(cell) == PLEDGE:
        raise RowRefused(lazy("It is a voluntary pledge, not a recommendation."))
    raise RowRefused(lazy("The position “%(cell)s” is not known. Write supported, supported-in-part, noted or pending, "
                          "or say in the mapping what it means.", cell=cell))


def _states(entries, record, problems):
    codes = []
    for entry in entries:
        entry = html.unescape(entry)
        if fold(entry) in NO_STATE:
            problems.append(Problem(record.place, lazy("It names no recommending State (“%(entry)s”). Add it by hand.",
                                                       entry=entry), refused=False))
            continue
        known, unknown = states_of(entry)
        if unknown:
            raise RowRefused(_not_known(unknown[0], near_states(unknown[0])))
        codes += known
    return tuple(dict.fromkeys(codes))


def _not_known(name, near):
    if not near:
        return lazy("The State “%(name)s” is not known. Correct its name.", name=name)
    return lazy("The State “%(name)s” is not known. Did you mean %(near)s? Correct its name.",
                name=name, near=" / ".join(dict.fromkeys(state_name(code) for code in near)))


TABLE = Reader("table", lazy("A table of your own (by mapping its columns)"), "recommendations",
               (".xlsx", ".xls", ".ods", ".csv"), sniff, read, Row)
