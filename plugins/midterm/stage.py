"""What the plugin brings to the stage "Mid-term": the way to its pages, and what is open when a review leaves it."""

from core.api import Panel, Patch, Verdict, allowed, lazy, lazy_plural, visible
from plugins.midterm import rounds
from plugins.midterm.models import AgreedAssessment
from plugins.recommendations.models import Recommendation

STAGE = "mid-term"


def nothing_open(ctx, review) -> Verdict:
    """It warns and never blocks: reporting is voluntary."""
    link = f"/c/{ctx.coalition.slug}/midterm/matrix?review={review.key}"
    total, agreed = _agreed(ctx, review)
    if agreed >= total:
        return Verdict(True, lazy("Every recommendation has an agreed light."), link)
    return Verdict(True, lazy_plural(
        "Of %(total)d recommendations %(num)d has no agreed light yet. The review can move on all the same.",
        "Of %(total)d recommendations %(num)d have no agreed light yet. The review can move on all the same.",
        total - agreed, total=total), link, warns=True)


def _agreed(ctx, review):
    """(how many recommendations the review has, on how many a light is agreed in its newest round)."""
    total = visible(ctx, Recommendation).where(Recommendation.review == review).count()
    newest = rounds.find_round(ctx, review)
    agreed = visible(ctx, AgreedAssessment).where(
        AgreedAssessment.round == newest, AgreedAssessment.agreed_at.is_null(False)).count() if newest else 0
    return total, agreed


PATCH = Patch("upr-cycle", STAGE, conditions={"midterm.nothing-open": nothing_open})


def panel(ctx, objects):
    """At "review.stage": the pages on which the work of this stage is done."""
    stage = objects[0]
    if stage.id != STAGE or not allowed(ctx, "midterm.see", stage.review):
        return None
    total, agreed = _agreed(ctx, stage.review)
    return Panel(lazy("Where the work is done"), "midterm/stage.html", {
        "review": stage.review.key, "total": total, "agreed": agreed,
        "may_export": agreed > 0 and allowed(ctx, "midterm.export", stage.review)})
