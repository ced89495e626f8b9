"""An archive that was written to do harm: it reaches no file but its own, gives nobody a right, and fills no page."""

import re
from datetime import date, datetime

import pytest
from peewee import AutoField, CharField, ForeignKeyField, Model, TextField

import core.portable.exporting as exporting
from core.changes import Revision, change
from core.coalitions.models import Coalition, Membership, Organisation, Owned, Seat
from core.context import Context
from core.db import JSONField
from core.files.models import AttachedVersion, Attachment
from core.files.store import NO_FILE, StoredFile, keep
from core.people.labels import address_of, by_address, zone_of
from core.people.models import Person
from core.portable.importing import import_coalition, of_its_form
from core.portable.tables import back, plain, travelling
from core.portable.tests.test_portable import NO_ARCHIVE, export, operator, refused
from core.sealing import SealedRow
from core.testing.client import Browser
from core.workflows.models import Review, ReviewStage, StageMove, WorkflowCopy

KEY_FILE = "../there.key"


class Linked(Model):
    url = TextField()


# Columns of few letters that hold no code: numbers and words as somebody wrote them, or what a plugin brings.
FREE = {
    "attachment.about_kind": "a table, of whatever plugin", "revision.kind": "the same",
    "review.stage": "a workflow's, and plugins add some", "review_stage.stage": "the same",
    "review_stage.after": "the same", "stage_move.start": "the same", "stage_move.end": "the same",
    "review_stage.who": "several words: state, un, us", "workflow_copy.workflow": "a plugin can bring one",
    "review.state": "a code of a State, or one that users assign",
    "recommendations_recommending_state.iso3": "the same",
    "review.window_opens_due": "a day and an hour", "review.window_closes_due": "the same",
    "membership.pseudonym": "a word", "recommendations_import.form": "a reader's, and plugins bring some",
    "recommendations_recommendation.number": "as printed",
    "recommendations_recommendation.draft_number": "the same", "recommendations_import_row.number": "the same",
    "recommendations_term.code": "as printed",
    "circle_person.closed_by": "a reference, as in the audit",
}


def brought(app, cast, there, key, tmp_path, monkeypatch):
    """What the archive does on another server, whose app is given; it carries no bytes under names that are none."""
    put = exporting._put_files
    monkeypatch.setattr(exporting, "_put_files", lambda pack, folder, names, told: put(
        pack, folder, {name for name in names if re.fullmatch("[0-9a-f]{64}", name)}, told))
    export(app, cast, tmp_path / "hostile.zip", key)
    other = there()
    return other, lambda: import_coalition(operator(), other, tmp_path / "hostile.zip", None, key)


@pytest.mark.parametrize("model", [AttachedVersion, StoredFile])
def test_a_path_is_no_sum_of_a_file(app, cast, there, key, tmp_path, monkeypatch, model):
    stored = StoredFile.create(coalition=cast.coalition, sha256=KEY_FILE, name="x.csv", size_bytes=32,
                               at=datetime.now())
    if model is AttachedVersion:
        stored.delete_instance()
        attachment = Attachment.create(coalition=cast.coalition, title="A thing")
        AttachedVersion.create(attachment=attachment, number=1, kind="csv", sha256=KEY_FILE, size_bytes=32,
                               clean_sha256=KEY_FILE, clean_bytes=32, at=datetime.now())
    other, bring = brought(app, cast, there, key, tmp_path, monkeypatch)
    assert NO_ARCHIVE in refused(bring)
    assert other.settings.key_file_path.exists() and Coalition.select().count() == 0


def test_an_archive_names_no_file_that_it_does_not_carry(app, cast, there, key, tmp_path, monkeypatch):
    """Another coalition's, of which somebody knows the sum."""
    secret = b"minutes of another coalition"
    sha256 = keep(tmp_path / "elsewhere", secret)
    StoredFile.create(coalition=cast.coalition, sha256=sha256, name="x.csv", size_bytes=28, at=datetime.now())
    attachment = Attachment.create(coalition=cast.coalition, title="A thing")
    AttachedVersion.create(attachment=attachment, number=1, kind="csv", sha256=sha256, size_bytes=28,
                           clean_sha256=sha256, clean_bytes=28, at=datetime.now())
    other, bring = brought(app, cast, there, key, tmp_path, monkeypatch)
    assert keep(other.settings.files, secret) == sha256
    bring()
    assert [row.sha256 for row in StoredFile.select()] == [NO_FILE]
    assert [(row.sha256, row.clean_sha256) for row in AttachedVersion.select()] == [(NO_FILE, NO_FILE)]


CODES = [(Seat, "role", "operator"), (Membership, "status", "evil"), (Membership, "visibility", "all")]


@pytest.mark.parametrize(("model", "column", "word"), CODES, ids=[column for _model, column, _word in CODES])
def test_a_code_that_is_none_is_refused(app, cast, there, key, tmp_path, monkeypatch, model, column, word):
    model.update({column: word}).execute()
    _other, bring = brought(app, cast, there, key, tmp_path, monkeypatch)
    assert NO_ARCHIVE in refused(bring)
    assert Coalition.select().count() == 0


def test_a_role_that_is_none_gives_no_right(cast):
    for word in ("operator", "administrator", "job", "coordinator:any"):
        assert Context(person=cast.member.person, coalition=cast.coalition, seat=Seat(role=word)).roles == {"person"}


def test_every_short_word_that_travels_is_held_to_its_codes_or_named_with_a_reason(app):
    short = {f"{model._meta.table_name}.{column.name}" for model in travelling(app.tables)
             for column in model._meta.sorted_fields if isinstance(column, CharField) and not column.choices
             and not issubclass(model, SealedRow) and not re.search(r"(^|_)(uid|sha256|key)$", column.name)}
    assert short == set(FREE)


