"""Adding and correcting a recommendation by hand."""

from dataclasses import dataclass

from peewee import IntegrityError

from core.api import Refused, change, lazy, visible
from plugins.recommendations.collection import TERM_FIELDS
from plugins.recommendations.imports.saving import term_id
from plugins.recommendations.models import Recommendation, RecommendationTerm, RecommendingState, Term
from plugins.recommendations.positions import record_position
from plugins.recommendations.wording import number_key, text_key


@dataclass(frozen=True)
class Written:
    """What a person wrote: lists hold ISO3 codes and names of terms."""

    text: str
    number: str | None = None
    part: int = 0
    states: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    sdgs: tuple[str, ...] = ()
    source: str | None = None


def add_recommendation(ctx, review, written: Written, position=None) -> Recommendation:
    """A recommendation written by hand. Refused where its number is taken."""
    _refuse_taken(ctx, review, written)
    with change(ctx, "recommendations.edit", review) as entry:
        recommendation = Recommendation(review=review, edited_at=ctx.now)
        _fill(recommendation, written)
        made = record_position(entry, recommendation, position)
        entry.add(recommendation)
        if made is not None:
            made.recommendation_id = recommendation.id
            entry.add(made)
        _write_lists(entry, recommendation, written)
    return recommendation


def correct(ctx, recommendation, written: Written, version=None) -> None:
    """Change a recommendation by hand; what imports said stays known, so that the same file changes nothing.

    Raises Conflict where `version` is not the one that stands, Refused where the number is taken.
    """
    _refuse_taken(ctx, recommendation.review, written, recommendation)
    try:
        with change(ctx, "recommendations.edit", recommendation, version=version) as entry:
            recommendation.edited_at = ctx.now
            _fill(recommendation, written)
            _write_lists(entry, recommendation, written)
    except IntegrityError:
        raise Refused(_taken(written)) from None


def _fill(recommendation, written):
    recommendation.text, recommendation.text_key = written.text, text_key(written.text)
    recommendation.number, recommendation.part = written.number, written.part if written.number else 0
    recommendation.number_key, recommendation.source = number_key(written.number), written.source


def _refuse_taken(ctx, review, written, own=None):
    if not text_key(written.text):
        raise Refused(lazy("A recommendation needs its wording."))
    if written.number is None:
        return
    others = visible(ctx, Recommendation).where(Recommendation.review == review, Recommendation.part == written.part,
                                                Recommendation.number == written.number)
    if own is not None:
        others = others.where(Recommendation.id != own.id)
    if others.exists():
        raise Refused(_taken(written))


def _taken(written):
    return lazy("The review has a recommendation %(number)s already. Give this one its own number, or a part.",
                number=written.number)


def _write_lists(entry, recommendation, written):
    """Replace States and terms where they differ; what differs was done by hand and stays when a file is read again."""
    standing = [row.iso3 for row in RecommendingState.select().where(RecommendingState.recommendation == recommendation)
                .order_by(RecommendingState.order)]
    if standing != list(written.states):
        known = {row.iso3: row.by_hand for row in RecommendingState.select()
                 .where(RecommendingState.recommendation == recommendation)}
        entry.remove_parts(RecommendingState, RecommendingState.recommendation == recommendation)
        entry.add_parts(RecommendingState, [
            {"recommendation": recommendation, "iso3": code, "order": order, "by_hand": known.get(code, True)}
            for order, code in enumerate(written.states)])
    ids = {(kind, name): id for id, kind, name in visible(entry.ctx, Term, Term.id, Term.kind, Term.name).tuples()}
    for (kind, is_heading), name in TERM_FIELDS.items():
        if not is_heading:
            _write_terms(entry, recommendation, kind, getattr(written, name), ids)


def _write_terms(entry, recommendation, kind, names, ids):
    wanted = [term_id(entry, ids, kind, name) for name in names]
    of_kind = {id for (one, _name), id in ids.items() if one == kind}
    rows = [row for row in RecommendationTerm.select().where(
        RecommendationTerm.recommendation == recommendation, ~RecommendationTerm.is_heading)
        .order_by(RecommendationTerm.order, RecommendationTerm.id) if row.term_id in of_kind]
    if [row.term_id for row in rows] == wanted:
        return
    by_hand = {row.term_id: row.by_hand for row in rows}
    entry.remove_parts(RecommendationTerm, RecommendationTerm.id.in_([row.id for row in rows]))
    entry.add_parts(RecommendationTerm, [
        {"recommendation": recommendation, "term": id, "order": order, "is_heading": False,
         "by_hand": by_hand.get(id, True)} for order, id in enumerate(wanted)])
