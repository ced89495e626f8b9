"""A review moves from stage to stage; what blocks it explains itself, and force is written down."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from core.audit import AuditLine
from core.coalitions.members import switch_plugin
from core.errors import Forbidden, Refused
from core.hooks import Verdict
from core.language import lazy
from core.workflows import moving
from core.workflows.models import Review, ReviewStage, StageMove
from core.workflows.reviews import change_review
from core.workflows.standing import current, stages_of
from core.workflows.tests.factories import make_consultation
from core.workflows.wall_time import written

NOW = datetime(2027, 2, 1, 9, 0)
SENTENCE = "The minutes of the hearing are not out."


@pytest.fixture
def review(cast):
    """One of which nothing was written down, at its first stage."""
    review = cast.review
    change_review(cast.coordinator.ctx, review, "Meridia", 4, 48, None, window_closes_due=None)
    assert (review.stage, review.is_closed) == ("consultation", False)
    return review


@pytest.fixture
def ctx(cast):
    return replace(cast.coordinator.ctx, now=NOW)


def page(review, stage=""):
    return f"/c/meridia/review?review={review.key}" + (f"&stage={stage}" if stage else "")


def standing(review):
    return Review.get_by_id(review.id).stage


def met(ctx, review):
    """Write down whatever the stages ask."""
    make_consultation(ctx, review)
    change_review(ctx, review, review.title, 4, 48, date(2027, 1, 20), adopted_on=date(2027, 1, 31),
                  window_opens_due=written("2026-06-01", "09:00"), window_closes_due=written("2026-07-14", "23:59"))
    for stage, symbols in (("review", {"report": "A/HRC/59/15"}), ("answer", {"response": "A/HRC/59/15/Add.1"})):
        moving.change_stage_here(ctx, review, stage, None, None, "", symbols)


@pytest.mark.database
def test_a_workflow_with_a_stage_of_a_plugin_runs_from_first_to_last_stage(cast, ctx, review, hearings):
    moving.force(ctx, review, "submission", "There was none")
    moving.move(ctx, review, "consultation")
    met(ctx, review)
    hearings.answer = Verdict(True, lazy("The minutes are out."))
    walked = [review.stage]
    while ways := moving.ways_on(ctx, stages_of(ctx, review)):
        moving.move(ctx, review, ways[0][0].id)
        walked.append(standing(review))
    assert walked == ["consultation", "submission", "documents", "advocacy", "pre-session", "review", "answer",
                      "hearings-hearing", "adoption", "implementation", "mid-term", "next-cycle"]
    moves = moving.moves_of(review)
    assert [(move.start_title, move.end_title, move.is_forced, move.reason) for move in moves[-3:]] == [
        ("Consultations", "Submission", False, ""), ("Submission", "Consultations", False, ""),
        ("Consultations", "Submission", True, "There was none")]


def test_a_blocked_transition_explains_itself_and_a_direct_post_is_refused_with_the_same_reason(
        cast, ctx, review, hearings, browser_of):
    met(ctx, review)
    moving.force(ctx, review, "hearings-hearing", "It is held today")
    browser = browser_of(cast.editor)
    shown = browser.get(page(review))
    assert SENTENCE in shown.words
    assert "Move on to “Adoption”" not in shown.words
    fields = shown.forms("/move")[0].fields
    refused = browser.post(f"/c/meridia/review/{review.uid}/move",
                           {"stage": "adoption", "version": fields["version"][0]}, status=422)
    told = f"The review cannot move on to “Adoption” yet. {SENTENCE}"
    assert told in refused.words and refused.title.startswith("Error: ")
    assert standing(review) == "hearings-hearing" and StageMove.select().count() == 1
    hearings.answer = Verdict(True, lazy("The minutes are out."))
    browser.submit(browser.get(page(review)).forms("/move")[0], stage="adoption")
    assert standing(review) == "adoption"


def test_switching_the_plugin_off_asks_where_its_items_go(cast, ctx, review, hearings, browser_of):
    moving.force(ctx, review, "hearings-hearing", "It is held today")
    browser = browser_of(cast.coordinator)
    asked = browser.follow(browser.post("/c/meridia/coalition/plugins/hearings", {"on": "no"}))
    assert asked.heading == "Switch off Hearings"
    assert "the review stands in it." in asked.words
    assert "Before it: “Answer”." in asked.words and "Behind it: “Adoption”." in asked.words
    assert browser.get("/c/meridia/settings").words.count("Switch off Hearings") == 1     # nothing is done yet
    browser.submit(asked.form("/plugins/hearings"), on="no", where="behind")
    assert standing(review) == "adoption"
    newest = moving.moves_of(review)[0]
    assert (newest.start_title, newest.end_title, newest.reason, newest.is_forced) == (
        "Hearing", "Adoption", "The plugin that brought the stage was switched off.", False)
    assert "Hearing" not in [str(stage.title) for stage in stages_of(cast.coordinator.ctx, review)]


def test_what_stays_in_a_stage_of_a_plugin_that_is_off_is_marked_and_can_be_moved_to_a_neighbour(
        cast, app, review, hearings, browser_of):
    ctx = cast.coordinator.ctx
    moving.force(ctx, review, "hearings-hearing", "It is held today")
    moving.change_stage_here(ctx, review, "hearings-hearing", date(2027, 3, 1), None, "Room 12", {})
    switch_plugin(ctx, "hearings", False, app.host, "stay")
    stages = stages_of(cast.coordinator.ctx, Review.get_by_id(review.id))
    here = current(stages)
    assert (str(here.title), here.is_left_over, here.note, here.starts_on) == ("Hearing", True, "Room 12",
                                                                              date(2027, 3, 1))
    assert [stage.id for stage in stages][6:9] == ["answer", "hearings-hearing", "adoption"]
    browser = browser_of(cast.coordinator)
    shown = browser.get(page(review))
    assert "its plugin is off" in shown.words and "Nothing stands in the way." in shown.words
    browser.submit(shown.forms("/move")[0], stage="adoption")
    assert standing(review) == "adoption"
    assert "Room 12" in browser.get(page(review, "hearings-hearing")).words      # what was written down is not lost


def test_a_note_goes_along_to_the_stage_that_the_coordinator_says(cast, app, review, hearings):
    ctx = cast.coordinator.ctx
    moving.change_stage_here(ctx, review, "hearings-hearing", date(2027, 3, 1), None, "Room 12", {})
    moving.change_stage_here(ctx, review, "answer", None, None, "Wait for the addendum", {})
    switch_plugin(ctx, "hearings", False, app.host, "before")
    answer = next(stage for stage in stages_of(cast.coordinator.ctx, review) if stage.id == "answer")
    assert answer.note == "Wait for the addendum\n\nHearing: 2027-03-01 Room 12"
    assert review.stage == "consultation" and "hearings-hearing" not in [
        row.stage for row in ReviewStage.select()]


def test_a_plugin_in_whose_stages_nothing_stands_is_switched_off_without_a_question(cast, review, hearings, browser_of):
    answer = browser_of(cast.coordinator).post("/c/meridia/coalition/plugins/hearings", {"on": "no"})
    assert answer.location == "/c/meridia/settings"


def test_a_review_stands_also_when_its_plugin_is_gone_altogether(cast, review, browser_of):
    with pytest.raises(Refused):
        moving.move(cast.coordinator.ctx, review, "hearings-hearing")
    Review.update(stage="hearings-hearing").where(Review.id == review.id).execute()
    shown = browser_of(cast.coordinator).get(page(review))
    assert "hearings-hearing" in shown.words and "its plugin is off" in shown.words


def test_force_needs_a_reason_and_keeps_what_was_not_met(cast, ctx, review):
    with pytest.raises(Refused) as caught:
        moving.force(ctx, review, "submission", " ")
    assert "Write why" in str(caught.value) and review.stage == "consultation"
    before = AuditLine.select().count()
    moving.force(ctx, review, "submission", "The ministry invited nobody")
    [move] = moving.moves_of(review)
    assert (move.is_forced, move.reason, move.seat_id, move.at, [one["text"] for one in move.unmet]) == (
        True, "The ministry invited nobody", ctx.seat.id, NOW, ["%(sentence)s"])
    assert move.unmet[0]["values"]["sentence"].startswith("No consultation is written down yet")
    line = AuditLine.select().order_by(AuditLine.number.desc()).first()
    assert (AuditLine.select().count(), line.action, line.object_uid) == (before + 1, "review.force", review.uid)


@pytest.mark.parametrize(("role", "may_move", "may_force"), [
    ("coordinator", True, True), ("editor", True, False), ("member", False, False)])
def test_who_may_move_and_who_may_force(cast, review, role, may_move, may_force):
    ctx = cast[role].ctx
    make_consultation(cast.coordinator.ctx, review)
    for act, may in ((lambda: moving.force(ctx, review, "submission", "So it is"), may_force),
                     (lambda: moving.move(ctx, Review.get_by_id(review.id),
                                          "consultation" if may_force else "submission"), may_move)):
        if may:
            act()
        else:
            with pytest.raises(Forbidden):
                act()
    assert StageMove.select().count() == may_move + may_force


def test_a_review_moved_by_another_meanwhile_moves_once_and_says_so(cast, ctx, review, browser_of):
    make_consultation(ctx, review)
    browser = browser_of(cast.editor)
    seen = browser.get(page(review)).forms("/move")[0]
    moving.move(ctx, review, "submission")
    told = browser.submit(seen, status=422, stage="submission")
    assert "The review stands in “Submission” already." in told.words
    assert StageMove.select().count() == 1


def test_a_stage_that_would_end_before_it_begins_is_refused(cast, ctx, review):
    with pytest.raises(Refused) as caught:
        moving.change_stage_here(ctx, review, "review", date(2027, 3, 2), date(2027, 3, 1), "", {})
    assert str(caught.value) == "The stage would end before it begins. Look at the two days."
    assert ReviewStage.select().count() == 0
