"""How the installation is: numbers and versions for its administrator, and no name, draft or contact."""

import platform
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

import core
from core import db
from core.audit import AuditLine
from core.coalitions.models import Coalition, Organisation

COUNTED_DAYS = 30


@dataclass(frozen=True)
class Health:
    """Sizes in bytes. `missing`: migrations that the database lacks."""

    coalitions: int
    organisations: int
    database_bytes: int
    files_bytes: int
    free_bytes: int
    program: str
    python: str
    database: str
    missing: tuple[str, ...]


def health(settings, histories) -> Health:
    missing, _unknown = db.pending_migrations(histories)
    return Health(Coalition.select().count(), Organisation.select().count(), _database_bytes(settings),
                  sum(path.stat().st_size for path in settings.files.rglob("*") if path.is_file()),
                  shutil.disk_usage(settings.instance).free, core.__version__, platform.python_version(),
                  _database_version(), tuple(missing))


def _database_bytes(settings):
    if db.is_sqlite():
        return sum(path.stat().st_size for path in settings.instance.glob("commonweal.sqlite3*"))
    return db.database.execute_sql("SELECT pg_database_size(current_database())").fetchone()[0]


def _database_version():
    if db.is_sqlite():
        return "SQLite " + db.database.execute_sql("SELECT sqlite_version()").fetchone()[0]
    return "PostgreSQL " + db.database.execute_sql("SHOW server_version").fetchone()[0].split()[0]


def sign_ins(now: datetime) -> dict[str, int]:
    """Result → how many sign-ins ended so in the last days: done, or refused."""
    counted: list[tuple[str, int]] = list(AuditLine.select(AuditLine.result, fn.COUNT(AuditLine.id))
        .where(AuditLine.action == "people.sign_in", AuditLine.at >= now - timedelta(days=COUNTED_DAYS))
        .group_by(AuditLine.result).tuples())  # type: ignore[arg-type]
    return {"done": 0, "refused": 0, **dict(counted)}
