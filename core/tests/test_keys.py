"""`commonweal keys`: beginning, loading, taking away, wrapping anew, sweeping; each cut off in the middle, too."""

import os
from dataclasses import replace

import pytest

from core import key_commands, keyring, sealing
from core.audit import AuditLine
from core.coalitions.models import Organisation
from core.config import Settings, make_instance
from core.keyring import KEY_BYTES, Keyring, fingerprint_of, lies_in_memory, read_key_file, write_key_file
from core.people.accounts import new_person
from core.people.labels import name_in
from core.people.models import Person
from core.sealing import check_open, current
from core.testing.world import house_names
from core.tests.test_sealing import older_keyring, take_key_file, take_keyring


def refused(told) -> str:
    assert (told.exit_code, told.stdout) == (2, "")
    return " ".join(told.stderr.split())


def mode_of(path) -> int:
    return path.stat().st_mode & 0o777


# --- init -----------------------------------------------------------------------------------------------------------

def test_a_new_instance_has_its_key_file_beside_it_and_its_keyring_in_it(tmp_path):
    make_instance(tmp_path / "upr")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["upr", "upr.key"]
    assert (mode_of(tmp_path / "upr.key"), mode_of(tmp_path / "upr" / "keyring.sqlite3")) == (0o400, 0o600)
    key = (tmp_path / "upr.key").read_bytes()
    assert len(key) == KEY_BYTES
    assert key not in b"".join(path.read_bytes() for path in (tmp_path / "upr").rglob("*") if path.is_file())


@pytest.mark.database
@pytest.mark.parametrize("spoil", [take_keyring, take_key_file])
def test_no_new_keys_are_begun_where_names_are_sealed(app, cast, instance, command, spoil):
    spoil(instance)
    lying = sorted(path.name for path in instance.instance.parent.iterdir())
    said = refused(command("keys", "init"))
    assert "Names are sealed here already, and a new key would never open them." in said
    assert sorted(path.name for path in instance.instance.parent.iterdir()) == lying
    assert make_instance(instance.instance) is False
    assert sorted(path.name for path in instance.instance.parent.iterdir()) == lying
    assert current().exists() == (spoil is take_key_file)


def test_keys_are_begun_where_nothing_is_sealed(app, instance, command):
    take_keyring(instance)
    key = instance.key_file_path.read_bytes()
    told = command("keys", "init")
    assert told.exit_code == 0 and fingerprint_of(key) in told.stderr
    assert "two people in different places" in told.stderr
    assert instance.key_file_path.read_bytes() == key
    check_open()


# --- load and unload ------------------------------------------------------------------------------------------------

def test_the_key_goes_and_comes_back(app, cast, instance, command):
    key = instance.key_file_path.read_bytes()
    assert "the server is closed" in command("keys", "unload").stderr
    assert not instance.key_file_path.exists()
    assert "The key file is not there" in refused(command("organisation", "list", "--coalition", "meridia"))
    assert command("keys", "load", input=key).exit_code == 0
    assert (instance.key_file_path.read_bytes(), mode_of(instance.key_file_path)) == (key, 0o400)
    assert "Lanternwick Legal Aid" in command("organisation", "list", "--coalition", "meridia").stdout


@pytest.mark.parametrize("given, sentence", [
    (b"", "it has 0 bytes, not 32"), (b"x" * 31, "it has 31 bytes, not 32"), (b"x" * 33, "it has 33 bytes, not 32"),
    (b"x" * 32, "This is not the key file of this keyring: its fingerprint is")])
def test_what_is_not_the_key_file_is_not_put_in_its_place(app, cast, instance, command, given, sentence):
    instance.key_file_path.unlink()
    assert sentence in refused(command("keys", "load", input=given))
    assert not instance.key_file_path.exists()


def test_a_key_file_is_not_loaded_over_one_that_lies_there(app, cast, instance, command):
    key = instance.key_file_path.read_bytes()
    assert "There is a key file already" in refused(command("keys", "load", input=key))
    assert instance.key_file_path.read_bytes() == key


def test_what_is_unloaded_is_written_over_before_it_goes(app, instance, command):
    other_name = instance.key_file_path.with_name("another-name")
    os.link(instance.key_file_path, other_name)
    command("keys", "unload")
    assert other_name.read_bytes() == bytes(KEY_BYTES)


