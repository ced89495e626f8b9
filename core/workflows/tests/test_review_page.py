"""The review's pages: what each stage shows, what is written down, and what a page costs."""

from datetime import date, datetime, timedelta

import pytest

from core.audit import AuditLine
from core.coalitions.members import add_organisation
from core.language import format_date
from core.workflows.models import Consultation, Review, StageMove
from core.workflows.reviews import add_review, change_review
from core.workflows.standing import stages_of
from core.workflows.tests.factories import make_consultation
from core.workflows.wall_time import written


@pytest.fixture
def review(cast):
    change_review(cast.coordinator.ctx, cast.review, "Meridia", 4, 48, date(2027, 1, 20),
                  window_closes_due=written("2027-10-31", "02:30"))
    return cast.review


def test_the_ribbon_leads_to_the_review_and_every_stage_says_what_it_is_for(cast, review, browser_of):
    browser = browser_of(cast.member)
    ribbon = browser.get("/c/meridia/").one("//section[contains(@class,'ribbon')]//a").get("href")
    assert ribbon == "/c/meridia/review?review=48"
    for stage in stages_of(cast.member.ctx, review):
        page = browser.get(f"{ribbon}&stage={stage.id}")
        assert str(stage.spec.purpose) in page.words and "Training" in page.words
        assert "/help/stages" in " ".join(page.links)
        for document in stage.documents:
            assert str(document.document.title) in page.words
    assert not page.forms("/force") and not page.forms("/move")


def test_today_and_the_ribbon_name_the_window_that_closes_next_of_all_open_reviews(cast, browser_of):
    ctx = cast.coordinator.ctx
    again = add_review(ctx, session=None, cycle=5)
    day = ctx.today + timedelta(days=93)
    change_review(ctx, again, "Meridia again", 5, None, None, window_closes_due=written(day.isoformat(), "23:00"))
    browser = browser_of(cast.member)
    page = browser.get("/c/meridia/")
    assert ("The submission window of Meridia again, cycle 5, session not known yet closes in 93 days: "
            f"{format_date(day, 'long')}, 23:00 in Geneva") in page.words
    ribbon = page.one("//section[contains(@class,'ribbon')]")
    assert ("Meridia again, cycle 5, session not known yet: The window closes in 93 days: "
            f"{format_date(day)}, 23:00 in Geneva.") in " ".join(ribbon.text_content().split())
    assert ribbon.xpath(".//a/@href") == ["/c/meridia/review?review=48", f"/c/meridia/review?review={again.uid}"]
    page = browser.get(f"/c/meridia/review?review={again.uid}")
    assert "“Submission” ends" not in page.words and "The window closes in 93 days" in page.words


def test_the_hours_of_the_window_stand_in_geneva_first_and_in_the_readers_zone(cast, review, browser_of):
    browser = browser_of(cast.member)
    browser.submit(browser.get("/account").forms("/account")[0], zone="Asia/Kathmandu")
    words = browser.get("/c/meridia/review").words
    assert "31 October 2027, 02:30 in Geneva (06:15 in Kathmandu)" in words
    assert "In this night the clocks go back, and 02:30 is struck twice in Geneva: the first is meant." in words


def test_where_a_day_comes_from_stands_beside_it(cast, browser_of):
    add_review(cast.coordinator.ctx, "NOR", 47)
    page = browser_of(cast.member).get("/c/meridia/review?review=47")
    assert "Day of the review, as the calendar has it: confirmed. upr" in page.words
    links = page.tree.xpath("//*[@class='source']//a")
    assert links and all(f"//{link.text_content()}/" in link.get("href") for link in links)
    assert "November 2024" in page.words and "8 April 2024, 23:59 in Geneva" in page.words


def test_a_note_of_whoever_looked_a_row_up_is_no_word_for_its_certainty(cast, browser_of):
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/reviews?state=Uruguay")
    [row] = page.tree.xpath("//table//tr[contains(., 'session 46')]")
    certain = row.xpath("td")[2]
    assert certain.xpath("string(.//p)") == "partly confirmed"
    assert certain.xpath(".//a//text()") == ["www.nationaltribune.com.au", "worldconference.ilga.org"]
    assert "read from truncated text" in certain.xpath("string(.//details)")


def test_days_that_are_not_what_the_calendar_says_are_remarked(cast, browser_of):
    ctx = cast.coordinator.ctx
    review = add_review(ctx, "NOR", 47)
    dates = f"/c/meridia/review/{review.uid}/dates"
    browser = browser_of(cast.editor)
    assert "is not in that month" not in browser.get(dates).words
    change_review(ctx, review, "Norway", 4, 47, date(2024, 12, 7), window_closes_due=written("2024-04-09", "23:59"))
    words = browser.get(dates).words
    assert "The day of the review that is written here, 7 December 2024, is not in that month." in words
    assert "The window closes on another day here: on 9 April 2024." in words


def test_an_hour_that_the_clock_leaves_out_gives_the_form_back_with_all_that_was_typed(cast, review, browser_of):
    browser = browser_of(cast.editor)
    form = browser.get(f"/c/meridia/review/{review.uid}/dates").form("/dates")
    page = browser.submit(form, 422, title="Meridia again", closes_day="2027-03-28", closes_hour="02:30")
    assert "there is no 02:30. Write the hour before or after." in page.words
    fields = page.form("/dates").fields
    assert (fields["title"], fields["closes_hour"]) == (["Meridia again"], ["02:30"])
    assert Review.get_by_id(review.id).window_closes_due == "2027-10-31 02:30 Europe/Zurich"


