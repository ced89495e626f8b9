"""The ribbon: where the review of a page stands, what comes next, and which window of the coalition's closes next."""

from flask import url_for

from core.language import _, format_date, ngettext
from core.workflows.days import next_closing
from core.workflows.reviews import open_reviews, review_detail, whole_title
from core.workflows.standing import stages_of
from core.workflows.wall_time import city_of


def ribbon_of(ctx, review) -> dict:
    """What layout.html draws of the review of a page; its first comment says what each part is."""
    steps = stages_of(ctx, review)
    now = next((step for step in steps if step.status == "now"), None)
    after = next((step for step in steps if step.status == "ahead"), None)
    reviews = open_reviews(ctx)
    return {"title": review.title, "url": url_for("workflows.review", review=review.key),
            "detail": str(review_detail(review)), "now": _now_and_next(now, after),
            "closing": _closing(ctx, review, next_closing(ctx, reviews)),
            "others": [{"title": one.title, "detail": str(review_detail(one)),
                        "url": url_for("workflows.review", review=one.key)} for one in reviews if one != review],
            "stages": [{"title": str(step.title), "who": step.spec.who, "status": step.status,
                        "when": format_date(step.starts_on, "MMM y") if step.starts_on else _("no date yet"),
                        "date": step.starts_on.isoformat() if step.starts_on else ""} for step in steps]}


def _now_and_next(now, after):
    if after is None:
        return _("Now: %(now)s.", now=str(now.title))
    if after.starts_on is None:
        return _("Now: %(now)s. Next: %(next)s.", now=str(now.title), next=str(after.title))
    return _("Now: %(now)s. Next: %(next)s, about %(when)s.", now=str(now.title), next=str(after.title),
             when=format_date(after.starts_on, "MMM y"))


def _closing(ctx, review, found):
    """The window of the coalition's that closes next, as the ribbon has room for it; empty without one."""
    if found is None:
        return ""
    one, closes, days = found
    when = format_date(closes.day)
    if closes.clock:
        when = _("%(day)s, %(hour)s in %(city)s", day=when, hour=f"{closes.clock:%H:%M}", city=city_of(closes.zone))
    sentence = _("The window closes today: %(when)s.", when=when) if days == 0 else ngettext(
        "The window closes in %(num)d day: %(when)s.", "The window closes in %(num)d days: %(when)s.", days, when=when)
    return sentence if one == review else _("%(review)s: %(sentence)s", review=str(whole_title(one)), sentence=sentence)
