"""A coalition's rows and files, written into one archive."""

import hashlib
import json
import os
import shutil
import zipfile
from contextlib import contextmanager
from pathlib import Path

from peewee import ForeignKeyField

from core import __version__, db, pieces
from core.audit import AuditLine, is_told, note
from core.auditing.hours import hidden_hours
from core.coalitions.models import Coalition, Seat
from core.errors import Forbidden, Refused
from core.files.store import LEFT_OVER, path_of
from core.keyring import fingerprint_of, read_key_file
from core.language import lazy
from core.policy import Permission, allowed
from core.portable import left
from core.portable.tables import SEALED_WHOLE, SECRET_WORDS, columns_of, plain, travelling, unnamed
from core.portable.taking import day_of, gets_all, set_private_apart, take
from core.sealing import SealedRow, open_rows

FORMAT = 1
KIND = "commonweal coalition"
PERMISSIONS = [
    Permission("coalition.export", lazy("Export the coalition, to take it to another server"),
               frozenset({"coordinator", "operator"})),
    Permission("coalition.import", lazy("Import a coalition from another server"), frozenset({"operator"})),
]


def export_coalition(ctx, app, target: Path, key_file: Path | None = None) -> dict:
    """Write the coalition to a new archive; gives its manifest. Refused where the file is there, or where a table of it
    would be left out. The operator gets all; a person what they may see: no hours, no order that tells one, no keepers.

    `key_file`: the transport key, under which names, addresses and private files travel; without it they stay.
    """
    if not allowed(ctx, "coalition.export", ctx.coalition):
        raise Forbidden(lazy("You may not do this here. A coordinator of the coalition can, or can give you the role."))
    if target.exists():
        raise Refused(lazy("%(file)s is there already. Choose another name, or move it away.", file=str(target)))
    tables = _left_tables(ctx, app)
    key = read_key_file(key_file) if key_file else None
    taken = take(ctx, travelling(app.tables))
    set_private_apart(taken)
    with _whole(target) as part:
        manifest = _write(ctx, app, taken, part, key, tables)
    note(ctx, "coalition.export", ctx.coalition)
    return manifest


def _left_tables(ctx, app):
    """Nothing may be lost in silence: the tables of plugins whose code is not here go along as they stand."""
    if missing := unnamed(app.tables):
        raise Refused(lazy("The table %(table)s does not say whether it travels with a coalition. Ask its "
                           "author.", table=missing[0]))
    tables = left.left_tables(app)
    if "operator" in ctx.roles:
        for table in filter(left.needs_code, tables):
            raise _needs_code(table)
    return tables


# --- writing --------------------------------------------------------------------------------------------------------

@contextmanager
def _whole(target):
    """A file beside the target, which takes its place when it is whole, and goes when it is not."""
    part = target.with_name(target.name + LEFT_OVER)
    try:
        yield part
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _write(ctx, app, taken, part, key, tables):
    manifest = {"kind": KIND, "format": FORMAT, "version": __version__, "slug": ctx.coalition.slug,
                "title": ctx.coalition.title, "migrations": migrations_of(app),
                "plugins": {name: loaded.manifest.version for name, loaded in app.host.loaded.items()},
                "tables": {}, "left": {}, "left_out": [], "files": {}, "sealed": None}
    with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
            _write_left(ctx, taken, pack, manifest, tables)
            _write_parts(ctx, app.settings.files, taken, pack, manifest, key)
        out.flush()
        os.fsync(out.fileno())
    return manifest


def _write_parts(ctx, folder, taken, pack, manifest, key):
    head = {column.name: plain(column, ctx.coalition.__data__[column.name]) for column in columns_of(Coalition)}
    lines = _audit_lines(ctx, taken)
    if not gets_all(ctx):
        head = day_of(head)
        lines = sorted(map(day_of, lines), key=lambda line: (line["at"], json.dumps(line, sort_keys=True)))
    manifest["tables"]["coalition"] = _put_lines(pack, "coalition", [head])
    for model in (model for model in taken.rows if model not in SEALED_WHOLE):
        manifest["tables"][model._meta.table_name] = _put_lines(pack, model._meta.table_name, _lines(taken, model))
    manifest["audit"] = _put_lines(pack, "audit", lines, "audit.jsonl")
    _put_files(pack, folder, taken.open_files, manifest["files"])
    if key is not None:
        manifest["sealed"] = _put_sealed(pack, folder, taken, key, digest_of(manifest))
    else:
        manifest["locked_files"] = len(taken.sealed_files - taken.open_files)
    pack.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))


