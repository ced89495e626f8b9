"""The frame of every page: who asks, what is named in the address, whether it is allowed, and what stands around it.

A view is a plain function below @route; it gets ctx, and the object of its address if it names one:

    @pages.post("/assess/<uid>")
    @route("midterm.assess", load=Assessment)
    def save(ctx, assessment): …
"""

import logging
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urljoin, urlsplit

from flask import current_app, flash, g, get_flashed_messages, redirect, request, session, url_for
from flask_login import current_user
from peewee import OperationalError

from core import policy
from core.changes import FormMark
from core.context import Context
from core.db import transaction, utc_now
from core.errors import Forbidden, NotThere, SecondFactorFirst, SignInAgain, trace
from core.history import replaced_words
from core.hooks import Entry
from core.language import LANGUAGE_NAMES, _, direction, lazy
from core.notices.counting import kept_count
from core.people import sessions
from core.people.labels import labels, moment_beside, name_in, seat_labels, zone_of
from core.people.second_factor import ROLES_THAT_NEED_IT, must_have
from core.plugins import Gap
from core.settings.general import offered_languages
from core.web import limits
from core.web.ribbon import ribbon_of
from core.web.sent import LONGEST_QUERY, STRANGERS_BYTES, keepable
from core.workflows.reviews import find_review

BAR_ENTRIES = 6
# The pages that stand below "Coalition": title, endpoint, and the permission without which the link is not shown.
COALITION_PAGES = (
    (lazy("Members"), "coalitions.coalition", "coalition.see"),
    (lazy("Directory"), "directory.directory", "organisation.see"),
    (lazy("Invitations"), "invitations.invitations", "coalition.invite"),
    (lazy("Names that you keep"), "organisations.names", "names.read"),
    (lazy("Calendar"), "notices.dates", "coalition.see"),
    (lazy("Files"), "files.index", "files.see"),
    (lazy("Circles"), "circles.index", "circles.see"),
    (lazy("Audit"), "auditing.page", "audit.own"),
    (lazy("Mail"), "notices.rules", "coalition.settings"),
    (lazy("Settings"), "settings.page", "coalition.settings"),
    (lazy("Export"), "portable.export_page", "coalition.export"),
    (lazy("What we promise"), "organisations.promise_page", "organisation.see"),
)

# Pages that are reached from one of these, and stand below it.
BELOW = {
    "coalitions.lock": "coalitions.coalition", "organisations.organisation": "directory.directory",
    "organisations.profile": "directory.directory", "organisations.show": "directory.directory",
    "organisations.leave": "directory.directory", "organisations.hand_over": "directory.directory",
    "organisations.hand_on_names": "organisations.names",
    "organisation_lists.import_page": "directory.directory", "organisation_lists.look": "directory.directory",
    "organisation_lists.mapping": "directory.directory", "organisation_lists.duplicates": "directory.directory",
    "organisation_lists.merge": "directory.directory", "invitations.applications": "invitations.invitations",
    "files.show": "files.index", "auditing.line": "auditing.page",
}

# What a person reaches who still has to set up the second factor; besides, what is public: signing out, leaving, the
# language.
BEFORE_SECOND_FACTOR = ("people.second_factor", "people.sign_in_again", "help.coordinators")

log = logging.getLogger("commonweal.web")


class SignedOut(Exception):
    """A form came in after the session had ended: the page gives back what was typed."""


def route(permission, load=None, fresh=False, limit=None, before_joining=False):
    """Name the permission of a view, and the owned model whose `uid` stands in its address.

    The view gets (ctx, obj, …) with `load`, else (ctx, …). 404 when the object is not visible, 403 when it is and the
    permission is not held. `fresh`: only for who has signed in a short while ago (SignInAgain). `limit`: a word of
    core.web.limits, where it is counted how often it is asked for. `before_joining`: also for who is only here because
    they were invited, and whose organisation has not chosen yet how it is shown; all else leads them there.
    """
    def mark(view):
        @wraps(view)
        def guarded(**arguments):
            ctx = g.ctx
            if load is None:
                found = ()
                _ask(ctx, permission, ctx.coalition)
            else:
                found = (policy.find(ctx, load, arguments.pop("uid")),)
                _ask(ctx, permission, *found)
            if fresh and not ctx.is_fresh:
                raise SignInAgain()
            limits.count(ctx, limit, request)
            return view(ctx, *found, **arguments)
        guarded.permission = permission
        guarded.limit = limit
        guarded.before_joining = before_joining
        return guarded
    return mark


