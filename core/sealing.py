"""Sealing: the names and addresses of organisations and people lie in the database encrypted, each row by its own key.

All of them, whatever they chose: nothing marks those who hide. A sealed record is one JSON object, padded to a multiple
of BLOCK bytes, under AES-256-GCM. First byte: the format. Associated data: format, kind, the row's uid, the key's
reference, so that a record moved to another row does not open. Nothing sealed can be asked for in SQL but a person's
address, by a keyed hash.
"""

import hashlib
import hmac
import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from peewee import BlobField, CharField, IntegerField

from core.db import JSONField, Shared, forget_deleted, new_uid, transaction
from core.keyring import INDEX, NONCE_BYTES, Closed, Keyring
from core.language import lazy

FORMAT = 1
BLOCK = 512
LOCKED = "locked"                       # in place of a key's reference: the row came from elsewhere without its words
OVERHEAD = 1 + NONCE_BYTES + 16         # format, nonce, tag

keyring: Keyring | None = None


class SealHead(Shared):
    """The one row that ties the database to its keyring: it may not be older than what was written with it."""

    ring_uid = CharField(max_length=12)
    serial = IntegerField()

    class Meta:
        table_name = "seal_head"


class SealedRow(Shared):
    """A row whose personal part is sealed. `blank` are its words, each with what it is where nothing was said.

    Read content() and write put(); a row that does not open reads as None: destroyed, or damaged.
    """

    uid = CharField(max_length=12, unique=True, default=new_uid)
    version = IntegerField(default=1)
    sealed = BlobField(null=True)               # null: erased
    key_reference = CharField(max_length=12)

    blank: dict = {}

    def content(self) -> dict | None:
        """What is sealed in this row. For many rows call open_rows() first: it reads their keys in one query."""
        cached = self.__dict__.get("_content")
        if cached is None or cached[0] is not self.sealed:
            open_rows([self])
        return self.__dict__["_content"][1]

    def put(self, **values) -> None:
        """Seal these values in place of what stood there; the others stay. The row is not saved by this."""
        if strange := set(values) - set(self.blank):
            raise ValueError(f"{type(self).__name__} seals no {', '.join(sorted(strange))}")
        ring = current()
        key: bytes | None
        content: dict | None
        if self.key_reference is None or self.key_reference == LOCKED and values.get("name"):
            self.key_reference, key = ring.new_keys()[0]
            content = dict(self.blank)
            if self.id is not None:             # a name that came locked is given anew
                raise_head()
        else:
            key, content = ring.keys([self.key_reference]).get(self.key_reference), self.content()
        if key is None or content is None:
            raise Closed(lazy("This record cannot be read, so it was not changed."))
        if self.sealed is not None and all(content[name] == value for name, value in values.items()):
            return
        content = {**content, **values}
        self.sealed = seal(self._meta.table_name, self.uid, self.key_reference, key, content)
        self.__dict__["_content"] = (self.sealed, content)

    def save(self, *arguments, **more):
        """Saved with a key that was made: from now on the database needs a keyring that has it."""
        raise_head()
        return super().save(*arguments, **more)


def seal_new(rows) -> None:
    """Seal (new row, its content) for many rows, whose keys are made and committed together."""
    rows = list(rows)
    for (row, content), (reference, key) in zip(rows, current().new_keys(len(rows)) if rows else [], strict=True):
        content = {**row.blank, **content}
        row.key_reference = reference
        row.sealed = seal(row._meta.table_name, row.uid, reference, key, content)
        row.__dict__["_content"] = (row.sealed, content)


def open_rows(rows) -> None:
    """Open these rows, of one kind or of several, with one query for keys; content() then gives what was found."""
    rows = [row for row in rows if row.__dict__.get("_content", (0,))[0] is not row.sealed or row.sealed is None]
    keys = current().keys({row.key_reference for row in rows})
    for row in rows:
        row.__dict__["_content"] = (row.sealed, _opened(row, keys.get(row.key_reference)))


