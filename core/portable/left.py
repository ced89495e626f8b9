"""What plugins have written whose code is not here: their tables, as the database itself describes them.

Nothing but columns and keys is known of them. So the operator takes their rows along as they stand, and a coalition
that is deleted takes them with it; a person, whose view only the plugin could narrow, does not get them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from peewee import SQL, Table

from core import db
from core.coalitions.models import Coalition
from core.policy import MARK

HISTORY = "migration_"
AT_ONCE = 500
# Columns by which a table holds what is sealed, or names bytes of the store: only its code knows what of it may travel.
NEEDS_CODE = ({"sealed", "key_reference"}, {"sha256", "size_bytes"})


@dataclass
class LeftTable:
    """One such table. `keys`: column → the table that it leads to; `needed`: columns that may not be empty."""

    name: str
    plugin: str
    columns: list[str]
    needed: set[str]
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def of_coalition(self) -> str:
        """The column that names the coalition; empty where the rows hang on others."""
        return next((column for column, table in self.keys.items() if table == Coalition._meta.table_name), "")

    @property
    def travelling(self) -> list[str]:
        return [column for column in self.columns if column not in ("id", self.of_coalition)]

    def rows_where(self, column: str, values) -> list[dict]:
        """The rows of which this column is one of the values, by their ids."""
        values, table, found = sorted(values), self._query(), []
        for start in range(0, len(values), AT_ONCE):
            part = values[start:start + AT_ONCE]
            found += list(table.select().where(SQL(MARK), getattr(table, column).in_(part)).dicts())
        return sorted(found, key=lambda row: row["id"])

    def delete_rows(self, ids) -> None:
        """Inside the open change in which their coalition goes."""
        table: Any = self._query()
        for start in range(0, len(ids), AT_ONCE):
            table.delete().where(table.id.in_(ids[start:start + AT_ONCE])).execute()

    def _query(self) -> Table:
        return Table(self.name, self.columns, _database=db.database)


def left_plugins(app) -> list[str]:
    """The plugins whose tables are here and whose code is not loaded."""
    there = {name.removeprefix(HISTORY) for name in db.database.get_tables() if name.startswith(HISTORY)}
    return sorted(there - {"core", *app.host.loaded})


def left_tables(app) -> list[LeftTable]:
    """Their tables, each behind those that it leads to."""
    known = {model._meta.table_name for model in app.tables}
    found = [_table(name, plugin) for plugin in left_plugins(app) for name in sorted(db.database.get_tables())
             if name.startswith(f"{plugin}_") and name not in known]
    placed: list[LeftTable] = []
    while found:
        waiting = {one.name for one in found}
        ready = [one for one in found if not waiting & set(one.keys.values()) - {one.name}]
        placed += ready or found                # a circle: in any order
        found = [one for one in found if ready and one not in ready]
    return placed


def _table(name, plugin):
    columns = db.database.get_columns(name)
    keys = {key.column: key.dest_table for key in db.database.get_foreign_keys(name)}
    return LeftTable(name, plugin, [column.name for column in columns],
                     {column.name for column in columns if not column.null}, dict(sorted(keys.items())))


def applied_migrations(plugin: str) -> list[str]:
    """The migrations that its tables went through."""
    history: Any = Table(f"{HISTORY}{plugin}", ["id", "name"], _database=db.database)
    return [row["name"] for row in history.select(history.name).order_by(history.id).dicts()]


def rows_of(tables, coalition, ids_in) -> dict[str, list[dict]]:
    """Table → its rows of this coalition: those that name it, else those that hang on rows of it. `ids_in(table)` gives
    the ids of the coalition's rows in a table whose code is here; None for one that is no coalition's."""
    found: dict[str, list[dict]] = {}
    for table in tables:
        if table.of_coalition:
            found[table.name] = table.rows_where(table.of_coalition, [coalition.id])
            continue
        rows: dict[int, dict] = {}
        for column, led in table.keys.items():
            ids = [row["id"] for row in found[led]] if led in found else ids_in(led)
            if column in table.needed and ids:
                rows.update({row["id"]: row for row in table.rows_where(column, ids)})
        found[table.name] = [rows[id] for id in sorted(rows)]
    return found


def plain(value):
    """The value of a column as JSON can hold it."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return value


def needs_code(table: LeftTable) -> bool:
    """Its rows hold what is sealed, or files: they cannot be taken along without the plugin."""
    return any(columns <= set(table.columns) for columns in NEEDS_CODE)
