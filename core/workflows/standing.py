"""Where a review stands: its stages with their days, what was written down of them, and what the ribbon shows.

A day is what the coalition wrote, else what the workflow's offset makes of the review's own days, else not known.
A stage that a plugin brought stays, marked, when that plugin is off or gone and something of the review is in it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from core.errors import NotThere
from core.hooks import Offset, StageDocument, StageSpec
from core.language import Words, lazy
from core.workflows.copying import laid_over
from core.workflows.engine import Workflow, shipped, workflow_of
from core.workflows.models import Review, ReviewStage
from core.workflows.wall_time import read

OTHER_OF_WINDOW = {"opening": "closing", "closing": "opening"}
LEFT_OVER = lazy("A plugin brought this stage, and that plugin is off or gone. What was written down in it is kept.")


@dataclass(frozen=True)
class Symbol:
    """A document of a stage with the symbol that it has in this review; empty: not known."""

    document: StageDocument
    symbol: str


@dataclass(frozen=True)
class StageHere:
    """One stage of one review. `status`: done, now or ahead. A day is None while it is not known.

    `by_hand`: which of its days the coalition wrote itself. `plugin` brought it, or is empty. `is_left_over`: no
    workflow of the coalition has it any more, and it stands for what was written down in it.
    """

    review: Review
    spec: StageSpec
    status: str
    starts_on: date | None
    ends_on: date | None
    by_hand: frozenset[str] = frozenset()
    note: str = ""
    plugin: str = ""
    is_left_over: bool = False
    documents: tuple[Symbol, ...] = field(default_factory=tuple)

    @property
    def id(self) -> str:
        return self.spec.id

    @property
    def uid(self) -> str:
        """One word for it among all stages of all reviews, by which plugins may answer."""
        return f"{self.review.uid}-{self.spec.id}"

    @property
    def title(self) -> Words | str:
        return self.spec.title

    def is_exact(self, name: str) -> bool:
        """Whether "starts_on" or "ends_on" is a day that somebody wrote: the stage's own, or that of the review on
        which it falls. Else it is counted, or only the month is known."""
        offset = self._offset(name)
        is_month = offset is not None and offset.anchor == "review" and self.review.date_sources.get(
            "reviewed_on", {}).get("is_month", False)
        return name in self.by_hand or (offset is not None and offset.days == 0 and not is_month
                                        and anchors(self.review)[offset.anchor] is not None)

    def is_of_window(self, name: str) -> bool:
        """Whether "starts_on" or "ends_on" is the very day on which the window opens or closes."""
        offset = self._offset(name)
        return name not in self.by_hand and self.is_exact(name) and offset is not None \
            and offset.anchor in OTHER_OF_WINDOW

    def _offset(self, name):
        return self.spec.start if name == "starts_on" else self.spec.end


def stages_of(ctx, review: Review) -> list[StageHere]:
    """The stages of a review in their order. Two queries."""
    return stages_of_each(ctx, [review])[review.id]


def stages_of_each(ctx, reviews: list[Review]) -> dict[int, list[StageHere]]:
    """The stages of these reviews in their order, by the review's id. Two queries for any number."""
    workflow = laid_over(ctx, workflow_of(ctx))
    rows = _rows_of(reviews)
    return {review.id: _stages(review, workflow, rows[review.id]) for review in reviews}


def _rows_of(reviews):
    """Review id → stage → its row."""
    rows = {review.id: {} for review in reviews}
    for row in ReviewStage.select().where(ReviewStage.review.in_(list(rows))) if rows else ():
        rows[row.review_id][row.stage] = row
    return rows


def _stages(review, workflow, rows):
    specs = _with_left_over(workflow, rows, review)
    now = [spec.id for spec in specs].index(review.stage)
    known = set(workflow.ids())
    return [_here(review, spec, workflow, rows.get(spec.id), spec.id not in known,
                  "now" if place == now else "done" if place < now else "ahead") for place, spec in enumerate(specs)]


