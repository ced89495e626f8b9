"""An organisation's own pages: joining, how it is shown, what it says of itself, its people, and leaving."""

import json

from flask import Blueprint, current_app, make_response, render_template, request, session, url_for

from core import policy
from core.coalitions import claims, joining, keepers, leaving, members, organisations, promise, visibility
from core.coalitions.acting import decides_people
from core.coalitions.claim_views import drawn_offers
from core.coalitions.forms import ROLE_WORDS, ColleagueForm, HandOnForm, ProfileForm
from core.coalitions.models import Membership, Seat
from core.coalitions.one_time import say_invited, show_once, shown_once
from core.coalitions.visibility import choose, keepers_of, kept_names
from core.errors import Conflict, NotThere, Refused
from core.language import _, format_date, lazy
from core.people import sessions
from core.people.accounts import link_hours
from core.people.labels import is_pseudonym, label, labels, own_or_kept, person_label, seat_labels
from core.policy import find
from core.web.forms import seen_version
from core.web.frame import back_to, route, say

pages = Blueprint("organisations", __name__)

CHOICE_WORDS = {
    "named": (lazy("Named"), lazy("Members see your name. If you tick it below, it may also stand in what leaves the "
                                  "coalition.")),
    "members": (lazy("Named to members only"), lazy("Members see your name. Outside, you are only counted.")),
    "withheld": (lazy("Withheld"), lazy("You appear under a random word. Only your own people and the coordinators you "
                                        "tick see your name. You are counted.")),
}
STATUS_WORDS = {"applied": lazy("asks to join"), "invited": lazy("invited, has not joined yet"),
                "active": lazy("member"), "suspended": lazy("suspended"), "left": lazy("has left")}
# What a coordinator can do to an organisation, and what is said then.
STANDING = {
    "suspend": (leaving.suspend, lazy("Suspended. Its people are out, and signed out everywhere.")),
    "restore": (leaving.restore, lazy("It is back, with its people.")),
    "end": (leaving.end_membership, lazy("The membership is ended. What was written stays.")),
    "less": (visibility.withhold, lazy("Its name is withheld from now on. Its people are asked to look.")),
}


def _promises():
    settings, host = current_app.settings, current_app.host
    return {"promised": [str(line.words) for line in promise.promised(settings, host)],
            "not_promised": [str(words) for words in promise.not_promised(settings, host)],
            "before_signing": str(promise.BEFORE_SIGNING),
            "who_sees": [(str(who), str(what)) for who, what in promise.WHO_SEES]}


@pages.get("/c/<coalition>/promise")
@route("organisation.see", before_joining=True)
def promise_page(ctx):
    return render_template("coalitions/promise.html", join_url=url_for("organisations.join") if ctx.joining else "",
                           **_promises())


@pages.get("/c/<coalition>/join")
@route("organisation.see", before_joining=True)
def join(ctx):
    if not ctx.joining:
        return back_to("coalitions.today")
    membership = ctx.joining[0]
    return render_template(
        "coalitions/join.html", title=ctx.coalition.title, label=label(ctx, membership),
        choice=_choice(ctx, membership, membership.visibility or "withheld"), version=membership.version,
        choose_url=url_for("organisations.show", uid=membership.uid),
        leave_url=url_for("organisations.leave", uid=membership.uid), **_promises())


def _choice(ctx, membership, chosen):
    """What choice.html draws: the three cards, and the coordinators who can be ticked as keepers."""
    coordinators = [seat for seat in members.seats_here(ctx) if seat.role == "coordinator"]
    names, ticked = seat_labels(ctx, coordinators), {seat.id for seat in keepers_of(ctx, membership)}
    return {"cards": [{"value": value, "title": str(title), "hint": str(hint), "chosen": value == chosen}
                      for value, (title, hint) in CHOICE_WORDS.items()],
            "pseudonym": membership.pseudonym, "is_named_outside": membership.is_named_outside,
            "keepers": [{"uid": seat.uid, "name": names[seat.id], "ticked": seat.id in ticked}
                        for seat in sorted(coordinators, key=lambda one: (names[one.id].casefold(), one.uid))]}


