"""The pages on which a recommendation is written, corrected, and gets a new position."""

from flask import render_template, request, url_for

from core.api import Conflict, NotThere, Refused, _, lazy
from core.reference.states import state_name
from core.tables.days import read_day
from core.web.forms import seen_version
from core.web.frame import back_to, review_here, route, say
from plugins.recommendations.collection import lists_of
from plugins.recommendations.editing.editing import add_recommendation, correct
from plugins.recommendations.editing.forms import RecommendationForm
from plugins.recommendations.models import Recommendation
from plugins.recommendations.positions import add_position
from plugins.recommendations.views import pages

FIELDS = ("text", "states", "number", "part", "themes", "affected", "sdgs", "source")


@pages.route("/add", methods=["GET", "POST"])
@route("recommendations.edit")
def add(ctx):
    review = review_here(ctx)
    if review is None:
        raise NotThere(lazy("The coalition follows no review yet. Add one on the coalition's page."))
    form = RecommendationForm()
    if request.method == "POST" and _is_sent_whole(form):
        try:
            made = add_recommendation(ctx, review, form.written(), form.position.data or None)
            say(_("The recommendation is in the collection."))
            return back_to("recommendations.show", uid=made.uid, review=review.key)
        except Refused as error:
            form.refuse(error, "number")
    return _form_page(ctx, form, _("Write one recommendation"), url_for("recommendations.add", review=review.key),
                      url_for("recommendations.index", review=review.key))


@pages.route("/r/<uid>/edit", methods=["GET", "POST"])
@route("recommendations.edit", load=Recommendation)
def edit(ctx, recommendation):
    ctx.known["review"] = recommendation.review
    standing = _standing(ctx, recommendation)
    form = RecommendationForm(data=standing)
    del form.position
    seen, theirs = seen_version(), {}
    if request.method == "POST" and _is_sent_whole(form):
        try:
            correct(ctx, recommendation, form.written(), seen)
            say(_("The recommendation is corrected."))
            return back_to("recommendations.show", uid=recommendation.uid, review=recommendation.review.key)
        except Conflict as error:
            form.refuse(error)
            seen = error.version
            theirs = {name: standing[name] for name in FIELDS if standing[name] != (form[name].data or "").strip()}
        except Refused as error:
            form.refuse(error, "number")
    return _form_page(ctx, form, _("Correct %(number)s", number=recommendation.number or _("this recommendation")),
                      url_for("recommendations.edit", uid=recommendation.uid),
                      url_for("recommendations.show", uid=recommendation.uid),
                      seen or recommendation.version, theirs)


def _is_sent_whole(form):
    """Whether the form is right as it was sent; a press on a repair only mends it and shows it again."""
    wanted = request.form.get("repair")
    if wanted:
        form.repair(wanted)
        form.validate()
        return False
    return form.validate()


def _form_page(ctx, form, title, action, back_url, version=None, theirs=None):
    status = 422 if form.errors else 200
    return render_template("recommendations/form.html", form=form, title=title, action=action, back_url=back_url,
                           version=version, repairs=form.repairs(ctx.locale) if form.errors else [],
                           theirs=[{"label": form[name].label.text, "value": value or "–"}
                                   for name, value in (theirs or {}).items()]), status


def _standing(ctx, recommendation):
    lists = lists_of(ctx, recommendation.review)[recommendation.id]
    return {"text": recommendation.text, "number": recommendation.number or "", "part": str(recommendation.part or ""),
            "states": "\n".join(state_name(code) for code in lists["states"]), "themes": "\n".join(lists["themes"]),
            "affected": "\n".join(lists["affected"]), "sdgs": ", ".join(lists["sdgs"]),
            "source": recommendation.source or ""}


@pages.post("/r/<uid>/position")
@route("recommendations.edit", load=Recommendation)
def record(ctx, recommendation):
    add_position(ctx, recommendation, request.form.get("position", ""),
                 said_on=read_day(request.form.get("said_on", "")), source=request.form.get("source", "").strip(),
                 version=seen_version())
    say(_("The position is recorded; the earlier one stays in its history."))
    return back_to("recommendations.show", uid=recommendation.uid, review=recommendation.review.key)
