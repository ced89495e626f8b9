"""The dates of a coalition: what waits for a person, and the stages of its reviews; as a list, and as iCal."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, timedelta

import icalendar

from core.coalitions.today import waiting
from core.language import Words, _
from core.notices.discretion import is_discreet
from core.notices.kinds import plain_words
from core.web.outside import whole_address
from core.workflows.days import days_of_reviews

KEPT = timedelta(days=31)               # for how long a feed has what is over


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
    public = {one.key: one for one in days_of_reviews(ctx)}
    mine = [Dated(item.key, item.due, item.sentence,
                  str(public[item.key].plain) if item.key in public else plain_words(item), item.url, True)
            for item in items if item.due is not None]
    told = {one.key for one in mine}
    others = [Dated(key, one.on, one.sentence, str(one.plain), one.url) for key, one in public.items()
              if key not in told]
    return sorted([*mine, *others], key=lambda one: (one.on, not one.is_mine, one.key)), gaps


def ical(ctx, host, settings) -> bytes:
    """The dates as an iCal file, without those that are over for more than a month: no names, no organisation, not
    the coalition; of a review the State, the session and the stage, which are public. A discreet person gets, on each
    day with a date, only that something waits. Each leads to the front page: the address of another names the
    coalition, and a feed lies with whoever keeps the person's calendar."""
    is_quiet = is_discreet(ctx.person, ctx.coalition)
    known = [one for one in dates(ctx, host)[0] if one.on >= ctx.today - KEPT]
    if is_quiet:
        known = [Dated(f"day:{on}", on, "", _("Something waits")) for on in dict.fromkeys(one.on for one in known)]
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Commonweal//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Dates"))
    for one in known:
        calendar.add_component(_event(ctx, one, settings))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(ctx, one, settings):
    """A whole day, which needs no end (RFC 5545, 3.6.1): a wall time has one date wherever it is read, and its hour
    stands on the page."""
    event = icalendar.Event()
    event.add("uid", hashlib.sha256(f"{ctx.seat.uid}\0{one.key}".encode()).hexdigest()[:32])
    event.add("dtstamp", ctx.now.replace(tzinfo=UTC, microsecond=0))
    event.add("dtstart", one.on)
    event.add("summary", one.plain)
    event.add("url", whole_address(settings, "/"))
    event.add("transp", "TRANSPARENT")
    return event
