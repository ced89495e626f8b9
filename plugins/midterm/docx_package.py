"""A .docx as a package: one part of it anew, its properties without a person in them, all else as it was."""

import io
import zipfile
from posixpath import join, normpath

from lxml import etree

_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
# What they say is about the document: the State and the cycle often stand there and nowhere else.
_KEPT_PROPERTIES = (f"{{{_DC}}}title", f"{{{_DC}}}subject", f"{{{_DC}}}language")
_APP = (b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/'
        b'officeDocument/2006/extended-properties"><Application>Commonweal</Application></Properties>')


def rewritten(original, edit, made_on):
    """bytes of the package after edit(root) on the root element of its text; author, application and time are fixed.

    Every other part has the bytes it had. The original is one that an import has accepted; another raises
    zipfile.BadZipFile or lxml.etree.XMLSyntaxError.
    """
    source = zipfile.ZipFile(io.BytesIO(original))
    parts = _parts_by_kind(source)
    root = _parsed(source.read(parts["officeDocument"]))
    edit(root)
    changed = {parts["officeDocument"]: _serialised(root)}
    if "core-properties" in parts:
        changed[parts["core-properties"]] = _properties(source.read(parts["core-properties"]), made_on)
    if "extended-properties" in parts:
        changed[parts["extended-properties"]] = _APP
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            entry = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = member.compress_type, 0
            target.writestr(entry, changed.get(member.filename) or source.read(member))
    return out.getvalue()


def _parts_by_kind(package):
    """{"officeDocument": "word/document.xml", …}: by the package's own list, since Word sometimes names them else."""
    relations = _parsed(package.read("_rels/.rels")).iter(_RELATIONSHIPS)
    return {relation.get("Type").rpartition("/")[2]: normpath(join("/", relation.get("Target"))).lstrip("/")
            for relation in relations if relation.get("TargetMode") != "External"}


def _parsed(xml):
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _serialised(root):
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _properties(xml, made_on):
    root = etree.Element(f"{{{_CORE}}}coreProperties", nsmap={"cp": _CORE, "dc": _DC, "dcterms": _TERMS, "xsi": _XSI})
    for name in _KEPT_PROPERTIES:
        for element in _parsed(xml).iter(name):
            etree.SubElement(root, name).text = element.text
    for name in (f"{{{_DC}}}creator", f"{{{_CORE}}}lastModifiedBy"):
        etree.SubElement(root, name).text = "Commonweal"
    etree.SubElement(root, f"{{{_CORE}}}revision").text = "1"
    for name in ("created", "modified"):
        moment = etree.SubElement(root, f"{{{_TERMS}}}{name}", {f"{{{_XSI}}}type": "dcterms:W3CDTF"})
        moment.text = f"{made_on.isoformat()}T00:00:00Z"
    return _serialised(root)
