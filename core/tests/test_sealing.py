"""M-9, the sealing drill: without the right keys nothing is read or written, and nothing opens elsewhere."""

import secrets
import sqlite3
import threading
from datetime import timedelta

import pytest

from core import db, sealing
from core.app import create_app
from core.audit import AuditLine
from core.coalitions.models import Membership, Organisation
from core.config import begin_keys
from core.errors import Refused
from core.keyring import BACKUP, INDEX, KEY_BYTES, Closed, Keyring, ring_database
from core.people.accounts import new_person
from core.people.labels import by_address, name_in
from core.people.models import Person, WebSession
from core.sealing import BLOCK, OVERHEAD, SealHead, check_open, current, open_rows, opened, seal, take_damaged
from core.testing.client import reopen
from core.testing.world import house_names


def rows() -> dict:
    """Every row of every table."""
    return {table: sorted(map(repr, db.database.execute_sql(f'SELECT * FROM "{table}"').fetchall()))
            for table in sorted(db.database.get_tables())}


def take_key_file(settings):
    settings.key_file_path.unlink()


def wrong_key_file(settings):
    settings.key_file_path.chmod(0o600)
    settings.key_file_path.write_bytes(b"w" * KEY_BYTES)


def cut_key_file(settings):
    settings.key_file_path.chmod(0o600)
    settings.key_file_path.write_bytes(settings.key_file_path.read_bytes()[:31])


def take_keyring(settings):
    for end in ("", "-wal", "-shm"):
        settings.instance.joinpath(f"keyring.sqlite3{end}").unlink(missing_ok=True)


def older_keyring(settings):
    older = {**current().kept(), "serial": SealHead.get().serial - 1}
    take_keyring(settings)
    current().bring(older)


def another_keyring(settings):
    take_keyring(settings)
    current().make()


SPOILT = {"no-key-file": (take_key_file, "The key file is not there"),
          "wrong-key-file": (wrong_key_file, "This is not the key file of this keyring"),
          "cut-key-file": (cut_key_file, "has 31 bytes, not 32"),
          "no-keyring": (take_keyring, "The keyring is not there"),
          "older-keyring": (older_keyring, "The keyring is older than the database"),
          "other-keyring": (another_keyring, "The keyring belongs to another database")}


@pytest.mark.parametrize("what", SPOILT)
@pytest.mark.parametrize("when", ["at-start", "running"])
def test_without_the_right_keys_every_route_is_closed_and_nothing_is_written(
        instance, app, cast, browser_of, guard, command, what, when):
    browser = browser_of(cast.coordinator)
    browser.get("/c/meridia/")
    spoil, reason = SPOILT[what]
    WebSession.update(used_at=db.utc_now() - timedelta(minutes=6)).execute()    # a page would write that it was used
    spoil(instance)
    if when == "at-start":
        browser.app = app = create_app(instance)
        cookie, browser.client = browser.cookie, app.test_client()
        browser.cookie = cookie
        reopen()
    before, lying = rows(), sorted(path.name for path in instance.instance.parent.iterdir())
    routes = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "theme_static"]
    assert len(routes) > 30
    for rule in routes:
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(next(part for part in path.split("/") if f"{argument}>" in part), "meridia")
        for method in rule.methods & {"GET", "POST"}:
            page = browser._ask(method, path, 503, False)
            assert "Lanternwick" not in page.words and "key" not in page.words.lower(), path
    browser._ask("GET", "/theme/theme.css", 200, False)
    sign_in = {"address": "corvina.aldermoor@invented.example", "password": "whatever it is", "csrf_token": "x"}
    browser._ask("POST", "/sign-in", 503, False, data=sign_in)
    closed = guard.forget()
    assert closed and all("the server is closed" in fault for fault in closed)
    told = command("coalition", "list")
    assert (told.exit_code, told.stdout) == (2, "") and reason in " ".join(told.stderr.split())
    assert rows() == before
    assert sorted(path.name for path in instance.instance.parent.iterdir()) == lying


