"""The file store: originals by their SHA-256, in the instance's folder, never served from there by a web server."""

import hashlib
import logging
import os
import re
import secrets
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField, fn

from core.circles.models import CircleFile
from core.coalitions.models import Owned, Seat
from core.db import JSONField
from core.errors import Refused
from core.files.models import AttachedVersion, Attachment
from core.keyring import sync_folder
from core.language import lazy
from core.policy import unnarrowed

log = logging.getLogger("commonweal.files")

JUST_BROUGHT = timedelta(hours=1)
LEFT_OVER = ".part"             # ends what is not yet, or no longer, whole
READING = "reading."            # begins the folder of a file that is read before it is kept
SHA256 = re.compile(r"[0-9a-f]{64}")
NO_FILE = "0" * 64             # in a row whose bytes did not come with it from another server


class StoredFile(Owned):
    """One file of a coalition, as it was brought; of its name, `name` keeps the ending alone. `expires_at`: goes by
    then unless it is used (a preview's file)."""

    sha256 = CharField(max_length=64)
    name = TextField()
    size_bytes = IntegerField()
    at = DateTimeField()
    seat = ForeignKeyField(Seat, null=True, on_delete="SET NULL", backref="+")
    settings = JSONField(default=dict, form=dict)   # what was chosen for reading it
    expires_at = DateTimeField(null=True)

    class Meta:
        table_name = "stored_file"


def keep(folder: Path, content: bytes) -> str:
    """Put the bytes in the store; gives their SHA-256. The same bytes are kept once."""
    name = hashlib.sha256(content).hexdigest()
    place = path_of(folder, name)
    if not _is_touched(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved over: a kill leaves a whole file or none.
        part = place.with_name(f"{name}.{secrets.token_hex(4)}{LEFT_OVER}")
        try:
            with open(part, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, place)
        except OSError:
            part.unlink(missing_ok=True)        # a full disk is not filled further
            raise
        sync_folder(place.parent)
    return name


def _is_touched(place):
    """Whether the file is there; its time is now, so that drop() leaves it until a row names it."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    except PermissionError:             # it is another account's, such as one that restored a backup
        pass
    return True


def ending_of(name: str) -> str:
    """What is kept of the name that a file had on somebody's disk: its ending. The name often tells who wrote it."""
    return f"file{Path(name).suffix.lower()[:10]}"


def path_of(folder: Path, sha256: str) -> Path:
    """Where these bytes lie. ValueError for anything but a sum: it would be a path to elsewhere."""
    if not SHA256.fullmatch(sha256):
        raise ValueError("no SHA-256")
    return Path(folder) / sha256[:2] / sha256


def is_whole(folder: Path, sha256: str) -> bool:
    """The bytes in the store are those that were brought."""
    with path_of(folder, sha256).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def there(path: Path) -> Path:
    """The path, where the file is in the store; else Refused."""
    if not path.exists():
        _tell_gone(path.name)
        raise Refused(lazy("This file is gone from the store. Tell the administrator, who can restore it from a "
                           "backup."))
    return path


@cache
def _tell_gone(sha256):
    """Once for each: a page can ask for it again and again."""
    log.warning("a file is gone from the store: %s; doctor says whose", sha256[:12])


def content_of(folder: Path, sha256: str) -> bytes:
    """The bytes; Refused where they are gone."""
    return there(path_of(folder, sha256)).read_bytes()


def drop(folder: Path, sha256: str, now: datetime) -> None:
    """Delete the bytes, unless a coalition's file has them, or they were brought again in the last hour: then their row
    may be about to be written."""
    if not _is_named(sha256):
        _unlink_older(path_of(folder, sha256), now)


def _is_named(sha256):
    return (any(unnarrowed(model).where(model.sha256 == sha256).exists() for model in (StoredFile, CircleFile))
            or AttachedVersion.select().where(
                (AttachedVersion.sha256 == sha256) | (AttachedVersion.clean_sha256 == sha256)).exists())


def named(coalition=None) -> set[str]:
    """The SHA-256 of all bytes that rows name: of one coalition's, or of all."""
    stored = [unnarrowed(model, model.sha256) for model in (StoredFile, CircleFile)]
    attached = (unnarrowed(Attachment, AttachedVersion.sha256, AttachedVersion.clean_sha256).join(AttachedVersion))
    if coalition is not None:
        stored = [query.where(query.model.coalition == coalition) for query in stored]
        attached = attached.where(Attachment.coalition == coalition)
    return {sha256 for query in (*stored, attached) for row in query.tuples() for sha256 in row}


def circle_bytes(coalition) -> int:
    """What the files of the coalition's circles of trust take: a number for everybody, and nothing else of them."""
    return int(unnarrowed(CircleFile, fn.SUM(CircleFile.size_bytes)).where(CircleFile.coalition == coalition).scalar()
               or 0)


def stray(folder: Path) -> list[Path]:
    """Files of the store that no row names: deleted within an hour of coming, or left by an upload that was killed."""
    kept = named()
    return [path for path in Path(folder).glob("??/*") if path.name not in kept]


def sweep(folder: Path, now: datetime) -> None:
    """Delete what no row names and nobody has brought in the last hour."""
    for path in (*stray(folder), *Path(folder).glob(f"{READING}*/*")):
        _unlink_older(path, now)


def _unlink_older(path, now):
    if _is_older(path, now):
        path.unlink(missing_ok=True)


def _is_older(path, now):
    """It lies there untouched for more than an hour."""
    try:
        touched = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
    except FileNotFoundError:
        return False
    return now - touched > JUST_BROUGHT


def cut_off(instance: Path, now: datetime) -> list[Path]:
    """The folders that a backup or an export which was killed has left, in clear; none that may still be written to."""
    return [folder for folder in sorted(Path(instance).glob(f"*{LEFT_OVER}"))
            if folder.is_dir() and all(_is_older(path, now) for path in (folder, *folder.rglob("*")))]


def drop_cut_off(instance: Path, now: datetime) -> None:
    for folder in cut_off(instance, now):
        shutil.rmtree(folder)


@contextmanager
def as_file(content: bytes, name: str, folder: Path):
    """A path to these bytes that ends as the name does, before anything is kept: beside the store, since they can hold
    names, and /tmp belongs to everybody. What a kill leaves goes with the next sweep()."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=READING, suffix=LEFT_OVER) as place:
        path = Path(place) / ending_of(name)
        path.write_bytes(content)
        yield str(path)


def take_back(folder: Path, sha256: str) -> None:
    """Delete bytes that were brought a moment ago for rows that were then not written; not those that a row has."""
    if not _is_named(sha256):
        path_of(folder, sha256).unlink(missing_ok=True)


@contextmanager
def with_suffix(folder: Path, sha256: str, name: str):
    """A path to the stored file that ends as its name does, for readers, which go by the suffix."""
    with TemporaryDirectory() as place:
        path = Path(place) / ending_of(name)
        os.symlink(path_of(folder, sha256).resolve(), path)
        yield str(path)
