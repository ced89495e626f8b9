"""The matrix page: what it shows, and where the coalition's lights are agreed."""

import pytest

from core.api import label
from plugins.midterm import agreeing, assessing
from plugins.midterm.agreeing import joined
from plugins.midterm.matrix import lines_of
from plugins.midterm.models import AgreedAssessment, Dissent, Round
from plugins.midterm.rounds import find_round
from plugins.midterm.tests.factories import assessment_of, make_recommendations, share_all

MATRIX = "/c/meridia/midterm/matrix"


def set_lights(cast, recommendations, member, other=None):
    """Share with both organisations, and set their lights; gives the round."""
    share_all(cast, recommendations)
    assessment_round = share_all(cast, recommendations, cast.other_member.membership)
    for actor, light in ((cast.member, member), (cast.other_member, other)):
        for one in recommendations if light else ():
            assessing.set_light(actor.ctx, assessment_of(one, actor.membership), light, None, f"Said {light}")
    return assessment_round


def agreed(recommendation):
    one = AgreedAssessment.get(AgreedAssessment.recommendation == recommendation)
    return one.light, one.light_in_practice, one.comment, one.agreed_at is not None


def test_all_on_which_everyone_says_the_same_are_agreed_at_once_and_can_be_taken_back(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 4)
    set_lights(cast, made[:2], "none", "none")
    set_lights(cast, made[2:3], "none", "partial")
    browser = browser_of(cast.coordinator)
    page = browser.get(MATRIX)
    assert "Agree the 2 on which all say the same" in page.words
    page = browser.follow(browser.submit(page.form("/agree-equal")))
    assert "2 lights are agreed." in page.words
    assert [agreed(one) for one in made[:2]] == [("none", None, "Said none", True)] * 2
    assert AgreedAssessment.select().count() == 2
    browser.submit(page.form("/undo"))
    assert [agreed(one) for one in made[:2]] == [(None, None, "", False)] * 2


def test_where_lights_differ_the_coordinator_is_asked_on_the_page(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 2)
    set_lights(cast, made[:1], "worse", "partial")
    browser = browser_of(cast.coordinator)
    page = browser.get(f"{MATRIX}?show=differ")
    assert page.one("//textarea").text.strip() == "Said worse\nSaid partial"
    uid = made[0].uid
    chosen = {f"light-{uid}": "none", f"comment-{uid}": "Stood still"}
    page = browser.follow(browser.submit(page.form("/agree"), **chosen))
    assert agreed(made[0]) == ("none", None, "Stood still", True)
    assert "1 light is agreed." in page.words


