"""A sealed backup: nothing in clear in it, nothing of it opens without its keys, and no erased person comes back."""

import io
import json
import secrets
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from core import pieces, sealing
from core.app import create_app
from core.audit import AuditHead
from core.backup import create_backup
from core.cli import commonweal
from core.config import Settings
from core.db import connection, database
from core.errors import Refused
from core.files.store import keep
from core.people.labels import name_in
from core.people.models import Person
from core.pieces import MAGIC, PIECE, TAG, Damaged
from core.restoring import restore_backup
from core.sealing import check_open, current
from core.testing.world import house_names


@pytest.fixture
def backup(app, cast, instance, tmp_path):
    place = tmp_path / "kept" / "one.backup"
    place.parent.mkdir()
    keep(instance.files, secrets.token_bytes(PIECE))        # so that there are several pieces
    with (instance.instance / "commonweal.toml").open("a") as settings:
        settings.write('neutral_page = "https://canary.example"\n')
    create_backup(instance, str(place))
    return place


def head_of(path) -> dict:
    with open(path, "rb") as file:
        return pieces.read_head(file)


def reader_of(path):
    with open(path, "rb") as file:
        head = pieces.read_head(file)
    return io.BufferedReader(pieces.Reader(open(path, "rb"), pieces.key_of(head, current().backup_key())))


def restored(tmp_path, backup, instance, name="new"):
    settings = Settings(tmp_path / name)
    restore_backup(settings.instance, str(backup), settings, instance.key_file_path)
    return settings


def refused(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return str(caught.value)


# --- pieces ---------------------------------------------------------------------------------------------------------

def sealed(content, kind="test", wrapping=b"w" * 32, step=100_000) -> bytes:
    out = io.BytesIO()
    head, key = pieces.begin(kind, wrapping, {"word": "said"})
    writer = pieces.Writer(out, head, key)
    for start in range(0, len(content), step):
        writer.write(content[start:start + step])
    writer.finish()
    return out.getvalue()


def reopened(written, wrapping=b"w" * 32):
    head = pieces.read_head(io.BytesIO(written))
    return pieces.Reader(io.BytesIO(written), pieces.key_of(head, wrapping)).readall()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7])
