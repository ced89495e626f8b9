"""Into which review a file goes: what it says of itself, what was chosen, and what the coalition follows."""

from dataclasses import dataclass

from core.api import Refused, Review, lazy, new_review, reviews_of
from core.reference.states import state_name


@dataclass(frozen=True)
class Target:
    """`review` is not saved yet where `is_new`. `others`: reviews that a person may choose in its place."""

    review: Review
    others: tuple[Review, ...] = ()

    @property
    def is_new(self) -> bool:
        return self.review.id is None

    @property
    def key(self) -> str:
        return "new" if self.is_new else self.review.uid


def target_of(ctx, reading, session=None, here=None, into=None) -> Target:
    """Where the file's rows belong.

    `into`: the uid of a review, or "new": what a person chose. Else `session`; else the session that the file states;
    else the review `here`, or the coalition's only one. A missing review is made, cycle and month from the calendar.
    Refused where none of them tells.
    """
    reviews = reviews_of(ctx)
    proposed = _proposed(ctx, reading, reviews, session, here)
    others = [review for review in ([here] if here else reviews) if review != proposed]
    if into and into != "new":
        chosen = next((review for review in reviews if review.uid == into), None)
        if chosen is not None and chosen != proposed:
            return Target(chosen, (proposed, *(review for review in others if review != chosen)))
    return Target(proposed, tuple(others))


def _proposed(ctx, reading, reviews, session, here):
    state = reading.state or ctx.coalition.state
    if session:
        known = [review for review in reviews if review.wg_session == session]
        state = state if reading.session in (None, session) else ctx.coalition.state
        return _of_state(known, state) or (known[0] if known else new_review(ctx, state, session))
    if reading.session:
        known = [review for review in reviews if review.wg_session == reading.session]
        return _of_state(known, state) or new_review(ctx, state, reading.session)
    mine = [review for review in reviews if review.state == state] if reading.state else reviews
    if here is not None and here in mine:
        return here
    if len(mine) == 1:
        return mine[0]
    if mine:
        raise Refused(lazy("The file does not say its session. Choose the session of the review: %(sessions)s.",
                           sessions=", ".join(review.key for review in mine)))
    if reading.state and reviews:
        raise Refused(lazy("The file is about %(state)s, which this coalition does not follow, and it does not say its "
                           "session. Choose a session to bring it in all the same.", state=state_name(reading.state)))
    raise Refused(lazy("The file does not say its session, and the coalition follows no review yet. Say the session of "
                       "the Working Group, such as 48."))


def _of_state(reviews, state):
    return next((review for review in reviews if review.state == state), None)
