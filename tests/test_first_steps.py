"""What a new coalition sees before it has anything: Today names the next step, no entry of the bar ends nowhere."""

import pytest

from core.coalitions import members
from core.coalitions.models import Seat
from core.context import Context
from core.db import utc_now
from core.policy import unnarrowed
from core.testing.world import Actor
from plugins.midterm.tests.factories import make_recommendations


@pytest.fixture
def newcomer(app):
    """The coordinator of a coalition that was made a moment ago."""
    operator = Context(via="command", now=utc_now())
    coalition = members.make_coalition(operator, "reedwater", "XRW", "Reedwater Coalition")
    members.add_person(operator.at(coalition), "rosa@invented.example", "Rosa", "coordinator")
    return Actor("coordinator", unnarrowed(Seat).where(Seat.coalition == coalition).get().person, coalition)


def waiting(browser, coalition="reedwater"):
    return browser.get(f"/c/{coalition}/").tree.xpath("//ol[contains(@class, 'agenda')]//h3/text()")


ORGANISATIONS = "Invite the organisations of the coalition"
RECOMMENDATIONS = "Bring in the recommendations, from the document of the United Nations"


def test_today_names_each_first_step_until_it_is_taken(newcomer, browser_of):
    browser = browser_of(newcomer)
    assert waiting(browser) == [ORGANISATIONS, RECOMMENDATIONS]
    members.add_organisation(newcomer.ctx, "Reedwater Clinic")
    assert waiting(browser) == [RECOMMENDATIONS]
    page = browser.get("/c/reedwater/recommendations/")
    preview = browser.follow(browser.submit(page.form("/recommendations/import"), text="5.1 Plant hedges (Norway);",
                                            session="48"))
    browser.submit(preview.form(preview.path.partition("?")[0]))
    assert waiting(browser) == ["1 recommendation is shared out to nobody yet"]
    listed = browser.get("/c/reedwater/recommendations/")
    [uid], [organisation] = (listed.tree.xpath(path) for path in (
        "//input[@name='rec']/@value", "//select[@name='organisation']/option[@value!='']/@value"))
    browser.post("/c/reedwater/midterm/share?review=48", {"rec": uid, "organisation": organisation})
    assert waiting(browser) == []


@pytest.mark.parametrize("page", ["assess", "mine", "matrix"])
def test_assess_and_matrix_lead_to_where_recommendations_are_brought_in(newcomer, browser_of, page):
    browser = browser_of(newcomer)
    arrived = browser.follow(browser.get(f"/c/reedwater/midterm/{page}", status=303))
    assert (arrived.path, arrived.heading) == ("/c/reedwater/recommendations/", "No recommendations yet")
    assert "Nothing can be assessed yet: the recommendations come first." in arrived.words


def test_who_may_not_take_the_steps_is_not_asked_to(cast, browser_of):
    assert waiting(browser_of(cast.member), "meridia") == []
    make_recommendations(cast.coordinator.ctx, cast.review, 2)
    assert waiting(browser_of(cast.member), "meridia") == []
    assert waiting(browser_of(cast.coordinator), "meridia") == ["2 recommendations are shared out to nobody yet"]


def test_a_refused_press_gives_back_what_was_typed_and_no_names_of_objects(cast, browser_of):
    uids = [one.uid for one in make_recommendations(cast.coordinator.ctx, cast.review, 3)]
    page = browser_of(cast.coordinator).post("/c/meridia/midterm/share?review=48", {"rec": uids, "due": "2027-03-01"},
                                             status=422)
    assert "Choose the organisation that gets them." in page.words
    assert [box.text.strip() for box in page.tree.xpath("//textarea")] == ["2027-03-01"]
