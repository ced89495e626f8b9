"""Restore: a sealed backup, with the keyring beside it and the key file, into an empty instance."""

import io
import json
import os
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core import pieces, sealing
from core.backup import FORMAT, IN_CLEAR, KEYRING, read_keyring, run_program
from core.config import Settings, make_folder, make_instance, read_settings
from core.errors import Refused
from core.keyring import BACKUP, Closed, Keyring, fingerprint_of, read_key_file, unwrap, write_key_file
from core.language import lazy


def restore_backup(instance: Path, file: str, settings, key_file: Path | None = None) -> dict:
    """Restore a backup, with the keyring.latest beside it, into an empty instance; gives what its head says ({}: it was
    in clear). The folder is as it was if anything is wrong with the file. `key_file`: a copy of the key file, which is
    put in its place where none lies there."""
    if any(path.name != "README.md" for path in Path(instance).glob("*")):
        raise Refused(lazy("%(folder)s is not empty. Restore into a new folder: commonweal --instance NEW backup "
                           "restore FILE.", folder=str(instance)))
    try:
        with open(file, "rb") as packed:
            try:
                head = pieces.read_head(packed)
            except pieces.NotSealed:
                _restore(packed, Path(instance), settings, IN_CLEAR)
                return {}
            kept, key = _keys_for(head, Path(file).with_name(KEYRING), key_file or settings.key_file_path)
            wrapping = unwrap(key, BACKUP, bytes.fromhex(kept["keys"][BACKUP]))
            sealed = io.BufferedReader(pieces.Reader(packed, pieces.key_of(head, wrapping)), pieces.PIECE)
            _restore(sealed, Path(instance), settings, FORMAT, kept, key)
            return head
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, TypeError, ValueError, RuntimeError,
            NotImplementedError, sqlite3.DatabaseError):
        raise Refused(lazy("%(file)s is no backup of Commonweal, or it is cut off. Take another one.",
                           file=file)) from None


def _keys_for(head, place, key_file):
    """(the keyring beside the backup, the key file's content), both those of this backup."""
    if head["kind"] != "backup" or head["format"] != FORMAT:
        raise Refused(lazy("This file was not made by “backup create” of this version, but by %(version)s. Restore it "
                           "with that one, then upgrade.", version=str(head.get("version", "?"))))
    kept = read_keyring(place)
    if kept["uid"] != head["ring"]:
        raise Refused(lazy("%(file)s belongs to another instance than the backup. Bring the one that was beside it.",
                           file=str(place)))
    if kept["serial"] < head["serial"]:
        raise Refused(lazy("%(file)s is older than the backup. Bring the newest one.", file=str(place)))
    try:
        key = read_key_file(key_file)
        if fingerprint_of(key) != kept["fingerprint"]:
            raise Closed()
    except Closed:
        raise Refused(lazy("%(file)s is not the key file of this backup, or is not there. Bring the one with the "
                           "fingerprint %(fingerprint)s: commonweal backup restore FILE --key-file KEY",
                           file=str(key_file), fingerprint=kept["fingerprint"])) from None
    return kept, key


def _restore(file, instance, settings, form, kept=None, key=None):
    with zipfile.ZipFile(file) as pack:
        _check_members(pack.infolist(), _standing(instance))
        about = json.loads(pack.read("commonweal.json"))
        if about["format"] != form:
            raise Refused(lazy("This backup was made by another version, %(version)s. Restore it with that one, "
                               "then upgrade.", version=about["version"]))
        if about["database"] not in ("sqlite", "postgresql"):
            raise KeyError("database")
        if damaged := pack.testzip():
            raise Refused(lazy("The backup is damaged: %(name)s cannot be read. Take another one.", name=damaged))
        _unpack(pack, instance, about, settings, kept, key)


def _standing(path):
    """The nearest folder above that is there: on its disk the instance will lie."""
    return next(folder for folder in (path.resolve(), *path.resolve().parents) if folder.is_dir())


def _check_members(members, disk):
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
    needed, free = sum(member.file_size for member in members), shutil.disk_usage(disk).free
    if needed > free:
        raise Refused(lazy("Unpacked, the backup has %(needed)d MB, and the disk has %(free)d MB left. Make room "
                           "first.", needed=needed // 1024**2, free=free // 1024**2))


def _unpack(pack, instance, about, settings, kept, key):
    place = instance.resolve()
    with tempfile.TemporaryDirectory(dir=_standing(place.parent)) as folder:        # not in /tmp: it is in clear
        pack.extractall(folder)
        source = Path(folder)
        # What the restored settings say of the keys holds, as it will when the instance runs.
        coming = replace(read_settings(source / "instance"), instance=place)
        if kept is not None:
            with _keyring_of(replace(coming, instance=source / "instance")) as ring:
                ring.bring(kept)
        _unpack_database(source / "database", about, settings)
        if about["database"] == "sqlite":
            shutil.move(source / "database", source / "instance" / "commonweal.sqlite3")
        os.chmod(source / "instance", 0o700)            # copytree gives it to the folder too
        os.chmod(source / "instance" / "secret", 0o400)
        with _or_as_before(place):
            make_folder(place)
            shutil.copytree(source / "instance", place, dirs_exist_ok=True)
            make_instance(place)
            if key is not None and not coming.key_file_path.exists():
                write_key_file(coming.key_file_path, key)


@contextmanager
def _or_as_before(place):
    """What is put into this empty folder goes again if something fails."""
    was_there = place.exists()
    try:
        yield
    except BaseException:
        for path in place.glob("*"):
            if path.name != "README.md":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        if not was_there:
            shutil.rmtree(place, ignore_errors=True)
        raise


@contextmanager
def _keyring_of(settings: Settings):
    """The keyring of another instance, in place of this process's own for as long as the block lasts."""
    try:
        yield Keyring(settings)
    finally:
        if sealing.keyring is not None:
            sealing.keyring.bind()


def _unpack_database(dump, about, settings):
    if about["database"] == "postgresql":
        if settings.database_url.startswith("sqlite"):
            raise Refused(lazy("This backup is of a PostgreSQL database. Set COMMONWEAL_DATABASE to an empty one."))
        run_program(["pg_restore", "--no-owner", "--single-transaction", str(dump)], settings)
    elif not settings.database_url.startswith("sqlite"):
        raise Refused(lazy("This backup is of a SQLite database, which lies in the instance's folder. Take the "
                           "setting `database` away, COMMONWEAL_DATABASE too."))
    else:
        sqlite3.connect(dump).execute("PRAGMA journal_mode=WAL").connection.close()