def test_a_light_can_be_proposed_first(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    set_lights(cast, made, "worse", "partial")
    browser = browser_of(cast.editor)
    page = browser.get(MATRIX)
    browser.submit(page.form("/agree"), **{f"light-{made[0].uid}": "none", "propose": "1"})
    assert agreed(made[0]) == ("none", None, "Said worse\nSaid partial", False)
    page = browser.get(MATRIX)
    assert page.one(f"//select[@id='light-{made[0].uid}']/option[@selected]").get("value") == "none"


def test_two_who_agree_the_same_row_see_both_versions_in_it(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    set_lights(cast, made, "worse", "partial")
    uid = made[0].uid
    first, second = browser_of(cast.coordinator), browser_of(cast.editor)
    page, other = first.get(MATRIX), second.get(MATRIX)
    first.submit(page.form("/agree"), **{f"light-{uid}": "worse", f"comment-{uid}": "Two raids"})
    both = second.submit(other.form("/agree"), 409, **{f"light-{uid}": "partial", f"comment-{uid}": "A register"})
    assert "Somebody else has agreed 121.1 since you opened this page." in both.words
    assert "Two raids" in both.words and both.one(f"//textarea[@id='comment-{uid}']").text.strip() == "A register"
    assert agreed(made[0]) == ("worse", None, "Two raids", True)
    second.submit(both.form("/agree"))
    assert agreed(made[0]) == ("partial", None, "A register", True)


def test_agreeing_nothing_says_what_to_do_and_keeps_what_was_typed(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    set_lights(cast, made, "worse", "partial")
    browser = browser_of(cast.coordinator)
    page = browser.get(MATRIX)
    page = browser.submit(page.form("/agree"), 422, **{f"comment-{made[0].uid}": "Typed"})
    assert "Choose the agreed light of at least one recommendation." in page.words
    assert page.one("//textarea").text.strip() == "Typed" and AgreedAssessment.select().count() == 0


def test_an_agreed_light_is_changed_by_its_link(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = set_lights(cast, made, "none", "none")
    agreeing.agree_equal(cast.coordinator.ctx, assessment_round)
    browser = browser_of(cast.coordinator)
    page = browser.get(MATRIX)
    assert page.forms("/agree")[0].fields.get("row") is None
    page = browser.get(next(link for link in page.links if "edit=" in link).partition("#")[0])
    uid = made[0].uid
    browser.submit(page.form("/agree"), **{f"light-{uid}": "partial", f"light_in_practice-{uid}": "worse"})
    assert agreed(made[0]) == ("partial", "worse", "Said none", True)


def test_an_organisation_lets_its_dissent_stand_and_takes_it_away(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = set_lights(cast, made, "worse", "partial")
    agreeing.decide(cast.coordinator.ctx, assessment_round, [agreeing.Decision(made[0], "partial")])
    browser = browser_of(cast.member)
    page = browser.get(MATRIX)
    page = browser.follow(browser.submit(page.form("/dissent"), sentence="It went backwards"))
    assert "Dissent. Lanternwick Legal Aid: “It went backwards”" in page.words
    assert "With a dissent (1)" in page.words
    browser.submit(page.form("/dissent"), sentence="")
    assert Dissent.select().count() == 0


def test_a_dissent_is_offered_only_to_those_who_differ(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = set_lights(cast, made, "worse", "partial")
    agreeing.decide(cast.coordinator.ctx, assessment_round, [agreeing.Decision(made[0], "partial")])
    assert browser_of(cast.member).get(MATRIX).forms("/dissent") != []
    assert browser_of(cast.other_member).get(MATRIX).forms("/dissent") == []


def test_noted_recommendations_stay_in_view(cast, browser_of):
    make_recommendations(cast.coordinator.ctx, cast.review, 1, position="noted")
    page = browser_of(cast.member).get(MATRIX)
    assert "Noted (1)" in page.words and "Open 1 more shelters" in page.words
    assert "Open 1 more shelters" in browser_of(cast.member).get(f"{MATRIX}?show=noted").words


def test_the_filters_leave_their_rows(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 4)
    assessment_round = set_lights(cast, made[:1], "worse", "partial")
    set_lights(cast, made[1:2], "none", "none")
    agreeing.decide(cast.coordinator.ctx, assessment_round, [agreeing.Decision(made[1], "none")])
    browser = browser_of(cast.member)

    def numbers(shown):
        page = browser.get(f"{MATRIX}?show={shown}")
        return [" ".join(cell.text_content().split()).partition(" ")[0]
                for cell in page.tree.xpath("//tr[starts-with(@id, 'r-')]/th")]
    # By theme: those with an even number stand under the first theme.
    assert {shown: sorted(numbers(shown)) for shown in ("all", "differ", "open", "dissent", "noted")} == {
        "all": ["121.1", "121.2", "121.3", "121.4"], "differ": ["121.1"], "open": ["121.1", "121.3", "121.4"],
        "dissent": [], "noted": []}


def test_a_closed_round_takes_no_light_and_can_be_opened_again(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = share_all(cast, made)
    browser = browser_of(cast.coordinator)
    browser.submit(browser.get(MATRIX).form("/close"))
    assert Round.get_by_id(assessment_round.id).closes_on is not None
    browser.submit(browser.get(MATRIX).form("/close"), open="1")
    assert Round.get_by_id(assessment_round.id).closes_on is None


def set_all(cast, assessment_round, light):
    """Both set all that they have to this light at once, and what is equal is agreed."""
    for actor in (cast.member, cast.other_member):
        work = assessing.tasks(actor.ctx, assessment_round, actor.membership)
        assessing.set_many(actor.ctx, assessment_round, actor.membership, [task.uid for task in work], light)
    agreeing.agree_equal(cast.coordinator.ctx, assessment_round)


@pytest.mark.parametrize("address", [MATRIX, "/c/meridia/midterm/mine", "/c/meridia/"])
def test_thirty_and_three_hundred_cost_the_same_queries(cast, browser_of, queries, address):
    first = make_recommendations(cast.coordinator.ctx, cast.review, 30)
    assessment_round = set_lights(cast, first, "none", "none")
    set_all(cast, assessment_round, "partial")
    browser = browser_of(cast.member)
    browser.get("/c/meridia/coalition")         # the keys of names are at hand, here and below
    with queries() as thirty:
        browser.get(address)
    more = make_recommendations(cast.coordinator.ctx, cast.review, 270, first=31)
    share_all(cast, more)
    share_all(cast, more, cast.other_member.membership)
    set_all(cast, assessment_round, "none")
    browser.get("/c/meridia/coalition")
    with queries() as three_hundred:
        browser.get(address)
    assert len(three_hundred) == len(thirty)


def test_organisations_stand_by_their_label_not_in_the_order_in_which_they_came(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    names = sorted(label(cast.coordinator.ctx, one.membership) for one in (cast.member, cast.other_member))
    last = next(one for one in (cast.member, cast.other_member)
                if label(cast.coordinator.ctx, one.membership) == names[1])
    first = cast.other_member if last is cast.member else cast.member
    for actor, light in ((last, "none"), (first, "partial")):
        share_all(cast, made, actor.membership)
        assessing.set_light(actor.ctx, assessment_of(made[0], actor.membership), light, None, f"Said {light}")
    words = browser_of(cast.coordinator).get(f"/c/meridia/recommendations/r/{made[0].uid}").words
    assert words.index("Said partial") < words.index("Said none")
    [line] = lines_of(cast.coordinator.ctx, cast.review, find_round(cast.coordinator.ctx, cast.review))
    assert joined(line.votes) == "Said none\nSaid partial"
