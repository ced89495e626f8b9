"""An office file (.docx, .xlsx) written anew from the parts that a list names, each without what tells of its authors.

What a rule's list does not name stays behind: properties, comments, people, custom XML, printers, links to other files,
macros, previews, signatures. Names of parts, dates and what an application says of itself become the same for all.
"""

import io
import posixpath
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree

from core.files.images import stripped

RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
REFERENCE = re.compile(r"\{http://(schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/officeDocument/(2006/)?"
                       r"relationships\}")
DRAWING = re.compile(r"\{http://(schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/drawingml/")
OUTSIDE = {"http", "https", "mailto"}
KNOWN_NAME = re.compile(r"(document|workbook|styles|numbering|settings|fontTable|webSettings|footnotes|endnotes|"
                        r"header|footer|theme|chart|sheet|table|drawing|sharedStrings|colors|style|data|layout|"
                        r"quickStyle)\d*\.xml")
IMAGE_TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp", "tif": "image/tiff"}
FILE_NAME = re.compile(r"[\\/]|\.\w{3,4}$")
OTHER_WORKBOOK = re.compile(r"\[\d+\]|\[[^\]]*\.xl|[a-zA-Z]:\\|file:", re.IGNORECASE)
MADE = (2000, 1, 1, 0, 0, 0)            # the same for every part of every file


@dataclass(frozen=True)
class Rules:
    """One kind of package: its main part, the relations that are followed, and what happens to each tree.

    scrub(tree, relation, lost, counts): `relation` is the last word of the relation's type, `lost` the ids of its
    relations that stay behind; it counts what it leaves out.
    """

    main: str
    followed: frozenset
    scrub: object


@dataclass
class _Part:
    name: str
    content: bytes
    media_type: str
    relations: list = field(default_factory=list)       # (id, type, target, is outside)


def rewritten(path, rules: Rules) -> tuple[bytes, Counter]:
    """(the package anew, how much of what was left out)."""
    with zipfile.ZipFile(path) as source:
        writing = _Writing(source, rules)
        start = [relation for relation in writing.relations_of("") if relation[1].endswith("/officeDocument")]
        main = writing.take(start[0][2], "officeDocument")
        return _packed(writing.parts.values(), main, start[0][1]), writing.counts


class _Writing:
    def __init__(self, source, rules):
        self.source, self.rules, self.counts = source, rules, Counter()
        self.names = set(source.namelist())
        self.parts: dict[str, _Part] = {}
        self.used: set[str] = set()
        types = parsed(source.read("[Content_Types].xml"))
        self.overrides = {row.get("PartName", "").lstrip("/"): row.get("ContentType", "") for row in types
                          if etree.QName(row).localname == "Override"}

    def relations_of(self, name):
        """(id, type, target, is outside) of a part; of the package itself for ""."""
        folder, base = posixpath.split(name)
        place = posixpath.join(folder, "_rels", f"{base}.rels")
        if place not in self.names:
            return []
        found = []
        for row in parsed(self.source.read(place)):
            target, is_outside = row.get("Target", ""), row.get("TargetMode") == "External"
            if not is_outside:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found.append((row.get("Id", ""), row.get("Type", ""), target, is_outside))
        return found

    def take(self, name, relation):
        """The part of this name in the new package, with all that it needs; None when it stays behind."""
        if name in self.parts:
            return self.parts[name].name
        content = self.source.read(name)
        if relation == "image":
            return self._take_image(name, content)
        folder = posixpath.dirname(name) if name.startswith(("word/", "xl/")) else self.rules.main.partition("/")[0]
        known = posixpath.basename(name) if KNOWN_NAME.fullmatch(posixpath.basename(name)) else f"{relation}1.xml"
        new_name = self.rules.main if relation == "officeDocument" else self._free(f"{folder}/{known}")
        part = self.parts[name] = _Part(new_name, b"", self.overrides.get(name, "application/xml"))
        self.used.add(new_name)
        lost = self._follow(part, name)
        tree = parsed(content)
        self.rules.scrub(tree, relation, lost, self.counts)
        forget_in_drawings(tree)
        part.content = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        return new_name

    def _follow(self, part, name):
        """Take what a part leads to; gives the ids that lead nowhere any more."""
        lost = set()
        for id, type, target, is_outside in self.relations_of(name):
            relation = type.rsplit("/", 1)[-1]
            if is_outside:
                kept = target if relation == "hyperlink" and urlsplit(target).scheme.lower() in OUTSIDE else None
            else:
                is_followed = relation in self.rules.followed and target in self.names
                taken = self.take(target, relation) if is_followed else None
                kept = taken and f"/{taken}"
            if kept is None:
                lost.add(id)
            else:
                part.relations.append((id, type, kept, is_outside))
        return lost

    def _take_image(self, name, content):
        found = stripped(content)
        if found is None:
            self.counts["pictures"] += 1
            return None
        kind, clean = found
        new_name = self._free(f"{self.rules.main.partition('/')[0]}/media/image1.{kind}")
        self.parts[name] = _Part(new_name, clean, IMAGE_TYPES[kind])
        self.used.add(new_name)
        return new_name

    def _free(self, name):
        stem, suffix = posixpath.splitext(name)
        stem, number = stem.rstrip("0123456789"), 1
        while name in self.used:
            name, number = f"{stem}{number}{suffix}", number + 1
        return name