def test_what_was_sealed_in_pieces_opens_whole(size):
    content = secrets.token_bytes(size)
    written = sealed(content)
    assert reopened(written) == content
    assert content[:32] not in written or size < 32
    head = pieces.read_head(io.BytesIO(written))
    assert head["word"] == "said" and len(written) == len(MAGIC) + 4 + len(
        json.dumps(head, sort_keys=True)) + size + TAG * max(1, -(-size // PIECE))


def test_a_sealed_file_is_read_from_any_place():
    content = secrets.token_bytes(2 * PIECE + 7)
    written = sealed(content)
    reader = pieces.Reader(io.BytesIO(written), pieces.key_of(pieces.read_head(io.BytesIO(written)), b"w" * 32))
    for place in (0, PIECE - 3, 2 * PIECE + 5, 17):
        reader.seek(place)
        assert reader.read(6) == content[place:place + 6][:6 if place != PIECE - 3 else 3]
    assert reader.seek(-4, 2) == len(content) - 4 and reader.read(99) == content[-4:]


def start_of(written):
    return len(MAGIC) + 4 + int.from_bytes(written[len(MAGIC):len(MAGIC) + 4], "big")


def piece(written, number):
    start = start_of(written) + number * (PIECE + TAG)
    return written[start:start + PIECE + TAG]


CONTENT = bytes(range(256)) * (3 * PIECE // 256) + b"the end"
SPOILT = {
    "cut within a piece": lambda one, other: one[:-5],
    "cut between pieces": lambda one, other: one[:start_of(one) + 2 * (PIECE + TAG)],
    "without a piece": lambda one, other: one[:start_of(one)],
    "two pieces changed places": lambda one, other: one[:start_of(one)] + piece(one, 1) + piece(one, 0) + one[
        start_of(one) + 2 * (PIECE + TAG):],
    "a piece twice": lambda one, other: one[:start_of(one)] + piece(one, 0) + one[start_of(one):],
    "a piece of another file": lambda one, other: one[:start_of(one)] + piece(other, 0) + one[
        start_of(one) + PIECE + TAG:],
    "another head of the same length": lambda one, other: one.replace(b'"said"', b'"SAID"'),
    "one bit": lambda one, other: one[:-9] + bytes([one[-9] ^ 1]) + one[-8:],
    "something behind it": lambda one, other: one + b"more",
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_piece_that_is_cut_moved_repeated_or_foreign_does_not_open(how):
    one, other = sealed(CONTENT), sealed(CONTENT)
    with pytest.raises(Damaged):
        reopened(SPOILT[how](one, other))


def test_a_foreign_piece_does_not_open_under_the_same_key_either():
    head, key = pieces.begin("test", b"w" * 32, {})
    files = []
    for name in ("a", "b"):
        out = io.BytesIO()
        writer = pieces.Writer(out, {**head, "id": name * 32}, key)
        writer.write(CONTENT)
        writer.finish()
        files.append(out.getvalue())
    with pytest.raises(Damaged):
        pieces.Reader(io.BytesIO(SPOILT["a piece of another file"](*files)), key).readall()


def test_the_key_of_a_file_opens_by_what_wrapped_it_alone():
    head = pieces.read_head(io.BytesIO(sealed(b"x")))
    for wrong in (lambda: pieces.key_of(head, b"v" * 32), lambda: pieces.key_of({**head, "id": "0" * 32}, b"w" * 32),
                  lambda: pieces.key_of({**head, "kind": "other"}, b"w" * 32)):
        assert refused(wrong) == "The keyring does not open with this key file."


@pytest.mark.parametrize("written", [MAGIC, MAGIC + b"\xff\xff\xff\xff", MAGIC + b"\0\0\0\2{}",
                                     MAGIC + b"\0\0\0\2[]", MAGIC + b"\0\0\0\3\xff{}"])
def test_a_head_that_says_nothing_is_refused(written):
    with pytest.raises(Damaged):
        pieces.read_head(io.BytesIO(written))


# --- the backup -----------------------------------------------------------------------------------------------------

def test_nothing_lies_in_clear_in_a_backup_and_its_keyring(backup, cast, instance):
    content = backup.read_bytes() + backup.with_name("keyring.latest").read_bytes()
    for word in (*house_names(), "canary.example", cast.member.address, "Meridia", "meridia", "instance/secret"):
        assert word.encode() not in content, word
    assert not zipfile.is_zipfile(backup)
    key = instance.key_file_path.read_bytes()
    for secret in (key, current().backup_key(), *current().keys(current().all_references()).values()):
        assert secret not in content and secret.hex().encode() not in content


@pytest.mark.database
def test_keys_and_keyring_are_not_in_a_backup(backup, instance):
    with zipfile.ZipFile(reader_of(backup)) as pack:
        names, content = pack.namelist(), b"".join(pack.read(name) for name in pack.namelist())
    assert [name for name in names if "key" in name] == [] and "database" in names
    assert instance.key_file_path.read_bytes() not in content
    for wrapped in current().kept()["keys"].values():
        assert bytes.fromhex(wrapped) not in content and wrapped.encode() not in content


def test_a_keyring_and_key_files_in_the_instances_folder_stay_out_wherever_the_settings_put_them(
        app, cast, instance, tmp_path):
    inside = instance.instance / "apart"
    inside.mkdir()
    for name in ("ring.sqlite3", "ring.sqlite3-wal", "secret.bin", "secret.bin.new", "mine.key", "keyring.latest"):
        (inside / name).write_bytes(b"zqxcanary " + name.encode())
    settings = replace(instance, keyring=f"sqlite:///{inside / 'ring.sqlite3'}", key_file=str(inside / "secret.bin"))
    create_backup(settings, str(tmp_path / "one.backup"))
    with zipfile.ZipFile(reader_of(tmp_path / "one.backup")) as pack:
        assert [name for name in pack.namelist() if b"zqxcanary" in pack.read(name)] == []


def test_nothing_is_left_beside_and_only_the_owner_reads_it(backup, instance):
    assert sorted(path.name for path in backup.parent.iterdir()) == ["keyring.latest", "one.backup"]
    assert {path.stat().st_mode & 0o777 for path in backup.parent.iterdir()} == {0o600}
    assert [path for path in instance.instance.rglob("*") if ".part" in path.name] == []


def test_the_newest_hash_of_the_audit_goes_out_with_the_backup(backup, instance, command, tmp_path):
    head = AuditHead.get()
    told = command("backup", "create", tmp_path / "kept" / "two.backup")
    assert told.exit_code == 0 and told.stdout == "" and f"line {head.number}: {head.hash}" in told.stderr
    assert head_of(tmp_path / "kept" / "two.backup")["audit"] == {"number": head.number, "hash": head.hash}


@pytest.mark.database
def test_an_erased_person_does_not_come_back_with_an_old_backup(app, cast, instance, backup, tmp_path, request,
                                                               database_kind):
    gone, old = cast.member.person, backup.read_bytes()
    wrapped = current().kept()["keys"][gone.key_reference]
    current().destroy([gone.key_reference])
    gone.sealed = gone.address_index = None
    gone.save()
    create_backup(instance, str(backup.with_name("two.backup")))
    assert backup.read_bytes() == old
    assert wrapped not in backup.with_name("keyring.latest").read_text()
    database.close()
    settings = Settings(tmp_path / "new")
    if database_kind == "postgresql":
        server = request.getfixturevalue("postgres")
        settings = replace(settings, database=server.create())
    restore_backup(settings.instance, str(backup), settings, instance.key_file_path)
    create_app(settings)
    with connection():
        check_open()
        assert name_in(Person.get_by_id(gone.id)) == "cannot be read"
        assert name_in(Person.get_by_id(cast.editor.person.id)) == "Edric Pemberwell"
        assert "Lanternwick Legal Aid" in house_names()
    if database_kind == "postgresql":
        server.drop(settings.database)


def test_a_backup_replaces_the_keyring_beside_it_and_no_other_instances(backup, instance, tmp_path):
    place = backup.with_name("keyring.latest")
    before = json.loads(place.read_text())
    current().new_keys()
    create_backup(instance, str(backup.with_name("two.backup")))
    after = json.loads(place.read_text())
    assert after["serial"] == before["serial"] + 1 and set(before["keys"]) < set(after["keys"])
    for spoilt, sentence in (({**after, "uid": "someoneelses"}, "belongs to another instance, whose backups need it"),
                             ({**after, "serial": 9999}, "is newer than the keyring of this instance")):
        place.write_text(json.dumps(spoilt))
        assert sentence in refused(lambda: create_backup(instance, str(backup.with_name("three.backup"))))
        assert json.loads(place.read_text()) == spoilt
        assert sorted(path.name for path in backup.parent.iterdir()) == ["keyring.latest", "one.backup", "two.backup"]


# --- restoring ------------------------------------------------------------------------------------------------------

def test_the_key_file_is_asked_for_by_its_fingerprint(backup, instance, tmp_path):
    settings, wanted = Settings(tmp_path / "new"), current().kept()["fingerprint"]
    for key_file in (None, Path(tmp_path / "other.key")):
        (tmp_path / "other.key").write_bytes(b"x" * 32)
        said = refused(lambda place=key_file: restore_backup(settings.instance, str(backup), settings, place))
        assert f"Bring the one with the fingerprint {wanted}: commonweal backup restore FILE --key-file KEY" in said
        assert not settings.instance.exists() and not settings.key_file_path.exists()


def test_the_key_file_that_lies_beside_the_new_folder_is_taken(backup, instance, tmp_path):
    settings = Settings(tmp_path / "new")
    settings.key_file_path.write_bytes(instance.key_file_path.read_bytes())
    restore_backup(settings.instance, str(backup), settings)
    sealing.use(current())
    assert sorted(path.name for path in settings.instance.iterdir()) == [
        "commonweal.sqlite3", "commonweal.toml", "files", "keyring.sqlite3", "secret"]


BAD_KEYRINGS = {
    "none": (lambda kept: None, "There is no"),
    "no JSON": (lambda kept: "{", "is no keyring of Commonweal, or it is cut off"),
    "something else": (lambda kept: json.dumps({"uid": "x"}), "is no keyring of Commonweal"),
    "a list": (lambda kept: "[]", "is no keyring of Commonweal"),
    "another instance's": (lambda kept: json.dumps({**kept, "uid": "x" * 12}), "belongs to another instance"),
    "older": (lambda kept: json.dumps({**kept, "serial": kept["serial"] - 1}), "is older than the backup"),
    "without the backups' key": (lambda kept: json.dumps({**kept, "keys": {}}), "is no keyring of Commonweal"),
    "spoilt": (lambda kept: json.dumps({**kept, "keys": {**kept["keys"], "backup": "00" * 60}}),
               "The keyring does not open with this key file."),
}


@pytest.mark.parametrize("what", BAD_KEYRINGS)
def test_without_the_keyring_that_belongs_to_it_a_backup_is_not_restored(backup, instance, tmp_path, what):
    place = backup.with_name("keyring.latest")
    made, sentence = BAD_KEYRINGS[what]
    written = made(json.loads(place.read_text()))
    place.unlink() if written is None else place.write_text(written)
    assert sentence in refused(lambda: restored(tmp_path, backup, instance))
    assert not (tmp_path / "new").exists() and not (tmp_path / "new.key").exists()


@pytest.mark.parametrize("how", ["cut within a piece", "cut between pieces", "two pieces changed places",
                                 "a piece of another file", "one bit"])
def test_a_cut_reordered_or_foreign_backup_is_refused_and_nothing_is_made(backup, instance, tmp_path, how):
    create_backup(instance, str(backup.with_name("other.backup")))
    one, other = backup.read_bytes(), backup.with_name("other.backup").read_bytes()
    if how == "cut between pieces":
        one = one[:start_of(one) + PIECE + TAG]
    else:
        one = SPOILT[how](one, other)
    backup.write_bytes(one)
    assert "The file is cut or damaged, or its parts are not of one file." in refused(
        lambda: restored(tmp_path, backup, instance))
    assert not (tmp_path / "new").exists() and not (tmp_path / "new.key").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("tmp")] == []


def test_a_folder_is_as_it_was_when_the_last_step_fails(backup, instance, tmp_path, monkeypatch):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "README.md").write_text("mine")

    def full(*arguments):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr("core.restoring.write_key_file", full)
    with pytest.raises(OSError, match="No space"):
        restored(tmp_path, backup, instance)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["README.md"]


def test_the_commands_take_a_backup_to_another_place(backup, instance, tmp_path, command):
    words = ("backup", "restore", backup, "--key-file", instance.key_file_path)
    assert "is not empty" in command(*words).stderr
    told = CliRunner().invoke(commonweal, ["--instance", str(tmp_path / "new"), *map(str, words)])
    assert told.exit_code == 0, told.stderr
    assert "When it was made, the audit ended with line" in told.stderr
    told = CliRunner().invoke(commonweal, ["--instance", str(tmp_path / "new"), "organisation", "list", "--coalition",
                                           "meridia"])
    assert "Lanternwick Legal Aid" in told.stdout
