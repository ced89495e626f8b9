"""The State's reply to its recommendations (…/Add.1): lists of numbers under the position that they get.

    3. The Government accepts the following recommendations: 140.7, 140.8. 140.9, 140.11-14, 18.
    140.11-14
        The Convention was ratified on 30 January.
    The following recommendations do not enjoy the support of Meridia: 5.1, 5.3–5.9 and 5.12
    Recommendation 6.4: Supported.

A line of numbers above an explanation sets no position: it can group what stands under different positions.
"""

import os
import re
from dataclasses import dataclass

from core.errors import Refused
from core.files.containers import open_docx
from core.files.reading import Problem, Reader, Reading
from core.language import Words, lazy
from core.reference.files import look_first_in
from plugins.recommendations.readers import matrix, report
from plugins.recommendations.readers.paragraphs import (
    HEADING,
    SECTION,
    first_lines,
    paragraphs_of_document,
    printed_lines,
)
from plugins.recommendations.readers.positions import position_in, positions_in
from plugins.recommendations.readers.printed import clean_number, folded
from plugins.recommendations.readers.source_facts import facts_in
from plugins.recommendations.readers.text_file import text_of_file
from plugins.recommendations.readers.word import header_texts
from plugins.recommendations.rows import PositionRow

DASH = r"\s*(?:[-–—‑]|\bto\b|\bthrough\b)\s*"
ITEM = re.compile(rf"(?<![\w./-])(\d{{1,3}})\.(\d{{1,3}})(\s?\([a-z]\)|[a-z]\b)?(?!\.?\d|%|\s?per cent)"
                  rf"(?:{DASH}(?:(\d{{1,3}})\.)?(\d{{1,3}})(?![\d%]|\.\d))?")
# "140.120, 209": the section is not said again; only before the end or another number, so that no count is taken.
SHORT_ITEM = re.compile(rf"(?:\s*[,;]\s*(?:and\s+)?|\s+and\s+)(\d{{1,3}})(?![\w.]*\d)(?:{DASH}(\d{{1,3}}))?"
                        rf"(?=\s*(?:[,;.:)]|and\s+\d|$))")
BETWEEN_ITEMS = re.compile(r"[\s,;.&|]*(?:(?:and|et|y|as well as)\b)?[\s,;.]*(?:recommendations?\b)?[\s,;.]*\Z",
                           re.IGNORECASE)
NUMBERS_ONLY = re.compile(r"[\s\d.,;&–—‑-]+(?:(?:and|to)[\s\d.,;&–—‑-]+)*")
STATEMENT = re.compile(r"[\s|*•]*(?:rec(?:ommendation|s?\.|\b)s?\s*)?(?:no\.?\s*|nos\.?\s*)?"
                       r"(\d{1,3}\.\d{1,3}[\s\d.,;&–—‑a-e-]*?(?:and\s[\d.,\s]+)?)[\s:|.–—-]+(?:(?:is|are|was|were)\s+)?"
                       r"(?P<words>(?:fully |partially |not |does not |partly |in part )?"
                       r"(?:support|accept|not(?:ed?|es)\b|reject|tak(?:en|es) note|enjoy|under consideration|pending)"
                       r"[^.\n|]{0,60})", re.IGNORECASE)
IMPLEMENTED = re.compile(r"already (?:been )?(?:being )?implemented|process of (?:being )?implement", re.IGNORECASE)
TOTAL = re.compile(r"\b(\d{1,3})\s+(?:recommendations?\s+|of (?:them|these|which)\s+)?(?:(?:are|were|have|has|been|"
                   r"enjoy(?:ed)?|the)\s+)*(supported|accepted|noted|rejected|partially (?:supported|accepted))",
                   re.IGNORECASE)
TOTAL_AFTER = re.compile(r"\b(supports?|accepts?|accepted|supported|notes|noted|takes? note of|rejects?)\s+"
                         r"(\d{1,3})\s+(?:of\b|recommendations)", re.IGNORECASE)
LABEL = re.compile(r"[^:.]{0,60}:")         # "Supported:", "Accepted by Eritrea:"
SPEAKS_OF_THEM = re.compile(r"recom+[ae]nd|\bthe following\b", re.IGNORECASE)
NEAR_ENOUGH = 300           # characters between a list and the word "recommendations"
WIDEST_RANGE = 400
FEWEST_OF_A_LIST = 2        # numbers in one sentence that make it a list, and no mention in passing
ENOUGH_TO_BE_SURE = 3

NOTHING_HERE = lazy("No list of recommendations with a position was found in this text. A reply says, for instance, "
                    "“The following recommendations enjoy the support of Meridia: 5.1, 5.3-5.9”: check that this is "
                    "the right file, or set the positions by a table.")


@dataclass(frozen=True)
class _Block:
    """A paragraph. `is_explained`: it begins with a line of numbers, and the rest explains."""

    place: Words
    text: str
    is_explained: bool = False
    is_numbered: bool = False

    @property
    def is_numbers_only(self):
        return bool(NUMBERS_ONLY.fullmatch(self.text) and ITEM.search(self.text))


