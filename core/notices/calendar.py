"""The dates of a coalition: what waits for a person, and the stages of its reviews; as a list, and as iCal."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, timedelta

import icalendar

from core.coalitions.today import waiting
from core.language import Words, _, lazy
from core.notices.discretion import is_discreet
from core.notices.kinds import plain_words
from core.web.outside import whole_address
from core.workflows.places import page_of
from core.workflows.reviews import reviews_of, whole_title
from core.workflows.standing import stages_of_each


@dataclass(frozen=True)
class Dated:
    """A date with its sentence. `plain`: what a feed may carry of it; `url`: a path, or empty; `is_mine`: it waits for
    this person."""

    key: str
    on: date
    sentence: Words | str
    plain: str
    url: str = ""
    is_mine: bool = False


def dates(ctx, host) -> tuple[list[Dated], list[str]]:
    """(every date that core and the plugins know of, the earliest first; the plugins that could not say)."""
    items, gaps = waiting(ctx, host)
    mine = [Dated(item.key, item.due, item.sentence, plain_words(item), item.url, True)
            for item in items if item.due is not None]
    return sorted([*mine, *_stage_dates(ctx)], key=lambda one: (one.on, not one.is_mine, one.key)), gaps


def _stage_dates(ctx):
    reviews = [review for review in reviews_of(ctx) if not review.is_closed]
    for stages in stages_of_each(ctx, reviews).values():
        for stage in stages:
            if stage.starts_on is not None:
                words = lazy("%(review)s: %(stage)s", review=whole_title(stage.review) if len(reviews) > 1
                             else stage.review.title, stage=stage.title)
                # Coalitions edit the titles of stages: they are somebody's words, and no feed carries them.
                yield Dated(f"stage:{stage.uid}", stage.starts_on, words, _("A stage of the review begins"),
                            page_of(ctx, stage.review))


def ical(ctx, host, settings) -> bytes:
    """The dates as an iCal file: no names, no organisation, not the coalition. A discreet person gets only that
    something waits, on the days on which it does. Each leads to the front page: the address of another names the
    coalition, and a feed lies with whoever keeps the person's calendar."""
    is_quiet = is_discreet(ctx.person, ctx.coalition)
    known, _gaps = dates(ctx, host)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Commonweal//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Dates"))
    for one in known:
        if is_quiet and not one.is_mine:
            continue
        calendar.add_component(_event(ctx, one, is_quiet, settings))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(ctx, one, is_quiet, settings):
    """A whole day: a wall time has one date wherever it is read, and its hour stands on the page."""
    event = icalendar.Event()
    event.add("uid", hashlib.sha256(f"{ctx.seat.uid}\0{one.key}".encode()).hexdigest()[:32])
    event.add("dtstamp", ctx.now.replace(tzinfo=UTC, microsecond=0))
    event.add("dtstart", one.on)
    event.add("dtend", one.on + timedelta(days=1))
    event.add("summary", _("Something waits") if is_quiet else one.plain)
    event.add("url", whole_address(settings, "/"))
    event.add("transp", "TRANSPARENT")
    return event
