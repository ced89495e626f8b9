"""The pages of circles of trust: one's own, a circle, and the page on which somebody is asked."""

from flask import Blueprint, render_template, request, url_for

from core.circles import keeping, people
from core.circles.forms import CHOOSE, BeginForm, CircleForm, ComeInAloneForm, ComeInForm, GoOutForm, KeptFileForm
from core.circles.models import CLOSED_FOR, IN, PERSON, Circle, CircleProposal
from core.coalitions.members import seats_here
from core.coalitions.models import Seat
from core.errors import Refused
from core.files.views import KIND_WORDS
from core.language import _, format_date, lazy
from core.people.labels import listed, person_label, seat_labels
from core.policy import find
from core.web.forms import seen_version
from core.web.frame import back_to, route, say

pages = Blueprint("circles", __name__)


@pages.get("/c/<coalition>/circles")
@route("circles.see")
def index(ctx):
    return _index(ctx)


def _index(ctx, form=None, status=200):
    return render_template(
        "circles/index.html", form=form or _begin_form(ctx, None), begin_url=url_for("circles.begin"),
        own_word=ctx.seat.uid,
        circles=[{"title": people.words_of(circle)["title"], "purpose": people.words_of(circle)["purpose"],
                  "url": url_for("circles.show", uid=circle.uid), "has_begun": circle.began_on is not None}
                 for circle in people.circles_here(ctx)],
        asked=[{"words": _asked_words(proposal), "url": url_for("circles.asked", uid=proposal.uid)}
               for proposal in people.proposals_of(ctx) if people.is_asked(ctx, proposal)]), status


def _begin_form(ctx, sent):
    form = BeginForm(sent)
    form.second.choices = _choices(ctx, _listed(ctx, lambda seat: seat.id != ctx.seat.id))
    return form


def _asked_words(proposal):
    return _("You are asked to come into a circle of trust") if proposal.step == PERSON \
        else _("A question about a circle of trust waits for a second hand")


def _choices(ctx, seats):
    """(uid, name) of these people, as a form offers them."""
    named = [(seat.uid, person_label(ctx, seat.person)) for seat in seats]
    return [CHOOSE, *sorted(named, key=lambda pair: (pair[1].casefold(), pair[0]))]


def _listed(ctx, may):
    """Of the people of the coalition those whom a form offers: one by one, those who go by a pseudonym would tell how
    many they are. They are brought in by the word that they give."""
    return [seat for seat in listed(ctx, seats_here(ctx)) if may(seat)]


def _seat(ctx, field, word=None):
    """The seat that a form names: among those that it offered, or by the word that the person has given."""
    uid = (word.data if word is not None else "") or field.data
    found = next((seat for seat in seats_here(ctx) if seat.uid == uid), None)
    if found is None:
        raise Refused(lazy("Nobody here has this word. Ask the person for it once more."))
    return found


@pages.post("/c/<coalition>/circles")
@route("circles.begin")
def begin(ctx):
    form = _begin_form(ctx, request.form)
    if form.validate():
        try:
            made = people.begin(ctx, form.title.data, form.purpose.data, _seat(ctx, form.second, form.word))
            say(_("The circle is made. It begins when the second person says yes."))
            return back_to("circles.show", uid=made.uid)
        except Refused as error:
            form.refuse(error, "word" if form.word.data else "second")
    return _index(ctx, form, 422)


@pages.get("/c/<coalition>/circles/<uid>")
@route("circles.see", load=Circle)
def show(ctx, circle):
    return circle_page(ctx, circle)


