"""What the plugin puts on Today, in all open reviews: lights to set, days that were given, differences to settle."""

from flask import url_for
from peewee import fn

from core.api import WaitingItem, allowed, labels, lazy, lazy_plural, open_reviews, visible
from plugins.midterm import assessing, rounds, views
from plugins.midterm.matrix import lines_of
from plugins.midterm.models import Assessment, Share
from plugins.recommendations.models import Recommendation


def waiting(ctx) -> list[WaitingItem]:
    """What waits for this person in each open review, in its newest round; nothing of a round that is closed."""
    reviews = open_reviews(ctx)
    newest = rounds.newest_rounds(ctx, reviews)
    items = _sharing_waits(ctx, [review for review in reviews if review.id not in newest])
    for review in reviews:
        assessment_round = newest.get(review.id)
        if assessment_round is not None and not rounds.is_closed(ctx, assessment_round):
            items += _of_round(ctx, review, assessment_round)
    return items


def _sharing_waits(ctx, reviews):
    """Of reviews in which nothing is shared out yet: that there is something to share. One query."""
    may = [review for review in reviews if allowed(ctx, "midterm.share", review)]
    counts = dict(visible(ctx, Recommendation, Recommendation.review, fn.COUNT(Recommendation.id))
                  .where(Recommendation.review.in_([review.id for review in may]))
                  .group_by(Recommendation.review).tuples()) if may else {}
    return [WaitingItem(
        f"midterm.share:{review.uid}", lazy_plural(
            "%(num)d recommendation is shared out to nobody yet",
            "%(num)d recommendations are shared out to nobody yet", counts[review.id]),
        url_for("recommendations.index", review=review.key), None, 20, act=lazy("Share out"),
        plain=lazy("Share the recommendations out")) for review in may if review.id in counts]


def _of_round(ctx, review, assessment_round):
    items = [item for membership in ctx.memberships
             if (item := _lights_wait(ctx, review, assessment_round, membership)) is not None]
    if allowed(ctx, "midterm.share", review):
        items += _days_wait(ctx, review, assessment_round)
    if allowed(ctx, "midterm.agree", assessment_round):
        items += _decisions_wait(ctx, review, assessment_round)
    return items


def _days_wait(ctx, review, assessment_round):
    """For who shares out: by which days others were asked for lights that are not there yet. One query."""
    open_shares = (visible(ctx, Share, Share.due, fn.COUNT(Share.id), fn.COUNT(Share.membership.distinct()))
                   .join(Assessment, on=(Assessment.round == Share.round)
                         & (Assessment.recommendation == Share.recommendation)
                         & (Assessment.membership == Share.membership))
                   .where(Share.round == assessment_round, Share.due.is_null(False), Assessment.light.is_null(),
                          Share.membership.not_in([own.id for own in ctx.memberships]))
                   .group_by(Share.due).tuples())
    for due, count, organisations in open_shares:
        yield WaitingItem(
            f"midterm.due:{assessment_round.uid}:{due}", lazy_plural(
                "%(num)d recommendation that was shared out is due (%(organisations)s)",
                "%(num)d recommendations that were shared out are due (%(organisations)s)", count,
                organisations=lazy_plural("%(num)d organisation", "%(num)d organisations", organisations)),
            url_for("midterm.matrix", review=review.key), due, 25, act=lazy("See the matrix"),
            plain=lazy("Recommendations that were shared out are due"))


def _lights_wait(ctx, review, assessment_round, membership):
    work = assessing.tasks(ctx, assessment_round, membership)
    left = [task for task in work if not task.light]
    if not left:
        return None
    days = sorted(task.due for task in left if task.due)
    name = labels(ctx, ctx.memberships)[membership.id]
    return WaitingItem(
        f"midterm.assess:{assessment_round.uid}:{membership.uid}:{days[0] if days else ''}",
        lazy_plural("Assess %(num)d recommendation for %(organisation)s", "Assess %(num)d recommendations for "
                    "%(organisation)s", len(left), organisation=name),
        url_for("midterm.begin", review=review.key, **views.for_whom(membership)), days[0] if days else None, 20,
        len(work) - len(left), len(work), lazy("Assess"), plain=lazy("Assess the recommendations that are yours"))


def _decisions_wait(ctx, review, assessment_round):
    lines = lines_of(ctx, review, assessment_round)
    differing = sum(line.differs and not line.is_agreed for line in lines)
    equal = sum(line.is_equal for line in lines)
    if differing:
        yield WaitingItem(
            f"midterm.settle:{assessment_round.uid}", lazy_plural(
                "On %(num)d recommendation the lights differ, and none is agreed",
                "On %(num)d recommendations the lights differ, and none is agreed", differing),
            url_for("midterm.matrix", review=review.key, show="differ"), None, 30, act=lazy("Settle"),
            plain=lazy("Settle the lights that differ"))
    if equal:
        yield WaitingItem(
            f"midterm.equal:{assessment_round.uid}", lazy_plural(
                "%(num)d light can be agreed: all who answered say the same",
                "%(num)d lights can be agreed: all who answered say the same", equal),
            url_for("midterm.matrix", review=review.key, show="open"), None, 40, act=lazy("Agree"),
            plain=lazy("Agree the lights on which all say the same"))
