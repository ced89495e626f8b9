"""The recommendations of a review as they stand: read in a handful of queries, for any number of them."""

from collections import defaultdict

from core.api import Words, visible
from plugins.recommendations.imports.planning import LISTS, Existing, Refusal, Standing
from plugins.recommendations.models import (
    Import,
    ImportRow,
    Recommendation,
    RecommendationTerm,
    RecommendingState,
    Term,
)

TERM_FIELDS = {("theme", False): "themes", ("theme", True): "headings", ("affected", False): "affected",
               ("sdg", False): "sdgs"}
ORDER = (Recommendation.number_key, Recommendation.part, Recommendation.id)


def recommendations_of(ctx, review):
    """The review's recommendations in the order of their numbers: a query."""
    return visible(ctx, Recommendation).where(Recommendation.review == review).order_by(*ORDER)


def by_number(ctx, review, number: str, part: int | None = None) -> Recommendation | None:
    """The recommendation of this number, and of this part where one is named, else its first; None without any."""
    found = visible(ctx, Recommendation).where(Recommendation.review == review, Recommendation.number == number)
    if part is not None:
        found = found.where(Recommendation.part == part)
    return found.order_by(Recommendation.part).first()


def lists_of(ctx, review) -> dict[int, dict[str, tuple]]:
    """Recommendation id → {"states": ISO3 codes, "themes", "headings", "affected", "sdgs": names}; in printed order."""
    found: dict[int, dict[str, list]] = defaultdict(lambda: {name: [] for name in LISTS})
    inside = visible(ctx, Recommendation, Recommendation.id).where(Recommendation.review == review)
    for recommendation, iso3 in (RecommendingState.select(RecommendingState.recommendation, RecommendingState.iso3)
                                 .where(RecommendingState.recommendation.in_(inside))
                                 .order_by(RecommendingState.order, RecommendingState.id).tuples()):
        found[recommendation]["states"].append(iso3)
    for recommendation, is_heading, kind, name in (
            visible(ctx, Term, RecommendationTerm.recommendation, RecommendationTerm.is_heading, Term.kind, Term.name)
            .join(RecommendationTerm).where(RecommendationTerm.recommendation.in_(inside))
            .order_by(RecommendationTerm.order, RecommendationTerm.id).tuples()):
        found[recommendation][TERM_FIELDS[kind, is_heading]].append(name)
    return defaultdict(lambda: dict.fromkeys(LISTS, ()),
                       {key: {name: tuple(values) for name, values in lists.items()} for key, lists in found.items()})


def existing_of(ctx, review) -> Existing:
    """What the plan of an import is compared with. For a review that is not saved yet: nothing."""
    if review.id is None:
        return Existing()
    carried, said, refused = defaultdict(set), defaultdict(lambda: defaultdict(set)), set()
    rows = (visible(ctx, Import, ImportRow.recommendation, ImportRow.number, ImportRow.part, ImportRow.text_key,
                    ImportRow.said, ImportRow.reason, ImportRow.outcome, Import.form)
            .join(ImportRow).where(Import.review == review, Import.undone_at.is_null()).tuples())
    for recommendation, number, part, key, row_said, reason, outcome, form in rows:
        if outcome == "refused":
            refused.add(_mark(number, part, key, reason))
        if recommendation is None or outcome == "left-out":
            continue
        if form != "reply":
            carried[recommendation].add((number, part, key))
        for name, value in row_said.items():
            said[recommendation][name].add(frozenset(value) if name in LISTS else value)
    lists = lists_of(ctx, review)
    standing = tuple(
        Standing(one.uid, one.number, one.part, one.text, position=one.position, source=one.source,
                 carried=frozenset(carried[one.id]), said=said[one.id], id=one.id, key=one.text_key, **lists[one.id])
        for one in recommendations_of(ctx, review))
    return Existing(standing, frozenset(refused))


def _mark(number, part, key, reason):
    return Refusal("", Words.from_kept(reason), key, number, part).mark


