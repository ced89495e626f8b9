"""Brings the demonstration's recommendations in by the importers, as a coordinator would.

session34.txt and session47.txt hold a line per recommendation, `+ supported`, `~ in part` or `- noted`, its States
after the bar, under `# theme | affected persons | SDG`. All of it is invented.
"""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import docx

from core.api import change_review, find_review, visible
from core.files.store import as_file
from core.reference.states import state_name
from plugins.recommendations.imports.importing import bring_in, drafted
from plugins.recommendations.imports.sources import Sources
from plugins.recommendations.models import Recommendation
from plugins.recommendations.positions import add_position
from plugins.recommendations.readers.matrix import MATRIX
from plugins.recommendations.readers.report import REPORT

HERE = Path(__file__).parent
POSITIONS = {"+": "Supported", "~": "Partially supported", "-": "Noted"}
SECTIONS = {34: 118, 47: 121}
SYMBOLS = {34: "A/HRC/43/99", 47: "A/HRC/58/99"}
DAYS_SINCE_REVIEW = {47: 850, 34: 850 + 1640}         # so that the ribbon stands at the mid-term of the newer one
HEADS = {34: ("Recommendation", "Position", "Full list of themes", "Assessment/comments on level of implementation"),
         47: ("Recommendation and recommending State", "Position of the State under review",
              "Human rights themes and groups of persons", "Relevant SDGs")}
DRAFTED = 24            # the first of session 47 come as a draft, so that they have a draft number and a history
CHANGED_LATER = 13      # Meridia came round to this one


@dataclass(frozen=True)
class Line:
    number: str
    text: str
    states: tuple[str, ...]
    position: str
    theme: str
    affected: str
    goal: str

    @property
    def printed(self) -> str:
        return f"{self.text} " + " ".join(f"({state_name(code)})" for code in self.states) + ";"


def load(ctx, files: Path) -> None:
    """Make the two reviews of the demonstration. `files`: the instance's file store."""
    sources = Sources(files, (MATRIX, REPORT), files.parent / "reference")
    for session in SECTIONS:
        lines = read_lines(session)
        if session == 47:
            _bring_in(ctx, sources, "Meridia-Session47-Draft.txt", draft_of(lines[:DRAFTED]).encode(), session)
        _bring_in(ctx, sources, f"UPR{session}_Meridia_Thematic_List.docx", matrix_of(lines, session), session)
        review = find_review(ctx, str(session))
        reviewed_on = ctx.today - timedelta(days=DAYS_SINCE_REVIEW[session])
        change_review(ctx, review, review.title, review.cycle, session, reviewed_on)
        if session == 47:
            _come_round(ctx, review, reviewed_on + timedelta(days=600))


def read_lines(session) -> list[Line]:
    """The invented recommendations of a session, numbered in their order."""
    lines, heading = [], ("", "", "")
    for line in (HERE / f"session{session}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = tuple(part.strip() for part in line[1:].split("|"))
        elif line:
            text, _bar, states = line[2:].rpartition("|")
            lines.append(Line(f"{SECTIONS[session]}.{len(lines) + 1}", text.strip(),
                              tuple(code.strip() for code in states.split(",")), POSITIONS[line[0]], *heading))
    return lines


def draft_of(lines) -> str:
    """The Working Group's draft, as text: its numbers begin with the paragraph of the draft."""
    listed = "\n".join(f"6.{number}\t{line.printed}" for number, line in enumerate(lines, 1))
    return ("6.\tThe following recommendations will be examined by Meridia, which will provide responses in due time:\n"
            f"{listed}\n")


def matrix_of(lines, session) -> bytes:
    """A thematic list in the form that OHCHR gave it in the session's cycle."""
    document = docx.Document()
    cycle = {34: "3rd", 47: "4th"}[session]
    document.add_paragraph(f"UPR of Meridia ({cycle} Cycle – {session}th session)")
    document.add_paragraph("Thematic list of recommendations")
    table = document.add_table(rows=1, cols=4, style="Table Grid")
    for cell, head in zip(table.rows[0].cells, HEADS[session], strict=True):
        cell.text = head
    theme = None
    for line in lines:
        if line.theme != theme:
            theme = line.theme
            cells = table.add_row().cells
            cells[0].merge(cells[3]).text = f"Theme: {theme}"
        cells = table.add_row().cells
        cells[0].text = f"{line.number} {line.printed}\nSource of position: {SYMBOLS[session]}/Add.1 - Para. 4"
        cells[1].text = line.position
        label = "Affected persons" if session == 34 else "Groups of Persons"
        cells[2].text = f"{line.theme}\n{label}:\n- {line.affected}"
        if session == 47:
            cells[3].text = f"- {line.goal}"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _bring_in(ctx, sources, name, content, session):
    settings = {"session": session, "state": ctx.coalition.state}
    with as_file(content, name, sources.files) as path:
        reading = sources.read(path, "recommendations", settings)
    bring_in(ctx, sources, drafted(ctx, reading, settings), name, content)


def _come_round(ctx, review, day: date):
    changed = visible(ctx, Recommendation).where(Recommendation.review == review,
                                                 Recommendation.number == f"{SECTIONS[47]}.{CHANGED_LATER}").get()
    add_position(ctx, changed, "supported", said_on=day, source="Statement of the Minister of Justice in Parliament")