@dataclass(frozen=True)
class _Said:
    place: Words
    number: str
    position: str
    is_list: bool


def sniff(path):
    """0.8 for lists of numbers with positions in a file without recommendations of its own."""
    if path.lower().endswith(".docx") and matrix.sniff(path):
        return 0.0
    said = [entry for entry in _said(_blocks(path)[0]) if entry.is_list]
    return 0.8 if len(said) >= ENOUGH_TO_BE_SURE and not report.sniff(path) else 0.0


def read_reply(path, settings):
    """A Reading whose rows are PositionRow, in the order of the file; Refused where no position is said."""
    if folder := settings.get("reference_folder"):
        look_first_in(folder)
    if path.lower().endswith(".docx") and matrix.sniff(path):
        return _from_matrix(matrix.read(path, settings))
    blocks, telling = _blocks(path)
    rows, problems = _decided(_said(blocks))
    if not rows:
        raise Refused(NOTHING_HERE)
    problems += _totals(blocks, rows)
    facts = facts_in([*telling, *(block.text for block in blocks[:40])])
    return Reading("reply", tuple(rows), tuple(problems), facts.state, facts.cycle, facts.session, facts.symbol)


def _from_matrix(reading):
    """A table of all recommendations with their positions says the same."""
    rows = {row.number: PositionRow(row.place, row.number, row.position) for row in reversed(reading.rows)
            if row.number and row.position}
    if not rows:
        raise Refused(NOTHING_HERE)
    return Reading("reply", tuple(reversed(rows.values())), (), reading.state, reading.cycle, reading.session,
                   reading.symbol)


# Paragraphs.

def _blocks(path):
    """The paragraphs of the file, and the texts beside them that tell what the document is."""
    if os.path.splitext(path)[1].lower() != ".docx":
        text = text_of_file(path)
        return list(_blocks_of_text(text)), first_lines(text)
    document = open_docx(path)
    blocks = []
    for paragraph in paragraphs_of_document(document):
        number = paragraph.number or (f"{paragraph.section}." if paragraph.section else "")
        text = folded(f"{number} {paragraph.text}")
        if text:
            blocks.append(_Block(paragraph.place, text, is_numbered=bool(paragraph.section)))
    return blocks, [*header_texts(document), document.core_properties.title or ""]


def _blocks_of_text(text):
    lines = list(printed_lines(text))
    begun, start = [], None
    for index, (line_no, line, follows_gap) in enumerate(lines):
        following = lines[index + 1][1] if index + 1 < len(lines) else ""
        if begun and (follows_gap or SECTION.match(line) or HEADING.match(line) or STATEMENT.match(line)
                      or _is_above_an_explanation(line, begun, following)):
            yield _block(start, begun)
            begun = []
        start = start if begun else line_no
        begun.append(line.strip())
    if begun:
        yield _block(start, begun)


def _block(start, lines):
    is_explained = len(lines) > 1 and _is_numbers(lines[0]) and not re.search(r"[,;:]$|\band$", lines[0])
    is_explained = is_explained and not all(map(_is_numbers, lines))
    return _Block(lazy("line %(line)d", line=start), folded(" ".join(lines)), is_explained,
                  bool(SECTION.match(lines[0])))


def _is_numbers(line):
    return bool(NUMBERS_ONLY.fullmatch(line) and ITEM.search(line))


def _is_above_an_explanation(line, begun, following):
    """`140.11-14` between the end of a list, or another explanation, and words."""
    ends_list = re.search(r"[.:]$", begun[-1]) or not _is_numbers(begun[-1])
    goes_on = re.search(r"[,;]$|\band$", begun[-1]) or begun[-1].endswith(":") and not ITEM.search(" ".join(begun))
    return bool(_is_numbers(line) and not re.search(r"[,;.]$", line.strip()) and ends_list and not goes_on
                and following and not _is_numbers(following))


# Positions.

def _said(blocks):
    """Every number with the position that a sentence, a list under a heading, or a line of its own gives it."""
    waiting = None          # the position of a heading or an opening whose numbers follow in paragraphs of their own
    for block in blocks:
        statement = STATEMENT.match(block.text)
        if statement and not positions_in(block.text[:statement.start(1)]):
            position = position_in(statement["words"])
            if position:
                yield from (_Said(block.place, number, position, True) for number in _numbers(statement[1]))
            yield from _in_sentences(_Block(block.place, block.text[statement.end():]))
            waiting = None
        elif block.is_explained:
            waiting = None
        elif block.is_numbers_only:
            if waiting:
                yield from (_Said(block.place, number, waiting, True) for number in _numbers(block.text))
        else:
            said = list(_in_sentences(block))
            yield from said
            waiting = None if said else _position_of_heading(block.text)


