"""An organisation's own lights: its list, many at once, and one after the other."""

from flask import render_template, request, url_for

from core.api import Conflict, Refused, _, allowed, find, format_date, labels, lazy, ngettext
from core.reference.states import state_name
from core.web.forms import seen_version
from core.web.frame import back_to, review_here, route, say
from plugins.midterm import assessing, claims, evidence, rounds, sharing
from plugins.midterm.lights import LIGHTS, SHORT, WORDS, pair, read_light
from plugins.midterm.matrix import name_of, states_of, terms_of
from plugins.midterm.merging import merged
from plugins.midterm.models import Assessment
from plugins.midterm.reporting import evidence_words
from plugins.midterm.shown import read_shown
from plugins.midterm.views import (
    acting_for,
    back,
    claim_row,
    for_whom,
    light_choices,
    light_words,
    needed_review,
    nothing_yet,
    offer_undo,
    pages,
    recommendation_url,
    round_here,
)
from plugins.recommendations.positions import POSITION_WORDS

QUEUE_BEFORE, QUEUE_AFTER = 4, 6            # how much of the list stands beside the form
MOST_THEMES = 2


@pages.get("/mine")
@route("midterm.see")
def mine(ctx):
    review = review_here(ctx)
    if review is None:
        return nothing_yet()
    assessment_round = round_here(ctx, review)
    membership = acting_for(ctx)
    work = assessing.tasks(ctx, assessment_round, membership) if assessment_round and membership else []
    shown = request.args.get("show", "all")
    tests = {"open": lambda task: not task.light, "done": lambda task: bool(task.light)}
    done = sum(bool(task.light) for task in work)
    named = labels(ctx, ctx.memberships)

    def address(show, **more):
        return url_for("midterm.mine", review=review.key, show=show, **for_whom(membership), **more)
    listed = [task for task in work if shown not in tests or tests[shown](task)]
    following = assessing.next_open(work)
    return render_template(
        "midterm/mine.html", review=review, round=assessment_round, tasks=[_task_row(task) for task in listed],
        organisation=named[membership.id] if membership else "", done=done, total=len(work), shown=shown,
        due=_due_words(ctx, work), lights=light_choices(), mark_url=url_for("midterm.mark_many", review=review.key),
        urls={name: address(name) for name in ("all", "open", "done")}, tick_url=address(shown, tick="all"),
        is_ticked=request.args.get("tick") == "all",
        next_url=url_for("midterm.assess", uid=following.uid) if following else "", membership=membership,
        shares=_shares(ctx, assessment_round) if allowed(ctx, "midterm.share") else [],
        others=[{"title": named[one.id], "url": url_for("midterm.mine", review=review.key, **for_whom(one))}
                for one in ctx.memberships if one != membership])


def _shares(ctx, assessment_round):
    """How far each organisation is, those with most left first."""
    shared = sharing.progress(ctx, assessment_round)
    named = labels(ctx, shared)
    found = [{"label": named[membership], "done": done, "total": total} for membership, (done, total) in shared.items()]
    return sorted(found, key=lambda one: (one["done"] - one["total"], one["label"].casefold()))


def _task_row(task):
    return {"uid": task.uid, "url": url_for("midterm.assess", uid=task.uid), "name": name_of(task.number, task.part),
            "text": task.text, "position": task.position, "position_words": POSITION_WORDS[task.position],
            "light": task.counted, "light_words": light_words(task.light, task.in_practice, SHORT) or _("not yet"),
            "comment": task.comment, "due": format_date(task.due) if task.due and not task.light else ""}


def _due_words(ctx, work):
    days = sorted(task.due for task in work if task.due and not task.light)
    left = sum(not task.light for task in work)
    if not left:
        return ""
    words = ngettext("%(num)d left", "%(num)d left", left)
    return _("%(left)s, due %(day)s", left=words, day=format_date(days[0], "EEE d MMM")) if days else words


@pages.post("/mine")
@route("midterm.see")
def mark_many(ctx):
    review = needed_review(ctx)
    membership, assessment_round = acting_for(ctx), rounds.needed_round(ctx, review, request.form.get("title"))
    if membership is None:
        raise Refused(lazy("You act for no organisation here. A coordinator can enter you for one on the coalition's "
                           "page."))
    light = read_light(request.form.get("light", ""))
    act, changed = assessing.set_many(ctx, assessment_round, membership, request.form.getlist("task"), light)
    say(ngettext("%(num)d light is set: %(light)s.", "%(num)d lights are set: %(light)s.", changed,
                 light=str(WORDS[light])), undo=offer_undo(act, "assess"))
    return back(endpoint="midterm.mine", review=review.key)


# One at a time

@pages.get("/assess")
@route("midterm.see")
def begin(ctx):
    """Where the bar leads: the next recommendation without a light, or the list."""
    review = review_here(ctx)
    if review is None:
        return nothing_yet()
    assessment_round, membership = round_here(ctx, review), acting_for(ctx)
    if assessment_round and membership:
        following = assessing.next_open(assessing.tasks(ctx, assessment_round, membership))
        if following:
            return back_to("midterm.assess", uid=following.uid)
    return back_to("midterm.mine", review=review.key)


@pages.get("/assess/<uid>")
@route("midterm.assess", load=Assessment)
def assess(ctx, assessment):
    return _assess_page(ctx, assessment, {
        "light": assessment.light or "", "light_in_practice": assessment.light_in_practice or "",
        "comment": assessment.comment, "evidence": "", "evidence_source": "", "evidence_date": ""})


