"""doctor: every finding says what is well, or what is not and the act that mends it."""

import hashlib
import os

import pytest

from core.config import make_instance
from core.db import utc_now
from core.files.attaching import FileStore
from core.files.store import StoredFile, keep, path_of
from core.files.tests.factories import make_attachment
from core.notices.jobs import run_due


def told(command):
    result = command("doctor")
    return result.exit_code, [line for line in result.stdout.splitlines() if line.startswith("BAD")]


def test_a_good_instance_is_well(world, command):
    assert told(command) == (0, [])


def test_a_broken_chain_a_lost_file_and_a_plugin_that_is_gone_are_told(world, command, instance, guard):
    from core.tests.test_audit import unlocked
    sha256 = keep(instance.files, b"original")
    ctx = world.meridia.member.ctx
    file = StoredFile.create(coalition=ctx.coalition, sha256=sha256, name="matrix.docx", size_bytes=8, at=ctx.now)
    path_of(instance.files, sha256).unlink()
    unlocked("UPDATE audit_line SET action = 'x' WHERE number = ?", 3)
    (instance.instance / "commonweal.toml").write_text('plugins = ["vineyard"]\n')
    status, bad = told(command)
    assert status == 1
    assert bad == [
        "BAD  Audit: the chain is broken at line 3. Somebody changed the database by hand: compare with a backup.",
        f"BAD  Files: 1 are gone from the store ({file.uid}). Restore them from a backup.",
        "BAD  The settings name the plugin vineyard, and there is none in plugins/. Put it back, or take the name out "
        "of `plugins` in commonweal.toml."]


def test_a_file_that_is_not_what_was_brought_is_told_when_the_bytes_are_read(instance, world, command):
    ctx = world.meridia.member.ctx
    made = make_attachment(ctx, None, b"clean", b"original", store=FileStore(instance.files, 10**6))
    line = next(line for line in command("doctor", "--files").stdout.splitlines() if "Files" in line)
    assert line == "ok   Files: all are there, and each is what was brought. 0 wait to be deleted."
    place = path_of(instance.files, hashlib.sha256(b"clean").hexdigest())
    place.write_bytes(b"other")
    assert told(command)[1] == []
    result = command("doctor", "--files")
    assert result.exit_code == 1
    assert f"BAD  Files: 1 are not what was brought ({made.uid}). Restore them from a backup." in result.stdout
    place.unlink()
    assert told(command)[1] == [
        f"BAD  Files: 1 are gone from the store ({made.uid}). Restore them from a backup."]


def test_what_a_killed_backup_has_left_in_clear_is_told_and_goes(app, world, command, instance):
    folder = instance.instance / "backup.x1y2z3.part"
    folder.mkdir()
    (folder / "database").write_bytes(b"names")
    assert told(command) == (0, [])                 # one that runs now is well
    for path in (folder / "database", folder):
        os.utime(path, (0, 0))
    assert told(command) == (1, [
        f"BAD  Left over: {folder} holds, in clear, what a backup or an export had written when it was cut off. The "
        "server deletes it within the hour; where none runs, delete it."])
    assert "sweep what was cut off" in run_due(app, utc_now())
    assert not folder.exists() and told(command) == (0, [])


@pytest.mark.sqlite
def test_translations_that_are_not_compiled_are_told_at_the_start_and_by_the_doctor(instance, command, caplog):
    path = instance.instance / "translations" / "ar" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid "Menu"\nmsgstr "x"\n')
    result = command("doctor")
    assert result.exit_code == 1
    assert (f"BAD  Translations: 1 catalogue is not compiled, and what it says comes out in English ({path}). Run: "
            "make setup") in result.stdout
    assert f"translations that are not compiled come out in English: 1, the first is {path}; run: make" in caplog.text
    path.with_suffix(".mo").touch()
    assert told(command)[1] == []


@pytest.mark.sqlite
def test_an_empty_database_is_told_with_the_command(tmp_path, command):
    make_instance(tmp_path / "bare")
    (tmp_path / "bare" / "commonweal.toml").write_text("plugins = []\n")
    result = command("--instance", tmp_path / "bare", "doctor")
    assert result.exit_code == 1
    assert "Run: commonweal upgrade" in result.stdout


@pytest.mark.database
def test_doctor_writes_nothing(world, command, guard):
    start = len(guard.statements)
    command("doctor")
    assert guard.written_since(start) == set()
