"""The words follow what stands: with every act, taken back, removed, made anew, carried over."""

import json
from dataclasses import replace

import pytest

from core import db
from core.app import create_app
from core.backup import create_backup
from core.changes import change
from core.coalitions.models import Coalition
from core.config import Settings
from core.demonstration import delete_demonstration
from core.history import undo
from core.restoring import restore_backup
from core.search import searching
from core.search.index import SearchText, forget_lost, going_with, keep_words, reindex, stale
from core.search.searching import models_of, search
from core.tests.note import Line, Note, make_note
from core.workflows.models import Review

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("notes")]


def words():
    rows = SearchText.select().where(SearchText.kind == "test_note").order_by(SearchText.object_id, SearchText.piece)
    return [row.words for row in rows]


def count(ctx, app, text):
    return search(ctx, app.host, text).count


def test_words_come_change_and_go_with_the_object(cast, app):
    ctx = cast.member.ctx
    note = make_note(ctx, "Salt marsh")
    assert (words(), count(ctx, app, "marsh")) == (["salt marsh"], 1)
    with change(ctx, "test.write", note) as entry:
        note.text = "Sand dune"
    assert (words(), count(ctx, app, "marsh"), count(ctx, app, "dune")) == (["sand dune"], 0, 1)
    undo(ctx, entry.uid, "test.write")
    assert (words(), count(ctx, app, "marsh"), count(ctx, app, "dune")) == (["salt marsh"], 1, 0)
    with change(ctx, "test.write", ctx.coalition) as entry:
        entry.remove(note)
    assert (words(), count(ctx, app, "marsh")) == ([], 0)


def test_a_text_that_is_emptied_or_shortened_leaves_no_words(cast, app):
    ctx = cast.member.ctx
    note = make_note(ctx, "long " * 600)
    assert len(words()) == 3
    with change(ctx, "test.write", note):
        note.text = "short"
    assert words() == ["short"]
    with change(ctx, "test.write", note):
        note.text = ""
    assert (words(), count(ctx, app, "long")) == ([], 0)


def test_an_act_that_fails_leaves_the_words_as_they_were(cast):
    note = make_note(cast.member.ctx, "Salt marsh")
    with pytest.raises(ZeroDivisionError), change(cast.member.ctx, "test.write", note) as entry:
        note.text = "Sand dune"
        entry.add(Note(text="more"))
        _ = 1 / 0
    assert words() == ["salt marsh"]


def test_what_no_field_of_search_touches_writes_no_words(cast, guard):
    ctx = cast.member.ctx
    note = make_note(ctx, "Salt marsh")
    start = len(guard.statements)
    with change(ctx, "test.write", note):
        note.membership = ctx.memberships[0]
    assert not [sql for sql in guard.statements[start:] if "search_text" in sql]


@pytest.fixture
def lines_found(monkeypatch):
    """Notes are found by their lines too."""
    def search_texts(objects):
        return {one.uid: [one.text, *(line.text for line in Line.select().where(Line.note == one).order_by(Line.id))]
                for one in objects}
    monkeypatch.setattr(Note, "search_texts", staticmethod(search_texts))


def test_words_follow_the_parts(cast, lines_found):
    ctx = cast.member.ctx
    note = make_note(ctx, "Salt")
    with change(ctx, "test.write", note) as entry:
        entry.add_parts(Line, [{"note": note, "text": "marsh"}, {"note": note.id, "text": "reed"}])
    assert words() == ["salt marsh reed"]
    with change(ctx, "test.write", ctx.coalition) as entry:
        entry.remove_parts(Line, Line.text == "marsh")
    assert words() == ["salt reed"]
    with change(ctx, "test.write", ctx.coalition) as entry:
        entry.add(Line(note=note, text="heron"))
    assert words() == ["salt reed heron"]


def test_what_goes_with_another_takes_its_words_along(cast):
    """The database deletes it, so change() never holds it."""
    assert Note not in going_with(Review) and going_with(Line) == set()
    make_note(cast.member.ctx, "Salt marsh")
    Note.delete().execute()
    assert (words(), stale([Note])) == (["salt marsh"], 1)
    assert (forget_lost(Note), words(), stale([Note])) == (1, [], 0)


def test_a_deleted_coalition_leaves_no_words(cast, app):
    make_note(cast.member.ctx, "Salt marsh")
    ours = SearchText.select().where(SearchText.coalition == cast.coalition).count()
    assert ours == 2
    with db.transaction():
        Note.delete().execute()
        SearchText.delete().where(SearchText.coalition == cast.coalition).execute()
    index = db.database.execute_sql("SELECT count(*) FROM search_index").fetchone()[0]
    assert (words(), index) == ([], SearchText.select().count())