def test_whether_a_place_is_in_memory_is_read_from_the_mounts(tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\ntmpfs {tmp_path}/memory tmpfs rw 0 0\n")
    (tmp_path / "memory").mkdir()
    monkeypatch.setattr(keyring, "MOUNTS", mounts)
    assert [lies_in_memory(tmp_path / place / "upr.key") for place in ("memory", ".")] == [True, False]


# --- rotate ---------------------------------------------------------------------------------------------------------

@pytest.mark.database
def test_after_a_rotation_all_is_read_and_the_old_key_opens_nothing(app, cast, instance, command, tmp_path):
    old, before, kept = instance.key_file_path.read_bytes(), house_names(), current().kept()
    told = command("keys", "rotate")
    new = instance.key_file_path.read_bytes()
    assert told.exit_code == 0 and fingerprint_of(new) in told.stderr and fingerprint_of(old) not in told.stderr
    assert new != old and mode_of(instance.key_file_path) == 0o400
    assert house_names() == before
    assert not instance.key_file_path.with_name(f"{instance.key_file_path.name}.new").exists()
    after = current().kept()
    assert set(after["keys"]) == set(kept["keys"]) and not set(after["keys"].values()) & set(kept["keys"].values())
    assert after["serial"] > kept["serial"]
    instance.key_file_path.unlink()
    write_key_file(instance.key_file_path, old)
    assert "This is not the key file of this keyring" in refused(command("coalition", "list"))
    assert [line.action for line in AuditLine.select().where(AuditLine.action.startswith("keys."))] == ["keys.rotate"]


@pytest.mark.database
@pytest.mark.parametrize("where", ["before-rewrap", "after-rewrap", "half-written"])
def test_a_rotation_that_was_cut_off_is_finished_by_the_next(app, cast, instance, command, monkeypatch, where):
    before, coming = house_names(), instance.key_file_path.with_name(f"{instance.key_file_path.name}.new")

    def cut(*arguments):
        raise KeyboardInterrupt
    with monkeypatch.context() as patch:
        if where == "before-rewrap":
            patch.setattr(Keyring, "rewrap", cut)
        elif where == "after-rewrap":
            patch.setattr(key_commands.os, "replace", cut)
        if where == "half-written":
            coming.write_bytes(b"half")
        else:
            assert command("keys", "rotate").exit_code != 0
    assert coming.exists()
    waiting = coming.read_bytes()
    told = command("keys", "rotate")
    assert told.exit_code == 0, told.stderr
    assert not coming.exists() and house_names() == before
    assert (instance.key_file_path.read_bytes() == waiting) == (where == "after-rewrap")


def test_nothing_is_rotated_while_the_server_is_closed(app, cast, instance, command):
    older_keyring(instance)
    kept = current().kept()
    assert "The keyring is older than the database" in refused(command("keys", "rotate"))
    assert current().kept() == kept
    assert sorted(path.name for path in instance.instance.parent.iterdir()) == ["instance", "instance.key"]


# --- sweep ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def many(app, cast):
    """The world with 100 people more: 117 rows, of which 2 in a hundred are 2."""
    people = [new_person(f"person.{number}@invented.example", f"Person {number}") for number in range(100)]
    for person in people:
        person.save(force_insert=True)
    return people


@pytest.mark.database
def test_rows_whose_keys_were_destroyed_are_blanked_once_they_are_asked_for(many, command):
    gone = many[:2]
    current().destroy([person.key_reference for person in gone])
    assert command("keys", "sweep", "--dry-run").stderr == "2 rows have no key.\n"
    assert Person.select().where(Person.sealed.is_null()).count() == 0
    told = command("keys", "sweep")
    assert (told.exit_code, told.stderr) == (0, "2 rows have no key.\n")
    assert [person.uid for person in Person.select().where(Person.sealed.is_null()).order_by(Person.id)] == [
        person.uid for person in gone]
    assert name_in(Person.get_by_id(gone[0].id)) == "erased" and name_in(many[5]) == "Person 5"
    assert command("keys", "sweep").stderr == "0 rows have no key.\n"
    assert [line.action for line in AuditLine.select().where(AuditLine.action.startswith("keys."))] == ["keys.sweep"]


def test_more_than_two_in_a_hundred_are_no_erased_people(many, command):
    current().destroy([person.key_reference for person in many[:3]])
    assert "3 of 117 rows have no key: that is a keyring that lacks keys" in refused(command("keys", "sweep"))
    assert Person.select().where(Person.sealed.is_null()).count() == 0
    assert Organisation.select().where(Organisation.sealed.is_null()).count() == 0


# --- where the key file lies ----------------------------------------------------------------------------------------

def test_the_key_file_lies_where_the_setting_says(tmp_path, monkeypatch):
    place = tmp_path / "memory" / "upr.key"
    place.parent.mkdir()
    monkeypatch.setenv("COMMONWEAL_KEY_FILE", str(place))
    make_instance(tmp_path / "upr")
    assert read_key_file(place) and not (tmp_path / "upr.key").exists()
    settings = replace(Settings(tmp_path / "upr"), key_file=str(place))
    ring = Keyring(settings)
    assert ring.key() == place.read_bytes()
    sealing.keyring = None
