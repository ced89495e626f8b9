"""A coalition's copy of the workflow: what it changed of a stage lies over what core and the plugins say of it.

Only what was changed is kept, so a stage that a plugin adds later, or a corrected day that core ships, still comes in.
A stage's changes are {"title", "purpose", "start", "end", "documents", "links"}, each only where it was changed.
"""

import re
from dataclasses import replace

from core.changes import change
from core.errors import Refused
from core.hooks import Offset, StageDocument, StageSpec, TrainingLink
from core.language import lazy
from core.policy import visible
from core.workflows.engine import ANCHORS, Workflow, workflow_of
from core.workflows.models import WorkflowCopy

ADDRESS = re.compile(r"https?://\S+|/\S*")
KEY = re.compile(r"[a-z0-9-]{1,40}")


def copy_of(ctx, workflow: Workflow) -> WorkflowCopy | None:
    """What the coalition changed of this workflow; None where it changed nothing."""
    return visible(ctx, WorkflowCopy).where(WorkflowCopy.workflow == workflow.name).first()


def laid_over(ctx, workflow: Workflow) -> Workflow:
    """The workflow with the coalition's changes."""
    copy = copy_of(ctx, workflow) if ctx.coalition is not None else None
    if copy is None:
        return workflow
    return replace(workflow, stages=tuple(changed_stage(stage, copy.stages.get(stage.id, {}))
                                          for stage in workflow.stages))


def changed_stage(stage: StageSpec, changes: dict) -> StageSpec:
    """The stage with a coalition's changes; its id, who acts and the ways on are the workflow's own."""
    if not changes:
        return stage
    values = {name: _own(changes[name]) for name in ("title", "purpose") if name in changes}
    values |= {name: Offset(**changes[name]) if changes[name] else None for name in ("start", "end") if name in changes}
    if "documents" in changes:
        values["documents"] = tuple(StageDocument(one["key"], _own(one["title"]), one["symbol"])
                                    for one in changes["documents"])
    if "links" in changes:
        values["links"] = tuple(TrainingLink(_own(one["title"]), one["url"], _own(one["source"]))
                                for one in changes["links"] if ADDRESS.fullmatch(one["url"]))
    return replace(stage, **values)


def _own(text):
    """A coalition's own words: no sentence of the catalogue, so they pass it by."""
    return lazy("%(words)s", words=text)


def change_stage(ctx, stage: StageSpec, values: dict, version=None) -> None:
    """Write down what the coalition wants of a stage, `values` as a form gives them (see forms.StageForm).

    Only what differs from the workflow's own is kept. Refused where the stage would be left without title or link.
    """
    workflow = workflow_of(ctx)
    own = next(one for one in workflow.stages if one.id == stage.id)
    wanted = {"title": values["title"].strip(), "purpose": values["purpose"].strip(),
              "start": _offset(values["start_days"], values["start_anchor"]),
              "end": _offset(values["end_days"], values["end_anchor"]),
              "documents": _documents(values["documents"], own), "links": _links(values["links"])}
    if not wanted["title"] or not wanted["purpose"]:
        raise Refused(lazy("A stage needs a title, and a sentence that says what it is for."))
    if not wanted["links"]:
        raise Refused(lazy("A stage needs at least one training link, such as “What to do | /help/stages | "
                           "Commonweal”."))
    changes = {name: value for name, value in wanted.items() if value != as_kept(own)[name]}
    _keep(ctx, workflow, stage.id, changes, version)


def as_shipped(ctx, stage: StageSpec, version=None) -> None:
    """Take the coalition's changes of a stage back."""
    _keep(ctx, workflow_of(ctx), stage.id, {}, version)


def _keep(ctx, workflow, stage, changes, version):
    copy = copy_of(ctx, workflow)
    if copy is None:
        with change(ctx, "review.edit", ctx.coalition) as entry:
            entry.add(WorkflowCopy(workflow=workflow.name, stages={stage: changes} if changes else {}))
        return
    with change(ctx, "review.edit", copy, version=version):
        others = {name: value for name, value in copy.stages.items() if name != stage}
        copy.stages = {**others, **({stage: changes} if changes else {})}


def as_kept(stage: StageSpec) -> dict:
    """A stage's values as a copy keeps them, in the language of the moment."""
    return {"title": str(stage.title), "purpose": str(stage.purpose), "start": _kept_offset(stage.start),
            "end": _kept_offset(stage.end),
            "documents": [{"key": one.key, "title": str(one.title), "symbol": one.symbol} for one in stage.documents],
            "links": [{"title": str(one.title), "url": one.url, "source": str(one.source)} for one in stage.links]}


def _kept_offset(offset):
    return {"days": offset.days, "anchor": offset.anchor} if offset else None


def _offset(days, anchor):
    if not days.strip():
        return None
    if anchor not in ANCHORS or not re.fullmatch(r"[+-]?\d{1,4}", days.strip()):
        raise Refused(lazy("“%(days)s” is no number of days. Write a whole number, with a minus for days before; or "
                           "leave it empty while the day is not known.", days=days))
    return {"days": int(days), "anchor": anchor}


def _documents(lines, own):
    """A document per line: `Title | symbol`. One that the workflow has keeps its key, and with it its symbols."""
    found = []
    keys = {str(one.title): one.key for one in own.documents}
    for line in lines.splitlines():
        title, _bar, symbol = (part.strip() for part in line.partition("|"))
        if title:
            key = keys.get(title) or re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40]
            if not KEY.fullmatch(key) or key in [one["key"] for one in found]:
                key = f"document-{len(found) + 1}"
            found.append({"key": key, "title": title, "symbol": symbol})
    return found


def _links(lines):
    """A link per line: `Title | address | who offers it`. Refused for what is no address."""
    found = []
    for line in lines.splitlines():
        if not line.strip():
            continue
        title, url, source = (*(part.strip() for part in line.split("|")), "", "")[:3]
        if not title or not ADDRESS.fullmatch(url) or url.startswith("//"):
            raise Refused(lazy("“%(line)s” is no link. Write: title | https://… | who offers it.", line=line.strip()))
        found.append({"title": title, "url": url, "source": source})
    return found