def test_the_server_opens_without_a_restart_when_the_key_file_comes(instance, app, cast, browser_of, guard):
    browser, key = browser_of(cast.member), instance.key_file_path.read_bytes()
    instance.key_file_path.unlink()
    browser.get("/c/meridia/", 503)
    guard.forget()
    instance.key_file_path.write_bytes(key)
    assert "Lanternwick Legal Aid" in browser.get("/c/meridia/coalition").words


@pytest.mark.database
def test_two_sealed_values_that_change_places_open_nowhere(app, cast):
    for model in (Person, Organisation):
        one, other = list(model.select().order_by(model.id).limit(2))
        names = name_in(one), name_in(other)
        for columns in (("sealed",), ("sealed", "key_reference")):
            for row, source in ((one, other), (other, one)):
                model.update({name: getattr(source, name) for name in columns}).where(model.id == row.id).execute()
            assert [name_in(model.get_by_id(row.id)) for row in (one, other)] == ["cannot be read"] * 2
            for row in (one, other):
                model.update(sealed=row.sealed, key_reference=row.key_reference).where(model.id == row.id).execute()
        assert (name_in(model.get_by_id(one.id)), name_in(model.get_by_id(other.id))) == names
    assert len(take_damaged()) == 4


def test_a_record_that_does_not_open_is_a_word_in_its_place_and_a_line_in_the_audit(app, cast, browser_of):
    organisation = cast.member.membership.organisation
    spoilt = bytearray(organisation.sealed)
    spoilt[-1] ^= 1
    Organisation.update(sealed=bytes(spoilt)).where(Organisation.id == organisation.id).execute()
    browser = browser_of(cast.coordinator)
    for _time in range(2):
        words = browser.get("/c/meridia/coalition").words
        assert "cannot be read" in words and "Harbourlight Prison Watch" in words
        assert "Lanternwick" not in words
    noted = list(AuditLine.select().where(AuditLine.action == "sealing.damaged"))
    assert [(line.kind, line.object_uid, line.result) for line in noted] == [
        ("organisation", organisation.uid, "refused")]


def test_a_record_that_cannot_be_read_is_never_written_over(app, cast):
    row = Organisation.get()
    row.sealed = row.sealed[:-1] + b"x"
    with pytest.raises(Closed, match="This record cannot be read, so it was not changed."):
        row.put(acronym="NEW")


@pytest.mark.database
def test_what_is_sealed_says_nothing_by_its_length_and_nothing_stands_in_clear(app, cast):
    lengths = set()
    for model in (Person, Organisation):
        for row in model.select():
            assert (len(row.sealed) - OVERHEAD) % BLOCK == 0 and len(row.sealed) > OVERHEAD
            lengths.add(len(row.sealed))
    assert lengths == {BLOCK + OVERHEAD}
    long = Organisation()
    long.put(name="x" * 600)
    assert len(long.sealed) == 2 * BLOCK + OVERHEAD
    assert found_in_database(house_names()) == []


def found_in_database(words) -> list[str]:
    written = repr(rows()).casefold()
    return [word for word in words if word.casefold() in written]


def test_the_same_content_is_sealed_into_other_bytes_each_time():
    key = secrets.token_bytes(KEY_BYTES)
    first, second = (seal("person", "a" * 12, "b" * 12, key, {"name": "Amina"}) for _time in range(2))
    assert first != second and first[1:13] != second[1:13]
    assert opened("person", "a" * 12, "b" * 12, key, first) == {"name": "Amina"}
    for bound in (("organisation", "a" * 12, "b" * 12), ("person", "c" * 12, "b" * 12), ("person", "a" * 12, "c" * 12)):
        with pytest.raises(Exception, match="^$") as caught:
            opened(*bound, key, first)
        assert type(caught.value).__name__ == "InvalidTag"
    with pytest.raises(ValueError, match="does not know"):
        opened("person", "a" * 12, "b" * 12, key, b"\2" + first[1:])


