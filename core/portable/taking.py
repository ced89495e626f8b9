"""Which rows of a coalition are taken along, and what of them is private."""

import re
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

from peewee import DateTimeField

from core.coalitions.models import Coalition, Keeper, Membership, Organisation, Owned, Representation, Seat
from core.db import JSONField, Part
from core.files.store import NO_FILE
from core.people.models import Person
from core.policy import unnarrowed, visible
from core.portable.tables import BETWEEN, SEALED_COLUMNS, SEALED_WHOLE, names_bytes

AT_ONCE = 500               # ids in one statement
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")


PEOPLE = (Person, Organisation, Membership, Seat)


@dataclass
class Taken:
    """What is exported. `rows`: model → its rows, whose places in the list are the numbers that others refer to.
    `private`: (table, number) → what of a row travels sealed only. `open_files`, `sealed_files`, and `whole_files` of
    the tables that travel sealed as a whole: SHA-256."""

    rows: dict = field(default_factory=dict)
    number: dict = field(default_factory=dict)      # (model, id) → place, from 1
    private: dict = field(default_factory=dict)
    open_files: set = field(default_factory=set)
    sealed_files: set = field(default_factory=set)
    whole_files: set = field(default_factory=set)


# --- which rows -----------------------------------------------------------------------------------------------------

def take(ctx, models) -> Taken:
    """The rows of these models that belong to the coalition, and the shared ones that they lead to."""
    taken, found, is_all = Taken(), {}, gets_all(ctx)
    for model in models:
        if issubclass(model, Owned):
            found[model] = list(_owned(ctx, model).order_by(model.id))
    for model in sorted((model for model in models if issubclass(model, Part)), key=_depth):
        parent = model._meta.fields[model.parent]
        found[model] = rows_with(model, parent, [row.id for row in found[parent.rel_model]])
    for model in models:
        if model not in found and model not in BETWEEN:
            wanted = {row.__data__[key.name] for other, rows in found.items() for key, led in other._meta.refs.items()
                      if led is model for row in rows} - {None}
            found[model] = rows_with(model, model.id, sorted(wanted))
    for model in set(models) & set(BETWEEN):
        ends = list(model._meta.refs.items())
        found[model] = rows_with(model, ends[0][0], [row.id for row in found[ends[0][1]]])
    for model in models:                        # each behind those that it leads to
        rows = [row for row in found[model] if _is_whole(taken, model, row, models)]
        if not is_all:
            rows = _without_order(taken, model, [] if model is Keeper else rows)
        taken.rows[model] = rows
        taken.number.update({(model, row.id): place for place, row in enumerate(rows, 1)})
    return taken


def gets_all(ctx) -> bool:
    """The operator, who has the database anyway. A person gets what they may see: no hours, and not who keeps whom."""
    return ctx.person is None and "operator" in ctx.roles


def _owned(ctx, model):
    """For a person what they may see, and what travels sealed as a whole, which they do not see."""
    if gets_all(ctx) or model in SEALED_WHOLE:
        return unnarrowed(model).where(model.coalition == ctx.coalition)
    return visible(ctx, model)


def _depth(model):
    depth = 0
    while issubclass(model, Part):
        model, depth = model._meta.fields[model.parent].rel_model, depth + 1
    return depth


def rows_with(model, column, values):
    rows = [row for start in range(0, len(values), AT_ONCE)
            for row in model.select().where(column.in_(values[start:start + AT_ONCE]))]
    return sorted(rows, key=lambda row: row.id)


def _is_whole(taken, model, row, models):
    """Whether all that this row cannot stand without travels too: a person exports only what they may see."""
    return all(key.null or led is Coalition or led not in models or led is model
               or (led, row.__data__[key.name]) in taken.number for key, led in model._meta.refs.items())


# --- what a person is not told --------------------------------------------------------------------------------------

def _without_order(taken, model, rows):
    """The rows with days for moments; those of somebody not in the order in which they came, which tells hours too."""
    moments = [column for column in model._meta.sorted_fields if isinstance(column, DateTimeField)]
    plain_data = [column.name for column in model._meta.sorted_fields if isinstance(column, JSONField)]
    for row in rows:
        for column in moments:
            setattr(row, column.name, day_of(row.__data__[column.name]))
        for name in plain_data:
            setattr(row, name, day_of(row.__data__[name]))
    if issubclass(model, Part):
        parent = model._meta.fields[model.parent]
        return sorted(rows, key=lambda row: taken.number[parent.rel_model, row.__data__[parent.name]])
    if model in BETWEEN:
        ends = model._meta.refs.items()
        return sorted(rows, key=lambda row: [taken.number[led, row.__data__[key.name]] for key, led in ends])
    if model in PEOPLE or set(PEOPLE) & set(model._meta.refs.values()):
        return sorted(rows, key=lambda row: (*[str(row.__data__[one.name]) for one in moments[:1]], row.uid))
    return rows


def day_of(value):
    """A moment as the day alone, and so each that lies in plain data."""
    if isinstance(value, datetime):
        return datetime.combine(value, time())
    if isinstance(value, str) and (found := MOMENT.fullmatch(value)):
        return f"{found[1]} 00:00:00"
    if isinstance(value, list):
        return [day_of(one) for one in value]
    return {name: day_of(one) for name, one in value.items()} if isinstance(value, dict) else value


# --- what is private ------------------------------------------------------------------------------------------------

def set_private_apart(taken) -> None:
    """Originals tell of their authors, and so do the names of files: of what has a cleaned copy only that travels in
    clear, and nothing that somebody of a withheld organisation brought."""
    hidden = _seats_of_withheld(taken)
    for model, rows in taken.rows.items():
        if columns := SEALED_COLUMNS.get(model._meta.table_name):
            taken.private.update({(model._meta.table_name, place): {name: row.__data__[name] for name in columns}
                                  for place, row in enumerate(rows, 1)})
        names = model._meta.fields
        if not names_bytes(model):
            continue
        if model in SEALED_WHOLE:
            taken.whole_files |= {row.sha256 for row in rows}
            continue
        for row in rows:
            if "clean_sha256" in names:
                taken.open_files.add(row.clean_sha256)
            elif row.__data__.get("seat") not in hidden:
                taken.open_files.add(row.sha256)
                continue
            taken.sealed_files.add(row.sha256)
            taken.private[model._meta.table_name, taken.number[model, row.id]] = {
                name: row.__data__[name] for name in ("name", "sha256", "size_bytes") if name in names}
            _stand_in(row, names)


def _stand_in(row, names):
    """In clear the row says what everybody may know of the file."""
    if "name" in names:
        row.name = f"file{Path(row.name).suffix.lower()[:10]}"
    if "clean_sha256" in names:
        row.sha256, row.size_bytes = row.clean_sha256, row.clean_bytes
    else:
        row.sha256 = NO_FILE


def _seats_of_withheld(taken):
    """Ids of the seats whose people act, or once acted, for an organisation that withholds its name."""
    kept_back = {row.organisation_id for row in taken.rows[Membership] if row.is_withheld}
    people = {row.person_id for row in taken.rows[Representation] if row.organisation_id in kept_back}
    return {row.id for row in taken.rows[Seat] if row.person_id in people}
