"""The blueprint, what its pages have in common, and the small forms: shares, evidence, dissent, claims, undo."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, request, url_for
from werkzeug.exceptions import HTTPException

from core.api import (
    FileStore,
    Membership,
    NotThere,
    Refused,
    Review,
    Upload,
    _,
    find,
    format_date,
    labels,
    lazy,
    ngettext,
    undo,
)
from core.tables.days import read_day
from core.web.frame import back_to, came_from, review_here, route, say
from plugins.midterm import agreeing, claims, evidence, rounds, sharing
from plugins.midterm.lights import HINTS, KEYS, LIGHTS, SHORT, WORDS, in_words, read_light
from plugins.midterm.models import AgreedAssessment, Assessment, Claim, Evidence, Round
from plugins.midterm.shown import Shown, read_shown
from plugins.recommendations.models import Recommendation

pages = Blueprint("midterm", __name__)

UNDOABLE = {"assess": ("midterm.assess", Assessment), "agree": ("midterm.agree", AgreedAssessment)}


def needed_review(ctx) -> Review:
    """The review of this page; a page without one says what to do first."""
    review = review_here(ctx)
    if review is None:
        raise Refused(lazy("The coalition follows no review yet. Bring in a file with recommendations first."))
    return review


def nothing_yet():
    """From a page that shows a review's recommendations, where there is none yet, to where they are brought in."""
    say(_("Nothing can be assessed yet: the recommendations come first."), kind="care")
    return back_to("recommendations.index")


def round_here(ctx, review) -> Round | None:
    """The round that `?round=` names by its uid, else the newest."""
    uid = request.values.get("round")
    if not uid:
        return rounds.find_round(ctx, review)
    found = find(ctx, Round, uid)
    if found.review_id != review.id:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return found


def offer_undo(act: str | None, kind: str):
    """What say() needs to offer taking an act back."""
    return act and {"url": url_for("midterm.take_back"), "fields": {"act": act, "kind": kind}, "label": _("Undo")}


def back(**default):
    """To the page that the form came from, when it is one of ours; else to the default."""
    page = came_from()
    return back_to(page) if page and _is_a_page(page) else back_to(default.pop("endpoint"), **default)


def _is_a_page(path):
    """Not the address of a form that was given back with its faults: nothing can be got there."""
    try:
        current_app.url_map.bind("").match(urlsplit(path).path, "GET")
    except HTTPException:
        return False
    return True


def light_words(light, in_practice, words=WORDS) -> str:
    """A light in one line: "In law: Implemented · In practice: Partial implementation"; empty for none."""
    return " · ".join(str(said) for _light, said in in_words(light, in_practice, words))


def acting_for(ctx) -> Membership | None:
    """The organisation that the page is about: `for` names one of one's own; else the first; None without any."""
    wanted = request.values.get("for")
    own = {membership.uid: membership for membership in ctx.memberships}
    if wanted and wanted not in own:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return own[wanted] if wanted else next(iter(ctx.memberships), None)


def for_whom(membership):
    return {"for": membership.uid} if membership else {}


def light_choices():
    return [{"value": light, "words": str(SHORT[light]), "hint": str(HINTS[light]), "key": KEYS[light]}
            for light in LIGHTS]


def recommendation_url(recommendation) -> str:
    """The page of a recommendation, where the plugin that shows it is there; else an empty string."""
    if "recommendations.show" not in current_app.view_functions:
        return ""
    return url_for("recommendations.show", uid=recommendation.uid)


def claim_row(claim):
    facts = [claim.source, format_date(claim.said_on) if claim.said_on else ""]
    return {"text": claim.text, "light": claim.light, "words": str(WORDS[claim.light]) if claim.light else "",
            "source": _(", ").join(fact for fact in facts if fact),
            "remove_url": url_for("midterm.drop_claim", uid=claim.uid)}


# Sharing out

@pages.post("/share")
@route("midterm.share")
def share(ctx):
    """From the list of recommendations: those ticked go to an organisation, by a day."""
    review = needed_review(ctx)
    if not request.form.get("organisation"):
        raise Refused(lazy("Choose the organisation that gets them."))
    membership = find(ctx, Membership, request.form["organisation"])
    chosen = sharing.recommendations_by_uid(ctx, review, request.form.getlist("rec"))
    done = sharing.share(ctx, review, rounds.find_round(ctx, review), chosen, membership,
                         read_day(request.form.get("due", "")))
    undoing = {"url": url_for("midterm.unshare", review=review.key), "label": _("Undo"), "fields": {
        "organisation": membership.uid, "recs": ",".join(one.uid for one in chosen)}} if done.new else None
    say(_("%(organisation)s: %(shared)s", organisation=labels(ctx, [membership])[membership.id],
          shared=_shared_words(done)), undo=undoing)
    return back(endpoint="midterm.matrix", review=review.key)


