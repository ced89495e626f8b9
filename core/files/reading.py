"""What a reader of files promises: bytes become rows and problems, without a database and without a web page.

A plugin answers the hook `readers()` with `Reader` objects; one reader stands for one form of file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.language import Words


@dataclass(frozen=True)
class Problem:
    """Something that a person should know about one place of a file.

    `refused`: the row stays out. Otherwise the row is kept, and this is a warning about it. `text`: what stands there.
    """

    place: Words
    reason: Words
    refused: bool = True
    text: str = ""


@dataclass(frozen=True)
class Reading:
    """All that one file says. `rows` are frozen dataclasses of the subject, each with its own `place`."""

    form: str
    rows: tuple = ()
    problems: tuple[Problem, ...] = ()
    state: str | None = None        # ISO3 of the State under review, where the file names it
    cycle: int | None = None
    session: int | None = None      # of the Working Group
    symbol: str | None = None       # "A/HRC/63/6"


@dataclass(frozen=True)
class Reader:
    """One form of file.

    sniff(path) → float from 0 (not mine) to 1 (certainly mine); it never raises for a file it does not know.
    read(path, settings) → Reading; raises Refused with a sentence when the whole file is of no use.
    Both are module-level functions: they run in a child process, found again by module and name.
    """

    name: str                       # "matrix": the word after --form
    title: Words                    # "OHCHR matrix (thematic list)"
    subject: str                    # what the rows are: "recommendations"
    suffixes: tuple[str, ...]       # (".docx",)
    sniff: Callable[[str], float]
    read: Callable[[str, dict[str, Any]], Reading]
    row_type: type = field(default=object)
