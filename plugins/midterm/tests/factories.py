"""Recommendations, shares and lights of an invented review, made as the plugin's own people make them."""

from core.api import Permission, change, lazy
from core.policy import _declared
from plugins.midterm import agreeing, claims, evidence, rounds, sharing
from plugins.midterm.models import Assessment, Claim, Evidence
from plugins.midterm.shown import Shown
from plugins.recommendations.models import Recommendation, RecommendationTerm, RecommendingState, Term

THEMES = ("Liberty and security of the person", "Rights of the child")


def make_recommendations(ctx, review, count=3, position="supported", themes=THEMES, first=1):
    """`count` recommendations 121.1, 121.2 …, under the themes in turn, from Kenya and Peru."""
    _declared.setdefault("recommendations.made_by_test", Permission(
        "recommendations.made_by_test", lazy("Make recommendations in a test"), frozenset({"coordinator"})))
    made = []
    with change(ctx, "recommendations.made_by_test", review) as entry:
        terms = [_term(entry, ctx, name) for name in themes]
        for place in range(first, first + count):
            one = entry.add(Recommendation(
                review=review, number=f"121.{place}", number_key=f"00121.{place:05}",
                text=f"Open {place} more shelters", text_key=f"open{place}moreshelters", position=position,
                source="A/HRC/55/99 - Para. 121"))
            entry.add_parts(RecommendingState, [{"recommendation": one, "iso3": iso3, "order": order, "by_hand": False}
                                                for order, iso3 in enumerate(("KEN", "PER"))])
            if terms:
                entry.add_parts(RecommendationTerm, [
                    {"recommendation": one, "term": terms[place % len(terms)], "order": 0, "is_heading": is_heading,
                     "by_hand": False} for is_heading in (True, False)])
            made.append(one)
    return made


def _term(entry, ctx, name):
    standing = Term.get_or_none(Term.coalition == ctx.coalition, Term.kind == "theme", Term.name == name)
    return standing or entry.add(Term(kind="theme", name=name))


def share_all(cast, recommendations, membership=None, due=None):
    """The member's organisation gets them; gives the round."""
    sharing.share(cast.coordinator.ctx, cast.review, rounds.find_round(cast.coordinator.ctx, cast.review),
                  recommendations, membership or cast.member.membership, due)
    return rounds.find_round(cast.coordinator.ctx, cast.review)


def assessment_of(recommendation, membership):
    return Assessment.get(Assessment.recommendation == recommendation, Assessment.membership == membership)


def _one(cast):
    made = list(Recommendation.select().where(Recommendation.review == cast.review)) \
        or make_recommendations(cast.coordinator.ctx, cast.review, 2)
    return made[0], share_all(cast, made)


def _assessment(cast):
    recommendation, _round = _one(cast)
    return assessment_of(recommendation, cast.member.membership)


def _agreed(cast):
    recommendation, assessment_round = _one(cast)
    agreeing.decide(cast.coordinator.ctx, assessment_round, [agreeing.Decision(recommendation, "none")])
    return agreeing.agreed_by_recommendation(cast.coordinator.ctx, assessment_round)[recommendation.id]


def _claim(cast):
    recommendation, _round = _one(cast)
    claims.add_claim(cast.coordinator.ctx, recommendation, "A bill is drafted")
    return Claim.get(Claim.recommendation == recommendation)


def _evidence(cast):
    recommendation, assessment_round = _one(cast)
    evidence.add_evidence(cast.member.ctx, recommendation, assessment_round, cast.member.membership,
                          Shown(note="Seen by our visitors"))
    return Evidence.get(Evidence.recommendation == recommendation)


def _review(cast):
    recommendation, assessment_round = _one(cast)
    agreeing.decide(cast.coordinator.ctx, assessment_round, [agreeing.Decision(recommendation, "none")])
    return {"recommendation": recommendation.uid, "organisation": cast.other_member.membership.uid,
            "own": cast.member.membership.uid, "assessment": assessment_of(recommendation, cast.member.membership).uid}


def _file(cast):
    _one(cast)
    return {"form": "csv"}


FACTORIES = {
    "agreed": _agreed,
    "assessment": _assessment,
    "claim": _claim,
    "evidence": _evidence,
    "file": _file,
    "recommendation": lambda cast: _one(cast)[0],
    "review": _review,
    "round": lambda cast: _one(cast)[1],
}
