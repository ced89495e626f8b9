"""The audit: append-only by the database itself, and a chain that shows what was taken out or changed."""

import peewee
import pytest

from core import db
from core.audit import AuditLine, broken_at, note
from core.coalitions.members import add_organisation
from core.testing.world import house_names

pytestmark = pytest.mark.database


@pytest.fixture
def chain(cast):
    for action in ("test.one", "test.two", "test.three"):
        note(cast.coordinator.ctx, action, cast.coalition)
    return list(AuditLine.select().order_by(AuditLine.number))


def unlocked(statement, *values):
    """Run a statement as somebody would who has the database in hand."""
    if db.is_sqlite():
        triggers = [(name, sql) for name, sql in db.database.execute_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_line'").fetchall()]
        for name, _sql in triggers:
            db.database.execute_sql(f"DROP TRIGGER {name}")
    else:
        db.database.execute_sql("ALTER TABLE audit_line DISABLE TRIGGER USER")
        statement = statement.replace("?", "%s")
    db.database.execute_sql(statement, values)


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("statement", ["UPDATE audit_line SET actor = 'somebody'", "DELETE FROM audit_line"])
def test_the_database_refuses_to_change_a_line(statement):
    before = list(AuditLine.select().dicts())
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.transaction():
        db.database.execute_sql(statement)
    assert list(AuditLine.select().dicts()) == before


def test_the_chain_is_whole_from_the_first_line_on(chain):
    assert [line.number for line in chain] == list(range(1, len(chain) + 1))
    assert [line.hash_before for line in chain] == ["", *(line.hash for line in chain[:-1])]
    assert broken_at() is None


def test_a_line_that_was_changed_is_found(chain):
    unlocked("UPDATE audit_line SET action = 'test.other' WHERE number = ?", chain[-2].number)
    assert broken_at() == chain[-2].number


def test_a_line_that_was_taken_out_is_found(chain):
    unlocked("DELETE FROM audit_line WHERE number = ?", chain[-2].number)
    assert broken_at() == chain[-1].number


def test_a_newest_line_that_was_taken_out_is_found(chain):
    unlocked("DELETE FROM audit_line WHERE number = ?", chain[-1].number)
    assert broken_at() == chain[-1].number


def test_a_changed_line_whose_hash_was_made_anew_is_found_by_the_next(chain):
    line = chain[-2]
    line.action = "test.other"
    unlocked("UPDATE audit_line SET action = ?, hash = ? WHERE number = ?", line.action, line.fingerprint(),
             line.number)
    assert broken_at() == chain[-1].number


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(("gone", "found"), [("1 = 1", 1), ("number = 1", 2), ("number < 4", 4)])
def test_lines_gone_from_the_beginning_are_found(gone, found):
    unlocked(f"DELETE FROM audit_line WHERE {gone}")
    assert broken_at() == found


def test_every_field_of_a_line_is_in_its_fingerprint(chain):
    for name in set(AuditLine._meta.fields) - {"id", "hash"}:
        line = AuditLine.get_by_id(chain[-1].id)
        setattr(line, name, ["other"] if name == "fields" else line.at.replace(year=1999) if name == "at" else 9999)
        assert line.fingerprint() != chain[-1].hash, name


def test_a_line_that_cannot_be_written_takes_the_act_with_it(cast, monkeypatch):
    monkeypatch.setattr(AuditLine, "fingerprint", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add_organisation(cast.coordinator.ctx, "Never There")
    assert "Never There" not in house_names()
