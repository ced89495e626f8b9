"""Comments, dissents, claims and evidence are found, with whose they are, on their recommendation's page."""

import pytest

from core.search.index import stale
from core.search.searching import models_of, search
from plugins.midterm import agreeing, assessing, claims, evidence
from plugins.midterm.models import Claim, Evidence
from plugins.midterm.shown import Shown
from plugins.midterm.tests.factories import assessment_of, make_recommendations, share_all

pytestmark = pytest.mark.database


@pytest.fixture
def assessed(cast):
    """One recommendation with a word of each kind."""
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    assessment_round = share_all(cast, made)
    ctx = cast.member.ctx
    assessment = assessment_of(made[0], cast.member.membership)
    assessing.set_light(ctx, assessment, "partial", None, "The wickerwork shelter opened")
    agreeing.decide(cast.coordinator.ctx, assessment_round,
                    [agreeing.Decision(made[0], "none", None, "No wickerwork stands")])
    agreed = agreeing.agreed_by_recommendation(cast.coordinator.ctx, assessment_round)[made[0].id]
    agreeing.set_dissent(ctx, agreed, cast.member.membership, "We saw wickerwork")
    claims.add_claim(cast.coordinator.ctx, made[0], "Wickerwork is law", source="A/HRC/60/2")
    evidence.add_evidence(ctx, made[0], assessment_round, cast.member.membership,
                          Shown(note="Wickerwork, photographed", title="Photo"))
    return made[0]


def found(ctx, app, text):
    return {group.title: [("".join(piece for piece, _found in hit.title), "".join(piece for piece, _found in hit.text),
                           hit.detail) for hit in group.hits] for group in search(ctx, app.host, text).groups}


def test_each_kind_stands_under_its_own_heading(cast, app, assessed):
    own = "Lanternwick Legal Aid"
    assert found(cast.other_member.ctx, app, "wickerw") == {
        "Comments on lights": [("On 121.1", "The wickerwork shelter opened", own)],
        "Agreed comments": [("On 121.1", "No wickerwork stands", "")],
        "Dissents": [("On 121.1", "We saw wickerwork", own)],
        "What the State says": [("On 121.1", "Wickerwork is law (A/HRC/60/2)", "")],
        "Evidence": [("On 121.1", "Photo · Wickerwork, photographed", own)]}
    assert found(cast.other.member.ctx, app, "wickerw") == {}


def test_in_the_audit_each_object_stands_by_its_recommendation_and_leads_there(cast, app, assessed, browser_of):
    page = browser_of(cast.coordinator).get("/c/meridia/audit?group=midterm")
    told = {" ".join(row.xpath("string(td[4])").split()): row.xpath("td[4]//a/@href")
            for row in page.tree.xpath("//table//tbody/tr")}
    kinds = [f"{kind} On 121.1" for kind in ("a dissent", "evidence", "a claim of the State",
                                             "the light of an organisation")]
    show = f"/c/meridia/recommendations/r/{assessed.uid}"
    assert {kind: told[kind] for kind in kinds} == dict.fromkeys(kinds, [show])
    [rounds] = [links for kind, links in told.items() if kind.startswith("a round Mid-term and 1 more")]
    assert rounds[0].startswith("/c/meridia/midterm/matrix?") and "round=" in rounds[0]


def test_what_is_removed_is_found_no_more(cast, app, assessed):
    evidence.remove_evidence(cast.member.ctx, Evidence.get())
    claims.remove_claim(cast.coordinator.ctx, Claim.get())
    assert set(found(cast.member.ctx, app, "wickerw")) == {"Comments on lights", "Agreed comments", "Dissents"}
    assert stale(models_of(app.host)) == 0


def test_thirty_and_three_hundred_comments_cost_the_same_queries(cast, app, browser_of, queries):
    browser_of(cast.member).get("/c/meridia/search?q=wicker")      # what is read once for a process
    counts = []
    for first, many in ((1, 30), (31, 270)):
        made = make_recommendations(cast.coordinator.ctx, cast.review, many, first=first)
        share_all(cast, made)
        for one in made:
            assessing.set_light(cast.member.ctx, assessment_of(one, cast.member.membership), "none", None, "Wickerwork")
        browser = browser_of(cast.member)
        for address in ("/c/meridia/search?q=wicker", "/c/meridia/search?q=wicker&kind=midterm_assessment"):
            with queries() as counted:
                browser.get(address)
            counts.append(len(counted))
    assert counts[:2] == counts[2:]
