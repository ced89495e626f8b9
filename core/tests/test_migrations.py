"""Migrations on both databases: empty → newest equals the models; up, down, up, also with rows in the tables."""

import pytest
from playhouse.schema_diff import diff_models

from core import db
from core.app import core_tables, create_app, histories, refuse_wrong_database
from core.config import Settings, make_instance
from core.errors import Refused
from core.testing.world import build_world

pytestmark = pytest.mark.database


@pytest.fixture
def bare(database_url, tmp_path):
    """The app of an instance whose database is empty."""
    make_instance(tmp_path / "instance")
    app = create_app(Settings(tmp_path / "instance", database=database_url), check_database=False)
    with db.connection():
        yield app


def all_tables(app):
    return [*core_tables(), *app.host.said("tables")]


def down(app):
    """Every history back to nothing, the last plugin first."""
    for name, folder in reversed(histories(app).items()):
        runner = db.runner(name, folder)
        while runner.applied():
            runner.down()


def tables() -> set[str]:
    """Without those that the database keeps beside: histories, and its own index over the words of search."""
    return {name for name in db.database.get_tables()
            if not name.startswith(("migration_", "sqlite_", "search_index"))}


def test_the_newest_migration_makes_what_the_models_say(bare):
    db.migrate(histories(bare))
    difference = diff_models(db.database.obj, all_tables(bare))
    assert not difference, vars(difference)
    # It does not look at what may be null, nor at where keys lead.
    for model in all_tables(bare):
        table, fields = model._meta.table_name, model._meta.columns.values()
        assert {column.name: column.null for column in db.database.get_columns(table)} == {
            field.column_name: field.null for field in fields}
        assert {(key.column, key.dest_table) for key in db.database.get_foreign_keys(table)} == {
            (field.column_name, field.rel_model._meta.table_name) for field in model._meta.refs}
    assert tables() == {model._meta.table_name for model in all_tables(bare)}


def test_up_down_up(bare):
    done = db.migrate(histories(bare))
    assert done and db.migrate(histories(bare)) == []
    down(bare)
    assert tables() == set()
    assert db.migrate(histories(bare)) == done


def test_up_down_up_with_the_world_in_it(bare):
    db.migrate(histories(bare))
    build_world()
    down(bare)
    db.migrate(histories(bare))
    build_world()


def test_an_older_and_a_newer_database_are_refused_with_the_command_that_mends_it(bare):
    def said():
        with pytest.raises(Refused) as caught:
            refuse_wrong_database(bare)
        return str(caught.value)
    assert said() == "The database is older than the program. Run: commonweal upgrade"
    db.migrate(histories(bare))
    refuse_wrong_database(bare)
    db.runner("core", db.CORE_MIGRATIONS).History.create(name="0099_tomorrow")
    assert said() == ("The database is newer than the program: it has core/0099_tomorrow. Install the newer program, "
                      "or restore an older backup.")
