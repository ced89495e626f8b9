"""Wall time: what the clock of a place shows at a deadline, kept as such, since the rules of zones change.

    closes = parse("2027-01-14 23:59 Europe/Zurich")
    closes.moment()                 # naive, UTC, as all moments here
    closes.shown("Asia/Kathmandu")  # in Geneva's time first, then the reader's

Twice a year the clocks change at night. An hour that does not exist is refused when it is typed. One that is struck
twice means the first of the two: who goes by it is never late.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.errors import Refused
from core.language import Words, format_date, lazy
from core.tables.days import is_meant, read_day

GENEVA = "Europe/Zurich"
CITIES = {GENEVA: lazy("Geneva")}           # the zone's own name is that of another city
FAR_OFF = (date(1990, 1, 1), date(2100, 1, 1))


@dataclass(frozen=True)
class WallTime:
    """A day, the hour on the clock (None: not known), and the zone of that clock."""

    day: date
    clock: time | None
    zone: str = GENEVA

    def kept(self) -> str:
        """As a column holds it: "2027-01-14 23:59 Europe/Zurich"."""
        hour = f" {self.clock:%H:%M}" if self.clock else ""
        return f"{self.day.isoformat()}{hour} {self.zone}"

    def moment(self) -> datetime | None:
        """The moment, naive, in UTC; None while the hour is not known.

        Of an hour that is struck twice it is the first. An hour that a later rule of the zone took away is counted
        from before the jump, as the clock would have gone on.
        """
        if self.clock is None:
            return None
        there = datetime.combine(self.day, self.clock, ZoneInfo(self.zone))     # fold=0: the first of two
        return there.astimezone(UTC).replace(tzinfo=None)

    def day_in(self, zone: str) -> date:
        """On which day it falls for a reader in this zone; without an hour, the day itself."""
        moment = self.moment()
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() if moment else self.day

    def is_past(self, now: datetime) -> bool:
        """Whether it is over; without an hour, when the whole day is."""
        moment = self.moment()
        if moment is None:
            moment = WallTime(self.day + timedelta(days=1), time(0), self.zone).moment()
        return moment is not None and moment <= now

    def shown(self, readers_zone: str) -> Words:
        """For a reader: the time of its own place, and the reader's where the two clocks differ."""
        city, day = city_of(self.zone), format_date(self.day, "long")
        moment = self.moment()
        if moment is None or self.clock is None:
            return lazy("%(day)s in %(city)s, the hour is not known", day=day, city=city)
        here = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(readers_zone))
        if (here.date(), here.time()) == (self.day, self.clock):
            return lazy("%(day)s, %(hour)s in %(city)s", day=day, hour=f"{self.clock:%H:%M}", city=city)
        if here.date() == self.day:
            return lazy("%(day)s, %(hour)s in %(city)s (%(own_hour)s in %(own_city)s)", day=day, city=city,
                        hour=f"{self.clock:%H:%M}", own_hour=f"{here:%H:%M}", own_city=city_of(readers_zone))
        return lazy("%(day)s, %(hour)s in %(city)s (%(own_day)s, %(own_hour)s in %(own_city)s)", day=day, city=city,
                    hour=f"{self.clock:%H:%M}", own_day=format_date(here.date(), "long"), own_hour=f"{here:%H:%M}",
                    own_city=city_of(readers_zone))

    def note(self) -> Words | None:
        """What a person should know of this hour: that it is struck twice. None for every other."""
        if self.clock is not None and _offsets(self) == "twice":
            return lazy("In this night the clocks go back, and %(hour)s is struck twice in %(city)s: the first is "
                        "meant.", hour=f"{self.clock:%H:%M}", city=city_of(self.zone))
        return None


def city_of(zone: str) -> str:
    """The place whose clock a zone is, as people call it: "Geneva", "Kathmandu"."""
    return str(CITIES[zone]) if zone in CITIES else zone.rpartition("/")[2].replace("_", " ")


def read(kept: str) -> WallTime | None:
    """What a column holds; None for an empty one, and for a day that nobody can mean."""
    if not kept:
        return None
    day, *hour, zone = kept.split(" ")
    wall = WallTime(date.fromisoformat(day), time.fromisoformat(hour[0]) if hour else None, zone)
    return wall if is_meant(wall.day) else None


def written(day: str, clock: str, zone: str = GENEVA) -> WallTime | None:
    """What a person typed as day and hour; None when both are empty, and without an hour where only that is.

    Refused for what is no day or hour, and for an hour that the clock leaves out in that night.
    """
    on, at = written_day(day), _hour(clock.strip())
    if on is None:
        if at is not None:
            raise Refused(lazy("The hour %(hour)s has no day. Write the day too, or leave both empty.", hour=clock))
        return None
    typed = WallTime(on, at, zone)
    if typed.clock is not None and _offsets(typed) == "never":
        raise Refused(lazy("On %(day)s the clocks in %(city)s go forward, and there is no %(hour)s. Write the hour "
                           "before or after.", day=typed.day.isoformat(), hour=f"{typed.clock:%H:%M}",
                           city=city_of(zone)))
    return typed


def written_day(text: str) -> date | None:
    """A day of a review as a person typed it; None for an empty text. Refused for what is none."""
    day = read_day(text)
    if day is not None and not FAR_OFF[0] <= day < FAR_OFF[1]:
        raise Refused(lazy("%(day)s is no day of a review. Look at the year.", day=day.isoformat()))
    return day


def _hour(text):
    if not text:
        return None
    try:
        return time.fromisoformat(text.zfill(5)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Refused(lazy("“%(hour)s” is no hour. Write it as hours and minutes of the day, such as 23:59.",
                           hour=text)) from None


def _offsets(wall) -> str:
    """How often the clock shows this hour on this day: "once", "twice" or "never"."""
    zone = ZoneInfo(wall.zone)
    first = datetime.combine(wall.day, wall.clock, zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return "once"
    back = first.astimezone(UTC).astimezone(zone)
    return "twice" if back.replace(tzinfo=None) == first.replace(tzinfo=None) else "never"
