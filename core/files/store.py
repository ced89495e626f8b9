"""The file store: originals by their SHA-256, in the instance's folder, never served from there by a web server."""

import hashlib
import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from core.coalitions.models import Owned, Seat
from core.db import JSONField
from core.policy import unnarrowed


class StoredFile(Owned):
    """One file of a coalition, as it was brought. `expires_at`: goes by then unless it is used (a preview's file)."""

    sha256 = CharField(max_length=64)
    name = TextField()
    size_bytes = IntegerField()
    at = DateTimeField()
    seat = ForeignKeyField(Seat, null=True, on_delete="SET NULL", backref="+")
    settings = JSONField(default=dict)              # what was chosen for reading it
    expires_at = DateTimeField(null=True)

    class Meta:
        table_name = "stored_file"


def keep(folder: Path, content: bytes) -> str:
    """Put the bytes in the store; gives their SHA-256. The same bytes are kept once."""
    name = hashlib.sha256(content).hexdigest()
    place = path_of(folder, name)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved over: a kill leaves a whole file or none.
        part = place.with_name(f"{name}.{secrets.token_hex(4)}.part")
        try:
            with open(part, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, place)
        except OSError:
            part.unlink(missing_ok=True)        # a full disk is not filled further
            raise
        _sync_folder(place.parent)
    return name


def _sync_folder(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def path_of(folder: Path, sha256: str) -> Path:
    return Path(folder) / sha256[:2] / sha256


def content_of(folder: Path, sha256: str) -> bytes:
    return path_of(folder, sha256).read_bytes()


def is_kept(sha256: str) -> bool:
    """Whether any coalition's file has these bytes."""
    return unnarrowed(StoredFile).where(StoredFile.sha256 == sha256).exists()


@contextmanager
def with_suffix(folder: Path, sha256: str, name: str):
    """A path to the stored file that ends as its name does, for readers, which go by the suffix."""
    with TemporaryDirectory() as place:
        path = Path(place) / f"file{Path(name).suffix.lower()[:10]}"
        os.symlink(path_of(folder, sha256).resolve(), path)
        yield str(path)