@pytest.mark.database
def test_a_destroyed_key_leaves_nothing_to_read_and_the_rest_is_read(app, cast):
    gone, address = cast.member.person, cast.member.address
    ring = current()
    wrapped = ring.kept()["keys"][gone.key_reference]
    beside = sqlite3.connect(app.settings.instance / "keyring.sqlite3")     # while it is there, closing leaves the log
    beside.execute("SELECT count(*) FROM wrapped_key").fetchone()
    ring.destroy([gone.key_reference])
    assert name_in(Person.get_by_id(gone.id)) == "cannot be read"
    assert name_in(Person.get_by_id(cast.editor.person.id)) == "Edric Pemberwell"
    again = Keyring(app.settings)                           # another process, which never had the key in memory
    assert again.keys([gone.key_reference, INDEX]).keys() == {INDEX}
    sealing.use(app.keyring)
    assert by_address(address).id == gone.id                # the row is the caller's to blank
    for path in sorted(app.settings.instance.glob("keyring.sqlite3*")):
        content = path.read_bytes()
        assert bytes.fromhex(wrapped) not in content and gone.key_reference.encode() not in content, path.name
    beside.close()
    assert take_damaged() == []                             # it is erased, not damaged


def test_the_two_keys_of_no_record_are_never_destroyed(app):
    ring = current()
    ring.destroy([INDEX, BACKUP])
    assert set(Keyring(app.settings).keys([INDEX, BACKUP])) == {INDEX, BACKUP}
    sealing.use(app.keyring)


@pytest.mark.sqlite
def test_deleted_content_is_blanked_by_every_connection_of_both_databases(app, instance):
    found = []

    def look(database):
        with database.connection_context():
            found.append(database.execute_sql("PRAGMA secure_delete").fetchone()[0])
    for _number in range(3):
        for database in (db.database, ring_database):
            worker = threading.Thread(target=look, args=[database])
            worker.start()
            worker.join()
    assert found == [1] * 6
    plain = sqlite3.connect(instance.instance / "keyring.sqlite3")
    assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


@pytest.mark.sqlite
def test_a_person_who_was_erased_stands_in_no_byte_of_database_and_log(app, cast, instance):
    person = cast.member.person
    sealed, reference = bytes(person.sealed), person.key_reference
    current().destroy([reference])
    Person.update(sealed=None, address_index=None).where(Person.id == person.id).execute()
    db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    content = b"".join(path.read_bytes() for path in instance.instance.glob("*.sqlite3*"))
    assert sealed[:64] not in content and sealed[-64:] not in content
    assert name_in(Person.get_by_id(person.id)) == "erased"


@pytest.mark.database
def test_the_database_never_asks_for_an_older_keyring_than_it_was_written_with(app, cast):
    ring, before = current(), SealHead.get().serial
    person = new_person("new.one@invented.example", "New One")
    assert SealHead.get().serial == before                  # the key is made and committed, the row is not there yet
    person.save(force_insert=True)
    assert SealHead.get().serial == ring.newest_head()[1] > before
    check_open()


@pytest.mark.database
def test_a_key_made_in_the_moment_of_a_rotation_is_refused_not_lost(app, instance, tmp_path):
    ring, new = current(), secrets.token_bytes(KEY_BYTES)
    ring.key()
    Keyring(instance).rewrap(new)                           # another process rotates; ours still holds the old key file
    sealing.use(ring)
    before = ring.all_references()
    with pytest.raises(Closed, match="wrapped anew at this moment"):
        ring.new_keys()
    with pytest.raises(Closed, match="wrapped anew at this moment"):
        ring.rewrap(secrets.token_bytes(KEY_BYTES))
    assert ring.all_references() == before


def test_a_keyring_is_never_begun_over_another(app, instance):
    kept = current().kept()
    for act in (lambda: begin_keys(instance), lambda: current().bring(kept)):
        with pytest.raises(Refused, match="There is a keyring already. Nothing was changed."):
            act()
    sealing.use(app.keyring)
    assert current().kept() == kept


@pytest.mark.database
def test_many_records_are_opened_with_one_query_for_keys(app, cast, queries):
    people = list(Person.select())
    current()._opened.clear()
    with queries() as counted:
        open_rows([*people, *[membership.organisation for membership in Membership.select(Membership, Organisation)
                              .join(Organisation)]])
    assert len([sql for sql in counted.statements if "wrapped_key" in sql]) == 1
    with queries() as counted:
        assert len({name_in(person) for person in people}) == 11
    assert len(counted) == 0


