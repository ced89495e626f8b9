"""The engine: a workflow is data, plugins patch it, and every way from stage to stage says what it asks.

    workflow = workflow_of(ctx)                     # core's, with the patches of the plugins that are on here
    for way in workflow.ways_from(review.stage):
        verdicts = ask(ctx, review, way)            # each a sentence; all met: the review may go this way

Stages are guidance, not a cage: nothing here keeps anybody from working ahead. How dates and what a coalition wrote
down are laid over a workflow: standing.py. How a review moves: moving.py.
"""

import logging
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from core.changes import is_open
from core.errors import trace
from core.hooks import Offset, Patch, StageDocument, StageSpec, TrainingLink, Transition, Verdict
from core.language import lazy

log = logging.getLogger("commonweal.workflows")

CYCLE = Path(__file__).parent / "upr_cycle.toml"
PARTIES = {"state", "un", "us"}
ANCHORS = ("review", "opening", "closing", "adoption")


CONDITIONS: dict[str, Callable] = {}        # core's own; conditions.py fills it


def condition(name: str):
    """Register a function (ctx, review) → Verdict of core under the name by which transitions ask it."""
    def register(function):
        CONDITIONS[name] = function
        return function
    return register


class BadPatch(Exception):
    """A patch that does not fit; its one argument says why, for the log and the administrator."""


@dataclass(frozen=True)
class Workflow:
    """Stages in the order in which they are shown, the ways between them, and what is asked on these.

    `conditions`: name → function. `brought_by`: a plugin's stage or condition → the plugin's name.
    `days_from_review`: anchor → where it is thought to be while its day is not known.
    """

    name: str
    stages: tuple[StageSpec, ...]
    transitions: tuple[Transition, ...]
    days_from_review: dict[str, int]
    conditions: dict[str, Callable] = field(default_factory=dict)
    brought_by: dict[str, str] = field(default_factory=dict)

    @property
    def first(self) -> StageSpec:
        return self.stages[0]

    def ids(self) -> list[str]:
        return [stage.id for stage in self.stages]

    def ways_from(self, stage: str) -> list[Transition]:
        return [way for way in self.transitions if way.start == stage]


# --- read ------------------------------------------------------------------------------------------------------------

@cache
def shipped() -> Workflow:
    """The workflow that core ships, without any patch."""
    data = tomllib.loads(CYCLE.read_text(encoding="utf-8"))
    workflow = Workflow(
        data["name"], tuple(_stage(stage) for stage in data["stage"]),
        tuple(Transition(way["start"], way["end"], tuple(way.get("conditions", ()))) for way in data["transition"]),
        data["days_from_review"], dict(CONDITIONS))
    if faults := faults_of(workflow):
        raise BadPatch("; ".join(faults))
    return workflow


def _stage(data):
    documents = tuple(StageDocument(one["key"], lazy(one["title"]), one.get("symbol", ""))
                      for one in data.get("documents", ()))
    return StageSpec(data["id"], lazy(data["title"]), lazy(data["purpose"]), data["who"], (_own_help(data["id"]),),
                     Offset(**data["start"]), Offset(**data["end"]), documents)


def _own_help(stage):
    """Until a coalition names its own trainers: what our page of help says of this stage."""
    return TrainingLink(lazy("What to do in this stage, step by step"), f"/help/stages#{stage}", lazy("Commonweal"))


# --- check -----------------------------------------------------------------------------------------------------------

def faults_of(workflow: Workflow) -> list[str]:
    """What is wrong with a workflow, in words for whoever wrote it; empty: every id is known, every stage reached."""
    ids = workflow.ids()
    faults = [f"the stage {stage!r} is there twice" for stage in sorted({one for one in ids if ids.count(one) > 1})]
    for stage in workflow.stages:
        faults += [f"the stage {stage.id!r} {fault}" for fault in _faults_of_stage(stage)]
    for way in workflow.transitions:
        faults += [f"a transition names the stage {end!r}, which is not there" for end in (way.start, way.end)
                   if end not in ids]
        faults += [f"the transition from {way.start!r} to {way.end!r} asks the condition {name!r}, which is not there"
                   for name in way.conditions if name not in workflow.conditions]
    return faults + [f"the stage {stage!r} cannot be reached: no transition leads to it from {ids[0]!r} on"
                     for stage in ids if stage not in _reached(workflow)]


def _faults_of_stage(stage):
    if not set(stage.who.split()) <= PARTIES or not stage.who.split():
        yield f"says that {stage.who!r} acts; of the words state, un, us"
    if not str(stage.title) or not str(stage.purpose):
        yield "has no title, or does not say what it is for"
    if not stage.links:
        yield "has no training link"
    for offset in (stage.start, stage.end):
        if offset is not None and offset.anchor not in ANCHORS:
            yield f"counts from {offset.anchor!r}; of the words {', '.join(ANCHORS)}"


def _reached(workflow):
    reached, waiting = set(), [workflow.first.id]
    while waiting:
        stage = waiting.pop()
        if stage not in reached:
            reached.add(stage)
            waiting += [way.end for way in workflow.ways_from(stage)]
    return reached


# --- patch -----------------------------------------------------------------------------------------------------------

