"""OHCHR's matrices ("Thematic list of recommendations") of cycles 2 to 4, as .docx.

    | Recommendation                        | Position  | Full list of themes     | Assessment/comments on …    |
    | Theme: A12 Acceptance of international norms                                                              |
    | 115.1 Ratify … (A, B);                | Supported | A12 Acceptance of …     |                             |
    | Source of position: A/HRC/28/15 - Para. 3 |       | Affected persons:       |                             |
    |                                       |           | - general               |                             |

The header row says what a column holds. Cycle 4 has `Relevant SDGs` in the place of the assessment.
"""

import re
from dataclasses import replace

from core.errors import Refused
from core.files.containers import open_docx
from core.files.reading import Problem, Reader, Reading
from core.language import lazy
from core.reference.files import look_first_in
from core.reference.themes import sdg_number
from plugins.recommendations.readers.positions import position_in
from plugins.recommendations.readers.printed import folded, number_and_rest
from plugins.recommendations.readers.source_facts import facts_in
from plugins.recommendations.readers.states_at_end import doubts, wordings
from plugins.recommendations.readers.word import (
    W_P,
    blocks_of,
    cells_of,
    header_texts,
    is_deleted,
    paragraph_texts,
    rows_of,
    tables_of,
)
from plugins.recommendations.rows import Row

# What a column holds, by the words of its header, in this order.
HEADERS = (
    ("number", r"^(?:no|nr|n°|number|#|para(?:graph)?|ref\w*)\b|^rec(?:ommendation)?s?\.? (?:no|nr|n°|number|#|para)"),
    ("recommendation", r"^recommendations?\b"),
    ("assessment", r"assessment|comments?\b|level of implementation|évaluation|evaluaci[óo]n|observations"),
    ("sdgs", r"\bsdgs?\b|sustainable development|\bodd\b|\bods\b|développement durable|desarrollo sostenible"),
    ("position", r"\bposition|response|posici[óo]n|réponse"),
    ("themes", r"theme|thème|\btemas?\b|\brights?\b|\bareas?\b|human rights"),
    ("affected", r"affected|groups? of persons|personnes|personas"),
    ("source", r"\bsource"),
    ("recommendation", r"\brecommendations?\b|recommandations?|recomendaci[óo]n(?:es)?"),
    ("states", r"recommending|\bstates?\b|[ée]tats?|estados?|\bcountr"),
)
SEPARATOR = re.compile(r"(?:theme|right(?:s)?(?: or area)?|area|cluster|topic|issue|category|thème|droit|tema|derecho)"
                       r"[^:]{0,25}:\s*", re.IGNORECASE)
CONTINUED = re.compile(r"\s*\((?:continued|cont[’']?d?\.?|suite|continuación)\)\s*$", re.IGNORECASE)
SOURCE = re.compile(r"(?:source (?:of|de la|de)|fuente|origine)\b[^:]{0,25}:?\s*", re.IGNORECASE)
LABELS = (
    ("sdgs", re.compile(r"(?:relevant )?(?:sdgs?|odd|ods)\s*(?::|$)\s*", re.IGNORECASE)),
    ("affected", re.compile(r"(?:affected (?:persons?|groups?)|groups? of (?:affected )?persons|persons affected|"
                            r"personnes (?:concernées|touchées)|personas afectadas|grupos de personas)\s*(?::|$)\s*",
                            re.IGNORECASE)),
    ("themes", re.compile(r"(?:human rights |full list of |other )?(?:themes|thèmes|temas)\s*(?::|$)\s*",
                          re.IGNORECASE)),
)
BULLET = re.compile(r"[\s\-–—•·▪●◦‣*\uf0b7]+")
GOAL = re.compile(r"(?:SDG|ODD|ODS|Goal|Target)?\s*(\d{1,2}(?:\.[0-9a-z]{1,2})?)\b", re.IGNORECASE)

NOTHING_HERE = lazy("No recommendation was found in the tables of this file. A matrix of OHCHR has a table whose first "
                    "row says Recommendation and Position: check that this is the right file.")
HEADER_AT_MOST = 90         # characters of a header's cell; a recommendation is longer or has a number
LOOKED_AT_FOR_A_HEADER = 6  # rows


def sniff(path):
    """1 where a table's header row names recommendations and positions or themes; else 0."""
    document = open_docx(path)
    return 1.0 if any(_header_of(table) for table in tables_of(document.element.body)) else 0.0


