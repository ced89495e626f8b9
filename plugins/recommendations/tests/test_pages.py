"""The list, a recommendation's page, and writing by hand."""

import json

import pytest

from core.api import find_review
from core.files.store import StoredFile
from plugins.recommendations.imports.importing import keep_for_preview
from plugins.recommendations.imports.sources import Sources
from plugins.recommendations.models import PositionEntry, Recommendation
from plugins.recommendations.positions import add_position
from plugins.recommendations.tests.factories import make_recommendation

LIST = "/c/meridia/recommendations/"


@pytest.fixture
def three(cast):
    """Three recommendations: 5.1 of France and Chile, 5.2 of Norway, 5.10 of Chile."""
    ctx, review = cast.coordinator.ctx, cast.review
    return [make_recommendation(ctx, review, "5.10", "Open the archives to the families", ("CHL",), "noted",
                                themes=("Justice",), sdgs=("16.3",)),
            make_recommendation(ctx, review, "5.1", "Plant trees along the salt marsh", ("FRA", "CHL"), "supported",
                                themes=("Climate",), affected=("Women",), sdgs=("13",)),
            make_recommendation(ctx, review, "5.2", "Protéger les forêts du delta", ("NOR",), "supported",
                                themes=("Climate", "Justice"), sdgs=("13", "16"))]


def numbers(page):
    return [bdi.text for bdi in page.tree.xpath("//ol[contains(@class, 'recs')]//bdi[@class='num']")]


def facet(page, name):
    """{value: count} of a facet."""
    return {box.get("value"): int(box.getparent().xpath("string(span[@class='n'])"))
            for box in page.tree.xpath(f"//form[@id='filters']//input[@name='{name}']")}


def test_the_list_stands_by_number_with_every_facet_counted(three, cast, browser_of):
    page = browser_of(cast.member).get(LIST)
    assert page.title.startswith("3 recommendations") and numbers(page) == ["5.1", "5.2", "5.10"]
    assert facet(page, "theme") == {"Climate": 2, "Justice": 2}
    assert facet(page, "position") == {"supported": 2, "noted": 1}
    assert facet(page, "state") == {"CHL": 2, "FRA": 1, "NOR": 1}
    assert facet(page, "group") == {"GRULAC": 2, "WEOG": 2}
    assert facet(page, "affected") == {"Women": 1}
    assert facet(page, "sdg") == {"13": 2, "16": 2}


def test_a_facet_narrows_the_others_and_not_itself(three, cast, browser_of):
    page = browser_of(cast.member).get(LIST + "?theme=Justice")
    assert page.title.startswith("2 of 3 recommendations") and numbers(page) == ["5.2", "5.10"]
    assert facet(page, "theme") == {"Climate": 2, "Justice": 2}
    assert facet(page, "position") == {"supported": 1, "noted": 1}
    page = browser_of(cast.member).get(LIST + "?theme=Justice&state=CHL&state=NOR&position=noted")
    assert numbers(page) == ["5.10"]
    assert "Theme: Justice" in page.words and "Position: Noted" in page.words


@pytest.mark.parametrize(("query", "found"), [
    ("5.1", ["5.1", "5.10"]), ("foret DELTA", ["5.2"]), ("france", ["5.1"]), ("archives norway", []), ("NOR", ["5.2"])])
def test_the_search_finds_wording_number_and_state(three, cast, browser_of, query, found):
    assert numbers(browser_of(cast.member).get(f"{LIST}?q={query}")) == found


@pytest.mark.parametrize(("sort", "order"), [
    ("number", ["5.1", "5.2", "5.10"]), ("position", ["5.1", "5.2", "5.10"]), ("wording", ["5.10", "5.1", "5.2"]),
    ("states", ["5.1", "5.2", "5.10"]), ("nonsense", ["5.1", "5.2", "5.10"])])
def test_the_order_stands_in_the_address(three, cast, browser_of, sort, order):
    assert numbers(browser_of(cast.member).get(f"{LIST}?sort={sort}")) == order


@pytest.mark.parametrize("query", ["page=99", "page=-1", "page=x", "theme=Nobody", "q=%00", "state=<b>", "format=exe"])
def test_a_strange_address_gives_a_page(three, cast, browser_of, query):
    assert "recommendations" in browser_of(cast.member).get(f"{LIST}?{query}").title