def _with_left_over(workflow, rows, review):
    """The workflow's stages, and behind the one that it followed each that only the review's rows still know."""
    specs = list(workflow.stages)
    lost = {row.stage: _as_it_was(row) for row in rows.values()
            if row.note or row.starts_on or row.ends_on or row.stage == review.stage}
    if review.stage not in lost:                # nothing was ever written down of where it stands
        lost[review.stage] = StageSpec(review.stage, lazy("%(title)s", title=review.stage), LEFT_OVER, "us", ())
    for stage in workflow.ids():
        lost.pop(stage, None)
    while lost:
        ids = [spec.id for spec in specs]
        stage = next((one for one in lost if one in rows and rows[one].after in ids), next(iter(lost)))
        after = rows[stage].after if stage in rows else ""
        specs.insert(ids.index(after) + 1 if after in ids else len(specs), lost.pop(stage))
    return specs


def _as_it_was(row):
    return StageSpec(row.stage, lazy("%(title)s", title=row.title), LEFT_OVER, row.who, ())


def _here(review, spec, workflow, row, is_left_over, status):
    starts_on, ends_on = row and row.starts_on, row and row.ends_on
    by_hand = frozenset(name for name, day in (("starts_on", starts_on), ("ends_on", ends_on)) if day)
    return StageHere(
        review, spec, status, starts_on or day_of(review, spec.start, workflow),
        ends_on or day_of(review, spec.end, workflow), by_hand, row.note if row else "",
        workflow.brought_by.get(spec.id, ""), is_left_over,
        tuple(Symbol(document, symbol_of(review, document)) for document in spec.documents))


def find_stage(stages: list[StageHere], stage: str) -> StageHere:
    """The one with this id; NotThere where the review has none."""
    for one in stages:
        if one.id == stage:
            return one
    raise NotThere(lazy("This review has no stage “%(stage)s”.", stage=stage))


def current(stages: list[StageHere]) -> StageHere:
    return next(stage for stage in stages if stage.status == "now")


def day_of(review: Review, offset: Offset | None, workflow: Workflow) -> date | None:
    """The day that an offset means for this review; None while nothing that it counts from is known, and for one beyond
    the calendar.

    A day of the review that is not known is counted from another: one of the window from the window's other one, else
    from the review.
    """
    if offset is None:
        return None
    known, usual = anchors(review), workflow.days_from_review
    for near in (offset.anchor, OTHER_OF_WINDOW.get(offset.anchor, "review"), "review"):
        if (day := known.get(near)) is not None:
            try:
                return day + timedelta(days=offset.days + usual.get(offset.anchor, 0) - usual.get(near, 0))
            except OverflowError:
                return None
    return None


def anchors(review: Review) -> dict[str, date | None]:
    """The days of the review from which stages count, as far as they are known."""
    opens, closes = read(review.window_opens_due), read(review.window_closes_due)
    return {"review": review.reviewed_on, "opening": opens.day if opens else None,
            "closing": closes.day if closes else None, "adoption": review.adopted_on}


def symbol_of(review: Review, document: StageDocument) -> str:
    """What was written down for this review, else what the pattern makes of its session and State; may be empty."""
    if document.key in review.symbols:
        return review.symbols[document.key]
    if "{session}" in document.symbol and review.wg_session is None:
        return ""
    return document.symbol.replace("{session}", str(review.wg_session)).replace("{iso3}", review.state)


def place_by_dates(review: Review, today: date) -> None:
    """Put a review that nobody has moved yet into the stage that has begun last, by its days. One whose last stage is
    over is closed: it was added for what it left behind."""
    workflow = shipped()
    begun = [stage for stage in workflow.stages
             if (day := day_of(review, stage.start, workflow)) is not None and day <= today]
    review.stage = begun[-1].id if begun else workflow.first.id
    over = day_of(review, workflow.stages[-1].end, workflow)
    review.is_closed = over is not None and over < today
