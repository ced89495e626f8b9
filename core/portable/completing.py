"""An archive is brought again: what had to be left out the first time comes in. Names that came locked are opened by
the transport key, and what waited for a plugin that is here now goes to its tables. All of it, or nothing.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from peewee import ForeignKeyField, IntegrityError

from core.changes import change
from core.coalitions.models import Coalition, Owned
from core.db import Part
from core.errors import Refused
from core.language import lazy
from core.people.models import Person
from core.policy import unnarrowed
from core.portable.importing import addressed, of_its_form, reading, waiting_rows
from core.portable.tables import SEALED_WHOLE
from core.portable.taking import rows_with
from core.sealing import LOCKED, SealedRow, raise_head, seal_new


@dataclass
class Completed:
    """What came of it. `opened`: how many names; `kept`: organisations and people that were not locked any more, and
    stay as they were given here; `doubled`: the people whose address belongs to an account here already; `rows`: those
    of plugins, `lost`: those of them that hang on what was deleted here; `waiting`: as in Imported; `locked`: how many
    names are still locked."""

    coalition: Coalition
    opened: int = 0
    kept: list[SealedRow] = field(default_factory=list)
    doubled: list[Person] = field(default_factory=list)
    files: int = 0
    rows: int = 0
    lost: int = 0
    locked: int = 0
    waiting: dict = field(default_factory=dict)


def complete_coalition(ctx, app, file: Path, key_file: Path | None = None) -> Completed | None:
    """Bring in what was left out of the coalition of this archive. None where it does not live here, or lacks nothing.
    Refused, with nothing written, as import_coalition()."""
    with reading(app, file, key_file) as (archive, incoming, bring_files):
        [line] = archive.lines("coalition")
        coalition = Coalition.get_or_none(Coalition.uid == line["uid"])
        if coalition is None:
            return None
        incoming.begin(ctx.at(coalition))
        waiting = waiting_rows(app, archive.manifest)
        arrived = tuple(f"{name}_" for name in coalition.waits_for if name not in waiting)
        coming = [model for model in incoming.models if arrived and model._meta.table_name.startswith(arrived)]
        _find_here(incoming, coalition, coming)
        names = Names(archive, incoming)
        done = Completed(coalition, len(names.opened), names.kept, names.doubled, locked=names.locked, waiting=waiting)
        if not (names.opened or names.locked or coalition.waits_for):
            return None
        if key_file is not None:
            bring_files(archive.inner_files)
            done.files = incoming.done.files
        # Nothing stands here in their place: with the first names that open, they come.
        circles = [model for model in incoming.models if model in SEALED_WHOLE and names.opened]
        incoming.read(circles)
        seal_new((twin, content) for _row, twin, content in names.opened)
        try:
            _write(ctx.at(coalition), coalition, incoming, names, circles, coming, done)
        except IntegrityError:
            raise Refused(lazy("What the archive holds of a plugin does not go together with what the coalition has "
                               "worked out with it here meanwhile. Nothing was changed.")) from None
        return done


def _write(ctx, coalition, incoming, names, circles, coming, done):
    with change(ctx, "coalition.import", coalition) as entry:
        for row, twin, _content in names.opened:
            entry.also(row)
            row.sealed, row.key_reference = twin.sealed, twin.key_reference
            if isinstance(row, Person):
                row.address_index, row.locale = twin.address_index, twin.locale
        for model, row_id, clear, values in names.private:
            untouched = [model._meta.fields[name] == clear[name] for name in values]
            model.update(values).where(model.id == row_id, *untouched).execute()
        incoming.put(entry, coalition, [*circles, *coming])
        for model in coming:
            done.rows += sum(row_id is not None for row_id in incoming.ids[model])
            done.lost += sum(row_id is None for row_id in incoming.ids[model])
        coalition.waits_for = [name for name in coalition.waits_for if name in done.waiting]
        raise_head()


# --- which row of the archive is which row here ---------------------------------------------------------------------

def _find_here(incoming, coalition, coming):
    """Fill incoming.ids: rows of the coalition by their uid, their parts by what stands in them, and the organisations
    and people by what leads to them. What the plugins of `coming` wrote is not here yet."""
    told = incoming.archive.manifest["tables"]
    led_by: dict = {}                           # model of sealed rows → {number in the archive: id here}
    for model in incoming.models:
        count = told.get(model._meta.table_name, {"rows": 0})["rows"]
        incoming.ids[model] = [None] * count
        if model._meta.table_name not in told or issubclass(model, SealedRow):
            continue
        incoming.read_lines(model)
        if model in coming:
            del incoming.ids[model]
        elif issubclass(model, Owned):
            rows = {row.uid: row for row in unnarrowed(model).where(model.coalition == coalition)}
            found = [rows.get(line["uid"]) for line in incoming.lines[model]]
            incoming.ids[model] = [row and row.id for row in found]
            for key, led in model._meta.refs.items():
                if issubclass(led, SealedRow):
                    led_by.setdefault(led, {}).update({
                        line[key.name]: row.__data__[key.name]
                        for line, row in zip(incoming.lines[model], found, strict=True) if row is not None})
        elif issubclass(model, Part):
            incoming.ids[model] = _parts_here(incoming, model)
    for model, numbers in led_by.items():
        incoming.ids[model] = [numbers.get(place) for place in range(1, len(incoming.ids[model]) + 1)]


def _parts_here(incoming, model):
    """Parts have no uid: one is the other where they hang on the same row and the same stands in them."""
    parent = model._meta.fields[model.parent]
    columns = [column for column in model._meta.sorted_fields
               if column.name != "id" and not isinstance(column, ForeignKeyField)]
    parents, there = incoming.ids[parent.rel_model], {}

    def likeness(parent_id, values):
        return parent_id, json.dumps([values.get(column.name) for column in columns], default=str)
    for row in rows_with(model, parent, sorted(filter(None, parents))):
        there.setdefault(likeness(row.__data__[parent.name], row.__data__), []).append(row.id)
    found = []
    for line in incoming.lines[model]:
        same = there.get(likeness(parents[line[parent.name] - 1], line))
        found.append(same.pop(0) if same else None)
    return found


# --- names ----------------------------------------------------------------------------------------------------------

class Names:
    """What travelled sealed, for the rows of here that came without it. `opened`: (row, a twin to seal, its content);
    `private`: (model, id, what stands in clear, what shall stand there)."""

    def __init__(self, archive, incoming):
        self.opened, self.private, self.doubled, self.kept = [], [], [], []
        self.locked = 0
        for model in incoming.models:
            if issubclass(model, SealedRow):
                self._of(model, archive, incoming)
            else:
                self.private += [(model, row_id, incoming.lines[model][place - 1], values)
                                 for place, values in incoming.private(model).items()
                                 if (row_id := incoming.ids.get(model, [None] * place)[place - 1]) is not None]

    def _of(self, model, archive, incoming):
        private = incoming.private(model)
        here = {row.id: row for row in rows_with(model, model.id, sorted(filter(None, incoming.ids[model])))}
        for place, row_id in enumerate(incoming.ids[model], 1):
            row, content = here.get(row_id), archive.content.get((model._meta.table_name, place))
            is_locked = row is not None and row.sealed is None and row.key_reference == LOCKED
            if is_locked and content is None:
                self.locked += 1
            elif is_locked:
                self._open(model(uid=row.uid, **private.get(place, {})), row, of_its_form(model, content))
            elif content is not None and row is not None and row.sealed is not None:
                self.kept.append(row)

    def _open(self, twin, row, content):
        if isinstance(twin, Person):
            content, is_doubled = addressed(twin, content)
            self.doubled += [row] if is_doubled else []
        self.opened.append((row, twin, content))