def _ticked(ctx):
    """The seats of the coordinators that the form ticks."""
    return [seat for seat in members.seats_here(ctx) if seat.uid in request.form.getlist("keeper")]


@pages.get("/c/<coalition>/organisations/<uid>")
@route("organisation.see", load=Membership)
def organisation(ctx, membership):
    return _page(ctx, membership)


def _page(ctx, membership, status=200, colleague=None, first=None):
    own = membership.id in {one.id for one in ctx.own}
    shown = label(ctx, membership)
    may_people = policy.allowed(ctx, "organisation.people", membership)
    decides = bool(decides_people(ctx, [membership]))
    seats, standing_urls = leaving.people_of(ctx, membership), _standing(ctx, membership)

    def url(endpoint, may=own):
        return url_for(f"organisations.{endpoint}", uid=membership.uid) if may else ""
    return render_template(
        "coalitions/organisation.html", label=shown, is_withheld=is_pseudonym(membership, shown), is_own=own,
        status=str(STATUS_WORDS[membership.status]) if membership.status != "active" else "",
        profile=_profile(ctx, membership), version=membership.version,
        shown=_shown(membership) if own else None,
        names_url=url_for("organisations.names")
        if not own and membership.is_withheld and membership.id in own_or_kept(ctx) else "",
        keepers=sorted(seat_labels(ctx, keepers_of(ctx, membership)).values()) if own else [],
        people=[{"name": person_label(ctx, seat.person), "is_me": seat.person_id == ctx.person.id,
                 "role": str(ROLE_WORDS[seat.role]),
                 "hand_over_url": url_for("organisations.hand_over", uid=membership.uid, seat=seat.uid)
                 if may_people and decides else "",
                 "link_url": url_for("organisations.colleague_link", uid=membership.uid, seat=seat.uid)
                 if own and may_people and seat.role == "member" and seat.person_id != ctx.person.id else ""}
                for seat in seats] if not is_pseudonym(membership, shown) else [],
        offers=drawn_offers(ctx, claims.waiting(ctx, membership)) if may_people else [],
        colleague_form=colleague or (ColleagueForm(None) if may_people and decides and membership.status == "active"
                                     else None),
        back_form=first or (ColleagueForm(None) if standing_urls["back"] else None),
        one_time=shown_once() if may_people else None,
        urls={"profile": url("profile"), "show": url("show"), "leave": url("leave"), "data": url("data"),
              "promise": url_for("organisations.promise_page"), "colleague": url("add_colleague", may_people),
              **standing_urls}), status


def _standing(ctx, membership):
    """What a coordinator can do to its standing, by the status that it has."""
    may = policy.allowed(ctx, "organisation.standing", membership)
    acts = {"suspend": membership.status == "active", "restore": membership.status == "suspended",
            "end": membership.status in ("active", "suspended"),
            "less": membership.status == "active" and not membership.is_withheld,
            "back": membership.status == "left" and membership.organisation.sealed is not None}
    acts |= {"back": acts["back"] and bool(decides_people(ctx, [membership])),
             "call": acts["back"] and membership.is_withheld}
    urls = {act: url_for("organisations.standing", uid=membership.uid, act=act) for act in acts}
    urls |= {"back": url_for("organisations.come_back", uid=membership.uid),
             "call": url_for("organisations.call_back", uid=membership.uid)}
    return {act: url if may and acts[act] else "" for act, url in urls.items()}


def _shown(membership):
    value = membership.visibility or "withheld"
    title, hint = CHOICE_WORDS[value]
    return {"title": str(title), "hint": str(hint), "is_chosen": membership.visibility is not None,
            "is_asked": membership.visibility_by != "organisation", "pseudonym": membership.pseudonym,
            "is_named_outside": membership.is_named_outside, "is_withheld": membership.is_withheld}


