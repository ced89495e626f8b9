"""Rounds: the times at which a coalition assesses one review."""

from peewee import IntegrityError

from core.api import Refused, Review, change, lazy, visible
from plugins.midterm.models import Round

FIRST_TITLE = "Mid-term"
LONGEST_TITLE = 200             # it is part of an index, and PostgreSQL bounds what stands there


def rounds_of(ctx, review: Review) -> list[Round]:
    """The rounds of a review, the newest first."""
    return list(visible(ctx, Round).where(Round.review == review).order_by(Round.id.desc()))


def find_round(ctx, review: Review, title: str | None = None) -> Round | None:
    """The round with this title; without one the newest, or None where there is none. Refused names the titles."""
    rounds = rounds_of(ctx, review)
    if title is None:
        return rounds[0] if rounds else None
    for one in rounds:
        if one.title.casefold() == title.strip().casefold():
            return one
    raise Refused(lazy("There is no round “%(title)s”. There are: %(rounds)s.", title=title,
                       rounds=", ".join(one.title for one in rounds) or "–"))


def newest_rounds(ctx, reviews: list[Review]) -> dict[int, Round]:
    """Review id → its newest round, of those that have one. One query."""
    return {one.review_id: one for one in
            visible(ctx, Round).where(Round.review.in_([review.id for review in reviews])).order_by(Round.id)}


def needed_round(ctx, review: Review, title: str | None = None) -> Round:
    """As find_round(), but Refused where there is none yet."""
    found = find_round(ctx, review, title)
    if found is None:
        raise Refused(lazy("Nothing has been shared out yet, so there is no round. Share recommendations out, or add a "
                           "round."))
    return found


def add_round(ctx, review: Review, title: str, opens_on=None, closes_on=None) -> Round:
    """A new round of a review; it is the newest, so work goes on in it."""
    title = " ".join(title.split())
    if not title:
        raise Refused(lazy("A round needs a title, such as “Mid-term 2026”."))
    if len(title) > LONGEST_TITLE:
        raise Refused(lazy("The title has more than %(most)d letters. Shorten it.", most=LONGEST_TITLE))
    if any(one.title.casefold() == title.casefold() for one in rounds_of(ctx, review)):
        raise Refused(lazy("There is a round “%(title)s” already. Choose another title.", title=title))
    with change(ctx, "midterm.share", review) as entry:
        return entry.add(Round(review=review, title=title, opens_on=opens_on or ctx.today, closes_on=closes_on))


def close_round(ctx, assessment_round: Round, closes_on=None) -> None:
    """The round ends on this day (today, without one): its lights stand. None of them can be set after it."""
    with change(ctx, "midterm.share", assessment_round):
        assessment_round.closes_on = closes_on or ctx.today


def reopen_round(ctx, assessment_round: Round) -> None:
    with change(ctx, "midterm.share", assessment_round):
        assessment_round.closes_on = None


def is_closed(ctx, assessment_round: Round) -> bool:
    return assessment_round.closes_on is not None and assessment_round.closes_on < ctx.today


def refuse_closed(ctx, assessment_round: Round) -> None:
    """Refused when the round has ended: what was agreed then must stay what was sent."""
    if is_closed(ctx, assessment_round):
        raise Refused(lazy("The round “%(title)s” closed on %(day)s. A coordinator can open it again on the matrix "
                           "page.", title=assessment_round.title, day=assessment_round.closes_on.isoformat()))


def again_if_made_meanwhile(ctx, act):
    """act(), once more where another made one of its new rows in the same moment: now that row stands, and is seen."""
    try:
        return act()
    except IntegrityError:
        ctx.known.pop("mark", None)         # it went with the act; the second try stores it anew
        return act()
