"""Shown by 4: a coalition goes to another instance and is equal, object by object; no true name lies in clear."""

import hashlib
import json
import re
import zipfile

import pytest
from click.testing import CliRunner

from core import db
from core.audit import AuditLine, broken_at
from core.circles.models import Circle, CircleFile, CircleWords
from core.cli import commonweal
from core.coalitions.models import Coalition, Membership, Organisation, Owned, Seat
from core.context import Context
from core.db import Part, utc_now
from core.errors import Forbidden, Refused
from core.files.store import StoredFile, keep, path_of
from core.keyring import write_key_file
from core.people.accounts import new_person
from core.people.labels import address_of, by_address, name_in
from core.people.models import Person, SetUpLink
from core.policy import visible
from core.portable.exporting import export_coalition
from core.portable.importing import import_coalition
from core.portable.tables import (
    NOT_OPEN,
    OPEN_COLUMNS,
    SEALED_COLUMNS,
    SEALED_WHOLE,
    STAYS,
    columns_of,
    travelling,
    unnamed,
)
from core.portable.tests.busy import KEPT, MEMBER, WITHHELD, fill, objects
from core.sealing import LOCKED
from core.search.index import SearchText, stale
from core.search.searching import models_of
from core.testing.canary import found_in, names_of
from core.tests.test_sealing import rows
from core.workflows.models import Review


def operator():
    return Context(via="command", now=utc_now())


def export(app, cast, target, key_file=None, ctx=None):
    return export_coalition(ctx or operator().at(cast.coalition), app, target, key_file)


def refused(act, kind=Refused) -> str:
    with pytest.raises(kind) as caught:
        act()
    return str(caught.value)


# --- what travels ---------------------------------------------------------------------------------------------------

def test_every_table_travels_or_is_named_with_a_reason(app):
    assert unnamed(app.tables) == []
    names = {model._meta.table_name for model in travelling(app.tables)}
    assert set(STAYS) <= {model._meta.table_name for model in app.tables}
    assert not names & set(STAYS) and {"seat", "membership", "person", "organisation", "representation"} <= names
    own = {model._meta.table_name for model in app.tables if issubclass(model, (Owned, Part))}
    assert own - names <= set(STAYS)


def test_a_table_that_says_nothing_stops_the_export(app, cast, tmp_path, monkeypatch):
    monkeypatch.delitem(STAYS, "attempt")
    assert unnamed(app.tables) == ["attempt"]
    assert "The table attempt does not say whether it travels" in refused(
        lambda: export(app, cast, tmp_path / "out.zip"))
    assert not (tmp_path / "out.zip").exists()


def test_every_column_of_a_sealed_row_travels_or_is_named_with_a_reason_and_no_secret_travels(app):
    for model in (Person, Organisation):
        table = model._meta.table_name
        named = set(SEALED_COLUMNS[table]) | set(NOT_OPEN) | {"id"}
        assert set(model._meta.fields) <= named, table
        assert not set(SEALED_COLUMNS[table]) & set(NOT_OPEN) and columns_of(model) == []
    for model in (Circle, CircleWords, CircleFile):                 # all but what is said of the key
        stays = {"id", "coalition", "sealed", "key_reference", *(("uid", "version") if model is CircleWords else ())}
        assert set(OPEN_COLUMNS[model._meta.table_name]) == set(model._meta.fields) - stays
    secret = [f"{model._meta.table_name}.{column.name}" for model in travelling(app.tables)
              for column in columns_of(model)
              if re.search(r"token|secret|password|code_hash|address_index|sealed|key_reference", column.name)]
    assert secret == []


# --- there and back -------------------------------------------------------------------------------------------------

def there_and_back(app, cast, there, key, tmp_path, **where):
    export(app, cast, tmp_path / "one.zip", key)
    other = there(**where)
    done = import_coalition(operator(), other, tmp_path / "one.zip", key_file=key)
    export_coalition(operator().at(done.coalition), other, tmp_path / "two.zip", key)
    own = key.read_bytes()
    return objects(tmp_path / "one.zip", own), objects(tmp_path / "two.zip", own), done, other