def _ask(ctx, permission, obj):
    if not policy.allowed(ctx, permission, obj):
        raise Forbidden(lazy("You may not do this here. A coordinator of the coalition can, or can give you the role."))


def public(reason, limit=None):
    """Mark a view that needs no one signed in, with the reason why not. It gets ctx. `limit`: as with route()."""
    def mark(view):
        @wraps(view)
        def opened(**arguments):
            limits.count(g.ctx, limit, request)
            return view(g.ctx, **arguments)
        opened.permission = None
        opened.public = reason
        opened.limit = limit
        return opened
    return mark


def undeclared(app) -> list[str]:
    """The endpoints whose views name neither a permission nor a reason to be public."""
    return [endpoint for endpoint, view in app.view_functions.items() if not hasattr(view, "permission")]


def enter():
    """Before each request: make ctx, and find the coalition of the address. Gives a response to stop with, or None."""
    g.ctx = Context(now=utc_now(), locale=_locale(None), zone=current_app.settings.zone)
    if session.broken:
        raise session.broken
    if not current_user.is_authenticated:
        request.max_content_length = STRANGERS_BYTES
    if len(request.query_string) > LONGEST_QUERY or any(
            keepable(str(value)) != str(value) for value in (request.view_args or {}).values()):
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    view = current_app.view_functions.get(request.endpoint)
    if getattr(view, "public", None) and not request.path.startswith("/c/"):
        if current_user.is_authenticated:
            g.ctx = _of_person(current_user)
        return None
    if not current_user.is_authenticated:
        # Also for addresses that do not exist: the door tells a stranger nothing of what lies behind it.
        return _to_the_door() if request.endpoint or request.path.startswith("/c/") else None
    g.ctx = _of_person(current_user)
    if request.endpoint is None:
        return None
    slug = (request.view_args or {}).pop("coalition", None)
    person = g.ctx.person
    seats = policy.standing_seats(person) if slug is not None or not person.has_second_factor else []
    if _lacks_second_factor(person, seats, slug) and request.endpoint not in BEFORE_SECOND_FACTOR:
        raise SecondFactorFirst()
    if slug is not None:
        g.ctx = _in_coalition(g.ctx, slug, seats)
        if g.ctx.only_joins and not getattr(view, "before_joining", False):
            return redirect(url_for("organisations.join"), 303)
    return _answered_before(g.ctx)


def _lacks_second_factor(person, seats, slug):
    """A role needs one everywhere; what a coalition demands of all its people binds them in it alone."""
    binding = [seat for seat in seats if seat.role in ROLES_THAT_NEED_IT or seat.coalition.slug == slug]
    if person.has_second_factor or not must_have(person, binding):
        return False
    return not (person.is_demonstration and is_on_own_machine())


def is_on_own_machine() -> bool:
    """The server is reached on the machine on which it runs, by nobody else: there the demonstration's invented people
    need no second factor."""
    asked = (urlsplit(current_app.settings.address).hostname, request.remote_addr)
    return all(host in ("127.0.0.1", "localhost", "::1") for host in asked)


def _to_the_door():
    if request.method == "POST":
        raise SignedOut()
    session["next"] = request.full_path.rstrip("?")
    if session.has_ended:
        say(_("You have been signed out. Sign in again to go on."), "care")
    return redirect(url_for("people.sign_in_page"), 303)


def _of_person(user):
    person = user._get_current_object()
    row = session.row
    return Context(person=person, locale=_locale(person), zone=zone_of(person), now=utc_now(),
                   mark=_mark() if request.method == "POST" else None,
                   fresh_until=row.fresh_until if row else None)


def _mark():
    mark = request.form.get("mark", "")
    return mark if 0 < len(mark) <= FormMark.mark.max_length else None


def _locale(person):
    """The person's language; for a visitor the one chosen, else what the browser asks for."""
    known = current_app.settings.languages
    wanted = person.locale if person is not None else session.get("locale")
    return wanted if wanted in known else request.accept_languages.best_match(known) or known[0]