def _profile(ctx, membership):
    return _facts(organisations.profile_of(ctx, membership))


def _facts(content):
    if content is None:
        return []
    words = {**content, **{name: _(", ").join(content[name]) for name in organisations.LISTS},
             "ecosoc": str(organisations.ECOSOC[content["ecosoc"]]) if content["ecosoc"] else ""}
    return [(str(title), words[name]) for name, title in organisations.HEADS.items() if name != "name" and words[name]]


@pages.route("/c/<coalition>/organisations/<uid>/profile", methods=["GET", "POST"])
@route("organisation.profile", load=Membership)
def profile(ctx, membership):
    form = ProfileForm(data=None if request.method == "POST" else organisations.profile_of(ctx, membership))
    if request.method == "POST" and form.validate():
        try:
            organisations.save_profile(ctx, membership, form.data, seen_version())
            say(_("Saved."))
            return back_to("organisations.organisation", uid=membership.uid)
        except Conflict:
            raise
        except Refused as error:
            form.refuse(error)
    return render_template("coalitions/profile.html", form=form, label=label(ctx, membership),
                           version=membership.version,
                           back=url_for("organisations.organisation", uid=membership.uid)), 422 if form.errors else 200


@pages.route("/c/<coalition>/organisations/<uid>/shown", methods=["GET", "POST"])
@route("organisation.keepers", load=Membership, before_joining=True)
def show(ctx, membership):
    """How the organisation is shown. What makes it more visible is shown to it first, as the others will see it."""
    chosen, joins = request.form.get("visibility", ""), membership.status == "invited"
    outside = request.form.get("outside") == "y"
    if request.method == "POST" and chosen in CHOICE_WORDS and (
            request.form.get("seen") or not visibility.is_more(membership, chosen, outside)):
        choose(ctx, membership, chosen, outside, seen_version(), _ticked(ctx) if chosen == "withheld" else None)
        say(_("Welcome. You have joined.") if joins else _("It is shown so from now on."))
        return back_to("organisations.organisation", uid=membership.uid)
    preview = chosen if request.method == "POST" and chosen in CHOICE_WORDS else ""
    return render_template(
        "coalitions/shown.html", label=label(ctx, membership), version=membership.version, preview=preview,
        outside=outside, choice=_choice(ctx, membership, preview or membership.visibility or "withheld"),
        profile=_profile(ctx, membership), people=[person_label(ctx, seat.person)
                                                   for seat in leaving.people_of(ctx, membership)],
        back=url_for("organisations.join") if joins
        else url_for("organisations.organisation", uid=membership.uid)), 422 if request.method == "POST" \
        and not preview else 200


@pages.post("/c/<coalition>/organisations/<uid>/people")
@route("organisation.people", load=Membership, fresh=True, limit="invitation")
def add_colleague(ctx, membership):
    form = ColleagueForm()
    if form.validate():
        try:
            token = organisations.invite_colleague(ctx, membership, form.address.data, form.name.data,
                                                   current_app.settings.set_up_hours)
            say_invited(form.name.data)
            show_once(token, form.name.data, endpoint="invitations.claim")
            return back_to("organisations.organisation", uid=membership.uid)
        except Refused as error:
            form.refuse(error, "address")
    return _page(ctx, membership, 422, colleague=form)


@pages.post("/c/<coalition>/organisations/<uid>/people/<seat>/link")
@route("organisation.people", load=Membership, fresh=True, limit="invitation")
def colleague_link(ctx, membership, seat):
    """A one-time address for a colleague who lost the password."""
    colleague = find(ctx, Seat, seat)
    hours = link_hours(current_app.settings, colleague.person)
    token = organisations.link_for_colleague(ctx, membership, colleague, hours)
    show_once(token, person_label(ctx, colleague.person), hours)
    return back_to("organisations.organisation", uid=membership.uid)


