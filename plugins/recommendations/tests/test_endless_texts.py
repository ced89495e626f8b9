"""Texts of any length are kept on both databases: PostgreSQL bounds what stands in an index."""

import random

import pytest

from core.api import Refused
from plugins.recommendations.imports.profiles import save_profile
from plugins.recommendations.models import Profile, Recommendation, Term
from plugins.recommendations.tests.factories import make_recommendation

pytestmark = pytest.mark.database


def endless(count):
    """Letters that no compression makes small."""
    return "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=count))


def test_a_wording_of_twenty_thousand_letters_is_kept(cast):
    made = make_recommendation(cast.coordinator.ctx, cast.review, text=endless(20_000))
    assert Recommendation.get_by_id(made.id).text == endless(20_000)


def test_a_theme_without_end_is_cut(cast):
    make_recommendation(cast.coordinator.ctx, cast.review, themes=(endless(9_000),))
    assert [term.name for term in Term.select()] == [endless(499) + "…"]


def test_a_mapping_s_name_without_end_is_refused(cast):
    with pytest.raises(Refused, match="The name has more than 200 letters. Shorten it."):
        save_profile(cast.coordinator.ctx, endless(9_000), None)
    assert not Profile.select().exists()


def test_nonsense_for_numbers_is_refused_or_left_out(cast, browser_of):
    browser = browser_of(cast.coordinator)
    made = make_recommendation(cast.coordinator.ctx, cast.review)
    page = browser.post("/c/meridia/recommendations/import", {"text": "5.1\tPlant (France);", "session": "9" * 5000},
                        status=422)
    assert "The session is a whole number, such as 48; or leave it empty." in page.words
    sent = {"text": "Plant", "number": "5.1", "states": "France"}
    browser.post("/c/meridia/recommendations/add", {**sent, "repair": f"{'9' * 5000}:FRA"}, status=200)
    page = browser.post(f"/c/meridia/recommendations/r/{made.uid}/edit", {**sent, "version": "9" * 5000}, status=422)
    assert "Somebody else changed this since you opened it." in page.words
    assert Recommendation.get_by_id(made.id).version == 1
