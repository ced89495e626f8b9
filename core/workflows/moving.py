"""How a review moves: on, once the conditions of that way are met; back; or by force, in writing."""

from core.changes import change
from core.errors import Refused
from core.hooks import Transition, Verdict
from core.language import lazy
from core.workflows import conditions  # noqa: F401 registers those of core
from core.workflows.engine import ask, workflow_of
from core.workflows.models import Review, ReviewStage, StageMove
from core.workflows.standing import StageHere, current, find_stage, stages_of


class Blocked(Refused):
    """Conditions of the way are not met; `verdicts` are those."""

    def __init__(self, stage, verdicts):
        super().__init__(lazy("The review cannot move on to “%(stage)s” yet. %(sentences)s", stage=str(stage.title),
                              sentences=" ".join(str(verdict.sentence) for verdict in verdicts)))
        self.verdicts = verdicts


def ways_on(ctx, stages: list[StageHere]) -> list[tuple[StageHere, Transition]]:
    """Where the review can go from where it stands, each with the way and what that asks.

    From a stage that no workflow has any more: to the next one, and nothing is asked.
    """
    here = current(stages)
    found = {way.end: way for way in workflow_of(ctx).ways_from(here.id)}
    if here.is_left_over:
        after = stages[stages.index(here) + 1:][:1]
        found = {stage.id: Transition(here.id, stage.id) for stage in after}
    return [(stage, found[stage.id]) for stage in stages if stage.id in found]


def way_back(stages: list[StageHere]) -> StageHere | None:
    """The stage before the one in which the review stands; None at the first."""
    place = stages.index(current(stages))
    return stages[place - 1] if place else None


def unmet(ctx, review: Review, way: Transition) -> list[Verdict]:
    """The conditions of a way that are not met, as they say it."""
    return [verdict for verdict in ask(ctx, review, way) if not verdict.ok]


def move(ctx, review: Review, stage: str, version=None) -> None:
    """Move a review on to a stage that follows, or back to the one before. Blocked says what is not met yet."""
    stages = stages_of(ctx, review)
    target = find_stage(stages, stage)
    _refuse_standing(target)
    ways = {found.id: way for found, way in ways_on(ctx, stages)}
    back = way_back(stages)
    if target.id in ways:
        if verdicts := unmet(ctx, review, ways[target.id]):
            raise Blocked(target, verdicts)
    elif back is None or back.id != target.id:
        raise Refused(lazy("No way leads from “%(here)s” to “%(stage)s”. A coordinator can move the review there by "
                           "force, with a reason.", here=str(current(stages).title), stage=str(target.title)))
    with change(ctx, "review.move", review, version=version) as entry:
        put(ctx, entry, stages, target)


def force(ctx, review: Review, stage: str, reason: str, version=None) -> None:
    """Move a review to any stage, whatever its conditions say; reason and what was not met are written down."""
    stages = stages_of(ctx, review)
    target = find_stage(stages, stage)
    _refuse_standing(target)
    if not reason.strip():
        raise Refused(lazy("Write why the review moves although not all is met: it is kept for those who come later."))
    ways = {found.id: way for found, way in ways_on(ctx, stages)}
    passed_over = unmet(ctx, review, ways[target.id]) if target.id in ways else []
    with change(ctx, "review.force", review, version=version) as entry:
        put(ctx, entry, stages, target, is_forced=True, reason=reason.strip(), passed_over=passed_over)


def _refuse_standing(target):
    if target.status == "now":
        raise Refused(lazy("The review stands in “%(stage)s” already.", stage=str(target.title)))


def put(ctx, entry, stages, target, is_forced=False, reason="", passed_over=()) -> None:
    """Inside an open change that holds the review: it stands in this stage now, and the move is written down."""
    here, review = current(stages), target.review
    keep_stage(entry, stages, target)
    entry.add_parts(StageMove, [{
        "review": review, "at": ctx.now, "seat": ctx.seat, "start": here.id, "end": target.id,
        "start_title": str(here.title), "end_title": str(target.title), "is_forced": is_forced, "reason": reason,
        "unmet": [verdict.sentence.kept() for verdict in passed_over]}])
    review.stage = target.id


def keep_stage(entry, stages, stage, **values) -> None:
    """Inside an open change that holds the review: write a stage's own row, with what stood in it before.

    Its title and place are kept, so that it can be shown when the plugin that brought it is gone.
    """
    place = stages.index(stage)
    held = {"starts_on": stage.starts_on if "starts_on" in stage.by_hand else None,
            "ends_on": stage.ends_on if "ends_on" in stage.by_hand else None, "note": stage.note, **values}
    entry.remove_parts(ReviewStage, ReviewStage.review == stage.review, ReviewStage.stage == stage.id)
    entry.add_parts(ReviewStage, [{
        "review": stage.review, "stage": stage.id, "title": str(stage.title), "who": stage.spec.who,
        "after": stages[place - 1].id if place else "", **held}])


def change_stage_here(ctx, review: Review, stage: str, starts_on, ends_on, note: str, symbols: dict[str, str],
                      version=None) -> None:
    """Write down what is known of one stage of this review. A day of None is the workflow's; `symbols` by the key of
    the document. Refused when it would end before it begins."""
    stages = stages_of(ctx, review)
    here = find_stage(stages, stage)
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(lazy("The stage would end before it begins. Look at the two days."))
    standing = {one.document.key: one.symbol for one in here.documents}
    changed = {key: symbol.strip() for key, symbol in symbols.items()
               if key in standing and symbol.strip() != standing[key]}
    with change(ctx, "review.edit", review, version=version) as entry:
        if changed:
            review.symbols = {**review.symbols, **changed}
        keep_stage(entry, stages, here, starts_on=starts_on, ends_on=ends_on, note=note.strip())


def moves_of(review: Review) -> list[StageMove]:
    """How the review came to where it stands, the newest first."""
    return list(StageMove.select().where(StageMove.review == review).order_by(StageMove.id.desc()))