def _position_of_heading(text):
    found = [position for _start, _end, position in positions_in(text)]
    is_opening = text.endswith(":") or len(text) < 200
    if not is_opening or not re.search("recom+[ae]nd", text, re.IGNORECASE) and len(text) > 60:
        return None
    return found[0] if found else "supported" if IMPLEMENTED.search(text) else None


def _in_sentences(block):
    """The numbers of a paragraph, each group with the words that govern it: those before it, or those after it where
    the paragraph begins with numbers ("5.1 and 5.2 are noted")."""
    groups = list(_groups(block.text))
    words = positions_in(block.text)
    if not groups or not (words or IMPLEMENTED.search(block.text)):
        return
    begins_with_numbers = bool(words) and groups[0][0] < words[0][0]
    latest = None
    for index, (start, end, numbers) in enumerate(groups):
        before = groups[index - 1][1] if index else 0
        after = groups[index + 1][0] if index + 1 < len(groups) else len(block.text)
        stretch = (end, after) if begins_with_numbers else (before, start)
        near = [position for begin, _end, position in words if stretch[0] <= begin < stretch[1]]
        if near:
            latest = near[0] if begins_with_numbers else near[-1]
        elif not latest and IMPLEMENTED.search(block.text, *stretch):
            latest = "supported"
        if latest:
            is_list = _is_list(block.text, start, end, len(numbers))
            yield from (_Said(block.place, number, latest, is_list) for number in numbers)


def _is_list(text, start, end, count):
    """Whether numbers are listed under their position, and not just named in a sentence about something else."""
    before = text[:start].strip()
    if LABEL.fullmatch(before):
        return True
    speaks_of_them = SPEAKS_OF_THEM.search(text, max(0, start - NEAR_ENOUGH), end + NEAR_ENOUGH)
    return bool(speaks_of_them) and (count >= FEWEST_OF_A_LIST or before.endswith(":"))


def _groups(text):
    """(start, end, numbers) of the numbers that stand together, parted by no more than commas, dots and blanks."""
    items = [(match, match.end()) for match in ITEM.finditer(text)]
    group = None
    for match, end in items:
        numbers = _of_item(match)
        last = int(match[5] or match[2])
        while short := SHORT_ITEM.match(text, end):
            if not last < int(short[1]) <= int(short[2] or short[1]) <= last + WIDEST_RANGE:
                break
            last = int(short[2] or short[1])
            numbers += [f"{match[1]}.{number}" for number in range(int(short[1]), last + 1)]
            end = short.end()
        if group and BETWEEN_ITEMS.match(text[group[1]:match.start()]):
            group = (group[0], end, group[2] + numbers)
        else:
            if group:
                yield group
            group = (match.start(), end, numbers)
    if group:
        yield group


def _numbers(text):
    return [number for _start, _end, numbers in _groups(text) for number in numbers]


def _of_item(match):
    section, first, letter, last_section, last = match.groups()
    number = f"{section}.{first}{clean_number(letter or '')}"
    if not last:
        return [number]
    if last_section in (None, section) and int(first) < int(last) <= int(first) + WIDEST_RANGE:
        return [f"{section}.{n}" for n in range(int(first), int(last) + 1)]
    return [number, f"{last_section or section}.{last}"]


def _decided(said):
    """One row a number: lists before mentions in passing. A number in lists of two positions is refused."""
    lists, mentions, problems, order = {}, {}, [], {}
    for entry in said:
        order.setdefault(entry.number, len(order))
        (lists if entry.is_list else mentions).setdefault(entry.number, []).append(entry)
    rows = []
    for number, entries in {**mentions, **lists}.items():
        positions = list(dict.fromkeys(entry.position for entry in entries))
        if len(positions) == 1:
            rows.append(PositionRow(entries[0].place, number, positions[0]))
        else:
            other = next(entry for entry in entries if entry.position != positions[0])
            problems.append(Problem(entries[0].place, lazy(
                "%(number)s stands under two positions, here and at %(other)s. Set its position by hand.",
                number=number, other=other.place)))
    return sorted(rows, key=lambda row: order[row.number]), problems


def _totals(blocks, rows):
    """A warning for each total that the reply states and that the numbers read do not reach."""
    stated = {}
    for block in blocks:
        if ITEM.search(block.text):
            continue
        for count, words in TOTAL.findall(block.text) + [(n, word) for word, n in TOTAL_AFTER.findall(block.text)]:
            stated.setdefault(position_in(words), (int(count), block.place))
    for position, (count, place) in stated.items():
        read = sum(row.position == position for row in rows)
        if position and read != count:
            yield Problem(place, lazy("The reply speaks of %(stated)d recommendations that are %(position)s; %(read)d "
                                      "were found in its lists. Check them.",
                                      stated=count, position=POSITION_WORDS[position], read=read), False)


POSITION_WORDS = {"supported": lazy("supported"), "supported-in-part": lazy("supported in part"),
                  "noted": lazy("noted"), "pending": lazy("pending")}

REPLY = Reader("reply", lazy("The State's reply (lists of numbers)"), "positions", (".txt", ".docx", ".md"), sniff,
               read_reply, PositionRow)
