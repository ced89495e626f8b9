"""Many lights from a table: first the plan (new, changed, unchanged, refused), then one act for what is good."""

from dataclasses import dataclass, field

from core.api import Membership, Review, change, lazy, visible
from core.files.reading import Problem
from plugins.midterm.agreeing import Decision, agreed_by_recommendation, put
from plugins.midterm.evidence import key_of, keys_standing, new_evidence
from plugins.midterm.lights import pair
from plugins.midterm.models import Assessment, Round
from plugins.midterm.rounds import refuse_closed
from plugins.midterm.rows_in import LightRow
from plugins.midterm.shown import Shown, read_line
from plugins.recommendations.models import Recommendation


@dataclass
class Step:
    """What one row makes of one recommendation. `light` None: nothing is said, and nothing stands."""

    recommendation: Recommendation
    light: str | None
    in_practice: str | None
    comment: str
    evidence: list[Shown]
    outcome: str                # new, changed or unchanged


@dataclass
class Plan:
    steps: list[Step] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)

    def count(self, outcome):
        return sum(step.outcome == outcome for step in self.steps)

    @property
    def does_something(self):
        return self.count("unchanged") < len(self.steps)


def make_plan(ctx, review: Review, assessment_round: Round | None, membership: Membership | None, rows: list[LightRow],
              problems=()) -> Plan:
    """What the rows would do; nothing is written. `membership` None: they are the coalition's agreed lights.

    `assessment_round` None: there is none yet, so nothing stands.
    """
    if assessment_round is not None:
        refuse_closed(ctx, assessment_round)
    plan = Plan(refused=list(problems))
    numbered = _by_number(ctx, review)
    standing = _standing(ctx, assessment_round, membership)
    keys = keys_standing(ctx, [one.id for parts in numbered.values() for one in parts.values()])
    first: dict[int, LightRow] = {}
    for row in rows:
        recommendation, reason = _meant(numbered.get(row.number, {}), row)
        if reason is None and recommendation.id in first:
            reason = lazy("%(number)s stands in %(place)s already. The first is kept.", number=row.number,
                          place=first[recommendation.id].place)
        if reason is not None:
            plan.refused.append(Problem(row.place, reason))
            continue
        first[recommendation.id] = row
        plan.steps.append(_step(row, recommendation, standing.get(recommendation.id), assessment_round, membership,
                                keys))
    plan.refused.sort(key=lambda problem: problem.place.values.get("row", 0))
    return plan


def _by_number(ctx, review):
    numbered: dict[str, dict[int, Recommendation]] = {}
    for one in visible(ctx, Recommendation).where(Recommendation.review == review):
        if one.number:
            numbered.setdefault(one.number, {})[one.part] = one
    return numbered


def _standing(ctx, assessment_round, membership):
    if assessment_round is None:
        return {}
    if membership is None:
        return agreed_by_recommendation(ctx, assessment_round)
    return {one.recommendation_id: one for one in visible(ctx, Assessment).where(
        Assessment.round == assessment_round, Assessment.membership == membership)}


def _meant(parts, row):
    """(recommendation, None), or (None, why no recommendation is meant)."""
    if not parts:
        return None, lazy("There is no recommendation %(number)s in this review.", number=row.number)
    if row.part is None and len(parts) > 1:
        return None, lazy("%(number)s holds several recommendations. Write in the column “part” which is meant: "
                          "%(parts)s.", number=row.number, parts=", ".join(str(part) for part in sorted(parts)))
    part = next(iter(parts)) if row.part is None else row.part
    if part not in parts:
        return None, lazy("%(number)s has no part %(part)d.", number=row.number, part=part)
    return parts[part], None


def _step(row, recommendation, stands, assessment_round, membership, keys):
    before = (stands.light, stands.light_in_practice, stands.comment) if stands else (None, None, "")
    light, in_practice = _lights(row, before)
    comment = before[2] if row.comment is None else row.comment.strip()
    shown = [read_line(line) for line in row.evidence]
    added = [one for one in shown if (recommendation.id, key_of(assessment_round, membership, one)) not in keys]
    is_same = (light, in_practice, comment) == before and not added
    # The operator's table says what was agreed: a light that was only proposed becomes agreed.
    if membership is None and stands is not None and light and stands.agreed_at is None:
        is_same = False
    outcome = "unchanged" if is_same else "changed" if stands is not None and before[0] else "new"
    return Step(recommendation, light, in_practice, comment, added, outcome)


def _lights(row, before):
    """An empty cell leaves what stands; a light alone replaces it, in practice too where it no longer differs."""
    light = row.light or before[0] or ""
    return pair(light, row.light_in_practice or before[1] or "")


def carry_out(ctx, assessment_round: Round, membership: Membership | None, plan: Plan) -> str:
    """Do what the plan says, in one act; gives its uid."""
    steps = [step for step in plan.steps if step.outcome != "unchanged"]
    anchor, action = (assessment_round, "midterm.agree") if membership is None else (membership, "midterm.assess")
    with change(ctx, action, anchor) as entry:
        standing = _standing(ctx, assessment_round, membership)
        keys = keys_standing(ctx, [step.recommendation.id for step in steps])
        for step in steps:
            if membership is None:
                put(ctx, entry, assessment_round, standing,
                    Decision(step.recommendation, step.light, step.in_practice, step.comment), True)
            else:
                _put_own(entry, assessment_round, membership, standing, step)
            for shown in step.evidence:
                made = new_evidence(step.recommendation, assessment_round, membership, shown)
                if (step.recommendation.id, made.evidence_key) not in keys:
                    keys.add((step.recommendation.id, made.evidence_key))
                    entry.add(made)
    return entry.uid


def _put_own(entry, assessment_round, membership, standing, step):
    assessment = standing.get(step.recommendation.id)
    if assessment is None:
        assessment = entry.add(Assessment(round=assessment_round, recommendation=step.recommendation,
                                          membership=membership))
    entry.also(assessment)
    assessment.light, assessment.light_in_practice = step.light, step.in_practice
    assessment.comment = step.comment
