"""Two records of one organisation made one, by hand: what hangs on the one that goes hangs on the other from then on,
whichever plugin wrote it."""

from dataclasses import dataclass

from peewee import SQL, BooleanField, ForeignKeyField, Table

from core.audit import note
from core.changes import change
from core.coalitions.acting import represent
from core.coalitions.directory import lines_of
from core.coalitions.leaving import people_of
from core.coalitions.likeness import alike
from core.coalitions.models import Keeper, Membership, Owned, Representation
from core.coalitions.organisations import HEADS
from core.db import Base, database
from core.errors import Refused, SignInAgain
from core.language import Words, lazy
from core.notices.posting import post
from core.people.labels import is_pseudonym, labels, own_or_kept
from core.policy import MARK, visible


@dataclass(frozen=True)
class Hanging:
    """The rows of one model that hang on the record that goes: those that `move`, and the `doubles`, each with the one
    of the other record that stands for the same thing, such as the light of one recommendation in one round."""

    model: type[Base]
    field: str
    move: list
    doubles: list[tuple]

    @property
    def aside(self) -> list[tuple]:
        """The doubles of which each says something, and not the same: the words of the record that stays stand."""
        return [(row, other) for row, other in self.doubles if said(row) and said(other) and said(row) != said(other)]


def said(row) -> dict:
    """What a row says: its fields that are kept and not empty."""
    return {name: row.__data__[name] for name in getattr(row, "keeps", ()) if row.__data__[name] not in (None, "", [])}


def pairs(ctx, door="members") -> list[tuple[Membership, Membership]]:
    """Organisations that may be one, of those that show their name. `door` "keeper": also of those whose name this
    reader keeps; SignInAgain unless they have just signed in, and that names were read is written down."""
    if door == "keeper":
        if not ctx.is_fresh:
            raise SignInAgain()
        note(ctx, "names.read", ctx.coalition)
    return _pairs(ctx, door)


def _pairs(ctx, door):
    lines = [line for line in lines_of(ctx, door)
             if not line.is_withheld or door == "keeper" and not is_pseudonym(line.membership, line.label)]
    return list(alike((line.membership, line.label, (line.membership.organisation.content() or {}).get("acronym", ""))
                      for line in lines))


def names_of(ctx, *both: Membership) -> dict[int, str]:
    """Membership id → its name, as far as this reader reads or keeps it; that a kept one was read is written down."""
    if {one.id for one in both if one.is_withheld} & own_or_kept(ctx):
        note(ctx, "names.read", ctx.coalition)
    return labels(ctx, both, "keeper")


def why_not(ctx, stays: Membership, goes: Membership) -> Words | None:
    """Why `goes` cannot be merged into `stays`; None: it can. An organisation that has not chosen yet how it is shown
    can go where nothing hangs on it: else what it does under its pseudonym would be told to be the other's."""
    if stays.id == goes.id:
        return lazy("Choose two different organisations.")
    kept = own_or_kept(ctx)
    if any(one.visibility == "withheld" or one.is_withheld and one.id not in kept for one in (stays, goes)):
        return lazy("An organisation that withholds its name is not merged: only its own people can say which one it "
                    "is.")
    if frozenset((stays.id, goes.id)) not in {frozenset((one.id, other.id)) for one, other in _pairs(ctx, "keeper")}:
        return lazy("Only two whose names are alike are merged. If they are one all the same, give them the same name "
                    "first; their own people do that.")
    named = labels(ctx, [stays, goes], "keeper")
    if stays.is_withheld and not goes.is_withheld:
        return lazy("“%(name)s” has not chosen yet how it is shown, so it can only go, and “%(other)s” stay.",
                    name=named[stays.id], other=named[goes.id])
    if goes.is_withheld and (hanging(ctx, stays, goes) or _has_people(goes)):
        return lazy("“%(name)s” has not chosen yet how it is shown, and something hangs on it already. Let its people "
                    "choose first, or end its membership.", name=named[goes.id])
    if tables := _tables_left(goes):
        return lazy("A plugin that is not here has written something of “%(name)s” (%(tables)s), which only it could "
                    "move. Put the plugin back first.", name=named[goes.id], tables=", ".join(tables))
    return None


def _has_people(membership):
    return Representation.select().where(Representation.organisation == membership.organisation_id).exists()


