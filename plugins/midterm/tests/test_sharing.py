"""Sharing out, and what stands beside recommendations."""

import datetime

import pytest

from core.api import Conflict, Forbidden, Refused, add_review, change, overwritten
from core.audit import AuditLine
from core.auditing.describing import described
from core.coalitions import merging
from plugins.midterm import agreeing, assessing, beside, claims, evidence, rounds, sharing
from plugins.midterm.models import Assessment, Claim, Evidence, Round, Share
from plugins.midterm.sharing import Outcome
from plugins.midterm.shown import Shown
from plugins.midterm.tests.factories import assessment_of, make_recommendations, share_all

DUE, LATER = datetime.date(2027, 3, 12), datetime.date(2027, 4, 1)


def share(cast, recommendations, due=None):
    ctx = cast.coordinator.ctx
    return sharing.share(ctx, cast.review, rounds.find_round(ctx, cast.review), recommendations,
                         cast.member.membership, due)


@pytest.mark.database
def test_sharing_makes_the_first_round_and_an_empty_assessment_each(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 3)
    assert share(cast, made, DUE) == Outcome(new=3)
    assert [one.title for one in Round.select()] == ["Mid-term"]
    assert [(one.recommendation_id, one.due) for one in Share.select().order_by(Share.id)] == [
        (one.id, DUE) for one in made]
    assert [(one.recommendation_id, one.light) for one in Assessment.select().order_by(Assessment.id)] == [
        (one.id, None) for one in made]


@pytest.mark.database
def test_sharing_again_changes_nothing_but_another_date(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 3)
    share(cast, made[:2], DUE)
    assert share(cast, made[:2], DUE) == Outcome(unchanged=2)
    assert share(cast, made, None) == Outcome(new=1, unchanged=2)
    assert share(cast, made[:1], LATER) == Outcome(changed=1)
    assert [one.due for one in Share.select().order_by(Share.id)] == [LATER, DUE, None]


@pytest.mark.database
def test_only_shares_without_a_light_are_taken_back(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 2)
    share(cast, made)
    assessing.set_light(cast.member.ctx, assessment_of(made[0], cast.member.membership), "none", None, "")
    done = sharing.take_back(cast.coordinator.ctx, Round.get(), made, cast.member.membership)
    assert done == Outcome(changed=1, refused=1)
    assert [one.recommendation_id for one in Share.select()] == [made[0].id]
    assert [one.light for one in Assessment.select()] == ["none"]


# --- what waits -----------------------------------------------------------------------------------------------------

def test_who_shares_out_sees_by_which_day_lights_are_due_and_from_how_many_until_they_are_there(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 3)
    share_all(cast, made, due=DUE)
    share_all(cast, made[:1], cast.other_member.membership, DUE)
    share_all(cast, made[1:2], cast.other_member.membership, LATER)
    due = "4 recommendations that were shared out are due (2 organisations)"
    later = "1 recommendation that was shared out is due (1 organisation)"
    coordinator = browser_of(cast.coordinator)
    for page in (coordinator.get("/c/meridia/"), coordinator.get("/c/meridia/calendar")):
        assert due in page.words and later in page.words
    assert "shared out are due" not in browser_of(cast.member).get("/c/meridia/").words
    for one in made:
        assessing.set_light(cast.member.ctx, assessment_of(one, cast.member.membership), "none", None, "")
    words = coordinator.get("/c/meridia/").words
    assert due not in words and words.count(later) == 2


def test_what_waits_comes_from_all_open_reviews_and_from_no_closed_round(cast, browser_of):
    ctx = cast.coordinator.ctx
    again = add_review(ctx, session=54)
    first, second = make_recommendations(ctx, cast.review, 1), make_recommendations(ctx, again, 2)
    assessment_round = share_all(cast, first)
    sharing.share(ctx, again, None, second, cast.member.membership)
    browser = browser_of(cast.member)
    words = browser.get("/c/meridia/").words
    assert "Assess 1 recommendation for" in words and "Assess 2 recommendations for" in words
    rounds.close_round(cast.coordinator.ctx, assessment_round, datetime.date(2026, 1, 1))
    words = browser.get("/c/meridia/").words
    assert "Assess 1 recommendation for" not in words and "Assess 2 recommendations for" in words


