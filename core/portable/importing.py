"""A coalition comes in from an archive: all of it, or nothing."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

from peewee import DataError, ForeignKeyField, IntegrityError, fn

from core import db
from core.changes import change
from core.coalitions.members import SLUG
from core.coalitions.models import Coalition, Owned, Seat
from core.errors import Refused, trace
from core.files.store import keep, path_of, take_back
from core.language import lazy
from core.people.accounts import check_address, new_link
from core.people.labels import by_address, person_label
from core.people.models import Person
from core.policy import unnarrowed
from core.portable.archive import BROKEN, not_an_archive, opened_archive
from core.portable.exporting import migrations_of
from core.portable.tables import SECRET_WORDS, back, columns_of, travelling
from core.sealing import LOCKED, SealedRow, address_index, seal_new

log = logging.getLogger("commonweal.portable")


@dataclass
class Imported:
    """What came of it. `attached`: how many people have an account here already, and keep it as it is. `links`:
    (how a coordinator is called, token of a one-time link), for those who have no password here yet."""

    coalition: Coalition
    rows: int = 0
    files: int = 0
    locked: int = 0
    attached: int = 0
    links: list = field(default_factory=list)


def import_coalition(ctx, app, file: Path, slug: str | None = None, key_file: Path | None = None) -> Imported:
    """Bring the coalition of this archive in. Refused, with nothing written, where the archive is cut, changed, of a
    newer program or of plugins that are not here, or where the coalition lives here already."""
    models = travelling(app.tables)
    brought: list[str] = []
    try:
        with opened_archive(file, key_file) as archive:
            _refuse_other_tables(app, models, archive.manifest, archive.tables)
            coalition = _coalition(archive, slug)
            incoming = Incoming(ctx.at(coalition), archive, models)
            for name, content in archive.files():
                if not path_of(app.settings.files, name).exists():
                    brought.append(name)
                keep(app.settings.files, content)
                incoming.done.files += 1
            incoming.read()
            incoming.write(coalition)
            incoming.done.links = _links(ctx.at(coalition), app.settings.set_up_hours)
            return incoming.done
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


def _refuse_other_tables(app, models, manifest, tables):
    """The archive's tables are those that are here: its plugins are loaded, and as new as those that wrote it."""
    here = migrations_of(app)
    for name, applied in manifest["migrations"].items():
        if name not in here:
            raise Refused(lazy("The archive holds what the plugin %(name)s wrote, and that plugin is not here. Install "
                               "it, put it into `plugins` in commonweal.toml, and run: commonweal upgrade", name=name))
        if newer := sorted(set(applied) - set(here[name])):
            raise Refused(lazy("The archive is newer than the program: it has %(name)s. Install the newer program, and "
                               "run: commonweal upgrade", name=f"{name}/{newer[0]}"))
    if strange := sorted(tables - {model._meta.table_name for model in models} - {"coalition"}):
        raise ValueError(f"a table that is not here: {strange[0]}")


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


def _values(model, line, more=()):
    """The values of a row, by column; foreign keys are left as the numbers of the rows they lead to. What an older
    program did not write yet stands as it does in a new row."""
    columns = {column.name: column for column in columns_of(model)}
    if strange := set(line) - set(columns) - set(more):
        raise ValueError(f"a column that is not here: {sorted(strange)[0]}")
    return {name: line[name] if isinstance(columns[name], ForeignKeyField) else back(columns[name], line[name])
            for name in columns if name in line}


class Incoming:
    """The rows on their way from the archive to the tables."""

    def __init__(self, ctx, archive, models):
        self.ctx, self.archive, self.models = ctx, archive, models
        self.done = Imported(ctx.coalition)
        self.lines: dict = {}           # model → its rows as values, in their order
        self.sealed: dict = {}          # model of sealed rows → its rows, an account of here in its place among them
        self.ids: dict = {}             # model → the ids that they have here

    def read(self):
        """All that needs no writing: values, and the sealed rows under new keys, which are committed before."""
        for model in self.models:
            table = model._meta.table_name
            if table not in self.archive.tables:
                self.lines[model] = []
                continue
            lines = list(self.archive.lines(table))
            if issubclass(model, SealedRow):
                self.sealed[model] = self._sealed_rows(model, lines)
                continue
            self.lines[model] = [_values(model, line) for line in lines]
            for (named, place), values in self.archive.values.items():
                if named == table:
                    self.lines[model][place - 1].update(_values(model, values))

    def _sealed_rows(self, model, lines):
        rows, waiting, table = [], [], model._meta.table_name
        for place, line in enumerate(lines, 1):
            content = self.archive.content.get((table, place))
            row = model(**_values(model, line, ("is_erased",)))
            if content is not None:
                content = _of_its_form(model, content)
                if model is Person and (standing := self._account(row, content)):
                    row = standing
                else:
                    waiting.append((row, content))
            else:
                row.key_reference = "" if line["is_erased"] else LOCKED
                self.done.locked += row.key_reference == LOCKED
            rows.append(row)
        seal_new(waiting)
        return rows

    def _account(self, person, content):
        """The account of here with this address: it is not touched, only the seat becomes its. Else the new one's
        index is set."""
        address = check_address(content["address"])
        if standing := by_address(address):
            self.done.attached += 1
            return standing
        person.address_index = address_index(address)
        return None

    def write(self, coalition):
        """In one transaction, or not at all."""
        with change(self.ctx, "coalition.import", coalition) as entry:
            entry.add(coalition)
            later = []
            for model in self.models:
                if model in self.sealed:
                    self.ids[model] = [(row if row.id else entry.add(self._tied(row))).id for row in self.sealed[model]]
                else:
                    later += self._insert(entry, model, coalition)
                self.done.rows += len(self.ids[model])
            for model, row_id, name, number in later:
                target = self.ids[model._meta.fields[name].rel_model][number - 1]
                model.update({name: target}).where(model.id == row_id).execute()

    def _insert(self, entry, model, coalition):
        """Insert the rows of one table; gives what must be set when the rows that it leads to are there."""
        rows, later = self.lines[model], []
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
            made.append(row)
        entry.add_rows(model, made)
        return later

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


def _of_its_form(model, content):
    """What was sealed, seen to be words of this kind of row."""
    if not isinstance(content, dict) or not set(content) <= set(model.blank) - SECRET_WORDS or any(
            type(content[name]) is not type(model.blank[name]) for name in content):
        raise ValueError("sealed words of another form")
    return content


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
             if seat.person.sealed is not None and not seat.person.password]
    return [(person_label(ctx, seat.person), new_link(ctx, seat.person, hours)) for seat in seats]
