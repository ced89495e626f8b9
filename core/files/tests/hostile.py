"""Files that nobody should be able to hurt us with, made anew for each test; none lies in the repository.

Each function writes into a folder and gives the path. `HOSTILE` names them all, with words of the sentence that
refuses each.
"""

import io
import struct
import warnings
import zipfile
import zlib

import docx

from core.files.containers import LARGEST_BYTES

TINY_PNG = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\x0aIDATx\x9cc`\0\0"
            b"\0\x02\0\x01\x48\xaf\xa4\x71\0\0\0\0IEND\xaeB`\x82")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def a_docx(words=("Recommendations to Meridia",)):
    """The bytes of an honest .docx."""
    document = docx.Document()
    for text in words:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_member(package, name, content, replacing=False):
    """A package with one more member, or with this member replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
        assert replacing == (name in source.namelist())
        target.writestr(name, content)
    return out.getvalue()


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return str(path)


def empty(folder):
    return written(folder, "empty.docx", b"")


def blanks(folder):
    return written(folder, "blanks.csv", b"\xef\xbb\xbf\r\n  \r\n")


def pdf(folder):
    return written(folder, "report.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n")


def pdf_called_docx(folder):
    return written(folder, "report.docx", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")


def image(folder):
    return written(folder, "scan.png", TINY_PNG)


def image_called_docx(folder):
    return written(folder, "scan.docx", TINY_PNG)


def docx_called_xlsx(folder):
    return written(folder, "table.xlsx", a_docx())


def docx_called_csv(folder):
    return written(folder, "table.csv", a_docx())


def text_called_docx(folder):
    return written(folder, "list.docx", b"6.1 Ratify the Convention (Albora);\n")


def other_package(folder):
    return written(folder, "list.docx", with_member(a_zip({"a.txt": b"words"}), "b.txt", b"more"))


def old_word(folder):
    return written(folder, "list.doc", ole_with("WordDocument"))


def encrypted(folder):
    """What Office writes under a password: an OLE container around the sealed package."""
    return written(folder, "sealed.docx", ole_with("EncryptionInfo", "EncryptedPackage"))


def encrypted_members(folder):
    """A zip whose members are marked as encrypted."""
    package = bytearray(a_docx())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := package.find(signature, at + 1)) >= 0:
            package[at + flags] |= 1
    return written(folder, "sealed.docx", bytes(package))


def cut(folder):
    package = a_docx()
    return written(folder, "cut.docx", package[:len(package) // 2])


def broken_inside(folder):
    """The directory stands, a byte of a member's content does not."""
    package = bytearray(a_docx())
    with zipfile.ZipFile(io.BytesIO(bytes(package))) as source:
        member = source.getinfo("word/document.xml")
    start = member.header_offset + 30 + len(member.filename)
    package[start + 20:start + 40] = b"\xff" * 20
    return written(folder, "broken.docx", bytes(package))


def entity_bomb(folder):
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    bomb = (f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]>'
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
            "&l9;</w:t></w:r></w:p></w:body></w:document>")
    return written(folder, "laughs.docx", with_member(a_docx(), "word/document.xml", bomb, replacing=True))


def entity_bomb_in_utf16(folder):
    bomb = ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY a "aaaaaaaa">]>'
            "<d>&a;</d>").encode("utf-16")
    return written(folder, "laughs16.docx", with_member(a_docx(), "word/document.xml", bomb, replacing=True))


def outside_entity(folder):
    bomb = b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>'
    return written(folder, "outside.docx", with_member(a_docx(), "word/comments.xml", bomb))


def entity_far_inside(folder):
    """Behind a comment that is longer than what is unpacked at a time."""
    bomb = b'<?xml version="1.0"?><!--' + bytes(range(97, 123)) * 6000 + b'--><!DOCTYPE d [<!ENTITY a "a">]><d/>'
    return written(folder, "far.docx", with_member(a_docx(), "word/comments.xml", bomb))


def hiding_encoding(folder):
    bomb = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE d+AD4-<d/>'
    return written(folder, "utf7.docx", with_member(a_docx(), "word/comments.xml", bomb))


def zip_bomb(folder):
    return written(folder, "bomb.docx", with_member(a_docx(), "word/media/image1.bmp", bytes(90_000_000)))


def slightly_lying(folder):
    """A small part that says it is smaller: zipfile would stop there, another parser would not."""
    package = bytearray(a_docx())
    name = b"word/document.xml"
    with zipfile.ZipFile(io.BytesIO(bytes(package))) as source:
        said = struct.pack("<I", source.getinfo(name.decode()).file_size)
    for at in (package.find(name) - 8, package.rfind(name) - 22):
        assert package[at:at + 4] == said
        package[at:at + 4] = struct.pack("<I", 100)
    return written(folder, "less.docx", bytes(package))


