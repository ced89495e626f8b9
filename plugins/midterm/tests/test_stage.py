"""The stage "Mid-term" of a review: the way to the plugin's pages, and what is open when it is left."""

from core.workflows.models import Review
from plugins.midterm import agreeing
from plugins.midterm.tests.factories import make_recommendations, share_all


def test_the_stage_leads_to_the_work_and_says_what_is_open_without_blocking(cast, browser_of):
    ctx = cast.coordinator.ctx
    made = make_recommendations(ctx, cast.review, 3)
    assessment_round = share_all(cast, made)
    agreeing.decide(ctx, assessment_round, [agreeing.Decision(made[0], "none")])
    Review.update(stage="mid-term").where(Review.id == cast.review.id).execute()
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/review")
    assert "1 of 3 recommendations have an agreed light." in page.words
    assert {"/c/meridia/midterm/matrix?review=48", "/c/meridia/midterm/export/docx?review=48"} <= set(page.links)
    assert ("still open Of 3 recommendations 2 have no agreed light yet. The review can move on all the same.") in \
        page.words
    browser.submit(page.forms("/move")[0], stage="next-cycle")
    assert Review.get_by_id(cast.review.id).stage == "next-cycle"
    assert "/c/meridia/midterm/export/docx?review=48" not in browser_of(cast.member).get(
        "/c/meridia/review?stage=mid-term").links
