"""How what the plugin keeps is called and where it leads: a round to the matrix, all else to its recommendation."""

from core.api import SearchHit, _, labels, lazy, reviews_of, visible
from plugins.midterm.models import AgreedAssessment, Assessment, Claim, Dissent, Evidence, Round, Share
from plugins.recommendations.found import name_of
from plugins.recommendations.models import Recommendation


def hits(ctx, objects) -> list[SearchHit]:
    """The plugin's own among the objects, in a fixed number of queries: recommendations, agreed lights, labels."""
    rounds = [one for one in objects if isinstance(one, Round)]
    own = [one for one in objects if type(one) in TEXTS]
    reviews = {review.id: review for review in reviews_of(ctx)} if rounds else {}
    found = [SearchHit(one.uid, lazy("Rounds"), one.title, "midterm.matrix",
                       {"review": reviews[one.review_id].key, "round": one.uid}) for one in rounds]
    return [*found, *_on_recommendations(ctx, own)] if own else found


def _on_recommendations(ctx, own):
    agreed = {one.id: one.recommendation_id for one in visible(ctx, AgreedAssessment).where(
        AgreedAssessment.id.in_([one.agreed_assessment_id for one in own if isinstance(one, Dissent)]))}
    places = {one.uid: agreed[one.agreed_assessment_id] if isinstance(one, Dissent) else one.recommendation_id
              for one in own}
    recommendations = {one.id: one for one in visible(ctx, Recommendation).where(
        Recommendation.id.in_(list(places.values())))}
    named = labels(ctx, [membership for one in own if (membership := getattr(one, "membership_id", None))])
    return [_hit(one, recommendations[places[one.uid]], named) for one in own if places[one.uid] in recommendations]


def _hit(one, recommendation, named):
    group, text_of = TEXTS[type(one)]
    membership = getattr(one, "membership_id", None)
    return SearchHit(one.uid, group, _("On %(number)s", number=name_of(recommendation)), "recommendations.show",
                     {"uid": recommendation.uid}, text_of(one), named[membership] if membership else "")


def _of_claim(one):
    return f"{one.text} ({one.source})" if one.source else one.text


def _of_evidence(one):
    return " · ".join(words for words in (one.title, one.note, one.url, one.source) if words)


TEXTS = {
    Assessment: (lazy("Comments on lights"), lambda one: one.comment),
    AgreedAssessment: (lazy("Agreed comments"), lambda one: one.comment),
    Dissent: (lazy("Dissents"), lambda one: one.sentence),
    Claim: (lazy("What the State says"), _of_claim),
    Evidence: (lazy("Evidence"), _of_evidence),
    Share: (lazy("Shares"), lambda one: ""),
}
