"""An organisation's own lights: one, or many at once; and what is left to do."""

from dataclasses import dataclass
from datetime import date

from core.api import Membership, Refused, change, lazy, visible
from plugins.midterm.lights import counted
from plugins.midterm.models import Assessment, Round, Share
from plugins.midterm.rounds import refuse_closed
from plugins.recommendations.models import Recommendation


@dataclass(frozen=True, slots=True)
class Task:
    """One recommendation in an organisation's list."""

    uid: str                    # of the assessment
    recommendation: str         # its uid
    number: str | None
    part: int
    text: str
    position: str | None
    light: str | None
    in_practice: str | None
    comment: str
    due: date | None

    @property
    def counted(self):
        return counted(self.light, self.in_practice)


def tasks(ctx, assessment_round: Round, membership: Membership) -> list[Task]:
    """What an organisation has to assess in a round, in the order of the numbers. Two queries, for any number."""
    due = dict(visible(ctx, Share, Share.recommendation, Share.due)
               .where(Share.round == assessment_round, Share.membership == membership).tuples())
    rows = (visible(ctx, Assessment, Assessment.uid, Recommendation.id, Recommendation.uid, Recommendation.number,
                    Recommendation.part, Recommendation.text, Recommendation.position, Assessment.light,
                    Assessment.light_in_practice, Assessment.comment)
            .join(Recommendation).where(Assessment.round == assessment_round, Assessment.membership == membership)
            .order_by(Recommendation.number_key, Recommendation.part, Recommendation.id).tuples())
    return [Task(row[0], *row[2:], due.get(row[1])) for row in rows]


def next_open(work: list[Task], after: str | None = None) -> Task | None:
    """The first without a light behind the one with this uid; then from the beginning; None when all have one."""
    place = next((index + 1 for index, task in enumerate(work) if task.uid == after), 0)
    return next((task for task in [*work[place:], *work[:place]] if not task.light and task.uid != after), None)


def set_light(ctx, assessment: Assessment, light, in_practice, comment: str, seen: int | None = None) -> str | None:
    """Set one's own light. Gives the act's uid, by which it can be undone; None when all stood so already.

    `seen`: the version that the person had before them; Conflict where another stands.
    """
    refuse_closed(ctx, assessment.round)
    wanted = (light, in_practice, comment.strip())
    if wanted == (assessment.light, assessment.light_in_practice, assessment.comment):
        return None
    with change(ctx, "midterm.assess", assessment, version=seen) as entry:
        assessment.light, assessment.light_in_practice, assessment.comment = wanted
    return entry.uid


def set_many(ctx, assessment_round: Round, membership: Membership, uids, light: str) -> tuple[str, int]:
    """Set one light for many of one's own. Gives (the act's uid, how many differ now from before)."""
    refuse_closed(ctx, assessment_round)
    if not light:
        raise Refused(lazy("Choose the light that all of them get."))
    with change(ctx, "midterm.assess", membership) as entry:
        chosen = list(visible(ctx, Assessment).where(
            Assessment.round == assessment_round, Assessment.membership == membership, Assessment.uid.in_(list(uids))))
        if not chosen:
            raise Refused(lazy("Choose at least one recommendation."))
        changed = 0
        for assessment in chosen:
            if (assessment.light, assessment.light_in_practice) != (light, None):
                entry.also(assessment)
                assessment.light, assessment.light_in_practice = light, None
                changed += 1
    return entry.uid, changed


def earlier(ctx, assessment: Assessment) -> list[tuple[str, str | None, str | None]]:
    """(title of the round, light, in practice) of the same organisation's lights in the rounds before, newest first."""
    return list(visible(ctx, Assessment, Round.title, Assessment.light, Assessment.light_in_practice).join(Round)
                .where(Assessment.recommendation == assessment.recommendation_id, Assessment.light.is_null(False),
                       Assessment.membership == assessment.membership_id, Assessment.round < assessment.round_id)
                .order_by(Assessment.round.desc()).tuples())


def others(ctx, assessment: Assessment) -> list[tuple[int, str, str | None, str]]:
    """(membership id, light, in practice, comment) of the other organisations that have set theirs in this round."""
    return list(visible(ctx, Assessment, Assessment.membership, Assessment.light, Assessment.light_in_practice,
                        Assessment.comment)
                .where(Assessment.recommendation == assessment.recommendation_id,
                       Assessment.round == assessment.round_id, Assessment.light.is_null(False),
                       Assessment.membership != assessment.membership_id).tuples())
