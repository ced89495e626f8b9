"""The days of the coalition's open reviews, for the calendar and its feed: when the window for submissions opens and
closes, and when stages begin and end; and which window closes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.language import Words, _, lazy, ngettext
from core.reference.states import state_name
from core.workflows.engine import workflow_of
from core.workflows.models import Review
from core.workflows.places import page_of, page_of_stage
from core.workflows.reviews import open_reviews, review_detail, whole_title
from core.workflows.standing import stages_of_each
from core.workflows.wall_time import WallTime, read

WINDOW = {"opens": lazy("%(review)s: the window for submissions opens on %(when)s"),
          "closes": lazy("%(review)s: the window for submissions closes on %(when)s")}
# (what a stage does on the day, whether the day is certain) → its sentence.
STAGE = {("begins", True): lazy("%(review)s: “%(stage)s” begins"),
         ("begins", False): lazy("%(review)s: “%(stage)s” begins about this day"),
         ("ends", True): lazy("%(review)s: “%(stage)s” ends"),
         ("ends", False): lazy("%(review)s: “%(stage)s” ends about this day"),
         ("is", True): lazy("%(review)s: “%(stage)s”"), ("is", False): lazy("%(review)s: “%(stage)s”, about this day")}
NAMELESS = {"begins": lazy("A stage of the review begins"), "ends": lazy("A stage of the review ends")}


@dataclass(frozen=True)
class ReviewDay:
    """A day of a review, with its sentence. `plain`: without a word that somebody wrote: the State, the cycle and the
    session are public, and of a stage stands the title that it was shipped with."""

    key: str
    on: date
    sentence: Words
    plain: Words
    url: str


def days_of_reviews(ctx) -> Iterator[ReviewDay]:
    """Every day that is known or counted, of the reviews that are not closed. A constant number of queries."""
    reviews = open_reviews(ctx)
    stages = stages_of_each(ctx, reviews)
    shipped = {stage.id: stage.title for stage in workflow_of(ctx).stages}
    for review in reviews:
        yield from _of_window(ctx, review)
        for stage in stages[review.id]:
            yield from _of_stage(ctx, stage, shipped.get(stage.id))


def _public_name(ctx, review):
    return lazy("%(title)s, %(detail)s", title=state_name(review.state, ctx.locale), detail=str(review_detail(review)))


def _of_window(ctx, review):
    for word, kept in (("opens", review.window_opens_due), ("closes", review.window_closes_due)):
        if wall := read(kept):
            when = str(wall.shown(ctx.zone))
            yield ReviewDay(f"review.{word}.{review.uid}.{kept}", wall.day,
                            lazy(WINDOW[word].text, review=str(whole_title(review)), when=when),
                            lazy(WINDOW[word].text, review=str(_public_name(ctx, review)), when=when),
                            page_of(ctx, review))


def _of_stage(ctx, stage, shipped):
    """Both its days; one line where it is one day, and none for the day that the window's own line tells."""
    for word, name in (("begins", "starts_on"), ("ends", "ends_on")):
        on = getattr(stage, name)
        if on is None or stage.is_of_window(name) or (word == "ends" and stage.starts_on == on):
            continue
        text = STAGE["is" if stage.starts_on == stage.ends_on else word, stage.is_exact(name)].text
        plain = NAMELESS[word] if shipped is None else lazy(
            text, review=str(_public_name(ctx, stage.review)), stage=str(shipped))
        yield ReviewDay(f"review.{word}.{stage.review.uid}.{stage.id}.{on}", on,
                        lazy(text, review=str(whole_title(stage.review)), stage=str(stage.title)), plain,
                        page_of_stage(ctx, stage))


def next_closing(ctx, reviews: list[Review]) -> tuple[Review, WallTime, int] | None:
    """Of these reviews' windows the one that closes next, and in how many of the reader's days; None where none is
    known to close."""
    ahead = [((closes.day_in(ctx.zone) - ctx.today).days, review.id, review, closes) for review in reviews
             if (closes := read(review.window_closes_due))]
    days, _id, review, closes = min((one for one in ahead if one[0] >= 0), default=(0, 0, None, None))
    return (review, closes, days) if review is not None and closes is not None else None


def closing_words(ctx, review: Review, closes: WallTime, days: int) -> str:
    """A whole sentence: which window closes when, in Geneva's time and the reader's."""
    named, when = str(whole_title(review)), str(closes.shown(ctx.zone))
    if days == 0:
        return _("The submission window of %(review)s closes today: %(when)s.", review=named, when=when)
    return ngettext("The submission window of %(review)s closes in %(num)d day: %(when)s.",
                    "The submission window of %(review)s closes in %(num)d days: %(when)s.", days, review=named,
                    when=when)
