"""From 0.1.0, which held names in clear: afterwards they are sealed, and stand in no byte of what is left."""

import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner

import core.commands  # noqa: F401 hangs the commands on the group
from core import db
from core.app import create_app, histories, refuse_wrong_database
from core.cli import commonweal
from core.coalitions.models import Membership, Organisation
from core.config import Settings
from core.errors import Refused
from core.people.labels import by_address, name_in, zone_of
from core.people.models import Person
from core.sealing import check_open
from core.upgrading import seal_what_waits

PEOPLE = [("personaaaaaa", "Corvina Aldermoor", "corvina.aldermoor@invented.example", "Europe/Zurich"),
          ("personbbbbbb", "Édric Pemberwell", "edric@invented.example", "UTC")]
ORGANISATIONS = [("organisation", "Lanternwick Legal Aid", "LLA"), ("organisatioo", "Harbourlight Prison Watch", "")]
DELETED = "Ombrelune Women’s House"
WORDS = [word for row in (*PEOPLE, *ORGANISATIONS) for word in row[1:3] if word not in ("", "LLA")] + [DELETED]


def first_version(folder: Path, database="") -> Settings:
    """An instance as 0.1.0 left it: no keys, and a database up to its last migration, with names in clear."""
    folder.mkdir()
    (folder / "files").mkdir()
    (folder / "secret").write_bytes(secrets.token_bytes(32))
    settings = Settings(folder, database=database)
    app = create_app(settings, check_database=False)
    with db.connection():
        runners = {name: db.runner(name, place) for name, place in histories(app).items()}
        runners.pop("core").up("0002_audit_is_append_only")
        for runner in runners.values():
            runner.up("0001_first_tables")
        with db.transaction():
            for person in PEOPLE:
                write("person", uid=person[0], version=1, name=person[1], address=person[2], zone=person[3],
                      locale="en", is_administrator=person is PEOPLE[0], is_demonstration=False)
            for organisation in ORGANISATIONS:
                write("organisation", uid=organisation[0], version=1, name=organisation[1], acronym=organisation[2])
            write("organisation", uid="gonegonegone", version=1, name=DELETED, acronym="")
            write("coalition", uid="coalitionaaa", version=1, slug="meridia", title="Meridia", state="XMD",
                  state_name="Meridia", plugins_off="[]", is_demonstration=False)
            for number, uid in enumerate(("membershipaa", "membershipbb"), 1):
                write("membership", uid=uid, version=1, coalition_id=1, organisation_id=number, status="active",
                      visibility="members", joined_on="2026-03-01")
            write("seat", uid="seataaaaaaaa", version=1, coalition_id=1, person_id=1, role="coordinator")
        db.database.execute_sql("DELETE FROM organisation WHERE uid = 'gonegonegone'")
    return settings


def write(table, **values):
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join([db.database.param] * len(values))
    db.database.execute_sql(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', tuple(values.values()))


def run(settings, *words):
    environment = {"COMMONWEAL_DATABASE": settings.database} if settings.database else {}
    return CliRunner().invoke(commonweal, ["--instance", str(settings.instance), *words], env=environment)


@pytest.mark.database
def test_names_are_sealed_by_an_upgrade_and_the_server_refuses_to_serve_before(tmp_path, database_kind, database_url):
    settings = first_version(tmp_path / "upr", "" if database_kind == "sqlite" else database_url)
    for words in (("run",), ("organisation", "list", "--coalition", "meridia"), ("backup", "create", "x.backup")):
        told = run(settings, *words)
        assert (told.exit_code, told.stdout) == (2, "") and "Run: commonweal upgrade" in told.stderr, words
    assert not settings.key_file_path.exists()
    told = run(settings, "upgrade")
    said = " ".join(told.stderr.split())
    assert told.exit_code in (0, 1), said
    assert "It is in clear, names and addresses too, since this database has no keys yet: destroy it" in said
    assert "Names and addresses are sealed now." in said and str(settings.key_file_path) in said
    app = create_app(settings)
    with db.connection():
        check_open()
        assert [(person.uid, name_in(person), zone_of(person)) for person in Person.select().order_by(Person.id)] == [
            (uid, name, zone) for uid, name, _address, zone in PEOPLE]
        assert [by_address(f" {address.upper()} ").uid for _uid, _name, address, _zone in PEOPLE] == [
            row[0] for row in PEOPLE]
        assert [name_in(row) for row in Organisation.select().order_by(Organisation.id)] == [
            row[1] for row in ORGANISATIONS]
        assert Organisation.get().content()["acronym"] == "LLA"
        words = [row.pseudonym for row in Membership.select()]
        assert len(set(words)) == 2 and not {"membershipaa", "membershipbb"} & set(words)
        refuse_wrong_database(app)
    backups = list(settings.backups.iterdir())
    assert [path.suffix for path in backups] == [".zip"]
    for path in settings.instance.rglob("*"):
        if path.is_file() and path not in backups:
            content = path.read_bytes()
            assert [word for word in WORDS if word.encode() in content] == [], path.name
    if database_kind == "postgresql":
        with db.connection():
            written = repr([db.database.execute_sql(f'SELECT * FROM "{table}"').fetchall()
                            for table in db.database.get_tables()])
        assert [word for word in WORDS if word in written] == []


def test_an_upgrade_that_is_cut_off_between_taking_out_and_sealing_goes_on(tmp_path, monkeypatch):
    settings = first_version(tmp_path / "upr")

    def cut(*arguments):
        raise KeyboardInterrupt
    with monkeypatch.context() as patch:
        patch.setattr("core.upgrading._draw_pseudonyms", cut)
        assert run(settings, "upgrade").exit_code != 0
    db.database.is_closed() or db.database.close()
    app = create_app(settings, check_database=False)
    with db.connection():
        with pytest.raises(Refused, match="Run: commonweal upgrade"):
            refuse_wrong_database(app)
        assert Person.select().where(Person.sealed.is_null(False)).count() == 0
    key = settings.key_file_path.read_bytes()
    assert "Names and addresses are sealed now." in " ".join(run(settings, "upgrade").stderr.split())
    assert settings.key_file_path.read_bytes() == key
    create_app(settings)
    with db.connection():
        assert name_in(by_address(PEOPLE[1][2])) == PEOPLE[1][1]
        assert seal_what_waits(settings) == 0


def test_the_next_upgrade_makes_a_sealed_backup_and_none_while_the_keys_are_away(tmp_path):
    settings = first_version(tmp_path / "upr")
    run(settings, "upgrade")
    app = create_app(settings)
    with db.connection():
        last = list(histories(app).items())[-1]
        db.runner(*last).down()
    key = settings.key_file_path.read_bytes()
    settings.key_file_path.unlink()
    before = sorted(settings.backups.iterdir())
    told = run(settings, "upgrade")
    assert told.exit_code == 2 and "The key file is not there" in told.stderr
    assert sorted(settings.backups.iterdir()) == before
    settings.key_file_path.write_bytes(key)
    assert ", sealed." in run(settings, "upgrade").stderr
    [made] = set(settings.backups.glob("*.backup"))
    assert [word for word in WORDS if word.encode() in made.read_bytes()] == []
    assert (settings.backups / "keyring.latest").exists()
