"""Backup: one file with the database and the files of an instance, sealed in pieces; and the keyring beside it.

The database lies in it as SQLite writes it (VACUUM INTO: a whole copy at one moment, deleted rows dropped), or as
pg_dump does. FILE appears only when it is whole. The keyring is never inside: beside FILE lies `keyring.latest`, one
name, replaced every time, so that a key that was destroyed is gone from all older backups, too. The key file is in
neither.
"""

import json
import os
import subprocess  # noqa: S404 pg_dump and pg_restore, with fixed arguments
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from core import __version__, db, pieces, sealing
from core.audit import AuditHead
from core.errors import Refused
from core.files.store import LEFT_OVER
from core.keyring import BACKUP
from core.language import lazy

FORMAT = 2
IN_CLEAR = 1                # what version 0.1 wrote; `upgrade` writes it of a database from before sealing
KEYRING = "keyring.latest"


def create_backup(settings, file: str, is_sealed: bool = True) -> tuple[int, str]:
    """Write everything of the instance to a new file, and the keyring beside it. Gives number and hash of the audit's
    last line. Refused where the file is there already. `is_sealed` False: of a database that has no keys yet."""
    target = Path(file)
    if target.exists():
        raise Refused(lazy("%(file)s is there already. Choose another name, or move it away.", file=file))
    ring = sealing.current()
    if is_sealed:
        _check_beside(target, ring)
    with tempfile.TemporaryDirectory(dir=settings.instance, prefix="backup.", suffix=LEFT_OVER) as folder:
        dump = Path(folder) / "database"
        last = _last_line()
        _dump(settings, dump)
        part = target.with_name(target.name + LEFT_OVER)
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                _write(settings, dump, out, ring if is_sealed else None, last)
                out.flush()
                os.fsync(out.fileno())
            if is_sealed:
                _write_keyring(target.with_name(KEYRING), ring)     # before FILE: no backup lies without its keyring
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    return last


def _last_line():
    head = AuditHead.select().first() or AuditHead()
    return head.number, head.hash


def _write(settings, dump, out, ring, last):
    about = {"format": FORMAT if ring else IN_CLEAR, "version": __version__,
             "database": "sqlite" if db.is_sqlite() else "postgresql"}
    if ring is None:
        _pack(settings, dump, out, about)
        return
    kept = ring.kept()
    facts = {**about, "ring": kept["uid"], "serial": kept["serial"], "fingerprint": kept["fingerprint"],
             "audit": {"number": last[0], "hash": last[1]}}
    head, key = pieces.begin("backup", ring.backup_key(), facts)
    sealed = pieces.Writer(out, head, key)
    _pack(settings, dump, sealed, about)
    sealed.finish()


def _pack(settings, dump, out, about):
    # The list is made after the database's copy: a file is kept before the row that names it, so none lacks its file.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("commonweal.json", json.dumps(about))
        pack.write(dump, "database")
        for path in sorted(_kept(settings)):
            with suppress(FileNotFoundError):       # a preview's file, whose day ended in this moment
                pack.write(path, f"instance/{path.relative_to(settings.instance)}")


def _kept(settings):
    """What lies in the instance's folder beside the database and the keys: files, settings, secret, own plugins and
    themes."""
    instance = settings.instance
    apart = {Path(url.removeprefix("sqlite:///") + end) for url in (settings.database_url, settings.keyring_url)
             for end in ("", "-wal", "-shm")}
    apart |= {settings.key_file_path, settings.key_file_path.with_name(f"{settings.key_file_path.name}.new")}
    return [path for path in instance.rglob("*") if path.is_file() and path not in apart
            and path.name != KEYRING and path.suffix != ".key" and settings.backups not in path.parents
            and not any(part.endswith(LEFT_OVER) or part == "__pycache__"
                        for part in path.relative_to(instance).parts)]


def _check_beside(target, ring):
    """The one keyring.latest of a folder belongs to one instance, and only becomes newer."""
    place = target.with_name(KEYRING)
    if not place.exists():
        return
    kept, (uid, serial) = read_keyring(place), ring.newest_head()
    if kept["uid"] != uid:
        raise Refused(lazy("%(file)s belongs to another instance, whose backups need it. Choose another folder.",
                           file=str(place)))
    if kept["serial"] > serial:
        raise Refused(lazy("%(file)s is newer than the keyring of this instance, which has lost keys. Bring the newer "
                           "one before you make a backup.", file=str(place)))


def _write_keyring(place, ring):
    part = place.with_name(place.name + LEFT_OVER)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"commonweal": "keyring", **ring.kept()}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, place)


def read_keyring(place):
    """What lies in a keyring.latest. Refused where it is none."""
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        if kept["commonweal"] != "keyring" or not isinstance(kept["serial"], int) or BACKUP not in kept["keys"]:
            raise KeyError("keys")
        return {"uid": str(kept["uid"]), "serial": kept["serial"], "fingerprint": str(kept["fingerprint"]),
                "keys": {str(name): bytes.fromhex(key).hex() for name, key in kept["keys"].items()}}
    except FileNotFoundError:
        raise Refused(lazy("There is no %(file)s, and without it nothing in the backup can be read. Bring the newest "
                           "one beside it.", file=str(place))) from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise Refused(lazy("%(file)s is no keyring of Commonweal, or it is cut off. Bring the newest one.",
                           file=str(place))) from None


def _dump(settings, target):
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))      # both write into the file that is there
    if db.is_sqlite():
        db.database.execute_sql("VACUUM INTO ?", (str(target),))
    else:
        run_program(["pg_dump", "--format=custom", f"--file={target}"], settings)


def run_program(command, settings):
    """The program, with the address of the database as its last argument; the password goes by the environment, since
    everybody on the machine reads arguments."""
    address = urlsplit(settings.database_url)
    password = address.password or ""
    without = urlunsplit(address._replace(netloc=address.netloc.replace(f":{password}@", "@", 1)))
    environment = {**os.environ, **({"PGPASSWORD": unquote(password)} if password else {})}
    try:
        subprocess.run([*command, f"--dbname={without}"], check=True,  # noqa: S603 no shell, our own arguments
                       capture_output=True, env=environment)
    except FileNotFoundError:
        raise Refused(lazy("%(program)s is not installed. Install PostgreSQL's client programs.",
                           program=command[0])) from None
    except subprocess.CalledProcessError as error:
        raise Refused(lazy("%(program)s stopped: %(error)s", program=command[0],
                           error=error.stderr.decode(errors="replace").strip()[-300:])) from None
