"""A plugin's migrations, tried on an empty database: up, equal to the models, down, up again."""

from collections.abc import Iterator

from playhouse.schema_diff import diff_models

from core import db
from core.app import histories
from core.language import lazy
from core.plugin_author.findings import Finding, bad, ok

WRITES_IT = lazy("migrations that make what the models say: commonweal plugin migration NAME WORDS writes the next one")


def check_migrations(app, name: str) -> Iterator[Finding]:
    """Leaves every history at its newest. An open connection is expected."""
    loaded = app.host.loaded[name]
    tables = loaded.said["tables"]
    others = {other: folder for other, folder in histories(app).items() if other != name}
    db.migrate(others)
    what = lazy("Migrations: from empty to what the models say")
    if name not in histories(app):
        yield bad(what, "tables, and no folder migrations/", WRITES_IT) if tables else ok(what, "–")
        return
    before = set(db.database.get_tables())
    runner = db.runner(name, loaded.migrations)
    runner.up()
    yield _compared(what, tables)
    strange = [table for table in set(db.database.get_tables()) - before
               if not table.startswith(f"{name}_") and table != f"migration_{name}"]
    if strange:
        yield bad(what, ", ".join(sorted(strange)), lazy("only tables named %(name)s_…", name=name), "migrations/")
    yield from _down_and_up(name, runner, before, tables)


def _compared(what, tables):
    difference = diff_models(db.database.obj, tables)
    if difference:
        return bad(what, "the models still ask: " + "; ".join(str(difference).splitlines()), WRITES_IT, "migrations/")
    return ok(what, f"{len(tables)} tables")


def _down_and_up(name, runner, before, tables):
    what = lazy("Migrations: down, and up again")
    first = min(runner.applied(), default=None)
    if first is None:
        yield bad(what, "no migration", WRITES_IT, "migrations/")
        return
    runner.down(first)
    left = sorted(set(db.database.get_tables()) - before - {f"migration_{name}"})
    if left:
        yield bad(what, f"{', '.join(left)} stays after down()", lazy("a down() that takes back what up() did"),
                  "migrations/")
        return
    runner.up()
    yield _compared(what, tables)