def read(path, settings):
    """The rows of every table under such a header; Refused where there is none."""
    if folder := settings.get("reference_folder"):
        look_first_in(folder)
    document = open_docx(path)
    rows, problems, columns = [], [], None
    for table_no, table in enumerate(tables_of(document.element.body), 1):
        columns = _header_of(table) or columns
        if columns:
            found = _TableReader(table_no, columns)
            found.read(table)
            rows += found.rows
            problems += found.problems
    if not rows:
        raise Refused(NOTHING_HERE)
    facts = facts_in(_telling_texts(document))
    return Reading("matrix", tuple(rows), tuple(problems), facts.state, facts.cycle, facts.session)


def _telling_texts(document):
    paragraphs = [block for block in blocks_of(document.element.body) if block.tag == W_P][:20]
    return [*header_texts(document), *paragraph_texts(paragraphs), document.core_properties.title or "",
            document.core_properties.subject or ""]


def _header_of(table):
    for row in rows_of(table)[:LOOKED_AT_FOR_A_HEADER]:
        columns = _columns(cells_of(row))
        if columns:
            return columns
    return None


def _columns(cells):
    """{what a column holds: (grid column, which cell of the row)} of a header row; None of any other row."""
    columns = {}
    for index, cell in enumerate(cells):
        name = _column_name(cell.text)
        if name and name not in columns:
            columns[name] = (cell.column, index, len(cells))
    is_header = "recommendation" in columns and columns.keys() & {"position", "themes", "assessment", "sdgs"}
    return columns if is_header else None


def _column_name(text):
    text = folded(text)
    if not text or len(text) > HEADER_AT_MOST or number_and_rest(text)[0]:
        return None
    return next((name for name, words in HEADERS if re.search(words, text, re.IGNORECASE)), None)


class _TableReader:
    """Reads one table from top to bottom; knows the separator it is under and what merged cells say."""

    def __init__(self, table_no, columns):
        self.table_no, self.columns = table_no, columns
        self.rows, self.problems = [], []
        self.heading, self.heading_position = None, None
        self.above = {}             # grid column → the cell that those merged with it continue
        self.latest = range(0)      # which of self.rows the last table row gave

    def read(self, table):
        for row_no, row in enumerate(rows_of(table), 1):
            if not is_deleted(row):
                self._read_row(row_no, cells_of(row))

    def _read_row(self, row_no, cells):
        place = lazy("table %(table)d, row %(row)d", table=self.table_no, row=row_no)
        if not any(cell.text or cell.continues for cell in cells):
            return
        columns = _columns(cells)
        if columns:
            self.columns = columns
            return
        if self._is_separator(cells):
            self._take_separator(next(cell.text for cell in cells if cell.text))
            return
        cells_by_name = {name: self._cell(cells, *where) for name, where in self.columns.items()}
        self.above.update((cell.column, cell) for cell in cells if not cell.continues)
        recommendation = cells_by_name.get("recommendation")
        if recommendation is not None and any(c.continues and c.column == self.columns["recommendation"][0]
                                              for c in cells):
            self._extend_latest(cells_by_name)
            return
        self._take_row(place, row_no, cells_by_name)

    def _cell(self, cells, column, index, width):
        """The cell under a header: by its place in the row where the row is as wide, else by the grid.

        A cell that covers several columns belongs to the first of them.
        """
        if len(cells) == width:
            cell = cells[index]
        else:
            cell = next((cell for cell in cells if cell.column <= column < cell.column + cell.width), None)
            if cell is None or any(cell.column <= other < column for other, _index, _width in self.columns.values()):
                return None
        return self.above.get(cell.column, cell) if cell.continues else cell

    def _is_separator(self, cells):
        filled = [cell for cell in cells if cell.text or cell.continues]
        if len(filled) != 1 or filled[0].continues:
            return False
        text = folded(filled[0].text)
        if SEPARATOR.match(text):
            return True
        number, rest = number_and_rest(text)
        ends_with_states = any(wording.states for wording in wordings(rest))
        return not (ends_with_states or number) if len(cells) > 1 else not ends_with_states

    def _take_separator(self, text):
        text = folded(text)
        heading = SEPARATOR.sub("", text, count=1) if SEPARATOR.match(text) else text
        position = position_in(text)
        if heading == text and position and re.search("recom+[ae]nd", text, re.IGNORECASE):
            self.heading_position, self.heading = position, None        # "Supported recommendations"
        else:
            self.heading = CONTINUED.sub("", heading).strip(" :")

    def _take_row(self, place, row_no, cells):
        lines = cells["recommendation"].lines if cells.get("recommendation") else ()
        words, source = _split_source(lines)
        source = source or _text(cells.get("source")) or None
        position = self._position(place, cells.get("position"))
        lists = _lists(cells)
        first = len(self.rows)
        for number, text in _recommendations(words, _text(cells.get("number"))):
            if not text:
                self._problem(place, lazy("The number %(number)s has no words. Complete the row in the document.",
                                          number=number))
                continue
            parts = self._wordings(text, cells.get("states"))
            if number is None and position is None and not any(part.states for part in parts):
                self._problem(place, lazy("This row has no number, no recommending State and no position: it was left "
                                          "out."))
                continue
            if number is None:
                self._problem(place, lazy("The recommendation has no number. Give it one by hand."), refused=False)
            for part_no, part in enumerate(parts, 1):
                for doubt in doubts(part):
                    self._problem(place, doubt, refused=False)
                self.rows.append(Row(
                    place, number, part.text, part_no if len(parts) > 1 else 0, part.states, part.unknown_states,
                    position, headings=(self.heading,) if self.heading else (), source=source,
                    table_no=self.table_no, row_no=row_no, **lists))
        self.latest = range(first, len(self.rows))

    def _wordings(self, text, states_cell):
        """Where the States have a column of their own, they are read as if they stood at the end."""
        names = "; ".join(line.strip(" ;,()") for line in states_cell.lines) if states_cell else ""
        return wordings(f"{text} ({names})" if names else text)

    def _position(self, place, cell):
        text = _text(cell)
        position = position_in(text)
        if text and position is None:
            self._problem(place, lazy("The position “%(words)s” is not known. It was left open: set it by hand.",
                                      words=text[:100]), refused=False)
        return position if text else self.heading_position

    def _extend_latest(self, cells):
        """The recommendation's cell is merged with the one above: this row only adds to it."""
        lists = _lists(cells)
        for index in self.latest:
            row = self.rows[index]
            self.rows[index] = replace(row, **{
                name: tuple(dict.fromkeys((*getattr(row, name), *values))) for name, values in lists.items()})

    def _problem(self, place, reason, refused=True):
        self.problems.append(Problem(place, reason, refused))


