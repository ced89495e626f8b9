"""A Word file as others get it: its text and look, without who wrote, changed and commented it, when and where.

Insertions stand as accepted, deletions are gone, comments are not carried over.
"""

import re
import zipfile
from functools import partial

from lxml import etree

from core.files.packages import Rules, drop, local, loosen, parsed, unwrap

FOLLOWED = frozenset({
    "officeDocument", "styles", "numbering", "settings", "fontTable", "theme", "footnotes", "endnotes", "header",
    "footer", "image", "hyperlink", "chart", "chartStyle", "chartColorStyle", "diagramData", "diagramLayout",
    "diagramQuickStyle", "diagramColors", "diagramDrawing"})
KEPT_SETTINGS = frozenset({
    "zoom", "mirrorMargins", "gutterAtTop", "autoHyphenation", "consecutiveHyphenLimit", "hyphenationZone",
    "doNotHyphenateCaps", "defaultTabStop", "evenAndOddHeaders", "bordersDoNotSurroundHeader",
    "bordersDoNotSurroundFooter", "displayBackgroundShape", "characterSpacingControl", "noLineBreaksAfter",
    "noLineBreaksBefore", "footnotePr", "endnotePr", "compat", "mathPr", "themeFontLang", "clrSchemeMapping",
    "decimalSymbol", "listSeparator"})
GONE = frozenset({
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "trPrChange", "tcPrChange",
    "tblGridChange", "numberingChange", "cellIns", "cellDel", "cellMerge", "commentRangeStart", "commentRangeEnd",
    "commentReference", "annotationRef", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart",
    "moveToRangeEnd", "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart",
    "customXmlDelRangeEnd", "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart",
    "customXmlMoveToRangeEnd", "permStart", "permEnd", "dataBinding", "alias", "tag", "smartTagPr", "rsid",
    "signatureline", "embedRegular", "embedBold", "embedItalic", "embedBoldItalic", "externalData", "userShapes"})
# Elements that are of no use without the relation they name.
NEED_RELATION = frozenset({"altChunk", "OLEObject", "control", "subDoc", "contentPart", "svgBlip", "imgLayer",
                           "externalData", "userShapes"})
PROPERTIES = ("rPr", "trPr", "tcPr", "numPr", "ctrlPr")
TELLING_ATTRIBUTES = frozenset({"author", "initials", "date", "dateUtc", "paraId", "textId", "userId", "providerId"})
# Fields that show who wrote the file, or what it was called, wherever they stand.
PERSONAL_FIELDS = frozenset({"AUTHOR", "LASTSAVEDBY", "USERNAME", "USERINITIALS", "USERADDRESS", "FILENAME", "TEMPLATE",
                             "DOCVARIABLE", "DOCPROPERTY", "INFO", "COMMENTS"})
# Fields that point to what stays behind: what they show stays, as text.
LEADING_OUT = frozenset({"LINK", "INCLUDEPICTURE", "INCLUDETEXT", "DDE", "DDEAUTO", "EMBED", "DATABASE", "TITLE",
                         "SUBJECT", "KEYWORDS", "SAVEDATE", "CREATEDATE", "PRINTDATE", "EDITTIME", "REVNUM",
                         "FILESIZE"})
A_PATH = re.compile(r"file:|[a-zA-Z]:\\|\\\\\w", re.IGNORECASE)
BOUND_TO_PEOPLE = re.compile(r"creator|lastModifiedBy|Manager|Company|Author|Email|Phone|Fax", re.IGNORECASE)


def rules(path) -> Rules:
    """The rules for this file: the style that hides a passage, and what leads to a bookmark, may be in another part."""
    hidden: set = set()
    leading: list = []
    with zipfile.ZipFile(path) as source:
        for name in source.namelist():
            try:
                tree = parsed(source.read(name)) if name.endswith(".xml") else ()
            except etree.XMLSyntaxError:            # what is carried over is read again, and refused there
                continue
            hidden |= _hidden_styles(tree)
            leading += _leading(tree)
    return Rules("word/document.xml", FOLLOWED, partial(scrub, hidden=hidden, leading="".join(leading)))


def scrub(tree, relation, lost, counts, *, hidden, leading):
    """`hidden`: (type, id) of the styles that hide. `leading`: what fields and links of the whole file lead to."""
    if relation == "settings":
        for setting in list(tree):
            if local(setting) not in KEPT_SETTINGS:
                drop(setting)
    _empty_bound_controls(tree)
    _settle_changes(tree, counts)
    counts["comments"] += sum(local(element) == "commentReference" for element in tree.iter())
    for element in [element for element in tree.iter() if local(element) in GONE]:
        drop(element)
    _settle_fields(tree)
    _drop_hidden_words(tree, counts, hidden)
    _drop_bookmarks(tree, leading)
    loosen(tree, lost, NEED_RELATION)
    for element in tree.iter():
        for name in [name for name in element.attrib if _is_telling(name)]:
            del element.attrib[name]


def _attribute(element, word):
    return next((value for name, value in element.attrib.items() if name.endswith(f"}}{word}")), "")


def _child(element, name):
    return next((child for child in element if local(child) == name), None)


def _vanishes(element):
    """Whether a run, or a style, says of itself that it is hidden; None: it says nothing."""
    said = [_attribute(mark, "val") not in ("0", "false", "off") for properties in element
            if local(properties) == "rPr" for mark in properties if local(mark) == "vanish"]
    return any(said) if said else None


def _style(element, properties, name):
    """The id of the style that an element names; empty: its kind's default."""
    holder = _child(element, properties)
    named = _child(holder, name) if holder is not None else None
    return "" if named is None else _attribute(named, "val")


