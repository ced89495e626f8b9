"""The audit: append-only by the database itself, and a chain that shows what was taken out or changed."""

from dataclasses import replace
from datetime import datetime

import peewee
import pytest

from core import db
from core.audit import AuditLine, broken_at, cut, note
from core.coalitions.members import add_organisation
from core.errors import Refused
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


def swap(first, second):
    """Give two lines each other's number, as somebody would who has the database in hand."""
    for number, line in ((-1, first), (first.number, second), (second.number, first)):
        unlocked("UPDATE audit_line SET number = ? WHERE uid = ?", number, line.uid)


def test_lines_in_another_order_are_found(chain):
    swap(chain[-3], chain[-2])
    assert broken_at() == chain[-3].number


def test_a_line_that_was_put_in_between_is_found(chain):
    values = AuditLine.select().where(AuditLine.id == chain[-1].id).dicts().get()
    del values["id"]
    unlocked("UPDATE audit_line SET number = ? WHERE uid = ?", chain[-1].number + 1, chain[-1].uid)
    AuditLine.insert({**values, "uid": "putbetween22"}).execute()
    assert broken_at() == chain[-1].number


def test_a_line_from_before_there_were_acts_keeps_its_hash():
    line = AuditLine(number=1, uid="abcdefghijkm", at=datetime(2026, 1, 2, 3, 4), actor="operator", via="command",
                     action="test.one", fields=[], hash_before="")
    assert line.fingerprint() == (
        "dc71f023fdee2adcf3b49cb7cbb21f5cf8a69f2b43d7ea113c677e3d9b2285bb")


# --- cutting ----------------------------------------------------------------------------------------------------------

OLD, NEW = datetime(2024, 1, 15, 10), datetime(2026, 6, 1, 10)
MONTH = datetime(2024, 6, 1)


@pytest.fixture
def aged(cast):
    """A chain of which the first lines are two years old."""
    world = AuditLine.select().count()
    old = replace(cast.coordinator.ctx, now=OLD)
    unlocked("DELETE FROM audit_line")
    unlocked("UPDATE audit_head SET number = 0, hash = ?", "")
    for action in ("test.one", "test.two", "test.three"):
        note(old, action, cast.coalition)
    for action in ("test.four", "test.five"):
        note(replace(old, now=NEW), action, cast.coalition)
    assert world and broken_at() is None
    if db.is_sqlite():              # the machine that unlocks takes the triggers away for good
        lock()
    else:
        db.database.execute_sql("ALTER TABLE audit_line ENABLE TRIGGER USER")
    return replace(old, now=NEW)


def lock():
    for verb in ("UPDATE", "DELETE"):
        db.database.execute_sql(f"CREATE TRIGGER audit_line_no_{verb.lower()} BEFORE {verb} ON audit_line "
                                "BEGIN SELECT RAISE(ABORT, 'audit lines are append-only'); END")


def lines():
    return [(line.number, line.action) for line in AuditLine.select().order_by(AuditLine.number)]


def test_a_cut_takes_the_old_lines_and_leaves_the_number_and_hash_of_the_last(aged):
    last = AuditLine.get(AuditLine.number == 3)
    assert cut(aged, MONTH) == 3
    assert lines() == [(4, "test.four"), (5, "test.five"), (6, "audit.cut")]
    marker = AuditLine.get(AuditLine.number == 6)
    assert (marker.fields, marker.others) == (["after:3", f"hash:{last.hash}"], 3)
    assert broken_at() is None
    assert cut(aged, MONTH) == 0 and len(lines()) == 3
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.transaction():
        db.database.execute_sql("DELETE FROM audit_line")
    assert cut(aged, datetime(2026, 7, 1)) == 3
    assert lines() == [(7, "audit.cut")] and broken_at() is None


def test_what_was_done_to_a_cut_chain_is_found(aged):
    cut(aged, MONTH)
    with db.database.atomic() as held:
        unlocked("DELETE FROM audit_line WHERE number = 4")
        assert broken_at() == 5
        held.rollback()
    with db.database.atomic() as held:
        unlocked("UPDATE audit_line SET fields = ? WHERE number = 6", '["after:4", "hash:0"]')
        assert broken_at() == 4
        held.rollback()
    with db.database.atomic() as held:
        unlocked("UPDATE audit_line SET fields = ? WHERE number = 6", '["whatever"]')
        assert broken_at() == 4
        held.rollback()
    with db.database.atomic() as held:
        unlocked("DELETE FROM audit_line WHERE number = 6")
        assert broken_at() == 4
        held.rollback()
    assert broken_at() is None


def test_a_chain_that_was_tampered_with_is_not_cut(aged):
    unlocked("UPDATE audit_line SET actor = 'somebody' WHERE number = 2")
    before = lines()
    with pytest.raises(Refused, match="broken at line 2, so nothing is cut"):
        cut(aged, MONTH)
    assert lines() == before