def _text(cell):
    return folded(cell.text) if cell else ""


def _split_source(lines):
    """The lines of the wording, and what stands after "Source of position:"."""
    for index, line in enumerate(lines):
        found = SOURCE.match(line)
        if found:
            source = folded(" ".join((line[found.end():], *lines[index + 1:])))
            return lines[:index], source
    return lines, ""


def _recommendations(lines, number=""):
    """(number, words) of each recommendation of a cell; the number is None where there is none."""
    found = []
    if number:
        found.append([number_and_rest(number)[0] or number.strip(" ."), []])
    for line in lines:
        own, rest = _number_of(line)
        begins = own and (not found or found[0][0] and own.rpartition(".")[0] == found[0][0].rpartition(".")[0]
                          and own != found[-1][0])
        if begins:
            found.append([own, [rest]])
        elif not found:
            found.append([None, [line]])
        else:
            found[-1][1].append(rest if own == found[-1][0] else line)
    return [(own, folded(" ".join(words))) for own, words in found]


def _number_of(line):
    number, rest = number_and_rest(line)
    if number:
        return number, rest
    plain = re.match(r"\s*(\d{1,3})[.)]\s+(?=\D)", line)
    return (plain[1], line[plain.end():]) if plain else (None, line)


def _lists(cells):
    """themes, affected and sdgs of a row: a paragraph is a name, never split; labels tell what follows."""
    lists = {"themes": [], "affected": [], "sdgs": []}
    for column in ("themes", "affected", "sdgs"):
        cell, label = cells.get(column), column
        for line in cell.lines if cell else ():
            item = BULLET.sub("", line, count=1) if BULLET.match(line) else line
            item = folded(item)
            found = next(((name, match) for name, pattern in LABELS if (match := pattern.match(item))), None)
            if found:
                label, item = found[0], item[found[1].end():]
            if item:
                lists[label] += _goals(item) if label == "sdgs" else [item]
    return {name: tuple(dict.fromkeys(values)) for name, values in lists.items()}


def _goals(item):
    """`16 - PEACE, JUSTICE …` is 16; `5, 16 and 17` are three."""
    if re.fullmatch(r"(?:and|SDGs?|[\s\d.,;&])+", item):
        return re.findall(r"\d{1,2}(?:\.\w{1,2})?", item)
    found = GOAL.match(item)
    number = found[1] if found else sdg_number(item)
    return [number] if number else []


MATRIX = Reader("matrix", lazy("OHCHR matrix (thematic list of recommendations)"), "recommendations", (".docx",),
                sniff, read, Row)
