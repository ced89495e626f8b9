"""Context: who acts, for whom, where and when. The first argument of every service function."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.coalitions.models import ROLES, Coalition, Membership, Seat
from core.db import utc_now
from core.people.models import Person


@dataclass(frozen=True)
class Context:
    """Made once per request, command or job; nothing else says who acts or what time it is.

    `memberships` are those of `coalition` for which the person acts now; `joining` those that were invited and have not
    chosen yet how they are shown: until then their people reach nothing else of the coalition. `now` is UTC. `mark` is
    the one-time mark of the form that was sent. `known` keeps what was read once for this request (labels).
    """

    person: Person | None = None
    coalition: Coalition | None = None
    seat: Seat | None = None
    memberships: tuple[Membership, ...] = ()
    joining: tuple[Membership, ...] = ()
    locale: str = "en"
    zone: str = "UTC"
    now: datetime = field(default_factory=utc_now)
    via: str = "web"                        # web, command or job
    mark: str | None = None
    fresh_until: datetime | None = None
    known: dict = field(default_factory=dict, compare=False)

    @property
    def roles(self) -> frozenset[str]:
        """What the policy goes by: the words of this person, here and now."""
        found = set()
        if self.via == "command" and self.person is None:
            found.add("operator")
        if self.via == "job" and self.person is None:
            found.add("job")
        if self.person is not None:
            found.add("person")
            if self.person.is_administrator:
                found.add("administrator")
        if self.seat is not None and self.seat.ended_at is None:
            found |= {self.seat.role} & set(ROLES)
        return frozenset(found)

    @property
    def actor(self) -> str:
        """A reference for the audit: no name, no address."""
        if self.seat is not None:
            return self.seat.uid
        if self.person is not None:
            return self.person.uid
        return "operator" if self.via == "command" else "nobody"

    @property
    def today(self) -> date:
        """The day it is for this person."""
        return self.now.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(self.zone)).date()

    @property
    def utc_day(self) -> date:
        """The day in UTC: from and until when somebody acts for an organisation is written and asked by it, so that it
        is true at once, in whatever zones the two people are."""
        return self.now.date()

    @property
    def is_fresh(self) -> bool:
        """The person has proved a short while ago who they are: what is dangerous may be done now."""
        return self.via != "web" or (self.fresh_until is not None and self.fresh_until > self.now)

    @property
    def only_joins(self) -> bool:
        """The person was invited and is nothing else here: nothing of the coalition is theirs before the choice."""
        return bool(self.joining) and not self.memberships and "member" in self.roles

    @property
    def own(self) -> tuple[Membership, ...]:
        """The memberships that are this person's own to look after, whether they have joined yet or not."""
        return (*self.memberships, *self.joining)

    def at(self, coalition, seat=None, memberships=()) -> "Context":
        """The same person in a coalition, acting for these memberships of it."""
        return replace(self, coalition=coalition, seat=seat, known={},
                       memberships=tuple(one for one in memberships if one.status == "active"),
                       joining=tuple(one for one in memberships if one.status == "invited"))
