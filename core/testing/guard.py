"""A watch on what the code does to the database and on what it hides: it fails the test that did not expect it.

Watched: a SELECT on a coalition's rows that visible() did not begin, a write outside change(), a page that writes on
GET, a plugin's failure that gather() turned into a gap, and every other error in the log.
"""

import logging
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import peewee

import core.sealing
from core.changes import is_open
from core.coalitions.models import Owned
from core.db import Part
from core.policy import MARK

# Places that may read owned rows without the mark, each with its reason. Tests may too.
EXEMPT = {
    "core/changes.py": "compares an object that it holds with the row that stands",
    "core/policy.py": "asks to which coalition a part belongs",
    "core/db.py": "migrations",
}
# Places that may write what people own outside change(), each with its reason. Tests may too.
WRITERS = {
    "core/people/second_factor.py": "the step for which a code was taken, before anybody is signed in",
    "core/sweeping.py": "blanks rows that nobody can read any more, by command",
    "core/people/accounts.py": "the first administrator's account: nobody is there yet who could be asked for",
    "core/coalitions/links.py": "a link is made while its mail is written, when nobody acts",
    "core/coalitions/applying.py": "whoever asks to join has no seat that could be asked for",
}
# Written only inside change(), beside every owned row and every part.
KEPT = {"person", "coalition", "organisation", "representation"}
# What a GET may write (SAFETY 5).
GET_WRITES = {"web_session", "attempt", "audit_line", "audit_head", "seat_note"}       # the last: what waits, counted

TABLES = re.compile(r'(?:FROM|JOIN) \(?"(\w+)"')
WRITES = re.compile(r'^\s*(?:INSERT INTO|REPLACE INTO|UPDATE|DELETE FROM) "(\w+)"')


@dataclass
class Guard:
    """What was seen since the test began. `statements` is every SQL text, `faults` what fails the test."""

    statements: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    row_changes: int = 0

    def forget(self) -> list[str]:
        """For a test that planted a fault: the faults so far; they no longer count."""
        found = list(self.faults)
        self.faults.clear()
        return found

    def written_since(self, start: int) -> set[str]:
        """The tables to which the statements from this one on wrote."""
        return {found.group(1) for sql in self.statements[start:] if (found := WRITES.match(sql))}

    def see(self, sql: str) -> None:
        self.statements.append(sql)
        if sql.startswith("SELECT") and MARK not in sql:
            if touched := set(TABLES.findall(sql)) & tables_of(Owned):
                self._see_unmarked(sql, touched)
        elif (found := WRITES.match(sql)) and not is_open():
            self._see_write(found.group(1))

    def _see_unmarked(self, sql, touched):
        place, is_key = asking_place()
        if is_key or place is None or place.partition(":")[0] in EXEMPT or is_free(place):
            return
        self.faults.append(f"{place} reads {', '.join(sorted(touched))} without visible(): {sql[:160]}")


    def _see_write(self, table):
        if table not in KEPT | tables_of(Owned) | tables_of(Part):
            return
        place, _is_key = asking_place()
        if place is None or place.partition(":")[0] in WRITERS or is_free(place):
            return
        self.faults.append(f"{place} writes {table} outside change()")


def tables_of(root) -> set[str]:
    """The tables of all models below this one."""
    found, waiting = set(), list(root.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        found.add(model._meta.table_name)
    return found


def asking_place() -> tuple[str | None, bool]:
    """(`folder/file.py:line` of ours that asks, whether peewee only follows a foreign key of a row that is held)."""
    frame: FrameType | None = sys._getframe(3)
    is_key = False
    while frame is not None:
        path = frame.f_code.co_filename
        if "peewee" in path or "playhouse" in path:
            is_key = is_key or frame.f_code.co_name == "get_rel_instance"
        elif path not in (__file__, core.sealing.__file__):      # a sealed row is saved through its own save()
            return f"{short(path)}:{frame.f_lineno}", is_key
        frame = frame.f_back
    return None, is_key


def short(path: str) -> str:
    parts = Path(path).parts
    for top in ("core", "plugins", "tests"):
        if top in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(top):])
    return path


def is_free(place: str) -> bool:
    """Tests may do it, and migrations, which run while nobody is in."""
    return "migrations/" in place or "tests/" in place or "conftest" in place or "testing/" in place


class Faults(logging.Handler):
    """Errors in the log become faults: gaps, permissions that could not be decided, error pages."""

    def __init__(self, guard):
        super().__init__(logging.ERROR)
        self.guard = guard

    def emit(self, record):
        reason = f": {record.exc_info[1]!r}" if record.exc_info else ""
        self.guard.faults.append(f"log: {record.getMessage()}{reason}")


def watching(monkeypatch) -> tuple[Guard, Faults]:
    """Put a Guard on every database and on the log, until the monkeypatch ends; the handler is to be taken away."""
    guard = Guard()
    execute, close = peewee.Database._execute_cursor, peewee.Database._close

    def executed(self, sql, params, **options):
        guard.see(sql)
        return execute(self, sql, params, **options)

    def closed(self, connection):
        guard.row_changes += getattr(connection, "total_changes", 0)
        return close(self, connection)

    monkeypatch.setattr(peewee.Database, "_execute_cursor", executed)
    monkeypatch.setattr(peewee.Database, "_close", closed)
    handler = Faults(guard)
    logging.getLogger("commonweal").addHandler(handler)
    return guard, handler
