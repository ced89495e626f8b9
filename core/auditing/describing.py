"""A page of the audit's lines for a reader: who, what, on which object, with the values before and after.

A constant number of queries for any number of lines: one for the seats, two for their labels, one or two for revisions,
and one for each kind of object.
"""

from dataclasses import dataclass, field
from datetime import datetime

from core.audit import AuditLine
from core.auditing.hours import hidden_hours
from core.auditing.words import UNTOLD, act_words, field_words, kind_words, models_by_table, value_words
from core.changes import Revision
from core.coalitions.models import Coalition, Membership, Owned, Seat
from core.history import standing
from core.language import _
from core.people.labels import labels, seat_labels
from core.policy import visible
from core.workflows.models import Review

MOST_VALUES = 100           # of one act: whoever shared out 300 recommendations reads that they were 300


@dataclass(frozen=True)
class Value:
    """One field of one object, before and after. `field`: in words; `name`: as the database calls it; `of`:
    the object."""

    of: Owned | Coalition
    name: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """One line for one reader. `obj` is the object itself where the reader may see it, for the page to link to."""

    line: AuditLine
    at: datetime
    is_day_only: bool
    who: str
    what: str
    kind: str
    name: str
    obj: Owned | Coalition | None
    fields: list[tuple[str, str]]
    values: list[Value] = field(default_factory=list)
    has_more: bool = False


def described(ctx, lines, whole: bool = False) -> list[Shown]:
    """`whole`: with the values of every object of an act, else those of the first alone."""
    models, hidden = models_by_table(), hidden_hours(ctx)
    seats = {seat.uid: seat for seat in visible(ctx, Seat).where(Seat.uid.in_({line.actor for line in lines}))}
    objects = _objects(ctx, lines, models)
    own = [obj for obj in objects.values() if isinstance(obj, Seat)]
    people = seat_labels(ctx, [*seats.values(), *own])
    organisations = labels(ctx, [obj for obj in objects.values() if isinstance(obj, Membership)])
    values = _values(ctx, lines, models, whole)
    return [Shown(line, line.at, line.actor in hidden, _who(line, seats, people), act_words(line.action),
                  kind_words(line.kind, models), _name(objects.get(line.object_uid), people, organisations),
                  objects.get(line.object_uid), _fields(line),
                  values.get(line.change_uid, []), bool(line.others and line.change_uid))
            for line in lines]


def _fields(line):
    return [(name, field_words(name)) for name in line.fields if name not in UNTOLD]


def _objects(ctx, lines, models):
    found = {ctx.coalition.uid: ctx.coalition}
    for kind in {line.kind for line in lines} - {None}:
        model = models.get(kind)
        if model is not None and issubclass(model, Owned):
            uids = {line.object_uid for line in lines if line.kind == kind}
            found.update({obj.uid: obj for obj in visible(ctx, model).where(model.uid.in_(uids))})
    return found


def _who(line, seats, people):
    if line.actor in seats:
        name = people[seats[line.actor].id]
        return _("%(name)s, by command", name=name) if line.via == "command" else name
    if line.actor == "operator":
        return _("by command")
    if line.action == "people.account":         # in a coalition: somebody comes in, and has no seat before
        return _("somebody with a one-time address")
    return _("nobody who was signed in") if line.actor == "nobody" else _("an administrator of the installation")


def _name(obj, people, organisations):
    if isinstance(obj, Seat):
        return people.get(obj.id, "")
    if isinstance(obj, Membership):
        return organisations.get(obj.id, "")
    return obj.title if isinstance(obj, Review) else ""


def _values(ctx, lines, models, whole):
    """Act → what it changed: values of what the reader may still see, never of people or organisations."""
    first = {line.change_uid: line.object_uid for line in lines if line.change_uid}
    query = visible(ctx, Revision).where(Revision.change_uid.in_(list(first)))
    if not whole:
        query = query.where(Revision.object_uid.in_(set(first.values())))
    revisions = [revision for revision in query.order_by(Revision.id).limit(MOST_VALUES * max(1, len(lines)))
                 if whole or revision.object_uid == first[revision.change_uid]]
    objects = standing(ctx, revisions)
    later = _later(ctx, revisions)
    found: dict[str, list[Value]] = {}
    for revision in revisions:
        obj = objects.get(revision.object_uid)
        if obj is None or isinstance(obj, (Seat, Membership)):
            continue
        model = models[revision.kind]
        for name, before in sorted(revision.before.items()):
            if name in UNTOLD:
                continue
            after = _after(revision, name, later, obj)
            shown = found.setdefault(revision.change_uid, [])
            if len(shown) < MOST_VALUES:
                shown.append(Value(obj, name, field_words(name), value_words(model, name, before),
                                   value_words(model, name, after)))
    return found


def _later(ctx, revisions):
    """Object → its revisions in order: what stood after one is what the next that names the field had before."""
    found: dict[str, list[Revision]] = {}
    for revision in (visible(ctx, Revision).where(Revision.object_uid.in_({one.object_uid for one in revisions}))
                     .order_by(Revision.object_version)):
        found.setdefault(revision.object_uid, []).append(revision)
    return found


def _after(revision, name, later, obj):
    for other in later[revision.object_uid]:
        if other.object_version > revision.object_version and name in other.before:
            return other.before[name]
    return getattr(obj, name)
