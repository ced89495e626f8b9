"""`commonweal keys`: the key file and the keyring of an instance."""

import os
import secrets
import sys

import click

from core.audit import note
from core.cli import commonweal, say
from core.config import begin_keys
from core.errors import Refused
from core.keyring import KEY_BYTES, Closed, Keyring, fingerprint_of, read_key_file, sync_folder, write_key_file
from core.language import _, lazy, ngettext
from core.sealing import SealHead, check_open, current
from core.sweeping import sweep


@commonweal.group()
def keys():
    """The key file, without which nobody reads a name, and the keyring that it opens."""


@keys.command("init")
@click.pass_obj
def keys_init(instance):
    """Begin a keyring, with the key file that lies there or a new one. Only where nothing is sealed yet."""
    with instance.working(check_database=False) as (app, _ctx):
        if SealHead.table_exists() and SealHead.select().exists():
            raise Refused(lazy("Names are sealed here already, and a new key would never open them. Bring the key file "
                               "and the newest keyring.latest."))
        begin_keys(app.settings)
        tell_of_key_file(app.settings)


def tell_of_key_file(settings) -> None:
    """Where the key file lies, and what has to be done with it now."""
    say(_("The key file is %(file)s, its fingerprint %(fingerprint)s. Without it nobody can read the names and "
          "addresses again, you neither. Give a copy each to two people in different places, outside the State under "
          "review; keep it out of every backup.", file=str(settings.key_file_path),
          fingerprint=fingerprint_of(read_key_file(settings.key_file_path))))


@keys.command("load")
@click.pass_obj
def keys_load(instance):
    """Put the key file, read from standard input, where the server looks for it. It opens at once."""
    settings = instance.settings()
    key = sys.stdin.buffer.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        raise Refused(lazy("Standard input holds no key file: it has %(count)d bytes, not 32. Example: commonweal keys "
                           "load < FILE", count=len(key)))
    ring = Keyring(settings)
    ring.check_fingerprint(fingerprint_of(key))
    write_key_file(settings.key_file_path, key)
    say(_("The key file is in place. The server opens at the next page."))


@keys.command("unload")
@click.pass_obj
def keys_unload(instance):
    """Take the key file away: the server is closed at once. Only where a copy is at hand can it be opened again."""
    place = instance.settings().key_file_path
    read_key_file(place)
    with open(os.open(place, os.O_RDWR) if os.access(place, os.W_OK) else _writable(place), "r+b") as file:
        file.write(b"\0" * KEY_BYTES)
        file.flush()
        os.fsync(file.fileno())
    place.unlink()
    say(_("The key file is away, and the server is closed. Open it again: commonweal keys load < COPY"))


def _writable(place):
    os.chmod(place, 0o600)
    return os.open(place, os.O_RDWR)


@keys.command("rotate")
@click.pass_obj
def keys_rotate(instance):
    """Wrap the keyring by a new key file. Then replace both copies: the old one opens nothing any more."""
    settings = instance.settings()
    coming = settings.key_file_path.with_name(f"{settings.key_file_path.name}.new")
    with instance.working(check_database=False) as (_app, ctx):
        ring = current()
        if not _is_left_over(ring, coming):
            check_open()
            coming.unlink(missing_ok=True)
            write_key_file(coming, secrets.token_bytes(KEY_BYTES))
            ring.rewrap(read_key_file(coming))
        os.replace(coming, settings.key_file_path)
        sync_folder(settings.key_file_path.parent)
        check_open()
        note(ctx, "keys.rotate")
        say(_("The keys are wrapped anew."))
        tell_of_key_file(settings)


def _is_left_over(ring, coming):
    """Whether a rotation was cut off after the keyring was wrapped by this file, and before it took its place."""
    try:
        return ring.is_wrapped_by(read_key_file(coming))
    except Closed:
        return False


@keys.command("sweep")
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.pass_obj
def keys_sweep(instance, dry_run):
    """Blank the rows whose keys were destroyed: people and organisations that were erased."""
    with instance.working() as (_app, ctx):
        count = sweep(ctx, dry_run)
        say(ngettext("%(num)d row has no key.", "%(num)d rows have no key.", count))
