"""A Word file as others get it: its text and look, without who wrote, changed and commented it, when and where.

Insertions stand as accepted, deletions are gone, comments are not carried over.
"""

import re

from core.files.packages import Rules, drop, local, loosen, unwrap

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


def scrub(tree, relation, lost, counts):
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
    _drop_hidden_words(tree, counts)
    loosen(tree, lost, NEED_RELATION)
    for element in tree.iter():
        for name in [name for name in element.attrib if _is_telling(name)]:
            del element.attrib[name]


RULES = Rules("word/document.xml", FOLLOWED, scrub)


def _drop_hidden_words(tree, counts):
    """What was made invisible is read by whoever makes it visible. What a field hides of itself stays."""
    for run in [mark.getparent().getparent() for mark in tree.iter() if local(mark) == "vanish" and not any(
            value in ("0", "false", "off") for value in mark.attrib.values())]:
        words = [element for element in run if local(element) == "t"] if local(run) == "r" else []
        counts["hidden"] += bool(words)
        for element in words:
            drop(element)


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
        instruction = next((value for name, value in field.attrib.items() if name.endswith("}instr")), "")
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
            kind = next((value for key, value in piece.attrib.items() if key.endswith("}fldCharType")), "")
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