def test_the_export_is_what_the_view_shows(three, cast, browser_of):
    page = browser_of(cast.member).get(LIST + "?theme=Justice&format=json", look=False)
    assert [(one["number"], one["states"]) for one in json.loads(page.content)] == [("5.2", ["NOR"]), ("5.10", ["CHL"])]
    assert page.headers["Content-Disposition"] == 'attachment; filename="recommendations-48.json"'


def test_thirty_and_three_hundred_rows_cost_the_same_queries(cast, browser_of, queries):
    ctx, browser, counted = cast.coordinator.ctx, browser_of(cast.coordinator), []
    for count in (30, 300):
        for place in range(Recommendation.select().count(), count):
            make_recommendation(ctx, cast.review, f"5.{place}", f"Plant tree {place}", ("FRA", "CHL"), "noted",
                                themes=("Climate", f"Theme {place % 20}"))
        browser.get(LIST)
        with queries() as run:
            assert len(numbers(browser.get(LIST))) == count
        counted.append(len(run))
    assert counted[0] == counted[1]


def test_the_list_of_another_coalition_holds_none_of_ours(three, cast, world, browser_of):
    page = browser_of(cast.stranger).get("/c/elsewhere/recommendations/")
    assert "No recommendations yet" in page.words and "salt marsh" not in page.words


def test_without_a_recommendation_a_coordinator_is_shown_how_to_begin_and_a_member_is_not(cast, browser_of):
    assert browser_of(cast.coordinator).get(LIST).tree.xpath("//input[@type='file']")
    page = browser_of(cast.member).get(LIST)
    assert not page.tree.xpath("//main//form[@method='post']") and "A coordinator brings them in." in page.words


# One recommendation.

def test_a_page_leads_on_in_the_list_it_came_from(three, cast, browser_of):
    browser = browser_of(cast.member)
    page = browser.get(f"/c/meridia/recommendations/r/{three[2].uid}?theme=Justice")
    assert page.title.startswith("5.2") and "Protéger les forêts du delta" in page.words
    links = {link.get("rel"): link.get("href") for link in page.tree.xpath("//nav[contains(@class, 'crumbs')]//a")}
    assert links["next"].startswith(f"/c/meridia/recommendations/r/{three[0].uid}") and "theme=Justice" in links["next"]
    assert "prev" not in links
    assert "prev" in {link.get("rel") for link in
                      browser.get(f"/c/meridia/recommendations/r/{three[2].uid}").tree.xpath("//nav//a")}


def test_a_recommendation_is_reached_by_session_and_number_and_part(cast, browser_of):
    ctx, review = cast.coordinator.ctx, cast.review
    make_recommendation(ctx, review, "5.1", "Plant trees", part=1)
    make_recommendation(ctx, review, "5.1", "Open the archives", part=2)
    browser = browser_of(cast.member)
    assert "Plant trees" in browser.get("/c/meridia/recommendations/48/5.1").words
    assert "Open the archives" in browser.get("/c/meridia/recommendations/48/5.1-2").words
    for missing in ("48/5.3", "48/5.1-9", "48/5.1-x", "47/5.1"):
        browser.get(f"/c/meridia/recommendations/{missing}", 404)


def test_the_positions_history_shows_what_changed_when_and_where(three, cast, browser_of):
    browser = browser_of(cast.coordinator)
    page = browser.get(f"/c/meridia/recommendations/r/{three[0].uid}")
    browser.submit(page.form("/position"), position="supported", said_on="2024-05-01",
                   source="Statement in Parliament")
    page = browser.get(f"/c/meridia/recommendations/r/{three[0].uid}")
    assert [span.get("data-pos") for span in page.tree.xpath("//section[@id='position']//li/span[@data-pos]")] == [
        "supported", "noted"]
    assert "said on 1 May 2024 Statement in Parliament, entered by Corvina Aldermoor" in page.words
    assert Recommendation.get_by_id(three[0].id).position == "supported"


def test_a_day_that_lies_ahead_and_a_position_that_says_nothing_new_are_refused(three, cast, browser_of):
    browser = browser_of(cast.coordinator)
    where = f"/c/meridia/recommendations/r/{three[0].uid}/position"
    for sent, words in (({"position": "supported", "said_on": "2098-01-01"}, "in the future"),
                        ({"position": "supported", "said_on": "soon"}, "is no date"),
                        ({"position": "pending"}, "nothing was added"), ({"position": "noted"}, "nothing was added"),
                        ({"position": "green"}, "no position")):
        assert words in browser.post(where, sent, 422).words
    assert PositionEntry.select().where(PositionEntry.recommendation == three[0]).count() == 1


# By hand.

