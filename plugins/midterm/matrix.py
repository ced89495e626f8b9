"""The matrix: every recommendation of a review with its agreed light, each organisation's, comment and dissent.

Page and report are drawn from the same lines. They are read as tuples, since there are hundreds and none is written.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from core.api import Review, visible
from plugins.midterm.lights import counted
from plugins.midterm.models import AgreedAssessment, Assessment, Dissent, Round
from plugins.recommendations.models import Recommendation, RecommendationTerm, RecommendingState, Term

SHOWN = ("all", "differ", "dissent", "open", "noted")


class Vote(NamedTuple):
    """What one organisation says. `light` None: it was asked and has not answered."""

    membership: int
    light: str | None
    in_practice: str | None
    comment: str

    @property
    def counted(self):
        return counted(self.light, self.in_practice)


class Agreed(NamedTuple):
    id: int
    uid: str
    version: int
    light: str | None
    in_practice: str | None
    comment: str
    agreed_at: datetime | None

    @property
    def counted(self):
        return counted(self.light, self.in_practice)


@dataclass(slots=True)
class Line:
    """One recommendation. `theme` is the heading it is shown under: the first one, or the first of its themes; None
    without any. `agreed` may be proposed only: see `is_agreed`."""

    id: int
    uid: str
    number: str | None
    part: int
    text: str
    position: str | None
    source: str | None
    theme: str | None
    agreed: Agreed | None
    votes: list[Vote]
    dissents: list[tuple[int, str]]     # membership id, sentence

    @property
    def is_agreed(self):
        return self.agreed is not None and self.agreed.agreed_at is not None

    @property
    def light(self):
        """The light that is counted: the agreed one; None while there is none."""
        return self.agreed.counted if self.is_agreed else None

    @property
    def differs(self):
        """The organisations that answered do not say the same, or not what is agreed."""
        said = {(vote.light, vote.in_practice) for vote in self.votes if vote.light}
        if self.is_agreed:
            said.add((self.agreed.light, self.agreed.in_practice))
        return len(said) > 1

    @property
    def is_equal(self):
        """All who answered say the same, and nothing is agreed or proposed yet: as agreeing.equal_ones() finds them."""
        said = {(vote.light, vote.in_practice) for vote in self.votes if vote.light}
        return len(said) == 1 and not (self.agreed and self.agreed.light)


@dataclass(slots=True)
class Group:
    """The lines under one heading; `theme` None: those without one."""

    theme: str | None
    lines: list[Line]


def lines_of(ctx, review: Review, assessment_round: Round | None) -> list[Line]:
    """Every recommendation of the review, noted ones too, in the order of the numbers. Five queries, for any number.

    Read once for a request: what waits and where all stand are asked for on one page.
    """
    key = ("midterm.lines", review.id, assessment_round.id if assessment_round else None)
    if key not in ctx.known:
        ctx.known[key] = _read_lines(ctx, review, assessment_round)
    return ctx.known[key]


def _read_lines(ctx, review, assessment_round):
    rows = (visible(ctx, Recommendation, Recommendation.id, Recommendation.uid, Recommendation.number,
                    Recommendation.part, Recommendation.text, Recommendation.position, Recommendation.source)
            .where(Recommendation.review == review)
            .order_by(Recommendation.number_key, Recommendation.part, Recommendation.id).tuples())
    themes = headings(ctx, review)
    votes = _votes(ctx, assessment_round)
    agreed = _agreed(ctx, assessment_round)
    dissents = _dissents(ctx, assessment_round)
    none: list = []
    return [Line(*row, themes.get(row[0]), standing := agreed.get(row[0]), votes.get(row[0], none),
                 dissents.get(standing.id, none) if standing else none) for row in rows]


def headings(ctx, review: Review) -> dict[int, str]:
    """Recommendation id → the heading it is shown under, once: the first heading of its file, else its first theme."""
    found: dict[int, str] = {}
    for recommendation, name in (
            visible(ctx, Recommendation, Recommendation.id, Term.name)
            .join(RecommendationTerm, on=(RecommendationTerm.recommendation == Recommendation.id))
            .join(Term).where(Recommendation.review == review, Term.kind == "theme")
            .order_by(RecommendationTerm.is_heading.desc(), RecommendationTerm.order, RecommendationTerm.id).tuples()):
        found.setdefault(recommendation, name)
    return found


def _votes(ctx, assessment_round):
    found: dict[int, list[Vote]] = {}
    if assessment_round is None:
        return found
    for recommendation, *vote in visible(
            ctx, Assessment, Assessment.recommendation, Assessment.membership, Assessment.light,
            Assessment.light_in_practice, Assessment.comment).where(
            Assessment.round == assessment_round).order_by(Assessment.uid).tuples():
        found.setdefault(recommendation, []).append(Vote(*vote))
    return found


def _agreed(ctx, assessment_round):
    if assessment_round is None:
        return {}
    row = AgreedAssessment
    return {recommendation: Agreed(*rest) for recommendation, *rest in visible(
        ctx, row, row.recommendation, row.id, row.uid, row.version, row.light, row.light_in_practice, row.comment,
        row.agreed_at).where(row.round == assessment_round).tuples()}


def _dissents(ctx, assessment_round):
    found: dict[int, list[tuple[int, str]]] = {}
    if assessment_round is None:
        return found
    for agreed, membership, sentence in (
            visible(ctx, Dissent, Dissent.agreed_assessment, Dissent.membership, Dissent.sentence)
            .join(AgreedAssessment).where(AgreedAssessment.round == assessment_round)
            .order_by(Dissent.sentence, Dissent.uid).tuples()):
        found.setdefault(agreed, []).append((membership, sentence))
    return found


def states_of(ctx, ids) -> dict[int, list[str]]:
    """Recommendation id → the ISO3 codes of its States, in printed order."""
    found: dict[int, list[str]] = {}
    for recommendation, iso3 in (
            visible(ctx, Recommendation, Recommendation.id, RecommendingState.iso3)
            .join(RecommendingState, on=(RecommendingState.recommendation == Recommendation.id))
            .where(Recommendation.id.in_(list(ids)))
            .order_by(RecommendingState.order, RecommendingState.id).tuples()):
        found.setdefault(recommendation, []).append(iso3)
    return found


def terms_of(ctx, ids) -> dict[int, list[tuple[str, str]]]:
    """Recommendation id → (kind, name) of its themes, affected persons and goals, each once, in printed order."""
    found: dict[int, list[tuple[str, str]]] = {}
    for recommendation, kind, name in (
            visible(ctx, Recommendation, Recommendation.id, Term.kind, Term.name)
            .join(RecommendationTerm, on=(RecommendationTerm.recommendation == Recommendation.id)).join(Term)
            .where(Recommendation.id.in_(list(ids)), ~RecommendationTerm.is_heading)
            .order_by(RecommendationTerm.order, RecommendationTerm.id).tuples()):
        if (kind, name) not in found.setdefault(recommendation, []):
            found[recommendation].append((kind, name))
    return found


def grouped(lines: list[Line]) -> list[Group]:
    """By theme, in the order in which the themes first appear among the numbers; those without one come last."""
    groups: dict[str | None, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.theme, []).append(line)
    without = groups.pop(None, None)
    made = [Group(theme, members) for theme, members in groups.items()]
    return [*made, Group(None, without)] if without else made


def chosen(lines: list[Line], shown: str) -> list[Line]:
    """The lines that a filter leaves: all, differ, dissent, open (not agreed yet), noted."""
    tests = {"differ": lambda line: line.differs, "dissent": lambda line: bool(line.dissents),
             "open": lambda line: not line.is_agreed, "noted": lambda line: line.position == "noted"}
    return [line for line in lines if tests[shown](line)] if shown in tests else lines


def tally(lines: list[Line]) -> dict[str | None, int]:
    """Light → how many recommendations have it as the agreed one; None: those that are not agreed yet."""
    counts: dict[str | None, int] = {}
    for line in lines:
        counts[line.light] = counts.get(line.light, 0) + 1
    return counts


def name_of(number: str | None, part: int) -> str:
    """How a recommendation is called in a sentence and an address: "140.12", "140.12-2"; "–" without a number."""
    if not number:
        return "–"
    return f"{number}-{part}" if part else number
