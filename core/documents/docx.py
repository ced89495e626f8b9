"""A document as .docx for Word and LibreOffice, written straight as XML.

python-docx wants 0.1 s and more for the table of an annex, most of it to keep a tree that nobody asks again; here
each row is one text. The parts that never change lie in `word/`.
"""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from core.documents.document import LONG_CELL, Heading, Key, Mark, Paragraph, Separator, Table, direction_of, printable

_FIXED = Path(__file__).parent / "word"
_FIXED_PARTS = ("[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/settings.xml",
                "docProps/app.xml")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# A4 lying, in twentieths of a point.
_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 16838, 11906, 794
TEXT_WIDTH = _PAGE_WIDTH - 2 * _MARGIN


def write_docx(document):
    """bytes of the package. Equal documents give equal bytes."""
    parts = {name: (_FIXED / name.replace("/", "-")).read_text(encoding="utf-8") for name in _FIXED_PARTS}
    parts["word/styles.xml"] = _styles(document)
    parts["word/footer1.xml"] = _footer(document)
    parts["word/document.xml"] = _body(document)
    parts["docProps/core.xml"] = _properties(document)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, xml in parts.items():
            package.writestr(_entry(name), xml)
    return out.getvalue()


def _entry(name):
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))     # the earliest that a zip can hold
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0                                  # else it tells on which system it was made
    return entry


def _styles(document):
    return (_FIXED / "word-styles.xml").read_text(encoding="utf-8").replace("LANG", _value(document.lang))


def _properties(document):
    moment = f"{document.made_on.isoformat()}T00:00:00Z"
    return (f'{_XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{_value(document.title)}</dc:title><dc:creator>Commonweal</dc:creator>"
            "<cp:lastModifiedBy>Commonweal</cp:lastModifiedBy><cp:revision>1</cp:revision>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
            f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified>'
            f"<dc:language>{_value(document.lang)}</dc:language></cp:coreProperties>")


def _footer(document):
    base = document.direction
    rtl = "<w:rPr><w:rtl/></w:rPr>" if base == "rtl" else ""

    def number(field):
        return f'<w:fldSimple w:instr=" {field} "><w:r>{rtl}<w:t>1</w:t></w:r></w:fldSimple>'

    between = f'<w:r>{rtl}<w:t xml:space="preserve"> / </w:t></w:r>'
    paragraph = _paragraph("Footer", base, base, _run(document.title + "  ·  ", base), number("PAGE"), between,
                           number("NUMPAGES"))
    return f"{_XML}<w:ftr {_W}>{paragraph}</w:ftr>"


def _body(document):
    base = document.direction
    blocks = [_paragraph("Title", base, base, _run(document.title, base))]
    if document.subtitle:
        blocks.append(_paragraph("Subtitle", base, base, _run(document.subtitle, base)))
    blocks += [_block(block, base) for block in document.blocks]
    bidi = "<w:bidi/>" if base == "rtl" else ""
    section = (f'<w:sectPr><w:footerReference w:type="default" r:id="rId3"/>'
               f'<w:pgSz w:w="{_PAGE_WIDTH}" w:h="{_PAGE_HEIGHT}" w:orient="landscape"/>'
               f'<w:pgMar w:top="{_MARGIN}" w:right="{_MARGIN}" w:bottom="{_MARGIN}" w:left="{_MARGIN}"'
               f' w:header="454" w:footer="397" w:gutter="0"/>{bidi}</w:sectPr>')
    return f"{_XML}<w:document {_W} {_R}><w:body>{''.join(blocks)}{section}</w:body></w:document>"


def _block(block, base):
    match block:
        case Heading():
            return _paragraph(f"Heading{block.level}", direction_of(block.text, base), base,
                              _run(block.text, direction_of(block.text, base)))
        case Paragraph():
            return _prose(block, base)
        case Key():
            return _key(block, base)
        case Table():
            return _table(block, base)


def _prose(paragraph, base):
    direction = direction_of(paragraph.text, base)
    runs = [_run(run.text, direction, bold=run.bold, italic=run.italic) for run in paragraph.runs]
    return _paragraph("Small" if paragraph.small else "", direction, base, *runs)


def _paragraph(style, direction, base, *runs, properties=""):
    """`properties` come right after the style, where the schema wants keepNext."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    bidi = "<w:bidi/>" if direction == "rtl" else ""
    return f"<w:p><w:pPr>{style}{properties}{bidi}</w:pPr>{''.join(runs)}</w:p>"


def _run(text, direction, *, bold=False, italic=False, look=None):
    marks = "<w:b/><w:bCs/>" if bold else ""
    marks += "<w:i/><w:iCs/>" if italic else ""
    marks += f'<w:color w:val="{look.ink}"/>' if look else ""
    marks += "<w:rtl/>" if direction == "rtl" else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(_value(text).split("\n"))
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{lines}</w:t></w:r>'


def _value(text):
    return escape(printable(text), {'"': "&quot;"})


def _mark(mark, base):
    direction = direction_of(mark.word, base)
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{mark.look.fill}"/>'
    return _paragraph("Mark", direction, base, _run(f"{mark.look.sign} {mark.word}", direction, look=mark.look),
                      properties=f"<w:keepNext/>{shade}")


def _key(key, base):
    """A table of two rows: the marks, and how often each stands."""
    width = TEXT_WIDTH // max(len(key.entries), 1)
    marks, counts = [], []
    for entry in key.entries:
        fill = entry.mark.look.fill
        marks.append(_cell(width, _mark(entry.mark, base), fill=fill))
        counts.append(_cell(width, _paragraph("Count", base, base, _run(str(entry.count), base)), fill=fill))
    table = _open_table(key.title, [width] * len(key.entries), base, "KeyTable") + _row(marks, head=True)
    return (_paragraph("KeyTitle", base, base, _run(key.title, base)) + table + _row(counts) + "</w:tbl>"
            + _paragraph("Gap", base, base))


def _table(table, base):
    total = sum(column.width for column in table.columns)
    widths = [round(TEXT_WIDTH * column.width / total) for column in table.columns]
    heads = [_cell(width, _paragraph("TableHead", base, base, _run(column.heading, base)), fill="FFFFFF")
             for width, column in zip(widths, table.columns, strict=True)]
    rows = [_open_table(table.title, widths, base, "AnnexTable"), _row(heads, head=True)]
    for row in table.rows:
        if isinstance(row, Separator):
            text = _paragraph("TableGroup", direction_of(row.text, base), base,
                              _run(row.text, direction_of(row.text, base)))
            rows.append(_row([_cell(sum(widths), text, fill="E4E9F2", span=len(widths))]))
        else:
            rows.append(_row([_cell(width, "".join(_part(part, base) for part in cell.parts) or "<w:p/>")
                              for width, cell in zip(widths, row.cells, strict=True)],
                             whole=row.length <= LONG_CELL))
    return "".join(rows) + "</w:tbl>" + _paragraph("Gap", base, base)


def _part(part, base):
    return _mark(part, base) if isinstance(part, Mark) else _prose(part, base)


def _open_table(title, widths, base, style):
    bidi = "<w:bidiVisual/>" if base == "rtl" else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>{bidi}<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1"/>'
            f'<w:tblCaption w:val="{_value(title)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>')


def _row(cells, *, head=False, whole=True):
    """`head` is repeated on each page; `whole` is not split over two."""
    properties = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if head else "")
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(width, content, *, fill="", span=1):
    properties = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'
