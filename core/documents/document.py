"""A report before it has a form: built once, written by every writer, so that all forms say the same.

Sentences arrive in the reader's language, as str. What a writer must know of the reader's script is here as well.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass

from core.documents.marks import Mark, lowest

# What XML 1.0 cannot hold, and a person cannot read: control characters, lone surrogates, non-characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

PLACE_LETTERS = 60      # enough to find a row by its beginning
LONG_CELL = 1_000       # characters; a row with a longer cell may be split over pages, others stay whole


@dataclass(frozen=True)
class Run:
    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Paragraph:
    """`small`: what stands beside the main thing, such as a source or a list of themes."""

    runs: tuple[Run, ...]
    small: bool = False

    @property
    def text(self):
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Heading:
    level: int          # 1 to 3; the document's title is above them
    text: str


@dataclass(frozen=True)
class KeyEntry:
    mark: Mark
    count: int


@dataclass(frozen=True)
class Key:
    """What the marks are and how often each stands in the tables; `title` says what is counted."""

    title: str
    entries: tuple[KeyEntry, ...]


@dataclass(frozen=True)
class Column:
    heading: str
    width: float        # relative to the other columns


@dataclass(frozen=True)
class Cell:
    parts: tuple[Paragraph | Mark, ...] = ()

    @property
    def marks(self):
        return tuple(part for part in self.parts if isinstance(part, Mark))

    @property
    def lines(self):
        """Its words for a spreadsheet: one entry per line."""
        return tuple(part.word if isinstance(part, Mark) else part.text for part in self.parts)


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]

    @property
    def length(self):
        """Characters of its longest cell."""
        return max((sum(map(len, cell.lines)) for cell in self.cells), default=0)

    @property
    def mark(self):
        """The mark that counts for the whole row; None where it has none."""
        return lowest(tuple(mark for cell in self.cells for mark in cell.marks))


@dataclass(frozen=True)
class Separator:
    """A row as wide as the table: "Theme: Rights of the child". `name` alone is what spreadsheets repeat per row."""

    text: str
    name: str


@dataclass(frozen=True)
class Table:
    """`group_heading` and `mark_heading` ("Theme", "Light") head two more columns that only spreadsheets have.

    There, they let a person filter by what print shows as separators and coloured words.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row | Separator, ...]
    group_heading: str
    mark_heading: str

    def __post_init__(self):
        for row in self.rows:
            if isinstance(row, Row) and len(row.cells) != len(self.columns):
                raise ValueError(f"a row has {len(row.cells)} cells, the table {len(self.columns)} columns")


@dataclass(frozen=True)
class Document:
    """`direction` is "ltr" or "rtl"; `made_on` the only date in the file, so that equal documents give equal bytes."""

    title: str
    subtitle: str
    lang: str           # "en", "ar": the language of its own words
    direction: str
    made_on: datetime.date
    blocks: tuple[Heading | Paragraph | Key | Table, ...]

    def pieces(self):
        """(where it stands, text) of all its words that people may have written, for who has to look through them."""
        yield self.title, f"{self.title}\n{self.subtitle}"
        for block in self.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    if isinstance(row, Row):
                        words = [line for cell in row.cells for line in cell.lines]
                        yield "".join(words[:1])[:PLACE_LETTERS], "\n".join(words)
                    else:
                        yield row.text, row.text
            elif isinstance(block, Heading | Paragraph):
                yield block.text, block.text

    def tables(self):
        return [block for block in self.blocks if isinstance(block, Table)]


def plain(text, *, bold=False, italic=False, small=False):
    """A paragraph of one run."""
    return Paragraph((Run(text, bold, italic),), small)


def printable(text):
    """The text without what no file can hold."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def direction_of(text, base):
    """"ltr" or "rtl" for one paragraph in a document of direction `base`.

    A recommendation quoted in English stays left-to-right within an Arabic report. The other direction is taken only
    where the text both begins so and mostly is so: an Arabic sentence may begin with CEDAW, or hold A/HRC/59/15.
    """
    strong = [unicodedata.bidirectional(character) for character in text]
    letters = ["rtl" if kind in ("R", "AL") else "ltr" for kind in strong if kind in ("L", "R", "AL")]
    if letters.count(base) * 2 < len(letters):
        return letters[0]
    return base
