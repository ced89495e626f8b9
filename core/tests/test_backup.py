"""Backup and restore: equal table by table and file by file; a bad file changes nothing."""

import os
import sqlite3
import subprocess
import zipfile
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

import core.backup
from core import db
from core.app import core_tables, create_app, refuse_wrong_database
from core.backup import create_backup
from core.coalitions.members import add_organisation, new_organisation
from core.config import Settings, make_instance
from core.db import utc_now
from core.errors import Refused
from core.files.store import content_of, cut_off, drop_cut_off, keep
from core.people.accounts import new_person
from core.people.models import Person
from core.restoring import restore_backup
from core.sealing import current


def rows(app) -> dict[str, list]:
    """Every row of every table, the histories of migrations included."""
    found = {}
    for table in sorted(db.database.get_tables()):
        found[table] = sorted(map(repr, db.database.execute_sql(f'SELECT * FROM "{table}"').fetchall()))
    assert {model._meta.table_name for model in [*core_tables(), *app.host.said("tables")]} <= set(found)
    return found


def files(instance) -> dict[str, tuple]:
    return {str(path.relative_to(instance)): (path.read_bytes(), path.stat().st_mode & 0o777)
            for path in instance.rglob("*") if path.is_file() and ".sqlite3" not in path.name}


@pytest.mark.database
def test_what_is_restored_into_an_empty_folder_is_equal(app, cast, instance, tmp_path, database_kind, request):
    keep(instance.files, b"an original")
    keep(instance.files, bytes(range(256)) * 5000)
    own = instance.instance / "plugins" / "orchard"
    own.mkdir(parents=True)
    (own / "plugin.py").write_text("# ours\n")
    (instance.instance / "commonweal.toml").write_text('zone = "Europe/Zurich"\n')
    before_rows, before_files, kept = rows(app), files(instance.instance), current().kept()
    backup = tmp_path / "backup.zip"
    create_backup(instance, str(backup))
    assert rows(app) == before_rows and os.stat(backup).st_mode & 0o777 == 0o600

    settings = Settings(tmp_path / "new" / "place")
    if database_kind == "postgresql":
        server = request.getfixturevalue("postgres")
        settings = replace(settings, database=server.create())
    restore_backup(settings.instance, str(backup), settings, instance.key_file_path)
    db.database.close()
    again = create_app(settings)
    with db.connection():
        refuse_wrong_database(again)
        assert rows(again) == before_rows
        assert files(settings.instance) == before_files
        assert current().kept() == kept and settings.key_file_path.stat().st_mode & 0o777 == 0o400
        add_organisation(cast.coordinator.ctx, "Added After The Restore")
        for statement in ("UPDATE audit_line SET actor = 'x'", "DELETE FROM audit_line"):
            with pytest.raises(Exception, match="append-only"), db.transaction():
                db.database.execute_sql(statement)
    if database_kind == "postgresql":
        server.drop(settings.database)


@pytest.mark.database
def test_the_copy_of_the_database_is_its_accounts_alone_and_a_kill_does_not_leave_it_for_ever(
        cast, instance, tmp_path, monkeypatch):
    seen = []

    def look(settings, dump, *_rest):
        later = utc_now() + timedelta(hours=2)
        seen.append((dump.stat().st_mode & 0o777, cut_off(instance.instance, utc_now()),
                     cut_off(instance.instance, later)))
        drop_cut_off(instance.instance, later)
        assert not dump.parent.exists()
    monkeypatch.setattr(core.backup, "_write", look)
    create_backup(instance, str(tmp_path / "one.backup"), is_sealed=False)
    [(mode, young, [old])] = seen
    assert (mode, young) == (0o600, []) and old.parent == instance.instance and old.name.startswith("backup.")