def circle_page(ctx, circle, status=200, **forms):
    """The page of a circle; `forms` are those that came back with something to put right."""
    inside, proposals = people.people_of(circle), people.proposals_of(ctx, circle)
    texts, files = keeping.texts_of(ctx, circle), keeping.files_of(ctx, circle)
    names = seat_labels(ctx, {seat for seat in (
        *(each for one in inside for each in (one.seat_id, one.proposed_by_id, one.confirmed_by_id)),
        *(each for one in proposals for each in (one.seat_id, one.proposed_by_id, one.asked_id)),
        *(one.by for one in (*texts, *files))) if seat})
    in_form, out_form = person_forms(ctx, circle, inside)
    seats = {seat.id: seat.uid for seat in seats_here(ctx)}
    words = people.words_of(circle)
    return render_template(
        "circles/show.html", circle={**words, "version": circle.version, "has_begun": circle.began_on is not None},
        people=[{"name": names[one.seat_id], "is_me": one.seat_id == ctx.seat.id, "since": format_date(one.since_on),
                 "iso": one.since_on.isoformat(), "by": _by(one, names), **_closed(ctx, one, seats)} for one in inside],
        proposals=[{"words": _proposal_words(one, names), "url": url_for("circles.asked", uid=one.uid),
                    "is_asked": people.is_asked(ctx, one)} for one in proposals],
        texts=[{"title": one.title, "url": url_for("circles.text", uid=one.row.uid), **_said(one, names)}
               for one in texts],
        files=[{"title": one.title, "kind": str(KIND_WORDS.get(one.kind, "")),
                "url": url_for("circles.download", uid=one.row.uid),
                "delete_url": url_for("circles.delete_file", uid=one.row.uid), **_said(one, names)} for one in files],
        is_alone=len(inside) == 1, details_form=forms.get("details") or CircleForm(None, data=words),
        in_form=forms.get("come_in") or in_form,
        out_form=forms.get("go_out") or (out_form if len(inside) > 2 else None),
        file_form=forms.get("file") or KeptFileForm(None),
        urls={"circles": url_for("circles.index"),
              **{name: url_for(f"circles.{name}", uid=circle.uid)
                 for name in ("details", "come_in", "go_out", "let_in", "leave", "delete", "write",
                                "keep_file")}}), status


def _said(kept, names):
    return {"by": names.get(kept.by, ""), "on": format_date(kept.on), "iso": kept.on.isoformat()}


def _closed(ctx, one, seats):
    """Since when the circle is closed to somebody, and whom to let in again; empty: it is not closed to them."""
    if not one.is_closed(ctx.now):
        return {"closed_since": "", "seat": ""}
    return {"closed_since": format_date(one.closed_until - CLOSED_FOR), "seat": seats.get(one.seat_id, "")}


def _by(one, names):
    """Through whom somebody came in."""
    first, second = (names.get(hand, "–") for hand in (one.proposed_by_id, one.confirmed_by_id))
    if one.proposed_by_id is None:
        return _("began it")
    return _("proposed by %(first)s, confirmed by %(second)s", first=first, second=second) if one.confirmed_by_id \
        else _("began it with %(first)s", first=first)


def _proposal_words(proposal, names):
    values = {"first": names[proposal.proposed_by_id], "person": names[proposal.seat_id]}
    if proposal.kind != IN:
        return _("%(first)s proposes to take out %(person)s. It waits for another in the circle.", **values)
    if proposal.step == PERSON:
        return _("%(person)s is asked to come in.", **values)
    if proposal.asked_id is not None:
        return _("%(first)s proposes that %(person)s comes in. It waits for %(coordinator)s, who coordinates.",
                 coordinator=names[proposal.asked_id], **values)
    return _("%(first)s proposes that %(person)s comes in. It waits for another in the circle.", **values)


def person_forms(ctx, circle, inside, formdata=None):
    """The forms for proposing who comes in and who goes."""
    ids = {one.seat_id for one in inside}
    come_in = (ComeInForm if len(ids) > 1 or circle.began_on is None else ComeInAloneForm)(formdata)
    come_in.seat.choices = _choices(ctx, _listed(ctx, lambda seat: seat.id not in ids))
    if "coordinator" in come_in:
        come_in.coordinator.choices = _choices(
            ctx, _listed(ctx, lambda seat: seat.role == "coordinator" and seat.id not in ids))
    go_out = GoOutForm(formdata)
    go_out.seat.choices = _choices(
        ctx, [seat for seat in seats_here(ctx) if seat.id in ids and seat.id != ctx.seat.id])
    return come_in, go_out


@pages.post("/c/<coalition>/circles/<uid>/details")
@route("circles.people", load=Circle)
def details(ctx, circle):
    form = CircleForm()
    if form.validate():
        people.describe(ctx, circle, form.title.data, form.purpose.data, seen_version())
        say(_("Saved."))
        return back_to("circles.show", uid=circle.uid)
    return circle_page(ctx, circle, 422, details=form)


