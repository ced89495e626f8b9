"""What had to be left out the first time comes in with the same archive again: locked names, and what a plugin wrote
that was not there. And a plugin whose code is gone loses nothing."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from core import db
from core.app import create_app
from core.changes import change
from core.cli import commonweal
from core.coalitions import members
from core.coalitions.leaving import leave
from core.coalitions.models import Coalition, Membership, Organisation, Seat
from core.context import Context
from core.db import utc_now
from core.files.store import NO_FILE, StoredFile, keep, path_of
from core.keyring import write_key_file
from core.people.labels import address_of, by_address, name_in, person_label
from core.people.models import Person
from core.policy import unnarrowed
from core.portable.completing import complete_coalition
from core.portable.exporting import export_coalition
from core.portable.importing import import_coalition
from core.portable.tables import travelling
from core.portable.tests.busy import MEMBER, WITHHELD, fill, objects
from core.portable.tests.test_portable import everything, export, operator, refused
from core.sealing import LOCKED, SealHead, check_open, current
from core.search.index import stale
from core.search.searching import models_of


@pytest.fixture
def moved(app, cast, there, key, tmp_path):
    """The archive, and the instance into which it came without its key."""
    fill(app, cast, organisations=4, rows=5)
    export(app, cast, tmp_path / "one.zip", key)
    other = there()
    import_coalition(operator(), other, tmp_path / "one.zip")
    return tmp_path / "one.zip", other


def locked():
    return [row for model in (Person, Organisation) for row in model.select() if row.key_reference == LOCKED]


# --- names ----------------------------------------------------------------------------------------------------------

@pytest.mark.database
def test_names_that_came_locked_are_opened_by_the_key_and_all_is_as_it_was(moved, key, tmp_path):
    archive, other = moved
    assert locked()
    done = complete_coalition(operator(), other, archive, key)
    assert locked() == [] and (done.kept, done.doubled, done.rows, done.locked) == ([], [], 0, 0)
    assert done.opened == Person.select().count() + Organisation.select().count()
    export_coalition(operator().at(done.coalition), other, tmp_path / "two.zip", key)
    one, two = objects(archive, key.read_bytes()), objects(tmp_path / "two.zip", key.read_bytes())
    assert set(one) == set(two)
    for name in one:
        assert two[name] == one[name], name
    assert name_in(Membership.get(Membership.pseudonym == "word2").organisation) == f"{WITHHELD} 2"
    assert name_in(by_address("zqx2@hidden.example")) == f"{MEMBER} 2"
    check_open()                                # the database knows of the keys that were made


@pytest.mark.database
def test_the_wrong_key_opens_nothing_and_leaves_nothing(moved, tmp_path):
    archive, other = moved
    write_key_file(tmp_path / "wrong.key", b"w" * 32)
    before = everything(other)
    assert "This is not the transport key of the archive" in refused(
        lambda: complete_coalition(operator(), other, archive, tmp_path / "wrong.key"))
    assert everything(other) == before


def test_a_failure_in_the_last_moment_opens_nothing(moved, key, monkeypatch):
    archive, other = moved
    before = everything(other)

    def full(*arguments, **more):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr("core.changes.audit.write", full)
    with pytest.raises(OSError, match="No space"):
        complete_coalition(operator(), other, archive, key)
    assert everything(other) == before


def test_a_name_that_was_given_anew_stays_and_who_was_erased_stays_erased(moved, key):
    archive, other = moved
    coalition = Coalition.get()
    at = operator().at(coalition)
    anew, gone = (Membership.get(Membership.pseudonym == word) for word in ("word1", "word2"))
    with change(at, "coalition.members", anew) as entry:
        entry.also(anew.organisation).put(name="Given Here")
    check_open()
    acting = Person.get(Person.id == gone.organisation.representations.get().person_id)
    leave(_acting_for(gone, acting), gone, destroys=True)
    done = complete_coalition(operator(), other, archive, key)
    assert done.kept == [anew.organisation] and locked() == []
    assert [name_in(Membership.get_by_id(one.id).organisation) for one in (anew, gone)] == ["Given Here", "erased"]
    assert name_in(Person.get_by_id(acting.id)) == "erased" and by_address("zqx2@hidden.example") is None


def _acting_for(membership, person):
    seat = Seat.get(Seat.person == person)
    return Context(person=person, via="command").at(membership.coalition, seat, [membership])


def test_who_was_added_anew_keeps_the_account_and_the_old_seat_gets_its_name(moved, key):
    archive, other = moved
    coalition = Coalition.get()
    at = operator().at(coalition)
    new, _token = members.add_person(at, "zqx1@hidden.example", "Called Here", "coordinator")
    done = complete_coalition(operator(), other, archive, key)
    [old] = done.doubled
    assert person_label(at, old) == f"{MEMBER} 1" and (address_of(old), old.address_index) == ("", None)
    assert by_address("zqx1@hidden.example").id == new.person_id and name_in(new.person) == "Called Here"
    # Exported again, the one without an address goes along.
    export_coalition(at, other, archive.with_name("again.zip"), key)
    assert complete_coalition(operator(), other, archive, key) is None


def test_a_file_of_a_withheld_one_is_whole_again_and_then_nothing_is_lacking(app, cast, there, key, tmp_path):
    fill(app, cast, organisations=4, rows=5)
    person = Membership.get(Membership.pseudonym == "word0").organisation.representations.get().person_id
    sha256 = keep(app.settings.files, b"by somebody who withholds the name")
    with db.transaction():
        StoredFile.create(coalition=cast.coalition, sha256=sha256, name="Statement of mine.docx", size_bytes=34,
                          at=utc_now(), seat=Seat.get(Seat.person == person))
    archive = tmp_path / "one.zip"
    export(app, cast, archive, key)
    other = there()
    import_coalition(operator(), other, archive)
    assert [(row.name, row.sha256) for row in unnarrowed(StoredFile).where(StoredFile.size_bytes == 34)] == [
        ("file.docx", NO_FILE)]
    assert not path_of(other.settings.files, sha256).exists()
    complete_coalition(operator(), other, archive, key)
    assert [row.name for row in unnarrowed(StoredFile).where(StoredFile.sha256 == sha256)] == ["Statement of mine.docx"]
    assert path_of(other.settings.files, sha256).read_bytes() == b"by somebody who withholds the name"
    assert "lives here already" in refused(lambda: import_coalition(operator(), other, archive, key_file=key))


# --- a plugin that is not here --------------------------------------------------------------------------------------

def without(instance, *names):
    """The same instance, started without these plugins."""
    db.database.is_closed() or db.database.close()
    app = create_app(replace(instance, plugins=tuple(one for one in instance.plugins if one not in names)))
    db.database.connect(reuse_if_open=True)
    return app


def of_plugins(app, found):
    names = {f"tables/{model._meta.table_name}.jsonl" for model in travelling(app.tables)}
    return {name for name in found if name.startswith(("tables/midterm_", "tables/recommendations_")) and name in names}


@pytest.mark.database
def test_what_a_plugin_wrote_whose_code_is_gone_goes_along_as_it_stands(app, cast, instance, there, key, tmp_path):
    if not {"midterm", "recommendations"} <= set(app.host.loaded):
        pytest.skip("The plugins are not there.")
    fill(app, cast, organisations=4, rows=6)
    export(app, cast, tmp_path / "whole.zip", key)
    bare = without(instance, "midterm", "recommendations")
    manifest = export(bare, cast, tmp_path / "bare.zip", key)
    assert set(manifest["left"].values()) == {"midterm", "recommendations"} and manifest["left_out"] == []
    other = there()
    done = import_coalition(operator(), other, tmp_path / "bare.zip", key_file=key)
    export_coalition(operator().at(done.coalition), other, tmp_path / "back.zip", key)
    one, two = objects(tmp_path / "whole.zip", key.read_bytes()), objects(tmp_path / "back.zip", key.read_bytes())
    assert len(of_plugins(other, one)) > 10
    assert set(one) == set(two)
    for name in one:
        assert two[name] == one[name], name


def test_a_person_is_told_what_was_left_out_since_only_the_plugin_knows_what_they_see(app, cast, instance, tmp_path):
    bare = without(instance, *instance.plugins)
    manifest = export(bare, cast, tmp_path / "mine.zip", ctx=cast.coordinator.ctx)
    assert manifest["left"] == {} and manifest["left_out"] == sorted(instance.plugins)
    assert not [name for name in manifest["tables"] if name.startswith(tuple(f"{one}_" for one in instance.plugins))]


def test_a_table_of_a_plugin_that_only_its_code_can_take_along_stops_the_export(app, cast, tmp_path):
    db.database.execute_sql("CREATE TABLE migration_boards (id INTEGER PRIMARY KEY, name TEXT)")
    db.database.execute_sql("CREATE TABLE boards_secret (id INTEGER PRIMARY KEY, sealed BLOB, key_reference TEXT)")
    assert "The plugin boards is not loaded, and without it a part of what it holds would be left out." in refused(
        lambda: export(app, cast, tmp_path / "one.zip"))
    assert not list(tmp_path.glob("one.zip*"))


@pytest.mark.database
def test_what_waits_for_a_plugin_comes_in_when_it_is_there(app, cast, there, key, tmp_path):
    if not {"midterm", "recommendations"} <= set(app.host.loaded):
        pytest.skip("The plugins are not there.")
    fill(app, cast, organisations=4, rows=6)
    export(app, cast, tmp_path / "one.zip", key)
    other = there(plugins=("recommendations",))
    done = import_coalition(operator(), other, tmp_path / "one.zip", key_file=key)
    lines = {name: len(found) for name, found in objects(tmp_path / "one.zip").items() if name.startswith("tables/mid")}
    assert done.waiting == {"midterm": sum(lines.values())} and Coalition.get().waits_for == ["midterm"]
    assert complete_coalition(operator(), other, tmp_path / "one.zip", key).waiting == done.waiting
    assert export_coalition(operator().at(Coalition.get()), other, tmp_path / "poor.zip")["left_out"] == ["midterm"]
    whole = there(plugins=("recommendations", "midterm"))
    done = complete_coalition(operator(), whole, tmp_path / "one.zip", key)
    assert (done.rows, done.lost, done.waiting) == (sum(lines.values()), 0, {}) and Coalition.get().waits_for == []
    export_coalition(operator().at(Coalition.get()), whole, tmp_path / "two.zip", key)
    one, two = objects(tmp_path / "one.zip", key.read_bytes()), objects(tmp_path / "two.zip", key.read_bytes())
    for found in (one, two):
        found["tables/coalition.jsonl"][0].pop("version")       # it does not wait any more
    assert set(one) == set(two)
    for name in one:
        assert two[name] == one[name], name
    assert stale(models_of(whole.host)) == 0
    assert complete_coalition(operator(), whole, tmp_path / "one.zip", key) is None


def test_what_hangs_on_what_was_deleted_meanwhile_stays_out_and_is_counted(app, cast, there, tmp_path):
    if not {"midterm", "recommendations"} <= set(app.host.loaded):
        pytest.skip("The plugins are not there.")
    models = {model._meta.table_name: model for model in app.tables}
    Claim, Recommendation = models["midterm_claim"], models["recommendations_recommendation"]
    with db.transaction():
        made = Recommendation.create(coalition=cast.coalition, review=cast.review, number="1.1", text="Do it",
                                     number_key="1.1", text_key="k" * 64)
        Claim.create(coalition=cast.coalition, recommendation=made, text="Done", claim_key="k" * 64)
    export(app, cast, tmp_path / "one.zip")
    other = there(plugins=("recommendations",))
    import_coalition(operator(), other, tmp_path / "one.zip")
    with db.transaction():
        Recommendation.delete().execute()
    whole = there(plugins=("recommendations", "midterm"))
    done = complete_coalition(operator(), whole, tmp_path / "one.zip")
    assert (done.rows, done.lost) == (0, 1) and unnarrowed(Claim).count() == 0


def test_the_command_says_what_is_locked_and_then_what_came(app, cast, command, tmp_path, key, guard):
    fill(app, cast, organisations=4, rows=5)
    assert command("coalition", "export", "meridia", "--out", tmp_path / "one.zip", "--key-file", key).exit_code == 0

    def there(*words):
        told = CliRunner().invoke(commonweal, ["--instance", str(tmp_path / "there"), *map(str, words)])
        return told.exit_code, " ".join(told.stderr.split())
    assert there("init")[0] == 0
    status, words = there("coalition", "import", tmp_path / "one.zip")
    assert status == 0 and "came without their names and addresses: they are “locked”." in words
    assert "To open them, import the same archive again with its key: --key-file KEY." in words
    assert there("person", "add", "zqx1@hidden.example", "--name", "Here", "--coalition", "meridia", "--role",
                 "coordinator")[0] == 0
    status, words = there("coalition", "import", tmp_path / "one.zip")
    assert status == 0 and "0 names" in words and "they are “locked”." in words
    status, words = there("coalition", "import", tmp_path / "one.zip", "--key-file", key)
    assert status == 0 and "What it lacked was brought in: 16 names" in words
    assert f"The address of {MEMBER} 1 has an account here already" in words
    assert there("coalition", "import", tmp_path / "one.zip", "--key-file", key)[0] == 2
    assert all("core/migrations/" in fault for fault in guard.forget())


def test_the_command_says_who_has_an_account_already_and_that_nobody_gets_in(app, world, command, tmp_path, key, guard):
    for slug in ("elsewhere", "meridia"):
        assert command("coalition", "export", slug, "--out", tmp_path / slug, "--key-file", key).exit_code == 0
    for words in (("init",), ("coalition", "import", tmp_path / "elsewhere", "--key-file", key),
                  ("person", "add", world.meridia.coordinator.address, "--name", "Known Here", "--coalition",
                   "elsewhere", "--role", "member"),
                  ("coalition", "import", tmp_path / "meridia", "--key-file", key)):
        told = CliRunner().invoke(commonweal, ["--instance", str(tmp_path / "there"), *map(str, words)])
        assert told.exit_code == 0, told.stderr
    said = " ".join(told.stderr.split())
    assert "The address of Corvina Aldermoor has an account here already" in said and "Invite that address." in said
    assert "Give the coalition a coordinator: commonweal person add" in said and told.stdout == ""
    assert "Known Here" not in said
    assert all("core/migrations/" in fault for fault in guard.forget())


def test_the_database_knows_of_the_keys_of_names_that_open(app, cast, there, key, tmp_path):
    export(app, cast, tmp_path / "one.zip", key)
    other = there()
    import_coalition(operator(), other, tmp_path / "one.zip")
    assert complete_coalition(operator(), other, tmp_path / "one.zip", key).opened > 5
    assert SealHead.get().serial == current().newest_head()[1]