def lying_zip_bomb(folder):
    """200 MB of XML, and a directory that says they were 1,000 bytes."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = [deflate.compress(b"<d>")]
    for _megabyte in range(200):
        packed.append(deflate.compress(b" " * 1_000_000))
    content = b"".join(packed) + deflate.flush()
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_docx())) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            if member != "word/document.xml":
                target.writestr(member, source.read(member))
        at = target.start_dir
    name = b"word/document.xml"
    head = (20, 0, 8, 0, 33, zlib.crc32(b"<d>".ljust(1000)), len(content), 1000, len(name), 0)
    package = bomb.getvalue()
    local = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", *head) + name + content
    entry = b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, *head, 0, 0, 0, 0, at) + name
    end = package.rfind(b"PK\x05\x06")
    count = struct.unpack("<H", package[end + 10:end + 12])[0] + 1
    directory = package[at:end] + entry
    closing = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), at + len(local), 0)
    return written(folder, "lying.docx", package[:at] + local + directory + closing)


def large_xml(folder):
    """Honest about its size, badly packable, and far more than a parser should be given."""
    words = "".join(f"<w:p><w:r><w:t>{zlib.crc32(str(number).encode())}</w:t></w:r></w:p>" for number in range(500_000))
    with zipfile.ZipFile(io.BytesIO(a_docx())) as source:
        body = source.read("word/document.xml").replace(b"<w:sectPr", words.encode() + b"<w:sectPr", 1)
    return written(folder, "large.docx", with_member(a_docx(), "word/document.xml", body, replacing=True))


def many_members(folder):
    return written(folder, "many.xlsx", a_zip({f"part{number}.xml": b"<a/>" for number in range(2001)}))


def sixty_megabytes(folder):
    path = folder / "large.docx"
    with path.open("wb") as file:
        file.write(a_docx())
        file.truncate(LARGEST_BYTES + 10 * 1024 * 1024)
    return str(path)


def nested(folder):
    return written(folder, "nested.docx", with_member(a_docx(), "word/embeddings/table.xlsx", a_zip({"a": b"a"})))


def leading_out(folder):
    return written(folder, "out.docx", with_member(a_docx(), "../../home/someone/.profile", b"words"))


def twice_the_same(folder):
    """Two members of one name: which one is read depends on the parser."""
    out = io.BytesIO(a_docx())
    with zipfile.ZipFile(out, "a") as package, warnings.catch_warnings(action="ignore"):
        package.writestr("word/document.xml", b"<another/>")
    return written(folder, "twice.docx", out.getvalue())


def macros(folder):
    with zipfile.ZipFile(io.BytesIO(a_docx())) as source:
        types = source.read("[Content_Types].xml").replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml")
    return written(folder, "macros.docx", with_member(a_docx(), "[Content_Types].xml", types, replacing=True))


def web_page(folder):
    return written(folder, "table.xls", b"<html><body><table><tr><td>6.1</td></tr></table></body></html>")


def rtf(folder):
    return written(folder, "list.txt", b"{\\rtf1\\ansi 6.1 Ratify it}")


def binary_as_csv(folder):
    return written(folder, "table.csv", bytes(number * number % 251 for number in range(5000)))


def unknown_suffix(folder):
    return written(folder, "list.pages", b"6.1 Ratify it")


def a_zip(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def ole_with(*streams):
    """The head of an OLE container and a directory with these streams: as much of it as anyone looks at."""
    directory = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) + bytes(62)
                         for name in ("Root Entry", *streams))
    return OLE + bytes(504) + directory.ljust(512, b"\0") + bytes(4096)


HOSTILE = {
    empty: "is empty", blanks: "is empty", pdf: "is a PDF", pdf_called_docx: "is a PDF", image: "is an image",
    image_called_docx: "is an image", docx_called_xlsx: "its name ends with .xlsx",
    docx_called_csv: "a Word file (.docx), but its name ends with .csv", text_called_docx: "a text file, but its name",
    other_package: "packed archive", old_word: "old Word file", encrypted: "protected by a password",
    encrypted_members: "protected by a password", cut: "cut or damaged", broken_inside: "cut or damaged",
    entity_bomb: "XML definitions", entity_bomb_in_utf16: "XML definitions", outside_entity: "XML definitions",
    entity_far_inside: "XML definitions", hiding_encoding: "cut or damaged", zip_bomb: "too large",
    lying_zip_bomb: "too large", slightly_lying: "cut or damaged", large_xml: "too large",
    many_members: "2001 parts", sixty_megabytes: "has 60 MB",
    nested: "another packed file (word/embeddings/table.xlsx)", leading_out: "leads out of it",
    twice_the_same: "cut or damaged", macros: "holds macros", web_page: "web page", rtf: "RTF file",
    binary_as_csv: "not a text", unknown_suffix: "cannot be read",
}