def test_a_coalition_of_two_hundred_organisations_is_equal_there_object_by_object(app, cast, there, key, tmp_path):
    fill(app, cast, organisations=200, rows=300)
    one, two, done, other = there_and_back(app, cast, there, key, tmp_path)
    assert set(one) == set(two)
    for name in one:
        assert two[name] == one[name], name
    assert len(one["tables/organisation.jsonl"]) == 203 and len(one["tables/seat.jsonl"]) == 205
    whole = [f"sealed tables/{model._meta.table_name}.jsonl" for model in SEALED_WHOLE]
    assert all(one[f"tables/{model._meta.table_name}.jsonl"] for model in travelling(app.tables)
               if model not in SEALED_WHOLE)
    assert all(one[name] for name in whole) and KEPT.encode() in one["sealed tables/circle_words.jsonl"]
    assert sum(name.startswith("files/") for name in one) > 10
    assert sum(name.startswith("sealed files/") for name in one) > 10
    assert done.rows == sum(len(lines) for name, lines in one.items() if name.startswith("tables/")) - 1 + sum(
        one[name].count(b"\n") for name in whole)
    assert name_in(Membership.get(Membership.pseudonym == "word7").organisation) == f"{WITHHELD} 7"
    person = by_address("zqx7@hidden.example")
    assert (name_in(person), person.password, person.is_administrator) == (f"{MEMBER} 7", None, False)
    assert person.content()["totp"] == "" and b"ZQXFACTOR" not in one["sealed rows.jsonl"]
    assert Seat.get(Seat.person == person).coalition == done.coalition
    assert broken_at() is None
    assert [line.action for line in AuditLine.select().order_by(AuditLine.number)] == [
        "coalition.import", "people.link", "coalition.export"]
    for name in (*one,):
        if name.startswith("files/"):
            assert path_of(other.settings.files, name.removeprefix("files/")).exists()


@pytest.mark.database
def test_a_coalition_goes_from_one_kind_of_database_to_the_other(app, cast, there, key, tmp_path, database_kind,
                                                                request):
    fill(app, cast, organisations=12, rows=15)
    server = request.getfixturevalue("postgres")
    database = server.create() if database_kind == "sqlite" else ""
    one, two, _done, _other = there_and_back(app, cast, there, key, tmp_path, database=database)
    assert one == two
    with db.transaction():                      # ids go on behind those that came
        Coalition.create(slug="next", title="Next", state="XZN")
    db.database.close()
    if database:
        server.drop(database)


def test_what_was_imported_is_at_work(app, cast, there, key, tmp_path):
    fill(app, cast, organisations=3, rows=3)
    *_rest, done, other = there_and_back(app, cast, there, key, tmp_path)
    assert [name for name, _token in done.links] == ["Corvina Aldermoor"]
    client = other.test_client()
    page = client.get(f"/set-up/{done.links[0][1]}", base_url="http://127.0.0.1:8000")
    db.database.connect(reuse_if_open=True)
    assert page.status_code == 200
    assert stale(models_of(other.host)) == 0 and SearchText.select().exists()
    assert SetUpLink.select().count() == 1 and visible(operator().at(done.coalition), Seat).count() > 4