@pages.route("/c/<coalition>/organisations/<uid>/hand-over/<seat>", methods=["GET", "POST"])
@route("organisation.people", load=Membership, fresh=True)
def hand_over(ctx, membership, seat):
    """A person leaves: what they did goes to a colleague, on one page."""
    if membership.is_withheld and membership.id not in own_or_kept(ctx):        # its people would be counted here
        raise NotThere(_("There is nothing at this address, or it is not yours to see."))
    going = find(ctx, Seat, seat)
    if request.method == "POST":
        to = {one.id: find(ctx, Seat, chosen) for one in organisations.acting_for(ctx, going)
              if (chosen := request.form.get(f"to-{one.uid}", "there")) != "there"}
        is_me = going.person_id == ctx.person.id
        organisations.hand_over(ctx, membership, going, to)
        if is_me:
            sessions.end(session)
            return back_to("people.sign_in_page")
        say(_("It is handed over. The person is out, and signed out everywhere."))
        return back_to("organisations.organisation", uid=membership.uid)
    parts = organisations.handed_over(ctx, membership, going)
    colleagues = {one.id: one for part in parts for one in part.others}
    named, names = labels(ctx, [part.membership for part in parts]), seat_labels(ctx, [going, *colleagues.values()])
    items, gaps = organisations.open_for(ctx, going, current_app)
    return render_template(
        "coalitions/hand_over.html", name=names[going.id], role=str(ROLE_WORDS[going.role]),
        is_keeper=going.role == "coordinator", gaps=gaps,
        open=[{"sentence": str(item.sentence), "when": format_date(item.due) if item.due else "", "done": item.done,
               "total": item.total} for item in items],
        parts=[{"uid": part.membership.uid, "label": named[part.membership.id],
                "others": [names[one.id] for one in part.others], "file_count": part.file_count,
                "invitation_count": part.invitation_count, "ending_count": part.ending_count,
                "colleagues": [{"uid": one.uid, "name": names[one.id]} for one in colleagues.values()
                               if one.id not in {other.id for other in part.others}]} for part in parts],
        back=url_for("organisations.organisation", uid=membership.uid))


@pages.route("/c/<coalition>/organisations/<uid>/leave", methods=["GET", "POST"])
@route("organisation.leave", load=Membership, fresh=True, before_joining=True)
def leave(ctx, membership):
    if request.method == "POST" and request.form.get("how") in ("destroy", "keep"):
        leaving.leave(ctx, membership, request.form["how"] == "destroy", seen_version())
        return back_to("coalitions.home")
    return render_template(
        "coalitions/leave.html", label=label(ctx, membership), version=membership.version,
        data_url=url_for("organisations.data", uid=membership.uid), error=request.method == "POST",
        back=url_for("organisations.join") if membership.status == "invited"
        else url_for("organisations.organisation", uid=membership.uid)), 422 if request.method == "POST" else 200


@pages.get("/c/<coalition>/organisations/<uid>/data")
@route("organisation.leave", load=Membership, fresh=True, limit="export", before_joining=True)
def data(ctx, membership):
    """All that is kept of the organisation, for itself."""
    kept = leaving.own_data(ctx, membership, current_app.host)
    answer = make_response(json.dumps(kept, ensure_ascii=False, indent=2))
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="own-data-{ctx.today.isoformat()}.json"'
    return answer


@pages.post("/c/<coalition>/organisations/<uid>/standing/<act>")
@route("organisation.standing", load=Membership, fresh=True)
def standing(ctx, membership, act):
    if act not in STANDING:
        raise NotThere(_("There is nothing at this address, or it is not yours to see."))
    do, sentence = STANDING[act]
    do(ctx, membership, version=seen_version())
    say(sentence)
    return back_to("organisations.organisation", uid=membership.uid)


