"""Taking an import back as a whole: what it alone made and nobody has touched goes, earlier values return."""

from dataclasses import dataclass

from peewee import IntegrityError

from core.api import Refused, change, database, lazy, visible
from plugins.recommendations.imports.saving import BEFORE, clear_numbers
from plugins.recommendations.models import (
    Import,
    ImportRow,
    PositionEntry,
    Recommendation,
    RecommendationTerm,
    RecommendingState,
    Term,
)
from plugins.recommendations.positions import histories, newest


@dataclass(frozen=True)
class TakenBack:
    """How many recommendations went, how many have their earlier values again, and which stay (numbers or words)."""

    gone: int
    restored: int
    kept: tuple[str, ...]


def take_back(ctx, import_made: Import) -> TakenBack:
    """Undo one import. What was touched since (by hand, by a later import, by an assessment) stays and is listed."""
    if import_made.undone_at is not None:
        raise Refused(lazy("This import was taken back already."))
    rows = list(ImportRow.select().where(ImportRow.import_made == import_made,
                                         ImportRow.outcome.in_(("new", "changed"))).order_by(ImportRow.id))
    later = _told_later(ctx, import_made) | _told_otherwise(import_made, [row.recommendation_id for row in rows
                                                                          if row.outcome == "new"])
    with change(ctx, "recommendations.import", import_made) as entry:
        import_made.undone_at = ctx.now
        standing = {one.id: one for one in visible(ctx, Recommendation)
                    .where(Recommendation.review == import_made.review_id)}
        new = dict.fromkeys(row.recommendation_id for row in rows if row.outcome == "new")
        kept = [standing[id] for id in new if id in standing and not _removed(entry, standing[id], later)]
        gone = len([id for id in new if id in standing]) - len(kept)
        changed = [(standing[row.recommendation_id], row.before) for row in rows
                   if row.before and row.recommendation_id in standing]
        restorable = [(one, before) for one, before in changed if one.version == before["version_after"]
                      and one.id not in later]
        left = {one.id for one in kept} | set(standing) - set(new)
        restorable = _whose_numbers_are_free(restorable, [standing[id] for id in left])
        _restore(entry, import_made, restorable)
        kept += [one for one, before in changed if (one, before) not in restorable]
    return TakenBack(gone, len(restorable), tuple(one.number or one.text[:60] for one in kept))


def _told_later(ctx, import_made):
    """The recommendations that a later import, which stands, has changed or read again."""
    rows = (visible(ctx, Import, ImportRow.recommendation).join(ImportRow)
            .where(Import.review == import_made.review_id, Import.id > import_made.id, Import.undone_at.is_null(),
                   ImportRow.recommendation.is_null(False)).tuples())
    return {recommendation for (recommendation,) in rows}


def _told_otherwise(import_made, ids):
    """Those with a position that came from elsewhere, also where it said the same: it would go with them."""
    rows = PositionEntry.select(PositionEntry.recommendation).where(
        PositionEntry.recommendation.in_(ids),
        PositionEntry.import_made.is_null() | (PositionEntry.import_made != import_made)).tuples()
    return {recommendation for (recommendation,) in rows}


def _removed(entry, recommendation, later):
    if recommendation.version != 1 or recommendation.id in later:
        return False
    try:
        with database.atomic():         # what another plugin hangs on it forbids the deletion
            entry.remove(recommendation)
    except IntegrityError:
        return False
    return True


def _whose_numbers_are_free(restorable, standing):
    """Without those whose earlier number another recommendation has got since; what stays keeps its own in turn."""
    returning = {one.id for one, _before in restorable}
    held = {(one.number, one.part) for one in standing if one.number and one.id not in returning}
    free = [(one, before) for one, before in restorable
            if (before.get("number", one.number), before.get("part", one.part)) not in held]
    return free if len(free) == len(restorable) else _whose_numbers_are_free(free, standing)


def _restore(entry, import_made, restorable):
    ids = [one.id for one, _before in restorable]
    entry.remove_parts(PositionEntry, PositionEntry.import_made == import_made, PositionEntry.recommendation.in_(ids))
    for one, _before in restorable:
        entry.also(one)
    renumbered = {one.id for one, before in restorable if before.get("number", one.number) != one.number}
    clear_numbers(list(renumbered), [one.id for one, before in restorable if one.id not in renumbered
                                     and before.get("part", one.part) != one.part])
    earlier = histories(ids)
    terms = {term.uid: term.id for term in visible(entry.ctx, Term)}
    for one, before in restorable:
        for name in set(BEFORE) & set(before):
            setattr(one, name, before[name])
        holding = newest(earlier.get(one.id, ()))
        one.position = holding.position if holding else None
        if "states" in before:
            _parts_again(entry, one, before, terms)


def _parts_again(entry, one, before, terms):
    """`terms`: uid → id of the coalition's own: what an archive says of others leads nowhere."""
    entry.remove_parts(RecommendingState, RecommendingState.recommendation == one.id, ~RecommendingState.by_hand)
    entry.remove_parts(RecommendationTerm, RecommendationTerm.recommendation == one.id, ~RecommendationTerm.by_hand)
    entry.add_parts(RecommendingState, [{"recommendation": one.id, "iso3": iso3, "order": order, "by_hand": False}
                                        for iso3, order in before["states"]])
    entry.add_parts(RecommendationTerm, [{"recommendation": one.id, "term": terms[uid], "order": order,
                                          "is_heading": is_heading, "by_hand": False}
                                         for uid, order, is_heading in before["terms"] if uid in terms])
