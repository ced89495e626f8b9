"""`commonweal coalition export` and `coalition import`, and the key file with which names travel."""

import secrets
from pathlib import Path

import click

from core.cli import say
from core.key_commands import keys
from core.keyring import KEY_BYTES, fingerprint_of, write_key_file
from core.language import _, ngettext
from core.portable.exporting import export_coalition
from core.portable.importing import import_coalition

key_option = click.option("--key-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="KEY",
                          help="The transport key, made by: commonweal keys transport")


@keys.command("transport")
@click.option("--out", "file", required=True, type=click.Path(dir_okay=False, path_type=Path))
def keys_transport(file):
    """Make a key file for one move of a coalition. It opens nothing else. Example: commonweal keys transport --out
    move.key"""
    key = secrets.token_bytes(KEY_BYTES)
    write_key_file(file, key)
    say(_("The transport key is in %(file)s, its fingerprint %(fingerprint)s. Take it to the other server by another "
          "way than the archive, and destroy it when the coalition has arrived.", file=str(file),
          fingerprint=fingerprint_of(key)))


@click.command("export")
@click.argument("slug")
@click.option("--out", "file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@key_option
@click.pass_obj
def coalition_export(instance, slug, file, key_file):
    """Write one coalition to an archive, for another instance. Example: commonweal coalition export meridia --out
    meridia.zip --key-file move.key"""
    with instance.in_coalition(slug) as (app, ctx):
        manifest = export_coalition(ctx, app, file, key_file)
        rows = sum(table["rows"] for table in manifest["tables"].values())
        say(_("The coalition is in %(file)s: %(rows)d rows, %(files)d files.", file=str(file), rows=rows,
              files=len(manifest["files"]) + (manifest["sealed"] or {"files": 0})["files"]))
        if key_file is None:
            say(_("Names and addresses of its organisations and people stayed here, and so did the originals of files "
                  "and what circles of trust keep. To take them along: commonweal keys transport, then export with "
                  "--key-file."))


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--slug", help="Another short name, where the coalition's own is taken here.")
@key_option
@click.pass_obj
def coalition_import(instance, file, slug, key_file):
    """Bring a coalition in from an archive; prints one-time addresses for its coordinators. Example: commonweal
    coalition import meridia.zip --key-file move.key"""
    with instance.working() as (app, ctx):
        done = import_coalition(ctx, app, file, slug, key_file)
        say(_("The coalition “%(title)s” is here as “%(slug)s”: %(rows)d rows, %(files)d files.",
              title=done.coalition.title, slug=done.coalition.slug, rows=done.rows, files=done.files))
        if done.attached:
            say(ngettext("%(num)d person had an account here already: it has a seat in the coalition now, and is "
                         "otherwise as it was. Ask whether it is theirs.",
                         "%(num)d people had accounts here already: these have seats in the coalition now, and are "
                         "otherwise as they were. Ask whether they are theirs.", done.attached))
        if done.locked:
            say(ngettext("%(num)d organisation or person came without its name and address: it is “locked”.",
                         "%(num)d organisations and people came without their names and addresses: they are “locked”.",
                         done.locked))
            say(_("Give the coalition a coordinator: commonweal person add EMAIL --name NAME --coalition %(slug)s "
                  "--role coordinator", slug=done.coalition.slug))
        for name, token in done.links:
            say(_("A one-time address for %(name)s, coordinator; it lasts %(hours)d hours:", name=name,
                  hours=app.settings.set_up_hours))
            click.echo(f"{app.settings.address.rstrip('/')}/set-up/{token}")
