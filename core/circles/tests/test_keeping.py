"""What a circle of trust keeps: seen by those in it, and by nobody else on any way."""

import io
import zipfile
from dataclasses import replace

import pytest

from core import db, policy
from core.audit import AuditLine
from core.auditing import lines as audit_lines
from core.circles import keeping, people
from core.circles.models import CircleFile, CircleText, CircleWords
from core.circles.tests.factories import BODY, FILE, TITLE, make_circle, make_file, proposed
from core.circles.tests.test_people import refused
from core.coalitions.today import waiting
from core.errors import Conflict, Forbidden, NotThere
from core.files.attaching import FileStore, Upload, refuse_over_quota, used_bytes
from core.files.store import circle_bytes, named, path_of, stray
from core.language import lazy_plural
from core.notices.kinds import plain_words
from core.notices.news import news
from core.policy import News, allowed, find, visible
from core.sealing import current
from core.search.searching import search
from core.testing.canary import answer_bytes, found_in
from core.web.outside import as_if_asked

SECRETS = {"Quillhaven", "Mossgate", "Tarnbrook"}
OUTSIDE = ("coordinator", "editor", "keeper", "withheld", "administrator", "stranger")


@pytest.fixture
def store(app):
    return FileStore.of(app.settings)


@pytest.fixture
def circle(cast):
    return make_circle(cast.member, cast.other_member)


@pytest.fixture
def text(cast, circle):
    return keeping.write(cast.member.ctx, circle, TITLE, BODY)


# --- texts ----------------------------------------------------------------------------------------------------------

def test_a_text_is_changed_and_its_earlier_words_stay(cast, circle, text):
    keeping.rewrite(cast.other_member.ctx, find(cast.other_member.ctx, CircleText, text.uid), "Houses", "- None", 1)
    [kept] = keeping.texts_of(cast.member.ctx, circle)
    assert (kept.title, kept.body, kept.by) == ("Houses", "- None", cast.other_member.seat.id)
    assert [one.content() for one in keeping.versions_of(kept.row)] == [
        {"title": "Houses", "body": "- None"}, {"title": TITLE, "body": BODY}]
    assert keeping.words_in(kept.row, 1).content()["body"] == BODY
    refused(lambda: keeping.words_in(kept.row, 3), NotThere)


def test_of_two_who_change_the_same_words_the_second_is_told_and_nothing_is_lost(cast, text):
    keeping.rewrite(cast.other_member.ctx, find(cast.other_member.ctx, CircleText, text.uid), "Theirs", "", 1)
    refused(lambda: keeping.rewrite(cast.member.ctx, text, "Mine", "", 1), Conflict)
    assert [one.content()["title"] for one in keeping.versions_of(text)] == ["Theirs", TITLE]


def test_a_text_needs_a_title_and_is_no_book_and_a_circle_has_to_have_begun(cast, circle):
    ctx = cast.member.ctx
    assert refused(lambda: keeping.write(ctx, circle, "", BODY)) == (
        "Say what it is: a title, the name of a list, the name of a person.")
    assert "50000 letters" in refused(lambda: keeping.write(ctx, circle, TITLE, "x" * 50_001))
    young = people.begin(ctx, "Another", "", cast.editor.seat)
    assert refused(lambda: keeping.write(ctx, young, TITLE, BODY)).startswith("The circle begins when the second")
    assert not CircleWords.select().exists()


def test_what_is_deleted_takes_its_keys_along(cast, text):
    [words] = keeping.versions_of(text)
    keeping.delete_text(cast.member.ctx, text)
    assert not CircleWords.select().exists() and words.key_reference not in current().all_references()


def test_nobody_outside_writes_or_reads(cast, circle, text, store):
    file = make_file(cast.member.ctx, circle)
    for actor in (cast.coordinator, cast.editor, cast.stranger, cast.administrator):
        ctx = actor.ctx
        assert [list(visible(ctx, model)) for model in (CircleText, CircleFile)] == [[], []]
        assert not allowed(ctx, "circles.write", text) and not allowed(ctx, "circles.see", file)
        refused(lambda ctx=ctx: keeping.write(ctx, circle, TITLE, BODY), Forbidden)
        refused(lambda ctx=ctx: keeping.rewrite(ctx, text, TITLE, BODY), Forbidden)
        refused(lambda ctx=ctx: keeping.delete_text(ctx, text), Forbidden)
        refused(lambda ctx=ctx: keeping.delete_file(ctx, store, file), Forbidden)


