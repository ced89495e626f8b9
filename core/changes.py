"""change(): the one door for every write to what people own. It asks, checks, saves, and writes down who did it.

    with change(ctx, "midterm.assess", assessment, version=seen) as entry:
        assessment.light = light

On leaving, every object that was given and differs, or whose version was named, is saved and its version raised;
earlier values of the fields that its model `keeps` become a Revision; the words of what its model has `searched` are
written for search; the audit gets one line. All in one transaction, or nothing.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, IntegrityError, TextField, fn

from core import audit
from core.coalitions.models import Owned, Seat
from core.db import JSONField, Part, Shared, new_uid, transaction
from core.errors import Conflict, Forbidden
from core.language import lazy
from core.policy import allowed
from core.sealing import DoomedKey, destroy_doomed
from core.search.index import forget_lost, going_with, is_searched, keep_words

MARKS_KEPT = timedelta(hours=48)        # what was said on an answer can hold a name: no longer than it is of use
_is_open: ContextVar[bool] = ContextVar("change_is_open", default=False)


class Revision(Owned):
    """Earlier values of one object, for comparing, undo, and telling a person whose words were replaced."""

    change_uid = CharField(max_length=12, index=True)
    kind = CharField(max_length=60)
    object_uid = CharField(max_length=12)
    # The version that these values stood in; below zero: they stood in another object, that was made one with this.
    object_version = IntegerField()
    at = DateTimeField()
    seat = ForeignKeyField(Seat, null=True, on_delete="SET NULL", backref="+")
    over = ForeignKeyField(Seat, null=True, on_delete="SET NULL", backref="+")   # whose values these were
    is_told = IntegerField(default=0)                   # 1: that person has said that they saw it
    before = JSONField(form=dict)                       # field → its value, of those that its model `keeps`

    class Meta:
        table_name = "revision"
        indexes = ((("kind", "object_uid", "object_version"), True),)


class FormMark(Shared):
    """A form that was answered: a second press, or a retry over a bad line, is sent where the first was."""

    actor = CharField(max_length=12)
    mark = CharField(max_length=43)
    at = DateTimeField()
    address = TextField(null=True)
    sentence = TextField(null=True)             # sealed by the cookie of the browser that was told it

    class Meta:
        table_name = "form_mark"
        indexes = ((("actor", "mark"), True),)


class AlreadyAnswered(Exception):
    """The same form was answered by another request in the same moment; this one wrote nothing."""


@dataclass
class _Held:
    obj: Owned | Shared
    version: int
    before: dict
    is_seen: bool               # a person had this version before them: it must stand, whatever the act writes


class Entry:
    """One act, while it is open. `uid` names it: undo takes it back by that name."""

    def __init__(self, ctx, action):
        self.ctx, self.action, self.uid = ctx, action, new_uid()
        self.erases = False
        self._held: dict[int, _Held] = {}       # by id(): one object can be brought by several parts of an act
        self._seen: set = set()
        self._touched: set[str] = set()
        self._worded: dict[type[Owned], set[int]] = {}      # whose words search must read again
        self._lost: set[type[Owned]] = set()                # of which some went with what they hung on

    def also(self, obj, version=None):
        """Bring one more existing object into the act; its changes are saved at the end."""
        self._ask(obj)
        held = self._held.setdefault(id(obj), _Held(obj, obj.version, dict(obj.__data__), False))
        if version is not None:
            held.version, held.is_seen = version, True
        self._seen.add((type(obj), obj.id))
        return obj

    def add(self, obj):
        """Save a new object, of the coalition in which the act happens. Its uid and id stand at once."""
        if isinstance(obj, Owned):
            obj.coalition = self.ctx.coalition
            self._ask(obj)
        obj.save(force_insert=True)
        self._seen.add((type(obj), obj.id))
        self._find_again(type(obj), [obj.id])
        if isinstance(obj, Part):
            self._find_parents(type(obj), [obj.__data__[obj.parent]])
        return obj

    def add_parts(self, model, rows):
        """Save many new parts at once: dicts of their fields."""
        rows = list(rows)
        self._insert(model, rows)
        self._find_parents(model, [getattr(row[model.parent], "id", row[model.parent]) for row in rows])

    def add_rows(self, model, rows):
        """Save many rows of any model at once, with the ids that they bring: a coalition that comes in whole."""
        rows = list(rows)
        self._insert(model, rows)
        self._find_again(model, [row["id"] for row in rows])

    def _insert(self, model, rows):
        for start in range(0, len(rows), 100):          # SQLite takes 32,766 values in a statement
            model.insert_many(rows[start:start + 100]).execute()

    def remove(self, obj):
        self._ask(obj)
        self._seen.add((type(obj), obj.id))
        self._held.pop(id(obj), None)
        obj.delete_instance()
        self._find_again(type(obj), [obj.id])
        self._lost |= going_with(type(obj))

    def set_aside(self, obj, beside):
        """Remove `obj`, which says otherwise what `beside`, of the same model, says: its last values stay in the
        revisions of `beside`, before all that stood there. Whoever wrote them is told."""
        lowest = Revision.select(fn.MIN(Revision.object_version)).where(
            Revision.kind == obj._meta.table_name, Revision.object_uid == beside.uid).scalar()
        self._revise(beside, min(lowest or 0, 0) - 1, {name: _plain(obj.__data__[name]) for name in obj.keeps},
                     _last_author(obj))
        self.remove(obj)

    def remove_parts(self, model, *where):
        """Delete the parts that these conditions name; at least one is needed."""
        if not issubclass(model, Part) or not where:
            raise TypeError("remove_parts() takes a model of parts, and conditions")
        key = model._meta.fields[model.parent]
        if is_searched(key.rel_model):
            self._find_parents(model, [parent for (parent,) in model.select(key).where(*where).distinct().tuples()])
        model.delete().where(*where).execute()

    def erase_keys(self, rows):
        """The keys of these sealed rows are destroyed once the act has held: before that, a conflict could still let
        the rows stand, and nobody could ever read them."""
        if not rows:
            return
        self.erases = True
        DoomedKey.insert_many([(row.key_reference,) for row in rows], [DoomedKey.reference]).execute()

    def _find_parents(self, model, ids):
        self._find_again(model._meta.fields[model.parent].rel_model, ids)

    def _find_again(self, model, ids):
        """Search must read the words of these objects again: they are new, gone, or have other parts."""
        if is_searched(model):
            self._worded.setdefault(model, set()).update(ids)

    def _ask(self, obj):
        if not allowed(self.ctx, self.action, obj):
            raise Forbidden(lazy("You may not do this here. A coordinator of the coalition can, "
                                 "or can give you the role."))

    def save_now(self):
        """Save what has changed so far: an object that others hung on can be removed when these are saved elsewhere."""
        for held in self._held.values():
            changed = {name: value for name, value in held.obj.__data__.items()
                       if name != "version" and value != held.before.get(name)}
            if changed or held.is_seen:
                self._save_one(held, changed)
                self._touched |= set(changed)
                held.version, held.before, held.is_seen = held.obj.version, dict(held.obj.__data__), False

    def _save(self):
        self.save_now()
        for model, ids in self._worded.items():
            keep_words(model, ids)
        for model in self._lost:
            forget_lost(model)

    def _save_one(self, held, changed):
        model = type(held.obj)
        done = (model.update(**changed, version=held.version + 1)
                .where(model.id == held.obj.id, model.version == held.version).execute())
        if not done:
            raise _conflict(held, changed)
        held.obj.version = held.version + 1
        held.obj._dirty.clear()
        if set(changed) & set(getattr(model, "searched", ())):
            self._find_again(model, [held.obj.id])
        kept = {name: _plain(held.before.get(name)) for name in changed if name in getattr(model, "keeps", ())}
        if kept:
            self._keep(held, kept)

    def _keep(self, held, kept):
        # Settings are no one's words: nobody is told that theirs were replaced.
        self._revise(held.obj, held.version, kept, _last_author(held.obj) if isinstance(held.obj, Owned) else None)

    def _revise(self, obj, version, before, author):
        seat = self.ctx.seat
        Revision.create(coalition=self.ctx.coalition, change_uid=self.uid, kind=obj._meta.table_name,
                        object_uid=obj.uid, object_version=version, at=self.ctx.now, seat=seat, before=before,
                        over=author if seat and author != seat.id else None)


def _last_author(obj):
    """The id of the seat that wrote last what stands in it; None: nobody who is known."""
    last = (Revision.select(Revision.seat).where(Revision.kind == obj._meta.table_name, Revision.object_uid == obj.uid)
            .order_by(Revision.object_version.desc()).first())
    return last and last.seat_id


def _plain(value):
    """The value as JSON can hold it; the field's python_value() reads it again."""
    return str(value) if isinstance(value, date) else value


