"""A coalition's rows and files, written into one archive."""

import hashlib
import json
import os
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from peewee import ForeignKeyField

from core import __version__, db, pieces
from core.audit import AuditLine, note
from core.coalitions.models import Coalition, Membership, Owned, Representation, Seat
from core.db import Part
from core.errors import Forbidden, Refused
from core.files.store import path_of
from core.keyring import fingerprint_of, read_key_file
from core.language import lazy
from core.policy import Permission, allowed, unnarrowed, visible
from core.portable.tables import BETWEEN, columns_of, plain, travelling, unnamed
from core.sealing import SealedRow, open_rows

FORMAT = 1
KIND = "commonweal coalition"
AT_ONCE = 500               # ids in one statement
PERMISSIONS = [
    Permission("coalition.export", lazy("Export the coalition, to take it to another server"),
               frozenset({"coordinator", "operator"})),
    Permission("coalition.import", lazy("Import a coalition from another server"), frozenset({"operator"})),
]


@dataclass
class Taken:
    """What is exported. `rows`: model → its rows, whose places in the list are the numbers that others refer to.
    `private`: (table, number) → what of a row travels sealed only. `open_files` and `sealed_files`: SHA-256."""

    rows: dict = field(default_factory=dict)
    number: dict = field(default_factory=dict)      # (model, id) → place, from 1
    private: dict = field(default_factory=dict)
    open_files: set = field(default_factory=set)
    sealed_files: set = field(default_factory=set)


def export_coalition(ctx, app, target: Path, key_file: Path | None = None) -> dict:
    """Write the coalition to a new archive; gives its manifest. Refused where the file is there, or where a table of it
    would be left out. A person gets what they may see; the operator gets all.

    `key_file`: the transport key, under which names, addresses and private files travel; without it they stay.
    """
    if not allowed(ctx, "coalition.export", ctx.coalition):
        raise Forbidden(lazy("You may not do this here. A coordinator of the coalition can, or can give you the role."))
    if target.exists():
        raise Refused(lazy("%(file)s is there already. Choose another name, or move it away.", file=str(target)))
    _refuse_gaps(app)
    key = read_key_file(key_file) if key_file else None
    taken = _take(ctx, travelling(app.tables))
    _set_private_apart(ctx, taken)
    with _whole(target) as part:
        manifest = _write(ctx, app, taken, part, key)
    note(ctx, "coalition.export", ctx.coalition)
    return manifest


def _refuse_gaps(app):
    """Nothing may be lost in silence: not what a plugin has written whose code is not there."""
    if missing := unnamed(app.tables):
        raise Refused(lazy("The table %(table)s does not say whether it travels with a coalition. Ask its "
                           "author.", table=missing[0]))
    histories = {name.removeprefix("migration_") for name in db.database.get_tables() if name.startswith("migration_")}
    if gone := sorted(histories - {"core", *app.host.loaded}):
        raise Refused(lazy("The plugin %(name)s is not loaded, and what it holds of the coalition would be left out. "
                           "Put it into `plugins` in commonweal.toml, or erase its data first.", name=gone[0]))


# --- which rows -----------------------------------------------------------------------------------------------------

def _take(ctx, models) -> Taken:
    taken, found = Taken(), {}
    for model in models:
        if issubclass(model, Owned):
            found[model] = list(_owned(ctx, model).order_by(model.id))
    for model in sorted((model for model in models if issubclass(model, Part)), key=_depth):
        parent = model._meta.fields[model.parent]
        found[model] = _rows_with(model, parent, [row.id for row in found[parent.rel_model]])
    for model in models:
        if model not in found and model not in BETWEEN:
            wanted = {row.__data__[key.name] for other, rows in found.items() for key, led in other._meta.refs.items()
                      if led is model for row in rows} - {None}
            found[model] = _rows_with(model, model.id, sorted(wanted))
    for model in set(models) & set(BETWEEN):
        ends = list(model._meta.refs.items())
        found[model] = _rows_with(model, ends[0][0], [row.id for row in found[ends[0][1]]])
    for model in models:                        # each behind those that it leads to
        rows = [row for row in found[model] if _is_whole(taken, model, row, models)]
        taken.rows[model] = rows
        taken.number.update({(model, row.id): place for place, row in enumerate(rows, 1)})
    return taken


def _owned(ctx, model):
    """All of the coalition's for the operator, who has the database anyway; for a person what they may see."""
    if ctx.person is None and "operator" in ctx.roles:
        return unnarrowed(model).where(model.coalition == ctx.coalition)
    return visible(ctx, model)


def _depth(model):
    depth = 0
    while issubclass(model, Part):
        model, depth = model._meta.fields[model.parent].rel_model, depth + 1
    return depth


def _rows_with(model, column, values):
    rows = [row for start in range(0, len(values), AT_ONCE)
            for row in model.select().where(column.in_(values[start:start + AT_ONCE]))]
    return sorted(rows, key=lambda row: row.id)


def _is_whole(taken, model, row, models):
    """Whether all that this row cannot stand without travels too: a person exports only what they may see."""
    return all(key.null or led is Coalition or led not in models or led is model
               or (led, row.__data__[key.name]) in taken.number for key, led in model._meta.refs.items())


# --- what is private ------------------------------------------------------------------------------------------------

def _set_private_apart(ctx, taken):
    """Originals tell of their authors, and so do the names of files: of what has a cleaned copy only that travels in
    clear, and nothing that somebody of a withheld organisation brought."""
    hidden = _seats_of_withheld(taken)
    for model, rows in taken.rows.items():
        names = model._meta.fields
        if "sha256" not in names or "size_bytes" not in names:
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


