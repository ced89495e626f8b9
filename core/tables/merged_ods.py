"""The merged cells of an .ods, which calamine does not tell."""

import zipfile

from lxml import etree

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
MOST_ROWS = 1_048_576       # a sheet's last row can be "repeated" that often


def merged_cells(path):
    """{sheet name: [(first row, first column, last row, last column)]}, from 0."""
    found, name, row, column = {}, None, 0, 0
    with zipfile.ZipFile(path) as package, package.open("content.xml") as content:
        for event, element in etree.iterparse(content, events=("start", "end"), resolve_entities=False,
                                              no_network=True):
            if event == "start" and element.tag == f"{TABLE}table":
                name, row = element.get(f"{TABLE}name", ""), 0
                found[name] = []
            elif event == "start" and element.tag == f"{TABLE}table-row":
                column = 0
            elif event == "end" and element.tag in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                down, right = _number(element, "number-rows-spanned"), _number(element, "number-columns-spanned")
                if name is not None and (down > 1 or right > 1):
                    found[name].append((row, column, row + down - 1, column + right - 1))
                column += _number(element, "number-columns-repeated")
                element.clear()
            elif event == "end" and element.tag == f"{TABLE}table-row":
                row += _number(element, "number-rows-repeated")
                element.clear()
    return found


def _number(element, attribute):
    said = element.get(TABLE + attribute, "1")
    return min(int(said), MOST_ROWS) if said.isdecimal() else 1