def _in_coalition(ctx, slug, seats):
    seat = next((one for one in seats if one.coalition.slug == slug), None)
    if seat is None or seat.coalition.is_locked:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    coalition = seat.coalition
    if request.blueprint in coalition.plugins_off:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return ctx.at(coalition, seat, policy.memberships_of(ctx.person, coalition, ctx.utc_day))


def _answered_before(ctx):
    if not ctx.mark:
        return None
    answered = FormMark.get_or_none(FormMark.actor == ctx.actor, FormMark.mark == ctx.mark)
    return first_answer(answered) if answered else None


def first_answer(answered):
    """Where the first press of a form led, with its sentence; to the page it came from while that is not known yet."""
    if answered is None or answered.address is None:
        say(_("This was saved already."))
        return redirect(came_from() or "/", 303)
    say(sessions.opened_by(session.token, answered.sentence) or _("This was saved already."))
    return redirect(answered.address, 303)


def own_path(target):
    """The path, when it is one of this host; else None: a link cannot send a person elsewhere after the door."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or any(
            ord(character) < 32 or character == "\\" for character in target):
        return None
    here = urlsplit(request.host_url)
    there = urlsplit(urljoin(request.host_url, target))
    return target if (there.scheme, there.netloc) == (here.scheme, here.netloc) else None


def came_from():
    """The path of the page that a form came from, where it is one of ours; else None."""
    return own_path((request.referrer or "").removeprefix(request.host_url.rstrip("/")))


def keep_answer(response):
    """After a form was answered by a redirect: remember where to, for a second press of the same form."""
    ctx = g.get("ctx")
    if ctx is not None and ctx.known.get("mark") and response.status_code == 303:
        sentences = [message["text"] for message in session.get("_flashes_kept", [])]
        try:
            with transaction():
                said = sessions.sealed_by(session.token, " ".join(sentences)) if sentences else None
                (FormMark.update(address=response.location, sentence=said)
                 .where(FormMark.actor == ctx.actor, FormMark.mark == ctx.mark).execute())
        except OperationalError as error:           # the form is carried out: only a second press is told less
            log.error("a form's answer could not be kept: %s", trace(error))
    session.pop("_flashes_kept", None)
    return response


def say(sentence, kind="done", undo=None) -> None:
    """A sentence on the next page. `kind`: done, care or bad. `undo`: what layout.html says of it."""
    message = {"kind": kind, "text": str(sentence), "undo": undo}
    flash(message)  # type: ignore[arg-type]
    session["_flashes_kept"] = [*session.get("_flashes_kept", []), message]


def back_to(url=None, **values):
    """The answer to a form that was carried out: 303 to an address of our own."""
    return redirect(url if url and url.startswith("/") else url_for(url, **values), 303)


@dataclass(frozen=True)
class Link:
    """An entry of the bar, drawn."""

    title: str
    url: str
    current: bool = False
    count: int = 0


class Frame:
    """What layout.html draws around a page; its first comment says what each part is."""

    title_suffix = "Commonweal"

    def __init__(self, ctx, here=None):
        self.ctx = ctx
        self.here = here or request.full_path.rstrip("?")
        self.locale = ctx.locale
        self.direction = direction(ctx.locale)
        self.messages = [*get_flashed_messages(), *(_replaced(ctx) if ctx.seat is not None else ())]
        self.notices: list[str] = []
        is_inside = ctx.seat is not None and not ctx.only_joins
        self.bar = self._bar() if is_inside else []
        self.bar, self.more = self.bar[:BAR_ENTRIES + 1], self.bar[BAR_ENTRIES + 1:]
        self.below_coalition = self._below_coalition()
        review = review_here(ctx) if is_inside else None
        self.ribbon = ribbon_of(ctx, review) if review is not None else None

    @staticmethod
    def asset(name):
        return url_for("theme_static", filename=name, v=current_app.asset_marks.get(name, ""))

    @property
    def home_url(self):
        return url_for("coalitions.home")

    @property
    def coalition(self):
        if self.ctx.coalition is None:
            return None
        return {"title": self.ctx.coalition.title, "url": url_for("coalitions.today")}

    @property
    def look_url(self):
        """The coalition's own style sheet; its colour stands in the address, so that a new one is fetched."""
        coalition = self.ctx.coalition
        return url_for("settings.style", v=coalition.accent[1:]) if coalition is not None and coalition.accent else ""

    @property
    def logo(self):
        coalition = self.ctx.coalition
        if coalition is None or not coalition.logo:
            return None
        return {"url": url_for("settings.logo", v=coalition.logo), "alt": coalition.logo_alt}

    @property
    def person(self):
        if self.ctx.person is None:
            return None
        named = labels(self.ctx, self.ctx.own) if self.ctx.own else {}
        return {"name": name_in(self.ctx.person), "account_url": url_for("people.account"),
                "acts_for": _(", ").join(named[membership.id] for membership in self.ctx.own)}

    @property
    def search_url(self):
        return url_for("search.find") if self.ctx.seat is not None else ""

    @property
    def sign_out_url(self):
        return url_for("people.sign_out")

    @property
    def quick_exit_url(self):
        return url_for("people.leave") if current_app.settings.neutral_page else ""

    @property
    def help_url(self):
        return url_for("help.coordinators")

    @property
    def language_url(self):
        return url_for("people.language")

    @property
    def languages(self):
        """Those that the coalition offers, and the one that this person reads."""
        offered = offered_languages(self.ctx.coalition, current_app.settings.languages)
        return [{"code": code, "title": LANGUAGE_NAMES.get(code, code), "current": code == self.ctx.locale}
                for code in current_app.settings.languages if code in offered or code == self.ctx.locale]

    @property
    def zone_note(self):
        return _("Closing times are Geneva time; all others are yours (%(zone)s).", zone=self.ctx.zone)

    def _bar(self):
        entries = [Link(_("Today"), url_for("coalitions.today"), request.endpoint == "coalitions.today",
                        self._waiting())]
        answers = current_app.host.gather("navigation", Entry, ctx=self.ctx)
        self.notices += [answer.plugin for answer in answers if isinstance(answer, Gap)]
        for entry in sorted((answer for answer in answers if isinstance(answer, Entry)), key=lambda one: one.weight):
            permission = getattr(current_app.view_functions.get(entry.endpoint), "permission", None)
            if permission and not policy.allowed(self.ctx, permission, self.ctx.coalition):
                continue                # the coalition took it away from this role
            current = request.endpoint in (entry.endpoint, *entry.endpoints)
            entries.append(Link(str(entry.title), url_for(entry.endpoint), current))
        entries.append(Link(_("Coalition"), url_for("coalitions.coalition"),
                            _place() in [endpoint for _title, endpoint, _permission in COALITION_PAGES]))
        return entries

    def _waiting(self):
        """What Today has just counted, on its own page; else the count that is kept."""
        known = self.ctx.known
        return known["waiting"] if "waiting" in known else kept_count(self.ctx.seat)

    def _below_coalition(self):
        """The pages beside this one below "Coalition"; empty on every other page, and where there is only one."""
        if self.ctx.seat is None or _place() not in [page[1] for page in COALITION_PAGES]:
            return []
        links = [Link(str(title), url_for(endpoint), _place() == endpoint)
                 for title, endpoint, permission in COALITION_PAGES
                 if policy.allowed(self.ctx, permission, self.ctx.coalition)]
        return links if len(links) > 1 else []


def _place():
    return BELOW.get(request.endpoint, request.endpoint)


def _replaced(ctx):
    """Messages to a person whose words another has replaced: who, when, what stood; until they say that they saw it."""
    told = replaced_words(ctx)
    names = seat_labels(ctx, [revision.seat_id for revision, _words in told])
    messages = [{"kind": "care", "undo": None, "text": _(
        "%(name)s, %(when)s: %(what)s", name=names.get(revision.seat_id, _("A command")),
        when=moment_beside(ctx, revision.seat_id, revision.at, "short"), what=str(words))} for revision, words in told]
    if messages:
        messages[-1]["undo"] = {"url": url_for("coalitions.seen"), "label": _("I have seen it"),
                                "fields": {"revisions": ",".join(revision.uid for revision, _words in told)}}
    return messages


def review_here(ctx):
    """The review of this page: `?review=` names it, else the earliest that is not closed; None without any."""
    if "review" not in ctx.known:
        try:
            ctx.known["review"] = find_review(ctx, request.args.get("review") or request.form.get("review"))
        except NotThere:
            if request.args.get("review"):
                raise
            ctx.known["review"] = None
    return ctx.known["review"]

