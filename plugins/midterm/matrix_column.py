"""A last column for a matrix that has none for the assessment, as OHCHR's of cycle 4."""

from copy import deepcopy

from docx.oxml.ns import qn

from plugins.recommendations.readers.word import W_P, W_TC, W_VAL, inside, rows_of

HEADING = "Assessment/comments on level of implementation"      # as in OHCHR's matrices of cycles 2 and 3
_SHARE = 0.27           # of the table's width for the new column
_W_WIDTH = qn("w:w")


def add_column(table, header):
    """Adds it to every row: headed in `header`, empty elsewhere; a separator, a row of one cell, is widened by one.

    The table keeps its width: the wide columns give way, the narrow ones stay, so that "Supported" still fits.
    """
    old = [_number(column.get(_W_WIDTH)) for column in table.findall(qn("w:tblGrid") + "/" + qn("w:gridCol"))]
    new = _narrowed(old)
    grid = table.find(qn("w:tblGrid"))
    if grid is not None:
        for column, width in zip(grid.findall(qn("w:gridCol")), new, strict=False):
            column.set(_W_WIDTH, str(width))
        added = grid.makeelement(qn("w:gridCol"))
        added.set(_W_WIDTH, str(new[-1]))
        grid.findall(qn("w:gridCol"))[-1].addnext(added)
    for row in rows_of(table):
        _widen(row, old, new, is_header=row is header)


def _narrowed(old):
    """The new widths of the columns and of the one added; they are as wide together as the old ones."""
    total = sum(old)
    share = round(total * _SHARE)
    narrow = [width for width in old if width * len(old) * 2 < total]
    wide = total - sum(narrow)
    left = wide - share
    if left * 2 < wide:         # hardly any column is wide: then all give way
        narrow, wide, left = [], total, total - share
    widths = [width if width in narrow else int(width * left / wide) if wide else 0 for width in old]
    return [*widths, total - sum(widths)]


def _widen(row, old, new, *, is_header):
    cells = list(inside(row, W_TC))
    after = row.find(qn("w:trPr") + "/" + qn("w:gridAfter"))
    if len(cells) == 1 and after is None:
        _set_span(cells[0], _span(cells[0]) + 1)
        return
    column = _number(_value(row, "w:trPr/w:gridBefore"))
    for cell in cells:
        _scale(cell, column, old, new)
        column += _span(cell)
    if cells:
        row.append(_cell_like(cells[-1], new[column:] if after is not None else new[-1:], is_header))
    if after is not None:       # the row ended before the last column; the new cell reaches to the end
        for name in ("w:gridAfter", "w:wAfter"):
            for element in row.findall(qn("w:trPr") + "/" + qn(name)):
                element.getparent().remove(element)


def _scale(cell, column, old, new):
    """In proportion to the columns that it covers: also where the widths of cells and grid never agreed."""
    width = cell.find(qn("w:tcPr") + "/" + qn("w:tcW"))
    before, now = sum(old[column:column + _span(cell)]), sum(new[column:column + _span(cell)])
    if width is None or not before or not _number(width.get(_W_WIDTH)):
        return
    width.set(_W_WIDTH, str(round(_number(width.get(_W_WIDTH)) * now / before)))


def _cell_like(model, widths, is_header):
    """A new cell beside `model`: its frame and margins; in the header row also its letters, with our heading."""
    cell = deepcopy(model)
    properties = cell.find(qn("w:tcPr"))
    for name in ("w:gridSpan", "w:vMerge", "w:hMerge"):
        for element in properties.findall(qn(name)) if properties is not None else ():
            properties.remove(element)
    for child in [child for child in cell if child is not properties]:
        cell.remove(child)
    paragraph = next(model.iter(W_P), None)
    cell.append(_heading_like(paragraph) if is_header and paragraph is not None else _empty_like(paragraph, cell))
    width = properties.find(qn("w:tcW")) if properties is not None else None
    if width is not None and width.get(qn("w:type")) == "dxa":
        width.set(_W_WIDTH, str(sum(widths)))
    if len(widths) > 1:
        _set_span(cell, len(widths))
    return cell


def _heading_like(paragraph):
    """The header's paragraph with its first run, which now says HEADING."""
    copy = _bare(deepcopy(paragraph))
    runs = copy.findall(qn("w:r"))
    for child in [child for child in copy if child.tag != qn("w:pPr") and child is not (runs or [None])[0]]:
        copy.remove(child)
    run = runs[0] if runs else copy.makeelement(qn("w:r"))
    if not runs:
        copy.append(run)
    for child in [child for child in run if child.tag != qn("w:rPr")]:
        run.remove(child)
    text = run.makeelement(qn("w:t"))
    text.text = HEADING
    run.append(text)
    return copy


def _empty_like(paragraph, cell):
    """No text, but the spacing of the neighbour."""
    empty = cell.makeelement(W_P)
    if paragraph is not None and paragraph.find(qn("w:pPr")) is not None:
        empty.append(deepcopy(paragraph.find(qn("w:pPr"))))
    return empty


def _bare(paragraph):
    """Without the identifiers that a copy must not share."""
    for element in paragraph.iter():
        for name in list(element.attrib):
            if name.rpartition("}")[2] in ("paraId", "textId") or "}rsid" in name:
                del element.attrib[name]
    return paragraph


def _span(cell):
    return _number(_value(cell, "w:tcPr/w:gridSpan")) or 1


def _set_span(cell, span):
    properties = cell.find(qn("w:tcPr"))
    if properties is None:
        properties = cell.makeelement(qn("w:tcPr"))
        cell.insert(0, properties)
    element = properties.find(qn("w:gridSpan"))
    if element is None:
        element = properties.makeelement(qn("w:gridSpan"))
        # The schema wants it right behind the width.
        width = properties.find(qn("w:tcW"))
        width.addnext(element) if width is not None else properties.insert(0, element)
    element.set(W_VAL, str(span))


def _value(element, path):
    found = element.find("/".join(qn(step) for step in path.split("/")))
    return found.get(W_VAL) if found is not None else None


def _number(value):
    """Also of "50%" and of what is no number: 0."""
    return int(value) if value and value.isdecimal() and len(value) < 5 else 0
