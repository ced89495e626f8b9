"""A coalition comes in from an archive: all of it, or nothing."""

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from peewee import DataError, ForeignKeyField, IntegrityError, fn

from core import db
from core.changes import Revision, change
from core.coalitions.members import SLUG
from core.coalitions.models import Coalition, Owned, Seat
from core.db import fits
from core.errors import Refused, trace
from core.files.store import NO_FILE, keep, path_of, take_back
from core.history import kept_models
from core.language import lazy
from core.people.accounts import check_address, known_zones, new_link
from core.people.labels import by_address, person_label
from core.people.models import Person
from core.policy import unnarrowed
from core.portable.archive import BROKEN, not_an_archive, opened_archive
from core.portable.exporting import migrations_of
from core.portable.tables import (
    SECRET_WORDS,
    back,
    back_from_database,
    columns_of,
    names_bytes,
    sealed_columns_of,
    travelling,
)
from core.sealing import LOCKED, SealedRow, address_index, seal_new

log = logging.getLogger("commonweal.portable")

SEALED_FORMS = {str: str, list: list[str], dict: dict[str, str]}     # kind of a word in `blank` → what it may bring


@dataclass
class Imported:
    """What came of it. `doubled`: the people whose address belongs to an account here already, which is left alone.
    `links`: (how a coordinator is called, token of a one-time link), for all others of them. `waiting`: plugin → how
    many rows it has in the archive, where it is not here. `left_out`: plugins whose part the archive lacks."""

    coalition: Coalition
    rows: int = 0
    files: int = 0
    locked: int = 0
    doubled: list[Person] = field(default_factory=list)
    links: list = field(default_factory=list)
    waiting: dict = field(default_factory=dict)
    left_out: list = field(default_factory=list)


def import_coalition(ctx, app, file: Path, slug: str | None = None, key_file: Path | None = None) -> Imported:
    """Bring the coalition of this archive in. Refused, with nothing written, where the archive is cut, changed, or of a
    newer program, or where the coalition lives here already. What a plugin wrote that is not here waits in the archive.
    """
    with reading(app, file, key_file) as (archive, incoming, bring_files):
        waiting = waiting_rows(app, archive.manifest)
        coalition = _coalition(archive, slug)
        coalition.waits_for = sorted(waiting)
        incoming.begin(ctx.at(coalition))
        incoming.done.waiting, incoming.done.left_out = waiting, archive.manifest.get("left_out", [])
        bring_files()
        incoming.read()
        incoming.write(coalition)
        incoming.done.links = _links(ctx.at(coalition), app.settings.set_up_hours)
        return incoming.done


@contextmanager
def reading(app, file, key_file):
    """The archive, seen to fit this program; its rows; and a function that brings its files. What is raised inside
    takes the files back, and what a broken archive raises becomes a sentence."""
    models = travelling(app.tables)
    brought: list[str] = []

    def bring_files(names=None):
        for name, content in archive.files():
            if names is not None and name not in names:
                continue
            if not path_of(app.settings.files, name).exists():
                brought.append(name)
            keep(app.settings.files, content)
            incoming.done.files += 1
    try:
        with opened_archive(file, key_file) as archive:
            _refuse_newer(app, archive.manifest)
            _refuse_strange_tables(app, models, archive.manifest, archive.tables)
            incoming = Incoming(archive, models)
            yield archive, incoming, bring_files
    except (*BROKEN, IntegrityError, DataError, OverflowError) as error:
        log.warning("an archive does not fit: %s", trace(error))    # it can be a fault of ours, too
        _take_back(app, brought)
        raise not_an_archive(file) from error
    except BaseException:
        _take_back(app, brought)
        raise


def _take_back(app, brought):
    for name in brought:
        take_back(app.settings.files, name)


def _refuse_newer(app, manifest):
    here = migrations_of(app)
    for name, applied in manifest["migrations"].items():
        if newer := sorted(set(applied) - set(here.get(name, applied))):
            raise Refused(lazy("The archive is newer than the program: it has %(name)s. Install the newer program, and "
                               "run: commonweal upgrade", name=f"{name}/{newer[0]}"))


def _refuse_strange_tables(app, models, manifest, tables):
    """Each table is one of ours, or of a plugin that the archive names and that is not here."""
    known = {model._meta.table_name for model in models} | {"coalition"}
    away = tuple(f"{name}_" for name in manifest["migrations"] if name not in migrations_of(app))
    for table in sorted(tables - known):
        if not (away and table.startswith(away)):
            raise ValueError(f"a table that is not here: {table}")


