"""Matrices of an invented State, in the two forms that OHCHR's have."""

import io

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, Twips

CYCLE_2 = ("Recommendation", "Position", "Full list of themes", "Assessment/comments on level of implementation")
CYCLE_4 = ("Recommendation and recommending State", "Position of the State under review",
           "Human rights themes and groups of persons", "Relevant SDGs")
WIDTHS = {CYCLE_2: (4520, 1100, 5000, 4600), CYCLE_4: (4435, 1134, 5017, 4592)}
SEPARATOR = "Theme: A12 Acceptance of international norms"
ROWS = (
    SEPARATOR,
    ("115.1 Ratify the Optional Protocol (Kenya);", "Supported", "A12 Acceptance of international norms", ""),
    ("115.2 Adopt the law on assembly (Peru); repeal the fines (Fiji, Oman);", "Noted", "D43 Assembly", ""),
    "Theme: D43 Assembly",
    ("115.2 Adopt the law on assembly (Peru); repeal the fines (Fiji, Oman);", "Noted", "D43 Assembly", "Seen by X."),
)


def make_matrix(headings=CYCLE_2, rows=ROWS):
    """bytes of a .docx with one table: header, separators (a str) and rows (a tuple of the cells' texts)."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Twips(16838), Twips(11906)
    section.left_margin = section.right_margin = Twips(720)
    section.header.paragraphs[0].text = "UPR of Meridia (4th Cycle - 48th Session)"
    document.core_properties.author = "Alma Author"
    document.core_properties.title = "UPR48_Meridia_ThematicList"
    add_table(document, headings, rows)
    return bytes_of(document)


def add_table(document, headings, rows):
    table = document.add_table(rows=0, cols=len(headings))
    table.autofit = False
    widths = WIDTHS.get(headings, (3000,) * len(headings))
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.set(qn("w:w"), str(width))
    _fill(table.add_row(), headings, widths, bold=True)
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    for texts in rows:
        row = table.add_row()
        if isinstance(texts, str):
            cell = row.cells[0].merge(row.cells[-1])
            cell.text = texts
            cell._tc.width = Twips(sum(widths))
        else:
            _fill(row, texts, widths)
    return table


def _fill(row, texts, widths, *, bold=False):
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell._tc.width = Twips(width)
        cell.paragraphs[0].paragraph_format.space_before = Pt(2)
        run = cell.paragraphs[0].add_run(text) if text else None
        if run is not None:
            run.font.size, run.font.name, run.bold = Pt(10), "Times New Roman", bold or None
        else:
            cell.add_paragraph()        # two empty ones, as OHCHR leaves them for the assessment


def bytes_of(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
