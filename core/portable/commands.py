"""`commonweal coalition export` and `coalition import`, and the key file with which names travel."""

import secrets
from pathlib import Path

import click

from core.cli import say
from core.coalitions.models import Membership
from core.key_commands import keys
from core.keyring import KEY_BYTES, fingerprint_of, write_key_file
from core.language import _, ngettext
from core.people.labels import label, person_label
from core.people.models import Person
from core.policy import visible
from core.portable.completing import complete_coalition
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
        if manifest["left"]:
            say(_("Without their code, as they stand in the database: the tables of %(names)s.",
                  names=", ".join(sorted(set(manifest["left"].values())))))
        for name in manifest["left_out"]:
            say(_("Left out: what the plugin %(name)s holds of the coalition. It lies in the archive from which the "
                  "coalition came: keep that one too.", name=name) if ctx.person is None else
                _("Left out: what the plugin %(name)s holds of the coalition, since it is not loaded and only it knows "
                  "what you may see. Who runs the server can take it along, without --as.", name=name))


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--slug", help="Another short name, where the coalition's own is taken here.")
@key_option
@click.pass_obj
def coalition_import(instance, file, slug, key_file):
    """Bring a coalition in from an archive; prints one-time addresses for its coordinators. The same archive again
    brings what was left out: names, with their key; what waited for a plugin. Example: commonweal coalition import
    meridia.zip --key-file move.key"""
    with instance.working() as (app, ctx):
        if (completed := complete_coalition(ctx, app, file, key_file)) is not None:
            _tell_completed(ctx, completed)
        else:
            _tell_imported(ctx, import_coalition(ctx, app, file, slug, key_file), app)


def _tell_imported(ctx, done, app):
    say(_("The coalition “%(title)s” is here as “%(slug)s”: %(rows)d rows, %(files)d files.",
          title=done.coalition.title, slug=done.coalition.slug, rows=done.rows, files=done.files))
    _tell_doubled(ctx.at(done.coalition), done.doubled)
    if done.locked:
        _tell_locked(done.locked)
    if not done.links:
        say(_("Give the coalition a coordinator: commonweal person add EMAIL --name NAME --coalition %(slug)s "
              "--role coordinator", slug=done.coalition.slug))
    _tell_waiting(done.waiting)
    for name in done.left_out:
        say(_("The archive was written without what the plugin %(name)s holds of the coalition.", name=name))
    for name, token in done.links:
        say(_("A one-time address for %(name)s, coordinator; it lasts %(hours)d hours:", name=name,
              hours=app.settings.set_up_hours))
        click.echo(f"{app.settings.address.rstrip('/')}/set-up/{token}")


def _tell_completed(ctx, done):
    say(_("The coalition “%(slug)s” lives here already. What it lacked was brought in: %(names)d names, %(files)d "
          "files, %(rows)d rows of plugins.", slug=done.coalition.slug, names=done.opened, files=done.files,
          rows=done.rows))
    at = ctx.at(done.coalition)
    if done.opened and done.kept:
        say(_("These were not locked any more, and stay as they are: %(names)s.",
              names=_(", ").join(sorted(_called(at, row) for row in done.kept))))
    _tell_doubled(at, done.doubled)
    if done.lost:
        say(ngettext("%(num)d row of a plugin stayed out: what it belongs to was deleted here.",
                     "%(num)d rows of plugins stayed out: what they belong to was deleted here.", done.lost))
    if done.locked:
        _tell_locked(done.locked)
    _tell_waiting(done.waiting)


def _tell_doubled(ctx, people):
    for name in sorted(_called(ctx, person) for person in people):
        say(_("The address of %(name)s has an account here already, so the seat from the archive has the name and no "
              "address. Invite that address. Then let the one take over from the other, on the page of their "
              "organisation, or end the seat from the archive.", name=name))


def _called(ctx, row):
    if isinstance(row, Person):
        return person_label(ctx, row)
    return label(ctx, visible(ctx, Membership).where(Membership.organisation == row).get())


def _tell_locked(count):
    say(ngettext("%(num)d organisation or person came without its name and address: it is “locked”.",
                 "%(num)d organisations and people came without their names and addresses: they are “locked”.", count))
    say(_("To open them, import the same archive again with its key: --key-file KEY. Keep both until then. An archive "
          "that was exported without a key holds no names: export it again with one."))


def _tell_waiting(waiting):
    for plugin, count in sorted(waiting.items()):
        say(ngettext("%(num)d row waits in the archive for the plugin %(name)s, which is not here. Keep the archive. "
                     "When the plugin is installed, import it again.",
                     "%(num)d rows wait in the archive for the plugin %(name)s, which is not here. Keep the archive. "
                     "When the plugin is installed, import it again.", count, name=plugin))
