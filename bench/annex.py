"""The .docx annex of 300 rows against plain python-docx with the same table: at most 1.5 times as long."""

import datetime
import io
import time
from itertools import cycle, islice

import docx
from docx.shared import RGBColor

from core.documents.document import Cell, Column, Document, Paragraph, Row, Run, Separator, Table, plain
from core.documents.docx import write_docx
from core.documents.marks import Mark

ROW_COUNT = 300
GROUP_EVERY = 10
ROUNDS = 15
HEADINGS = ("Recommendation", "Position", "Full list of themes and affected persons",
            "Assessment/comments on level of implementation")
LIGHTS = (("Worse than before", "worse"), ("No progress towards implementation", "none"),
          ("Partial implementation", "partial"), ("Implemented", "implemented"), ("No information", "no-information"))


def annex():
    wording = "Bring the law on assembly in line with the Covenant, and repeal the fines for unannounced gatherings "
    comment = "The bill was tabled in May and has waited since; the committee has not met. " * 3
    rows = []
    for number, (word, light) in enumerate(islice(cycle(LIGHTS), ROW_COUNT)):
        if number % GROUP_EVERY == 0:
            rows.append(Separator(f"Theme: Right number {number}", f"Right number {number}"))
        rows.append(Row((
            Cell((Paragraph((Run(f"121.{number}", bold=True), Run(f" {wording}(Kenya) (Peru)"))),
                  plain("Source of position: A/HRC/55/99/Add.1 - Para. 3", small=True))),
            Cell((plain("Supported"),)),
            Cell((plain("Freedom of assembly", small=True), plain("Affected persons:", small=True, bold=True),
                  plain("Human rights defenders", small=True))),
            Cell((Mark(word, light), plain(comment))))))
    columns = tuple(Column(heading, width) for heading, width in zip(HEADINGS, (34, 10, 22, 34), strict=True))
    table = Table("Recommendations", columns, tuple(rows), "Theme", "Light")
    return Document("Meridia: mid-term annex", "", "en", "ltr", datetime.date(2026, 3, 2), (table,))


def plain_python_docx(document):
    """The same words in the same cells, as a practised hand writes them: row.cells, and no table.cell(i, j)."""
    word = docx.Document()
    word.add_heading(document.title, 0)
    source = document.tables()[0]
    table = word.add_table(rows=len(source.rows) + 1, cols=len(source.columns))
    rows = iter(table.rows)
    for cell, column in zip(next(rows).cells, source.columns, strict=True):
        cell.paragraphs[0].add_run(column.heading).bold = True
    for target, row in zip(rows, source.rows, strict=True):
        cells = target.cells
        if isinstance(row, Separator):
            cells[0].merge(cells[-1]).paragraphs[0].add_run(row.text).bold = True
            continue
        for cell, given in zip(cells, row.cells, strict=True):
            for index, part in enumerate(given.parts):
                paragraph = cell.add_paragraph() if index else cell.paragraphs[0]
                if isinstance(part, Mark):
                    run = paragraph.add_run(part.word)
                    run.bold = True
                    run.font.color.rgb = RGBColor.from_string(part.look.ink)
                else:
                    for piece in part.runs:
                        run = paragraph.add_run(piece.text)
                        if piece.bold:
                            run.bold = True
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def seconds(write, document):
    began = time.perf_counter()
    write(document)
    return time.perf_counter() - began


def main():
    document = annex()
    ours, theirs = [], []
    for _ in range(ROUNDS):         # by turns, so that a busy moment falls on both
        ours.append(seconds(write_docx, document))
        theirs.append(seconds(plain_python_docx, document))
    best, plain_best = min(ours), min(theirs)
    print(f"annex: .docx of {ROW_COUNT} rows {best:.3f} s, plain python-docx {plain_best:.3f} s, "
          f"ratio {best / plain_best:.2f} (at most 1.5)")


if __name__ == "__main__":
    main()
