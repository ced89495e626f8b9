"""The reviews of a coalition: which is meant, what the calendar proposes, where it stands, what is known of it."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from core.errors import Refused
from core.policy import visible
from core.workflows import moving
from core.workflows.copying import as_shipped, change_stage
from core.workflows.engine import shipped
from core.workflows.models import Review, WorkflowCopy
from core.workflows.reviews import add_review, change_review, close_review, find_review
from core.workflows.standing import current, stages_of
from core.workflows.tests.factories import make_consultation, typed_stage
from core.workflows.waiting import waiting_items
from core.workflows.wall_time import read, written


def at(cast, moment, role="coordinator"):
    return replace(cast[role].ctx, now=datetime.fromisoformat(moment))


def test_without_a_word_the_earliest_review_that_is_not_closed_is_meant(cast):
    ctx = cast.coordinator.ctx
    later = add_review(ctx, session=54)
    unknown = add_review(ctx, "SVN")
    assert find_review(ctx) == cast.review
    close_review(ctx, cast.review)
    assert find_review(ctx) == later
    close_review(ctx, later)
    assert find_review(ctx) == unknown
    close_review(ctx, unknown)
    assert find_review(ctx) == unknown and find_review(ctx, "48") == cast.review
    close_review(ctx, cast.review, False)
    assert find_review(ctx) == cast.review


def test_a_new_review_has_what_the_calendar_knows_with_its_source_and_stands_where_its_days_say(cast):
    review = add_review(at(cast, "2024-06-01"), "NOR", 47)
    assert (review.cycle, review.reviewed_on, review.window_closes_due) == (
        4, date(2024, 11, 1), "2024-04-08 23:59 Europe/Zurich")
    assert review.date_sources["reviewed_on"] == {
        "source": review.date_sources["window_closes_due"]["source"], "confidence": "confirmed", "is_month": True}
    assert (review.stage, review.is_closed) == ("submission", False)


def test_of_a_review_of_which_nothing_is_known_nothing_is_invented(cast):
    review = add_review(at(cast, "2026-06-01"), "TGO", 54)
    fifth = add_review(at(cast, "2026-06-01"), "SVN", None, 5)
    for one in (review, fifth):
        assert (one.reviewed_on, one.adopted_on, one.window_opens_due, one.window_closes_due, one.date_sources) == (
            None, None, "", "", {})
        assert {stage.starts_on for stage in stages_of(cast.coordinator.ctx, one)} == {None}
    assert (fifth.cycle, fifth.wg_session, fifth.stage) == (5, None, "consultation")


def test_a_review_whose_cycle_is_over_is_closed_when_it_is_added(cast):
    review = add_review(at(cast, "2026-06-01"), "SVN", 34)
    assert (review.stage, review.is_closed) == ("next-cycle", True)


def test_a_day_beyond_the_calendar_is_not_known(cast):
    """No page takes one; an archive, and what lies here of one, may say it."""
    Review.update(reviewed_on=date.max, window_closes_due="9999-12-31 23:59 Europe/Zurich").execute()
    ctx = at(cast, "2026-06-01")
    review = find_review(ctx)
    stages = {stage.id: stage for stage in stages_of(ctx, review)}
    assert (stages["review"].starts_on, stages["review"].ends_on, stages["submission"].ends_on) == (
        date.max, None, stages["submission"].starts_on and stages["submission"].ends_on)
    assert [item.key for item in waiting_items(ctx) if "closes" in item.key] == []


def test_a_link_of_a_copy_leads_nowhere_but_to_a_page(cast):
    """No form takes another; an archive can bring it."""
    links = [{"title": url, "url": url, "source": ""} for url in ("javascript:alert(1)", "https://example.org/")]
    WorkflowCopy.create(coalition=cast.coalition, workflow=shipped().name, stages={"review": {"links": links}})
    stages = {stage.id: stage for stage in stages_of(at(cast, "2026-06-01"), cast.review)}
    assert [link.url for link in stages["review"].spec.links] == ["https://example.org/"]


def test_days_follow_from_the_reviews_own_until_somebody_writes_another(cast):
    ctx, review = at(cast, "2026-09-01"), cast.review
    change_review(ctx, review, "Meridia", 4, 48, date(2027, 1, 20), adopted_on=None,
                  window_closes_due=written("2026-07-14", "23:59"))
    stages = {stage.id: stage for stage in stages_of(ctx, review)}
    assert (stages["submission"].ends_on, stages["adoption"].starts_on, stages["review"].ends_on) == (
        date(2026, 7, 14), date(2027, 6, 4), date(2027, 1, 27))
    assert review.stage == "submission"         # nobody moved it, so it follows its days
    change_review(ctx, review, "Meridia", 4, 48, date(2027, 1, 20), adopted_on=date(2027, 6, 30))
    moving.change_stage_here(ctx, review, "pre-session", date(2026, 12, 2), None, "Palais", {})
    stages = {stage.id: stage for stage in stages_of(ctx, review)}
    assert stages["adoption"].starts_on == date(2027, 6, 30)
    pre = stages["pre-session"]
    assert (pre.starts_on, pre.ends_on, pre.by_hand, pre.note) == (
        date(2026, 12, 2), date(2026, 12, 21), {"starts_on"}, "Palais")


def test_what_hangs_on_the_window_takes_the_days_of_the_window_that_are_known(cast):
    ctx, review = at(cast, "2026-09-01"), cast.review
    change_review(ctx, review, "Meridia", 5, None, date(2027, 11, 5), window_closes_due=written("2027-03-01", "23:59"))
    stages = {stage.id: stage for stage in stages_of(ctx, review)}
    assert (stages["consultation"].ends_on, stages["submission"].starts_on, stages["submission"].ends_on) == (
        date(2027, 1, 25), date(2027, 1, 25), date(2027, 3, 1))
    change_review(ctx, review, "Meridia", 5, None, None, window_opens_due=written("2027-02-01", "09:00"),
                  window_closes_due=None)
    stages = {stage.id: stage for stage in stages_of(ctx, review)}
    assert (stages["submission"].starts_on, stages["submission"].ends_on) == (date(2027, 2, 1), date(2027, 3, 8))


def test_a_window_that_would_close_before_it_opens_is_refused(cast):
    with pytest.raises(Refused) as caught:
        change_review(cast.coordinator.ctx, cast.review, "Meridia", 5, None, None,
                      window_opens_due=written("2027-03-01", "09:00"), window_closes_due=written("2027-03-01", "08:00"))
    assert str(caught.value) == ("The window would close (1 March 2027, 08:00 in Geneva) before it opens (1 March "
                                 "2027, 09:00 in Geneva). Look at the two.")


def test_a_review_that_was_moved_stays_when_its_days_change(cast):
    ctx, review = at(cast, "2026-09-01"), cast.review
    moving.force(ctx, review, "advocacy", "We begin now")
    change_review(ctx, review, "Meridia", 4, 48, date(2027, 1, 20))
    assert review.stage == "advocacy"


def test_a_day_that_a_person_wrote_is_no_longer_the_calendars(cast):
    ctx = cast.coordinator.ctx
    review = add_review(ctx, "NOR", 47)
    change_review(ctx, review, "Norway", 4, 47, date(2024, 11, 7), window_closes_due=read(review.window_closes_due))
    assert list(review.date_sources) == ["window_closes_due"]


def test_two_reviews_of_one_session_are_refused(cast):
    ctx = cast.coordinator.ctx
    other = add_review(ctx, session=54)
    with pytest.raises(Refused) as caught:
        change_review(ctx, other, "Meridia", 4, 48, None)
    assert str(caught.value) == "The coalition follows the review of session 48 already."
    assert Review.get_by_id(other.id).wg_session == 54


def test_symbols_follow_from_session_and_state_and_can_be_written_over(cast):
    ctx, review = cast.coordinator.ctx, cast.review
    moving.force(ctx, review, "documents", "They are out")
    symbols = [one.symbol for one in current(stages_of(ctx, review)).documents]
    assert symbols == [f"A/HRC/WG.6/48/XMD/{number}" for number in (1, 2, 3)]
    moving.change_stage_here(ctx, review, "documents", None, None, "", {"summary": "A/HRC/WG.6/48/XMD/3/Rev.1",
                                                                       "compilation": symbols[1], "other": "x"})
    assert review.symbols == {"summary": "A/HRC/WG.6/48/XMD/3/Rev.1"}


# --- what waits -----------------------------------------------------------------------------------------------------


def test_what_waits_is_the_window_the_days_written_by_hand_and_a_stage_that_is_due(cast):
    change_review(at(cast, "2026-05-20"), cast.review, "Meridia", 4, 48, date(2027, 1, 20),
                  window_opens_due=written("2026-06-01", "09:00"), window_closes_due=written("2026-07-14", "23:59"))
    review = cast.review
    moving.change_stage_here(at(cast, "2026-05-20"), review, "advocacy", date(2026, 6, 10), None, "", {})

    def said(moment, role="coordinator"):
        return [(str(item.sentence), item.due) for item in waiting_items(at(cast, moment, role))]
    opens = ("The window for submissions opens on 1 June 2026, 09:00 in Geneva (07:00 in UTC)", date(2026, 6, 1))
    closes = ("The window for submissions closes on 14 July 2026, 23:59 in Geneva (21:59 in UTC)", date(2026, 7, 14))
    advocacy = ("“Advocacy” begins", date(2026, 6, 10))
    move = ("See whether the review can move on from “Consultations” to “Submission”", date(2026, 6, 1))
    assert said("2026-05-20 12:00") == [opens, closes, advocacy]
    assert said("2026-06-02 12:00") == [closes, advocacy, move]
    assert said("2026-06-02 12:00", "member") == [closes, advocacy]
    assert said("2026-07-14 21:58") == [closes, move] and said("2026-07-14 21:59") == [move]
    assert len({item.key for item in waiting_items(at(cast, "2026-06-02"))}) == 3
    close_review(cast.coordinator.ctx, cast.review)
    assert said("2026-06-02 12:00") == []


def test_that_the_stage_ends_in_which_a_review_stands_waits_in_its_last_month(cast):
    moving.force(at(cast, "2027-01-02"), cast.review, "mid-term", "It is written now")
    moving.change_stage_here(at(cast, "2027-01-02"), cast.review, "mid-term", None, date(2027, 1, 30), "", {})

    def said(moment):
        return [(str(item.sentence), item.due) for item in waiting_items(at(cast, moment, "member"))]
    assert said("2026-12-20") == [] == said("2027-01-31")
    assert said("2027-01-02") == [("“Mid-term” ends", date(2027, 1, 30))] == said("2027-01-30")


def test_what_waits_costs_the_same_for_one_review_and_for_many(cast, queries):
    ctx = cast.coordinator.ctx
    with queries() as few:
        waiting_items(cast.coordinator.ctx)
    for session in range(41, 48):
        add_review(ctx, "SVN", session)
    with queries() as many:
        waiting_items(cast.coordinator.ctx)
    assert len(many) == len(few)


# --- the coalition's copy -------------------------------------------------------------------------------------------


def test_a_coalition_changes_its_copy_and_keeps_only_what_differs(cast):
    ctx, first = cast.editor.ctx, shipped().stages[0]
    change_stage(ctx, first, typed_stage(title="Talks", start_days="-400", documents="Our letter | L/{session}"))
    copy = visible(ctx, WorkflowCopy).get()
    assert copy.stages == {"consultation": {
        "title": "Talks", "start": {"days": -400, "anchor": "review"},
        "documents": [{"key": "our-letter", "title": "Our letter", "symbol": "L/{session}"}]}}
    stage = stages_of(cast.member.ctx, cast.review)[0]
    assert (str(stage.title), stage.starts_on, [one.symbol for one in stage.documents]) == (
        "Talks", date(2023, 11, 28), ["L/48"])
    assert str(stages_of(cast.other.member.ctx, cast.other.review)[0].title) == "Consultations"
    as_shipped(ctx, first)
    assert str(stages_of(cast.member.ctx, cast.review)[0].title) == "Consultations"


@pytest.mark.parametrize(("days", "words"), [
    (1277, "about 3 years and 6 months after the day of the review"),
    (-91, "about 3 months before the day of the review"), (365, "about 1 year after the day of the review"),
    (59, "59 days after the day of the review"), (-1, "1 day before the day of the review"),
    (0, "the day of the review")])
def test_the_workflow_says_how_long_before_and_after_a_day_in_words(cast, browser_of, days, words):
    change_stage(cast.coordinator.ctx, shipped().stages[0], typed_stage(start_days=str(days), start_anchor="review"))
    first = browser_of(cast.member).get("/c/meridia/workflow").tree.xpath("//main/ol/li")[0]
    assert f"Begins: {words}. Ends: " in " ".join(first.text_content().split())


@pytest.mark.parametrize(("values", "words"), [
    ({"links": " "}, "A stage needs at least one training link, such as “What to do | /help/stages | Commonweal”."),
    ({"links": "Bad | javascript:alert(1) | Us"},
     "“Bad | javascript:alert(1) | Us” is no link. Write: title | https://… | who offers it."),
    ({"links": "Bad | //evil.example"}, "“Bad | //evil.example” is no link. Write: title | https://… | who offers it."),
    ({"start_days": "soon"}, "“soon” is no number of days. Write a whole number, with a minus for days before; or "
                             "leave it empty while the day is not known."),
    ({"end_anchor": "easter"}, "“0” is no number of days. Write a whole number, with a minus for days before; or "
                               "leave it empty while the day is not known."),
    ({"title": " "}, "A stage needs a title, and a sentence that says what it is for."),
])
def test_a_copy_that_cannot_be_is_refused(cast, values, words):
    with pytest.raises(Refused) as caught:
        change_stage(cast.coordinator.ctx, shipped().stages[0], typed_stage(**values))
    assert str(caught.value) == words and WorkflowCopy.select().count() == 0


# --- consultations --------------------------------------------------------------------------------------------------


def test_a_consultation_that_is_written_down_meets_the_condition(cast):
    ctx, review = at(cast, "2026-09-01"), cast.review
    change_review(ctx, review, "Meridia", 4, 48, None)
    [(_stage, way)] = moving.ways_on(ctx, stages_of(ctx, review))
    assert [str(one.sentence) for one in moving.unmet(ctx, review, way)] == [
        "No consultation is written down yet: who was invited, who came, what came of it."]
    make_consultation(ctx, review)
    assert moving.unmet(ctx, review, way) == []
