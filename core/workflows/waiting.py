"""What a review puts on Today: the window that opens and closes, days that the coalition set, a stage that is due.

Verdicts are not asked here: they are on the review's page, and are asked there only.
"""

from datetime import timedelta

from core.hooks import WaitingItem
from core.language import lazy
from core.policy import allowed
from core.workflows.moving import ways_on
from core.workflows.places import page_of, page_of_stage
from core.workflows.reviews import open_reviews
from core.workflows.standing import current, stages_of_each
from core.workflows.wall_time import read

OPENS_WITHIN, CLOSES_WITHIN, STAGE_WITHIN = timedelta(days=30), timedelta(days=60), timedelta(days=30)


def waiting_items(ctx) -> list[WaitingItem]:
    """What waits for this person in the coalition's open reviews. `due` is a day in Geneva for what closes there."""
    may_move = allowed(ctx, "review.move", ctx.coalition)
    reviews = open_reviews(ctx)
    stages = stages_of_each(ctx, reviews)
    return [item for review in reviews
            for item in (*_window(ctx, review), *_stages(ctx, review, stages[review.id], may_move))]


def _window(ctx, review):
    opens, closes = read(review.window_opens_due), read(review.window_closes_due)
    url = page_of(ctx, review)
    if opens and not opens.is_past(ctx.now) and opens.day - ctx.utc_day <= OPENS_WITHIN:
        yield WaitingItem(f"review.opens.{review.uid}.{opens.kept()}", lazy(
            "The window for submissions opens on %(when)s", when=str(opens.shown(ctx.zone))), url, opens.day, 40,
            act=lazy("See the stage"), plain=lazy("The window for submissions opens"))
    if closes and not closes.is_past(ctx.now) and closes.day - ctx.utc_day <= CLOSES_WITHIN:
        yield WaitingItem(f"review.closes.{review.uid}.{closes.kept()}", lazy(
            "The window for submissions closes on %(when)s", when=str(closes.shown(ctx.zone))), url, closes.day, 5,
            act=lazy("See the stage"), plain=lazy("The window for submissions closes"))


def _stages(ctx, review, stages, may_move):
    here = current(stages)
    if here.ends_on is not None and not here.is_of_window("ends_on") \
            and timedelta(0) <= here.ends_on - ctx.today <= STAGE_WITHIN:
        yield WaitingItem(f"review.ends.{review.uid}.{here.id}.{here.ends_on}", lazy(
            "“%(stage)s” ends", stage=str(here.title)) if here.is_exact("ends_on") else lazy(
            "“%(stage)s” ends about this day", stage=str(here.title)), page_of_stage(ctx, here), here.ends_on, 45,
            act=lazy("See the stage"), plain=lazy("A stage of the review ends"))
    for stage in stages:
        if "starts_on" in stage.by_hand and stage.status == "ahead" \
                and timedelta(0) <= stage.starts_on - ctx.today <= STAGE_WITHIN:
            yield WaitingItem(f"review.begins.{review.uid}.{stage.id}.{stage.starts_on}", lazy(
                "“%(stage)s” begins", stage=str(stage.title)), page_of_stage(ctx, stage), stage.starts_on, 45,
                act=lazy("See the stage"), plain=lazy("A stage of the review begins"))
    if may_move:
        yield from _due_to_move(ctx, review, stages)


def _due_to_move(ctx, review, stages):
    """The first of the next stages whose day has come."""
    for stage, _way in ways_on(ctx, stages):
        if stage.starts_on and stage.starts_on <= ctx.today:
            yield WaitingItem(f"review.move.{review.uid}.{current(stages).id}.{stage.id}.{stage.starts_on}", lazy(
                "See whether the review can move on from “%(here)s” to “%(stage)s”",
                here=str(current(stages).title), stage=str(stage.title)), page_of(ctx, review), stage.starts_on, 45,
                act=lazy("See what is asked"), plain=lazy("See whether the review can move on"))
            return