def test_news_count_lights_by_whose_they_are_and_lead_to_the_one_recommendation(cast, browser_of, withheld):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 4)
    assessment_round = share_all(cast, made)
    share_all(cast, made, cast.other_member.membership)
    share_all(cast, made, withheld.membership)
    uids = [one.uid for one in Assessment.select().where(Assessment.membership == cast.member.membership)]
    assessing.set_many(cast.member.ctx, assessment_round, cast.member.membership, uids[:3], "none")
    assessing.set_light(cast.member.ctx, assessment_of(made[3], cast.member.membership), "none", None, "")
    assessing.set_light(cast.other_member.ctx, assessment_of(made[1], cast.other_member.membership), "none", None, "")
    assessing.set_light(withheld.ctx, assessment_of(made[1], withheld.membership), "none", None, "")
    page = browser_of(cast.editor).get("/c/meridia/")
    assert "4 lights by Lanternwick Legal Aid" in page.words
    [single] = page.tree.xpath("//ul[contains(@class, 'news')]/li[contains(., 'A light by Harbourlight')]")
    assert single.xpath("string(.//a)") == "On 121.2"
    assert single.xpath(".//a/@href") == [f"/c/meridia/recommendations/r/{made[1].uid}"]
    assert "by Heron" not in page.words                 # told from the next day on


