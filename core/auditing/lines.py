"""The audit's lines as a reader may see them: narrowed, in their order, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from peewee import Case, fn

from core.audit import AuditLine, is_told
from core.auditing.hours import hidden_hours
from core.circles.models import closed_circles
from core.errors import NotThere
from core.language import lazy
from core.people.labels import stand_ins
from core.policy import allowed

ON_A_PAGE = 20              # of five lines each on a phone


@dataclass(frozen=True)
class Wanted:
    """What narrows the list; an empty word narrows nothing. `group`: the first word of an action; `without`: an action
    that is left out. Days are UTC's."""

    group: str = ""
    actor: str = ""
    kind: str = ""
    result: str = ""
    from_on: date | None = None
    until_on: date | None = None
    without: str = ""


def seen(ctx):
    """The lines that this reader may see: a coordinator the coalition's, everybody else their own acts; what was done
    in circles of trust is told to who did it, unless one is closed to them: then they may be another."""
    if ctx.coalition is None:
        return AuditLine.select().where(AuditLine.coalition_uid.is_null())
    query = AuditLine.select().where(AuditLine.coalition_uid == ctx.coalition.uid)
    own: Any = AuditLine.actor == ctx.actor
    if closed_circles(ctx).exists():
        own &= is_told()
    return query.where(is_told() | own) if allowed(ctx, "audit.see", ctx.coalition) else query.where(own)


def narrowed(ctx, query, wanted: Wanted):
    if wanted.group:
        query = query.where((AuditLine.action == wanted.group) | AuditLine.action.startswith(f"{wanted.group}.")
                            | AuditLine.action.startswith(f"{wanted.group}:"))
    for field, value in ((AuditLine.kind, wanted.kind), (AuditLine.result, wanted.result)):
        if value:
            query = query.where(field == value)
    if wanted.actor:
        query = query.where(AuditLine.actor.in_(_with_the_same_label(ctx, wanted.actor)))
    if wanted.without:
        query = query.where(AuditLine.action != wanted.without)
    if wanted.from_on:
        query = query.where(AuditLine.at >= datetime.combine(wanted.from_on, time()))
    if wanted.until_on:
        query = query.where(AuditLine.at <= datetime.combine(wanted.until_on, time.max))
    return query


def _with_the_same_label(ctx, actor):
    """Who goes by a pseudonym is asked for together with all who go by it."""
    alike = stand_ins(ctx) if ctx.coalition is not None else {}
    return [uid for uid, first in alike.items() if first == alike.get(actor)] or [actor]


def newest_first(ctx, query):
    """In order: by UTC day, and within a day first what is shown without its hour, in no order that tells one.

    Between its neighbours such a line would say its hour by its place.
    """
    return query.order_by(_day().desc(), _is_hidden(ctx).desc(), _chance(ctx), AuditLine.number.desc())


def page(ctx, wanted: Wanted, after: str = "") -> tuple[list[AuditLine], str]:
    """(lines, the reference after which the next page begins, or empty at the end). `after` is such a reference."""
    query = narrowed(ctx, seen(ctx), wanted)
    if after:
        query = query.where(_comes_after(ctx, find_line(ctx, after)))
    lines = list(newest_first(ctx, query).limit(ON_A_PAGE + 1))
    return lines[:ON_A_PAGE], lines[ON_A_PAGE - 1].uid if len(lines) > ON_A_PAGE else ""


def find_line(ctx, uid: str) -> AuditLine:
    line = seen(ctx).where(AuditLine.uid == uid).first()
    if line is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return line


def _hidden(ctx):
    return hidden_hours(ctx) if ctx.coalition is not None else frozenset()


def _day():
    return fn.DATE(AuditLine.at)


def _is_hidden(ctx):
    return Case(None, [(AuditLine.actor.in_(_hidden(ctx)), 1)], 0)


def _chance(ctx):
    """The random reference of a line without its hour; nothing for the others, which the chain's number orders."""
    return Case(None, [(AuditLine.actor.in_(_hidden(ctx)), AuditLine.uid)], "")


def _comes_after(ctx, line):
    start, hidden = datetime.combine(line.at.date(), time()), line.actor in _hidden(ctx)
    if hidden:
        within = ((_is_hidden(ctx) == 1) & (AuditLine.uid > line.uid)) | (_is_hidden(ctx) == 0)
    else:
        within = (_is_hidden(ctx) == 0) & (AuditLine.number < line.number)
    return (AuditLine.at < start) | ((AuditLine.at < start + timedelta(days=1)) & within)