@pages.post("/assess/<uid>")
@route("midterm.assess", load=Assessment)
def save(ctx, assessment):
    typed = {name: request.form.get(name, "") for name in
             ("light", "light_in_practice", "comment", "evidence", "evidence_source", "evidence_date")}
    if typed["light_in_practice"] == "same":
        typed["light_in_practice"] = ""
    try:
        light, in_practice = pair(typed["light"], typed["light_in_practice"])
        if light is None and "later" not in request.form:
            raise Refused(lazy("Choose a light, or press Later to go on without one."))
        shown = _shown(typed)
        act = assessing.set_light(ctx, assessment, light, in_practice, typed["comment"], seen_version())
    except Conflict:
        return _two_versions(ctx, assessment, typed)
    except Refused as refusal:
        return _assess_page(ctx, assessment, typed, str(refusal)), 422
    if shown:
        evidence.add_evidence(ctx, assessment.recommendation, assessment.round, assessment.membership, shown)
    return _go_on(ctx, assessment, act)


def _shown(typed):
    if not (typed["evidence"].strip() or typed["evidence_source"].strip()):
        return None
    return read_shown(typed["evidence"], typed["evidence_source"], typed["evidence_date"])


def _two_versions(ctx, assessment, typed):
    """The page that shows both versions; what only the other changed is taken over as it stands."""
    standing = find(ctx, Assessment, assessment.uid)
    light, in_practice = pair(typed["light"], typed["light_in_practice"])
    fields = {"light": light, "light_in_practice": in_practice, "comment": typed["comment"].strip()}
    mine, theirs = merged(ctx, standing, fields, seen_version())
    words = {"": "–", **{light: str(WORDS[light]) for light in LIGHTS}}
    return render_template(
        "web/409.html", mine=mine, theirs=theirs, version=standing.version, action=request.path,
        sentence=_("Somebody else of your organisation has set this light since you opened it."),
        labels={"light": _("Light"), "light_in_practice": _("In practice"), "comment": _("Comment")},
        words={"light": words, "light_in_practice": words},
        fields=[(name, typed[name]) for name in ("evidence", "evidence_source", "evidence_date")]), 409


def _go_on(ctx, assessment, act):
    """After saving: to the next one without a light, or to the list when it was the last."""
    work = assessing.tasks(ctx, assessment.round, assessment.membership)
    recommendation = assessment.recommendation
    name = name_of(recommendation.number, recommendation.part)
    if act and assessment.light:
        say(_("%(number)s: %(light)s", number=name,
              light=light_words(assessment.light, assessment.light_in_practice)), undo=offer_undo(act, "assess"))
    elif act:
        say(_("%(number)s: your comment is kept; the light is still open.", number=name))
    following = assessing.next_open(work, assessment.uid)
    if following:
        return back_to("midterm.assess", uid=following.uid)
    if all(task.light for task in work):
        say(ngettext("Your %(num)d light is set.", "All %(num)d lights are set.", len(work)))
    return back_to("midterm.mine", review=assessment.round.review.key, **for_whom(assessment.membership))


def _assess_page(ctx, assessment, typed, problem=""):
    recommendation, assessment_round = assessment.recommendation, assessment.round
    work = assessing.tasks(ctx, assessment_round, assessment.membership)
    place = next(index for index, task in enumerate(work) if task.uid == assessment.uid)
    following = assessing.next_open(work, assessment.uid)
    said = assessing.others(ctx, assessment)
    named = labels(ctx, [assessment.membership_id, *(membership for membership, *_rest in said)])
    states = states_of(ctx, [recommendation.id]).get(recommendation.id, ())
    themes = [name for kind, name in terms_of(ctx, [recommendation.id]).get(recommendation.id, ()) if kind == "theme"]
    around = work[max(0, place - QUEUE_BEFORE):place + QUEUE_AFTER]
    return render_template(
        "midterm/assess.html", save_url=url_for("midterm.save", uid=assessment.uid), typed=typed,
        problem=problem, version=assessment.version, lights=light_choices(),
        organisation=named[assessment.membership_id], round=assessment_round,
        number=name_of(recommendation.number, recommendation.part), text=recommendation.text,
        position=recommendation.position, position_words=POSITION_WORDS[recommendation.position],
        states=[state_name(iso3, ctx.locale) for iso3 in states], themes=themes[:MOST_THEMES],
        recommendation_url=recommendation_url(recommendation), place=place + 1, total=len(work),
        done=sum(bool(task.light) for task in work), due=_due_words(ctx, work),
        stitches=["now" if task.uid == assessment.uid else "done" if task.light else "" for task in work],
        queue=[{**_task_row(task), "current": task.uid == assessment.uid} for task in around],
        next_name=name_of(following.number, following.part) if following else "",
        previous_url=url_for("midterm.assess", uid=work[place - 1].uid) if place else "",
        next_url=url_for("midterm.assess", uid=work[place + 1].uid) if place + 1 < len(work) else "",
        list_url=url_for("midterm.mine", review=assessment_round.review.key, **for_whom(assessment.membership)),
        earlier=[{"light": light, "words": light_words(light, in_practice), "round": title}
                 for title, light, in_practice in assessing.earlier(ctx, assessment)],
        claims=[claim_row(claim) for claim in claims.claims_of(ctx, [recommendation]).get(recommendation.id, ())],
        evidence=[evidence_words(one) for one in evidence.evidence_of(ctx, [recommendation]).get(recommendation.id, ())
                  if one.membership_id == assessment.membership_id],
        others_count=len(said),
        others=[{"label": named[membership], "light": light, "words": light_words(light, in_practice),
                 "comment": comment} for membership, light, in_practice, comment in said] if assessment.light else [])