def test_a_sentence_of_an_archive_does_not_fill_the_page(app, cast, there, key, tmp_path, monkeypatch, guard):
    StageMove.create(review=cast.review, at=datetime.now(), start="a", end="b", start_title="a", end_title="b",
                     is_forced=True, reason="x", unmet=[
                         {"text": "%(a)300000000s", "values": {"a": "x"}, "plural": None},
                         {"text": "%(b)s", "values": {}, "plural": None}, {"evil": 1}, 7])
    other, bring = brought(app, cast, there, key, tmp_path, monkeypatch)
    bring()
    page = Browser(other, guard, by_address("corvina.aldermoor@invented.example")).get("/c/meridia/review", look=False)
    assert len(page.content) < 200_000 and "What stood here cannot be read." in page.words


LYING = {
    "plugins that are no list": (Coalition, {"plugins_off": 7}), "plugins that are no words": (
        Coalition, {"plugins_off": [7]}), "languages": (Coalition, {"languages": {"en": 1}}),
    "rights": (Coalition, {"grants": {"midterm.assess": "member"}}), "a day": (Review, {"reviewed_on": date.max}),
    "an early day": (ReviewStage, {"starts_on": date.min}), "a moment": (Seat, {"ended_at": datetime.max}),
    "a day of a window": (Review, {"window_closes_due": "9999-12-31 23:59 Europe/Zurich"}),
    "an hour of a window": (Review, {"window_closes_due": "2027-01-14 25:00 Europe/Zurich"}),
    "a zone of a window": (Review, {"window_opens_due": "2027-01-14 23:59 Nowhere/Else"}),
    "a window of words": (Review, {"window_opens_due": "soon"}), "symbols": (Review, {"symbols": {"report": 7}}),
    "a stage": (WorkflowCopy, {"stages": {"review": {"start": {"days": 1.5}}}}),
    "an address": (Linked, {"url": "javascript:alert(1)"}),
}


@pytest.mark.parametrize("what", LYING)
def test_a_value_that_no_page_takes_is_refused(what):
    model, line = LYING[what]
    [(name, value)] = line.items()
    with pytest.raises((ValueError, LookupError)):
        back(model._meta.fields[name], plain(model._meta.fields[name], value))


def test_a_person_who_lives_nowhere_lives_by_the_clock_of_all(app, cast, there, key, tmp_path, monkeypatch):
    """The names of zones differ from machine to machine, so an honest archive can bring one that is not known here."""
    addresses = [address_of(one.person) for one in (cast.member, cast.editor)]
    for one, zone in ((cast.member, "Nowhere/Else"), (cast.editor, "Asia/Kathmandu")):
        with change(one.ctx, "people.account", one.person):
            one.person.put(zone=zone)
    _other, bring = brought(app, cast, there, key, tmp_path, monkeypatch)
    bring()
    assert [zone_of(by_address(address)) for address in addresses] == ["UTC", "Asia/Kathmandu"]


@pytest.mark.parametrize(("model", "words"), [
    (Organisation, {"name": 7}), (Organisation, {"clusters": [7]}), (Organisation, {"applicant": {"name": ["x"]}}),
    (Person, {"totp": "x"})], ids=str)
def test_sealed_words_of_another_form_are_refused(model, words):
    with pytest.raises(ValueError, match="another form"):
        of_its_form(model, words)


# --- plain data ------------------------------------------------------------------------------------------------------

def revision(cast, before, kind="review"):
    return Revision.create(coalition=cast.coalition, change_uid="evilevilevil", kind=kind, object_uid=cast.review.uid,
                           object_version=1, at=datetime.now(), seat=cast.member.seat, before=before)


def test_earlier_values_bring_only_what_their_model_keeps(app, cast, there, key, tmp_path, monkeypatch):
    names = {"title": "Before", "coalition": 1, "is_demonstration": True}
    for kind in ("consultation", "coalition", "boards_board"):
        revision(cast, names, kind)
    _other, bring = brought(app, cast, there, key, tmp_path, monkeypatch)
    bring()
    assert {row.kind: row.before for row in Revision.select()} == {
        "consultation": {"title": "Before"}, "coalition": {"title": "Before"}, "boards_board": names}


@pytest.mark.parametrize(("kind", "before"), [
    ("boards_board", 7), ("consultation", ["title"]), ("consultation", {"held_on": "9999-12-31"}),
    ("consultation", {"title": {"a": 1}}), ("coalition", {"grants": {"audit.read": 7}})], ids=str)
def test_earlier_values_that_are_none_are_refused(app, cast, there, key, tmp_path, monkeypatch, kind, before):
    revision(cast, before, kind)
    _other, bring = brought(app, cast, there, key, tmp_path, monkeypatch)
    assert NO_ARCHIVE in refused(bring)
    assert Coalition.select().count() == 0


def test_no_earlier_value_names_a_row_by_its_number(app):
    """It would be another coalition's row on another server: undo() gives back what stands here."""
    assert [f"{model.__name__}.{name}" for model in app.tables if issubclass(model, Owned) for name in model.keeps
            if isinstance(model._meta.fields[name], (ForeignKeyField, AutoField))] == []


def test_all_plain_data_that_travel_say_their_form(app):
    assert [f"{model._meta.table_name}.{column.name}" for model in travelling(app.tables)
            for column in model._meta.sorted_fields if isinstance(column, JSONField) and column.form is None] == []