@pages.post("/c/<coalition>/circles/<uid>/come-in")
@route("circles.people", load=Circle)
def come_in(ctx, circle):
    form, _go_out = person_forms(ctx, circle, people.people_of(circle), request.form)
    if form.validate():
        try:
            coordinator = _seat(ctx, form.coordinator) if "coordinator" in form else None
            people.propose_in(ctx, circle, _seat(ctx, form.seat, form.word), coordinator)
            say(_("It is proposed. Whoever is asked finds it on their Today."))
            return back_to("circles.show", uid=circle.uid)
        except Refused as error:
            form.refuse(error, "word" if form.word.data else "seat")
    return circle_page(ctx, circle, 422, come_in=form)


@pages.post("/c/<coalition>/circles/<uid>/go-out")
@route("circles.people", load=Circle)
def go_out(ctx, circle):
    _come_in, form = person_forms(ctx, circle, people.people_of(circle), request.form)
    if form.validate():
        try:
            people.propose_out(ctx, circle, _seat(ctx, form.seat))
            say(_("It is proposed. The others in the circle find it on their Today; the person does not."))
            return back_to("circles.show", uid=circle.uid)
        except Refused as error:
            form.refuse(error, "seat")
    return circle_page(ctx, circle, 422, go_out=form)


@pages.post("/c/<coalition>/circles/<uid>/let-in")
@route("circles.people", load=Circle)
def let_in(ctx, circle):
    people.let_in(ctx, circle, find(ctx, Seat, request.form.get("seat", "")))
    say(_("The circle is open to this person again."))
    return back_to("circles.show", uid=circle.uid)


@pages.post("/c/<coalition>/circles/<uid>/leave")
@route("circles.people", load=Circle)
def leave(ctx, circle):
    people.leave(ctx, circle)
    say(_("You have left the circle. Nothing of it is yours to see any more."))
    return back_to("circles.index")


@pages.post("/c/<coalition>/circles/<uid>/delete")
@route("circles.people", load=Circle)
def delete(ctx, circle):
    people.delete(ctx, circle)
    say(_("The circle is deleted, with all that it kept."))
    return back_to("circles.index")


@pages.route("/c/<coalition>/circles/asked/<uid>", methods=["GET", "POST"])
@route("circles.answer", load=CircleProposal)
def asked(ctx, proposal):
    if request.method == "POST":
        return _answered(ctx, proposal, request.form.get("answer"))
    names = seat_labels(ctx, {seat for seat in (proposal.seat_id, proposal.proposed_by_id, proposal.confirmed_by_id)
                              if seat})
    is_mine = proposal.step == PERSON and proposal.seat_id == ctx.seat.id
    is_inside = ctx.seat.id in {one.seat_id for one in people.people_of(proposal.circle)}
    words = people.words_of(proposal.circle) if is_mine or is_inside else None
    return render_template(
        "circles/asked.html", kind=proposal.kind, is_mine=is_mine, is_asked=people.is_asked(ctx, proposal),
        person=names[proposal.seat_id], first=names[proposal.proposed_by_id],
        second=names.get(proposal.confirmed_by_id, ""), on=format_date(proposal.proposed_on),
        circle={"title": words["title"], "purpose": words["purpose"]} if words else None,
        back=url_for("circles.show", uid=proposal.circle.uid) if is_inside else url_for("circles.index"))


def _answered(ctx, proposal, answer):
    circle, is_mine = proposal.circle, proposal.step == PERSON and proposal.seat_id == ctx.seat.id
    if answer == "yes" and is_mine:
        people.come_in(ctx, proposal)
        say(_("You are in the circle."))
        return back_to("circles.show", uid=circle.uid)
    if answer == "yes":
        people.confirm(ctx, proposal)
        say(_("Confirmed. Now the person is asked.") if proposal.kind == IN else _("Confirmed. The person is out."))
    elif answer == "no":
        people.say_no(ctx, proposal)
        say(_("Nothing comes of it."))
    return back_to("circles.index")
