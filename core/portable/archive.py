"""An archive that comes from outside: nothing of it is believed before sizes, names and sums were looked at."""

import hashlib
import io
import json
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

from core import pieces
from core.errors import Refused
from core.files.containers import CHUNK, RATIO_COUNTS_FROM
from core.keyring import fingerprint_of, read_key_file
from core.language import lazy
from core.portable.exporting import FORMAT, KIND, digest_of

MOST_MEMBERS = 100_000
LARGEST_TABLES = 1024 * 1024 * 1024         # of all tables together, unpacked
LARGEST_RATIO = 300                         # rows are alike: those of a real coalition reach some 40
LARGEST_FILE = 512 * 1024 * 1024
LARGEST_MANIFEST = 32 * 1024 * 1024
LONGEST_LINE = 32 * 1024 * 1024
MEMBER = re.compile(r"manifest\.json|audit\.jsonl|sealed|rows\.jsonl|tables/[a-z0-9_]{1,63}\.jsonl|files/[0-9a-f]{64}")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, TypeError, ValueError, RuntimeError, AttributeError,
          NotImplementedError)


def not_an_archive(file) -> Refused:
    return Refused(lazy("%(file)s is no archive of a coalition, or it is cut off or was changed. Export it again.",
                        file=str(file)))


class Archive:
    """An archive whose parts were looked at. `lines(table)` and `files()` give what travels in clear; `sealed` is None
    without the transport key, else an Archive's likeness of what travelled sealed."""

    def __init__(self, pack, manifest):
        self.pack, self.manifest = pack, manifest
        self.content: dict = {}             # (table, number) → what was sealed of this row
        self.values: dict = {}              # (table, number) → columns that travelled sealed
        self.inner: zipfile.ZipFile | None = None
        self.inner_files: dict = {}
        self.inner_tables: dict = {}        # of tables that travel sealed as a whole

    @property
    def tables(self):
        """The names of all tables that are in it."""
        return {*self.manifest["tables"], *self.inner_tables}

    def lines(self, table):
        if table in self.inner_tables:
            return self._inner_lines(table)
        return checked_lines(self.pack, f"tables/{table}.jsonl", self.manifest["tables"][table])

    def _inner_lines(self, table):
        for place, line in enumerate(checked_lines(self.inner, f"tables/{table}.jsonl", self.inner_tables[table]), 1):
            line.pop("pad")
            if "content" in line:
                self.content[table, place] = line.pop("content")
            yield line

    def files(self):
        """(SHA-256, content) of every file, each seen to be what its name says."""
        for pack, names in ((self.pack, self.manifest["files"]), (self.inner, self.inner_files)):
            for name in names:
                content = pack.read(f"files/{name}")
                if hashlib.sha256(content).hexdigest() != name:
                    raise ValueError("a file is not what its name says")
                yield name, content


@contextmanager
def opened_archive(file: Path, key_file: Path | None):
    """The archive, whole and of a format that is known; with what is sealed in it where the transport key is given."""
    key = read_key_file(key_file) if key_file else None
    try:
        with zipfile.ZipFile(file) as pack, tempfile.TemporaryDirectory() as folder:
            _check_members(pack, folder)
            manifest = json.loads(pack.read("manifest.json"))
            if manifest["kind"] != KIND:
                raise ValueError("another kind of archive")
            if manifest["format"] != FORMAT:
                raise Refused(lazy("This archive was written by version %(version)s, in a form that is not known here. "
                                   "Install the newer program.", version=str(manifest["version"])))
            archive = Archive(pack, manifest)
            if key is not None:
                _open_sealed(archive, key, Path(folder) / "sealed")
            yield archive
    except pieces.Damaged:
        raise not_an_archive(file) from None


def _check_members(pack, folder):
    members = pack.infolist()
    names = [member.filename for member in members]
    if len(names) > MOST_MEMBERS or len(set(names)) < len(names) or not all(map(MEMBER.fullmatch, names)):
        raise ValueError("members that no archive has")
    tables = 0
    for member in members:
        ratio = member.file_size / max(member.compress_size, 1)
        if member.flag_bits & 0x1 or stat.S_ISLNK(member.external_attr >> 16) or member.compress_type not in (
                zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("a member that no archive has")
        if member.filename.startswith("files/") and member.file_size > LARGEST_FILE or (
                member.filename == "manifest.json" and member.file_size > LARGEST_MANIFEST) or (
                member.file_size > RATIO_COUNTS_FROM and ratio > LARGEST_RATIO):
            raise _too_large()
        tables += member.file_size if member.filename.endswith(".jsonl") else 0
    if tables > LARGEST_TABLES or sum(member.file_size for member in members) > shutil.disk_usage(folder).free:
        raise _too_large()


def _too_large():
    return Refused(lazy("Unpacked, the archive is larger than any coalition, or than the room on the disk. It was not "
                        "opened."))


def checked_lines(pack, name, told):
    """The objects of a .jsonl, one by one; ValueError in the end where their number or sum is not as it was told."""
    total, count = hashlib.sha256(), 0
    with pack.open(name) as content:
        while line := content.readline(LONGEST_LINE):
            if not line.endswith(b"\n"):
                raise ValueError("a line without an end")
            total.update(line)
            count += 1
            found = json.loads(line)
            if not isinstance(found, dict):
                raise ValueError("a line that is no object")
            yield found
    if (count, total.hexdigest()) != (told["rows"], told["sha256"]):
        raise ValueError("a part is not as it was written")


def _open_sealed(archive, key, place):
    told = archive.manifest["sealed"]
    if told is None:
        raise Refused(lazy("Nothing travelled sealed in this archive: it was exported without a key file. Export it "
                           "again with one, or import it without."))
    if told["fingerprint"] != fingerprint_of(key):
        raise Refused(lazy("This is not the transport key of the archive: its fingerprint is %(fingerprint)s. Bring "
                           "the one with %(wanted)s.", fingerprint=fingerprint_of(key),
                           wanted=str(told["fingerprint"])))
    with archive.pack.open("sealed") as packed, open(place, "wb") as out:       # as it is: sealed
        shutil.copyfileobj(packed, out, CHUNK)
    sealed = open(place, "rb")
    head = pieces.read_head(sealed)
    if head["kind"] != "transport" or head["tables"] != digest_of(archive.manifest):
        raise ValueError("the sealed part belongs to another archive")
    reader = io.BufferedReader(pieces.Reader(sealed, pieces.key_of(head, key)), pieces.PIECE)
    archive.inner = zipfile.ZipFile(reader)
    _check_members(archive.inner, place.parent)
    inner = json.loads(archive.inner.read("manifest.json"))
    for line in checked_lines(archive.inner, "rows.jsonl", inner["rows"]):
        if "content" in line:
            archive.content[line["table"], line["row"]] = line["content"]
        else:
            archive.values[line["table"], line["row"]] = line["values"]
    archive.inner_files = inner["files"]
    archive.inner_tables = inner["tables"]
