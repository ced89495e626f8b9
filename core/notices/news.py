"""What others have done since a person said that they had seen it, or since the seat began: who, what, and when.

Nothing is kept of when somebody was here: only the moment at which they pressed the button, for themselves.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from core.audit import AuditLine, is_told
from core.auditing.words import models_by_table
from core.coalitions.models import Coalition, Membership, Organisation, Owned, Representation, Seat
from core.db import transaction
from core.hooks import SearchHit
from core.language import Words, _, format_date
from core.notices.models import SeatNote
from core.notices.seen import hear_from
from core.people.labels import labels, moment_beside, seat_labels
from core.policy import News, allowed, declared, visible
from core.search.hits import hits_of

FIRST_LOOK = timedelta(days=7)          # how far back somebody sees of whom nothing is known
MOST_ACTS, MOST = 1000, 12


@dataclass(frozen=True)
class Told:
    """Acts of one kind by one. `hit`: the one object that they were about; None: several, or none that has a page."""

    words: Words
    when: str
    hit: SearchHit | None
    endpoint: str


@dataclass
class _Group:
    news: News
    who: str
    seat: int | None
    at: datetime
    is_quiet: bool
    count: int
    objects: set[str]


def news(ctx, host) -> tuple[datetime, list[Told]]:
    """(since when, in UTC; what was done, the newest first). A constant number of queries, however much it is.

    An act for a withheld organisation is told from the next day on, with its day alone: its hour would tell who it is.
    Of what the reader may not see, nothing is told.
    """
    note = SeatNote.get_or_none(SeatNote.seat == ctx.seat)
    since = note.seen_at if note is not None and note.seen_at else ctx.now - FIRST_LOOK
    told = _news_here(ctx)
    acts = _acts(ctx, since, told)
    objects = _objects(ctx, acts)
    groups = _grouped(ctx, since, told, acts, objects)
    single = [objects[next(iter(group.objects))] for group in groups if len(group.objects) == 1]
    hits, _gaps = hits_of(ctx, host, [obj for obj in single if not isinstance(obj, (Coalition, Membership, Seat))])
    return since, [_told(ctx, group, hits) for group in groups]


def _news_here(ctx) -> dict[tuple[str, str], News]:
    """(act, table of its object) → how it is told, of all that this reader may see here."""
    return {(name, table): one for name, permission in declared().items() for table, one in permission.news.items()
            if name.partition(".")[0] not in ctx.coalition.plugins_off
            and (not one.needs or allowed(ctx, one.needs, ctx.coalition))}


def _acts(ctx, since, told) -> list[tuple]:
    lines: Any = (AuditLine.select(AuditLine.action, AuditLine.kind, AuditLine.object_uid, AuditLine.others,
                                   AuditLine.actor, AuditLine.at)
                  .where(AuditLine.coalition_uid == ctx.coalition.uid, AuditLine.at >= _day(since),
                         AuditLine.actor != ctx.actor, AuditLine.result == "done",
                         AuditLine.action.in_({name for name, _table in told}), is_told())
                  .order_by(AuditLine.number.desc()).limit(MOST_ACTS).tuples())
    return [line for line in lines if line[:2] in told]


def _objects(ctx, acts) -> dict[str, Owned | Coalition]:
    """Uid → the object of an act, where it stands and this reader may see it."""
    models = models_by_table()
    found: dict[str, Owned | Coalition] = {ctx.coalition.uid: ctx.coalition}
    for table in sorted({table for _action, table, *_rest in acts}):
        model = models.get(table)
        if model is not None and issubclass(model, Owned):
            uids = [uid for _action, kind, uid, *_rest in acts if kind == table]
            found.update({obj.uid: obj for obj in visible(ctx, model).where(model.uid.in_(uids))})
    return found


def _grouped(ctx, since, told, acts, objects) -> list[_Group]:
    acts = [act for act in acts if act[2] in objects]
    seats = {seat.uid: seat for seat in visible(ctx, Seat).where(Seat.uid.in_({act[4] for act in acts}))}
    people = seat_labels(ctx, seats.values())
    owners = {act[2]: _owner(act[0], objects[act[2]]) for act in acts}
    organisations = labels(ctx, [owner for owner in owners.values() if owner])
    quiet_seats, quiet_owners = _kept_back(ctx)
    groups: dict[tuple, _Group] = {}
    for action, table, uid, others, actor, at in acts:
        is_quiet = actor in quiet_seats or owners[uid] in quiet_owners
        if at < since and not is_quiet or is_quiet and at >= _day(ctx.now):
            continue
        one, seat = told[action, table], seats.get(actor)
        who = organisations.get(owners[uid] or 0) or (people[seat.id] if seat else _("a command"))
        group = groups.setdefault((one.sentence.text, who), _Group(one, who, seat.id if seat else None, at, is_quiet,
                                                                   0, set()))
        group.count += max(others, 1) if one.counts_parts else 1
        group.objects.add(uid)
        group.is_quiet = group.is_quiet or is_quiet
    return sorted(groups.values(), key=_order)


def _owner(action, obj) -> int | None:
    """The id of the membership in whose name the act was done, where its permission is for one's own."""
    if declared()[action].own != "membership":
        return None
    return obj.id if isinstance(obj, Membership) else getattr(obj, "membership_id", None)


def _order(group):
    """The newest first; within a day those without an hour, by their words, since their place would tell one."""
    moment = _day(group.at) + timedelta(days=1) if group.is_quiet else group.at
    return -moment.timestamp(), group.who, group.news.sentence.text


def _told(ctx, group, hits) -> Told:
    when = format_date(group.at, "EEE d MMM") if group.is_quiet else moment_beside(ctx, group.seat, group.at,
                                                                                  "EEE d MMM, HH:mm")
    sentence = group.news.sentence
    hit = hits.get(next(iter(group.objects))) if len(group.objects) == 1 else None
    return Told(Words(sentence.text, {"num": group.count, "who": group.who}, sentence.plural), when, hit,
                group.news.endpoint)


def _kept_back(ctx) -> tuple[set[str], set[int]]:
    """(the uids of the seats whose people act for an organisation that is withheld here, the memberships' ids)."""
    kept = set(visible(ctx, Membership, Membership.id).where(Membership.is_kept_back()).tuples())
    rows = (visible(ctx, Membership, Seat.uid).join(Organisation).join(Representation)
            .join(Seat, on=(Seat.person == Representation.person))
            .where(Seat.coalition == ctx.coalition, Membership.is_kept_back()).tuples())
    return {uid for (uid,) in rows}, {membership for (membership,) in kept}


def _day(moment):
    return datetime.combine(moment.date(), time())


def say_seen(ctx) -> None:
    """From now on, only what comes later is shown."""
    with transaction():
        hear_from(ctx.seat, ctx.now)
