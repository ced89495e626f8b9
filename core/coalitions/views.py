"""The coalitions of a person, Today, and the coalition's own page."""

from flask import Blueprint, current_app, render_template, request, url_for

from core import policy
from core.audit import newest_number
from core.coalitions import claims, members
from core.coalitions.acting import acting_here, decides_people
from core.coalitions.forms import ROLE_SENTENCES, ROLE_WORDS, CoalitionForm, OrganisationForm, PersonForm, ReviewForm
from core.coalitions.models import ROLES, Coalition, Seat
from core.coalitions.one_time import say_invited, show_once, shown_once
from core.coalitions.today import MOST, waiting
from core.demonstration import delete_demonstration
from core.ending.today import going
from core.errors import Conflict, NotThere, Refused
from core.history import say_seen
from core.language import _, format_date, format_moment, ngettext
from core.notices import news
from core.notices.counting import show_count
from core.notices.outbox import stuck
from core.people.accounts import link_hours
from core.people.labels import address_of, all_labels, is_pseudonym, listed, person_label
from core.reference.states import state_name
from core.web.forms import optional_number, seen_version
from core.web.frame import back_to, review_here, route, say
from core.web.panels import draw_panels
from core.workflows.days import closing_words, next_closing
from core.workflows.leaving import left_behind
from core.workflows.reviews import add_review, open_reviews, review_detail, reviews_of, state_here

pages = Blueprint("coalitions", __name__)


@pages.get("/")
@route("people.account")
def home(ctx):
    seats = policy.seats_of(ctx.person)
    if len(seats) == 1 and not ctx.person.is_administrator:
        return back_to("coalitions.today", coalition=seats[0].coalition.slug)
    coalitions = [{"title": seat.coalition.title, "url": url_for("coalitions.today", coalition=seat.coalition.slug),
                   "detail": _("%(role)s, %(state)s", role=str(ROLE_WORDS[seat.role]),
                               state=_state_words(ctx, seat.coalition)),
                   "is_demonstration": seat.coalition.is_demonstration} for seat in seats]
    administers = ctx.person.is_administrator
    demonstration = Coalition.get_or_none(Coalition.is_demonstration) if administers else None
    return render_template(
        "coalitions/home.html", coalitions=coalitions,
        new_url=url_for("coalitions.new_coalition") if administers else "",
        instance_url=url_for("instance.page") if administers else "",
        demonstration={"title": demonstration.title, "delete_url": url_for("coalitions.remove_demonstration")}
        if demonstration else None,
        one_time=shown_once(),
        mail={"url": url_for("notices.mail"), "stuck": len(stuck())} if administers else None,
        plugin_problems=[str(words) for words in current_app.host.refused.values()] if administers else [])


def _state_words(ctx, coalition):
    return coalition.state_name or state_name(coalition.state, ctx.locale)


@pages.route("/coalitions/new", methods=["GET", "POST"])
@route("coalition.create")
def new_coalition(ctx):
    form = CoalitionForm(coordinator=address_of(ctx.person), coordinator_name=person_label(ctx, ctx.person))
    first = not Coalition.select().where(~Coalition.is_demonstration).exists()
    if request.method == "POST" and form.validate():
        try:
            return _coalition_made(ctx, form)
        except Refused as error:
            form.refuse(error)
    return render_template("coalitions/first_set_up.html", form=form, first=first), 422 if form.errors else 200


def _coalition_made(ctx, form):
    coalition, token = claims.found_coalition(ctx, form.slug.data, form.state.data, form.title.data,
                                              form.coordinator.data, form.coordinator_name.data)
    say(_("The coalition “%(title)s” is made.", title=coalition.title))
    if token is None:
        return back_to("coalitions.today", coalition=coalition.slug)
    show_once(token, form.coordinator_name.data, endpoint="invitations.claim")
    return back_to("coalitions.home")


@pages.post("/demonstration/delete")
@route("instance.demonstration")
def remove_demonstration(ctx):
    delete_demonstration(ctx, current_app)
    say(_("The demonstration is deleted, with its accounts."))
    return back_to("coalitions.home")


@pages.get("/c/<coalition>/")
@route("coalition.see")
def today(ctx):
    review_here(ctx)            # a review that is not there is this page's 404, and no plugin's failure
    number = newest_number()
    items, gaps = waiting(ctx, current_app.host)
    ctx.known["waiting"] = len(items)
    show_count(ctx, len(items), number)
    shown = items if request.args.get("all") else items[:MOST]
    drawn = draw_panels("today.aside", [ctx.coalition])
    closing = next_closing(ctx, open_reviews(ctx))
    return render_template("coalitions/today.html", heading=format_date(ctx.today, "full"), count=len(items),
                           waiting=[_item(ctx, item) for item in shown], panels=drawn, gaps=gaps, news=_news(ctx),
                           closing=closing_words(ctx, *closing) if closing else "",
                           all_url=url_for("coalitions.today", all="yes") if len(shown) < len(items) else "",
                           calendar_url=url_for("notices.dates"), going=going(ctx))


