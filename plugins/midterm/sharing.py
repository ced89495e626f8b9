"""Sharing out: recommendations go to an organisation to assess, many at once, by a day."""

from dataclasses import dataclass

from core.api import Membership, Refused, Review, change, lazy, visible
from plugins.midterm.models import Assessment, Round, Share
from plugins.midterm.rounds import FIRST_TITLE, again_if_made_meanwhile, refuse_closed
from plugins.recommendations.models import Recommendation


@dataclass(frozen=True)
class Outcome:
    """How many objects an act made, changed, and found as they should be; and those it may not touch."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


def plan_share(ctx, assessment_round: Round | None, recommendations, membership: Membership, due=None):
    """(recommendations not shared yet, shares whose day changes, recommendations that stay as they are).

    Refused where the round has ended: nobody could set a light there.
    """
    if assessment_round is not None:
        refuse_closed(ctx, assessment_round)
    standing = {} if assessment_round is None else {
        share.recommendation_id: share
        for share in visible(ctx, Share).where(Share.round == assessment_round, Share.membership == membership)}
    new = [one for one in recommendations if one.id not in standing]
    held = [standing[one.id] for one in recommendations if one.id in standing]
    moved = [share for share in held if due is not None and share.due != due]
    return new, moved, len(held) - len(moved)


def share(ctx, review: Review, assessment_round: Round | None, recommendations, membership: Membership,
          due=None) -> Outcome:
    """Give these recommendations to an organisation, with an empty assessment each, in one act.

    Without a round the first one is made. What is shared already stays as it is; a `due` replaces the one that stood.
    """
    recommendations = list({one.id: one for one in recommendations}.values())
    if not recommendations:
        raise Refused(lazy("Choose at least one recommendation to share out."))
    if any(one.review_id != review.id for one in recommendations):
        raise Refused(lazy("The recommendations belong to different reviews. Share them out one review at a time."))
    return again_if_made_meanwhile(
        ctx, lambda: _share(ctx, review, assessment_round, recommendations, membership, due))


def _share(ctx, review, assessment_round, recommendations, membership, due):
    with change(ctx, "midterm.share", review) as entry:
        if assessment_round is None:
            assessment_round = (visible(ctx, Round).where(Round.review == review).order_by(Round.id.desc()).first()
                                or entry.add(Round(review=review, title=FIRST_TITLE, opens_on=ctx.today)))
        new, moved, unchanged = plan_share(ctx, assessment_round, recommendations, membership, due)
        begun = _assessed(ctx, assessment_round, membership)
        for one in new:
            entry.add(Share(round=assessment_round, recommendation=one, membership=membership, due=due))
            if one.id not in begun:
                entry.add(Assessment(round=assessment_round, recommendation=one, membership=membership))
        for standing in moved:
            entry.also(standing).due = due
    return Outcome(len(new), len(moved), unchanged)


def take_back(ctx, assessment_round: Round, recommendations, membership: Membership) -> Outcome:
    """Take shares back that hold no light and no word yet; the others stay, and are counted as refused."""
    wanted = [one.id for one in recommendations]
    with change(ctx, "midterm.share", assessment_round) as entry:
        assessments = {one.recommendation_id: one for one in visible(ctx, Assessment).where(
            Assessment.round == assessment_round, Assessment.membership == membership,
            Assessment.recommendation.in_(wanted))}
        shares = list(visible(ctx, Share).where(Share.round == assessment_round, Share.membership == membership,
                                                Share.recommendation.in_(wanted)))
        kept = 0
        for standing in shares:
            assessment = assessments.get(standing.recommendation_id)
            if assessment is not None and (assessment.light or assessment.comment):
                kept += 1
                continue
            entry.remove(standing)
            if assessment is not None:
                entry.remove(assessment)
    return Outcome(changed=len(shares) - kept, refused=kept)


def recommendations_by_uid(ctx, review: Review, uids) -> list[Recommendation]:
    """Those of the review with these uids; others are left out, as if they were not there."""
    return list(visible(ctx, Recommendation).where(Recommendation.review == review, Recommendation.uid.in_(list(uids)))
                .order_by(Recommendation.number_key, Recommendation.part))


def recommendations_by_number(ctx, review: Review, words: str) -> tuple[list[Recommendation], list[str]]:
    """(those that "1.1,1.2" or "all" names, all parts of a number; the numbers that the review does not have)."""
    query = (visible(ctx, Recommendation).where(Recommendation.review == review)
             .order_by(Recommendation.number_key, Recommendation.part, Recommendation.id))
    if words.strip().lower() == "all":
        return list(query), []
    numbers = list(dict.fromkeys(word.strip() for word in words.replace(";", ",").split(",") if word.strip()))
    found = list(query.where(Recommendation.number.in_(numbers)))
    return found, [number for number in numbers if number not in {one.number for one in found}]


def progress(ctx, assessment_round: Round | None) -> dict[int, tuple[int, int]]:
    """Membership id → (lights that are set, recommendations that it has) in this round. One query."""
    found: dict[int, tuple[int, int]] = {}
    if assessment_round is None:
        return found
    for membership, light in visible(ctx, Assessment, Assessment.membership, Assessment.light).where(
            Assessment.round == assessment_round).tuples():
        done, total = found.get(membership, (0, 0))
        found[membership] = (done + bool(light), total + 1)
    return found


def _assessed(ctx, assessment_round, membership):
    return {row for (row,) in visible(ctx, Assessment, Assessment.recommendation).where(
        Assessment.round == assessment_round, Assessment.membership == membership).tuples()}
