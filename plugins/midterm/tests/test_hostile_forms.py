"""Forms that no page of ours sends: another's references, acts after their time, nonsense for numbers."""

from datetime import timedelta

import pytest
from peewee import ForeignKeyField

from core import policy
from core.coalitions.models import Representation
from core.history import kept_models
from plugins.midterm import agreeing, assessing, claims, evidence, rounds
from plugins.midterm.models import TABLES, AgreedAssessment, Assessment, Claim, Evidence, Round, Share
from plugins.midterm.shown import Shown
from plugins.midterm.tests.factories import assessment_of, make_recommendations, share_all

HERE = "/c/meridia/midterm"


def rows(cast):
    """Everything of this plugin in a coalition, and with it whatever points into it from elsewhere."""
    return {model.__name__: list(policy.unnarrowed(model).where(model.coalition == cast.coalition).dicts())
            for model in TABLES}


def crossing():
    """What of one coalition names something of another."""
    found = []
    for model in TABLES:
        for one in policy.unnarrowed(model):
            for field in model._meta.sorted_fields:
                held = getattr(one, field.name) if isinstance(field, ForeignKeyField) else None
                if getattr(held, "coalition_id", one.coalition_id) != one.coalition_id:
                    found.append((model.__name__, field.name))
    return found


@pytest.fixture
def both(world):
    """In each coalition two recommendations, shared, assessed and agreed, with claim and evidence."""
    made = {}
    for cast in (world.meridia, world.elsewhere):
        given = make_recommendations(cast.coordinator.ctx, cast.review, 2)
        assessment_round = share_all(cast, given)
        assessment = assessment_of(given[0], cast.member.membership)
        act = assessing.set_light(cast.member.ctx, assessment, "none", None, "Ours")
        agreeing.decide(cast.coordinator.ctx, assessment_round, [agreeing.Decision(given[0], "partial")])
        claims.add_claim(cast.coordinator.ctx, given[0], "All is done")
        evidence.add_evidence(cast.member.ctx, given[0], assessment_round, cast.member.membership, Shown(note="Seen"))
        made[cast.coalition.slug] = {
            "cast": cast, "rec": given[0].uid, "other_rec": given[1].uid, "round": assessment_round.uid,
            "assessment": assessment.uid, "membership": cast.member.membership.uid, "act": act,
            "review": cast.review.uid, "agreed": AgreedAssessment.get(AgreedAssessment.recommendation == given[0]).uid,
            "claim": Claim.get(Claim.recommendation == given[0]).uid,
            "evidence": Evidence.get(Evidence.recommendation == given[0]).uid}
    return made["meridia"], made["elsewhere"]


FOREIGN = [             # who, path, fields; {name} is the other coalition's, {own[name]} one's own
    ("coordinator", "/share", {"organisation": "{membership}", "rec": "{own[other_rec]}"}),
    ("coordinator", "/share", {"organisation": "{own[membership]}", "rec": "{rec}"}),
    ("coordinator", "/share", {"organisation": "{own[membership]}", "rec": "{other_rec}", "review": "{review}"}),
    ("coordinator", "/unshare", {"organisation": "{membership}", "recs": "{rec},{other_rec}"}),
    ("coordinator", "/unshare", {"organisation": "{own[membership]}", "recs": "{rec},{other_rec}"}),
    ("coordinator", "/agree", {"row": "{rec}", "light-{rec}": "worse", "version-{rec}": "1"}),
    ("coordinator", "/agree", {"row": "{own[rec]}", "light-{own[rec]}": "worse", "review": "{review}"}),
    ("coordinator", "/recommendations/{rec}/evidence", {"evidence": "x"}),
    ("coordinator", "/recommendations/{own[rec]}/evidence", {"evidence": "x", "for": "{membership}"}),
    ("coordinator", "/rounds/{round}/close", {}),
    ("coordinator", "/claims/{claim}/drop", {}),
    ("coordinator", "/undo", {"act": "{act}", "kind": "agree"}),
    ("member", "/undo", {"act": "{act}", "kind": "assess"}),
    ("other_member", "/undo", {"act": "{own[act]}", "kind": "assess"}),
    ("member", "/mine", {"for": "{membership}", "task": "{assessment}", "light": "worse"}),
    ("member", "/mine", {"for": "{own[membership]}", "task": "{assessment}", "light": "worse"}),
    ("other_member", "/mine", {"task": "{own[assessment]}", "light": "worse"}),
    ("other_member", "/mine", {"for": "{own[membership]}", "task": "{own[assessment]}", "light": "worse"}),
    ("editor", "/mine", {"for": "{own[membership]}", "task": "{own[assessment]}", "light": "worse"}),
    ("coordinator", "/mine", {"for": "{own[membership]}", "task": "{own[assessment]}", "light": "worse"}),
    ("other_member", "/assess/{own[assessment]}", {"light": "worse", "membership": "{own[membership]}"}),
    ("other_member", "/evidence/{own[evidence]}/drop", {}),
    ("coordinator", "/evidence/{own[evidence]}/drop", {}),
    ("other_member", "/agreed/{own[agreed]}/dissent", {"sentence": "No", "for": "{own[membership]}"}),
    ("member", "/agreed/{agreed}/dissent", {"sentence": "No"}),
    ("expelled", "/mine", {"for": "{own[membership]}", "task": "{own[assessment]}", "light": "worse"}),
]