@pytest.mark.sqlite
def test_a_backup_holds_what_was_committed_and_no_deleted_row(app, cast, instance, tmp_path):
    person = new_person("gone.for.ever@invented.example", "Gone Forever")
    person.save(force_insert=True)
    Person.delete_by_id(person.id)
    house = new_organisation("Committed House")
    with db.transaction():
        house.save(force_insert=True)
    create_backup(instance, str(tmp_path / "backup.zip"), is_sealed=False)
    with zipfile.ZipFile(tmp_path / "backup.zip") as pack:
        content = pack.read("database")
    assert house.sealed in content and person.sealed not in content


def test_a_file_that_comes_while_the_database_is_copied_lies_in_the_backup(app, instance, tmp_path, monkeypatch):
    dump, kept = core.backup._dump, []

    def meanwhile(settings, target):
        kept.append(keep(settings.files, b"brought in meanwhile"))
        dump(settings, target)
    monkeypatch.setattr(core.backup, "_dump", meanwhile)
    create_backup(instance, str(tmp_path / "backup.zip"), is_sealed=False)
    with zipfile.ZipFile(tmp_path / "backup.zip") as pack:
        assert pack.read(f"instance/files/{kept[0][:2]}/{kept[0]}") == b"brought in meanwhile"


def test_a_database_s_password_is_no_argument_of_a_program(instance, monkeypatch):
    told = []
    monkeypatch.setattr(subprocess, "run", lambda command, **more: told.append((command, more["env"]["PGPASSWORD"])))
    core.backup.run_program(["pg_dump"], replace(instance, database="postgresql://upr:p%40ss@db.example:5433/upr?sslmode=require"))
    assert told == [(["pg_dump", "--dbname=postgresql://upr@db.example:5433/upr?sslmode=require"], "p@ss")]


def test_a_backup_into_the_instances_own_folder_does_not_hold_itself(app, instance):
    (instance.instance / "keyring.latest").write_text("{}")
    (instance.instance / "old.key").write_bytes(b"x" * 32)
    for number in range(2):
        create_backup(instance, str(instance.instance / f"backup-{number}.zip"), is_sealed=False)
    with zipfile.ZipFile(instance.instance / "backup-1.zip") as pack:
        names = set(pack.namelist()) - {"instance/commonweal.toml"}
    assert names == {"commonweal.json", "database", "instance/backup-0.zip", "instance/secret"}


