"""A document as one .html file that needs nothing else: no script, no font, no address."""

from html import escape

from core.documents.document import Heading, Key, Mark, Paragraph, Separator, Table, direction_of, printable
from core.documents.marks import LOOKS

_LIGHTS = "\n".join(f".{light} {{ color: #{look.ink}; background: #{look.fill}; }}" for light, look in LOOKS.items())

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 90rem; color: #14202c; background: #fff;
       font: 400 1rem/1.5 "Noto Sans", Arial, Helvetica, "Noto Naskh Arabic", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; }
h2, h3, h4 { line-height: 1.3; margin: 1.5rem 0 .5rem; }
p { margin: 0 0 .35rem; }
h1 + p { margin-top: .35rem; }
.subtitle { font-size: 1.125rem; color: #3f4a56; margin-bottom: 1rem; }
.small { font-size: .875rem; color: #3f4a56; }
figure { margin: 1.25rem 0; }
figcaption, caption { font-weight: 700; text-align: start; margin-bottom: .35rem; }
caption { padding-bottom: .35rem; }
.key { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem; }
.key li, .mark { padding: .2rem .5rem; border-inline-start: .25rem solid; font-weight: 700; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 62rem; table-layout: fixed;
        border-bottom: 2px solid #14202c; }
th, td { text-align: start; vertical-align: top; padding: .5rem .75rem; border-top: 1px solid #b9c1c9; }
thead th { background: #fff; border-top: 2px solid #14202c; border-bottom: 2px solid #14202c; }
th.group { background: #e4e9f2; }
:focus-visible { outline: 3px solid #2a3788; outline-offset: 2px; }
@media print {
  @page { size: A4 landscape; margin: 15mm; }
  body { padding: 0; max-width: none; font-size: 9pt; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .scroll { overflow: visible; }
  table { min-width: 0; }
  tr, figure { break-inside: avoid; }
  tbody tr:has(th.group) { break-after: avoid; }
}
"""


def write_html(document):
    """bytes, UTF-8. Every text in it is escaped."""
    blocks = "\n".join(_block(block, document.direction) for block in document.blocks)
    subtitle = f'<p class="subtitle">{_text(document.subtitle)}</p>' if document.subtitle else ""
    return f"""<!DOCTYPE html>
<html lang="{_value(document.lang)}" dir="{document.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="generator" content="Commonweal">
<meta name="author" content="Commonweal">
<meta name="dcterms.created" content="{document.made_on.isoformat()}">
<title>{_value(document.title)}</title>
<style>{_STYLE}{_LIGHTS}
</style>
</head>
<body>
<main>
<h1>{_text(document.title)}</h1>
{subtitle}
{blocks}
</main>
</body>
</html>
""".encode()


def _text(text):
    return _value(text).replace("\n", "<br>")


def _value(text):
    """For an attribute."""
    return escape(printable(text))


def _block(block, base):
    match block:
        case Heading():
            return f"<h{block.level + 1}>{_text(block.text)}</h{block.level + 1}>"
        case Paragraph():
            return _paragraph(block, base)
        case Mark():
            return f'<p class="mark {block.light}">{_worded(block)}</p>'
        case Key():
            return _key(block)
        case Table():
            return _table(block, base)


def _paragraph(paragraph, base):
    direction = direction_of(paragraph.text, base)
    attributes = (' class="small"' if paragraph.small else "") + (f' dir="{direction}"' if direction != base else "")
    return f"<p{attributes}>{''.join(_run(run) for run in paragraph.runs)}</p>"


def _worded(mark):
    return f'<span aria-hidden="true">{mark.look.sign}</span> {_text(mark.word)}'


def _run(run):
    text = _text(run.text)
    if run.italic:
        text = f"<em>{text}</em>"
    return f"<strong>{text}</strong>" if run.bold else text


def _key(key):
    entries = "\n".join(
        f'<li class="{entry.mark.light}">{_worded(entry.mark)}: {entry.count}</li>' for entry in key.entries)
    return f'<figure><figcaption>{_text(key.title)}</figcaption><ul class="key">\n{entries}\n</ul></figure>'


def _table(table, base):
    total = sum(column.width for column in table.columns)
    widths = "".join(f'<col width="{100 * column.width / total:.2f}%">' for column in table.columns)
    heads = "".join(f'<th scope="col">{_text(column.heading)}</th>' for column in table.columns)
    bodies = "\n".join(f"<tbody>\n{rows}\n</tbody>" for rows in _groups(table, base))
    return (f'<div class="scroll" role="region" aria-label="{_value(table.title)}" tabindex="0">\n'
            f"<table>\n<caption>{_text(table.title)}</caption>\n"
            f"<colgroup>{widths}</colgroup>\n<thead><tr>{heads}</tr></thead>\n{bodies}\n</table>\n</div>")


def _groups(table, base):
    """The rows of each separator together, so that a screen reader can say under which one a cell stands."""
    rows: list[str] = []
    wide = f'class="group" scope="rowgroup" colspan="{len(table.columns)}"'
    for row in table.rows:
        if isinstance(row, Separator):
            if rows:
                yield "\n".join(rows)
            rows = [f"<tr><th {wide}>{_text(row.text)}</th></tr>"]
        else:
            cells = ("".join(_block(part, base) for part in cell.parts) for cell in row.cells)
            rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    if rows:
        yield "\n".join(rows)
