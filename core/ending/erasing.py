"""All of a coalition goes: its rows in every table, of plugins too whose code is not here, its files, and the keys by
which its names could still be read in old backups. The audit keeps that it was done.
"""

from types import SimpleNamespace

from peewee import sort_models  # type: ignore[attr-defined]

from core.changes import FormMark, change
from core.coalitions.models import Coalition, Membership, Organisation, Owned, Seat
from core.context import Context
from core.db import Part, forget_deleted, locked
from core.files.store import drop, named
from core.language import lazy
from core.people.models import Person
from core.policy import Permission, unnarrowed
from core.portable.left import left_tables, rows_of
from core.sealing import SealedRow
from core.search.index import merge_pages

PERMISSIONS = [
    Permission("coalition.erase", lazy("Delete a coalition whose seven days are over"), frozenset({"job"})),
]


def delete_due(app, now) -> int:
    """The job: every coalition whose seven days are over goes, each in a transaction of its own. One that is locked
    waits, since nobody can call it off. Gives how many went."""
    due = [row.id for row in Coalition.select(Coalition.id).where(_is_due(now))]
    return sum(_delete(app, coalition_id, now) for coalition_id in due)


def _is_due(now):
    return (Coalition.ends_at <= now) & Coalition.locked_at.is_null()


def _delete(app, coalition_id, now):
    coalition = Coalition.get_or_none(Coalition.id == coalition_id)
    if coalition is None:
        return False
    # A context of no coalition: the administrator reads the line in the audit.
    try:
        with change(Context(via="job", now=now), "coalition.erase", coalition) as entry:
            # Another runner may have been faster, or it was called off a moment ago.
            if not locked(Coalition.select().where(Coalition.id == coalition_id, _is_due(now))).exists():
                raise _NotDue()
            files = remove_all(app, coalition, entry)
            entry.remove(coalition)
    except _NotDue:
        return False
    drop_all(app, files, now)
    return True


class _NotDue(Exception):
    """Nothing is to be done, and nothing written down."""


def remove_all(app, coalition, entry) -> set[str]:
    """Inside the open change: all rows of the coalition but its own; the keys go once that has held. Gives SHA-256 of
    its files."""
    files, going = named(coalition), _only_here(app, coalition)
    _forget_marks(coalition, going[Person])
    entry.erase_keys([row for rows in going.values() for row in rows])
    for table, rows in reversed(_left_rows(app, coalition)):
        entry.erase_keys([SimpleNamespace(**row) for row in rows if "key_reference" in row])
        table.delete_rows([row["id"] for row in rows])
    for model in reversed(own_models(app)):
        model.delete().where(rows_here(model, coalition)).execute()
    for model, rows in going.items():
        model.delete().where(model.id.in_([row.id for row in rows])).execute()
    return files


def _forget_marks(coalition, people):
    """The marks of forms hold the addresses to which they led."""
    seats = unnarrowed(Seat, Seat.uid).where(Seat.coalition == coalition)
    FormMark.delete().where(FormMark.actor.in_(seats) | FormMark.actor.in_([one.uid for one in people])).execute()


def drop_all(app, files, now) -> None:
    """After the commit: the bytes of files that no other coalition has, and what deleted pages still hold."""
    for sha256 in files:
        drop(app.settings.files, sha256, now)
    app.kept_pages.let_go()
    merge_pages()
    forget_deleted()


def counts(app, coalition) -> tuple[int, int, int]:
    """(rows, files, keys) that go with the coalition. Writes nothing."""
    going = _only_here(app, coalition)
    rows = sum(unnarrowed(model).where(rows_here(model, coalition)).count() for model in own_models(app))
    rows += sum(len(left) for _table, left in _left_rows(app, coalition))
    return rows, len(named(coalition)), sum(map(len, going.values()))


def own_models(app) -> list:
    """The models whose rows are a coalition's, each behind those that it leads to."""
    return [model for model in sort_models(app.tables) if issubclass(model, (Owned, Part))]


def rows_here(model, coalition):
    """The condition for the rows of one coalition, for an owned model or a part at any depth."""
    if issubclass(model, Owned):
        return model.coalition == coalition
    parent = model._meta.fields[model.parent]
    return parent.in_(unnarrowed(parent.rel_model, parent.rel_model.id).where(rows_here(parent.rel_model, coalition)))


def _only_here(app, coalition) -> dict:
    """Model → the sealed rows that go with the coalition: its own, and the organisations and people that are in no
    other. Whoever runs the instance stays."""
    found = {model: list(unnarrowed(model).where(rows_here(model, coalition))) for model in own_models(app)
             if issubclass(model, SealedRow)}
    for model, key in ((Organisation, Membership.organisation), (Person, Seat.person)):
        here = unnarrowed(key.model, key).where(key.model.coalition == coalition)
        elsewhere = unnarrowed(key.model, key).where(key.model.coalition != coalition)
        found[model] = list(model.select().where(model.id.in_(here), model.id.not_in(elsewhere)))
    found[Person] = [person for person in found[Person] if not person.is_administrator]
    return found


def _left_rows(app, coalition) -> list[tuple]:
    """(table, the coalition's rows in it) of plugins whose code is not here; each behind those that it leads to."""
    models = {model._meta.table_name: model for model in own_models(app)}

    def ids_in(name):
        if name not in models:
            return []
        return [id for (id,) in unnarrowed(models[name], models[name].id).where(rows_here(models[name], coalition))
                .tuples()]
    tables = left_tables(app)
    rows = rows_of(tables, coalition, ids_in)
    return [(table, rows[table.name]) for table in tables]
