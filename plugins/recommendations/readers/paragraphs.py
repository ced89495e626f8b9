"""A report as numbered paragraphs, from a .docx or from text taken out of a published PDF."""

import re
from dataclasses import dataclass

from core.language import Words, lazy
from plugins.recommendations.readers.numbering import Numbering
from plugins.recommendations.readers.printed import number_and_rest
from plugins.recommendations.readers.states_at_end import wordings
from plugins.recommendations.readers.word import (
    W_P,
    W_TC,
    blocks_of,
    ends_in_next,
    inside,
    is_deleted,
    rows_of,
    style_of,
    text_of,
)

SECTION = re.compile(r"\s*(\d{1,3})\s?\.(?!\d)\s*")
SECTION_LABEL = re.compile(r"(\d{1,3})\.?")
NUMBER_LABEL = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,2}[a-z]?")
HEADING = re.compile(r"\s*(?:(?:[IVX]{1,5}|[A-H])\.\s+\S|Annex(?:es)?\b[ \d.IVX]*$)")
HEADING_STYLE = re.compile(r"(?:Heading|Title|HCh|HM|H)\d?(?:G|$)")
# What a printed page has above and below its text: `18 GE.25-02819`, `GE.25-02819 (E) 210325`, `A/HRC/59/15`.
PAGE_FOOT = re.compile(r"\s*(?:\d{1,3}\s+)?GE\.\d\d-\d+\b(?:\s*\([A-Z]\))?[\s\d]*$")
PAGE_HEAD = re.compile(r"\s*A/HRC/[\w./-]+\s*$")
PAGE_NUMBER = re.compile(r"\s*(?:Page\s+)?\d{1,3}(?:\s+of\s+\d+)?\s*$", re.IGNORECASE)
FOOTNOTE = re.compile(r"\s*(?:\d{1,2}|\*+|†)(?:\s+\S|\s*$)")
RULED_LINE = re.compile(r"\s*_{5,}\s*$")
FIRST_LINES = 80


@dataclass(frozen=True)
class Paragraph:
    """`number`: of a recommendation, "6.12"; `section`: of an ordinary paragraph, 6; one of them or neither."""

    place: Words
    text: str
    number: str | None = None
    section: int | None = None
    is_heading: bool = False


# Word.

def paragraphs_of_document(document):
    """The paragraphs of the body and of its tables, with their numbers, typed or automatic."""
    numbering = Numbering(document)
    counted = 0
    for block in _joined(blocks_of(document.element.body)):
        counted += 1
        if block[0].tag == W_P:
            yield _paragraph(lazy("paragraph %(number)d", number=counted), *_labelled(block, numbering))
        else:
            yield from _table_paragraphs(block[0], numbering, counted)


def _joined(blocks):
    """Blocks, those paragraphs together whose end between them was deleted (tracked changes)."""
    begun = []
    for block in blocks:
        begun.append(block)
        if block.tag != W_P or not ends_in_next(block):
            if len(begun) > 1 and block.tag != W_P:
                yield begun[:-1]
                begun = [block]
            yield begun
            begun = []
    if begun:
        yield begun


def _labelled(paragraphs, numbering):
    label = numbering.label(paragraphs[-1])         # joined paragraphs have the number of the last
    text = "".join(text_of(paragraph) for paragraph in paragraphs)
    return text, label, bool(HEADING_STYLE.match(style_of(paragraphs[0])))


def _paragraph(place, text, label, has_heading_style):
    number, rest = number_and_rest(text)
    if label and text.strip() and label.strip("(.)") != number:
        if NUMBER_LABEL.fullmatch(label.strip("(.)")):
            return Paragraph(place, text.strip(), label.strip("(.)"))
        if SECTION_LABEL.fullmatch(label) and not number:
            return Paragraph(place, text.strip(), section=int(label.rstrip(".")))
    if number:
        return Paragraph(place, rest, number)
    section = SECTION.match(text)
    if section:
        return Paragraph(place, text[section.end():].strip(), section=int(section[1]))
    return Paragraph(place, text.strip(), is_heading=has_heading_style or bool(HEADING.match(text)))


def _table_paragraphs(table, numbering, counted):
    """A row is one paragraph when its first cell holds no more than a number; else each paragraph is for itself."""
    for row_no, row in enumerate(rows_of(table), 1):
        place = lazy("paragraph %(number)d, row %(row)d of the table", number=counted, row=row_no)
        cells = [[_paragraph(place, *_labelled(block, numbering)) for block in _joined(blocks_of(cell))
                  if block[0].tag == W_P] for cell in inside(row, W_TC)]
        if is_deleted(row):
            continue
        filled = [[p for p in cell if p.text or p.number] for cell in cells]
        filled = [cell for cell in filled if cell]
        if len(filled) > 1 and len(filled[0]) == 1 and filled[0][0].number and not filled[0][0].text:
            text = " ".join(p.text for p in filled[1])
            yield Paragraph(place, text, filled[0][0].number)
        else:
            yield from (p for cell in filled for p in cell)


# Text.

