"""The keyring: every record's own key, wrapped by the key file. It lies apart from the database and from backups.

The key file (32 random bytes) never lies in the instance's folder, nor its content in an environment variable. Without
it, or without the keyring that belongs to this database, the server is closed; new keys are begun by `keys init` only.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

import peewee
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playhouse.db_url import connect as connect_url

from core.db import SQLITE_PRAGMAS, new_uid
from core.errors import Refused
from core.language import lazy

MOUNTS = Path("/proc/mounts")
KEY_BYTES, NONCE_BYTES = 32, 12
INDEX, BACKUP = "index", "backup"           # two keys that belong to no record
AT_ONCE = 900                               # references in one statement; SQLite takes 32,766

ring_database = peewee.DatabaseProxy()


class RingHead(peewee.Model):
    """The one row that says which keyring this is. `serial` rises with every key that is made or destroyed."""

    uid = peewee.CharField(max_length=12, default=new_uid)
    serial = peewee.IntegerField(default=0)
    fingerprint = peewee.CharField(max_length=16)       # of the key file that wraps these keys

    class Meta:
        database = ring_database
        table_name = "ring_head"


class WrappedKey(peewee.Model):
    """One key: of a record, by a random reference, or one of the two by name."""

    reference = peewee.CharField(max_length=12, primary_key=True)
    wrapped = peewee.BlobField()

    class Meta:
        database = ring_database
        table_name = "wrapped_key"


class Closed(Refused):
    """The keys are not there, or not those of this database: nothing can be read, and nothing may be written."""


def fingerprint_of(key: bytes) -> str:
    """By what a key file can be told apart and asked for; it says nothing of the key."""
    return hashlib.sha256(b"key file\0" + key).hexdigest()[:16]


def read_key_file(path: Path) -> bytes:
    """Its 32 bytes. Closed when it is not there, or is no key file."""
    try:
        key = path.read_bytes()
    except OSError:
        raise Closed(lazy("The key file is not there: %(file)s. Bring it (commonweal keys load), or name its place in "
                          "COMMONWEAL_KEY_FILE.", file=str(path))) from None
    if len(key) != KEY_BYTES:
        raise Closed(lazy("%(file)s is no key file: it has %(count)d bytes, not 32. Bring the right one.",
                          file=str(path), count=len(key)))
    return key


def write_key_file(path: Path, key: bytes) -> None:
    """Write a new key file, for its owner's eyes only. Refused where there is one already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        raise Refused(lazy("There is a key file already: %(file)s. It was not touched.", file=str(path))) from None
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)            # a keyring may be wrapped by it in the next moment