def test_a_member_shares_nothing_out(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    with pytest.raises(Forbidden):
        sharing.share(cast.member.ctx, cast.review, None, made, cast.member.membership)
    assert Share.select().count() == Round.select().count() == 0


def test_sharing_nothing_says_what_to_do(cast):
    with pytest.raises(Refused) as refusal:
        share(cast, [])
    assert str(refusal.value) == "Choose at least one recommendation to share out."


def test_a_light_is_its_own_organisations(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    assessment = assessment_of(made[0], cast.member.membership)
    for actor in (cast.other_member, cast.coordinator, cast.editor):
        with pytest.raises(Forbidden):
            assessing.set_light(actor.ctx, assessment, "implemented", None, "")
    assert Assessment.get_by_id(assessment.id).light is None


@pytest.mark.database
def test_the_second_of_two_gets_both_versions(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    first, second = (assessment_of(made[0], cast.member.membership) for _time in range(2))
    assessing.set_light(cast.member.ctx, first, "partial", None, "A bill", seen=1)
    with pytest.raises(Conflict) as conflict:
        assessing.set_light(cast.member.ctx, second, "none", None, "A bill", seen=1)
    found = conflict.value
    assert (found.mine["light"], found.theirs["light"], found.version) == ("none", "partial", 2)
    assert Assessment.get_by_id(first.id).light == "partial"


def test_a_closed_round_refuses_lights_with_its_day(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = share_all(cast, made)
    rounds.close_round(cast.coordinator.ctx, assessment_round, datetime.date(2020, 1, 2))
    with pytest.raises(Refused) as refusal:
        assessing.set_light(cast.member.ctx, assessment_of(made[0], cast.member.membership), "none", None, "")
    assert str(refusal.value) == ("The round “Mid-term” closed on 2020-01-02. A coordinator can open it again on the "
                                  "matrix page.")


def test_nothing_is_shared_out_into_a_closed_round(cast):
    one, two = make_recommendations(cast.coordinator.ctx, cast.review, 2)
    assessment_round = share_all(cast, [one])
    rounds.close_round(cast.coordinator.ctx, assessment_round, datetime.date(2020, 1, 2))
    before = [list(model.select().dicts()) for model in (Share, Assessment)]
    with pytest.raises(Refused, match="The round “Mid-term” closed on 2020-01-02."):
        sharing.share(cast.coordinator.ctx, cast.review, assessment_round, [one, two], cast.member.membership)
    assert [list(model.select().dicts()) for model in (Share, Assessment)] == before


def test_earlier_rounds_show_what_one_said_before(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    assessing.set_light(cast.member.ctx, assessment_of(made[0], cast.member.membership), "none", "worse", "")
    rounds.add_round(cast.coordinator.ctx, cast.review, "Second round")
    assessment_round = share_all(cast, made)
    newest = Assessment.get(Assessment.round == assessment_round)
    assert assessing.earlier(cast.member.ctx, newest) == [("Mid-term", "none", "worse")]


def test_claims_stand_beside_and_are_never_counted(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    share_all(cast, made)
    assert claims.add_claim(cast.coordinator.ctx, made[0], "All is done", DUE, "implemented", "Report, paragraph 4")
    assert not claims.add_claim(cast.coordinator.ctx, made[0], "All  is done ", DUE, None, "Report, paragraph 4")
    page = browser_of(cast.member).get("/c/meridia/midterm/matrix")
    assert "Implemented 0" in page.words and "Not agreed yet 1" in page.words and "All is done" not in page.words
    page = browser_of(cast.member).get(f"/c/meridia/recommendations/r/{made[0].uid}")
    assert "The State says" in page.words and "All is done" in page.words
    assert Claim.select().count() == 1


def test_the_same_evidence_stands_once_for_each_organisation(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = share_all(cast, made)
    seen = Shown(note="Seen by our visitors")
    for actor, expected in ((cast.member, True), (cast.member, False), (cast.other_member, True)):
        assert evidence.add_evidence(actor.ctx, made[0], assessment_round, actor.membership, seen) is expected
    with pytest.raises(Forbidden):
        evidence.add_evidence(cast.member.ctx, made[0], assessment_round, None, seen)
    assert Evidence.select().count() == 2


def test_the_list_can_be_narrowed_by_who_assesses_and_by_the_agreed_light(cast):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 2)
    assessment_round = share_all(cast, made[:1])
    agreeing.decide(cast.coordinator.ctx, assessment_round, [agreeing.Decision(made[0], "implemented", "none")])
    organisation, light = beside.facets(cast.member.ctx, "recommendations.list", made)
    assert {uid: [value.label for value in values] for uid, values in organisation.values.items()} == {
        made[0].uid: ["Lanternwick Legal Aid"]}
    assert {uid: [(value.key, value.mark) for value in values] for uid, values in light.values.items()} == {
        made[0].uid: [("none", "none")]}
    assert (str(organisation.absent), str(light.absent)) == ("Nobody yet", "Not agreed yet")


def test_ticked_rows_of_the_list_are_shared_out_and_taken_back(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 3)
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/recommendations/")
    assert "Lanternwick Legal Aid (has 0)" in page.words
    answer = browser.post(page.one("//button[@formaction]").get("formaction"), {
        "rec": [made[0].uid, made[2].uid], "organisation": cast.member.membership.uid, "due": "2027-03-12"})
    assert sorted(one.recommendation_id for one in Share.select()) == [made[0].id, made[2].id]
    page = browser.follow(answer)
    assert "Lanternwick Legal Aid: 2 recommendations shared out" in page.words
    browser.submit(page.form("/unshare"))
    assert Share.select().count() == Assessment.select().count() == 0


def test_nothing_is_due_at_the_end_of_all_days(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    browser = browser_of(cast.coordinator)
    button = browser.get("/c/meridia/recommendations/").one("//button[@formaction]")
    answer = browser.post(button.get("formaction"), {
        "rec": [made[0].uid], "organisation": cast.member.membership.uid, "due": "9999-12-31"}, status=422)
    assert "9999-12-31 cannot be meant." in answer.words
    assert Share.select().count() == 0


def test_today_says_what_waits_for_whom(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 2)
    share_all(cast, made, due=DUE)
    page = browser_of(cast.member).get("/c/meridia/")
    assert "Assess 2 recommendations for Lanternwick Legal Aid" in page.words and "0 of 2 done" in page.words
    assert "Assess" not in browser_of(cast.other_member).get("/c/meridia/").one("//main").text_content()
    share_all(cast, made[:1], cast.other_member.membership)
    for actor, light in ((cast.member, "none"), (cast.other_member, "partial")):
        assessing.set_light(actor.ctx, assessment_of(made[0], actor.membership), light, None, "")
    assessing.set_light(cast.member.ctx, assessment_of(made[1], cast.member.membership), "none", None, "")
    page = browser_of(cast.coordinator).get("/c/meridia/")
    assert "On 1 recommendation the lights differ, and none is agreed" in page.words
    assert "1 light can be agreed: all who answered say the same" in page.words


@pytest.mark.database
def test_a_row_that_another_made_in_the_same_moment_is_seen_and_not_written_over(cast, monkeypatch):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = share_all(cast, made)
    agreeing.decide(cast.coordinator.ctx, assessment_round, [agreeing.Decision(made[0], "worse", seen=0)])
    looks, look = [], agreeing.agreed_by_recommendation

    def too_early(*words):
        """The first look is from before the other's commit."""
        looks.append(words)
        return {} if len(looks) == 1 else look(*words)
    monkeypatch.setattr(agreeing, "agreed_by_recommendation", too_early)
    with pytest.raises(Conflict):
        agreeing.decide(cast.editor.ctx, assessment_round, [agreeing.Decision(made[0], "partial", seen=0)])
    assert len(looks) == 2
    assert look(cast.editor.ctx, assessment_round)[made[0].id].light == "worse"


def test_a_coordinator_sees_how_far_each_organisation_is(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 2)
    share_all(cast, made)
    assessing.set_light(cast.member.ctx, assessment_of(made[0], cast.member.membership), "none", None, "")
    words = browser_of(cast.coordinator).get("/c/meridia/midterm/mine").words
    assert "How far each organisation is Lanternwick Legal Aid 1 of 2 done" in words
    assert "How far each" not in browser_of(cast.member).get("/c/meridia/midterm/mine").words


@pytest.mark.database
def test_shares_and_lights_of_a_double_move_and_where_both_have_one_the_other_is_kept_in_the_audit(cast, browser_of):
    stays, goes = cast.other_member.membership, cast.member.membership
    with change(cast.other_member.ctx, "organisation.profile", stays) as entry:
        entry.also(stays.organisation).put(name="Legal Aid Lanternwick")
    made = make_recommendations(cast.coordinator.ctx, cast.review, 4)
    share_all(cast, made)
    share_all(cast, made[:3], stays)
    for one, light in ((made[0], "none"), (made[1], "none"), (made[3], "implemented")):
        assessing.set_light(cast.member.ctx, assessment_of(one, goes), light, None, "Seen in May")
    assessing.set_light(cast.other_member.ctx, assessment_of(made[0], stays), "implemented", None, "")
    page = browser_of(cast.coordinator).get(f"/c/meridia/directory/doubles/{stays.uid}/{goes.uid}")
    told = page.words.partition("If “Legal Aid Lanternwick” stays")[2].partition("If “Lantern")[0]
    assert "a share 1 3 0" in told and "the light of an organisation 1 3 1" in told
    merging.merge(cast.coordinator.ctx, stays, goes)
    assert [(one.recommendation_id, one.membership_id) for one in Share.select().order_by(Share.recommendation)] == [
        (one.id, stays.id) for one in made]
    lights = Assessment.select().order_by(Assessment.recommendation)
    assert [(one.membership_id, one.light, one.comment) for one in lights] == [
        (stays.id, "implemented", ""), (stays.id, "none", "Seen in May"), (stays.id, None, ""),
        (stays.id, "implemented", "Seen in May")]
    [told] = overwritten(cast.member.ctx)
    assert (told.object_uid, told.before) == (lights[0].uid, {"light": "none", "light_in_practice": None,
                                                              "comment": "Seen in May"})
    line = AuditLine.select().order_by(AuditLine.number.desc()).first()
    values = described(cast.coordinator.ctx, [line], whole=True)[0].values
    assert ("light", "No progress towards implementation") in {(one.name, one.before) for one in values}
