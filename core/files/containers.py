"""What a file from outside is, by its content, and whether it may be opened at all.

Nothing here hands bytes to a parser before sizes, members and XML heads were counted while unpacking: what a
container says about itself is not believed. Limits: SAFETY 6.
"""

import os
import zipfile
import zlib
from copy import copy

import docx

from core.errors import Refused
from core.language import lazy

LARGEST_BYTES = 50 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
# lxml needs some 13 times the bytes of a .docx (206 KB packed, 200 MB unpacked: 2.6 GB), and 300 MB is all there is.
# The largest real one known has under 3 MB.
LARGEST_DOCX_XML = 16 * 1024 * 1024
MOST_MEMBERS = 2000
LARGEST_RATIO = 100
RATIO_COUNTS_FROM = 1024 * 1024
CHUNK = 64 * 1024

SUFFIXES = {".docx": "docx", ".xlsx": "xlsx", ".ods": "ods", ".xls": "xls",
            ".csv": "csv", ".txt": "txt", ".md": "txt", ".json": "json"}
TEXT_KINDS = {"csv", "txt", "json"}

KIND_WORDS = {
    "docx": lazy("a Word file (.docx)"), "xlsx": lazy("an Excel file (.xlsx)"),
    "ods": lazy("an OpenDocument spreadsheet (.ods)"), "xls": lazy("an old Excel file (.xls)"),
    "text": lazy("a text file"),
}

PDF = lazy("This is a PDF. Nothing can be read from it reliably: get the Word file (.docx) of the same document.")
IMAGE = lazy("This is an image. Get the document itself, as .docx, .xlsx or .csv.")
PACKED = lazy("This is a packed archive. Unpack it, and choose the file inside.")
OLD_WORD = lazy("This is an old Word file (.doc). Open it in Word or LibreOffice and save it as .docx.")
OTHER_OFFICE = lazy("This office file is of a kind that cannot be read here. Save it as .docx, .xlsx or .csv.")
MACROS = lazy("This office file holds macros. Save it without them, as .docx or .xlsx.")
RTF = lazy("This is an RTF file. Open it in Word or LibreOffice and save it as .docx.")
WEB_PAGE = lazy("This is a web page or an XML file, whatever its name says. Open it in a spreadsheet or text program "
                "and save it as .xlsx, .docx or .csv.")
LOCKED = lazy("The file is protected by a password. Open it, take the password off, save it, and try again.")
DAMAGED = lazy("The file is cut or damaged. Get it again; or, if a program still opens it (Word or "
               "LibreOffice for a document, a viewer for a picture), save it anew there.")
NOT_TEXT = lazy("The file is not a text that can be read. Save it as text in UTF-8, and try again.")
UNKNOWN_SUFFIX = lazy("Files of this kind cannot be read. Choose a .docx, .xlsx, .xls, .ods, .csv, .json or .txt file.")

