"""The State's position on a recommendation, with its history. record_position() is the one place that writes it."""

from core.api import Refused, change, lazy
from plugins.recommendations.models import PositionEntry
from plugins.recommendations.rows import POSITIONS

POSITION_WORDS = {
    "supported": lazy("Supported"), "supported-in-part": lazy("Supported in part"),
    "noted": lazy("Noted"), "pending": lazy("Pending"), None: lazy("Not known"),
}


def newest(entries):
    """The entry that holds: the last entered, unless it was said before another, or says *pending* after an answer.

    `entries`: in the order in which they were entered. An entry without a day counts by when it was entered, since
    documents without one (a matrix) come after those that they sum up. None where there is none.
    """
    holding, said_on = None, None
    for entry in entries:
        if holding is not None and _is_overtaken(entry, holding, said_on):
            continue
        holding, said_on = entry, entry.said_on or said_on
    return holding


def _is_overtaken(entry, holding, said_on):
    if entry.position == "pending" and holding.position != "pending":
        return True
    return bool(said_on and entry.said_on and entry.said_on < said_on
                and not (holding.position == "pending" and entry.position != "pending"))


def record_position(entry, recommendation, position, *, said_on=None, source=None, import_made=None, earlier=()):
    """Add what the State said, inside an open change; gives the new PositionEntry, or None where it adds nothing.

    `earlier`: the recommendation's entries so far, as they were entered. Nothing is added for None, for *pending* after
    an answer, or where the newest entry says the same. The recommendation must be held by `entry`, or be new.
    """
    if position is None:
        return None
    if position not in POSITIONS:
        raise Refused(lazy("“%(position)s” is no position. A State's position is supported, supported-in-part, noted "
                           "or pending.", position=position))
    standing = newest(earlier)
    if standing is not None and (position == standing.position and said_on in (None, standing.said_on)
                                 or position == "pending" and standing.position != "pending"):
        return None
    made = PositionEntry(recommendation=recommendation, position=position, said_on=said_on, source=source or None,
                         import_made=import_made, entered_at=entry.ctx.now, seat=entry.ctx.seat)
    recommendation.position = newest([*earlier, made]).position
    return made


def history(recommendation) -> list[PositionEntry]:
    """The entries of one recommendation as they were entered."""
    return list(PositionEntry.select().where(PositionEntry.recommendation == recommendation)
                .order_by(PositionEntry.entered_at, PositionEntry.id))


def histories(recommendations) -> dict[int, list[PositionEntry]]:
    """Recommendation id → its entries as they were entered; one query for any number."""
    found: dict[int, list[PositionEntry]] = {}
    query = PositionEntry.select().where(PositionEntry.recommendation.in_(recommendations))
    for entry in query.order_by(PositionEntry.entered_at, PositionEntry.id):
        found.setdefault(entry.recommendation_id, []).append(entry)
    return found


def add_position(ctx, recommendation, position, *, said_on=None, source=None, version=None):
    """Record by hand what the State said. Refused where a day lies ahead, or where it says nothing new."""
    if said_on and said_on > ctx.today:
        raise Refused(lazy("This day lies in the future. Enter the day on which the State said it."))
    earlier = history(recommendation)
    with change(ctx, "recommendations.edit", recommendation, version=version) as entry:
        made = record_position(entry, recommendation, position, said_on=said_on, source=source, earlier=earlier)
        if made is None:
            raise Refused(lazy("This is the position already, so nothing was added. Pending never follows an "
                               "answer."))
        entry.add(made)
    return made
