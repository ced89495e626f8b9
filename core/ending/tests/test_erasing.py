"""When the seven days are over, all of the coalition goes, once; of the others nothing."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from core import db
from core.app import create_app
from core.audit import AuditLine, broken_at
from core.changes import FormMark, change
from core.coalitions.models import Coalition, Seat
from core.db import utc_now
from core.ending import erasing
from core.files.store import JUST_BROUGHT, StoredFile, keep, path_of
from core.notices.jobs import WORKS, run_due
from core.people.models import Person
from core.policy import unnarrowed
from core.portable.tests.busy import fill
from core.sealing import SealedRow, check_open, current
from core.tests.test_at_once import at_once
from core.tests.test_sealing import rows

LATER = timedelta(days=8)
DELETIONS = [work for work in WORKS if work.name == "deletions"]


def let_end(coalition, at=None):
    with db.transaction():
        Coalition.update(ends_at=at or utc_now() + timedelta(days=7)).where(Coalition.id == coalition.id).execute()


@pytest.mark.database
def test_all_of_it_goes_and_nothing_of_the_other(app, cast, instance):
    fill(app, cast, organisations=4, rows=6)
    other = Coalition.get(Coalition.slug == "elsewhere")
    shared = keep(instance.files, b"the same bytes in both")
    with db.transaction():
        for coalition in (cast.coalition, other):
            StoredFile.create(coalition=coalition, sha256=shared, name="same.csv", size_bytes=22, at=utc_now())
        Seat.create(coalition=other, person=cast.member.person, role="member", ended_at=utc_now())
    models = erasing.own_models(app)

    def standing(coalition):
        return {model._meta.table_name: sorted(map(repr, unnarrowed(model).where(erasing.rows_here(model, coalition))
                                                   .dicts())) for model in models}
    before, theirs = standing(cast.coalition), standing(other)
    assert all(before[name] for name in ("seat", "attached_version", "revision", "stored_file", "review_stage"))
    assert all(before[model._meta.table_name] for model in models if model._meta.table_name.startswith("midterm_"))
    sealed = [model for model in app.tables if issubclass(model, SealedRow)]
    own = {row.key_reference for model in sealed if model in models
           for row in unnarrowed(model).where(erasing.rows_here(model, cast.coalition))}
    keys = {row.key_reference for model in sealed for row in unnarrowed(model)}
    files = {row.sha256 for row in unnarrowed(StoredFile).where(StoredFile.coalition == cast.coalition)} - {shared}
    let_end(cast.coalition)
    assert erasing.delete_due(app, utc_now() + timedelta(days=6)) == 0 and Coalition.select().count() == 2
    assert erasing.delete_due(app, utc_now() + LATER) == 1
    assert set(map(len, standing(cast.coalition).values())) == {0} and standing(other) == theirs
    assert [row.slug for row in Coalition.select()] == ["elsewhere"]
    # Who has, or had, a place elsewhere stays, and so does who runs the instance.
    stay = {row.key_reference for model in sealed for row in unnarrowed(model)}
    assert current().all_references() & keys == stay and own <= keys - stay and len(keys - stay - own) == 7 + 8
    assert Person.get_by_id(cast.member.person.id).content()["name"] == "Mirela Saltonstowe"
    assert Person.get_by_id(cast.administrator.person.id)
    assert not [sha for sha in files if path_of(instance.files, sha).exists()]
    assert path_of(instance.files, shared).exists()
    line = AuditLine.select().order_by(AuditLine.number.desc()).first()
    assert (line.action, line.via, line.actor, line.coalition_uid, line.object_uid) == (
        "coalition.erase", "job", "nobody", None, cast.coalition.uid)
    assert broken_at() is None
    check_open()


@pytest.mark.database
def test_marks_of_its_forms_go_with_the_addresses_they_led_to(app, cast):
    actors = [cast.member.seat.uid, cast.editor.person.uid, cast.other.member.seat.uid,
              cast.administrator.person.uid]
    with db.transaction():
        for actor in actors:
            FormMark.create(actor=actor, mark="one", at=utc_now(), address="/c/meridia/circles/abcdefghijkl")
    let_end(cast.coalition)
    assert erasing.delete_due(app, utc_now() + LATER) == 1
    assert {row.actor for row in FormMark.select()} == set(actors[2:])


def test_its_words_are_not_in_the_bytes_of_the_database_any_more(app, cast, instance):
    if not db.is_sqlite():
        pytest.skip("There the destroyed key is the whole promise.")
    with db.transaction():
        StoredFile.create(coalition=cast.coalition, sha256="0" * 64, name="Zqxwordthatgoes.csv", size_bytes=1,
                          at=utc_now(), settings={"word": "Zqxwordthatgoes"})
    review = cast.review
    with change(cast.coordinator.ctx, "review.edit", review):
        review.title = "Zqxwordthatgoes"
    places = [path for path in instance.instance.iterdir() if path.name.startswith("commonweal.sqlite3")]
    assert any(b"Zqxwordthatgoes" in path.read_bytes() or b"zqxwordthatgoes" in path.read_bytes() for path in places)
    let_end(cast.coalition)
    erasing.delete_due(app, utc_now() + LATER)
    for path in places:
        assert b"qxwordthatgoes" not in path.read_bytes(), path.name


@pytest.mark.database
def test_several_runners_do_it_once(app, cast):
    let_end(cast.coalition)
    at_once(*[lambda: run_due(app, utc_now() + LATER, DELETIONS)] * 4)
    at_once(*[lambda: erasing.delete_due(app, utc_now() + LATER)] * 3)
    assert AuditLine.select().where(AuditLine.action == "coalition.erase").count() == 1
    assert Coalition.select().count() == 1 and broken_at() is None


@pytest.mark.database
def test_what_fails_in_the_middle_is_done_by_the_next_run(app, cast, monkeypatch):
    let_end(cast.coalition)
    before = rows()

    def full(*arguments, **more):
        raise OSError(28, "No space left on device")
    with monkeypatch.context() as patch:
        patch.setattr("core.changes.audit.write", full)
        with pytest.raises(OSError, match="No space"):
            erasing.delete_due(app, utc_now() + LATER)
    assert rows() == before
    assert erasing.delete_due(app, utc_now() + LATER) == 1 and Coalition.select().count() == 1
    check_open()


def test_a_locked_one_and_one_that_was_called_off_stay(app, cast):
    let_end(cast.coalition, utc_now() - timedelta(days=1))
    with db.transaction():
        Coalition.update(locked_at=utc_now()).where(Coalition.id == cast.coalition.id).execute()
    assert erasing.delete_due(app, utc_now() + LATER) == 0
    with db.transaction():
        Coalition.update(locked_at=None, ends_at=None).where(Coalition.id == cast.coalition.id).execute()
    assert erasing.delete_due(app, utc_now() + LATER) == 0 and Coalition.select().count() == 2


@pytest.mark.database
def test_what_a_plugin_wrote_whose_code_is_gone_goes_too(app, cast, instance):
    fill(app, cast, organisations=4, rows=6)
    tables = [name for name in db.database.get_tables() if name.startswith(("midterm_", "recommendations_"))]
    db.database.close()
    bare = create_app(replace(instance, plugins=()))
    db.database.connect(reuse_if_open=True)
    let_end(cast.coalition)
    assert erasing.delete_due(bare, utc_now() + LATER) == 1
    counts = {name: db.database.execute_sql(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
    assert set(counts.values()) <= {0}, json.dumps(counts)


def test_a_file_that_was_brought_a_moment_ago_goes_with_the_next_sweep(app, cast, instance):
    place = path_of(instance.files, keep(instance.files, b"brought just now"))
    [sweep] = [work for work in WORKS if work.name == "sweep files"]
    sweep.act(app, utc_now())
    assert place.exists()
    sweep.act(app, utc_now() + JUST_BROUGHT + timedelta(minutes=1))
    assert not place.exists()


def test_doctor_says_what_goes_what_is_late_and_what_is_lacking(cast, command):
    def told():
        return [line for line in command("doctor").stdout.splitlines() if "Coalition " in line or "Names" in line]
    assert told() == []
    day = utc_now() + timedelta(days=7)
    let_end(cast.coalition, day)
    assert told() == [f"ok   Coalition meridia: it is going to be deleted on {day.date().isoformat()}."]
    late = utc_now() - timedelta(days=2)
    let_end(cast.coalition, late)
    assert told() == [f"BAD  Coalition meridia: it should be gone since {late.date().isoformat()}. The jobs are not "
                      "done: run commonweal worker"]
    with db.transaction():
        Coalition.update(ends_at=None, waits_for=["boards"]).where(Coalition.id == cast.coalition.id).execute()
        Person.update(sealed=None, key_reference="locked").where(Person.id == cast.member.person.id).execute()
    assert told() == [
        "BAD  Coalition meridia: what the plugin boards holds waits in the archive from which it came. Install the "
        "plugin, and import the archive again.",
        "BAD  Names: 1 came locked. Import the archive again with its key: commonweal coalition import FILE --key-file "
        "KEY"]