def patched(workflow: Workflow, plugin: str, patch: Patch) -> Workflow:
    """The workflow with a plugin's patch. Raises BadPatch, with what is wrong, and leaves the workflow as it is."""
    _refuse_strange_names(workflow, plugin, patch)
    place = workflow.ids().index(patch.after) + 1
    new = [stage.id for stage in patch.stages]
    changed = replace(
        workflow, stages=(*workflow.stages[:place], *patch.stages, *workflow.stages[place:]),
        transitions=_led_anew(workflow, patch), conditions={**workflow.conditions, **patch.conditions},
        brought_by={**workflow.brought_by, **dict.fromkeys([*new, *patch.conditions], plugin)})
    if faults := faults_of(changed):
        raise BadPatch(f"its patch of the workflow {workflow.name} does not fit: {'; '.join(faults)}")
    return changed


def _refuse_strange_names(workflow, plugin, patch):
    if patch.workflow != workflow.name:
        raise BadPatch(f"its patch is for the workflow {patch.workflow!r}; there is {workflow.name!r}")
    if patch.after not in workflow.ids():
        raise BadPatch(f"its patch comes after the stage {patch.after!r}, which is not in the workflow "
                       f"{workflow.name}; there are {', '.join(workflow.ids())}")
    for stage in patch.stages:
        if not stage.id.startswith(f"{plugin}-"):
            raise BadPatch(f"its stage {stage.id!r} must begin with {plugin}-")
    for name, function in patch.conditions.items():
        if not name.startswith(f"{plugin}.") or not callable(function):
            raise BadPatch(f"its condition {name!r} must begin with {plugin}. and be a function")


def _led_anew(workflow, patch):
    """The transitions of the patched workflow: what led on from `after` now leads on from the last of the stages."""
    new = {stage.id for stage in patch.stages}
    if patch.transitions:
        if strange := {way.start for way in patch.transitions} - new - {patch.after}:
            raise BadPatch(f"its transitions lead on from {patch.after!r} and its own stages only, not from "
                           f"{', '.join(sorted(strange))}")
        others = [way for way in workflow.transitions if way.start != patch.after]
        return (*others, *patch.transitions)
    line = [patch.after, *(stage.id for stage in patch.stages)]
    led_on = workflow.ways_from(patch.after)
    asked = tuple(dict.fromkeys(name for way in led_on for name in way.conditions))
    inside = [Transition(start, end, asked if start == patch.after else ())
              for start, end in zip(line, line[1:], strict=False)]
    leaving = [Transition(line[-1], way.end, (*(() if inside else way.conditions), *patch.conditions))
               for way in led_on]
    return (*(way for way in workflow.transitions if way.start != patch.after), *inside, *leaving)


# --- the patches of this installation ----------------------------------------------------------------------------

_offered: list[tuple[str, Patch]] = []


def take_patches(host) -> None:
    """Keep what the loaded plugins say to `workflow_patches`, in place of what was kept before. Called at start.

    A plugin whose patch does not fit is taken out, in words; then the workflow stands as it would without that plugin.
    """
    _offered.clear()
    _with_plugins.cache_clear()
    fitting: list[tuple[str, Patch]] = []
    workflow = shipped()
    for plugin, loaded in host.loaded.items():
        try:
            for patch in loaded.said["workflow_patches"]:
                workflow = patched(workflow, plugin, patch)
                fitting.append((plugin, patch))
        except Exception as error:              # also what a strange answer raises: it is the plugin's, not ours
            host.drop(plugin, error)
            take_patches(host)                  # from the start: what requires it has gone, too
            return
    _offered.extend(fitting)


def workflow_of(ctx) -> Workflow:
    """The workflow of the coalition: core's, with the patches of the plugins that are on there."""
    off = ctx.coalition.plugins_off if ctx.coalition is not None else ()
    return _with_plugins(tuple(sorted({plugin for plugin, _patch in _offered} - set(off))))


@cache
def _with_plugins(names):
    workflow = shipped()
    for plugin, patch in _offered:
        if plugin in names:
            try:
                workflow = patched(workflow, plugin, patch)
            except BadPatch as error:           # it stands on the stage of a plugin that is off here
                log.warning("the patch of the plugin %s is left out where others are off: %s", plugin, error)
    return workflow


def stages_brought_by(plugins: Iterable[str]) -> list[StageSpec]:
    """The stages that these plugins add, whether they are on or not."""
    wanted = set(plugins)
    return [stage for plugin, patch in _offered if plugin in wanted for stage in patch.stages]


# --- ask -------------------------------------------------------------------------------------------------------------

def ask(ctx, review, way: Transition) -> list[Verdict]:
    """What each condition of this way says of the review. One that fails counts as not met, and says so."""
    if is_open():
        raise RuntimeError("A condition was asked inside an open change()")
    workflow = workflow_of(ctx)
    return [_verdict(ctx, review, workflow, name) for name in way.conditions]


def _verdict(ctx, review, workflow, name):
    plugin = workflow.brought_by.get(name)
    try:
        verdict = workflow.conditions[name](ctx, review)
        if not isinstance(verdict, Verdict):
            raise TypeError(f"a condition answers a Verdict, not {type(verdict).__name__}")
        return replace(verdict, ok=bool(verdict.ok), sentence=lazy("%(sentence)s", sentence=str(verdict.sentence)))
    except (Exception, SystemExit) as error:    # what a condition cannot say is no yes
        log.error("the condition %s of %s failed: %s", name, plugin or "core", trace(error))
        if plugin is None:
            return Verdict(False, lazy("The condition “%(name)s” could not be asked; it counts as not met. Tell the "
                                       "administrator.", name=name))
        return Verdict(False, lazy("The condition “%(name)s” of the plugin %(plugin)s could not be asked; it counts as "
                                   "not met. Tell the administrator.", name=name, plugin=plugin))