def _news(ctx):
    since, told = news.news(ctx, current_app.host)
    return {"since": format_moment(since, "EEEE d MMMM, HH:mm"), "seen_url": url_for("notices.seen"),
            "acts": [_told(one) for one in told[:news.MOST]], "more": len(told[news.MOST:])}


def _told(one):
    if one.hit is not None:
        return {"words": str(one.words), "when": one.when, "title": one.hit.title,
                "url": url_for(one.hit.endpoint, **one.hit.values)}
    return {"words": str(one.words), "when": one.when, "title": "",
            "url": url_for(one.endpoint) if one.endpoint in current_app.view_functions else ""}


def _item(ctx, item):
    days = (item.due - ctx.today).days if item.due else None
    return {"sentence": str(item.sentence), "url": item.url, "act": str(item.act or ""),
            "when": format_date(item.due, "EEE d MMM") if item.due else "",
            "iso": item.due.isoformat() if item.due else "",
            "beside": _days_words(days), "late": days is not None and days < 0, "done": item.done, "total": item.total}


def _days_words(days):
    if days is None:
        return ""
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("%(num)d day late", "%(num)d days late", -days)
    return ngettext("in %(num)d day", "in %(num)d days", days)


@pages.get("/c/<coalition>/coalition")
@route("coalition.see")
def coalition(ctx):
    return _page(ctx)


def _page(ctx, status=200, **forms):
    may_change = policy.allowed(ctx, "coalition.members", ctx.coalition)
    named = all_labels(ctx)
    everybody, acting = members.seats_here(ctx), acting_here(ctx)
    seats = listed(ctx, everybody)
    labels = {membership.organisation_id: label for membership, label in named}
    own = {membership.id for membership in ctx.memberships}
    decided = decides_people(ctx, [membership for membership, _label in named])
    undecided = {membership.organisation_id for membership, _label in named if membership.id not in decided}
    values = {
        "coalition": {"title": ctx.coalition.title, "state_words": _state_words(ctx, ctx.coalition)},
        "members": [{"uid": membership.uid, "label": label, "is_withheld": is_pseudonym(membership, label),
                     "url": url_for("organisations.organisation", uid=membership.uid), "is_mine": membership.id in own,
                     "is_decided": membership.id in decided,
                     "people": [person_label(ctx, seat.person) for seat in seats
                                if (seat.person_id, membership.organisation_id) in acting]
                     if not is_pseudonym(membership, label) else []}
                    for membership, label in named],
        "seats": [_seat(ctx, seat, may_change, labels, {organisation for person, organisation in acting
                                                        if person == seat.person_id}, undecided)
                  for seat in sorted(seats, key=lambda one: person_label(ctx, one.person).casefold())],
        "roles": [{"value": role, "title": str(ROLE_WORDS[role]), "sentence": str(ROLE_SENTENCES[role])}
                  for role in ROLES],
        "reviews": [{"title": review.title, "detail": str(review_detail(review)),
                     "url": url_for("workflows.review", review=review.key)} for review in reviews_of(ctx)],
        "add_organisation_form": forms.get("organisation") or (OrganisationForm(None) if may_change else None),
        "add_person_form": forms.get("person") or (_person_form(ctx, named, None) if may_change else None),
        "add_review_form": forms.get("review") or (ReviewForm(None) if may_change else None),
        "urls": {"add_organisation": url_for("coalitions.add_organisation"),
                 "add_person": url_for("coalitions.add_person"),
                 "add_review": url_for("coalitions.add_review_page")},
        "one_time": shown_once() if may_change else None,
        "going": going(ctx),
        "safety": _safety(ctx) if policy.allowed(ctx, "coalition.lock", ctx.coalition) else None,
        "machine_note": _machine_note(everybody),
    }
    return render_template("coalitions/coalition.html", **values), status


def _seat(ctx, seat, may_change, labels, acts_for, undecided):
    def url(endpoint, may=True):
        return url_for(endpoint, uid=seat.uid) if may_change and may else ""
    is_decided = not acts_for & undecided
    return {"name": person_label(ctx, seat.person), "role_words": str(ROLE_WORDS[seat.role]),
            "acts_for": sorted(labels[organisation] for organisation in acts_for),
            "is_me": seat.person_id == ctx.person.id, "version": seat.version, "role": seat.role,
            "role_url": url("coalitions.seat_role"),
            "acts_for_url": url("coalitions.seat_acts_for", is_decided), "link_url": url("coalitions.seat_link"),
            "end_url": url("coalitions.seat_end", is_decided)}


def _safety(ctx):
    return {"demands": ctx.coalition.demands_second_factor, "demand_url": url_for("coalitions.demand_second_factor"),
            "lock_url": url_for("coalitions.lock")}


def _machine_note(seats):
    if any(seat.role == "coordinator" and seat.person.is_administrator for seat in seats):
        return _("A coordinator of this coalition also runs the machine on which it lives.")
    return ""