# --- names ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "locked"])
def test_no_true_name_lies_in_clear_in_an_archive(app, cast, key, tmp_path, is_sealed):
    fill(app, cast, organisations=8, rows=9)
    hidden = Membership.get(Membership.pseudonym == "word0")
    person = Person.get_by_id(Seat.get(Seat.person.in_([row.person_id for row in hidden.organisation.representations]))
                              .person_id)
    with db.transaction():
        StoredFile.create(coalition=cast.coalition, sha256=keep(app.settings.files, f"by {name_in(person)}".encode()),
                          name=f"Statement of {name_in(person)}.docx", size_bytes=9, at=utc_now(),
                          seat=Seat.get(Seat.person == person))
    export(app, cast, tmp_path / "one.zip", key if is_sealed else None)
    names = {WITHHELD, MEMBER, KEPT, "circle_person", "hidden.example"} | names_of("meridia") - {cast.coalition.title}
    content = (tmp_path / "one.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as pack:
        tables = b"".join(pack.read(name) for name in pack.namelist() if not name.startswith("files/"))
        files = b"".join(pack.read(name) for name in pack.namelist() if name.startswith("files/"))
    assert found_in(content[:0] + tables, names) == []
    assert f"by {name_in(person)}".encode() not in files
    organisations = {row.uid for model in (Person, Organisation) for row in model.select(model.uid)}
    assert [uid for uid in organisations if uid.encode() in tables] == []


def test_without_the_key_all_but_the_names_arrives(app, cast, there, tmp_path):
    fill(app, cast, organisations=4, rows=5)
    export(app, cast, tmp_path / "one.zip")
    other = there()
    done = import_coalition(operator(), other, tmp_path / "one.zip")
    assert done.locked == 7 + 4 + 5 and done.links == []
    assert {name_in(row) for model in (Person, Organisation) for row in model.select()} == {"locked"}
    assert {row.key_reference for row in Person.select()} == {LOCKED}
    export_coalition(operator().at(done.coalition), other, tmp_path / "two.zip")
    one, two = objects(tmp_path / "one.zip"), objects(tmp_path / "two.zip")
    for lines in (*one.values(), *two.values()):
        [line.pop("is_erased", None) for line in lines if isinstance(line, dict)]
    assert {name: one[name] for name in one if not name.startswith("files/")} == {
        name: two[name] for name in two if not name.startswith("files/")}


def test_an_account_of_here_is_left_alone_and_the_seat_has_the_name_of_the_archive(app, cast, there, key, tmp_path):
    """Whose it is has not been asked: colleagues would read the name, and a role could demand a second factor."""
    address = cast.coordinator.address
    export(app, cast, tmp_path / "one.zip", key)
    other = there()
    standing = new_person(address, "My Own Name", is_administrator=True, password="mine")
    standing.save(force_insert=True)
    before = Person.select().where(Person.id == standing.id).dicts().get()
    done = import_coalition(operator(), other, tmp_path / "one.zip", key_file=key)
    assert Person.select().where(Person.id == standing.id).dicts().get() == before
    assert not Seat.select().where(Seat.person == standing).exists()
    [seat] = Seat.select().where(Seat.role == "coordinator")
    assert (done.doubled, done.links) == ([seat.person], [])
    assert (name_in(seat.person), address_of(seat.person), seat.person.address_index) == (
        "Corvina Aldermoor", "", None)


# --- who may --------------------------------------------------------------------------------------------------------

def test_only_coordinators_and_the_operator_export_and_only_the_operator_imports(app, cast, there, tmp_path):
    for ctx in (cast.editor.ctx, cast.member.ctx, cast.stranger.ctx.at(cast.coalition),
                cast.administrator.ctx.at(cast.coalition)):
        refused(lambda one=ctx: export(app, cast, tmp_path / "no.zip", ctx=one), Forbidden)
    assert not (tmp_path / "no.zip").exists()
    export(app, cast, tmp_path / "one.zip", ctx=cast.coordinator.ctx)
    other = there()
    refused(lambda: import_coalition(Context(), other, tmp_path / "one.zip"), Forbidden)
    assert Coalition.select().count() == 0


def test_a_person_exports_what_they_may_see(app, cast, tmp_path, monkeypatch):
    fill(app, cast, organisations=4, rows=5)
    monkeypatch.setattr(Review, "seen_by", lambda ctx, query: query.where(Review.id == cast.review.id), raising=False)
    export(app, cast, tmp_path / "all.zip")
    export(app, cast, tmp_path / "mine.zip", ctx=cast.coordinator.ctx)
    every, mine = objects(tmp_path / "all.zip"), objects(tmp_path / "mine.zip")
    assert len(mine["tables/review.jsonl"]) == 1 < len(every["tables/review.jsonl"])
    for model in set(travelling(app.tables)) - set(SEALED_WHOLE):
        lines = mine[f"tables/{model._meta.table_name}.jsonl"]
        for name in (key.name for key, led in model._meta.refs.items() if led is Review):
            assert {line[name] for line in lines} <= {1, None}


def test_the_page_gives_the_file_to_a_coordinator_who_has_just_signed_in(app, cast, browser_of, tmp_path):
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/coalition/export")
    assert "Names and addresses, of anybody" in page.words and "lines of JSON" in page.words
    tables = page.one("//header[@class='page-head']").xpath(".//@href")
    assert tables == ["/c/meridia/directory", "/c/meridia/audit"]
    answer = browser.submit(page.form("/export"), status=200, look=False)
    (tmp_path / "got.zip").write_bytes(answer.content)
    assert "attachment; filename=meridia-" in answer.headers["Content-Disposition"]
    assert objects(tmp_path / "got.zip")["tables/coalition.jsonl"][0]["slug"] == "meridia"
    assert not [path for path in app.settings.instance.iterdir() if "export" in path.name]
    assert AuditLine.select().where(AuditLine.action == "coalition.export").count() == 1


# --- what is refused ------------------------------------------------------------------------------------------------

@pytest.fixture
def archive(app, cast, key, tmp_path):
    fill(app, cast, organisations=4, rows=5)
    export(app, cast, tmp_path / "one.zip", key)
    return tmp_path / "one.zip"


def changed(archive, act):
    """The archive with other members; `act` gets name → content, and what it leaves is packed."""
    with zipfile.ZipFile(archive) as pack:
        members = {name: pack.read(name) for name in pack.namelist()}
    act(members)
    place = archive.with_name("changed.zip")
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in members.items():
            pack.writestr(name, content, zipfile.ZIP_STORED if name.startswith("files") else None)
    return place


def with_manifest(**values):
    def act(members):
        members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **values}).encode()
    return act


