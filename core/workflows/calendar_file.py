"""A newer calendar of the reviews: read from a file, checked row by row in words, and put in the shipped one's place.

It goes to instance/reference/, as every file of facts of an installation; all or nothing, since it replaces the whole.
"""

import csv
import os
import re
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from core.audit import note
from core.errors import Refused
from core.language import Words, lazy
from core.policy import allowed
from core.reference.calendar import NAME
from core.reference.files import look_first_in
from core.reference.states import find_state, is_state_code, near_states, state_name

COLUMNS = ("session", "cycle", "iso3", "review_month", "stakeholder_deadline", "closing_hour", "source", "confidence")
MAY_BE_MISSING = {"closing_hour"}
MOST_ROWS, MOST_BYTES = 5000, 5_000_000


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one row, and where it stands."""

    place: Words
    reason: Words


def check_calendar(path: Path) -> tuple[list[dict], list[Wrong]]:
    """(rows, what is wrong with some). Refused for a file that is no calendar at all."""
    if path.stat().st_size > MOST_BYTES:
        raise Refused(lazy("The file is too large for a calendar of reviews."))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ()) and name not in MAY_BE_MISSING]
            if lacking:
                raise Refused(lazy("The file lacks the columns %(names)s. A calendar is a .csv file with the columns "
                                   "%(known)s.", names=", ".join(lacking), known=", ".join(COLUMNS)))
            rows = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
    except (UnicodeDecodeError, csv.Error):
        raise Refused(lazy("The file is no .csv file in UTF-8. Save it as “CSV UTF-8”.")) from None
    if not rows or len(rows) > MOST_ROWS:
        raise Refused(lazy("The file has %(count)d rows; a calendar has 1 to %(most)d.", count=len(rows),
                           most=MOST_ROWS))
    wrong = [Wrong(lazy("row %(number)d", number=number), reason) for number, row in enumerate(rows, start=2)
             for reason in _faults(row)]
    return rows, [*wrong, *_twice(rows)]


def _faults(row):
    if not is_state_code(row["iso3"]):
        yield _no_state(row["iso3"])
    for name in ("session", "cycle"):
        if row[name] and not re.fullmatch(r"[1-9]\d{0,2}", row[name]):
            yield lazy("“%(value)s” is no number in the column %(name)s.", value=row[name][:40], name=name)
    if row["review_month"] and not _is(date.fromisoformat, f"{row['review_month']}-01"):
        yield lazy("“%(value)s” is no month. Write it as 2027-01.", value=row["review_month"][:40])
    if row["stakeholder_deadline"] and not _is(date.fromisoformat, row["stakeholder_deadline"]):
        yield lazy("“%(value)s” is no date. Write it as 2027-01-14.", value=row["stakeholder_deadline"][:40])
    if row["closing_hour"] and not _is(time.fromisoformat, row["closing_hour"]):
        yield lazy("“%(value)s” is no hour. Write it as 23:59.", value=row["closing_hour"][:40])
    if not row["source"] or not row["confidence"]:
        yield lazy("The row does not say where it comes from, or how certain it is. Fill the columns source and "
                   "confidence.")


def _no_state(code):
    found = find_state(code)
    near = [found] if found else near_states(code)
    if near:
        return lazy("“%(code)s” is no three-letter code of a State. Did you mean %(near)s (%(name)s)?", code=code[:40],
                    near=near[0], name=state_name(near[0]))
    return lazy("“%(code)s” is no three-letter code of a State.", code=code[:40])


def _is(read, text):
    try:
        read(text)
    except ValueError:
        return False
    return True


def _twice(rows):
    seen: dict[tuple, int] = {}
    for number, row in enumerate(rows, start=2):
        first = seen.setdefault((row["session"], row["cycle"], row["iso3"]), number)
        if first != number:
            yield Wrong(lazy("row %(number)d", number=number),
                        lazy("The same State and session stand in row %(first)d.", first=first))


def import_calendar(ctx, path: Path, instance: Path) -> tuple[int, list[Wrong]]:
    """(rows taken, what is wrong). With anything wrong nothing is written, and the calendar before it stands.

    Who runs the machine may: the operator and the administrator.
    """
    if not allowed(ctx, "instance.calendar"):
        raise Refused(lazy("The calendar is brought in by whoever runs the machine."))
    rows, wrong = check_calendar(path)
    if wrong:
        return 0, wrong
    folder = instance / "reference"
    folder.mkdir(exist_ok=True)
    being_written = folder / f"{NAME}.new"
    with being_written.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        file.flush()
        os.fsync(file.fileno())
    os.replace(being_written, folder / NAME)
    look_first_in(folder)
    note(ctx, "instance.calendar")
    return len(rows), []