def _person_form(ctx, named, formdata):
    form, decided = PersonForm(formdata), decides_people(ctx, [membership for membership, _label in named])
    form.membership.choices = [("", _("no organisation")), *((membership.uid, label) for membership, label in named
                                                             if membership.id in decided)]
    return form


@pages.post("/c/<coalition>/coalition/organisations")
@route("coalition.members")
def add_organisation(ctx):
    form = OrganisationForm()
    if form.validate():
        try:
            made = members.add_organisation(ctx, form.name.data, form.acronym.data)
            say(_("“%(name)s” is added. Until it has chosen how it is shown, it stands here as %(word)s; you read its "
                  "name under “Names that you keep”, and invite its first person there.", name=form.name.data,
                  word=made.pseudonym))
            return back_to("coalitions.coalition")
        except Refused as error:
            form.refuse(error, "name")
    return _page(ctx, 422, organisation=form)


@pages.post("/c/<coalition>/coalition/people")
@route("coalition.members", fresh=True, limit="invitation")
def add_person(ctx):
    named = all_labels(ctx)
    form = _person_form(ctx, named, request.form)
    if form.validate():
        chosen = next((membership for membership, _label in named if membership.uid == form.membership.data), None)
        try:
            token = claims.invite_person(ctx, form.address.data, form.name.data, form.role.data, chosen,
                                         current_app.settings.set_up_hours)
            say_invited(form.name.data)
            show_once(token, form.name.data, endpoint="invitations.claim")
            return back_to("coalitions.coalition")
        except Refused as error:
            form.refuse(error, "address")
    return _page(ctx, 422, person=form)


@pages.post("/c/<coalition>/coalition/people/<uid>/role")
@route("coalition.members", load=Seat, fresh=True)
def seat_role(ctx, seat):
    return _done(lambda: members.change_role(ctx, seat, request.form.get("role", ""), seen_version()),
                 _("The role is changed."))


@pages.post("/c/<coalition>/coalition/people/<uid>/acts-for")
@route("coalition.members", load=Seat, fresh=True)
def seat_acts_for(ctx, seat):
    chosen = [membership for membership, _label in all_labels(ctx)
              if membership.uid in request.form.getlist("membership")]
    return _done(lambda: members.change_acts_for(ctx, seat, chosen, seen_version()),
                 _("It is written down for whom %(name)s acts.", name=person_label(ctx, seat.person)))


@pages.post("/c/<coalition>/coalition/people/<uid>/link")
@route("coalition.members", load=Seat, fresh=True, limit="invitation")
def seat_link(ctx, seat):
    settings = current_app.settings
    hours = link_hours(settings, seat.person)
    token = members.new_set_up_link(ctx, seat, hours, bool(settings.mail))
    show_once(token, person_label(ctx, seat.person), hours)
    if token is None:
        say(_("The address goes to the person by mail. Nobody else sees it."))
    return back_to("coalitions.coalition")


@pages.post("/c/<coalition>/coalition/people/<uid>/end")
@route("coalition.members", load=Seat, fresh=True)
def seat_end(ctx, seat):
    return _done(lambda: members.end_seat(ctx, seat, loses_names=request.form.get("lost") == "y"),
                 _("This person is out, and signed out everywhere."))


def _done(act, sentence):
    try:
        act()
        say(sentence)
    except Conflict:                            # its page gives both versions
        raise
    except Refused as error:
        say(error, kind="bad")
    return back_to("coalitions.coalition")


@pages.post("/c/<coalition>/coalition/reviews")
@route("coalition.settings")
def add_review_page(ctx):
    form = ReviewForm()
    try:
        wanted = form.state.data
        state = state_here(ctx, wanted) if wanted else ctx.coalition.state
        if state is None:
            raise Refused(_("“%(state)s” is no State known here. Use its name or its three-letter code.", state=wanted))
        review = add_review(ctx, state, optional_number(form.session.data, _("The session")),
                            optional_number(form.cycle.data, _("The cycle")))
        say(_("The review is added. Look at its days, and in which stage it stands."))
        return back_to("workflows.review", review=review.key)
    except (Refused, ValueError) as error:
        form.refuse(error)
        return _page(ctx, 422, review=form)


@pages.post("/c/<coalition>/coalition/plugins/<name>")
@route("coalition.settings")
def switch(ctx, name):
    if name not in current_app.host.loaded:
        raise NotThere(_("There is no plugin of this name."))
    is_on, where = request.form.get("on") == "yes", request.form.get("where", "")
    if not is_on and not where and left_behind(ctx, current_app.host.with_users(name)):
        return back_to("workflows.leaving", name=name)      # it asks where what stands in the plugin's stages goes
    members.switch_plugin(ctx, name, is_on, current_app.host, where)
    title = current_app.host.loaded[name].manifest.title
    say(_("%(name)s is switched on.", name=title) if is_on
        else _("%(name)s is switched off. Its data waits.", name=title))
    return back_to("settings.page")


@pages.post("/c/<coalition>/seen")
@route("coalition.see")
def seen(ctx):
    uids = request.form.get("revisions")
    say_seen(ctx, uids.split(",") if uids else None)
    return back_to("coalitions.today")