def test_a_stage_that_would_end_before_it_begins_is_remarked_with_both_days(cast, review, browser_of):
    browser = browser_of(cast.editor)
    form = browser.get(f"/c/meridia/review/{review.uid}/stages/submission").form("/submission")
    browser.submit(form, starts_on="2027-11-10", ends_on="")
    assert ("“Submission” would begin on 10 November 2027 and end on 31 October 2027: look at its days and those of "
            "the review.") in browser.get("/c/meridia/review").words


def test_what_another_saved_meanwhile_stands_beside_the_own_form(cast, review, browser_of):
    browser = browser_of(cast.editor)
    form = browser.get(f"/c/meridia/review/{review.uid}/dates").form("/dates")
    change_review(cast.coordinator.ctx, cast.review, "Theirs", 4, 48, date(2027, 1, 20))
    page = browser.submit(form, 422, title="Mine")
    assert "What the other saved" in page.words and "Theirs" in page.words
    assert Review.get_by_id(review.id).title == "Theirs"
    browser.submit(page.form("/dates"))
    assert Review.get_by_id(review.id).title == "Mine"


def test_a_consultation_is_written_down_and_corrected(cast, review, browser_of):
    browser = browser_of(cast.editor)
    ours, theirs = cast.memberships[0], cast.memberships[1]
    form = browser.get(f"/c/meridia/review/{review.uid}/consultations/new").form("/new")
    page = browser.submit(form, 422, title="", invited=[ours.uid, theirs.uid], came=[ours.uid], notice_days="3")
    assert "Type what it was" in page.words and page.form("/new").fields["came"] == [ours.uid]
    log = browser.follow(browser.submit(page.form("/new"), title="Hearing at the ministry", outcome="A protocol"))
    assert [" ".join(said.text_content().split()) for said in log.tree.xpath("//ol//dd")] == [
        "Harbourlight Prison Watch, Lanternwick Legal Aid", "3 days", "Lanternwick Legal Aid", "A protocol"]
    [one] = Consultation.select()
    browser.submit(browser.get(f"/c/meridia/review/consultations/{one.uid}").form(f"/{one.uid}"), notice_days="14")
    assert Consultation.get().notice_days == 14
    page = browser.get(f"/c/meridia/review/consultations/{one.uid}")
    assert page.one("//input[@name='held_on']").get("type") == "date"
    log = browser.follow(browser.submit(page.form("/delete")))
    assert "The consultation is deleted." in log.words and Consultation.select().count() == 0
    assert AuditLine.select().order_by(AuditLine.number.desc()).get().object_uid == one.uid


def test_the_coalition_s_own_state_is_known_by_the_name_that_it_has_here(cast, browser_of):
    browser = browser_of(cast.coordinator)
    for state, session, cycle in (("meridia", "61", "5"), ("Meridia", "", "6")):
        browser.submit(browser.get("/c/meridia/coalition").form("/coalition/reviews"), state=state, session=session,
                       cycle=cycle)
    made = [(one.state, one.wg_session, one.cycle) for one in Review.select().where(Review.cycle >= 5)]
    assert made == [("XMD", 61, 5), ("XMD", None, 6)]
    assert "cycle 6, session not known yet" in browser.get("/c/meridia/coalition").words
    assert "Meridia, cycle 4, session 48: " in browser.get("/c/meridia/calendar").words


def test_a_review_of_another_state_is_proposed_by_the_calendar(cast, browser_of):
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/reviews?state=Nepal")
    assert "session 51" in page.words and "January 2026" in page.words and "confirmed" in page.words
    browser.submit(page.forms("/coalition/reviews")[0])
    nepal = Review.get(Review.state == "NPL")
    assert (nepal.wg_session, nepal.cycle, nepal.reviewed_on) == (51, 4, date(2026, 1, 1))
    assert "is no State known here" in browser.get("/c/meridia/reviews?state=Atlantis").words
    assert "The calendar has no review of Meridia." in browser.get("/c/meridia/reviews").words


def test_a_coalition_without_a_review_is_led_to_where_one_is_added(cast, browser_of):
    Review.delete().execute()
    page = browser_of(cast.member).get("/c/meridia/review", 303)
    assert page.location == "/c/meridia/reviews"


def test_the_log_costs_the_same_for_thirty_consultations_and_for_three_hundred(cast, review, browser_of, queries):
    browser = browser_of(cast.member)
    browser.get("/c/meridia/review/consultations")
    counted = []
    for number in (30, 270):
        for _each in range(number):
            make_consultation(cast.coordinator.ctx, review)
        with queries() as seen:
            browser.get("/c/meridia/review/consultations")
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_the_reviews_page_costs_the_same_whatever_the_size_of_the_coalition(cast, review, browser_of, queries):
    browser = browser_of(cast.coordinator)
    browser.get("/c/meridia/review")
    with queries() as few:
        browser.get("/c/meridia/review")
    for number in range(30):
        add_organisation(cast.coordinator.ctx, f"House {number}")
    for session in range(41, 47):
        add_review(cast.coordinator.ctx, "SVN", session)
    browser.get("/c/meridia/review?review=48")          # the new keys are read once
    with queries() as many:
        browser.get("/c/meridia/review?review=48")
    assert len(many) == len(few)


def test_of_a_hidden_persons_move_the_day_is_told_and_of_anothers_the_hour(cast, withheld, browser_of):
    at = datetime(2026, 3, 1, 12, 34, 15)
    for seat in (withheld.seat, cast.coordinator.seat):
        StageMove.create(review=cast.review, at=at, seat=seat, start="a", end="b", start_title="One", end_title="Two")
    words = browser_of(cast.member).get("/c/meridia/review").words
    assert f"{withheld.membership.pseudonym}, 1 Mar 2026" in words or "1 Mar 2026" in words
    assert words.count("12:34") == 1 and words.count("1 Mar 2026") == 2
    assert browser_of(withheld).get("/c/meridia/review").words.count("12:34") == 2
