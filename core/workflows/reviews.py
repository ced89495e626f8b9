"""The reviews of a coalition: finding the one that is meant, making one, and where it stands in the cycle."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from core.changes import change
from core.errors import NotThere, Refused
from core.language import Words, lazy
from core.policy import visible
from core.reference.calendar import cycle_of_session, month_of
from core.reference.states import state_name
from core.workflows.models import Review

CYCLE = Path(__file__).parent / "upr_cycle.toml"


def reviews_of(ctx) -> list[Review]:
    """The coalition's reviews, the newest session first; those without a session before them."""
    return sorted(visible(ctx, Review), key=lambda review: (review.wg_session or 10 ** 6, review.id), reverse=True)


def find_review(ctx, key: str | None = None) -> Review:
    """The review with this key (session or uid); without one the coalition's newest. NotThere where there is none."""
    reviews = reviews_of(ctx)
    for review in reviews:
        if key is None or key in (review.key, review.uid):
            return review
    raise NotThere(lazy("The coalition has no review %(key)s.", key=key or ""))


def only_review(ctx, session: int | None = None) -> Review:
    """The review that a command means: of this session, else the coalition's only one. Refused names the choices."""
    reviews = reviews_of(ctx)
    chosen = [review for review in reviews if session is None or review.wg_session == session]
    if len(chosen) == 1:
        return chosen[0]
    if not reviews:
        raise Refused(lazy("The coalition follows no review yet. Import a file, or add one: "
                           "commonweal review add --session N."))
    sessions = ", ".join(review.key for review in reviews)
    raise Refused(lazy("Say which review: --session, one of %(sessions)s.", sessions=sessions))


def new_review(ctx, state: str, session: int | None, cycle: int | None = None) -> Review:
    """A review that is not saved yet: cycle and month from the shipped calendar, which the coalition can correct."""
    cycle = cycle or cycle_of_session(session)
    name = ctx.coalition.state_name if state == ctx.coalition.state and ctx.coalition.state_name else \
        state_name(state, "en")
    month = month_of(session, state) or month_of(session) if session else None
    return Review(coalition=ctx.coalition, state=state, cycle=cycle, wg_session=session, title=name,
                  reviewed_on=date.fromisoformat(f"{month}-01") if month else None)


def add_review(ctx, state: str | None = None, session: int | None = None, cycle: int | None = None) -> Review:
    """Follow one more review. Refused when the coalition follows it already."""
    state = state or ctx.coalition.state
    if session and visible(ctx, Review).where(Review.state == state, Review.wg_session == session).exists():
        raise Refused(lazy("The coalition follows the review of session %(session)d already.", session=session))
    with change(ctx, "coalition.settings", ctx.coalition) as entry:
        return entry.add(new_review(ctx, state, session, cycle))


def change_review(ctx, review: Review, title: str, cycle: int | None, session: int | None, reviewed_on: date | None,
                  version=None) -> None:
    """Correct what is known of a review; all of it may be unknown but its title."""
    if not title.strip():
        raise Refused(lazy("A review needs a title, such as the name of the State."))
    with change(ctx, "coalition.settings", review, version=version):
        review.title, review.cycle, review.wg_session, review.reviewed_on = title.strip(), cycle, session, reviewed_on


def review_detail(review: Review) -> Words:
    """Its cycle and session, as far as they are known."""
    if review.wg_session is None:
        return lazy("session not known yet")
    if review.cycle is None:
        return lazy("session %(session)s", session=review.wg_session)
    return lazy("cycle %(cycle)s, session %(session)s", cycle=review.cycle, session=review.wg_session)


@dataclass(frozen=True)
class Stage:
    """One step of the cycle as the ribbon shows it. `who`: any of the words state, un, us."""

    title: Words
    who: str
    on: date
    status: str                         # done, now or ahead


@cache
def _steps():
    return tomllib.loads(CYCLE.read_text(encoding="utf-8"))["stage"]


def stages(review: Review, today: date) -> list[Stage]:
    """The steps of a review by its day, from the review on to the next one; empty while that day is not known."""
    if review.reviewed_on is None:
        return []
    days = [review.reviewed_on + timedelta(days=step["days_after_review"]) for step in _steps()]
    # A step lasts until the next one begins; the one that has begun last is now.
    current = max((index for index, day in enumerate(days) if day <= today), default=-1)
    return [Stage(lazy(step["title"]), step["who"], day,
                  "now" if index == current else "done" if index < current else "ahead")
            for index, (step, day) in enumerate(zip(_steps(), days, strict=True))]
