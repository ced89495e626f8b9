"""`commonweal backup`, and the backup that `upgrade` makes first."""

from pathlib import Path

import click

from core.backup import create_backup
from core.cli import commonweal, say
from core.language import _
from core.restoring import restore_backup
from core.sealing import SealHead, check_open, current


@commonweal.group()
def backup():
    """Everything of an instance in one file."""


@backup.command("create")
@click.argument("file", type=click.Path(dir_okay=False))
@click.pass_obj
def backup_create(instance, file):
    """Write database and files to FILE, sealed, and the keyring to keyring.latest beside it, in place of the one of
    before. The key file is in neither."""
    with instance.working() as (app, _ctx):
        number, newest = create_backup(app.settings, file)
    say(_("The backup is in %(file)s, sealed; keyring.latest beside it belongs to all backups of this instance. "
          "Nothing opens them but the key file, which is in neither.", file=file))
    say(_("The audit ends with line %(number)d: %(hash)s. Keep this line elsewhere, too.", number=number, hash=newest))


@backup.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--key-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="KEY",
              help="A copy of the key file, where it does not lie in its place beside the new instance.")
@click.pass_obj
def backup_restore(instance, file, key_file):
    """Restore FILE, with the keyring.latest beside it, into an empty instance. Example: commonweal --instance NEW
    backup restore FILE --key-file KEY"""
    head = restore_backup(instance.folder, file, instance.settings(), key_file)
    say(_("The backup is restored into %(folder)s.", folder=str(instance.folder.resolve())))
    if head:
        say(_("When it was made, the audit ended with line %(number)d: %(hash)s.", **head["audit"]))
    else:
        say(_("It was in clear. Run now: commonweal upgrade"))


def back_up_before_upgrade(app, ctx) -> None:
    """The backup that `upgrade` makes first: sealed, unless the database is from before sealing and has no keys yet."""
    is_sealed = SealHead.table_exists() and SealHead.select().exists()
    if is_sealed:
        check_open()
    ending = "backup" if is_sealed or current().exists() else "zip"
    file = app.settings.backups / f"before-upgrade-{ctx.now:%Y-%m-%d-%H%M%S}.{ending}"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    create_backup(app.settings, str(file), is_sealed=ending == "backup")
    if ending == "backup":
        say(_("The backup from before is in %(file)s, sealed.", file=str(file)))
    else:
        say(_("The backup from before is in %(file)s. It is in clear, names and addresses too, since this database has "
              "no keys yet: destroy it when you need it no longer.", file=str(file)))