def test_writing_one_by_hand(cast, browser_of):
    browser = browser_of(cast.editor)
    page = browser.get("/c/meridia/recommendations/add")
    page = browser.follow(browser.submit(page.form("/add"), text="  Plant  trees ", states="France; Chile",
                                         number="5.1", themes="Climate\nWater", sdgs="13, 15", position="pending"))
    assert page.title.startswith("5.1") and "Plant trees (France) (Chile)" in page.words
    assert (Recommendation.get().position, Recommendation.get().text) == ("pending", "Plant trees")


def test_an_unknown_state_is_repaired_by_one_press_and_nothing_typed_is_lost(cast, browser_of):
    browser = browser_of(cast.editor)
    page = browser.submit(browser.get("/c/meridia/recommendations/add").form("/add"), 422, text="Plant trees",
                          states="France\nSwazilnd")
    assert "“Swazilnd” is no State known here. Did you mean Eswatini?" in page.words
    value = page.tree.xpath("string(//button[@name='repair']/@value)")
    page = browser.submit(page.form("/add"), 200, repair=value)
    assert page.tree.xpath("string(//textarea[@name='states'])").split() == ["France", "Eswatini"]
    assert "Plant trees" in page.tree.xpath("string(//textarea[@name='text'])")
    assert Recommendation.select().count() == 0
    browser.submit(page.form("/add"))
    assert Recommendation.select().count() == 1


@pytest.mark.database
def test_a_sign_that_no_database_takes_is_left_out(cast, browser_of):
    browser = browser_of(cast.editor)
    browser.post("/c/meridia/recommendations/add", {"text": "Plant\0 trees", "themes": "Cli\0mate", "source": "\0S"})
    assert [(one.text, one.source) for one in Recommendation.select()] == [("Plant trees", "S")]
    page = browser.follow(browser.post("/c/meridia/recommendations/import",
                                       {"text": "5.1\tOpen\0 schools (France);", "subject": "recommendations"}))
    browser.submit(next(form for form in page.forms() if "fingerprint" in form.fields))
    assert {one.text for one in Recommendation.select()} == {"Plant trees", "Open schools"}


@pytest.mark.parametrize(("fields", "words"), [
    ({"text": ""}, "Type the wording"), ({"text": " .;"}, "needs its wording"), ({"number": "abc"}, "is no number"),
    ({"part": "x"}, "whole number"), ({"sdgs": "peace"}, "is no goal"), ({"states": "Ruritania"}, "no State known"),
    ({"number": "5.1"}, "has a recommendation 5.1 already"), ({"text": "a" * 20001}, "more than")])
def test_what_is_wrong_is_said_beside_its_field(three, cast, browser_of, fields, words):
    browser = browser_of(cast.editor)
    page = browser.submit(browser.get("/c/meridia/recommendations/add").form("/add"), 422,
                          **{"text": "Something else", **fields})
    assert words in page.words and page.title.startswith("Error:")
    assert Recommendation.select().count() == 3


def test_two_people_correct_the_same_and_the_second_sees_both(three, cast, browser_of):
    one, two = browser_of(cast.coordinator), browser_of(cast.editor)
    where = f"/c/meridia/recommendations/r/{three[1].uid}/edit"
    mine, theirs = one.get(where), two.get(where)
    one.submit(mine.form("/edit"), text="Plant many trees")
    page = two.submit(theirs.form("/edit"), 422, text="Plant few trees")
    assert "Plant many trees" in page.words and "Plant few trees" in page.tree.xpath("string(//textarea[@name='text'])")
    assert Recommendation.get_by_id(three[1].id).text == "Plant many trees"
    two.submit(page.form("/edit"))
    assert Recommendation.get_by_id(three[1].id).text == "Plant few trees"


def test_a_member_sees_the_history_and_no_form(three, cast, browser_of):
    add_position(cast.coordinator.ctx, Recommendation.get_by_id(three[0].id), "supported")
    page = browser_of(cast.member).get(f"/c/meridia/recommendations/r/{three[0].uid}")
    assert not page.tree.xpath("//form[contains(@action, '/position')]")
    assert find_review(cast.member.ctx, "48") == cast.review


def test_of_the_name_that_a_file_had_on_somebodys_disk_its_ending_is_kept(cast, app):
    stored = keep_for_preview(cast.coordinator.ctx, Sources.of(app, cast.coordinator.ctx),
                              "Ottoline of Gorsemantle.CSV", b"x", {})
    assert StoredFile.get_by_id(stored.id).name == "file.csv"
