"""What the matrix page shows: the filter's rows, cut into pages by theme, and the rows that ask for a decision."""

from dataclasses import dataclass, field

from core.api import Review, allowed, labels
from plugins.midterm.agreeing import joined
from plugins.midterm.lights import counted
from plugins.midterm.matrix import SHOWN, Group, Line, chosen, grouped, lines_of, states_of, tally
from plugins.midterm.models import Round

PAGE_ROWS = 50


@dataclass
class MatrixPage:
    """One page of the matrix. `groups` are those of this page; `counts` by filter, `tally` by light, of the whole."""

    groups: list[Group]
    states: dict[int, list[str]]
    counts: dict[str, int]
    tally: dict[str | None, int]
    total: int
    themes: int
    equal: int
    number: int
    pages: int
    shown_lines: int
    first: int
    last: int
    forms: dict[int, dict] = field(default_factory=dict)    # line id → the typed, or proposed, decision
    named: dict[int, str] = field(default_factory=dict)


def matrix_page(ctx, review: Review, assessment_round: Round | None, shown: str, number: int, edit: str = "",
                typed: dict | None = None) -> MatrixPage:
    """The rows of one page, the number of queries the same for 30 and for 300 recommendations.

    `edit`: the uid of a recommendation whose agreed light is to be changed. `typed`: what was typed, by uid, in a form
    that could not be saved.
    """
    lines = lines_of(ctx, review, assessment_round)
    typed = typed or {}
    kept = {line.id for line in chosen(lines, shown)}
    left = grouped([line for line in lines if line.id in kept or line.uid in typed])
    cut = _cut(left)
    number = min(max(number, 1), max(len(cut), 1))
    groups = cut[number - 1] if cut else []
    on_page = [line for group in groups for line in group.lines]
    before = sum(len(group.lines) for earlier in cut[:number - 1] for group in earlier)
    may_agree = assessment_round is not None and allowed(ctx, "midterm.agree", assessment_round)
    asked = [line for line in on_page if may_agree
             and (line.uid == edit or line.uid in typed or _is_to_settle(line))]
    named = labels(ctx, {vote.membership for line in on_page for vote in line.votes}
                   | {membership for line in on_page for membership, _sentence in line.dissents}
                   | {membership.id for membership in ctx.memberships})
    return MatrixPage(
        groups, states_of(ctx, [line.id for line in on_page]),
        {word: len(lines) if word == "all" else len(chosen(lines, word)) for word in SHOWN}, tally(lines), len(lines),
        len({line.theme for line in lines if line.theme}), sum(line.is_equal for line in lines), number, len(cut),
        sum(len(group.lines) for group in left),
        before + 1, before + len(on_page),
        {line.id: typed.get(line.uid) or _proposed(line) for line in asked}, named)


def _is_to_settle(line: Line) -> bool:
    """The organisations differ, or a light is proposed only: the coordinator is asked."""
    return not line.is_agreed and (line.differs or (line.agreed is not None and bool(line.agreed.light)))


def _proposed(line):
    agreed = line.agreed
    if agreed is not None and (agreed.light or agreed.comment):
        return {"light": agreed.light or "", "light_in_practice": agreed.in_practice or "", "comment": agreed.comment,
                "version": agreed.version}
    return {"light": "", "light_in_practice": "", "comment": joined(line.votes),
            "version": agreed.version if agreed else 0}


def _cut(groups: list[Group]) -> list[list[Group]]:
    """Pages of whole themes, as many as fit; a theme that is larger than a page is cut."""
    pages: list[list[Group]] = []
    room = 0
    for group in groups:
        for start in range(0, len(group.lines), PAGE_ROWS):
            piece = Group(group.theme, group.lines[start:start + PAGE_ROWS])
            if not pages or len(piece.lines) > room:
                pages.append([])
                room = PAGE_ROWS
            pages[-1].append(piece)
            room -= len(piece.lines)
    return pages


def votes_of(page: MatrixPage, line: Line, short: dict[str, str]):
    """(label, light, words, whether it differs from the agreed one, or from the others while none is agreed).

    `short`: the lights' words in the reader's language, found once for the page.
    """
    standard = (line.agreed.light, line.agreed.in_practice) if line.is_agreed else None
    for vote in sorted(line.votes, key=lambda one: page.named[one.membership].casefold()):
        if not vote.light:
            yield page.named[vote.membership], "", "", False
            continue
        differs = (vote.light, vote.in_practice) != standard if standard else line.differs
        light = counted(vote.light, vote.in_practice)
        words = short[light] if not vote.in_practice else f"{short[vote.light]} / {short[vote.in_practice]}"
        yield page.named[vote.membership], light, words, differs
