"""What a coordinator takes along tells no more than the pages do: days, no order that tells an hour, no keepers."""

import json
import zipfile
from datetime import timedelta

import pytest

from core.coalitions.models import Keeper, Membership, Organisation, Seat
from core.db import utc_now
from core.files.store import cut_off
from core.people.models import Person
from core.portable import views
from core.portable.taking import day_of
from core.portable.tests.busy import fill, objects
from core.portable.tests.test_portable import export


def test_the_file_that_is_handed_out_lies_where_the_sweep_finds_it_after_a_kill(
        cast, browser_of, instance, monkeypatch):
    seen = []

    def look(ctx, app, place):
        seen.append((place.parent, cut_off(instance.instance, utc_now() + timedelta(hours=2))))
        place.write_bytes(b"PK")
    monkeypatch.setattr(views, "export_coalition", look)
    browser = browser_of(cast.coordinator)
    browser.submit(browser.get("/c/meridia/coalition/export").form("/export"), 200)
    [(folder, found)] = seen
    assert found == [folder] and not folder.exists()


@pytest.fixture
def mine(app, cast, withheld, tmp_path):
    """The path of what a coordinator took along."""
    fill(app, cast, organisations=12, rows=20)
    Person.update(locale="ar").where(Person.id == withheld.person.id).execute()
    Keeper.create(membership=withheld.membership, seat=cast.coordinator.seat)
    export(app, cast, tmp_path / "mine.zip", ctx=cast.coordinator.ctx)
    return tmp_path / "mine.zip"


def lines_in(path, name):
    with zipfile.ZipFile(path) as pack:
        return [json.loads(line) for line in pack.read(name).splitlines()]


def moments_in(value):
    if isinstance(value, dict):
        return [found for one in value.values() for found in moments_in(one)]
    if isinstance(value, list):
        return [found for one in value for found in moments_in(one)]
    return [value] if isinstance(value, str) and day_of(value) != value else []


def test_hours_stay_in_every_table_in_what_stood_before_and_in_the_audit(mine):
    found = objects(mine)
    at = [line["at"] for line in found["tables/attached_version.jsonl"]]
    assert at and set(at) == {"2026-03-01T00:00:00"}
    for name, lines in found.items():
        if name.startswith("tables/"):
            assert {moment[11:] for moment in moments_in(lines)} <= {"00:00:00"}, name
    audit = lines_in(mine, "audit.jsonl")
    assert len(audit) > 5 and {line["at"][11:] for line in audit} == {"00:00:00"}
    assert audit == sorted(audit, key=lambda line: (line["at"], json.dumps(line)))


def test_moments_in_plain_data_become_days_and_nothing_else_changes():
    before = {"agreed_at": "2026-03-01 12:30:15.123456", "due": "2026-03-01", "text": "2026-03-01 12:30 we met",
              "more": [{"at": "2026-03-01T12:30"}, 7, None]}
    assert day_of(before) == {"agreed_at": "2026-03-01 00:00:00", "due": "2026-03-01",
                              "text": "2026-03-01 12:30 we met", "more": [{"at": "2026-03-01 00:00:00"}, 7, None]}


def test_neither_keepers_nor_languages_go_along_and_nobody_stands_in_the_order_of_joining(cast, mine):
    found = objects(mine)
    assert Keeper.select().exists() and found["tables/keeper.jsonl"] == []
    assert all(set(line) == {"is_erased"} for line in found["tables/person.jsonl"])
    assert b"\"ar\"" not in zipfile.ZipFile(mine).read("tables/person.jsonl")
    for model, name in ((Membership, "membership"), (Seat, "seat")):
        uids = [line["uid"] for line in found[f"tables/{name}.jsonl"]]
        by_id = [row.uid for row in model.select().where(model.coalition == cast.coalition).order_by(model.id)]
        assert sorted(uids) == sorted(by_id) and uids != by_id
        column, led = ("organisation", Organisation) if model is Membership else ("person", Person)
        here = {row.uid: row.__data__[column] for row in model.select().where(model.coalition == cast.coalition)}
        rows = led.select().where(led.id.in_(list(here.values()))).order_by(led.uid)
        places = {row.id: place for place, row in enumerate(rows, 1)}
        assert all(line[column] == places[here[line["uid"]]] for line in found[f"tables/{name}.jsonl"])
    pairs = [(line["person"], line["organisation"]) for line in found["tables/representation.jsonl"]]
    assert pairs == sorted(pairs) and len(pairs) > 12


def test_the_operator_gets_all_in_its_order(app, cast, withheld, tmp_path):
    fill(app, cast, organisations=4, rows=5)
    Keeper.create(membership=withheld.membership, seat=cast.coordinator.seat)
    export(app, cast, tmp_path / "all.zip")
    found = objects(tmp_path / "all.zip")
    keepers = Keeper.select().join(Membership).where(Membership.coalition == cast.coalition).count()
    assert len(found["tables/keeper.jsonl"]) == keepers > 1
    assert found["tables/attached_version.jsonl"][0]["at"] == "2026-03-01T12:30:15"
    for model in (Membership, Seat):
        assert [line["uid"] for line in found[f"tables/{model._meta.table_name}.jsonl"]] == [
            row.uid for row in model.select().where(model.coalition == cast.coalition).order_by(model.id)]
