"""An Excel file as others get it: its sheets with their look, formulas and charts, without who made it, when and where.

Comments, pivot tables, links to other workbooks and queries are not carried over; what a linked cell showed stays.
So do hidden sheets, on which others count; that they are there is told.
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
REVISION = re.compile(r"\{http://schemas\.microsoft\.com/office/spreadsheetml/\d+/(revision|ac)")


def scrub(tree, relation, lost, counts):
    if relation == "officeDocument":
        for child in list(tree):
            if local(child) not in KEPT_IN_WORKBOOK:
                drop(child)
        counts["hidden_sheets"] += sum(local(element) == "sheet" and element.get("state", "visible") != "visible"
                                       for element in tree.iter())
    for element in [element for element in tree.iter() if local(element) in GONE]:
        counts["comments"] += local(element) == "legacyDrawing"
        drop(element)
    for choice in [element for element in tree.iter() if local(element) == "AlternateContent"]:
        if not any(local(child) in ("twoCellAnchor", "oneCellAnchor", "graphicFrame", "sp") for child in choice.iter()):
            drop(choice)
    loosen(tree, lost, NEED_RELATION)
    for element in list(tree.iter()):
        if local(element) in ("f", "definedName") and OTHER_WORKBOOK.search(element.text or "") \
                and "/chart}" not in element.tag:
            drop(element)
            continue
        for name in [name for name in element.attrib if name in TELLING_ATTRIBUTES or REVISION.match(name)]:
            del element.attrib[name]


RULES = Rules("xl/workbook.xml", FOLLOWED, scrub)