def _tables_left(membership):
    """Tables of plugins whose code is not here, with rows that name this membership."""
    known = {model._meta.table_name for model in Membership._meta.backrefs.values()}
    return [name for name in sorted(set(database.get_tables()) - known) for key in database.get_foreign_keys(name)
            if key.dest_table == Membership._meta.table_name
            and _names(Table(name, [key.column], _database=database), key.column, membership)]


def _names(table, column, membership):
    rows = table.select(SQL("1")).where(SQL(MARK), getattr(table, column) == membership.id)
    return bool(list(rows.limit(1).tuples()))


def acting_for(membership: Membership) -> list[Representation]:
    """Who acts for it now."""
    return list(Representation.select().where(Representation.organisation == membership.organisation_id,
                                              Representation.until_on.is_null()))


def hanging(ctx, stays: Membership, goes: Membership) -> list[Hanging]:
    """What hangs on `goes`, by its kind; a number of queries that only grows with the models that there are."""
    found = []
    for key, model in sorted(Membership._meta.backrefs.items(), key=lambda one: one[1]._meta.table_name):
        if model is Keeper or not model.table_exists():     # a plugin's table that is not there has no rows
            continue
        rows = _rows(ctx, model, key, goes)
        same = next((tuple(one for one in columns if one != key.name) for columns, is_unique in model._meta.indexes
                     if is_unique and key.name in columns), None)
        standing = {_values(row, same): row for row in _rows(ctx, model, key, stays)} if rows and same else {}
        doubles = [(row, standing[_values(row, same)]) for row in rows if standing and _values(row, same) in standing]
        double = {row.id for row, _other in doubles}
        if rows:
            found.append(Hanging(model, key.name, [row for row in rows if row.id not in double], doubles))
    return found


def _rows(ctx, model, key: ForeignKeyField, membership):
    query = visible(ctx, model) if issubclass(model, Owned) else model.select()
    return list(query.where(key == membership.id).order_by(model.id))


def _values(row, columns):
    return tuple(row.__data__[name] for name in columns)


def merge(ctx, stays: Membership, goes: Membership) -> None:
    """`goes` is one with `stays`, in one act: its people act for it, what was shared out to it, invited, said and
    brought is its own, what it says of itself fills what is empty there, and the record that goes is destroyed. Where
    both say something of the same thing, `stays` keeps its own, and the other's words stay in the revisions."""
    if reason := why_not(ctx, stays, goes):
        raise Refused(reason)
    kept, given = stays.organisation.content() or {}, goes.organisation.content() or {}
    with change(ctx, "coalition.members", stays) as entry:
        if not goes.is_withheld:
            entry.also(stays.organisation).put(**{name: given[name] for name in HEADS
                                                  if given.get(name) and not kept.get(name)})
        for one in acting_for(goes):
            represent(ctx, entry, one.person, stays)
        Representation.update(organisation=stays.organisation_id).where(
            Representation.organisation == goes.organisation_id, Representation.until_on.is_null(False)).execute()
        for found in hanging(ctx, stays, goes):
            if issubclass(found.model, Owned):
                _move_owned(entry, found, stays)
            else:
                _move_parts(entry, found, stays)
        for seat in people_of(ctx, stays):
            post(ctx, seat.person_id, "merged")
        entry.save_now()
        organisation = goes.organisation
        entry.remove(goes)
        entry.remove(organisation)
        entry.erase_keys([organisation])
    ctx.known.clear()


def _move_owned(entry, found, stays):
    for row in found.move:
        setattr(entry.also(row), found.field, stays)
    aside = {row.id for row, _other in found.aside}
    for row, other in found.doubles:
        if row.id in aside:
            entry.set_aside(row, other)
            continue
        if said(row) and not said(other):
            entry.also(other)
            for name in row.keeps:
                setattr(other, name, row.__data__[name])
        entry.remove(row)


def _move_parts(entry, found, stays):
    """Of two parts that stand for the same, what is ticked in one is ticked in the one that stays: who came, came."""
    model = found.model
    model.update({found.field: stays.id}).where(model.id.in_([row.id for row in found.move])).execute()
    for row, other in found.doubles:
        ticked = {name: True for name, column in model._meta.fields.items()
                  if isinstance(column, BooleanField) and row.__data__[name]}
        if ticked:
            model.update(ticked).where(model.id == other.id).execute()
    entry.remove_parts(model, model.id.in_([row.id for row, _other in found.doubles]))