def waiting_rows(app, manifest) -> dict[str, int]:
    """Plugin → how many rows of it the archive holds, for the plugins that are not here."""
    here = migrations_of(app)
    counts = {name: sum(told["rows"] for table, told in manifest["tables"].items() if table.startswith(f"{name}_"))
              for name in manifest["migrations"] if name not in here}
    return {name: count for name, count in counts.items() if count}


def _coalition(archive, slug):
    [line] = archive.lines("coalition")
    coalition = Coalition(**{**_values(Coalition, line), "is_demonstration": False})
    if standing := Coalition.get_or_none(Coalition.uid == coalition.uid):
        raise Refused(lazy("This coalition lives here already, as “%(slug)s”. Nothing was changed.",
                           slug=standing.slug))
    coalition.slug = (slug or coalition.slug).strip().lower()
    _check_slug(coalition.slug)
    return coalition


def _check_slug(slug):
    if not SLUG.fullmatch(slug):
        raise Refused(lazy("“%(slug)s” cannot stand in an address. Use 1 to 40 small letters, digits and hyphens, "
                           "such as “meridia”.", slug=slug))
    if Coalition.get_or_none(Coalition.slug == slug):
        raise Refused(lazy("There is a coalition “%(slug)s” already. Choose another short name: --slug NEW.",
                           slug=slug))


def _values(model, line, more=(), is_left=False, is_sealed=False):
    """The values of a row, by column; foreign keys are left as the numbers of the rows they lead to. What an older
    program did not write yet stands as it does in a new row. `is_left`: it was taken along without its plugin's code,
    under the database's own names. `is_sealed`: it travelled in the sealed part."""
    columns = {column.column_name if is_left else column.name: column
               for column in (sealed_columns_of if is_sealed else columns_of)(model)}
    if strange := set(line) - set(columns) - set(more):
        raise ValueError(f"a column that is not here: {sorted(strange)[0]}")
    read = back_from_database if is_left else back
    return {column.name: line[name] if isinstance(column, ForeignKeyField) else read(column, line[name])
            for name, column in columns.items() if name in line}


def _with_bytes(model, values, came):
    """The values, naming only bytes that `came` with them: a sum could be that of another coalition's file."""
    if not names_bytes(model):
        return values
    return {name: NO_FILE if name.endswith("sha256") and value not in came else value
            for name, value in values.items()}


def _as_kept(values):
    """The values of a revision, whose earlier values are only of fields that its model keeps, and fit them. Of a plugin
    that is not here nobody can say it yet: what is taken back passes undo(), which goes by the model again."""
    model = {**kept_models(), Coalition._meta.table_name: Coalition}.get(values["kind"])
    if model is None:
        return values
    before = {name: value for name, value in values["before"].items() if name in model.keeps}
    for name, value in before.items():
        back(model._meta.fields[name], value)
    return {**values, "before": before}


