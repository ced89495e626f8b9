"""The same file back: an OHCHR matrix with the agreed assessments in it, and nothing else changed."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from docx.oxml.ns import qn

from core.documents.document import direction_of, printable
from core.documents.marks import Mark
from plugins.midterm.docx_package import rewritten
from plugins.midterm.matrix_column import add_column
from plugins.recommendations.readers.word import W_P, W_TC, Cell, cells_of, inside, rows_of, tables_of

_HEADER = re.compile(r"recommendation|recommandation|recomendaci[óo]n", re.IGNORECASE)
_ASSESSMENT = re.compile(r"assessment|level of implementation|évaluation|evaluaci[óo]n", re.IGNORECASE)
_HEADER_CHARACTERS = 90     # a header's cell is shorter, a recommendation longer, or it begins with a number
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# What of a cell's letters its comment takes on, in the order of the schema; the rest (bold, slanted) was for a word.
_LETTERS = ("rFonts", "sz", "szCs", "lang")
# In a paragraph's properties, w:bidi stands before all of these.
_AFTER_BIDI = {qn(f"w:{name}") for name in (
    "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc",
    "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr",
    "pPrChange")}


@dataclass(frozen=True)
class Filling:
    """The agreed assessment of one recommendation.

    `marks`: its light, or one for law and one for practice. `paragraphs`: the comment, and what follows it.
    `states`: the recommending States as printed, only where the row holds several recommendations.
    """

    marks: tuple[Mark, ...]
    paragraphs: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


def fill(original, fills: Mapping[tuple[int, int], Sequence[Filling]], made_on):
    """bytes of the .docx `original` with its assessment column filled; a column is added where there is none.

    `fills` is by (table_no, row_no), counted from 1 as the matrix reader does: Row.table_no, Row.row_no. Several
    fillings of a row stand one after the other. Text that stood in the cell stays above. Other cells, and all parts
    of the package but the text and the document's properties, stay as they are. `made_on` is the date in them.
    Raises ValueError for a row that the file does not have.
    """
    return rewritten(original, lambda root: _fill_tables(root, fills), made_on)


def _fill_tables(root, fills):
    left = dict(fills)
    column = None
    for table_no, table in enumerate(tables_of(root.find(qn("w:body"))), 1):
        rows = rows_of(table)
        wanted = [(row_no, left.pop((table_no, row_no))) for row_no in range(1, len(rows) + 1)
                  if (table_no, row_no) in left]
        header = next((row for row in rows if _is_header(row)), None)
        if header is None and not wanted:
            continue
        # A table without a header of its own goes on with the columns of the one before.
        column = _column_in(header) if header is not None else column
        if column is None:
            add_column(table, header)
        for row_no, fillings in wanted:
            _fill_cell(_cell_for(rows, row_no - 1, column), fillings)
    if left:
        raise ValueError(f"the file has no table and row {sorted(left)}")


@dataclass(frozen=True)
class _Column:
    """Where the header says Assessment: the grid's column, and the place among the cells of a row that is as wide."""

    grid: int
    index: int
    cell_count: int


def _is_header(row):
    cells = cells_of(row)
    texts = [cell.text for cell in cells]
    return (len(cells) > 2 and all(len(text) <= _HEADER_CHARACTERS for text in texts)
            and any(_HEADER.search(text) and not text[:1].isdigit() for text in texts))


def _column_in(header):
    cells = cells_of(header)
    return next((_Column(cell.column, index, len(cells)) for index, cell in enumerate(cells)
                 if _ASSESSMENT.search(cell.text)), None)


def _cell_for(rows, index, column):
    """The cell to fill; of cells merged downwards, the one that shows. `column` None: the last, just added."""
    for row in reversed(rows[:index + 1]):
        cells: list[Cell] = cells_of(row)
        if column is None:
            place = len(cells) - 1
        elif len(cells) == column.cell_count:
            place = column.index
        else:
            place = next((at for at, cell in enumerate(cells)
                          if cell.column <= column.grid < cell.column + cell.width), len(cells) - 1)
        if not cells[place].continues:
            break
    return list(inside(row, W_TC))[place]