def test_the_deleted_demonstration_takes_its_words_along(app, cast, monkeypatch):
    Note.delete().execute()
    coalition = Coalition.create(slug="d", title="D", state="XMD", is_demonstration=True)
    with change(replace(cast.administrator.ctx, coalition=coalition), "instance.demonstration", coalition):
        review = Review.create(coalition=coalition, state="XMD", title="Waterland", wg_session=9)
        keep_words(Review, [review.id])
    kept = SearchText.select().count()
    delete_demonstration(cast.administrator.ctx, app)
    assert SearchText.select().count() == kept - 1
    assert SearchText.select().where(SearchText.words.contains("waterland")).count() == 0


def test_made_anew_they_are_what_they_were(cast, app):
    note = make_note(cast.member.ctx, "Salt marsh")
    lost = make_note(cast.member.ctx, "Lost")
    gone = make_note(cast.member.ctx, "Gone")
    before = words()
    of_notes = SearchText.kind == "test_note"
    SearchText.update(words="old words").where(of_notes, SearchText.object_id == note.id).execute()
    SearchText.delete().where(of_notes, SearchText.object_id == lost.id).execute()
    Note.delete().where(Note.id == gone.id).execute()
    models = models_of(app.host)
    assert (count(cast.member.ctx, app, "marsh"), stale(models)) == (0, 3)
    assert (reindex(models), stale(models), reindex(models)) == (3, 0, 0)
    assert words() == before[:2] and count(cast.member.ctx, app, "marsh") == 1


def test_words_of_a_plugin_that_is_not_loaded_wait(cast, app):
    SearchText.create(coalition=cast.coalition, kind="orchard_tree", object_id=1, piece=0, words="pear")
    assert (reindex(models_of(app.host)), stale(models_of(app.host))) == (0, 0)
    assert SearchText.select().where(SearchText.kind == "orchard_tree").count() == 1


def test_doctor_tells_and_makes_anew(cast, command):
    def told(*words):
        result = command("doctor", *words)
        return result.exit_code, [line for line in result.stdout.splitlines() if "Search" in line], result.stderr
    assert told() == (0, ["ok   Search: it has the words of all that stands."], "")
    SearchText.delete().execute()
    assert told() == (1, ["BAD  Search: the words of 2 texts are missing or old. Run: commonweal doctor --reindex"], "")
    assert told("--reindex") == (0, ["ok   Search: it has the words of all that stands."],
                                 "Search: the words of 2 texts were missing or old.\n")


def test_an_older_database_is_filled_by_upgrade(cast, app, command):
    db.database.execute_sql("DROP TABLE search_index")
    db.database.execute_sql("DROP TABLE search_text")
    if not db.is_sqlite():
        db.database.execute_sql("DROP FUNCTION search_text_kept()")
    history = db.runner("core", db.CORE_MIGRATIONS).History
    history.delete().where(history.name == "0006_search").execute()
    result = command("upgrade")
    assert "Applied core/0006_search." in result.stderr and "Search" not in result.stderr
    assert [row.words.split()[0] for row in SearchText.select().order_by(SearchText.id)] == ["meridia", "zandrovia"]
    assert count(cast.member.ctx, app, "meridia") == 1 and stale(models_of(app.host)) == 0


def test_a_restored_backup_is_searched_as_before(cast, instance, tmp_path, database_kind, request):
    ctx = cast.member.ctx
    note = make_note(ctx, "Salt marsh")
    create_backup(instance, str(tmp_path / "backup.zip"))
    settings = Settings(tmp_path / "new" / "place")
    if database_kind == "postgresql":
        settings = replace(settings, database=request.getfixturevalue("postgres").create())
    restore_backup(settings.instance, str(tmp_path / "backup.zip"), settings, instance.key_file_path)
    db.database.close()
    create_app(settings)

    def found(*words):
        return searching._counted(ctx, Note, list(words), 5, 0)[0]
    with db.connection():
        assert (found("salt", "mar"), found("dune"), stale([Note])) == (1, 0, 0)
        with db.transaction():
            Note.update(text="Sand dune").where(Note.id == note.id).execute()
            keep_words(Note, [note.id])
        assert (found("salt", "mar"), found("dune"), stale([Note])) == (0, 1, 0)
    if database_kind == "postgresql":
        db.database.close()
        request.getfixturevalue("postgres").drop(settings.database)


def test_the_command_finds_as_the_page_does(cast, command):
    result = command("search", "meridi", "--coalition", "meridia", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["count"], [hit["group"] for hit in told["hits"]]) == (0, 1, ["Reviews"])
    assert command("search", "zandrovia", "--coalition", "meridia").stdout == ""
    assert command("search", "meridi", "--coalition", "meridia").stdout.startswith("Reviews\tMeridia\t")