class Incoming:
    """The rows on their way from the archive to the tables."""

    def __init__(self, archive, models):
        self.archive, self.models = archive, models
        self.lines: dict = {}           # model → its rows as values, in their order
        self.sealed: dict = {}          # model of sealed rows → its rows, which are not saved yet
        self.ids: dict = {}             # model → the ids that they have here; None: not here any more

    def begin(self, ctx):
        self.ctx, self.done = ctx, Imported(ctx.coalition)

    def read(self, models=None):
        """All that needs no writing: values, and the sealed rows under new keys, which are committed before."""
        for model in self.models if models is None else models:
            table = model._meta.table_name
            if table not in self.archive.tables:
                self.lines[model] = []
                continue
            if issubclass(model, SealedRow):
                self.sealed[model] = self._sealed_rows(model, list(self.archive.lines(table)))
            else:
                self.read_lines(model)
                for place, values in self.private(model).items():
                    self.lines[model][place - 1].update(values)

    def read_lines(self, model):
        """The rows of one table as they travelled in clear."""
        table = model._meta.table_name
        is_left = table in self.archive.manifest.get("left", {})
        came = self.archive.manifest["files"]
        self.lines[model] = [_with_bytes(model, _values(model, line, is_left=is_left), came)
                             for line in self.archive.lines(table)]
        if model is Revision:
            self.lines[model] = [_as_kept(values) for values in self.lines[model]]

    def private(self, model) -> dict:
        """Number → what of a row travelled sealed."""
        came = {*self.archive.manifest["files"], *self.archive.inner_files}
        return {place: _with_bytes(model, _values(model, values, is_sealed=True), came)
                for (table, place), values in self.archive.values.items() if table == model._meta.table_name}

    def _sealed_rows(self, model, lines):
        rows, waiting, table, private = [], [], model._meta.table_name, self.private(model)
        for place, line in enumerate(lines, 1):
            content = self.archive.content.get((table, place))
            row = model(**_with_bytes(model, _values(model, line, ("is_erased",)), self.archive.inner_files),
                        **private.get(place, {}))
            if content is not None:
                content = of_its_form(model, content)
                if isinstance(row, Person):
                    content, is_doubled = addressed(row, content)
                    self.done.doubled += [row] if is_doubled else []
                waiting.append((row, content))
            else:
                row.key_reference = "" if line["is_erased"] else LOCKED
                self.done.locked += row.key_reference == LOCKED
            rows.append(row)
        seal_new(waiting)
        return rows

    def write(self, coalition):
        """In one transaction, or not at all."""
        with change(self.ctx, "coalition.import", coalition) as entry:
            entry.add(coalition)
            self.put(entry, coalition, self.models)
            self.done.rows += sum(len(self.ids[model]) for model in self.models)

    def put(self, entry, coalition, models):
        """Inside the open change: the rows of these models, which were read."""
        later = []
        for model in models:
            if model in self.sealed:
                self.ids[model] = [entry.add(self._tied(row)).id for row in self.sealed[model]]
            else:
                later += self._insert(entry, model, coalition)
        for model, row_id, name, number in later:
            target = self.ids[model._meta.fields[name].rel_model][number - 1]
            model.update({name: target}).where(model.id == row_id).execute()

    def _insert(self, entry, model, coalition):
        """Insert the rows of one table; gives what must be set when the rows that it leads to are there. A row that
        cannot stand without one that is not here any more stays out."""
        rows, later, lost = self.lines[model], [], set()
        self.ids[model] = new_ids(model, len(rows))
        keys = [(key.name, led) for key, led in model._meta.refs.items() if led is not Coalition]
        made = []
        for row_id, values in zip(self.ids[model], rows, strict=True):
            row = {**values, "id": row_id}
            if issubclass(model, Owned):
                row["coalition"] = coalition.id
            for name, led in keys:
                number = row.get(name)
                if number is not None and (led is model or led not in self.ids):
                    later.append((model, row_id, name, _number(number)))
                    row[name] = None
                elif number is not None:
                    row[name] = self.ids[led][_number(number) - 1]
                    if row[name] is None and not model._meta.fields[name].null:
                        lost.add(row_id)
            made.append(row)
        self.ids[model] = [None if id in lost else id for id in self.ids[model]]
        entry.add_rows(model, [row for row in made if row["id"] not in lost])
        return [one for one in later if one[1] not in lost]

    def _tied(self, row):
        """A sealed row that leads to the rows of here, in place of their numbers."""
        for key, led in row._meta.refs.items():
            number = row.__data__.get(key.name)
            if led is not Coalition and number is not None:
                setattr(row, key.name, self.ids[led][_number(number) - 1])
        return row


def _number(value) -> int:
    if type(value) is not int or value < 1:
        raise ValueError("no number of a row")
    return value


def of_its_form(model, content):
    """What was sealed, seen to be words of this kind of row; a zone that is not known here is not told."""
    if not isinstance(content, dict) or not set(content) <= set(model.blank) - SECRET_WORDS or not all(
            fits(content[name], SEALED_FORMS[type(model.blank[name])]) for name in content):
        raise ValueError("sealed words of another form")
    return {name: value for name, value in content.items() if name != "zone" or value in known_zones()}


def addressed(person, content) -> tuple[dict, bool]:
    """(the content of a person, who is found by its address from now on; whether that has an account here already).
    There nobody has asked whose the seat is: the address is left to the account, and this person stands without."""
    if not content["address"]:
        return content, False
    address = check_address(content["address"])
    if by_address(address) is not None:
        return {**content, "address": ""}, True
    person.address_index = address_index(address)
    return content, False


def new_ids(model, count) -> list[int]:
    """Ids for so many new rows, inside the open transaction that will write them."""
    if not count:
        return []
    if db.is_sqlite():                          # nobody else writes now
        last = unnarrowed(model, fn.MAX(model.id)).scalar() or 0
        return list(range(last + 1, last + count + 1))
    rows = db.database.execute_sql("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                                   (f'"{model._meta.table_name}"', count))
    return [row[0] for row in rows.fetchall()]


def _links(ctx, hours):
    """One-time links for the coordinators, who then give theirs to everybody else."""
    seats = [seat for seat in unnarrowed(Seat, Seat, Person).join(Person)
             .where(Seat.coalition == ctx.coalition, Seat.role == "coordinator", Seat.ended_at.is_null())
             if seat.person.address_index is not None]
    return [(person_label(ctx, seat.person), new_link(ctx, seat.person, hours)) for seat in seats]