def test_a_backup_replaces_no_file(app, instance, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="is there already. Choose another name, or move it away."):
        create_backup(instance, str(tmp_path / "mine.txt"))
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_kill_or_a_full_disk_leaves_no_half_backup(app, instance, tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(OSError, match="No space"):
        create_backup(instance, str(tmp_path / "backup.zip"))
    assert [path.name for path in tmp_path.rglob("*") if "backup" in path.name or "keyring.latest" in path.name] == []


@pytest.fixture
def backup(app, instance, tmp_path):
    create_backup(instance, str(tmp_path / "backup.zip"), is_sealed=False)
    return tmp_path / "backup.zip"


def spoilt(backup, how):
    content = backup.read_bytes()
    place = backup.with_name("spoilt.zip")
    place.write_bytes({"empty": b"", "cut": content[:len(content) // 2], "no archive": b"%PDF-1.7 " + b"x" * 999,
                       "a bit": content[:3000] + bytes([content[3000] ^ 1]) + content[3001:]}[how])
    return place


@pytest.mark.parametrize("how", ["empty", "cut", "no archive", "a bit"])
def test_a_bad_backup_is_refused_and_the_folder_stays_empty(backup, tmp_path, how):
    target = tmp_path / "new"
    with pytest.raises(Refused) as caught:
        restore_backup(target, str(spoilt(backup, how)), Settings(target))
    assert "Take another one." in str(caught.value)
    assert not target.exists()


def test_a_backup_of_sqlite_is_not_restored_beside_a_postgresql_that_would_be_used_instead(backup, tmp_path):
    settings = Settings(tmp_path / "new", database="postgresql://upr@127.0.0.1/upr")
    with pytest.raises(Refused, match="This backup is of a SQLite database, which lies in the instance's folder. Take"):
        restore_backup(settings.instance, str(backup), settings)
    assert not settings.instance.exists()


def test_an_archive_of_something_else_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as pack:
        pack.writestr("word/document.xml", "<w/>")
    with pytest.raises(Refused, match="is no backup of Commonweal, or it is cut off."):
        restore_backup(tmp_path / "new", str(tmp_path / "other.zip"), Settings(tmp_path / "new"))


def test_a_restore_never_goes_over_what_is_there(backup, instance):
    before = files(instance.instance)
    with pytest.raises(Refused, match="is not empty. Restore into a new folder"):
        restore_backup(instance.instance, str(backup), instance)
    assert files(instance.instance) == before


@pytest.mark.sqlite
def test_a_restored_database_is_the_one_that_was_backed_up_and_no_other_connection_s(backup, tmp_path):
    target = tmp_path / "new"
    restore_backup(target, str(backup), Settings(target))
    with sqlite3.connect(target / "commonweal.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert keep(target / "files", b"new") and content_of(target / "files", keep(target / "files", b"new")) == b"new"


HOSTILE = {
    "out of it": lambda pack: pack.writestr("../evil.txt", "x"),
    "out of the folder": lambda pack: pack.writestr("instance/../../evil.txt", "x"),
    "absolute": lambda pack: pack.writestr("/evil.txt", "x"),
    "by backslash": lambda pack: pack.writestr("instance\\..\\evil.txt", "x"),
    "beside": lambda pack: pack.writestr("evil/evil.txt", "x"),
    "a link": lambda pack: pack.writestr(link_to("/etc/passwd"), "/etc/passwd"),
}


def link_to(target):
    entry = zipfile.ZipInfo("instance/plugins")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry


@pytest.mark.parametrize("what", HOSTILE)
def test_a_backup_with_what_no_backup_holds_is_refused_whole(backup, tmp_path, what):
    with zipfile.ZipFile(backup, "a") as pack:
        HOSTILE[what](pack)
    target = tmp_path / "place" / "new"
    target.parent.mkdir()
    with pytest.raises(Refused, match="which no backup of Commonweal holds. Do not use this file; take another one."):
        restore_backup(target, str(backup), Settings(target))
    assert list(target.parent.iterdir()) == [] and not list(tmp_path.rglob("evil*"))


def made_anew(backup, **members):
    """The backup with other contents for these members; None leaves one out."""
    place = backup.with_name("anew.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(place, "w") as new:
        for name in old.namelist():
            content = members.get(name.replace(".", "_").replace("/", "_"), old.read(name))
            if content is not None:
                new.writestr(name, content)
    return place


@pytest.mark.sqlite
@pytest.mark.parametrize("members", [
    {"commonweal_json": b"[]"}, {"commonweal_json": b"{}"}, {"commonweal_json": b"\xff"}, {"commonweal_json": b"7"},
    {"commonweal_json": b'{"format": 1, "database": 3}'}, {"database": b"no database " * 99}, {"database": None},
    {"instance_secret": None}, {"commonweal_json": None}], ids=str)
def test_a_backup_that_lacks_or_twists_a_part_is_refused(backup, tmp_path, members):
    target = tmp_path / "place" / "new"
    with pytest.raises(Refused, match="is no backup of Commonweal, or it is cut off. Take another one."):
        restore_backup(target, str(made_anew(backup, **members)), Settings(target))
    assert not target.exists()


def test_a_backup_larger_than_the_disk_is_refused_before_it_is_unpacked(backup, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda place: SimpleNamespace(free=1000))
    with pytest.raises(Refused, match="and the disk has 0 MB left. Make room first."):
        restore_backup(tmp_path / "new", str(backup), Settings(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


@pytest.mark.sqlite
def test_the_folder_of_an_instance_is_closed_to_other_accounts(backup, tmp_path):
    restore_backup(tmp_path / "new", str(backup), Settings(tmp_path / "new"))
    make_instance(tmp_path / "fresh")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("new", "fresh")] == [0o700, 0o700]
