"""The same hits in the same order on both databases, and none that the reader may not see."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import db
from core.changes import change
from core.coalitions.models import Coalition
from core.errors import NotThere
from core.files.models import Attachment
from core.search import searching
from core.search.searching import NAMES, search
from core.search.tests.test_words import TEXTS
from core.search.words import finds, query_words, words_of
from core.testing.world import Cast, build_withheld
from core.tests.note import Note, make_note
from core.workflows.models import Consultation

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("notes")]

CORPUS = [
    ("140.120", "Ratify the Optional Protocol to the Convention against Torture (A/HRC/43/15)"),
    ("140.12", "Ratifier le protocole; l’égalité des Œuvres de la Straße"),
    ("141.1", "See A/HRC/43/151 and 140.12"),
    ("141.2", "إلغاء عقوبة الإعدام وإصلاح القضاء"),
    ("141.3", "加入禁止酷刑公约"),
    ("141.4", "Protect women’s rights; women in prison"),
    ("141.5", "Протокол № 5, «права человека»"),
]
QUERIES = {
    "140.12": ["140.12", "140.120", "141.1"], "140": ["140.120", "140.12", "141.1"], "141.": [f"141.{n}" for n in
                                                                                             range(1, 6)],
    "A/HRC/43/15": ["140.120", "141.1"], "a/hrc/43/151": ["141.1"], "HRC/43": ["140.120", "141.1"], "rc/43": [],
    "ratif": ["140.120", "140.12"], "RATIFY THE": ["140.120"], "protocol against": [],
    "égalité": ["140.12"], "EGALITE": ["140.12"], "oeuvre": ["140.12"], "strasse": ["140.12"],
    "القضاء": ["141.2"], "قضاء": ["141.2"], "الاعدام": ["141.2"],
    "酷刑": ["141.3"], "刑": ["141.3"], "约": ["141.3"],
    "women's": ["141.4"], "ПРАВА": ["141.5"], "№ 5": ["141.5"], "no 5": ["141.5"],
    '"': [], "' OR 1=1 --": [], "torture)": ["140.120"], "* NEAR(a, b) AND -": [], "%": [], ":*": [], "\\": [],
    "prisons": [],
}


def colours(ctx, app, text):
    return ["".join(piece for piece, _found in hit.title) for group in search(ctx, app.host, text, most=None).groups
            if group.kind == "test_note" for hit in group.hits]


@pytest.fixture
def corpus(cast):
    for colour, text in CORPUS:
        make_note(cast.member.ctx, text, colour=colour)


@pytest.mark.parametrize("typed", QUERIES)
def test_the_same_hits_in_the_same_order_on_both_databases(cast, app, corpus, typed):
    assert colours(cast.member.ctx, app, typed) == QUERIES[typed]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=timedelta(seconds=20), max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS, st.integers(0, 30), st.integers(0, 30))
def test_whatever_stands_and_is_typed_the_rule_decides(cast, app, texts, other, start, length):
    ctx = cast.member.ctx
    with db.database.atomic() as rolled_back:
        with change(ctx, "test.write", ctx.coalition) as entry:
            for number, text in enumerate(texts):
                entry.add(Note(text=text, colour=f"n{number}"))
        for typed in (other, texts[0], texts[-1][start:start + length]):
            query = query_words(typed)
            held = [f"n{number}" for number, text in enumerate(texts) if finds([f"n{number}", *words_of(text)], query)]
            assert sorted(colours(ctx, app, typed)) == held
        rolled_back.rollback()


def test_a_long_text_is_found_to_its_end(cast, app):
    words = [f"the w{number}" for number in range(9000)]
    make_note(cast.member.ctx, " ".join(words), colour="long")
    for number in (0, 117, 124, 125, 300, 8990):
        phrase = " ".join(words[number:number + 8])
        assert (colours(cast.member.ctx, app, phrase), phrase) == (["long"], phrase)
    assert colours(cast.member.ctx, app, "w1 the w3") == []


def test_nothing_of_another_coalition_is_found_or_counted(cast, app, corpus):
    make_note(cast.other.member.ctx, "Ratify in secret", colour="theirs")
    assert colours(cast.other.member.ctx, app, "ratify") == ["theirs"]
    found = search(cast.member.ctx, app.host, "ratify")
    assert (found.count, colours(cast.member.ctx, app, "ratify")) == (1, ["140.120"])
    assert colours(cast.nobody.ctx, app, "ratify") == []


def test_what_a_model_hides_from_a_reader_is_not_found_or_counted(cast, app, corpus, monkeypatch):
    assert search(cast.member.ctx, app.host, "141").count == 5
    monkeypatch.setattr(Note, "seen_by", classmethod(lambda cls, ctx, query: query.where(Note.colour != "141.2")),
                        raising=False)
    assert colours(cast.member.ctx, app, "141") == ["141.1", "141.3", "141.4", "141.5"]
    assert search(cast.member.ctx, app.host, "141").count == 4


def test_a_kind_has_pages_and_an_end(cast, app, queries):
    with change(cast.member.ctx, "test.write", cast.coalition) as entry:
        for number in range(60):
            entry.add(Note(text="Water", colour=f"n{number}"))
    ctx = cast.member.ctx
    first = search(ctx, app.host, "water").groups[0]
    assert (first.count, len(first.hits)) == (60, searching.GROUP_HITS)
    third = search(ctx, app.host, "water", "test_note", 3).groups[0]
    assert (third.first, third.count, [hit.title[0][0] for hit in third.hits]) == (51, 60, [f"n{n}" for n in
                                                                                         range(50, 60)])
    for kind, page in (("test_note", 4), ("no_such_kind", 1), (NAMES, 2)):
        with pytest.raises(NotThere):
            search(ctx, app.host, "water", kind, page)


def test_thirty_and_three_hundred_hits_cost_the_same_queries(cast, app, queries):
    search(cast.member.ctx, app.host, "water")          # what is read once for a process
    counts = []
    for many in (30, 300):
        with change(cast.member.ctx, "test.write", cast.coalition) as entry:
            for _ in range(many):
                entry.add(Note(text="Water"))
        ctx = cast.member.ctx
        with queries() as counted:
            search(ctx, app.host, "water")
        with queries() as paged:
            search(ctx, app.host, "water", "test_note", 2)
        counts.append((len(counted), len(paged)))
    assert counts[0] == counts[1]


def test_many_new_objects_are_written_down_in_few_statements(cast, guard):
    counts = []
    for many in (30, 300):
        start = len(guard.statements)
        with change(cast.member.ctx, "test.write", cast.coalition) as entry:
            for _ in range(many):
                entry.add(Note(text="Water"))
        counts.append(sum('"search_text"' in sql for sql in guard.statements[start:]))
    assert counts[0] <= 3 and counts[1] <= 6


def found_names(ctx, app, text):
    groups = search(ctx, app.host, text, NAMES).groups
    return ["".join(piece for piece, _found in hit.title) for group in groups for hit in group.hits]


def test_organisations_and_people_are_found_by_name_and_stand_in_no_table(cast, app):
    ctx = cast.member.ctx
    assert found_names(ctx, app, "harbourlight pris") == ["Harbourlight Prison Watch"]
    assert found_names(ctx, app, "FENNIMORE") == ["Oskar Fennimore"]
    assert found_names(ctx, app, "Vexelmoor") == [] and found_names(ctx, app, "Quickthorn") == []
    stored = repr(db.database.execute_sql("SELECT words FROM search_text").fetchall())
    assert "harbourlight" not in stored and "fennimore" not in stored and "meridia" in stored


def test_a_name_that_is_withheld_is_answered_as_an_unknown_word(cast, app, browser_of, queries):
    """M-8: the same page and the same number of queries; for who keeps the name, too, as on every other page."""
    build_withheld()
    make_note(cast.member.ctx, "Water", colour="n")
    cast = Cast("meridia")                              # with those who were not there before
    for reader in (cast.member, cast.coordinator, cast.keeper):
        search(reader.ctx, app.host, "water")           # what is read once for a process
        answers = []
        for typed in ("gorsemantle", "gorsemantlx", "braithwick", "qorsemantle"):
            ctx = reader.ctx
            with queries() as counted:
                found = search(ctx, app.host, typed)
            page = browser_of(reader).get(f"/c/meridia/search?q={typed}")
            answers.append((len(counted), found.groups, page.status, page.words.replace(typed, "…")))
        assert answers == [answers[-1]] * 4 and answers[0][1] == []
    assert found_names(cast.member.ctx, app, "heron") == ["Heron"]      # not once more for each who acts for it
    assert found_names(cast.withheld.ctx, app, "gorsemantle") == ["Gorsemantle Shelter"]


def test_a_plugin_that_fails_leaves_a_gap_and_the_rest_stands(cast, app, corpus, monkeypatch, guard):
    def broken(**facts):
        raise ZeroDivisionError
    impl = next(one for one in app.host.manager.hook.search_hits.get_hookimpls() if one.plugin_name == "notes")
    monkeypatch.setattr(impl, "function", broken)
    monkeypatch.setattr(impl, "argnames", ())
    found = search(cast.member.ctx, app.host, "meridia")
    assert [group.title for group in found.groups] == ["Reviews"] and found.gaps == ["notes"]
    assert len(guard.forget()) == 1


def test_the_page_shows_marks_counts_and_where_to_go(cast, app, corpus, browser_of):
    browser = browser_of(cast.member)
    page = browser.get("/c/meridia/search?q=140.12")
    assert "3 things hold “140.12”." in page.words and page.title.startswith("Search")
    assert b"<mark>140.12</mark>" in page.content
    assert b'<mark>140.120</mark>' in page.content
    assert "Nothing that you may see holds “prisons”." in browser.get("/c/meridia/search?q=prisons").words
    assert "holds no letter and no digit" in browser.get("/c/meridia/search?q=%22").words
    assert "Words in the order" in browser.get("/c/meridia/search").words
    assert "Show all kinds" in browser.get("/c/meridia/search?q=ratify&kind=test_note").words
    for wrong in ("kind=nothing", "kind=test_note&page=9", "kind=names&page=2"):
        browser.get(f"/c/meridia/search?q=ratify&{wrong}", status=404)


def test_markup_in_what_is_found_and_typed_is_text(cast, app, browser_of):
    make_note(cast.member.ctx, "before <script>alert(1)</script> & after", colour="<b>bold</b>")
    page = browser_of(cast.member).get("/c/meridia/search?q=%3Cscript%3Ealert")
    assert b"<script>alert" not in page.content and b"<b>bold" not in page.content
    assert b"&lt;<mark>script&gt;alert</mark>(1)" in page.content


def test_a_switched_off_plugin_is_not_searched(cast, app):
    names = {model._meta.table_name for model in searching.models_of(app.host, cast.member.ctx)}
    assert "review" in names
    Coalition.update(plugins_off=list(app.host.loaded)).where(Coalition.id == cast.coalition.id).execute()
    assert [model._meta.table_name for model in searching.models_of(app.host, cast.member.ctx)] == [
        "review", "consultation", "attachment", "test_note"]


def test_reviews_consultations_and_files_lead_to_their_pages(cast, app, browser_of):
    ctx = cast.coordinator.ctx
    with change(ctx, "coalition.settings", ctx.coalition) as entry:
        entry.add(Consultation(review=cast.review, title="Town hall in Meridia", outcome="Little"))
        entry.add(Attachment(title="Letter to Meridia", note="Unanswered", membership=cast.member.membership))
    groups = search(cast.member.ctx, app.host, "meridia").groups
    assert [(group.title, hit.title, hit.detail, hit.endpoint) for group in groups for hit in group.hits] == [
        ("Reviews", [("Meridia", True)], "cycle 4, session 48", "workflows.review"),
        ("Consultations", [("Town hall in ", False), ("Meridia", True)], "Meridia", "workflows.consultations"),
        ("Files", [("Letter to ", False), ("Meridia", True)], "Lanternwick Legal Aid", "files.show")]
    browser = browser_of(cast.member)
    page = browser.get("/c/meridia/search?q=meridia")
    links = {link for link in page.links if "/files/" in link or "/review?" in link or "/consultations?" in link}
    assert len(links) == 3
    for link in links:
        browser.get(link)