def parsed(content: bytes):
    """The root of an XML part, without comments and instructions to programs."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True,
                                                     remove_pis=True))


def local(element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def drop(element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def unwrap(element) -> None:
    """Put the element's children in its place."""
    parent = element.getparent()
    place = parent.index(element)
    parent[place:place + 1] = list(element)


def loosen(tree, lost, whole) -> None:
    """Take references to lost relations away: the element where its name is in `whole`, else the attribute."""
    for element in list(tree.iter()):
        for name in [name for name in element.attrib if REFERENCE.match(name) and element.attrib[name] in lost]:
            if local(element) in whole:
                holder = element.getparent() if local(element.getparent()) == "ext" else element
                drop(holder)
                break
            del element.attrib[name]


def forget_in_drawings(tree) -> None:
    """Names of pictures, which are those of their files; themes named after an organisation; charts' other books."""
    for element in tree.iter():
        name = local(element)
        if name in ("docPr", "cNvPr"):
            element.set("name", f"Object {element.get('id', '')}".strip())
            for words in ("descr", "title"):
                if FILE_NAME.search(element.get(words, "").strip()):
                    del element.attrib[words]
        elif name in ("theme", "clrScheme", "fontScheme", "fmtScheme") and DRAWING.match(element.tag):
            element.set("name", "Office")
        elif name == "f" and element.tag.endswith("/chart}f") and OTHER_WORKBOOK.search(element.text or ""):
            element.text = "Sheet1!$A$1"
        for attribute in [each for each in element.attrib if each.endswith("}gfxdata") or (
                name == "imagedata" and each.endswith("}title")) or (
                each == "alt" and FILE_NAME.search(element.attrib[each].strip()))]:
            del element.attrib[attribute]


def _packed(parts, main, main_type):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        def write(name, content):
            entry = zipfile.ZipInfo(name, MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
        write("[Content_Types].xml", _types(parts))
        write("_rels/.rels", _relations([("rId1", main_type, f"/{main}", False)]))
        for part in parts:
            write(part.name, part.content)
            if part.relations:
                folder, base = posixpath.split(part.name)
                write(f"{folder}/_rels/{base}.rels", _relations(part.relations))
    return out.getvalue()


def _types(parts):
    root = etree.Element(f"{{{TYPES}}}Types", nsmap={None: TYPES})
    for suffix, media_type in (("rels", "application/vnd.openxmlformats-package.relationships+xml"),
                               ("xml", "application/xml")):
        etree.SubElement(root, f"{{{TYPES}}}Default", Extension=suffix, ContentType=media_type)
    for part in parts:
        etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/{part.name}", ContentType=part.media_type)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _relations(rows):
    root = etree.Element(f"{{{RELATIONSHIPS}}}Relationships", nsmap={None: RELATIONSHIPS})
    for id, type, target, is_outside in rows:
        row = etree.SubElement(root, f"{{{RELATIONSHIPS}}}Relationship", Id=id, Type=type, Target=target)
        if is_outside:
            row.set("TargetMode", "External")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
