"""The State's reply: numbers with positions, to the recommendations of a review that stand."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from core.api import lazy, visible
from plugins.recommendations.imports.planning import Change, Entry, Existing, Item, Plan, Refusal
from plugins.recommendations.models import ImportRow, Recommendation
from plugins.recommendations.positions import histories, record_position


def plan_positions(rows, existing: Existing, problems=()) -> Plan:
    """What a reply would change: every part of a number takes its position; a number that is not there is refused."""
    by_number = defaultdict(list)
    for standing in existing.standing:
        by_number[standing.number].append(standing)
    changed, unchanged, refused = [], [], []
    for row in rows:
        for standing in by_number.get(row.number, ()):
            entry = Entry(row.number, standing.part, standing.text, standing.key, [row], position=row.position)
            old = standing.position == row.position or row.position in standing.said.get("reply", ())
            if old or row.position == "pending" and standing.position:
                unchanged.append(Item(entry, standing, "same"))
            else:
                changed.append(Item(entry, standing, "same", (Change("position", standing.position, row.position),)))
        if row.number not in by_number:
            refused.append(Refusal(row.place, lazy(
                "There is no recommendation %(number)s in this review. Check the number, or bring in the document that "
                "holds it first.", number=row.number), row.number, row.number))
    refused = [*(Refusal(problem.place, problem.reason) for problem in problems if problem.refused), *refused]
    named = {row.number for row in rows}
    return Plan((), tuple(changed), tuple(unchanged),
                tuple(replace(one, is_known=one.mark in existing.refused) for one in refused),
                tuple(one for one in existing.standing if one.number not in named),
                tuple(problem for problem in problems if not problem.refused))


def save_positions(entry, review, import_made, plan, left_out=frozenset()) -> None:
    """Write a reply's positions inside an open change; day and source stand in the import's settings."""
    said_on, source = import_made.settings.get("said_on"), import_made.settings.get("source")
    day = date.fromisoformat(said_on) if said_on else None
    taken = [item for item in plan.changed if item.standing.uid not in left_out]
    ids = {item.standing.id for item in taken}
    held = {one.id: entry.also(one) for one in visible(entry.ctx, Recommendation).where(Recommendation.review == review)
            if one.id in ids}
    earlier, rows = histories(list(held)), []
    for item in taken:
        recommendation = held[item.standing.id]
        before = {"position": recommendation.position, "version": recommendation.version}
        made = record_position(entry, recommendation, item.entry.position, said_on=day, source=source,
                               import_made=import_made, earlier=earlier.get(recommendation.id, ()))
        if made is not None:
            entry.add(made)
        before["version_after"] = recommendation.version + (recommendation.position != before["position"])
        rows.append(_row(import_made, item, "changed", before))
    rows += [_row(import_made, item, "unchanged") for item in plan.unchanged]
    rows += [_row(import_made, item, "left-out") for item in plan.changed if item.standing.uid in left_out]
    for order, refusal in enumerate(plan.refused):
        rows.append({"import_made": import_made, "place": f"{refusal.place} ({refusal.number or order})", "part": 0,
                     "number": refusal.number, "text_key": refusal.key, "recommendation": None, "outcome": "refused",
                     "said": {}, "reason": refusal.reason.kept(), "before": None})
    entry.add_parts(ImportRow, rows)


def _row(import_made, item, outcome, before=None):
    said = {} if outcome == "left-out" else {"reply": item.entry.position}
    return {"import_made": import_made, "place": f"{item.entry.place} ({item.entry.number})", "part": item.entry.part,
            "number": item.entry.number, "text_key": item.entry.key, "recommendation": item.standing.id,
            "outcome": outcome, "said": said, "reason": None, "before": before}
