"""The database: one connection per request, command or job; the root of every model; migrations.

Moments (`…_at`) are naive datetimes in UTC, as flask-babel and both databases take them; `utc_now()` is the only clock.
"""

import json
import secrets
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin

import peewee
from playhouse.db_url import connect as connect_url
from playhouse.db_url import register_database
from playhouse.migrations import Runner
from playhouse.postgres_ext import Psycopg3Database

from core.errors import Refused
from core.language import lazy

register_database(Psycopg3Database, "postgresql", "postgres")

database = peewee.DatabaseProxy()

# secure_delete is not stored in the file: it must be said on every connection (SAFETY 8).
SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1,
                  "busy_timeout": 10000, "secure_delete": 1}
UID_LETTERS = "23456789abcdefghijkmnpqrstuvwxyz"
UID_LENGTH = 12


def utc_now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def new_uid() -> str:
    """A random name for an object in addresses; it says nothing, and no access rests on it."""
    return "".join(secrets.choice(UID_LETTERS) for _ in range(UID_LENGTH))


def is_uid(word: str) -> bool:
    """Whether a word has the form of a uid."""
    return len(word) == UID_LENGTH and set(word) <= set(UID_LETTERS)


class JSONField(peewee.TextField):
    """Plain data as JSON text, the same on both databases. `form`: the type of what it holds, such as list[str] or
    dict[str, int | None]; a row that comes in from another server is held to it. Without, it may bring anything."""

    def __init__(self, *arguments, form=None, **more):
        super().__init__(*arguments, **more)
        self.form = form

    def db_value(self, value):
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def python_value(self, value):
        return None if value is None else json.loads(value)


def fits(value, form) -> bool:
    """Whether plain data is of this form, to its last value: True is no int, and a list without a type holds anything.
    """
    kind, parts = get_origin(form) or form, get_args(form)
    if kind is UnionType:
        return any(fits(value, part) for part in parts)
    if type(value) is not kind:
        return False
    inner = value.values() if kind is dict else value if kind is list else ()
    return not parts or all(fits(one, parts[-1]) for one in inner)


def codes(words) -> list[tuple[str, str]]:
    """What a column of codes may hold, as peewee's `choices`; a row that comes in from another server is held to it."""
    return [(word, word) for word in words]


class Base(peewee.Model):
    """The root of every model. What a row is to the policy says its kind: Owned (core.coalitions), Part or Shared."""

    id = peewee.AutoField()

    class Meta:
        database = database
        legacy_table_names = False
        only_save_dirty = True


class Shared(Base):
    """A row of the instance, of no coalition: an account, a coalition itself."""


class Part(Base):
    """A row without a name of its own, reached only through the owned row that `parent` names as its field."""

    parent: str


def open_database(url: str) -> None:
    """Bind the models to this database; nothing is connected yet."""
    try:
        if url.startswith("sqlite"):
            made = connect_url(url, pragmas=SQLITE_PRAGMAS, autoconnect=False)
        else:
            made = connect_url(url, unquote_password=True, unquote_user=True, autoconnect=False)
    except (RuntimeError, ValueError):
        raise Refused(lazy("The setting `database` is no address of a database. It is empty, or "
                           "postgresql://user:password@host/name.")) from None
    database.initialize(made)


@contextmanager
def connection():
    """One connection for one request, command or job. Inside another one it changes nothing."""
    opened = database.connect(reuse_if_open=True)
    try:
        yield database
    finally:
        if opened:
            database.close()


def is_sqlite() -> bool:
    return isinstance(database.obj, peewee.SqliteDatabase)


def forget_deleted() -> None:
    """After a commit: what was deleted may still stand in SQLite's write-ahead log."""
    if is_sqlite():
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def locked(query):
    """The query, whose rows others cannot write until the open transaction ends: they wait. SQLite lets one transaction
    write at a time anyway."""
    return query if is_sqlite() else query.for_update()


def unclaimed(query):
    """The query, without the rows that another transaction holds, and with a hold on those it finds: for claiming work
    that several share. On SQLite, which lets one transaction write at a time, the update around it is enough."""
    return query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED")


@contextmanager
def transaction():
    """All or nothing. On SQLite it takes the lock to write at once: a later upgrade of a read lock can fail."""
    with database.atomic("IMMEDIATE") if is_sqlite() else database.atomic():
        yield


def runner(name: str, folder: Path) -> Runner:
    """The migrations of core or of one plugin, with a history of their own."""
    return Runner(database.obj, str(folder), table_name=f"migration_{name}")


CORE_MIGRATIONS = Path(__file__).parent / "migrations"


def pending_migrations(histories: dict[str, Path]) -> tuple[list[str], list[str]]:
    """(what the code has and the database lacks, what the database has and the code lacks), as `name/file`."""
    missing, unknown = [], []
    for name, folder in histories.items():
        for migration in runner(name, folder).status():
            if migration.path is None:
                unknown.append(f"{name}/{migration.name}")
            elif migration.applied is None:
                missing.append(f"{name}/{migration.name}")
    return missing, unknown


def migrate(histories: dict[str, Path]) -> list[str]:
    """Bring every history to its newest migration, core first; gives what was applied, as `name/file`."""
    return [f"{name}/{done}" for name, folder in histories.items() for done in runner(name, folder).up()]