SIGNATURES = (
    (b"\x89PNG", IMAGE), (b"\xff\xd8\xff", IMAGE), (b"GIF8", IMAGE), (b"II*\0", IMAGE), (b"MM\0*", IMAGE),
    (b"BM", IMAGE), (b"Rar!", PACKED), (b"7z\xbc\xaf\x27\x1c", PACKED), (b"\x1f\x8b", PACKED), (b"BZh", PACKED),
    (b"\xfd7zXZ\0", PACKED), (b"\x28\xb5\x2f\xfd", PACKED), (b"{\\rtf", RTF),
)
MAIN_PARTS = (      # the content type of a package's main part → its kind, or why it is refused
    (b"wordprocessingml.document.main+xml", "docx"), (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"macroEnabled", MACROS),
)
ZIP_IN_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ\0", b"BZh", b"\x1f\x8b")
FORBIDDEN_IN_XML = tuple(word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY")
                         for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
# With any other encoding the words above could hide; Office and LibreOffice write UTF-8.
ENCODINGS_OF_XML = {b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}


def check_file(path, *, largest_bytes=LARGEST_BYTES):
    """The kind of the file: "docx", "xlsx", "ods", "xls", "csv", "txt" or "json"; a `.md` counts as "txt".

    The kind comes from the content and must agree with the suffix of the path. Raises Refused with a sentence for
    everything that is not to be opened. Reads in pieces: a refusal needs neither the time nor the memory of a parser.
    """
    head, size = read_head(path, largest_bytes)
    wanted = SUFFIXES.get(os.path.splitext(path)[1].lower())
    found = kind_by_content(path, head, size)
    if wanted is None:
        raise Refused(UNKNOWN_SUFFIX)
    if found != wanted and not (found == "text" and wanted in TEXT_KINDS):
        raise Refused(lazy("This is %(found)s, but its name ends with %(suffix)s. Save it in the form that its name "
                           "says, or rename it.", found=KIND_WORDS[found], suffix=os.path.splitext(path)[1]))
    return wanted


def kind_by_content(path, head, size):
    """"docx", "xlsx", "ods", "xls" or "text", whatever the name says; Refused for everything else."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path, size)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_ole(path)
    _refuse_known_others(head)
    _refuse_what_is_no_text(head)
    return "text"


def open_docx(path, *, largest_bytes=LARGEST_BYTES):
    """The python-docx Document of a .docx that passed check_file; else Refused."""
    if check_file(path, largest_bytes=largest_bytes) != "docx":
        raise Refused(lazy("This form is read from Word files (.docx) only."))
    try:
        return docx.Document(path)
    except Exception as error:          # python-docx meets a broken package with whatever breaks first
        raise Refused(DAMAGED) from error


def read_head(path, largest_bytes):
    """(first bytes, size) of a file that is neither missing, too large nor empty; else Refused."""
    if not os.path.isfile(path):
        raise Refused(lazy("There is no such file. Check the name and the folder."))
    size = os.path.getsize(path)
    if size > largest_bytes:
        raise Refused(lazy("The file has %(size)d MB; at most %(largest)d MB can be read. Take out images or split it.",
                           size=-(-size // 1024**2), largest=largest_bytes // 1024**2))
    with open(path, "rb") as file:
        head = file.read(CHUNK)
    if not head.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe\0"):
        raise Refused(lazy("The file is empty. Check that it was saved or downloaded completely."))
    return head, size


def _refuse_known_others(head):
    if b"%PDF-" in head[:1024]:
        raise Refused(PDF)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP" or head[4:8] == b"ftyp":
        raise Refused(IMAGE)
    if head[257:262] == b"ustar":
        raise Refused(PACKED)
    for signature, sentence in SIGNATURES:
        # Two letters are no proof: a text may begin with "BM" too.
        if head.startswith(signature) and (len(signature) > 2 or b"\0" in head[:32]):
            raise Refused(sentence)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if b"<svg" in start:
        raise Refused(IMAGE)
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<style", b"<meta")):
        raise Refused(WEB_PAGE)


def _refuse_what_is_no_text(head):
    """A stray NUL spoils its row, not its file; every twentieth byte a control character is no text at all."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[:len(head) // 2 * 2].decode("utf-16", "ignore").encode("utf-8", "ignore")
    controls = sum(head.count(bytes([code])) for code in (*range(9), *range(14, 32), 127) if code != 26)
    if controls > max(4, len(head) // 20):
        raise Refused(NOT_TEXT)


def _kind_of_ole(path):
    """An OLE container's streams by the names in its directory, whose entries lie at multiples of 128 bytes."""
    with open(path, "rb") as file:
        content = file.read()

    def holds(name):
        encoded, at = name.encode("utf-16-le") + b"\0\0", -1
        while (at := content.find(encoded, at + 1)) >= 0:
            if at % 128 == 0:
                return True
        return False

    if holds("EncryptedPackage"):
        raise Refused(LOCKED)
    if holds("WordDocument"):
        raise Refused(OLD_WORD)
    if holds("Workbook") or holds("Book"):
        return "xls"
    raise Refused(OTHER_OFFICE)


def _kind_of_zip(path, size):
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            _check_members(members, size)
            kind = _declared_kind(package, {member.filename for member in members})
            _check_contents(package, members, kind)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, UnicodeError) as error:
        raise Refused(DAMAGED) from error
    if not isinstance(kind, str):
        raise Refused(kind)
    return kind


def _check_members(members, size):
    if len(members) > MOST_MEMBERS:
        raise Refused(lazy("The file holds %(count)d parts; at most %(most)d are opened. Save it anew, without "
                           "attachments.", count=len(members), most=MOST_MEMBERS))
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused(LOCKED)
    names = [member.filename for member in members]
    if any(name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") for name in names):
        raise Refused(lazy("The file holds a part whose name leads out of it. No office program writes that: do not "
                           "use this file, get it again from its source."))
    if len(set(names)) < len(names) or sum(member.compress_size for member in members) > size:
        raise Refused(DAMAGED)
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise Refused(DAMAGED)


def _declared_kind(package, names):
    """What the package calls itself, or the sentence that refuses it."""
    if "mimetype" in names:
        mimetype = _first_bytes(package, "mimetype").strip()
        return "ods" if mimetype == b"application/vnd.oasis.opendocument.spreadsheet" else OTHER_OFFICE
    if "[Content_Types].xml" not in names:
        return PACKED
    types = _first_bytes(package, "[Content_Types].xml")
    return next((kind for mark, kind in MAIN_PARTS if mark in types), OTHER_OFFICE)


def _first_bytes(package, name):
    with package.open(name) as member:
        return member.read(CHUNK)


def _check_contents(package, members, kind):
    unpacked, unpacked_xml = 0, 0
    for member in members:
        member_size, is_xml = _unpack(package, member, LARGEST_UNPACKED - unpacked)
        unpacked += member_size
        unpacked_xml += member_size * is_xml
        if kind == "docx" and unpacked_xml > LARGEST_DOCX_XML:
            raise Refused(_too_large(LARGEST_DOCX_XML))


def _unpack(package, member, room):
    """Bytes that this member really has, and whether it is XML; kept nowhere."""
    honest = copy(member)
    honest.file_size = room + CHUNK         # zipfile stops at the declared size; other parsers do not
    found, tail, is_xml = 0, b"", False
    with package.open(honest) as content:
        while chunk := content.read(CHUNK):
            if not found:
                is_xml = _check_start(member.filename, chunk)
            found += len(chunk)
            if found > room or found > RATIO_COUNTS_FROM and found > LARGEST_RATIO * max(member.compress_size, 1):
                raise Refused(_too_large(LARGEST_UNPACKED))
            if is_xml and any(word in tail + chunk for word in FORBIDDEN_IN_XML):
                raise Refused(lazy("The file holds XML definitions (DOCTYPE or ENTITY), which no office program "
                                   "writes. Do not use this file; get it again from its source."))
            tail = chunk[-32:]
    if found != member.file_size:
        raise Refused(DAMAGED)
    return found, is_xml


def _check_start(name, chunk):
    """Whether a member is XML, by its first bytes; refuses a packed file inside and an encoding that hides words."""
    suffix = os.path.splitext(name)[1].lower()
    if chunk.startswith(ZIP_IN_ZIP) and not (suffix in (".emz", ".wmz") and chunk.startswith(b"\x1f\x8b")):
        raise Refused(lazy("The file holds another packed file (%(name)s). Remove what is embedded there, save it, "
                           "and try again.", name=name))
    start = chunk.removeprefix(b"\xef\xbb\xbf").lstrip()
    is_utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"))
    if not (is_utf16 or start.startswith(b"<")):
        if suffix in (".xml", ".rels"):
            raise Refused(DAMAGED)
        return False
    declaration = start[:200].replace(b"\0", b"").partition(b"?>")[0]
    if b"<?xml" in declaration and b"encoding" in declaration:
        encoding = declaration.partition(b"encoding")[2].strip(b" \t\r\n=")[1:].partition(b"'")[0].partition(b'"')[0]
        if encoding.lower() not in ENCODINGS_OF_XML:
            raise Refused(DAMAGED)
    return True


def _too_large(limit):
    return lazy("Unpacked, the file is too large: more than %(limit)d MB, or far more than a real document of its "
                "size. Take out what is not needed and save it anew.", limit=limit // 1024**2)
