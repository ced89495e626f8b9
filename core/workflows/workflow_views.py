"""The coalition's copy of the workflow, its reviews with what the calendar says, and the question on a switch."""

from flask import current_app, render_template, request, url_for

from core.errors import Conflict, NotThere, Refused
from core.language import _, format_date, lazy, ngettext
from core.policy import allowed
from core.reference.calendar import confidence_words, proposals
from core.reference.states import read_state, state_name
from core.web.forms import seen_version
from core.web.frame import back_to, route, say
from core.workflows.copying import as_kept, as_shipped, change_stage, copy_of, laid_over
from core.workflows.engine import workflow_of
from core.workflows.forms import ANCHOR_WORDS, StageForm
from core.workflows.leaving import left_behind
from core.workflows.reviews import review_detail, reviews_of
from core.workflows.standing import current, stages_of_each
from core.workflows.views import pages, source_shown

TOLD_IN_MONTHS = 60             # days from which nobody counts in days
DAYS_OF_A_MONTH = 365.25 / 12


@pages.get("/c/<coalition>/reviews")
@route("coalition.see")
def all_reviews(ctx):
    asked = request.args.get("state", "").strip()
    state = read_state(asked) if asked else ctx.coalition.state
    followed = reviews_of(ctx)
    stages = stages_of_each(ctx, followed)
    return render_template(
        "workflows/reviews.html", reviews=[_review(review, current(stages[review.id])) for review in followed],
        asked=asked, state=_state_words(ctx, state), is_known=state is not None,
        proposals=[_proposal(one, followed) for one in proposals(state)] if state else [],
        state_code=state or "", add_url=url_for("coalitions.add_review_page") if allowed(
            ctx, "coalition.settings", ctx.coalition) else "", workflow_url=url_for("workflows.workflow"))


def _state_words(ctx, state):
    if state == ctx.coalition.state and ctx.coalition.state_name:
        return ctx.coalition.state_name
    return state_name(state, ctx.locale) if state else ""


def _review(review, stage):
    return {"title": review.title, "detail": str(review_detail(review)), "is_closed": review.is_closed,
            "stage": str(stage.title),
            "url": url_for("workflows.review", review=review.key)}


def _proposal(one, followed):
    return {"session": one.session, "cycle": one.cycle, "source": source_shown(one.source, one.confidence),
            "confidence": confidence_words(one.confidence),
            "month": format_date(one.first_day, "LLLL y") if one.first_day else _("not known"),
            "deadline": format_date(one.deadline, "long") if one.deadline else _("not known"),
            "is_followed": any((review.state, review.wg_session) == (one.state, one.session) for review in followed)}


@pages.get("/c/<coalition>/workflow")
@route("coalition.see")
def workflow(ctx):
    plain = workflow_of(ctx)
    copy = copy_of(ctx, plain)
    may_edit = allowed(ctx, "review.edit", ctx.coalition)
    return render_template("workflows/workflow.html", stages=[{
        "title": str(stage.title), "purpose": str(stage.purpose), "who": stage.who,
        "starts": _offset_words(stage.start), "ends": _offset_words(stage.end),
        "links": [{"title": str(link.title), "url": link.url} for link in stage.links],
        "plugin": plain.brought_by.get(stage.id, ""), "is_changed": copy is not None and stage.id in copy.stages,
        "edit_url": url_for("workflows.edit_stage", stage=stage.id) if may_edit else ""}
        for stage in laid_over(ctx, plain).stages])


def _offset_words(offset):
    if offset is None:
        return _("not known")
    anchor = str(ANCHOR_WORDS[offset.anchor])
    if offset.days == 0:
        return anchor
    if abs(offset.days) >= TOLD_IN_MONTHS:
        length = _about(round(abs(offset.days) / DAYS_OF_A_MONTH))
        if offset.days < 0:
            return _("about %(length)s before %(day)s", length=length, day=anchor)
        return _("about %(length)s after %(day)s", length=length, day=anchor)
    if offset.days < 0:
        return ngettext("%(num)d day before %(day)s", "%(num)d days before %(day)s", -offset.days, day=anchor)
    return ngettext("%(num)d day after %(day)s", "%(num)d days after %(day)s", offset.days, day=anchor)


def _about(months):
    years, rest = divmod(months, 12)
    parts = [ngettext("%(num)d year", "%(num)d years", years) if years else "",
             ngettext("%(num)d month", "%(num)d months", rest) if rest else ""]
    return _(" and ").join(part for part in parts if part)


@pages.route("/c/<coalition>/workflow/<stage>", methods=["GET", "POST"])
@route("review.edit")
def edit_stage(ctx, stage):
    found = _stage(ctx, stage)
    copy = copy_of(ctx, workflow_of(ctx))
    form = StageForm(data=_as_typed(found))
    if request.method == "POST" and form.validate():
        try:
            change_stage(ctx, found, {**form.data, "documents": form.documents.data or "",
                                      "links": form.links.data or ""}, seen_version())
            say(_("The stage is changed, in all reviews of this coalition."))
            return back_to("workflows.workflow")
        except Conflict as error:
            form.refuse(error)
        except Refused as error:
            form.refuse(error)
    return render_template(
        "workflows/edit_stage.html", form=form, title=str(found.title), version=copy.version if copy else None,
        shipped_url=url_for("workflows.shipped_stage", stage=stage) if copy and stage in copy.stages else "",
        back_url=url_for("workflows.workflow")), 422 if form.errors else 200


def _stage(ctx, stage):
    for one in laid_over(ctx, workflow_of(ctx)).stages:
        if one.id == stage:
            return one
    raise NotThere(lazy("The workflow has no stage “%(stage)s”.", stage=stage))


def _as_typed(stage):
    kept = as_kept(stage)
    offsets = {f"{name}_{part}": str((kept[name] or {"days": "", "anchor": "review"})[part])
               for name in ("start", "end") for part in ("days", "anchor")}
    return {"title": kept["title"], "purpose": kept["purpose"], **offsets,
            "documents": "\n".join(f"{one['title']} | {one['symbol']}".rstrip("| ") for one in kept["documents"]),
            "links": "\n".join(" | ".join((one["title"], one["url"], one["source"])) for one in kept["links"])}


@pages.post("/c/<coalition>/workflow/<stage>/shipped")
@route("review.edit")
def shipped_stage(ctx, stage):
    as_shipped(ctx, _stage(ctx, stage), seen_version())
    say(_("The stage is as it was shipped."))
    return back_to("workflows.workflow")


@pages.get("/c/<coalition>/coalition/plugins/<name>/leaving")
@route("coalition.settings")
def leaving(ctx, name):
    loaded = current_app.host.loaded.get(name)
    if loaded is None:
        raise NotThere(lazy("There is no plugin of this name."))
    found = left_behind(ctx, current_app.host.with_users(name))
    return render_template(
        "workflows/leaving.html", title=str(loaded.manifest.title), switch_url=url_for("coalitions.switch", name=name),
        left=[{"stage": str(left.stage.title), "review": left.stage.review.title, "stands_here": left.stands_here,
               "detail": str(review_detail(left.stage.review)), "before": str(left.before.title) if left.before else "",
               "behind": str(left.behind.title) if left.behind else ""} for left in found],
        back_url=url_for("coalitions.coalition", _anchor="plugins"))