def _conflict(held, changed):
    model = type(held.obj)
    changed = {name: value for name, value in changed.items() if not isinstance(value, bytes)}      # what is sealed
    standing = model.select().where(model.id == held.obj.id).dicts().first()
    if standing is None:
        return Conflict(lazy("Somebody else has removed this since you opened it. What you wrote is below."),
                        held.obj, changed, {}, 0)
    return Conflict(lazy("Somebody else changed this since you opened it. Both versions are below: choose."),
                    held.obj, changed, {name: standing[name] for name in changed}, standing["version"])


@contextmanager
def change(ctx, action, anchor, version=None):
    """Open an act on `anchor`, whose `version` is the one that the person saw (None: the one just read).

    Raises Forbidden when the policy says no, Conflict when another version stands; then nothing is written.
    A new object is asked for by its parent: change(ctx, "midterm.share", review).
    """
    if _is_open.get():
        raise RuntimeError("A change inside a change: split the inner one into a function that takes `entry`.")
    token = _is_open.set(True)
    entry = Entry(ctx, action)
    try:
        with transaction():
            if ctx.mark:
                _store_mark(ctx)
            if anchor.id is None:               # it comes into being by this act: the caller adds it
                entry._ask(anchor)
            else:
                entry.also(anchor, version)
            yield entry
            entry._save()
            others = len(entry._seen - {(type(anchor), anchor.id)})
            audit.write(ctx, action, anchor, others=others, fields=entry._touched, change_uid=entry.uid)
    finally:
        _is_open.reset(token)
    if entry.erases:
        destroy_doomed()


def is_open() -> bool:
    """A change is open: no plugin may be asked anything now."""
    return _is_open.get()


def _store_mark(ctx):
    if "mark" in ctx.known:
        return
    try:
        FormMark.create(actor=ctx.actor, mark=ctx.mark, at=ctx.now)
    except IntegrityError:
        raise AlreadyAnswered() from None
    ctx.known["mark"] = ctx.mark


def forget_marks(now) -> None:
    """The job: marks of forms that were answered so long ago that nobody sends them again."""
    with transaction():
        FormMark.delete().where(FormMark.at < now - MARKS_KEPT).execute()