def _fill_cell(cell, fillings):
    paragraphs = list(cell.iterchildren(W_P))
    model = _model(paragraphs, cell)
    for paragraph in reversed(paragraphs):      # blank lines at the end make room
        if not _is_blank(paragraph):
            break
        cell.remove(paragraph)
    for filling in fillings:
        states = f"({', '.join(filling.states)}) " if filling.states else ""
        for number, mark in enumerate(filling.marks):
            cell.append(_paragraph(model, mark.word, mark=mark, before=states if number == 0 else ""))
        for text in filling.paragraphs:
            cell.append(_paragraph(model, text))


def _is_blank(paragraph):
    """Nothing printed and nothing marked; LibreOffice writes runs without text."""
    silent = {qn(f"w:{name}") for name in ("pPr", "proofErr", "r", "rPr", "lastRenderedPageBreak")}
    in_runs = [child for run in paragraph.iterchildren(qn("w:r")) for child in run]
    return all(child.tag in silent for child in [*paragraph, *in_runs])


def _model(paragraphs, cell):
    """An empty paragraph with the cell's own spacing and letters, for the ones that are added."""
    model = cell.makeelement(W_P)
    first = paragraphs[0] if paragraphs else None
    properties = first.find(qn("w:pPr")) if first is not None else None
    properties = deepcopy(properties) if properties is not None else model.makeelement(qn("w:pPr"))
    for name in ("numPr", "pPrChange", "sectPr"):
        for element in properties.findall(qn(f"w:{name}")):
            properties.remove(element)
    letters = properties.makeelement(qn("w:rPr"))
    letters.extend(_letters(first, cell))
    if properties.find(qn("w:rPr")) is not None:
        properties.remove(properties.find(qn("w:rPr")))
    properties.append(letters)
    model.append(properties)
    return model


def _letters(paragraph, cell):
    """Copies of what says font, size and language: of the cell's text, its empty paragraph, or its row's first text."""
    row = next(cell.iterancestors(qn("w:tr")))
    places = [(paragraph, "w:r/w:rPr"), (paragraph, "w:pPr/w:rPr"), (next(row.iter(qn("w:r")), None), "w:rPr")]
    for element, path in places:
        letters = element.find("/".join(map(qn, path.split("/")))) if element is not None else None
        found = [letters.find(qn(f"w:{name}")) for name in _LETTERS] if letters is not None else []
        if any(child is not None for child in found):
            return [deepcopy(child) for child in found if child is not None]
    return []


def _paragraph(model, text, *, mark=None, before=""):
    paragraph = deepcopy(model)
    properties = paragraph.find(qn("w:pPr"))
    letters = properties.find(qn("w:rPr"))
    rtl = direction_of(before + text, "ltr") == "rtl"
    if rtl and properties.find(qn("w:bidi")) is None:
        follower = next((child for child in properties if child.tag in _AFTER_BIDI), None)
        bidi = properties.makeelement(qn("w:bidi"))
        follower.addprevious(bidi) if follower is not None else properties.append(bidi)
    if before:
        paragraph.append(_run(paragraph, letters, before, rtl, bold=True))
    paragraph.append(_run(paragraph, letters, text, rtl, bold=mark is not None, look=mark.look if mark else None))
    return paragraph


def _run(paragraph, letters, text, rtl, *, bold=False, look=None):
    """Children of the properties in the order of the schema: Word calls a file damaged that has another."""
    run = paragraph.makeelement(qn("w:r"))
    own = {element.tag: deepcopy(element) for element in letters}
    made = {}
    if bold:
        made |= {qn("w:b"): {}, qn("w:bCs"): {}}
    if look:
        made[qn("w:color")] = {qn("w:val"): look.ink}
        made[qn("w:shd")] = {qn("w:val"): "clear", qn("w:color"): "auto", qn("w:fill"): look.fill}
    if rtl:
        made[qn("w:rtl")] = {}
    properties = run.makeelement(qn("w:rPr"))
    for name in ("rFonts", "b", "bCs", "color", "sz", "szCs", "shd", "rtl", "lang"):
        tag = qn(f"w:{name}")
        if tag in made:
            properties.append(properties.makeelement(tag, made[tag]))
        elif tag in own:
            properties.append(own[tag])
    run.append(properties)
    for number, line in enumerate(printable(text).split("\n")):
        if number:
            run.append(run.makeelement(qn("w:br")))
        element = run.makeelement(qn("w:t"), {_XML_SPACE: "preserve"})
        element.text = line
        run.append(element)
    return run
