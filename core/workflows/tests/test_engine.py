"""The engine: the shipped workflow is whole, a patch is checked when it is loaded, a condition that fails says so."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.hooks import Offset, Patch, StageSpec, TrainingLink, Transition, Verdict
from core.language import lazy
from core.workflows import engine, moving  # noqa: F401 registers the conditions
from core.workflows.engine import BadPatch, ask, faults_of, patched, shipped, take_patches, workflow_of
from core.workflows.tests.conftest import HEARING, loaded

LINK = TrainingLink(lazy("How"), "/help", lazy("Us"))


def stage(name, **more):
    return StageSpec(name, lazy("Title"), lazy("Purpose"), "us", **{"links": (LINK,), **more})


def ways(workflow):
    return {(way.start, way.end): way.conditions for way in workflow.transitions}


def test_the_shipped_workflow_is_whole():
    workflow = shipped()
    assert workflow.ids() == ["consultation", "submission", "documents", "advocacy", "pre-session", "review", "answer",
                              "adoption", "implementation", "mid-term", "next-cycle"]
    assert faults_of(workflow) == []
    assert all(stage.links and str(stage.purpose) and stage.start for stage in workflow.stages)
    assert {name for way in workflow.transitions for name in way.conditions} == set(workflow.conditions)


def test_a_stage_stands_in_line_and_keeps_what_was_asked_before_it():
    met = {"hearings.minutes-out": lambda ctx, review: Verdict(True, lazy("Out."))}
    workflow = patched(shipped(), "hearings", Patch("upr-cycle", "answer", (HEARING,), met))
    assert workflow.ids()[6:9] == ["answer", "hearings-hearing", "adoption"]
    assert {way: asked for way, asked in ways(workflow).items() if "hearings-hearing" in way} == {
        ("answer", "hearings-hearing"): ("symbols-known",),
        ("hearings-hearing", "adoption"): ("hearings.minutes-out",)}
    assert ("answer", "adoption") not in ways(workflow)
    assert shipped().ids()[6:8] == ["answer", "adoption"]


def test_a_patch_behind_a_fork_leads_to_both_ways():
    workflow = patched(shipped(), "x", Patch("upr-cycle", "implementation", (stage("x-one"), stage("x-two"))))
    assert [way for way in ways(workflow) if way[0] in ("implementation", "x-one", "x-two")] == [
        ("implementation", "x-one"), ("x-one", "x-two"), ("x-two", "mid-term"), ("x-two", "next-cycle")]


def test_conditions_without_a_stage_are_asked_when_a_review_leaves():
    workflow = patched(shipped(), "x", Patch("upr-cycle", "answer", conditions={"x.one": lambda ctx, review: None}))
    assert ways(workflow)["answer", "adoption"] == ("symbols-known", "x.one")


def test_two_plugins_may_come_behind_the_same_stage():
    workflow = patched(shipped(), "x", Patch("upr-cycle", "answer", (stage("x-one"),)))
    workflow = patched(workflow, "y", Patch("upr-cycle", "answer", (stage("y-one"),)))
    assert workflow.ids()[6:10] == ["answer", "y-one", "x-one", "adoption"] and faults_of(workflow) == []


def test_a_patch_may_draw_its_own_ways():
    workflow = patched(shipped(), "x", Patch("upr-cycle", "answer", (stage("x-one"),), transitions=(
        Transition("answer", "adoption", ("symbols-known",)), Transition("answer", "x-one"),
        Transition("x-one", "adoption"))))
    assert ways(workflow)["answer", "adoption"] == ("symbols-known",)
    assert ways(workflow)["answer", "x-one"] == ways(workflow)["x-one", "adoption"] == ()


BAD = {
    "makes a stage unreachable": (
        Patch("upr-cycle", "answer", transitions=(Transition("answer", "implementation"),)),
        "the stage 'adoption' cannot be reached: no transition leads to it from 'consultation' on"),
    "brings a stage to which nothing leads": (
        Patch("upr-cycle", "answer", (stage("x-one"),), transitions=(Transition("answer", "adoption"),)),
        "the stage 'x-one' cannot be reached: no transition leads to it from 'consultation' on"),
    "is for another workflow": (Patch("treaty-body", "answer"),
                                "its patch is for the workflow 'treaty-body'; there is 'upr-cycle'"),
    "comes behind a stage that is not there": (
        Patch("upr-cycle", "reply", (stage("x-one"),)),
        "its patch comes after the stage 'reply', which is not in the workflow upr-cycle; there are consultation, "),
    "names a stage that is not there": (
        Patch("upr-cycle", "answer", transitions=(Transition("answer", "adoption"), Transition("answer", "reply"))),
        "a transition names the stage 'reply', which is not there"),
    "asks a condition that is not there": (
        Patch("upr-cycle", "answer", transitions=(Transition("answer", "adoption", ("x.gone",)),)),
        "the transition from 'answer' to 'adoption' asks the condition 'x.gone', which is not there"),
    "leads on from another's stage": (
        Patch("upr-cycle", "answer", transitions=(Transition("review", "adoption"), Transition("answer", "adoption"))),
        "its transitions lead on from 'answer' and its own stages only, not from review"),
    "has a stage under another name": (Patch("upr-cycle", "answer", (stage("y-one"),)),
                                       "its stage 'y-one' must begin with x-"),
    "has the same stage twice": (Patch("upr-cycle", "answer", (stage("x-one"), stage("x-one"))),
                                 "the stage 'x-one' is there twice"),
    "has a condition under another name": (
        Patch("upr-cycle", "answer", conditions={"window-closed": lambda ctx, review: None}),
        "its condition 'window-closed' must begin with x. and be a function"),
    "has a stage without a training link": (Patch("upr-cycle", "answer", (stage("x-one", links=()),)),
                                            "the stage 'x-one' has no training link"),
    "has a stage in which nobody acts": (Patch("upr-cycle", "answer", (replace(stage("x-one"), who="them"),)),
                                         "the stage 'x-one' says that 'them' acts; of the words state, un, us"),
    "counts from a day that no review has": (
        Patch("upr-cycle", "answer", (stage("x-one", start=Offset(1, "easter")),)),
        "the stage 'x-one' counts from 'easter'; of the words review, opening, closing, adoption"),
}


@pytest.mark.parametrize("wrong", BAD)
def test_a_patch_that_does_not_fit_is_refused_in_words(wrong):
    patch, words = BAD[wrong]
    with pytest.raises(BadPatch) as caught:
        patched(shipped(), "x", patch)
    assert words in str(caught.value)


def test_a_plugin_whose_patch_does_not_fit_is_not_loaded_and_the_workflow_stands_as_before(app, cast, guard):
    bad, before = BAD["makes a stage unreachable"][0], workflow_of(cast.member.ctx)
    app.host.manager.register(SimpleNamespace(), name="x")
    app.host.loaded["x"] = loaded("x", bad)
    take_patches(app.host)
    assert "x" not in app.host.loaded
    assert str(app.host.refused["x"]) == (
        "The plugin x is not loaded: BadPatch: its patch of the workflow upr-cycle does not fit: the stage 'adoption' "
        "cannot be reached: no transition leads to it from 'consultation' on.")
    assert workflow_of(cast.member.ctx) == before
    assert [fault for fault in guard.forget() if "plugin x is not loaded" in fault] != []


def test_a_strange_answer_is_no_patch_and_the_other_plugins_stay(app, cast, hearings, guard):
    app.host.manager.register(SimpleNamespace(), name="x")
    app.host.loaded["x"] = loaded("x", "not a patch")
    take_patches(app.host)
    assert "x" not in app.host.loaded and "hearings-hearing" in workflow_of(cast.member.ctx).ids()
    guard.forget()


def test_the_patch_of_a_plugin_that_is_off_here_is_left_out(app, cast, hearings):
    ctx = cast.member.ctx
    assert "hearings-hearing" in workflow_of(ctx).ids()
    ctx.coalition.plugins_off = ["hearings"]
    assert workflow_of(ctx).ids() == shipped().ids()


@pytest.mark.parametrize("answer", [ValueError("broken"), SystemExit(), None, True, Verdict(True, 3 / 7)])
def test_a_condition_that_fails_counts_as_not_met_and_names_the_plugin(cast, hearings, guard, answer):
    hearings.answer = answer
    verdicts = ask(cast.member.ctx, cast.review, Transition("hearings-hearing", "adoption", ("hearings.minutes-out",)))
    if isinstance(answer, Verdict):
        assert [(one.ok, str(one.sentence)) for one in verdicts] == [(True, str(3 / 7))]
        return
    assert [(one.ok, str(one.sentence)) for one in verdicts] == [(False, (
        "The condition “hearings.minutes-out” of the plugin hearings could not be asked; it counts as not met. Tell "
        "the administrator."))]
    assert len(guard.forget()) == 1


def test_no_condition_is_asked_while_a_change_is_open(cast):
    from core.changes import change
    with pytest.raises(RuntimeError), change(cast.coordinator.ctx, "review.edit", cast.review):
        ask(cast.coordinator.ctx, cast.review, Transition("review", "answer", ("symbols-known",)))


def test_the_engine_stays_small():
    from pathlib import Path
    assert len(Path(engine.__file__).read_text(encoding="utf-8").splitlines()) < 400
