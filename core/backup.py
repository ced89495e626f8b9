"""Backup: one .zip with the database and the files of an instance, in clear. Sealing comes with sealed names.

The database lies in it as SQLite writes it (VACUUM INTO: a whole copy at one moment, deleted rows dropped), or as
pg_dump does. FILE appears only when it is whole.
"""

import json
import os
import shutil
import sqlite3
import stat
import subprocess  # noqa: S404 pg_dump and pg_restore, with fixed arguments
import tempfile
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from core import __version__, db
from core.config import make_folder, make_instance
from core.errors import Refused
from core.language import lazy

FORMAT = 1


def create_backup(settings, file: str) -> None:
    """Write everything of the instance to a new file. Refused where the file is there already."""
    target = Path(file)
    if target.exists():
        raise Refused(lazy("%(file)s is there already. Choose another name, or move it away.", file=file))
    with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
        dump = Path(folder) / "database"
        _dump(settings, dump)
        # After the database: a file is kept before the row that names it, so none of those rows lacks its file.
        kept = [path for path in _kept(settings) if Path(folder).resolve() not in path.resolve().parents]
        part = Path(folder) / "backup"
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as pack:
            pack.writestr("commonweal.json", json.dumps({"format": FORMAT, "version": __version__,
                                                         "database": "sqlite" if db.is_sqlite() else "postgresql"}))
            pack.write(dump, "database")
            for path in sorted(kept):
                with suppress(FileNotFoundError):       # a preview's file, whose day ended in this moment
                    pack.write(path, f"instance/{path.relative_to(settings.instance)}")
        os.chmod(part, 0o600)
        os.replace(part, target)


def _kept(settings):
    """What lies in the instance's folder beside the database: files, settings, secret, own plugins and themes."""
    instance = settings.instance
    database = {instance / f"commonweal.sqlite3{end}" for end in ("", "-wal", "-shm")}
    return [path for path in instance.rglob("*") if path.is_file() and path not in database
            and settings.backups not in path.parents and "__pycache__" not in path.parts
            and not path.name.endswith(".part")]


def _dump(settings, target):
    if db.is_sqlite():
        db.database.execute_sql("VACUUM INTO ?", (str(target),))
    else:
        _run(["pg_dump", "--format=custom", f"--file={target}"], settings)


def _run(command, settings):
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


def restore_backup(instance: Path, file: str, settings) -> None:
    """Restore a backup into an empty instance; the folder is as it was if anything is wrong with the file."""
    if any(path.name != "README.md" for path in Path(instance).glob("*")):
        raise Refused(lazy("%(folder)s is not empty. Restore into a new folder: commonweal --instance NEW backup "
                           "restore FILE.", folder=str(instance)))
    try:
        with zipfile.ZipFile(file) as pack:
            _check_members(pack.infolist())
            about = json.loads(pack.read("commonweal.json"))
            if about["format"] != FORMAT:
                raise Refused(lazy("This backup was made by another version, %(version)s. Restore it with that one, "
                                   "then upgrade.", version=about["version"]))
            if about["database"] not in ("sqlite", "postgresql"):
                raise KeyError("database")
            if damaged := pack.testzip():
                raise Refused(lazy("The backup is damaged: %(name)s cannot be read. Take another one.", name=damaged))
            _unpack(pack, Path(instance), about, settings)
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, TypeError, ValueError, RuntimeError,
            sqlite3.DatabaseError):
        raise Refused(lazy("%(file)s is no backup of Commonweal, or it is cut off. Take another one.",
                           file=file)) from None


def _check_members(members):
    """A backup comes from outside like any file. Refused for what create_backup() never writes; KeyError for a gap."""
    names = {member.filename for member in members}
    if missing := {"commonweal.json", "database", "instance/secret"} - names:
        raise KeyError(*missing)
    for member in members:
        parts = member.filename.split("/")
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if is_link or "\\" in member.filename or {"", ".", ".."} & set(parts) or (
                parts[0] != "instance" and member.filename not in ("commonweal.json", "database")):
            raise Refused(lazy("The backup holds “%(name)s”, which no backup of Commonweal holds. Do not use this "
                               "file; take another one.", name=member.filename))
    needed, free = sum(member.file_size for member in members), shutil.disk_usage(tempfile.gettempdir()).free
    if needed > free:
        raise Refused(lazy("Unpacked, the backup has %(needed)d MB, and the disk has %(free)d MB left. Make room "
                           "first.", needed=needed // 1024**2, free=free // 1024**2))


def _unpack(pack, instance, about, settings):
    make_place = instance.resolve()
    with tempfile.TemporaryDirectory() as folder:
        pack.extractall(folder)
        source = Path(folder)
        if about["database"] == "postgresql":
            if settings.database_url.startswith("sqlite"):
                raise Refused(lazy("This backup is of a PostgreSQL database. Set COMMONWEAL_DATABASE to an empty one."))
            _run(["pg_restore", "--no-owner", "--single-transaction", str(source / "database")], settings)
        elif not settings.database_url.startswith("sqlite"):
            raise Refused(lazy("This backup is of a SQLite database, which lies in the instance's folder. Take the "
                               "setting `database` away, COMMONWEAL_DATABASE too."))
        else:
            sqlite3.connect(source / "database").execute("PRAGMA journal_mode=WAL").connection.close()
        make_folder(make_place)
        os.chmod(source / "instance", 0o700)            # copytree gives it to the folder too
        shutil.copytree(source / "instance", make_place, dirs_exist_ok=True)
        if about["database"] == "sqlite":
            shutil.copy2(source / "database", make_place / "commonweal.sqlite3")
    os.chmod(make_place / "secret", 0o400)
    make_instance(make_place)