def _shared_words(done):
    words = [ngettext("%(num)d recommendation shared out", "%(num)d recommendations shared out", done.new)]
    if done.changed:
        words.append(ngettext("%(num)d with another date", "%(num)d with another date", done.changed))
    if done.unchanged:
        words.append(ngettext("%(num)d was there already", "%(num)d were there already", done.unchanged))
    return _(", ").join(words)


@pages.post("/unshare")
@route("midterm.share")
def unshare(ctx):
    review = needed_review(ctx)
    membership = find(ctx, Membership, request.form.get("organisation", ""))
    chosen = sharing.recommendations_by_uid(ctx, review, request.form.get("recs", "").split(","))
    done = sharing.take_back(ctx, rounds.needed_round(ctx, review), chosen, membership)
    say(ngettext("%(num)d share is taken back.", "%(num)d shares are taken back.", done.changed))
    if done.refused:
        say(ngettext("%(num)d stays: it has a light already.", "%(num)d stay: they have a light already.",
                     done.refused), kind="care")
    return back(endpoint="midterm.matrix", review=review.key)


# Undo, evidence, dissent, claims

@pages.post("/undo")
@route("midterm.see")
def take_back(ctx):
    undoable = UNDOABLE.get(request.form.get("kind", ""))
    if undoable is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    done, left = undo(ctx, request.form.get("act", ""), *undoable,
                      refuse=lambda one: rounds.refuse_closed(ctx, one.round))
    say(ngettext("%(num)d change is taken back.", "%(num)d changes are taken back.", done))
    if left:
        say(ngettext("%(num)d stays: somebody changed it since.", "%(num)d stay: somebody changed them since.", left),
            kind="care")
    return back(endpoint="midterm.matrix")


@pages.post("/recommendations/<uid>/evidence")
@route("midterm.see", load=Recommendation, limit="upload")
def give_evidence(ctx, recommendation):
    """A file, else a link or a note. `for` names one's own organisation; without it the evidence is the coalition's."""
    membership = acting_for(ctx) if request.form.get("for") else None
    assessment_round = rounds.find_round(ctx, recommendation.review)
    words, title, source, day = (request.form.get(name, "") for name in
                                 ("evidence", "title", "evidence_source", "evidence_date"))
    file, given = request.files.get("file"), {}
    if file and file.filename:
        if words.strip():
            raise Refused(lazy("A file and a link are two pieces of evidence. Add one after the other."))
        shown = Shown(title=title.strip(), source=source.strip(), dated_on=read_day(day))
        given = {"store": FileStore.of(current_app.settings), "upload": Upload(file.filename, file.read())}
    else:
        shown = read_shown(words, source, day, title)
    added = evidence.add_evidence(ctx, recommendation, assessment_round, membership, shown, **given)
    say(_("The evidence is added.") if added else _("The same evidence stands here already."))
    return back(endpoint="midterm.matrix")


@pages.post("/evidence/<uid>/drop")
@route("midterm.see", load=Evidence)
def drop_evidence(ctx, shown):
    evidence.remove_evidence(ctx, shown)
    say(_("The evidence is removed."))
    return back(endpoint="midterm.matrix")


@pages.post("/agreed/<uid>/dissent")
@route("midterm.see", load=AgreedAssessment)
def dissent(ctx, agreed):
    membership = acting_for(ctx)
    if membership is None:
        raise Refused(lazy("You act for no organisation here. A coordinator can enter you for one on the coalition's "
                           "page."))
    agreeing.set_dissent(ctx, agreed, membership, request.form.get("sentence", ""))
    say(_("Your dissent stands beside the agreed light.") if request.form.get("sentence", "").strip()
        else _("Your dissent is taken away."))
    return back(endpoint="midterm.matrix")


@pages.post("/recommendations/<uid>/claims")
@route("midterm.claim", load=Recommendation)
def add_claim(ctx, recommendation):
    sent = request.form
    added = claims.add_claim(ctx, recommendation, sent.get("text", ""), read_day(sent.get("said_on", "")),
                             read_light(sent.get("light", "")), sent.get("source", ""))
    say(_("What the State says is written down.") if added else _("The same stands here already."))
    return back(endpoint="midterm.matrix")


@pages.post("/claims/<uid>/drop")
@route("midterm.claim", load=Claim)
def drop_claim(ctx, claim):
    claims.remove_claim(ctx, claim)
    say(_("It is removed."))
    return back(endpoint="midterm.matrix")
