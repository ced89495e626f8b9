"""The pages on which an organisation sets its lights."""

import datetime

from core.people.labels import name_in
from plugins.midterm import agreeing
from plugins.midterm.models import Assessment, Evidence
from plugins.midterm.tests.factories import assessment_of, make_recommendations, share_all

DUE = datetime.date(2027, 3, 12)


def standing(assessment):
    one = Assessment.get_by_id(assessment.id)
    return one.light, one.light_in_practice, one.comment


def test_assess_leads_to_the_next_without_a_light_and_saving_goes_on(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 3)
    share_all(cast, made, due=DUE)
    browser = browser_of(cast.member)
    page = browser.follow(browser.get("/c/meridia/midterm/assess", 303))
    assert page.title.startswith("Assess 1 of 3")
    assert "0 of 3 done" in page.words and "3 left, due Fri 12 Mar" in page.words
    uid = assessment_of(made[0], cast.member.membership).uid
    answer = browser.submit(page.form(uid), light="none", comment="Nothing.")
    page = browser.follow(answer)
    assert page.title.startswith("Assess 2 of 3")
    assert "121.1: No progress towards implementation" in page.words
    assert standing(assessment_of(made[0], cast.member.membership)) == ("none", None, "Nothing.")


def test_after_the_last_light_the_list_says_that_all_are_set(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    browser = browser_of(cast.member)
    assessment = assessment_of(made[0], cast.member.membership)
    page = browser.get(f"/c/meridia/midterm/assess/{assessment.uid}")
    page = browser.follow(browser.submit(page.form(assessment.uid), light="implemented"))
    assert "1 of 1 done" in page.words and "All lights are set." in page.words


def test_a_light_can_be_taken_back_from_the_page_that_follows(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 2)
    share_all(cast, made)
    browser = browser_of(cast.member)
    assessment = assessment_of(made[0], cast.member.membership)
    page = browser.get(f"/c/meridia/midterm/assess/{assessment.uid}")
    page = browser.follow(browser.submit(page.form(assessment.uid), light="worse"))
    assert standing(assessment)[0] == "worse"
    browser.submit(page.form("/undo"))
    assert standing(assessment) == (None, None, "")


def test_without_a_light_the_form_comes_back_with_what_was_typed(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    assessment = assessment_of(made[0], cast.member.membership)
    browser = browser_of(cast.member)
    page = browser.get(f"/c/meridia/midterm/assess/{assessment.uid}")
    page = browser.submit(page.form(assessment.uid), 422, comment="Typed with care", evidence="A note")
    assert page.title.startswith("Error: ")
    assert "Choose a light, or press Later to go on without one." in page.words
    assert page.one("//textarea[@name='comment']").text.strip() == "Typed with care"
    assert page.one("//input[@name='evidence']").get("value") == "A note"
    assert standing(assessment) == (None, None, "") and Evidence.select().count() == 0


def test_later_keeps_the_comment_and_leaves_the_light_open(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 2)
    share_all(cast, made)
    assessment = assessment_of(made[0], cast.member.membership)
    browser = browser_of(cast.member)
    page = browser.get(f"/c/meridia/midterm/assess/{assessment.uid}")
    page = browser.follow(browser.submit(page.form(assessment.uid), comment="Ask Ilse", later="1"))
    assert page.title.startswith("Assess 2 of 2")
    assert standing(assessment) == (None, None, "Ask Ilse")


def test_other_lights_are_closed_until_one_has_chosen(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    share_all(cast, made, cast.other_member.membership)
    theirs = assessment_of(made[0], cast.other_member.membership)
    browser = browser_of(cast.other_member)
    page = browser.get(f"/c/meridia/midterm/assess/{theirs.uid}")
    browser.submit(page.form(theirs.uid), light="worse", comment="Two raids in May")
    mine = assessment_of(made[0], cast.member.membership)
    browser = browser_of(cast.member)
    page = browser.get(f"/c/meridia/midterm/assess/{mine.uid}")
    assert "What 1 other says" in page.words and "raids" not in page.text
    browser.submit(page.form(mine.uid), light="none")
    assert "Two raids in May" in browser.get(f"/c/meridia/midterm/assess/{mine.uid}").words


def test_two_people_of_one_organisation_see_both_versions_and_lose_none(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    assessment = assessment_of(made[0], cast.member.membership)
    first, second = browser_of(cast.member), browser_of(cast.member)
    page = first.get(f"/c/meridia/midterm/assess/{assessment.uid}")
    other = second.get(f"/c/meridia/midterm/assess/{assessment.uid}")
    first.submit(page.form(assessment.uid), light="partial", comment="A bill was tabled")
    both = second.submit(other.form(assessment.uid), 409, light="none", comment="Nothing has moved")
    assert "A bill was tabled" in both.words and "Nothing has moved" in both.words
    assert "Partial implementation" in both.words and "No progress towards implementation" in both.words
    assert standing(assessment) == ("partial", None, "A bill was tabled")
    second.submit(both.form(assessment.uid), light="none", comment="A bill was tabled; nothing has moved")
    assert standing(assessment) == ("none", None, "A bill was tabled; nothing has moved")


def test_what_only_the_other_changed_is_not_asked_about(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    assessment = assessment_of(made[0], cast.member.membership)
    first, second = browser_of(cast.member), browser_of(cast.member)
    page, other = (browser.get(f"/c/meridia/midterm/assess/{assessment.uid}") for browser in (first, second))
    first.submit(page.form(assessment.uid), comment="A bill was tabled", later="1")
    both = second.submit(other.form(assessment.uid), 409, light="none")
    assert both.tree.xpath("//section/@aria-labelledby") == ["h-light"]
    second.submit(both.form(assessment.uid), light="none")
    assert standing(assessment) == ("none", None, "A bill was tabled")


def test_many_get_one_light_at_once(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 4)
    share_all(cast, made)
    browser = browser_of(cast.member)
    page = browser.get("/c/meridia/midterm/mine")
    chosen = [assessment_of(one, cast.member.membership).uid for one in made[:3]]
    page = browser.follow(browser.submit(page.form("/mine"), task=chosen, light="no-information"))
    assert "3 lights are set: No information." in page.words and "3 of 4 done" in page.words
    assert [standing(assessment_of(one, cast.member.membership))[0] for one in made] == ["no-information"] * 3 + [None]
    browser.submit(page.form("/undo"))
    assert [standing(assessment_of(one, cast.member.membership))[0] for one in made] == [None] * 4


def test_evidence_is_added_once_with_the_light(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    assessment = assessment_of(made[0], cast.member.membership)
    browser = browser_of(cast.member)
    for _time in range(2):
        page = browser.get(f"/c/meridia/midterm/assess/{assessment.uid}")
        browser.submit(page.form(assessment.uid), light="none", evidence="https://example.org/register",
                       evidence_source="Gazette", evidence_date="2026-02-03")
    assert list(Evidence.select(Evidence.url, Evidence.source, Evidence.dated_on).tuples()) == [
        ("https://example.org/register", "Gazette", datetime.date(2026, 2, 3))]


def test_a_link_that_is_no_page_is_refused_in_words_and_nothing_is_saved(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    assessment = assessment_of(made[0], cast.member.membership)
    browser = browser_of(cast.member)
    page = browser.get(f"/c/meridia/midterm/assess/{assessment.uid}")
    page = browser.submit(page.form(assessment.uid), 422, light="none", evidence="javascript:alert(1)")
    assert "“javascript:alert(1)” is no address of a page. It begins with https:// or http://." in page.words
    assert standing(assessment) == (None, None, "") and Evidence.select().count() == 0


def test_the_list_says_to_a_person_without_an_organisation_who_sets_lights(cast, browser_of):
    share_all(cast, make_recommendations(cast.coordinator.ctx, cast.review, 1))
    page = browser_of(cast.coordinator).get("/c/meridia/midterm/mine")
    assert "Lights are set by an organisation’s own people." in page.words


def test_who_was_overwritten_is_told_on_the_next_page_until_they_have_seen_it(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = share_all(cast, made)
    first, second = cast.coordinator, cast.editor
    agreeing.decide(first.ctx, assessment_round, [agreeing.Decision(made[0], "none", comment="Nothing moved")])
    agreeing.decide(second.ctx, assessment_round, [agreeing.Decision(made[0], "partial", comment="A bill")])
    browser = browser_of(first)
    page = browser.get("/c/meridia/")
    assert ("the agreed light of 121.1 was changed. Yours was: No progress towards implementation, “Nothing moved”. "
            "Now it is: Partial implementation, “A bill”.") in page.words
    assert name_in(second.person) in page.words
    browser.submit(page.form("/seen"))
    assert "was changed" not in browser.get("/c/meridia/").words
    assert "was changed" not in browser_of(second).get("/c/meridia/").words