# --- files ----------------------------------------------------------------------------------------------------------

def test_a_file_is_kept_sealed_counted_by_its_bytes_and_comes_back_without_its_authors(cast, circle, store):
    ctx = cast.member.ctx
    keeping.keep_file(ctx, store, circle, Upload("tarnbrook.csv", FILE), "Cellars: where?")
    [kept] = keeping.files_of(ctx, circle)
    stored = path_of(store.folder, kept.row.sha256).read_bytes()
    assert found_in(stored, SECRETS) == [] and kept.row.size_bytes == len(stored) > len(FILE)
    content, size, kind, name = keeping.opened(store, kept.row)
    assert (content.read(), size, kind, name) == (FILE, len(FILE), "csv", "Cellars where.csv")
    assert circle_bytes(cast.coalition) == len(stored)
    assert named(cast.coalition) == {kept.row.sha256} and stray(store.folder) == []
    keeping.delete_file(ctx, store, kept.row)
    assert kept.row.key_reference not in current().all_references() and circle_bytes(cast.coalition) == 0


def test_what_circles_keep_counts_towards_the_quota_and_no_page_or_refusal_tells_it(cast, circle, store, browser_of):
    def room():
        return browser_of(cast.editor).get("/c/meridia/files").one("//progress/@value")
    before = room()
    size = make_file(cast.member.ctx, circle, store=store).size_bytes
    assert room() == before and used_bytes(cast.editor.ctx) == 0
    refuse_over_quota(cast.editor.ctx, FileStore(store.folder, size + 10), 10)
    assert refused(lambda: refuse_over_quota(cast.editor.ctx, FileStore(store.folder, size + 10), 11)).startswith(
        "The coalition's files may take 0 MB, and this one does not fit beside the others.")


def test_a_file_that_does_not_fit_or_lies_about_its_kind_is_refused(cast, circle, store):
    ctx, small = cast.member.ctx, FileStore(store.folder, 40)
    assert "Delete files that are no longer needed" in refused(
        lambda: keeping.keep_file(ctx, small, circle, Upload("a.csv", FILE), "A table"))
    assert refused(lambda: keeping.keep_file(ctx, store, circle, Upload("a.csv", b"%PDF-1.7"), "A table")).startswith(
        "This is a PDF, but its name ends with .csv.")
    assert refused(lambda: keeping.keep_file(ctx, store, circle, Upload("a.csv", FILE), "")).startswith("Say what this")
    assert not CircleFile.select().exists()


def test_one_in_the_circle_downloads_and_nobody_else(browser_of, cast, withheld, circle):
    file = make_file(cast.member.ctx, circle)
    address = f"/c/meridia/circles/files/{file.uid}"
    got = browser_of(cast.other_member).get(address)
    assert got.content == FILE and got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got.headers["Content-Disposition"] == 'attachment; filename="Quillhaven cellars.csv"'
    for name in OUTSIDE:
        browser_of(cast[name]).get(address, 404)
    people.leave(cast.other_member.ctx, circle)
    browser_of(cast.other_member).get(address, 404)


# --- nothing outside ------------------------------------------------------------------------------------------------

@pytest.fixture
def busy(cast, withheld, circle, text):
    """A circle in which much was done, and in which somebody is proposed."""
    make_file(cast.member.ctx, circle)
    people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    people.confirm(cast.other_member.ctx, proposed(cast.editor.seat))
    people.say_no(cast.editor.ctx, proposed(cast.editor.seat))
    return circle


PAGES = ("/c/meridia/", "/c/meridia/circles", "/c/meridia/files", "/c/meridia/audit", "/c/meridia/coalition",
         "/c/meridia/search?q=Quillhaven", "/c/meridia/search?q=Mossgate",
         "/c/meridia/search?q=Quillhaven&kind=circles")


def test_no_page_of_anybody_outside_tells_of_it(app, browser_of, cast, busy):
    # Something that could leak: those inside read it on the same pages.
    inside = browser_of(cast.member)
    assert "Quillhaven" in inside.get("/c/meridia/circles").text
    assert "Quillhaven cellars" in inside.get("/c/meridia/search?q=Quillhaven").words
    for name in ("coordinator", "keeper", "editor", "withheld"):
        browser = browser_of(cast[name])
        for page in map(browser.get, PAGES):
            if "search" in page.path:           # what was typed stands on it
                assert "Nothing that you may see holds" in page.words
            else:
                assert found_in(answer_bytes(page), SECRETS) == []
        for path in (f"/c/meridia/circles/{busy.uid}", f"/c/meridia/circles/{busy.uid}/write"):
            browser.get(path, 404)