def _hidden_styles(tree):
    """(type, id) of the styles that hide by themselves or by one that they are based on; the id "" for a default."""
    styles = {_attribute(style, "styleId"): style for style in tree if local(style) == "style"}

    def hides(style):
        seen: set = set()
        while style is not None and style not in seen:
            if (said := _vanishes(style)) is not None:
                return said
            seen.add(style)
            base = _child(style, "basedOn")
            style = styles.get(_attribute(base, "val")) if base is not None else None
        return False
    hiding = [(id, style) for id, style in styles.items() if hides(style)]
    return {(_attribute(style, "type"), name) for id, style in hiding
            for name in ((id, "") if _attribute(style, "default") in ("1", "true", "on") else (id,))}


def _is_hidden(run, hidden):
    """What a run says itself counts first; then its style, its paragraph's, and that of the tables around it."""
    said = _vanishes(run)
    if said is not None:
        return said
    named = {("character", _style(run, "rPr", "rStyle"))}
    paragraph = next((each for each in run.iterancestors() if local(each) == "p"), None)
    if paragraph is not None:
        named.add(("paragraph", _style(paragraph, "pPr", "pStyle")))
    named |= {("table", _style(each, "tblPr", "tblStyle")) for each in run.iterancestors() if local(each) == "tbl"}
    return bool(named & hidden)


def _drop_hidden_words(tree, counts, hidden):
    """What was made invisible is read by whoever makes it visible. What a field hides of itself stays."""
    for run in [element for element in tree.iter() if local(element) == "r" and _is_hidden(element, hidden)]:
        words = [element for element in run if local(element) == "t"]
        counts["hidden"] += bool(words)
        for element in words:
            drop(element)


def _leading(tree):
    """The texts of fields, and what links lead to inside the file: among them the names of bookmarks."""
    for element in getattr(tree, "iter", tuple)():
        name = local(element)
        if name == "instrText":
            yield element.text or ""            # one instruction can stand in several
        elif name in ("fldChar", "fldSimple", "hyperlink"):
            yield f" {_attribute(element, 'instr')} {_attribute(element, 'anchor')} "


def _drop_bookmarks(tree, leading):
    """A bookmark that nothing leads to has a name, and no use."""
    marks = [element for element in tree.iter() if local(element) in ("bookmarkStart", "bookmarkEnd")]
    kept = {_attribute(mark, "id") for mark in marks if local(mark) == "bookmarkStart"
            and _attribute(mark, "name") in leading}
    for mark in marks:
        if _attribute(mark, "id") not in kept:
            drop(mark)


def _is_telling(name):
    space, _end, word = name.rpartition("}")
    return bool(space) and (word.startswith("rsid") or word in TELLING_ATTRIBUTES)


def _empty_bound_controls(tree):
    """A cover page's boxes "Author" and "Company" show what stands in the properties."""
    for binding in [element for element in tree.iter() if local(element) == "dataBinding"]:
        control = binding.getparent().getparent()
        if any(BOUND_TO_PEOPLE.search(value) for value in binding.attrib.values()) and local(control) == "sdt":
            for text in [element for element in control.iter() if local(element) == "t"]:
                text.text = ""


def _settle_changes(tree, counts):
    emptied = []
    for element in list(tree.iter()):
        name = local(element)
        if name not in ("ins", "del", "moveFrom", "moveTo") or element.getparent() is None:
            continue
        counts["changes"] += 1
        holder = element.getparent()
        if local(holder) not in PROPERTIES:
            unwrap(element) if name in ("ins", "moveTo") else drop(element)
            continue
        drop(element)
        if name in ("del", "moveFrom"):
            owner = holder.getparent()
            if local(holder) == "trPr":
                drop(owner)             # a row that is deleted
            elif local(owner) == "pPr":
                emptied.append(owner.getparent())
    for paragraph in emptied:
        _drop_empty(paragraph)


def _drop_empty(paragraph):
    """A paragraph whose end was deleted goes, when nothing of it is left and something stands beside it."""
    holder = paragraph.getparent()
    has_words = any(local(element) in ("r", "sdt", "hyperlink", "sectPr", "fldSimple", "oMath")
                    for element in paragraph.iter())
    if holder is None or has_words:
        return
    follows = paragraph.getnext()
    if follows is not None and local(follows) in ("p", "tbl"):
        drop(paragraph)


def _settle_fields(tree):
    for field in [element for element in tree.iter() if local(element) == "fldSimple"]:
        instruction = _attribute(field, "instr")
        if _word_of(instruction) in PERSONAL_FIELDS:
            drop(field)
        elif _leads_out(instruction):
            unwrap(field)
    opened: list[dict] = []
    for piece in [child for run in tree.iter() if local(run) == "r" for child in run if local(child) != "rPr"]:
        for field in opened:
            field["pieces"].append(piece)
        name = local(piece)
        if name == "fldChar":
            kind = _attribute(piece, "fldCharType")
            if kind == "begin":
                opened.append({"pieces": [piece], "frame": [piece], "words": ""})
            elif opened:
                opened[-1]["frame"].append(piece)
                if kind == "end":
                    _settle_field(opened.pop())
        elif name == "instrText" and opened:
            opened[-1]["frame"].append(piece)
            opened[-1]["words"] += piece.text or ""


def _settle_field(field):
    if _word_of(field["words"]) in PERSONAL_FIELDS:
        gone = field["pieces"]
    elif _leads_out(field["words"]):
        gone = field["frame"]
    else:
        return
    for piece in gone:
        drop(piece)


def _word_of(instruction):
    return (instruction.split() or [""])[0].upper()


def _leads_out(instruction):
    return _word_of(instruction) in LEADING_OUT or bool(A_PATH.search(instruction))
