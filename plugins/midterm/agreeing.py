"""The coalition's agreed assessment: proposed, agreed, one or many at once; and the dissent that may stay with it."""

from dataclasses import dataclass

from core.api import Membership, Refused, change, lazy, visible
from plugins.midterm.lights import LIGHTS
from plugins.midterm.models import AgreedAssessment, Assessment, Dissent, Round
from plugins.midterm.rounds import again_if_made_meanwhile, refuse_closed
from plugins.recommendations.models import Recommendation


@dataclass(frozen=True)
class Decision:
    """What the coalition says of one recommendation. `comment` None: the one that stands is kept.

    `seen`: the version of the agreed assessment that the person had before them, 0 where there was none; None: any.
    """

    recommendation: Recommendation
    light: str | None
    in_practice: str | None = None
    comment: str | None = None
    seen: int | None = None


def agreed_by_recommendation(ctx, assessment_round: Round, recommendations=None) -> dict[int, AgreedAssessment]:
    """Recommendation id → the agreed assessment of the round, for all or for these recommendations."""
    query = visible(ctx, AgreedAssessment).where(AgreedAssessment.round == assessment_round)
    if recommendations is not None:
        query = query.where(AgreedAssessment.recommendation.in_([one.id for one in recommendations]))
    return {one.recommendation_id: one for one in query}


def decide(ctx, assessment_round: Round, decisions: list[Decision], is_agreed: bool = True) -> tuple[str, int]:
    """Agree, or only propose, these lights in one act. Gives (the act's uid, how many were not so before).

    Conflict where another version of one stands than was seen.
    """
    refuse_closed(ctx, assessment_round)
    return again_if_made_meanwhile(ctx, lambda: _decide(ctx, assessment_round, decisions, is_agreed))


def _decide(ctx, assessment_round, decisions, is_agreed):
    with change(ctx, "midterm.agree", assessment_round) as entry:
        standing = agreed_by_recommendation(ctx, assessment_round, [one.recommendation for one in decisions])
        changed = sum(put(ctx, entry, assessment_round, standing, decision, is_agreed) for decision in decisions)
    return entry.uid, changed


def put(ctx, entry, assessment_round, standing, decision: Decision, is_agreed: bool) -> bool:
    """One decision inside an open act; False where it stood so. A new row begins empty, so that it can be undone."""
    agreed = standing.get(decision.recommendation.id)
    if agreed is not None and _stands(agreed, decision, is_agreed):
        return False
    if agreed is None:
        agreed = entry.add(AgreedAssessment(round=assessment_round, recommendation=decision.recommendation))
        standing[decision.recommendation.id] = agreed
        entry.also(agreed)
    else:
        entry.also(agreed, version=decision.seen)
    agreed.light, agreed.light_in_practice = decision.light, decision.in_practice
    if decision.comment is not None:
        agreed.comment = decision.comment.strip()
    agreed.agreed_at = ctx.now if is_agreed and decision.light else None
    return True


def _stands(agreed, decision, is_agreed):
    return ((agreed.light, agreed.light_in_practice) == (decision.light, decision.in_practice)
            and (decision.comment is None or agreed.comment == decision.comment.strip())
            and (agreed.agreed_at is not None) == (is_agreed and bool(decision.light)))


def common_light(lights) -> tuple[str, str | None] | None:
    """The (light, in practice) that all these answers share; None for none, or where they differ."""
    found = set(lights)
    return found.pop() if len(found) == 1 else None


def equal_ones(ctx, assessment_round: Round) -> list[Decision]:
    """A decision for each recommendation that is not agreed yet and on which all who answered say the same."""
    settled = set(visible(ctx, AgreedAssessment, AgreedAssessment.recommendation)
                  .where(AgreedAssessment.round == assessment_round, AgreedAssessment.light.is_null(False)).tuples())
    answers: dict[int, list] = {}
    for assessment in (visible(ctx, Assessment).where(Assessment.round == assessment_round,
                                                      Assessment.light.is_null(False))):
        if (assessment.recommendation_id,) not in settled:
            answers.setdefault(assessment.recommendation_id, []).append(assessment)
    common = {one: common_light((answer.light, answer.light_in_practice) for answer in given)
              for one, given in answers.items()}
    wanted = [one for one, light in common.items() if light]
    return [Decision(recommendation, *common[recommendation.id], comment=joined(answers[recommendation.id]), seen=None)
            for recommendation in visible(ctx, Recommendation).where(Recommendation.id.in_(wanted))
            .order_by(Recommendation.number_key, Recommendation.part)]


def joined(assessments) -> str:
    """The organisations' comments one below the other, each once, without names: a first wording of the common one. By
    light, then by words: whose came first is nobody's business."""
    said = sorted((LIGHTS.index(one.light) if one.light else len(LIGHTS), one.comment.strip()) for one in assessments)
    return "\n".join(dict.fromkeys(comment for _place, comment in said if comment))


def agree_equal(ctx, assessment_round: Round) -> tuple[str, int]:
    """Agree all on which everyone who answered says the same, with their comments. As decide()."""
    decisions = equal_ones(ctx, assessment_round)
    if not decisions:
        raise Refused(lazy("There is nothing to agree at once: either all is agreed, or the lights differ."))
    return decide(ctx, assessment_round, decisions)


def set_dissent(ctx, agreed: AgreedAssessment, membership: Membership, sentence: str) -> None:
    """An organisation's own sentence beside a light that it does not share; an empty one takes it away."""
    refuse_closed(ctx, agreed.round)
    sentence = " ".join(sentence.split())
    dissent = visible(ctx, Dissent).where(Dissent.agreed_assessment == agreed, Dissent.membership == membership).first()
    if dissent is None:
        if not sentence:
            raise Refused(lazy("Type the sentence that shall stand beside the agreed light."))
        made = Dissent(coalition=ctx.coalition, agreed_assessment=agreed, membership=membership, sentence=sentence)
        with change(ctx, "midterm.dissent", made) as entry:
            entry.add(made)
        return
    with change(ctx, "midterm.dissent", dissent) as entry:
        if sentence:
            dissent.sentence = sentence
        else:
            entry.remove(dissent)