def resummed(table, old, new):
    """A table changed, and its sum in the manifest with it."""
    def act(members):
        name = f"tables/{table}.jsonl"
        assert old in members[name]
        members[name] = members[name].replace(old, new)
        manifest = json.loads(members["manifest.json"])
        manifest["tables"][table]["sha256"] = hashlib.sha256(members[name]).hexdigest()
        members["manifest.json"] = json.dumps(manifest).encode()
    return act


NO_ARCHIVE = "is no archive of a coalition, or it is cut off or was changed. Export it again."
BAD = {
    "a table changed": (lambda members: members.update({"tables/seat.jsonl": members["tables/seat.jsonl"].replace(
        b'"member"', b'"editor"')}), NO_ARCHIVE),
    "a table and its sum changed": (resummed("seat", b'"member"', b'"editor"'), NO_ARCHIVE),
    "a table is missing": (lambda members: members.pop("tables/seat.jsonl"), NO_ARCHIVE),
    "a file changed": (lambda members: members.update(
        {next(name for name in members if name.startswith("files/")): b"other"}), NO_ARCHIVE),
    "a file is missing": (lambda members: members.pop(next(name for name in members if name.startswith("files/"))),
                          NO_ARCHIVE),
    "the sealed part is cut": (lambda members: members.update({"sealed": members["sealed"][:-40]}), NO_ARCHIVE),
    "no manifest": (lambda members: members.pop("manifest.json"), NO_ARCHIVE),
    "a manifest of something else": (lambda members: members.update({"manifest.json": b"[]"}), NO_ARCHIVE),
    "a member too many": (lambda members: members.update({"../evil": b"x"}), NO_ARCHIVE),
    "another kind": (with_manifest(kind="other"), NO_ARCHIVE),
    "a newer form": (with_manifest(format=2, version="9.1"), "was written by version 9.1, in a form that is not known"),
    "a newer migration": (with_manifest(migrations={"core": ["0099_tomorrow"]}), "it has core/0099_tomorrow"),
    "a table of no plugin": (with_manifest(migrations={"core": []}, tables={"boards_board": {}}), NO_ARCHIVE),
}


def everything(app):
    return rows(), sorted(str(path) for path in app.settings.instance.rglob("*")
                          if path.is_file() and ".sqlite3" not in path.name)


@pytest.mark.parametrize("what", BAD)
def test_an_archive_that_is_cut_changed_or_foreign_is_refused_and_nothing_is_left(archive, there, key, what):
    act, sentence = BAD[what]
    place, other = changed(archive, act), there()
    before = everything(other)
    assert sentence in refused(lambda: import_coalition(operator(), other, place, key_file=key))
    assert everything(other) == before


LYING = {
    "a number of no row": ("seat", b'"person": 1,', b'"person": 999,'),
    "a number that is none": ("seat", b'"person": 1,', b'"person": -1,'),
    "words for a number": ("membership", b'"version": 1', b'"version": "x"'),
    "a date that is none": ("membership", b'"joined_on": "2026-01-01"', b'"joined_on": "2026-13-01"'),
    "two seats of one name": ("membership", b'"pseudonym": "word1"', b'"pseudonym": "word2"'),
    "a word that is too long": ("seat", b'"role": "coordinator"', b'"role": "' + b"x" * 99 + b'"'),
    "a strange column": ("seat", b'"role": "coordinator"', b'"role": "coordinator", "evil": 1'),
    "nothing where something must be": ("seat", b'"role": "coordinator"', b'"role": null'),
}


@pytest.mark.parametrize("what", LYING)
def test_rows_that_lie_are_refused_and_nothing_is_left(archive, there, what):
    place, other = changed(archive, resummed(*LYING[what])), there()
    before = everything(other)
    assert NO_ARCHIVE in refused(lambda: import_coalition(operator(), other, place))
    assert everything(other) == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7 xx", None], ids=["empty", "head", "pdf", "half"])