def sync_folder(folder: Path) -> None:
    """The names in this folder are on the disk: a new file is there after a power cut, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def wrap(key_file: bytes, reference: str, key: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key_file).encrypt(nonce, key, f"commonweal key 1 {reference}".encode())


def unwrap(key_file: bytes, reference: str, wrapped: bytes) -> bytes:
    """The key. Closed where this key file did not wrap it, or it was changed or moved."""
    nonce, sealed = bytes(wrapped[:NONCE_BYTES]), bytes(wrapped[NONCE_BYTES:])
    try:
        return AESGCM(key_file).decrypt(nonce, sealed, f"commonweal key 1 {reference}".encode())
    except InvalidTag:
        raise Closed(lazy("The keyring does not open with this key file.")) from None


class Keyring:
    """The keyring of one instance, with the content of the key file for as long as the file is there.

    `head` is what it last knew of RingHead: (uid, serial).
    """

    def __init__(self, settings):
        self.key_file, self.url = settings.key_file_path, settings.keyring_url
        self._key, self._seen = b"", None       # _seen: by what a key file is noticed that was replaced
        self._opened: dict[str, bytes] = {}
        self.damaged: dict = {}         # uid → row that has its key and does not open; None once it is written down
        self.head = ("", -1)
        self.bind()

    def bind(self) -> None:
        """Make the models of this page stand for this keyring."""
        more = {"pragmas": SQLITE_PRAGMAS} if self._file else {"unquote_password": True, "unquote_user": True}
        ring_database.initialize(connect_url(self.url, autoconnect=False, **more))

    @property
    def _file(self) -> Path | None:
        return Path(self.url.removeprefix("sqlite:///")) if self.url.startswith("sqlite") else None

    @contextmanager
    def _open(self):
        """One transaction on the keyring's own database, committed when the block ends."""
        with ring_database.connection_context(), ring_database.atomic("IMMEDIATE") if self._file else \
                ring_database.atomic():
            yield

    def exists(self) -> bool:
        """Whether there is a keyring. A SQLite file is not made by asking."""
        if self._file and not self._file.exists():
            return False
        with ring_database.connection_context():
            return bool(RingHead.table_exists()) and RingHead.select().exists()

    def key(self) -> bytes:
        """The key file's content. Closed when it is not there, or no longer, or does not open this keyring."""
        seen = self.state()
        if seen is None or self._seen is None or seen[0] != self._seen[0]:
            self._forget()
            self._key = self._read_matching()
        elif seen[1] != self._seen[1]:          # another process may have destroyed a key
            self._opened.clear()
        self._seen = seen
        return self._key

    def state(self) -> tuple | None:
        """By what it is noticed that another key file or keyring lies there; None: one of them is not there."""
        try:
            files = [os.stat(path) for path in (self.key_file, self._file) if path]
        except OSError:
            return None
        seen = [(file.st_ino, file.st_mtime_ns) for file in files]
        return seen[0], seen[1:]

    def newest_head(self) -> tuple[str, int]:
        """(uid, serial) as they stand now."""
        with ring_database.connection_context():
            head = RingHead.get()
        self.head = (head.uid, head.serial)
        return self.head

    def _forget(self):
        self._key, self._seen = b"", None
        self._opened.clear()

    def _read_matching(self):
        key = read_key_file(self.key_file)
        self.check_fingerprint(fingerprint_of(key))
        self.newest_head()
        return key

    def check_fingerprint(self, fingerprint: str) -> None:
        """Closed unless the keyring is there and this is the fingerprint of its key file."""
        if not self.exists():
            raise Closed(lazy("The keyring is not there. Bring back the newest keyring.latest: commonweal backup "
                              "restore does it."))
        with ring_database.connection_context():
            wanted = RingHead.get().fingerprint
        if fingerprint != wanted:
            raise Closed(lazy("This is not the key file of this keyring: its fingerprint is %(fingerprint)s. Bring the "
                              "one with %(wanted)s.", fingerprint=fingerprint, wanted=wanted))

    def is_wrapped_by(self, key: bytes) -> bool:
        if not self.exists():
            return False
        with ring_database.connection_context():
            return RingHead.get().fingerprint == fingerprint_of(key)

    def make(self) -> None:
        """Begin a keyring with the key file that lies there, where there is none yet."""
        key = read_key_file(self.key_file)
        with self._open():
            ring_database.create_tables([RingHead, WrappedKey])
            RingHead.create(fingerprint=fingerprint_of(key))
            for reference in (INDEX, BACKUP):
                self._add(key, reference)
        if self._file:
            os.chmod(self._file, 0o600)

    def _lock_head(self, key):
        """Inside the open transaction: no rotation comes between, and none came since this key file was read. A key
        that is wrapped by the file of before could never be opened again."""
        heads = RingHead.select()
        head = (heads if self._file else heads.for_update()).get()
        if head.fingerprint != fingerprint_of(key):
            raise Closed(lazy("The keys are being wrapped anew at this moment. Try again."))

    def _add(self, key, reference):
        made = secrets.token_bytes(KEY_BYTES)
        WrappedKey.insert(reference=reference, wrapped=wrap(key, reference, made)).execute()
        self._raise_serial()
        return made

    def _raise_serial(self):
        RingHead.update(serial=RingHead.serial + 1).execute()
        head = RingHead.get()
        self.head = (head.uid, head.serial)

    def new_keys(self, count: int = 1) -> list[tuple[str, bytes]]:
        """(reference, key) for as many records; committed here, before any row is written that needs them."""
        key = self.key()
        with self._open():
            self._lock_head(key)
            made = [(reference, self._add(key, reference)) for reference in (new_uid() for _ in range(count))]
        self._opened.update(made)
        return made

    def keys(self, references: Iterable[str]) -> dict[str, bytes]:
        """Reference → key; one that was destroyed is absent. No query for those that were asked for before."""
        key, wanted = self.key(), set(references)
        missing = sorted(wanted - set(self._opened))
        if missing:
            with ring_database.connection_context():
                for start in range(0, len(missing), AT_ONCE):
                    rows = WrappedKey.select().where(WrappedKey.reference.in_(missing[start:start + AT_ONCE]))
                    self._opened.update({row.reference: unwrap(key, row.reference, row.wrapped) for row in rows})
        return {reference: self._opened[reference] for reference in wanted & set(self._opened)}

    def backup_key(self) -> bytes:
        """The key that wraps the backups' own keys."""
        return self.keys([BACKUP])[BACKUP]

    def all_references(self) -> set[str]:
        """The references of all records' keys."""
        with ring_database.connection_context():
            return {row.reference for row in WrappedKey.select(WrappedKey.reference)} - {INDEX, BACKUP}

    def destroy(self, references: Iterable[str]) -> None:
        """Destroy these keys: what they sealed can never be read again, in no backup either."""
        gone = set(references) - {INDEX, BACKUP}
        with self._open():
            WrappedKey.delete().where(WrappedKey.reference.in_(sorted(gone))).execute()
            self._raise_serial()
        for reference in gone:
            self._opened.pop(reference, None)
        if self._file:                          # what was deleted may still stand in the write-ahead log
            with ring_database.connection_context():
                ring_database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def rewrap(self, new: bytes) -> None:
        """Wrap all keys by another key file, in one transaction; the database is not touched."""
        old = self.key()
        with self._open():
            self._lock_head(old)
            for row in WrappedKey.select():
                WrappedKey.update(wrapped=wrap(new, row.reference, unwrap(old, row.reference, row.wrapped))).where(
                    WrappedKey.reference == row.reference).execute()
            RingHead.update(fingerprint=fingerprint_of(new)).execute()
            self._raise_serial()

    def kept(self) -> dict:
        """All of it as plain data, every key wrapped as it stands: what `keyring.latest` holds."""
        with ring_database.connection_context(), ring_database.atomic():
            head = RingHead.get()
            rows = {row.reference: bytes(row.wrapped).hex() for row in WrappedKey.select()}
        return {"uid": head.uid, "serial": head.serial, "fingerprint": head.fingerprint, "keys": rows}

    def bring(self, kept: dict) -> None:
        """A keyring from what kept() gave. Refused where there is one already."""
        if self.exists():
            raise Refused(lazy("There is a keyring already. Nothing was changed."))
        with self._open():
            ring_database.create_tables([RingHead, WrappedKey])
            RingHead.create(uid=kept["uid"], serial=kept["serial"], fingerprint=kept["fingerprint"])
            for reference, wrapped in kept["keys"].items():
                WrappedKey.insert(reference=reference, wrapped=bytes.fromhex(wrapped)).execute()
        if self._file:
            os.chmod(self._file, 0o600)


def lies_in_memory(path: Path) -> bool:
    """Whether this place is a memory file system: what lies there is gone when the machine is switched off."""
    kinds = {}
    try:
        for line in MOUNTS.read_text(encoding="utf-8").splitlines():
            _device, place, kind, *_rest = line.split(" ")
            kinds[place] = kind
    except OSError:
        return False
    place = next((folder for folder in map(str, [path.parent.resolve(), *path.parent.resolve().parents])
                  if folder in kinds), "/")
    return kinds.get(place) in ("tmpfs", "ramfs")
