"""Where what stands in a plugin's stages goes, when the plugin is switched off for a coalition.

It stays, marked, unless the coordinator moves it: to the stage before, or to the one behind. Asked on the switch.
"""

from dataclasses import dataclass

from core.language import lazy
from core.workflows.engine import stages_brought_by
from core.workflows.models import ReviewStage
from core.workflows.moving import keep_stage, put
from core.workflows.reviews import reviews_of
from core.workflows.standing import StageHere, current, find_stage, stages_of, stages_of_each

MOVED_OUT = lazy("The plugin that brought the stage was switched off.")
STAY, BEFORE, BEHIND = "stay", "before", "behind"


@dataclass(frozen=True)
class Left:
    """A stage of the plugin in which something of a review is: the review itself, or what was written down.

    `before` and `behind` are the nearest stages that stay; None where there is none.
    """

    stage: StageHere
    stands_here: bool
    before: StageHere | None
    behind: StageHere | None


def left_behind(ctx, plugins) -> list[Left]:
    """What would lose its stage if these plugins were switched off here."""
    going = {stage.id for stage in stages_brought_by(plugins)}
    stages = stages_of_each(ctx, reviews_of(ctx)) if going else {}
    return [left for each in stages.values() for left in _of_review(each, going)]


def _of_review(stages, going):
    here = current(stages)
    for place, stage in enumerate(stages):
        if stage.id in going and not stage.is_left_over and (stage is here or stage.note or stage.by_hand):
            staying = [(other, one) for other, one in enumerate(stages) if one.id not in going]
            yield Left(stage, stage is here, next((one for other, one in reversed(staying) if other < place), None),
                       next((one for other, one in staying if other > place), None))


def move_out(ctx, entry, found: list[Left], where: str) -> None:
    """Inside the open change that switches off: what is left goes where the coordinator says, or stays, marked."""
    for left in found:
        target = {BEFORE: left.before, BEHIND: left.behind}.get(where)
        review = entry.also(left.stage.review)
        stages = stages_of(ctx, review)
        if target is None:
            keep_stage(entry, stages, left.stage)
            continue
        target = find_stage(stages, target.id)
        keep_stage(entry, stages, target, note="\n\n".join(filter(None, (target.note, _in_words(left.stage)))))
        if left.stands_here:
            put(ctx, entry, stages_of(ctx, review), find_stage(stages_of(ctx, review), target.id),
                reason=str(MOVED_OUT))
        entry.remove_parts(ReviewStage, ReviewStage.review == review, ReviewStage.stage == left.stage.id)


def _in_words(stage):
    """What was written down of a stage, to stand among the notes of another."""
    days = [day.isoformat() for name, day in (("starts_on", stage.starts_on), ("ends_on", stage.ends_on))
            if name in stage.by_hand]
    return " ".join(filter(None, (f"{stage.title}:", " – ".join(days), stage.note))) if days or stage.note else ""