@pytest.mark.parametrize(("who", "path", "fields"), FOREIGN)
def test_a_reference_that_is_not_one_s_own_changes_nothing(both, browser_of, who, path, fields):
    own, other = both
    before = rows(own["cast"]), rows(other["cast"])
    named = {**other, "own": own}
    page = browser_of(own["cast"][who]).post(HERE + path.format(**named),
                                             {name.format(**named): value.format(**named)
                                              for name, value in fields.items()}, status=None)
    assert page.status in ((303,) if path == "/unshare" else ()) + (403, 404, 422), page.words[:300]
    assert (rows(own["cast"]), rows(other["cast"])) == before
    assert crossing() == []


def test_extra_fields_change_nothing_but_what_the_form_is_about(both, browser_of):
    own, other = both
    before = rows(own["cast"])["Assessment"]
    browser_of(own["cast"].member).post(f"{HERE}/assess/{own['assessment']}", {
        "light": "partial", "comment": "Ours", "membership": "2", "membership_id": "2", "round": other["round"],
        "coalition": "2", "recommendation_id": "2", "uid": "aaaaaaaaaaaa", "id": "99", "role": "coordinator"})
    after = rows(own["cast"])["Assessment"]
    changed = {name for old, new in zip(before, after, strict=True) for name in old if old[name] != new[name]}
    assert changed == {"light", "version"}


@pytest.mark.parametrize(("who", "kind"), [("member", "assess"), ("coordinator", "agree")])
def test_nothing_of_a_closed_round_is_taken_back(both, browser_of, who, kind):
    own, _other = both
    cast = own["cast"]
    assessment_round = Round.get(Round.uid == own["round"])
    act = own["act"] if kind == "assess" else agreeing.decide(cast.coordinator.ctx, assessment_round, [
        agreeing.Decision(agreeing.Recommendation.get(agreeing.Recommendation.uid == own["rec"]), "worse")])[0]
    rounds.close_round(cast.coordinator.ctx, assessment_round, cast.coordinator.ctx.today - timedelta(days=1))
    before = rows(cast)
    page = browser_of(cast[who]).post(f"{HERE}/undo", {"act": act, "kind": kind}, status=422)
    assert "The round “Mid-term” closed on " in page.words
    assert rows(cast) == before


def test_who_no_longer_acts_for_an_organisation_takes_nothing_of_it_back(both, browser_of):
    """An editor may undo what was agreed: that does not reach the light of an organisation they have left."""
    cast = both[0]["cast"]
    given = make_recommendations(cast.coordinator.ctx, cast.review, 1, first=9)
    share_all(cast, given, cast.editor.membership)
    assessment = assessment_of(given[0], cast.editor.membership)
    act = assessing.set_light(cast.editor.ctx, assessment, "none", None, "")
    Representation.update(until_on=cast.editor.ctx.today).where(Representation.person == cast.editor.person).execute()
    for kind in ("assess", "agree"):
        browser_of(cast.editor).post(f"{HERE}/undo", {"act": act, "kind": kind}, status=None)
        assert Assessment.get_by_id(assessment.id).light == "none"
    assert "midterm_assessment" in kept_models()


@pytest.mark.parametrize("version", ["9" * 5000, "²", "-1", "two"])
def test_nonsense_for_a_version_is_a_conflict_and_overwrites_nothing(both, browser_of, version):
    own, _other = both
    browser_of(own["cast"].member).post(f"{HERE}/assess/{own['assessment']}", {"light": "worse", "version": version},
                                        status=409)
    sent = {"row": own["rec"], f"light-{own['rec']}": "worse", f"version-{own['rec']}": version}
    browser_of(own["cast"].coordinator).post(f"{HERE}/agree", sent, status=409)
    assert Assessment.get(Assessment.uid == own["assessment"]).light == "none"
    assert AgreedAssessment.get(AgreedAssessment.uid == own["agreed"]).light == "partial"


@pytest.mark.parametrize("page", ["9" * 5000, "-1", "0", "²", "99999", "x"])
def test_nonsense_for_a_page_shows_one(both, browser_of, page):
    assert "121.1" in browser_of(both[0]["cast"].member).get(f"{HERE}/matrix?page={page}&show={page[:9]}").words


def test_a_page_that_came_back_with_faults_is_not_gone_back_to(both, browser_of):
    browser = browser_of(both[0]["cast"].coordinator)
    for referrer, location in [(f"{HERE}/agree", f"{HERE}/matrix?review=48"), (f"{HERE}/matrix?page=2", None)]:
        answer = browser.post(f"{HERE}/share", {"organisation": both[0]["membership"], "rec": both[0]["rec"]},
                              headers={"Referer": f"http://127.0.0.1:8000{referrer}"})
        assert answer.location == (location or referrer)


@pytest.mark.database
def test_a_round_s_title_without_end_is_refused(cast, browser_of):
    page = browser_of(cast.coordinator).post(f"{HERE}/rounds", {"title": "x" * 5000}, status=422)
    assert "The title has more than 200 letters. Shorten it." in page.words
    assert not Round.select().exists() and not Share.select().exists()


@pytest.mark.parametrize("address", [
    "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x",
    " javascript:alert(1)", "http:javascript", "https://", "//evil.example"])
def test_evidence_never_becomes_a_link_that_runs(both, browser_of, address):
    own, _other = both
    browser = browser_of(own["cast"].member)
    browser.post(f"{HERE}/recommendations/{own['rec']}/evidence", {"evidence": address, "for": own["membership"]},
                 status=None)
    assert not [one for one in Evidence.select() if one.url]
    page = browser.get(f"/c/meridia/recommendations/r/{own['rec']}")
    assert not [link for link in page.tree.xpath("//a/@href") if not link.startswith(("/", "#", "?"))]
