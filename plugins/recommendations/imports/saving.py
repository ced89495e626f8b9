"""Writing a plan: inside one open change, all of it or nothing."""

import re
from collections import defaultdict

from core.api import Refused, lazy, visible
from plugins.recommendations.collection import TERM_FIELDS
from plugins.recommendations.models import (
    ImportRow,
    Recommendation,
    RecommendationTerm,
    RecommendingState,
    Term,
)
from plugins.recommendations.positions import histories, record_position
from plugins.recommendations.wording import number_key

KIND_OF_FIELD = {field: kind_and_heading for kind_and_heading, field in TERM_FIELDS.items()}
LONGEST_TERM = 500              # it is part of an index, and PostgreSQL bounds what stands there
CODE = re.compile(r"[A-Z]\d{1,3}(?:\.\d+)?(?=\s)|\d{1,2}(?:\.\w{1,2})?$")
LEFT_OUT = "left-out"
BEFORE = ("number", "part", "number_key", "draft_number", "text", "text_key", "source", "position")


class Writer:
    """Writes one plan into one review: `write(plan, left_out)`.

    `left_out`: uids of recommendations whose change a person has unticked. `said_on`, `source`: day and document of the
    positions, where they are known.
    """

    def __init__(self, entry, review, import_made, said_on=None, source=None):
        self.entry, self.ctx, self.review, self.import_made = entry, entry.ctx, review, import_made
        self.said_on, self.source = said_on, source
        self._states, self._terms, self._positions, self._rows = [], [], [], []
        self._places: set = set()
        self._term_ids = {(kind, name): id for id, kind, name in
                          visible(self.ctx, Term, Term.id, Term.kind, Term.name).tuples()}

    def write(self, plan, left_out=frozenset()):
        taken = [item for item in plan.changed if item.standing.uid not in left_out]
        self._refuse_clashes(plan, taken)
        standing = self._hold(taken)
        self._clear_numbers(taken)
        for item in plan.new:
            self._new(item)
        self._change_all(taken, standing)
        for item in plan.changed:
            if item.standing.uid in left_out:
                self._remember(item.entry, item.standing.id, LEFT_OUT, said={})
        for item in plan.unchanged:
            self._remember(item.entry, item.standing.id, "unchanged")
        for refusal in plan.refused:
            self._remember_refusal(refusal)
        self._save_parts()

    def _refuse_clashes(self, plan, taken):
        """A number that a kept-back change would have given up may be wanted by another."""
        held = {id(item): item for item in plan.changed if item not in taken}
        kept = {(item.standing.number, item.standing.part) for item in held.values() if item.standing.number}
        wanted = [*(item.entry for item in plan.new),
                  *(item.entry for item in taken if any(change.name == "number" for change in item.changes))]
        for entry in wanted:
            if entry.number and (entry.number, entry.part) in kept:
                raise Refused(lazy("%(number)s cannot be left out: another recommendation of the file takes its "
                                   "number. Tick both, or leave out both.", number=entry.number))

    def _hold(self, items):
        ids = {item.standing.id for item in items}
        found = {}
        for recommendation in visible(self.ctx, Recommendation).where(Recommendation.review == self.review):
            if recommendation.id in ids:
                found[recommendation.id] = self.entry.also(recommendation)
        return found

    @staticmethod
    def _clear_numbers(items):
        moving = [(item.standing.id, change) for item in items for change in item.changes if change.name == "number"]
        clear_numbers([id for id, change in moving if change.before[0] != change.after[0]],
                      [id for id, change in moving if change.before[0] == change.after[0]])

    def _new(self, item):
        entry = item.entry
        recommendation = Recommendation(review=self.review, number=entry.number, part=entry.part, text=entry.text,
                                        number_key=number_key(entry.number), text_key=entry.key, source=entry.source)
        made = record_position(self.entry, recommendation, entry.position, import_made=self.import_made,
                               said_on=self.said_on, source=self.source)
        self.entry.add(recommendation)
        if made is not None:
            self._positions.append(made)
        self._put_states(recommendation.id, entry.states)
        for field in KIND_OF_FIELD:
            self._put_terms(recommendation.id, field, getattr(entry, field))
        self._remember(entry, recommendation.id, "new")

    def _change_all(self, items, standing):
        ids = list(standing)
        states, terms, earlier = defaultdict(list), defaultdict(list), histories(ids)
        for row in RecommendingState.select().where(RecommendingState.recommendation.in_(ids)):
            states[row.recommendation_id].append(row)
        for row in RecommendationTerm.select().where(RecommendationTerm.recommendation.in_(ids)):
            terms[row.recommendation_id].append(row)
        kinds = {id: kind for (kind, _name), id in self._term_ids.items()}
        uids = {term.id: term.uid for term in visible(self.ctx, Term)}
        for item in items:
            recommendation = standing[item.standing.id]
            before = {**{name: getattr(recommendation, name) for name in BEFORE},
                      "states": [[row.iso3, row.order] for row in states[recommendation.id] if not row.by_hand],
                      "terms": [[uids[row.term_id], row.order, row.is_heading] for row in terms[recommendation.id]
                                if not row.by_hand],
                      "version": recommendation.version}
            for change in item.changes:
                self._change(recommendation, item.entry, change, states, terms, kinds, earlier)
            is_raised = any(getattr(recommendation, name) != before[name] for name in BEFORE)
            before["version_after"] = recommendation.version + is_raised
            self._remember(item.entry, recommendation.id, "changed", before)

    def _change(self, recommendation, entry, change, states, terms, kinds, earlier):
        if change.name == "number":
            recommendation.draft_number = recommendation.number or recommendation.draft_number
            recommendation.number, recommendation.part = entry.number, entry.part
            recommendation.number_key = number_key(entry.number)
        elif change.name == "text":
            recommendation.text, recommendation.text_key = entry.text, entry.key
        elif change.name == "source":
            recommendation.source = entry.source
        elif change.name == "position":
            made = record_position(self.entry, recommendation, entry.position, import_made=self.import_made,
                                   said_on=self.said_on, source=self.source,
                                   earlier=earlier.get(recommendation.id, ()))
            if made is not None:
                self._positions.append(made)
        elif change.name == "states":
            self.entry.remove_parts(RecommendingState, RecommendingState.recommendation == recommendation.id,
                                    ~RecommendingState.by_hand)
            kept = {row.iso3 for row in states[recommendation.id] if row.by_hand}
            self._put_states(recommendation.id, [code for code in entry.states if code not in kept])
        else:
            kind, is_heading = KIND_OF_FIELD[change.name]
            of_field = [row for row in terms[recommendation.id]
                        if row.is_heading == is_heading and kinds[row.term_id] == kind]
            gone = [row.id for row in of_field if not row.by_hand]
            self.entry.remove_parts(RecommendationTerm, RecommendationTerm.id.in_(gone))
            kept = {row.term_id for row in of_field if row.by_hand}
            self._put_terms(recommendation.id, change.name, change.after, kept)

    def _put_states(self, recommendation, codes):
        self._states += [{"recommendation": recommendation, "iso3": code, "order": order, "by_hand": False}
                         for order, code in enumerate(codes)]

    def _put_terms(self, recommendation, field, names, kept=frozenset()):
        kind, is_heading = KIND_OF_FIELD[field]
        ids = dict.fromkeys(term_id(self.entry, self._term_ids, kind, name) for name in names)
        self._terms += [{"recommendation": recommendation, "term": id, "order": order, "is_heading": is_heading,
                         "by_hand": False} for order, id in enumerate(ids) if id not in kept]

    def _remember(self, entry, recommendation, outcome, before=None, said=None):
        for row in entry.rows:
            self._row(row, recommendation=recommendation, outcome=outcome, number=row.number, part=row.part,
                      text_key=entry.key, said=entry.said if said is None else said, before=before)
            before = None                       # once for a recommendation is enough

    def _remember_refusal(self, refusal):
        self._row(refusal.row, str(refusal.place), recommendation=None, outcome="refused", number=refusal.number,
                  part=refusal.part, text_key=refusal.key, said={}, reason=refusal.reason.kept())

    def _row(self, row, place=None, **values):
        place = place or str(row.place)
        name, count = place, 1
        while (name, values["part"]) in self._places:       # a place can hold several numbers
            count += 1
            name = f"{place} ({values['number'] or count})" if count == 2 else f"{place} ({count})"
        self._places.add((name, values["part"]))
        self._rows.append({"import_made": self.import_made, "place": name, "table_no": row.table_no if row else None,
                           "row_no": row.row_no if row else None, "reason": None, "before": None, **values})

    def _save_parts(self):
        self.entry.add_parts(RecommendingState, self._states)
        self.entry.add_parts(RecommendationTerm, self._terms)
        for made in self._positions:
            made.recommendation_id = made.recommendation.id
            self.entry.add(made)
        self.entry.add_parts(ImportRow, self._rows)


def clear_numbers(renumbered, parted) -> None:
    """Free the numbers that are given anew as one set, so that two can change places.

    `renumbered`: ids of recommendations that get another number; `parted`: that get another part of the same one. Only
    what will differ is cleared, since change() saves nothing else.
    """
    for start in range(0, len(renumbered), 500):
        Recommendation.update(number=None).where(Recommendation.id.in_(renumbered[start:start + 500])).execute()
    for start in range(0, len(parted), 500):
        Recommendation.update(part=Recommendation.id * -1).where(
            Recommendation.id.in_(parted[start:start + 500])).execute()


def term_id(entry, known, kind, name) -> int:
    """The id of the coalition's term, made where it is missing. `known`: (kind, name) → id, kept up to date."""
    if len(name) > LONGEST_TERM:
        name = f"{name[:LONGEST_TERM - 1]}…"
    if (kind, name) not in known:
        code = CODE.match(name)
        known[kind, name] = entry.add(Term(kind=kind, name=name, code=code[0] if code else "")).id
    return known[kind, name]
