"""What core asks on the way from one stage to the next. Each answers with a sentence, met or not.

A condition reads and never writes. Whoever thinks better may force a transition; that is written down (moving.py).
"""

from core.hooks import Verdict
from core.language import _, format_date, lazy
from core.policy import visible
from core.workflows.engine import condition
from core.workflows.models import Consultation
from core.workflows.places import page_of
from core.workflows.standing import current, stages_of
from core.workflows.wall_time import read


@condition("consultation-logged")
def consultation_logged(ctx, review) -> Verdict:
    link = page_of(ctx, review, "consultations")
    if visible(ctx, Consultation).where(Consultation.review == review).exists():
        return Verdict(True, lazy("A consultation is written down."), link)
    return Verdict(False, lazy("No consultation is written down yet: who was invited, who came, what came of it."),
                   link)


@condition("window-closed")
def window_closed(ctx, review) -> Verdict:
    closes, link = read(review.window_closes_due), page_of(ctx, review, "dates")
    if closes is None:
        return Verdict(False, lazy("The hour at which the window for submissions closes is not known yet."), link)
    if closes.is_past(ctx.now):
        return Verdict(True, lazy("The window for submissions has closed."), link)
    when = str(closes.shown(ctx.zone))
    return Verdict(False, lazy("The window for submissions closes on %(when)s.", when=when), link)


@condition("symbols-known")
def symbols_known(ctx, review) -> Verdict:
    """Of the documents of the stage in which the review stands."""
    stage = current(stages_of(ctx, review))
    lacking = [str(one.document.title) for one in stage.documents if not one.symbol]
    link = page_of(ctx, review, f"stages/{stage.id}")
    if not lacking:
        return Verdict(True, lazy("The documents of this stage have their symbols."), link)
    return Verdict(False, lazy("No symbol is written down for: %(documents)s.", documents=_(", ").join(lacking)), link)


@condition("review-begun")
def review_begun(ctx, review) -> Verdict:
    link, day = page_of(ctx, review, "dates"), review.reviewed_on
    if day is None:
        return Verdict(False, lazy("The day of the review is not known yet."), link)
    if day <= ctx.today:
        return Verdict(True, lazy("The day of the review has come."), link)
    return Verdict(False, lazy("The review is on %(day)s.", day=format_date(day)), link)


@condition("outcome-adopted")
def outcome_adopted(ctx, review) -> Verdict:
    link, day = page_of(ctx, review, "dates"), review.adopted_on
    if day is None:
        return Verdict(False, lazy("The day of the adoption in plenary is not known yet."), link)
    if day <= ctx.today:
        return Verdict(True, lazy("The outcome was adopted in plenary."), link)
    return Verdict(False, lazy("The adoption in plenary is on %(day)s.", day=format_date(day)), link)
