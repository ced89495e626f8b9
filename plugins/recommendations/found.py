"""How recommendations stand among what search has found."""

from core.api import SearchHit, _, lazy, reviews_of
from plugins.recommendations.models import Recommendation


def hits(ctx, objects) -> list[SearchHit]:
    """The recommendations among the objects: one query for their reviews, for any number."""
    found = [one for one in objects if isinstance(one, Recommendation)]
    reviews = {review.id: review for review in reviews_of(ctx)} if found else {}
    return [SearchHit(one.uid, lazy("Recommendations"), name_of(one), "recommendations.show", {"uid": one.uid},
                      one.text, reviews[one.review_id].title) for one in found]


def name_of(one: Recommendation) -> str:
    """Its number with its part, or the words for having none."""
    if not one.number:
        return _("No number yet")
    return f"{one.number} ({one.part})" if one.part else one.number