def _write_left(ctx, taken, pack, manifest, tables):
    """The tables whose code is not here: the operator takes their rows along; for a person they are left out, and the
    manifest says of which plugins. `left`: table → its plugin."""
    if "operator" not in ctx.roles:
        manifest["left_out"] = sorted({table.plugin for table in tables} | set(ctx.coalition.waits_for))
        return
    manifest["left_out"] = ctx.coalition.waits_for      # it lies in the archive from which the coalition came
    models = {model._meta.table_name: model for model in taken.rows}
    rows = left.rows_of(tables, ctx.coalition,
                        lambda name: [row.id for row in taken.rows[models[name]]] if name in models else [])
    number = {(model._meta.table_name, id): place for (model, id), place in taken.number.items()}
    number.update({(name, row["id"]): place for name, found in rows.items() for place, row in enumerate(found, 1)})
    for table in tables:
        manifest["left"][table.name] = table.plugin
        manifest["migrations"][table.plugin] = left.applied_migrations(table.plugin)
        manifest["tables"][table.name] = _put_lines(pack, table.name, (
            _left_line(table, row, number) for row in rows[table.name]))


def _left_line(table, row, number):
    line = {column: left.plain(row[column]) for column in table.travelling}
    for column in set(table.keys) & set(line):
        if row[column] is not None and (place := number.get((table.keys[column], row[column]))) is None:
            raise _needs_code(table)            # it leads to what does not travel: only the plugin knows what it means
        line[column] = row[column] and place
    return line


def _needs_code(table):
    return Refused(lazy("The plugin %(name)s is not loaded, and without it a part of what it holds would be left out. "
                        "Put it into `plugins` in commonweal.toml.", name=table.plugin))


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
    """The coalition's lines, to read. A person or an organisation is no reference here that another coalition has, and
    a person who takes them sees no hour that the pages do not show them."""
    by_day = hidden_hours(ctx) if ctx.seat is not None else frozenset()
    sealed = {model._meta.table_name for model in taken.rows if issubclass(model, SealedRow)}
    seats = {row.uid for row in taken.rows[Seat]} | {"operator", "nobody"}
    lines = (AuditLine.select().where(AuditLine.coalition_uid == ctx.coalition.uid, is_told())
             .order_by(AuditLine.number))
    for line in lines.iterator():
        at = line.at.date() if line.actor in by_day else line.at
        yield {"at": at.isoformat(), "actor": line.actor if line.actor in seats else None, "via": line.via,
               "action": line.action, "kind": line.kind, "object": None if line.kind in sealed else line.object_uid,
               "others": line.others, "fields": line.fields, "result": line.result}


def _put_files(pack, folder, names, told):
    for name in sorted(names):
        place = path_of(folder, name)
        if place.exists():                      # doctor names those that are gone
            # Without its own hour, which would say when somebody worked.
            with open(place, "rb") as kept, pack.open(zipfile.ZipInfo(f"files/{name}"), "w", force_zip64=True) as out:
                shutil.copyfileobj(kept, out)
            told[name] = place.stat().st_size


def _put_sealed(pack, folder, taken, key, digest):
    head, own = pieces.begin("transport", key, {"tables": digest})
    with pack.open(zipfile.ZipInfo("sealed"), "w", force_zip64=True) as out:
        writer = pieces.Writer(out, head, own)
        with zipfile.ZipFile(writer, "w", zipfile.ZIP_STORED) as inner:     # packed, its length would tell of names
            rows = _put_lines(inner, "rows", _sealed_lines(taken), "rows.jsonl")
            files: dict = {}
            _put_files(inner, folder, taken.sealed_files, files)
            told = {"fingerprint": fingerprint_of(key), "rows": rows["rows"], "files": len(files)}
            tables = {model._meta.table_name: _put_lines(inner, model._meta.table_name, _whole_lines(taken, model))
                      for model in SEALED_WHOLE}
            _put_files(inner, folder, taken.whole_files - taken.sealed_files, files)
            inner.writestr("manifest.json", json.dumps({"rows": rows, "files": files, "tables": tables}))
        writer.finish()
    return told


def _whole_lines(taken, model):
    """The lines of a table that travels sealed as a whole, what is sealed in its rows in them."""
    if issubclass(model, SealedRow):
        open_rows(taken.rows[model])
    for line, row in zip(_lines(taken, model), taken.rows[model], strict=True):
        yield _padded({**line, "content": row.content()} if issubclass(model, SealedRow) else line)


def _sealed_lines(taken):
    """What is sealed here, opened for the moment of writing it under the transport key; padded as it is here."""
    for model, rows in taken.rows.items():
        if issubclass(model, SealedRow) and model not in SEALED_WHOLE:
            open_rows(rows)
            for place, row in enumerate(rows, 1):
                content = row.content()
                words = content and {name: content[name] for name in content if name not in SECRET_WORDS}
                yield _padded({"table": model._meta.table_name, "row": place, "content": words})
    for (table, place), values in taken.private.items():
        yield _padded({"table": table, "row": place, "values": values})


def _padded(line):
    length = len(json.dumps(line, ensure_ascii=False, sort_keys=True).encode()) + len(', "pad": ""')
    return {**line, "pad": " " * (-length % 512)}