@pages.post("/c/<coalition>/organisations/<uid>/come-back")
@route("coalition.invite", load=Membership, fresh=True, limit="invitation")
def come_back(ctx, membership):
    """Invite an organisation again that has left."""
    form = ColleagueForm()
    if form.validate():
        try:
            made = joining.come_back(ctx, membership, form.address.data, form.name.data,
                                     current_app.settings.set_up_hours, bool(current_app.settings.mail))
            say(_("It is invited again, and chooses anew how it is shown."))
            if made.token is None:
                say(_("The mail is on its way. It says neither the organisation's name nor yours."))
            show_once(made.token, form.name.data, endpoint="invitations.claim")
            return back_to("organisations.organisation", uid=membership.uid)
        except Refused as error:
            form.refuse(error, "address")
    return _page(ctx, membership, 422, first=form)


@pages.post("/c/<coalition>/organisations/<uid>/call-back")
@route("coalition.invite", load=Membership, fresh=True, limit="invitation")
def call_back(ctx, membership):
    """Invite an organisation again that withheld its name."""
    settings = current_app.settings
    joining.call_back(ctx, membership, settings.set_up_hours, bool(settings.mail))
    say(_("It is invited again, and chooses anew how it is shown."))
    say(_("The mail is on its way. It says neither the organisation's name nor yours."))
    return back_to("organisations.organisation", uid=membership.uid)


@pages.get("/c/<coalition>/names")
@route("names.read", fresh=True)
def names(ctx):
    """The withheld names that this coordinator keeps."""
    return _names(ctx, _hand_on_form(ctx, None))


@pages.post("/c/<coalition>/names")
@route("names.hand_on", fresh=True)
def hand_on_names(ctx):
    form = _hand_on_form(ctx, request.form)
    if form.validate():
        try:
            keepers.hand_on(ctx, find(ctx, Seat, form.to.data))
            say(_("The names are handed on. The other coordinator keeps them now, and you do not."))
            return back_to("organisations.names")
        except Refused as error:
            form.refuse(error, "to")
    return _names(ctx, form, 422)


def _hand_on_form(ctx, formdata):
    others = [seat for seat in members.seats_here(ctx) if seat.role == "coordinator" and seat.id != ctx.seat.id]
    form, called = HandOnForm(formdata), seat_labels(ctx, others)
    form.to.choices = [("", _("nobody yet")),
                       *sorted(((seat.uid, called[seat.id]) for seat in others), key=lambda one: one[1].casefold())]
    return form


def _names(ctx, form, status=200):
    kept = kept_names(ctx)
    alone = {membership.id for membership in keepers.kept_without_people(ctx, ctx.seat)}
    return render_template(
        "coalitions/names.html", names=[_kept(membership, name, membership.id in alone) for membership, name in kept],
        alone_count=len(alone), form=form if alone else None), status


def _kept(membership, name, is_alone):
    """Of an organisation with people of its own the keeper reads the name alone: that is what it ticked."""
    content, url = membership.organisation.content(), url_for("organisations.organisation", uid=membership.uid)
    return {"name": name, "acronym": (content or {}).get("acronym", ""), "pseudonym": membership.pseudonym, "url": url,
            "has_ticked": membership.visibility_by == "organisation",
            "facts": _facts({**content, "acronym": ""}) if is_alone and content else [],
            "status": str(STATUS_WORDS[membership.status]) if membership.status != "active" else "",
            "first_url": f"{url}#people" if is_alone and membership.status == "active" else ""}


@pages.route("/account/erase", methods=["GET", "POST"])
@route("people.account")
def erase_account(ctx):
    if request.method == "POST" and request.form.get("understood") == "y":
        leaving.erase_account(ctx)
        sessions.end(session)
        return back_to("people.sign_in_page")
    return render_template("coalitions/erase_account.html", error=request.method == "POST",
                           coalitions=[seat.coalition.title for seat in policy.standing_seats(ctx.person)],
                           back=url_for("people.account")), 422 if request.method == "POST" else 200