def _seats_of_withheld(taken):
    """Ids of the seats whose people act, or once acted, for an organisation that withholds its name."""
    kept_back = {row.organisation_id for row in taken.rows[Membership] if row.is_withheld}
    people = {row.person_id for row in taken.rows[Representation] if row.organisation_id in kept_back}
    return {row.id for row in taken.rows[Seat] if row.person_id in people}


# --- writing --------------------------------------------------------------------------------------------------------

@contextmanager
def _whole(target):
    """A file beside the target, which takes its place when it is whole, and goes when it is not."""
    part = target.with_name(f"{target.name}.part")
    try:
        yield part
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _write(ctx, app, taken, part, key):
    manifest = {"kind": KIND, "format": FORMAT, "version": __version__, "slug": ctx.coalition.slug,
                "title": ctx.coalition.title, "migrations": migrations_of(app),
                "plugins": {name: loaded.manifest.version for name, loaded in app.host.loaded.items()},
                "tables": {}, "files": {}, "sealed": None}
    with zipfile.ZipFile(open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b"), "w",
                         zipfile.ZIP_DEFLATED) as pack:
        head = {column.name: plain(column, ctx.coalition.__data__[column.name]) for column in columns_of(Coalition)}
        manifest["tables"]["coalition"] = _put_lines(pack, "coalition", [head])
        for model in taken.rows:
            manifest["tables"][model._meta.table_name] = _put_lines(pack, model._meta.table_name,
                                                                    _lines(taken, model))
        manifest["audit"] = _put_lines(pack, "audit", _audit_lines(ctx, taken), "audit.jsonl")
        _put_files(pack, app.settings.files, taken.open_files, manifest["files"])
        if key is not None:
            manifest["sealed"] = _put_sealed(pack, app.settings.files, taken, key, digest_of(manifest))
        else:
            manifest["locked_files"] = len(taken.sealed_files - taken.open_files)
        pack.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        pack.fp.flush()
        os.fsync(pack.fp.fileno())
    return manifest


def migrations_of(app) -> dict[str, list[str]]:
    """Plugin → the migrations that its tables went through, core's under "core"."""
    folders = {"core": db.CORE_MIGRATIONS, **app.host.histories()}
    return {name: [migration.name for migration in db.runner(name, folder).status() if migration.applied]
            for name, folder in folders.items()}


def digest_of(manifest) -> str:
    """What the sealed part is bound to: a table in clear that was changed afterwards goes with no sealed part."""
    return hashlib.sha256(json.dumps([manifest["tables"], manifest["files"]], sort_keys=True).encode()).hexdigest()


def _lines(taken, model):
    columns = columns_of(model)
    for row in taken.rows[model]:
        line = {column.name: _value(taken, column, row) for column in columns}
        if issubclass(model, SealedRow):
            line["is_erased"] = row.sealed is None
        yield line


def _value(taken, column, row):
    value = row.__data__[column.name]
    if isinstance(column, ForeignKeyField):
        return taken.number.get((column.rel_model, value))
    return plain(column, value)


def _put_lines(pack, name, lines, place=None):
    """One JSON object a line; gives how many there are, and their SHA-256."""
    total, count = hashlib.sha256(), 0
    with pack.open(place or f"tables/{name}.jsonl", "w", force_zip64=True) as out:
        for line in lines:
            written = json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n"
            total.update(written)
            out.write(written)
            count += 1
    return {"rows": count, "sha256": total.hexdigest()}


def _audit_lines(ctx, taken):
    """The coalition's lines, to read. A person or an organisation is no reference here that another coalition has."""
    sealed = {model._meta.table_name for model in taken.rows if issubclass(model, SealedRow)}
    seats = {row.uid for row in taken.rows[Seat]} | {"operator", "nobody"}
    lines = AuditLine.select().where(AuditLine.coalition_uid == ctx.coalition.uid).order_by(AuditLine.number)
    for line in lines.iterator():
        yield {"at": line.at.isoformat(), "actor": line.actor if line.actor in seats else None, "via": line.via,
               "action": line.action, "kind": line.kind, "object": None if line.kind in sealed else line.object_uid,
               "others": line.others, "fields": line.fields, "result": line.result}


def _put_files(pack, folder, names, told):
    for name in sorted(names):
        place = path_of(folder, name)
        if place.exists():                      # doctor names those that are gone
            pack.write(place, f"files/{name}", zipfile.ZIP_STORED)
            told[name] = place.stat().st_size


def _put_sealed(pack, folder, taken, key, digest):
    head, own = pieces.begin("transport", key, {"tables": digest})
    with pack.open(zipfile.ZipInfo("sealed"), "w", force_zip64=True) as out:
        writer = pieces.Writer(out, head, own)
        with zipfile.ZipFile(writer, "w", zipfile.ZIP_STORED) as inner:     # packed, its length would tell of names
            rows = _put_lines(inner, "rows", _sealed_lines(taken), "rows.jsonl")
            files: dict = {}
            _put_files(inner, folder, taken.sealed_files, files)
            inner.writestr("manifest.json", json.dumps({"rows": rows, "files": files}))
        writer.finish()
    return {"fingerprint": fingerprint_of(key), "rows": rows["rows"], "files": len(files)}


def _sealed_lines(taken):
    """What is sealed here, opened for the moment of writing it under the transport key; padded as it is here."""
    for model, rows in taken.rows.items():
        if issubclass(model, SealedRow):
            open_rows(rows)
            for place, row in enumerate(rows, 1):
                yield _padded({"table": model._meta.table_name, "row": place, "content": row.content()})
    for (table, place), values in taken.private.items():
        yield _padded({"table": table, "row": place, "values": values})


def _padded(line):
    length = len(json.dumps(line, ensure_ascii=False, sort_keys=True).encode()) + len(', "pad": ""')
    return {**line, "pad": " " * (-length % 512)}