def first_lines(text):
    """The lines above the first numbered paragraph: the title, with the State in a line of its own; and the head of
    the pages, which holds the symbol."""
    lines = [head[0].strip()] if (head := re.search(rf"(?m)^{PAGE_HEAD.pattern}", text)) else []
    for line in text.splitlines()[:FIRST_LINES]:
        if SECTION.match(line) or number_and_rest(line)[0]:
            break
        lines.append(line.strip())
    return lines


def paragraphs_of_text(text):
    """The paragraphs of a text whose lines are broken as on the page, without the pages' heads, feet and footnotes."""
    begun = None
    for line_no, line, follows_gap in printed_lines(text):
        line = line.replace("**", "")
        found = _start_of_paragraph(line, begun)
        if found is None and begun and not HEADING.match(line) and not follows_gap:
            begun.lines.append(line.strip())
            continue
        if begun:
            yield begun.paragraph()
        number, section, rest = found or (None, None, line.strip())
        last_section = section or (int(number.split(".")[0]) if number else begun.last_section if begun else 0)
        begun = _Begun(line_no, [rest], number, section, bool(HEADING.match(line)), last_section)
    if begun:
        yield begun.paragraph()


@dataclass
class _Begun:
    line_no: int
    lines: list
    number: str | None
    section: int | None
    is_heading: bool
    last_section: int

    def paragraph(self):
        place = lazy("line %(line)d", line=self.line_no)
        return Paragraph(place, self.text, self.number, self.section, self.is_heading)

    @property
    def text(self):
        text = ""
        for line in self.lines:
            # A word that is broken at its own hyphen goes on without a blank: "gender-" "based".
            text += line if not text or re.search(r"\w[-‑]$", text) else f" {line}"
        return text.strip()


def printed_lines(text):
    """(line number, line, whether a blank line stands before it) of each line that does not belong to the page."""
    lines, page, pages = [], [], 0
    for line_no, line in enumerate(re.split(r"\r\n?|\n", text), 1):
        if "\f" in line or page and PAGE_FOOT.match(page[-1][1]):
            lines += _without_page_marks(page, is_page=True)
            page, pages = [], pages + 1
        page.append((line_no, line.replace("\f", "")))
    lines += _without_page_marks(page, is_page=pages > 0)
    for index, (line_no, line) in enumerate(lines):
        if line.strip():
            yield line_no, line, index > 0 and not lines[index - 1][1].strip()


def _without_page_marks(lines, is_page):
    """A page's lines without its head, foot, number and footnotes, and without the blank lines beside them."""
    drop = {index for index, (_no, line) in enumerate(lines) if PAGE_FOOT.match(line) or PAGE_HEAD.match(line)}
    for index in sorted(drop):
        for step in (-1, 1):                    # a page's number stands beside its head or foot
            beside = _next_filled(lines, index, step)
            if beside is not None and PAGE_NUMBER.match(lines[beside][1]):
                drop.add(beside)
    filled = [index for index, (_no, line) in enumerate(lines) if line.strip() and index not in drop]
    if is_page and filled:
        if PAGE_NUMBER.match(lines[filled[-1]][1]):
            drop.add(filled.pop())
        drop |= _footnotes(lines, filled)
    for index in sorted(drop):
        for step in (-1, 1):
            beside = index + step
            while 0 <= beside < len(lines) and not lines[beside][1].strip():
                drop.add(beside)
                beside += step
    kept = [line for index, line in enumerate(lines) if index not in drop]
    while is_page and kept and not kept[0][1].strip():
        kept.pop(0)
    while is_page and kept and not kept[-1][1].strip():
        kept.pop()
    return kept


def _next_filled(lines, index, step):
    index += step
    while 0 <= index < len(lines) and not lines[index][1].strip():
        index += step
    return index if 0 <= index < len(lines) else None


def _footnotes(lines, filled):
    """The last blocks of a page that begin like a footnote, or all that stands under a ruled line."""
    ruled = next((index for index in filled if RULED_LINE.match(lines[index][1])), None)
    if ruled is not None:
        return {index for index in filled if index >= ruled}
    notes, block = set(), []
    for index in reversed(filled):
        block.append(index)
        if index == 0 or not lines[index - 1][1].strip():
            if not FOOTNOTE.match(lines[index][1]) or index == filled[0]:
                break
            notes.update(block)
            block = []
    return notes


def _start_of_paragraph(line, begun):
    """(number, section, rest) where a line begins a numbered paragraph, else None.

    A line in the middle of a text can begin with a number too, so it must be one that can come next.
    """
    number, rest = number_and_rest(line)
    if number:
        prefix = number.split(".")[0]
        starts = not rest or not rest[0].islower()
        last = begun.last_section if begun else 0
        own = begun.number.split(".")[0] if begun and begun.number else None
        if starts and (own == prefix or not own or int(prefix) == last or last < int(prefix) <= last + 3):
            return number, None, rest
        return None
    section = SECTION.match(line)
    if section and (line[section.end():].strip() or begun and _is_whole(begun)):
        last, value = begun.last_section if begun else 0, int(section[1])
        if last < value <= last + 3 or not last:
            return None, value, line[section.end():].strip()
    return None


def _is_whole(begun):
    """Whether nothing is to come any more: a recommendation has its States."""
    return not begun.number or bool(wordings(begun.text)[-1].states)
