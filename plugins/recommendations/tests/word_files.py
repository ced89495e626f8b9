"""Word files in the forms of UN documents, built for tests; every word in them is invented."""

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

CYCLE_3 = ("Recommendation", "Position", "Full list of themes", "Assessment/comments on level of implementation")
CYCLE_4 = ("Recommendation and recommending State", "Position of the State under review",
           "Human rights themes and groups of persons", "Relevant SDGs")


def matrix(path, *tables, headers=CYCLE_3, page_header="UPR of Eritrea (3rd Cycle – 32nd session)", title=""):
    """A matrix; a row is a text (a separator of one merged cell) or a tuple of cells, whose lines are paragraphs."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = page_header
    document.core_properties.title = title
    for rows in tables:
        table = document.add_table(0, len(headers))
        for row in (headers, *rows):
            add_row(table, row)
    document.save(path)
    return str(path)


def add_row(table, row):
    cells = table.add_row().cells
    if isinstance(row, str):
        cells[0].merge(cells[-1]).text = row
        return
    for cell, text in zip(cells, row, strict=True):
        cell.text = ""
        for index, line in enumerate(text.split("\n")):
            (cell.paragraphs[0] if index == 0 else cell.add_paragraph()).text = line


def report(path, *paragraphs, page_header="", title="", before=()):
    """A report; a paragraph is a text with its tab, or (text, numId, level) for one that Word numbers."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = page_header
    document.core_properties.title = title
    for paragraph in (*before, *paragraphs):
        if isinstance(paragraph, str):
            document.add_paragraph(paragraph)
        else:
            text, num_id, level = paragraph
            number(document.add_paragraph(text), num_id, level)
    return document, str(path)


def saved(document_and_path):
    document, path = document_and_path
    document.save(path)
    return path


def number(paragraph, num_id, level):
    properties = paragraph._p.get_or_add_pPr()
    numbers = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", level), ("w:numId", num_id)):
        element = OxmlElement(name)
        element.set(qn("w:val"), str(value))
        numbers.append(element)
    properties.append(numbers)


def define_numbers(document, levels, num_id=90, abstract_id=90, overrides=""):
    """A numbering definition: levels is [(start, format, text), …]; overrides is XML inside w:num."""
    body = "".join(f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
                   f'<w:lvlText w:val="{text}"/></w:lvl>' for index, (start, form, text) in enumerate(levels))
    root = document.part.numbering_part.element
    if not root.xpath(f'w:abstractNum[@w:abstractNumId="{abstract_id}"]'):
        abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract_id}">{body}</w:abstractNum>')
        root.insert(0, abstract)
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{num_id}"><w:abstractNumId w:val="{abstract_id}"/>'
                          f'{overrides}</w:num>'))


def runs(paragraph, xml):
    """Put raw runs into a paragraph: the forms that python-docx does not write."""
    for element in parse_xml(f'<w:p {nsdecls("w")}>{xml}</w:p>'):
        paragraph._p.append(element)