def test_what_is_no_archive_is_refused(archive, there, tmp_path, content):
    whole = archive.read_bytes()
    (tmp_path / "bad.zip").write_bytes(whole[:len(whole) // 2] if content is None else content)
    other = there()
    assert NO_ARCHIVE in refused(lambda: import_coalition(operator(), other, tmp_path / "bad.zip"))


def test_a_bomb_is_not_unpacked(archive, there, monkeypatch):
    other = there()
    packed = changed(archive, lambda members: members.update({"tables/bomb.jsonl": b"{}\n" * 5_000_000}))
    assert "larger than any coalition" in refused(lambda: import_coalition(operator(), other, packed))
    monkeypatch.setattr("core.portable.archive.LARGEST_FILE", 10)
    assert "larger than any coalition" in refused(lambda: import_coalition(operator(), other, archive))
    assert Coalition.select().count() == 0


def test_another_transport_key_is_refused_by_its_fingerprint_and_none_where_nothing_is_sealed(
        app, cast, archive, there, tmp_path):
    write_key_file(tmp_path / "other.key", b"o" * 32)
    export(app, cast, tmp_path / "plain.zip")
    other = there()
    assert "This is not the transport key of the archive" in refused(
        lambda: import_coalition(operator(), other, archive, key_file=tmp_path / "other.key"))
    assert "it was exported without a key file" in refused(
        lambda: import_coalition(operator(), other, tmp_path / "plain.zip", key_file=tmp_path / "other.key"))
    assert Coalition.select().count() == 0


def test_a_taken_word_is_refused_another_is_offered_and_nothing_comes_twice(app, cast, archive, there, key):
    assert "This coalition lives here already, as “meridia”." in refused(
        lambda: import_coalition(operator(), app, archive, key_file=key))
    other = there()
    with db.transaction():
        Coalition.create(slug="meridia", title="Another", state="XMD")
    assert "There is a coalition “meridia” already. Choose another short name: --slug NEW." in refused(
        lambda: import_coalition(operator(), other, archive, key_file=key))
    assert import_coalition(operator(), other, archive, "meridia-two", key).coalition.slug == "meridia-two"
    assert sorted(row.slug for row in Coalition.select()) == ["meridia", "meridia-two"]
    assert "lives here already, as “meridia-two”" in refused(
        lambda: import_coalition(operator(), other, archive, "third", key))


def test_a_failure_in_the_last_moment_leaves_nothing(archive, there, key, monkeypatch):
    other = there()
    before = everything(other)

    def full(*arguments, **more):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr("core.changes.audit.write", full)
    with pytest.raises(OSError, match="No space"):
        import_coalition(operator(), other, archive, key_file=key)
    assert everything(other) == before


def test_a_kill_or_a_full_disk_leaves_no_half_archive(app, cast, tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr("core.portable.exporting._audit_lines", full)
    with pytest.raises(OSError, match="No space"):
        export(app, cast, tmp_path / "one.zip")
    assert not list(tmp_path.glob("one.zip*"))


# --- commands -------------------------------------------------------------------------------------------------------

def test_the_commands_take_a_coalition_along(app, cast, command, tmp_path, guard):
    move, out = tmp_path / "move.key", tmp_path / "out.zip"
    told = command("keys", "transport", "--out", move)
    assert told.exit_code == 0 and "Take it to the other server by another way" in " ".join(told.stderr.split())
    assert move.stat().st_mode & 0o777 == 0o400
    told = command("coalition", "export", "meridia", "--out", out, "--key-file", move)
    assert (told.exit_code, told.stdout) == (0, "") and "The coalition is in" in told.stderr
    assert command("coalition", "export", "meridia", "--out", out).exit_code == 2
    told = command("coalition", "import", out)
    assert (told.exit_code, told.stdout) == (2, "") and "lives here already" in told.stderr
    for words in (("init",), ("coalition", "import", out, "--slug", "new-home", "--key-file", move)):
        told = CliRunner().invoke(commonweal, ["--instance", str(tmp_path / "there"), *map(str, words)])
        assert told.exit_code == 0, told.stderr
    assert "is here as “new-home”" in told.stderr and "Corvina Aldermoor, coordinator" in told.stderr
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/set-up/\S+\n", told.stdout)
    told = CliRunner().invoke(commonweal, ["--instance", str(tmp_path / "there"), "organisation", "list",
                                           "--coalition", "new-home"])
    assert "Lanternwick Legal Aid" in told.stdout
    assert all("core/migrations/" in fault for fault in guard.forget())


