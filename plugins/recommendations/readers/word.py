"""The text of a Word document as a reader of the printed page has it: paragraphs, tables, rows and cells.

What was inserted is text, what was deleted is not; links, fields and content controls give what they show; text boxes,
footnote marks and hidden text do not belong to the line. `tables_of` and `rows_of` also say where a row is found
again: the n-th of what they give, counted from 1, is the place that `Row.table_no` and `Row.row_no` name.
"""

from dataclasses import dataclass

from docx.oxml.ns import qn

W_P, W_TBL, W_TR, W_TC, W_SDT = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:sdt")
W_R, W_T, W_VAL = qn("w:r"), qn("w:t"), qn("w:val")
# Elements that only wrap what is printed.
WRAPPERS = {qn(f"w:{name}") for name in ("hyperlink", "ins", "moveTo", "smartTag", "fldSimple", "customXml", "dir",
                                         "bdo", "sdt", "sdtContent")}
MARKS = {qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def blocks_of(parent):
    """The paragraphs and tables directly in a body or cell, in order, those inside content controls too."""
    for element in parent.iterchildren():
        if element.tag in (W_P, W_TBL):
            yield element
        elif element.tag in WRAPPERS:
            yield from blocks_of(element)


def tables_of(body):
    """The tables of the body in order; a table inside a cell is not among them."""
    return [block for block in blocks_of(body) if block.tag == W_TBL]


def rows_of(table):
    """Every row element of a table in order, deleted ones (tracked changes) too, so that places stay countable."""
    return list(inside(table, W_TR))


def is_deleted(row):
    return row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def inside(parent, tag):
    """The children with this tag, those inside content controls and tracked insertions too."""
    for element in parent.iterchildren():
        if element.tag == tag:
            yield element
        elif element.tag in WRAPPERS:
            yield from inside(element, tag)


@dataclass(frozen=True)
class Cell:
    """A cell of a row: the columns that it covers, and its lines. `continues`: it is merged with the one above."""

    column: int
    width: int
    lines: tuple[str, ...]
    continues: bool

    @property
    def text(self):
        return " ".join(line for line in self.lines if line)


def cells_of(row):
    """The cells of a row, each once however many columns it covers."""
    column = _number(row, "w:trPr/w:gridBefore")
    cells = []
    for element in inside(row, W_TC):
        width = _number(element, "w:tcPr/w:gridSpan") or 1
        merge = element.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        continues = merge is not None and merge.get(W_VAL, "continue") == "continue"
        cells.append(Cell(column, width, () if continues else lines_of(element), continues))
        column += width
    return cells


def _number(element, path):
    found = element.find("/".join(qn(step) for step in path.split("/")))
    value = found.get(W_VAL) if found is not None else None
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 5 else 0


def lines_of(parent):
    """The lines of a cell or text part: one for each paragraph and for each break inside it, trimmed, none empty."""
    texts = paragraph_texts(block for block in blocks_of(parent) if block.tag == W_P)
    return tuple(line for text in texts for line in map(str.strip, text.split("\n")) if line)


def paragraph_texts(paragraphs):
    """The text of each paragraph; one whose end was deleted (tracked changes) goes on in the next."""
    begun = ""
    for paragraph in paragraphs:
        begun += text_of(paragraph)
        if not ends_in_next(paragraph):
            yield begun
            begun = ""
    if begun:
        yield begun


def ends_in_next(paragraph):
    """Whether the end of a paragraph was deleted (tracked changes), so that its text goes on in the next."""
    marks = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
    return marks is not None and any(marks.find(qn(f"w:{name}")) is not None for name in ("del", "moveFrom"))


def style_of(paragraph):
    """The id of the paragraph's style, "" where it has none of its own."""
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return style.get(W_VAL, "") if style is not None else ""


def text_of(paragraph):
    """The printed text of a paragraph, a tab as \\t and a line break as \\n."""
    return "".join(_texts(paragraph))


def _texts(parent):
    for element in parent.iterchildren():
        if element.tag == W_R:
            if not _is_hidden(element):
                yield from _run_texts(element)
        elif element.tag in WRAPPERS:
            yield from _texts(element)


def _run_texts(run):
    for element in run.iterchildren():
        if element.tag == W_T:
            yield element.text or ""
        elif element.tag in MARKS:
            yield MARKS[element.tag]


def _is_hidden(run):
    hidden = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return hidden is not None and hidden.get(W_VAL, "true") not in ("false", "0", "off")


def header_texts(document):
    """The texts of the page headers, each once."""
    texts = {}
    for section in document.sections:
        for header in (section.header, section.first_page_header, section.even_page_header):
            if not header.is_linked_to_previous:
                texts[" ".join(part for part in lines_of(header._element) if part)] = None
                for table in tables_of(header._element):
                    texts.update(dict.fromkeys(cell.text for row in rows_of(table) for cell in cells_of(row)))
    return [text for text in texts if text]