def _opened(row, key):
    if key is None or row.sealed is None:
        return None
    try:
        return {**row.blank, **opened(row._meta.table_name, row.uid, row.key_reference, key, row.sealed)}
    except (InvalidTag, ValueError):
        current().damaged.setdefault(row.uid, row)
        return None


def take_damaged() -> list[SealedRow]:
    """Rows that have their key and do not open, seen since the last call; each is given once by a process, so that it
    is written down and does not fill the audit."""
    seen = current().damaged
    found = [row for row in seen.values() if row is not None]
    seen.update({row.uid: None for row in found})
    return found


def seal(kind: str, uid: str, key_reference: str, key: bytes, content: dict) -> bytes:
    """The content as bytes that only this key opens, and only as this row's."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    plain += b" " * (-len(plain) % BLOCK)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return bytes([FORMAT]) + nonce + AESGCM(key).encrypt(nonce, plain, _bound_to(kind, uid, key_reference))


def opened(kind: str, uid: str, key_reference: str, key: bytes, sealed) -> dict:
    """What seal() sealed. InvalidTag when any of it is another row's, or was changed; ValueError for another format."""
    sealed = bytes(sealed)
    if sealed[:1] != bytes([FORMAT]):
        raise ValueError("sealed in a format that this version does not know")
    nonce, hidden = sealed[1:1 + NONCE_BYTES], sealed[1 + NONCE_BYTES:]
    return json.loads(AESGCM(key).decrypt(nonce, hidden, _bound_to(kind, uid, key_reference)))


def _bound_to(kind, uid, key_reference):
    return f"commonweal {FORMAT} {kind} {uid} {key_reference}".encode()


def use(ring: Keyring) -> None:
    """From now on this process seals and opens with this keyring."""
    global keyring
    keyring = ring
    ring.bind()


def current() -> Keyring:
    if keyring is None:
        raise Closed(lazy("The keyring is not open."))
    return keyring


def address_index(address: str) -> str:
    """By what the person with this (normal) address is found: a keyed hash that says nothing without the keyring."""
    return hmac.new(current().keys([INDEX])[INDEX], address.encode(), hashlib.sha256).hexdigest()


def derived(purpose: str) -> bytes:
    """A key for another purpose, of the key file: it is another one when the file is."""
    return hmac.new(current().key(), purpose.encode(), hashlib.sha256).digest()


def raise_head() -> None:
    """Inside an open transaction: the database needs a keyring at least as new as the one in use."""
    uid, serial = current().head
    if not SealHead.update(ring_uid=uid, serial=serial).where(SealHead.serial <= serial).execute() \
            and not SealHead.select().exists():
        SealHead.create(ring_uid=uid, serial=serial)


class DoomedKey(Shared):
    """A key whose record was erased: written down with the erasing, and destroyed once that has held."""

    reference = CharField(max_length=12)

    class Meta:
        table_name = "doomed_key"


def destroy_doomed() -> int:
    """Destroy the keys of what was erased, and what the write-ahead log still holds of it; gives how many. A fault
    leaves them to the next call: the worker's, a backup's, or that of `keys sweep`."""
    references = [row.reference for row in DoomedKey.select()]
    if references:
        current().destroy(references)
        with transaction():
            raise_head()
            DoomedKey.delete().where(DoomedKey.reference.in_(references)).execute()
        forget_deleted()
    return len(references)


def check_open() -> None:
    """Closed, with the reason, unless the key file is there and the keyring is this database's and not older."""
    ring = current()
    ring.key()
    head = SealHead.select().first()
    if head is None:
        return
    uid, serial = ring.newest_head()            # read after the database's: another process may be writing
    if uid != head.ring_uid:
        raise Closed(lazy("The keyring belongs to another database. Bring the one that was beside the newest backup."))
    if serial < head.serial:
        raise Closed(lazy("The keyring is older than the database: people who were erased could come back, and newer "
                          "ones could not be read. Bring the newest keyring.latest."))


class ToSeal(Shared):
    """What a database from before sealing held in clear: a row's values, until `commonweal upgrade` has sealed them."""

    kind = CharField(max_length=60)
    uid = CharField(max_length=12)
    content = JSONField()

    class Meta:
        table_name = "to_seal"