def test_the_audit_tells_each_what_they_did_in_a_circle_themselves_and_nobody_else(cast, busy, browser_of, command):
    def told(actor):
        lines, _following = audit_lines.page(actor.ctx, audit_lines.Wanted())
        return [line.action for line in lines if "circles" in line.action or "circle" in (line.kind or "")]
    assert "circles.begin" in told(cast.member) and told(cast.editor) == ["circles.answer"]
    assert told(cast.coordinator) == told(cast.keeper) == told(cast.withheld) == []
    assert AuditLine.select().where(AuditLine.action.startswith("circles.")).count() > 5
    for words in (["audit", "list", "--coalition", "meridia"], ["audit", "export", "--coalition", "meridia"]):
        assert "circle" not in command(*words).stdout
    page = browser_of(cast.coordinator).get("/c/meridia/audit")
    assert not [option for option in page.tree.xpath("//option/@value") if "circle" in option]


def test_no_act_in_a_circle_is_told_among_what_others_did(app, cast, busy, monkeypatch):
    """Also if somebody made news of them one day, and to those who are in it."""
    told = News(lazy_plural("A circle's text by %(who)s", "%(num)d texts of circles by %(who)s", 0))
    for name in ("circles.begin", "circles.people", "circles.write"):
        monkeypatch.setitem(policy._declared, name, replace(
            policy._declared[name], news=dict.fromkeys(("circle", "circle_text", "coalition"), told)))
    for name in ("coordinator", "other_member"):
        assert "circle" not in repr([str(one.words).lower() for one in news(cast[name].ctx, app.host)[1]])


def test_search_finds_what_one_is_in_with_the_same_queries_for_everybody(app, cast, busy, queries):
    found = search(cast.other_member.ctx, app.host, "quillhaven")
    [group] = [group for group in found.groups if group.kind == "circles"]
    assert [("".join(text for text, _is in hit.title), hit.endpoint) for hit in group.hits] == [
        ("Quillhaven cellars", "circles.show"), (TITLE, "circles.show"), (TITLE, "circles.text")]
    [group] = search(cast.member.ctx, app.host, "mossgate mill").groups
    assert [hit.text for hit in group.hits] == [[("- Behind the ", False), ("Mossgate mill", True)]]
    counts = set()
    for actor in (cast.other_member, cast.editor):
        ctx = actor.ctx
        with queries() as counted:
            search(ctx, app.host, "quillhaven")
        counts.add(len([sql for sql in counted.statements if "circle" in sql]))
    assert len(counts) == 1


def test_only_who_is_asked_finds_it_on_today_and_a_mail_says_nothing_of_it(app, cast, circle):
    people.propose_in(cast.member.ctx, circle, cast.editor.seat)

    def items(actor):
        ctx = actor.ctx
        with as_if_asked(app, ctx):
            return [item for item in waiting(ctx, app.host)[0] if "circle" in item.key]
    [item] = items(cast.other_member)
    assert items(cast.member) == items(cast.editor) == items(cast.coordinator) == []
    assert plain_words(item) == "Somebody asks you for an answer"


def test_nothing_of_it_lies_in_clear(app, cast, busy):
    db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    folder = app.settings.instance
    raw = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"circle_words" in raw and found_in(raw, SECRETS) == []


# --- taken along ----------------------------------------------------------------------------------------------------

def test_a_coordinators_export_holds_no_row_no_file_and_no_line_of_it(app, cast, busy, browser_of, tmp_path):
    browser = browser_of(cast.coordinator)
    answer = browser.submit(browser.get("/c/meridia/coalition/export").form("/export"), status=200, look=False)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        parts = {name: pack.read(name) for name in pack.namelist()}
    assert not [name for name in parts if "circle" in name]
    assert b"circle" not in b"".join(content for name, content in parts.items() if name != "manifest.json"
                                     and not name.startswith("files/"))
    assert found_in(answer.content, SECRETS) == []
    sha256 = CircleFile.get().sha256
    assert sha256 not in repr(parts)
