"""An Excel file as others get it: its sheets with their look, formulas and charts, without who made it, when and where.

Comments, pivot tables, links to other workbooks and queries are not carried over, nor formulas that fetch from
elsewhere; what their cells showed stays. So do hidden sheets, rows and columns, on which others count; that they are
there is told.
"""

import re

from core.files.packages import OTHER_WORKBOOK, Rules, drop, local, loosen

FOLLOWED = frozenset({
    "officeDocument", "worksheet", "chartsheet", "styles", "theme", "sharedStrings", "drawing", "image", "hyperlink",
    "table", "chart", "chartStyle", "chartColorStyle"})
KEPT_IN_WORKBOOK = frozenset({"workbookPr", "bookViews", "sheets", "definedNames", "calcPr"})
GONE = frozenset({
    "customSheetViews", "protectedRanges", "scenarios", "customProperties", "oleObjects", "controls", "legacyDrawing",
    "legacyDrawingHF", "drawingHF", "webPublishItems", "smartTags", "externalData", "userShapes"})
NEED_RELATION = frozenset({"sheet", "drawing", "picture", "tablePart", "slicerList", "slicer", "timelineRefs",
                           "timelineRef", "svgBlip", "imgLayer", "contentPart"})
TELLING_ATTRIBUTES = frozenset({"refreshedBy", "userName", "cm", "vm", "tableType", "queryTableFieldId", "codeName",
                                "display"})
FORMULAS = frozenset({"f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula",
                      "totalsRowFormula"})
# What fetches from elsewhere or runs a program; a bar outside words is DDE's: cmd|'/C calc'!A0.
REACHES_OUT = re.compile(r"\b(?:WEBSERVICE|FILTERXML|IMAGE|RTD|DDE|IMPORT(?:DATA|FEED|HTML|RANGE|XML))\s*\(|\|",
                         re.IGNORECASE)
WORDS = re.compile(r"""('[^']*')|"[^"]*\"""")          # the first are names of sheets, and of what DDE runs
REVISION = re.compile(r"\{http://schemas\.microsoft\.com/office/spreadsheetml/\d+/(revision|ac)")


def scrub(tree, relation, lost, counts):
    if relation == "officeDocument":
        for child in list(tree):
            if local(child) not in KEPT_IN_WORKBOOK:
                drop(child)
        counts["hidden_sheets"] += sum(local(element) == "sheet" and element.get("state", "visible") != "visible"
                                       for element in tree.iter())
    if relation == "worksheet":
        counts["hidden_lines"] += _hidden_lines(tree)
    for element in [element for element in tree.iter() if local(element) in GONE]:
        counts["comments"] += local(element) == "legacyDrawing"
        drop(element)
    for choice in [element for element in tree.iter() if local(element) == "AlternateContent"]:
        if not any(local(child) in ("twoCellAnchor", "oneCellAnchor", "graphicFrame", "sp") for child in choice.iter()):
            drop(choice)
    loosen(tree, lost, NEED_RELATION)
    counts["formulas"] += _settle_formulas(tree)
    for element in tree.iter():
        for name in [name for name in element.attrib if name in TELLING_ATTRIBUTES or REVISION.match(name)]:
            del element.attrib[name]


RULES = Rules("xl/workbook.xml", FOLLOWED, scrub)


def _settle_formulas(tree):
    """Take out the formulas that lead out of the file, with those that share one; gives how many. A cell keeps what it
    showed."""
    formulas = [element for element in tree.iter() if local(element) in FORMULAS and "/chart}" not in element.tag]
    gone = [element for element in formulas if _leads_out(element.text or "")]
    shared = {element.get("si") for element in gone} - {None}
    gone += [element for element in formulas if element.get("si") in shared and not element.text]
    for element in gone:
        if local(element) == "f" and local(element.getparent()) != "c" or local(element).rstrip("12") == "formula":
            element.text = "FALSE"          # a rule for a look or for what may be typed needs one
        else:
            drop(element)
    return len(gone)


def _leads_out(formula):
    return bool(OTHER_WORKBOOK.search(formula) or REACHES_OUT.search(WORDS.sub(r"\1", formula)))


def _hidden_lines(sheet):
    """How many rows and columns that hold something are not shown."""
    rows = [row for row in sheet.iter() if local(row) == "row"]
    ranges = [(int(one.get("min", "0")), int(one.get("max", "0"))) for one in sheet.iter()
              if local(one) == "col" and _is_hidden(one, "width")]
    columns = {_column(cell.get("r", "")) for row in rows for cell in row if len(cell)} if ranges else set()
    return (sum(_is_hidden(row, "ht") and any(map(len, row)) for row in rows)
            + sum(any(first <= column <= last for first, last in ranges) for column in columns))


def _is_hidden(line, size):
    return line.get("hidden") in ("1", "true") or line.get(size) == "0"


def _column(place):
    """The number of a column, from 1, by a cell's place: "AB7" is in the 28th."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number
