"""One recommendation as a file states it: what every reader yields and the plan of an import compares."""

from dataclasses import dataclass

from core.language import Words

POSITIONS = ("supported", "supported-in-part", "noted", "pending")


@dataclass(frozen=True)
class Row:
    """A recommendation with the place it came from.

    `part` is 0 for the only recommendation of its number, else 1, 2 … in printed order. `text` is the wording
    alone: no number, no States at the end, no source, white space folded to single blanks, no `;` or `.` at the
    end. `states` are ISO3 codes in document order; `unknown_states` are printed names that no State has.
    `sdgs` are goal or target numbers as text. None means that the file does not say.
    """

    place: Words                            # "table 1, row 17"
    number: str | None
    text: str
    part: int = 0
    states: tuple[str, ...] = ()
    unknown_states: tuple[str, ...] = ()
    position: str | None = None             # one of POSITIONS
    themes: tuple[str, ...] = ()            # as printed, with the code where the file has one
    headings: tuple[str, ...] = ()          # the separators that it stands under
    affected: tuple[str, ...] = ()
    sdgs: tuple[str, ...] = ()
    source: str | None = None               # "A/HRC/43/15 - Para 121"
    table_no: int | None = None             # where to fill the assessment in later (1-based)
    row_no: int | None = None


@dataclass(frozen=True)
class PositionRow:
    """What a State's reply says about one recommendation."""

    place: Words                            # "line 52"
    number: str                             # "140.35"
    position: str                           # one of POSITIONS
