"""The reviews of a coalition: finding the one that is meant, making one, correcting what is known of it, closing it."""

from datetime import date, time

from core.changes import change
from core.errors import NotThere, Refused
from core.language import Words, lazy, lazy_plural
from core.policy import News, Permission, visible
from core.reference.calendar import cycle_of_session, proposal_for
from core.reference.states import folded_name, read_state, state_name
from core.workflows.models import Review, StageMove
from core.workflows.standing import place_by_dates
from core.workflows.wall_time import GENEVA, WallTime, read

MOVED = News(lazy_plural("A review was moved, closed or opened by %(who)s",
                         "Reviews were moved, closed or opened %(num)d times by %(who)s", 0), "workflows.all_reviews")
PERMISSIONS = [
    Permission("review.edit", lazy("Write down dates, documents, consultations and notes of a review, and change the "
                                   "coalition's workflow"), frozenset({"coordinator", "editor", "operator"}), news={
        "review": News(lazy_plural("A change of what is known of a review, by %(who)s",
                                   "%(num)d changes of what is known of a review, by %(who)s", 0),
                       "workflows.all_reviews"),
        "consultation": News(lazy_plural("A consultation, written down by %(who)s",
                                         "%(num)d consultations, written down by %(who)s", 0),
                             "workflows.consultations"),
        "workflow_copy": News(lazy_plural("A change of the workflow, by %(who)s",
                                          "%(num)d changes of the workflow, by %(who)s", 0), "workflows.workflow")}),
    Permission("review.move", lazy("Move a review on to its next stage, or back"),
               frozenset({"coordinator", "editor", "operator"}), news={"review": MOVED}),
    Permission("review.force", lazy("Move a review although a condition is not met, and close it"),
               frozenset({"coordinator", "operator"}), news={"review": MOVED}),
    Permission("instance.calendar", lazy("Replace the calendar of the reviews"),
               frozenset({"administrator", "operator"})),
]


def reviews_of(ctx) -> list[Review]:
    """The coalition's reviews, the newest session first; those without a session before them."""
    return sorted(visible(ctx, Review), key=lambda review: (review.wg_session or 10 ** 6, review.id), reverse=True)


def open_reviews(ctx) -> list[Review]:
    """Those that are not closed, in the same order."""
    return [review for review in reviews_of(ctx) if not review.is_closed]


def find_review(ctx, key: str | None = None) -> Review:
    """The review with this key (session or uid); without one the earliest that is not closed, else the newest.
    NotThere where there is none."""
    reviews = reviews_of(ctx)
    if key is None:
        reviews = [review for review in reversed(reviews) if not review.is_closed] or reviews
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


def state_here(ctx, typed: str) -> str | None:
    """The ISO3 code of the State that a person typed: the coalition's own as the coalition names it, else by a name or
    a code that is known to all. None for neither."""
    own = {folded_name(ctx.coalition.state_name): ctx.coalition.state,
           **{folded_name(review.title): review.state for review in reviews_of(ctx)}}
    return read_state(typed) or own.get(folded_name(typed))


def new_review(ctx, state: str, session: int | None, cycle: int | None = None) -> Review:
    """A review that is not saved yet: what the calendar knows of it, which the coalition can correct, and the stage
    that follows from that."""
    name = ctx.coalition.state_name if state == ctx.coalition.state and ctx.coalition.state_name else \
        state_name(state, "en")
    review = Review(coalition=ctx.coalition, state=state, cycle=cycle or cycle_of_session(session), wg_session=session,
                    title=name)
    if proposed := proposal_for(session, state):
        review.reviewed_on = proposed.first_day
        if proposed.deadline:
            review.window_closes_due = WallTime(proposed.deadline, proposed.closing_hour).kept()
        source = {"source": proposed.source, "confidence": proposed.confidence}
        review.date_sources = {**({"reviewed_on": {**source, "is_month": True}} if proposed.first_day else {}),
                               **({"window_closes_due": source} if proposed.deadline else {})}
    place_by_dates(review, ctx.today)
    return review


def add_review(ctx, state: str | None = None, session: int | None = None, cycle: int | None = None) -> Review:
    """Follow one more review. Refused when the coalition follows it already."""
    state = state or ctx.coalition.state
    if session and visible(ctx, Review).where(Review.state == state, Review.wg_session == session).exists():
        raise Refused(lazy("The coalition follows the review of session %(session)d already.", session=session))
    with change(ctx, "coalition.settings", ctx.coalition) as entry:
        return entry.add(new_review(ctx, state, session, cycle))


def change_review(ctx, review: Review, title: str, cycle: int | None, session: int | None, reviewed_on: date | None,
                  version=None, **dates) -> None:
    """Correct what is known of a review; all of it may be unknown but its title. `dates`: adopted_on (a day or None),
    window_opens_due and window_closes_due (a WallTime or None); those that are not given stay.

    While nobody has moved it, the review goes to the stage that its days say.
    """
    if not title.strip():
        raise Refused(lazy("A review needs a title, such as the name of the State."))
    wanted = {"reviewed_on": reviewed_on, **{name: day.kept() if isinstance(day, WallTime) else
                                             day or ("" if name.endswith("_due") else None)
                                             for name, day in dates.items()}}
    _refuse_turned(wanted["window_opens_due"] if "window_opens_due" in wanted else review.window_opens_due,
                   wanted["window_closes_due"] if "window_closes_due" in wanted else review.window_closes_due)
    is_moved = StageMove.select().where(StageMove.review == review).exists()
    with change(ctx, "review.edit", review, version=version):
        _refuse_twice(ctx, review, session)
        review.title, review.cycle, review.wg_session = title.strip(), cycle, session
        changed = {name for name, day in wanted.items() if day != getattr(review, name)}
        for name in changed:
            setattr(review, name, wanted[name])
        review.date_sources = {name: source for name, source in review.date_sources.items() if name not in changed}
        if not is_moved and changed:
            place_by_dates(review, ctx.today)


def _refuse_turned(opens_kept, closes_kept):
    opens, closes = read(opens_kept), read(closes_kept)
    if opens and closes and (closes.day, closes.clock or time.max) < (opens.day, opens.clock or time.min):
        raise Refused(lazy("The window would close (%(closes)s) before it opens (%(opens)s). Look at the two.",
                           closes=str(closes.shown(GENEVA)), opens=str(opens.shown(GENEVA))))


def _refuse_twice(ctx, review, session):
    if session and visible(ctx, Review).where(Review.state == review.state, Review.wg_session == session,
                                              Review.id != review.id).exists():
        raise Refused(lazy("The coalition follows the review of session %(session)d already.", session=session))


def close_review(ctx, review: Review, is_closed=True, version=None) -> None:
    """A closed review is not the one that pages show by themselves; all of it stays, and it can be opened again."""
    with change(ctx, "review.force", review, version=version):
        review.is_closed = is_closed


def whole_title(review: Review) -> Words:
    """What tells it apart from the other reviews of the same State."""
    return lazy("%(title)s, %(detail)s", title=review.title, detail=review_detail(review))


def review_detail(review: Review) -> Words:
    """Its cycle and session, as far as they are known."""
    if review.wg_session is None and review.cycle is None:
        return lazy("session not known yet")
    if review.wg_session is None:
        return lazy("cycle %(cycle)s, session not known yet", cycle=review.cycle)
    if review.cycle is None:
        return lazy("session %(session)s", session=review.wg_session)
    return lazy("cycle %(cycle)s, session %(session)s", cycle=review.cycle, session=review.wg_session)
