"""Recommendations are found by number, words, States and themes; an import brings its words and takes them back."""

import pytest

from core.search.index import SearchText, stale
from core.search.searching import models_of, search
from plugins.recommendations.editing.editing import Written, correct
from plugins.recommendations.imports.undoing import take_back
from plugins.recommendations.models import Recommendation, RecommendingState
from plugins.recommendations.tests.factories import LIST, make_import, make_recommendation, sources_in

pytestmark = pytest.mark.database


def numbers(ctx, app, text):
    return ["".join(piece for piece, _found in hit.title) for group in search(ctx, app.host, text, most=None).groups
            if group.kind == "recommendations_recommendation" for hit in group.hits]


@pytest.mark.parametrize("typed", ["5.1", "salt marsh", "TREES", "France", "Франция", "法国", "فرنسا", "fra"])
def test_a_recommendation_is_found_by_what_people_know_of_it(cast, app, typed):
    make_recommendation(cast.coordinator.ctx, cast.review)
    make_recommendation(cast.coordinator.ctx, cast.review, number="5.2", text="Pave a road", states=("PER",))
    make_recommendation(cast.other.coordinator.ctx, cast.other.review)
    assert numbers(cast.member.ctx, app, typed) == ["5.1"]
    assert stale(models_of(app.host)) == 0


def test_the_hit_leads_to_its_page_and_shows_what_was_found(cast, app, browser_of):
    made = make_recommendation(cast.coordinator.ctx, cast.review)
    page = browser_of(cast.member).get("/c/meridia/search?q=franc")
    assert f"/c/meridia/recommendations/r/{made.uid}".encode() in page.content
    assert b"<mark>France</mark>" in page.content and "Plant trees along the salt marsh" in page.words


def test_thirty_and_three_hundred_recommendations_cost_the_same_queries(cast, app, browser_of, queries):
    browser_of(cast.member).get("/c/meridia/search?q=water")      # what is read once for a process
    counts = []
    for many in (30, 300):
        for number in range(Recommendation.select().count(), many):
            make_recommendation(cast.coordinator.ctx, cast.review, number=f"7.{number}", text=f"Water {number}")
        browser = browser_of(cast.member)
        for address in ("/c/meridia/search?q=water", "/c/meridia/search?q=water&kind=recommendations_recommendation"):
            with queries() as counted:
                browser.get(address)
            counts.append(len(counted))
    assert counts[:2] == counts[2:]


def test_a_correction_by_hand_changes_what_is_found(cast, app):
    ctx = cast.coordinator.ctx
    made = make_recommendation(ctx, cast.review)
    correct(ctx, made, Written("Plant reeds", number="5.1", states=("PER",), themes=("Wetlands",)))
    assert [numbers(ctx, app, typed) for typed in ("trees", "reeds", "France", "Peru", "wetland")] == [
        [], ["5.1"], [], ["5.1"], ["5.1"]]
    assert RecommendingState.select().count() == 1 and stale(models_of(app.host)) == 0


def test_off_for_the_coalition_nothing_of_it_is_found(cast, app):
    make_recommendation(cast.coordinator.ctx, cast.review)
    coalition = cast.coalition
    coalition.plugins_off = ["recommendations", "midterm"]
    coalition.save()
    assert search(cast.member.ctx, app.host, "trees").count == 0
    coalition.plugins_off = []
    coalition.save()
    assert search(cast.member.ctx, app.host, "trees").count == 1


def test_an_import_that_is_taken_back_takes_its_words_along(cast, app, instance):
    sources = sources_in(instance.instance)
    make_import(cast.coordinator.ctx, sources, LIST, review=cast.review)
    assert numbers(cast.member.ctx, app, "archiv") == ["5.2"] and numbers(cast.member.ctx, app, "chile") == ["5.1"]
    changed = LIST.replace("archives", "archive").replace("(Chile)", "(Peru)")
    second = make_import(cast.coordinator.ctx, sources, changed, review=cast.review)
    found = [numbers(cast.member.ctx, app, typed) for typed in ("archives to", "archive to", "Chile", "Peru")]
    assert found == [[], ["5.2"], [], ["5.1"]] and stale(models_of(app.host)) == 0
    take_back(cast.coordinator.ctx, second)
    found = [numbers(cast.member.ctx, app, typed) for typed in ("archives to", "archive to", "Chile", "Peru")]
    assert found == [["5.2"], [], ["5.1"], []] and stale(models_of(app.host)) == 0


def test_an_import_that_is_taken_back_leaves_no_words_of_what_it_made(cast, app, instance):
    made = make_import(cast.coordinator.ctx, sources_in(instance.instance), LIST, review=cast.review)
    assert numbers(cast.member.ctx, app, "archiv") == ["5.2"]
    take_back(cast.coordinator.ctx, made)
    assert SearchText.select().where(SearchText.kind == "recommendations_recommendation").count() == 0
