"""The log of consultations of a review."""

from flask import render_template, request, url_for

from core.errors import Conflict, NotThere, Refused
from core.language import _, format_date, lazy
from core.people.labels import all_labels
from core.policy import allowed
from core.web.forms import optional_number, seen_version
from core.web.frame import back_to, review_here, route, say
from core.workflows.consultations import (
    consultations_of,
    correct_consultation,
    guests_of,
    log_consultation,
    remove_consultation,
)
from core.workflows.forms import ConsultationForm
from core.workflows.models import Consultation, Review
from core.workflows.views import pages
from core.workflows.wall_time import written_day

WORDS = ("others_invited", "others_came", "outcome")


@pages.get("/c/<coalition>/review/consultations")
@route("coalition.see")
def consultations(ctx):
    review = review_here(ctx)
    if review is None:
        raise NotThere(lazy("The coalition follows no review yet. Add one on the coalition's page."))
    may_edit = allowed(ctx, "review.edit", review)
    return render_template(
        "workflows/consultations.html", consultations=[_shown(logged, may_edit) for logged in
                                                       consultations_of(ctx, review)],
        add_url=url_for("workflows.new_consultation", uid=review.uid) if may_edit else "",
        back_url=url_for("workflows.review", review=review.key, stage="consultation"))


def _shown(logged, may_edit):
    one = logged.consultation
    return {"title": one.title, "when": format_date(one.held_on, "long") if one.held_on else _("no day yet"),
            "notice_days": one.notice_days, "others_invited": one.others_invited, "others_came": one.others_came,
            "outcome": one.outcome, "invited": [name for name, _has_come in logged.guests],
            "came": [name for name, has_come in logged.guests if has_come],
            "edit_url": url_for("workflows.consultation", uid=one.uid) if may_edit else ""}


@pages.route("/c/<coalition>/review/<uid>/consultations/new", methods=["GET", "POST"])
@route("review.edit", load=Review)
def new_consultation(ctx, review):
    ctx.known["review"] = review
    form = ConsultationForm()
    return _form(ctx, review, form, {}, None, lambda values, invited: log_consultation(ctx, review, values, invited),
                 _("Write a consultation down"))


@pages.route("/c/<coalition>/review/consultations/<uid>", methods=["GET", "POST"])
@route("review.edit", load=Consultation)
def consultation(ctx, consultation):
    ctx.known["review"] = consultation.review
    form = ConsultationForm(data={
        "title": consultation.title, "held_on": consultation.held_on.isoformat() if consultation.held_on else "",
        "notice_days": "" if consultation.notice_days is None else str(consultation.notice_days),
        **{name: getattr(consultation, name) for name in WORDS}})
    return _form(ctx, consultation.review, form, guests_of(consultation), consultation.version,
                 lambda values, invited: correct_consultation(ctx, consultation, values, invited, seen_version()),
                 _("Correct a consultation"), url_for("workflows.delete_consultation", uid=consultation.uid))


@pages.post("/c/<coalition>/review/consultations/<uid>/delete")
@route("review.edit", load=Consultation)
def delete_consultation(ctx, consultation):
    review = consultation.review
    remove_consultation(ctx, consultation)
    say(_("The consultation is deleted."))
    return back_to("workflows.consultations", review=review.key)


def _form(ctx, review, form, guests, version, act, title, delete_url=""):
    named = all_labels(ctx)
    if request.method == "POST":
        guests = {membership.id: f"{membership.uid}" in request.form.getlist("came") for membership, _label in named
                  if membership.uid in request.form.getlist("invited") + request.form.getlist("came")}
        if form.validate():
            try:
                act(_values(form), {membership: guests[membership.id] for membership, _label in named
                                    if membership.id in guests})
                say(_("The consultation is written down."))
                return back_to("workflows.consultations", review=review.key)
            except Conflict:                        # its page gives both versions
                raise
            except (Refused, ValueError) as error:
                form.refuse(error)
    return render_template(
        "workflows/consultation.html", form=form, version=version, title=title,
        delete_url=delete_url,
        members=[{"uid": membership.uid, "label": label, "is_invited": membership.id in guests,
                  "has_come": guests.get(membership.id, False)} for membership, label in named],
        back_url=url_for("workflows.consultations", review=review.key)), 422 if form.errors else 200


def _values(form):
    return {"title": form.title.data, "held_on": written_day(form.held_on.data),
            "notice_days": optional_number(form.notice_days.data, _("The notice")),
            **{name: (form[name].data or "").strip() for name in WORDS}}
