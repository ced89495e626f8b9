"""A file sealed in pieces: written and read as a stream, and never in clear where it lies.

First a head in clear, that says what the file is and which key opens it; then pieces of PIECE bytes, each under
AES-256-GCM with its number as nonce. Bound to each: the head, with the file's random id, the piece's number, and
whether it is the last. So a piece that was cut, moved, repeated, or taken from another file does not open.
"""

import hashlib
import io
import json
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import Refused
from core.keyring import KEY_BYTES, NONCE_BYTES, unwrap, wrap
from core.language import lazy

MAGIC = b"commonweal sealed 1\n"
PIECE = 1024 * 1024
TAG = 16
LONGEST_HEAD = 64 * 1024


class Damaged(Refused):
    """The file is cut, was changed, or is of another key."""

    def __init__(self):
        super().__init__(lazy("The file is cut or damaged, or its parts are not of one file. Take another one."))


class NotSealed(Exception):
    """The file does not begin as a sealed one does."""


def begin(kind: str, wrapping: bytes, facts: dict) -> tuple[dict, bytes]:
    """(head, key) of a new sealed file. The key is the file's own, and lies wrapped in its head."""
    file_id, key = secrets.token_hex(16), secrets.token_bytes(KEY_BYTES)
    return {**facts, "kind": kind, "id": file_id, "key": wrap(wrapping, f"{kind} {file_id}", key).hex()}, key


def key_of(head: dict, wrapping: bytes) -> bytes:
    """The file's own key. Closed where `wrapping` is not what it was wrapped by; KeyError for a head without one."""
    return unwrap(wrapping, f"{head['kind']} {head['id']}", bytes.fromhex(head["key"]))


class Writer(io.RawIOBase):
    """Seals what is written to it into `file`; close() writes the last piece. Without it the file does not open."""

    def __init__(self, file, head: dict, key: bytes):
        self._file, self._cipher, self._number, self._waiting = file, AESGCM(key), 0, bytearray()
        written = json.dumps(head, sort_keys=True).encode()
        self._bound = hashlib.sha256(written).digest()
        file.write(MAGIC + len(written).to_bytes(4, "big") + written)

    def writable(self):
        return True

    def write(self, content):
        self._waiting += content
        while len(self._waiting) > PIECE:               # one at least waits: the last one is marked
            self._put(bytes(self._waiting[:PIECE]), False)
            del self._waiting[:PIECE]
        return len(content)

    def _put(self, piece, is_last):
        self._file.write(self._cipher.encrypt(_nonce(self._number), piece, _binding(self._bound, self._number,
                                                                                    is_last)))
        self._number += 1

    def finish(self) -> None:
        """The last piece is written; nothing more may come."""
        self._put(bytes(self._waiting), True)
        self.close()


def read_head(file) -> dict:
    """The head of a sealed file; the file stands behind it. NotSealed where it is another kind of file."""
    if file.read(len(MAGIC)) != MAGIC:
        raise NotSealed()
    length = int.from_bytes(file.read(4), "big")
    if length > LONGEST_HEAD:
        raise Damaged()
    try:
        head = json.loads(file.read(length))
    except ValueError:
        raise Damaged() from None
    if not isinstance(head, dict) or not all(isinstance(head.get(name), str) for name in ("kind", "id", "key")):
        raise Damaged()
    return head


class Reader(io.RawIOBase):
    """Opens a sealed file at any place. Damaged, as soon as a piece that is needed does not open."""

    def __init__(self, file, key: bytes):
        file.seek(0)
        read_head(file)
        self._file, self._cipher, self._start = file, AESGCM(key), file.tell()
        file.seek(len(MAGIC) + 4)
        self._bound = hashlib.sha256(file.read(self._start - len(MAGIC) - 4)).digest()
        sealed_bytes = file.seek(0, os.SEEK_END) - self._start
        self._count = max(1, -(-sealed_bytes // (PIECE + TAG)))
        self._size, self._at, self._held = sealed_bytes - self._count * TAG, 0, (-1, b"")
        self._piece(self._count - 1)                    # it carries the mark of the last one: nothing was cut off

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self._at

    def seek(self, offset, whence=os.SEEK_SET):
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer):
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, PIECE)
        found = self._piece(number)[offset:offset + len(buffer)]
        buffer[:len(found)] = found
        self._at += len(found)
        return len(found)

    def _piece(self, number):
        if self._held[0] != number:
            self._file.seek(self._start + number * (PIECE + TAG))
            try:
                piece = self._cipher.decrypt(_nonce(number), self._file.read(PIECE + TAG),
                                             _binding(self._bound, number, number == self._count - 1))
            except (InvalidTag, ValueError):
                raise Damaged() from None
            self._held = (number, piece)
        return self._held[1]


def _nonce(number):
    return number.to_bytes(NONCE_BYTES, "big")


def _binding(bound, number, is_last):
    return bound + number.to_bytes(8, "big") + (b"last" if is_last else b"more")
