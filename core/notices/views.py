"""Pages of what waits: one's choices, the coalition's mail, the calendar and its feed, and the stuck mails."""

from flask import Blueprint, current_app, make_response, render_template, request, session, url_for

from core.errors import Conflict, Refused
from core.language import _, format_date, format_moment, ngettext
from core.notices import calendar, choosing, feeds, news, outbox
from core.notices.discretion import choice_of, has_withheld, is_discreet, rules_of
from core.notices.forms import ChoiceForm, RulesForm
from core.notices.kinds import KINDS
from core.notices.mail_server import mail_server
from core.notices.sending import REASONS
from core.people.labels import seat_labels
from core.web.forms import seen_version
from core.web.frame import back_to, public, route, say
from core.web.outside import as_if_asked, whole_address

pages = Blueprint("notices", __name__)

MOST_STUCK = 50


@pages.route("/account/notices", methods=["GET", "POST"])
@route("people.account")
def choice(ctx):
    kept = choice_of(ctx.person)
    form = ChoiceForm(is_on=kept.is_on, style=_style(kept), days=", ".join(map(str, kept.days_before)),
                      digest_day=kept.digest_day)
    if request.method == "POST" and form.validate():
        try:
            choosing.change_choice(ctx, form.is_on.data, form.style.data == "discreet", form.days_before,
                                   form.digest_day.data, seen_version())
            say(_("Saved."))
            return back_to("notices.choice")
        except Conflict:
            raise
        except Refused as error:
            form.refuse(error, "days")
    return render_template("notices/choice.html", form=form, version=kept.version if kept.id else "",
                           is_quiet_anyway=has_withheld(ctx.person, None), has_mail=bool(current_app.settings.mail),
                           back=url_for("people.account")), 422 if form.errors else 200


def _style(kept):
    return "discreet" if kept.is_discreet else "plain"


@pages.route("/c/<coalition>/mail", methods=["GET", "POST"])
@route("coalition.settings")
def rules(ctx):
    kept = rules_of(ctx.coalition)
    seats = [seat for seat in {ctx.seat.id: ctx.seat, kept.reply_to_id: kept.reply_to}.values() if seat is not None]
    names = seat_labels(ctx, seats)
    form = RulesForm(style=_style(kept), reply_to=kept.reply_to.uid if kept.reply_to else "")
    form.reply_to.choices = [("", _("Nobody: the mail says so")), *((seat.uid, names[seat.id]) for seat in seats)]
    if request.method == "POST" and form.validate():
        try:
            chosen = next((seat for seat in seats if seat.uid == form.reply_to.data), None)
            choosing.change_rules(ctx, form.style.data == "discreet", chosen, seen_version())
            say(_("Saved."))
            return back_to("notices.rules")
        except Conflict:
            raise
        except Refused as error:
            form.refuse(error)
    return render_template("notices/rules.html", form=form, version=kept.version if kept.id else ""), \
        422 if form.errors else 200


# --- calendar -------------------------------------------------------------------------------------------------------

@pages.get("/c/<coalition>/calendar")
@route("coalition.see")
def dates(ctx):
    known, gaps = calendar.dates(ctx, current_app.host)
    ahead, past = ([one for one in known if (one.on >= ctx.today) is is_ahead] for is_ahead in (True, False))
    late = [one for one in past if one.is_mine]
    return render_template(
        "notices/calendar.html", late=[_dated(one) for one in late], months=_by_month(ahead),
        past=_by_month([one for one in past if not one.is_mine]), gaps=gaps, has_feed=feeds.has_feed(ctx),
        is_quiet=is_discreet(ctx.person, ctx.coalition),
        feed_address=session.pop("feed", ""), new_feed_url=url_for("notices.new_feed"),
        end_feed_url=url_for("notices.end_feed"))


def _by_month(known):
    months: dict[str, list] = {}
    for one in known:
        months.setdefault(format_date(one.on, "MMMM y"), []).append(_dated(one))
    return [{"title": title, "dates": found} for title, found in months.items()]


def _dated(one):
    return {"when": format_date(one.on, "EEE d MMM"), "iso": one.on.isoformat(), "sentence": str(one.sentence),
            "url": one.url, "is_mine": one.is_mine}


@pages.post("/c/<coalition>/calendar/feed")
@route("coalition.see")
def new_feed(ctx):
    token = feeds.new_feed(ctx)
    session["feed"] = whole_address(current_app.settings, url_for("notices.feed", token=token))
    return back_to("notices.dates")


@pages.post("/c/<coalition>/calendar/feed/end")
@route("coalition.see")
def end_feed(ctx):
    feeds.end_feed(ctx)
    say(_("The address is ended. Calendars that knew it get nothing more."))
    return back_to("notices.dates")


@pages.get("/feed/<token>.ics")
@public("a secret address of 256 random bits, for a calendar that cannot sign in")
def feed(ctx, token):
    owner = feeds.open_feed(ctx.now, token)
    with as_if_asked(current_app._get_current_object(), owner):
        content = calendar.ical(owner, current_app.host, current_app.settings)
    answer = make_response(content)
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = "attachment; filename=dates.ics"
    return answer


@pages.post("/c/<coalition>/news/seen")
@route("coalition.see")
def seen(ctx):
    news.say_seen(ctx)
    return back_to("coalitions.today")


# --- the administrator ----------------------------------------------------------------------------------------------

@pages.get("/mail")
@route("instance.mail")
def mail(ctx):
    rows = outbox.stuck()
    return render_template(
        "notices/mail.html", server=_server_words(), waiting=outbox.waiting_count(), count=len(rows),
        stuck=[_stuck(row) for row in rows[:MOST_STUCK]], retry_url=url_for("notices.retry"),
        test_url=url_for("notices.send_test"), back=url_for("coalitions.home"))


def _server_words():
    try:
        server = mail_server(current_app.settings)
    except Refused as error:
        return {"is_well": False, "words": str(error.sentence)}
    if server is None:
        return {"is_well": False, "words": str(REASONS["not-set-up"])}
    return {"is_well": True, "words": _("Mail goes through %(host)s, port %(port)d, as %(sender)s.", host=server.host,
                                        port=server.port, sender=server.sender)}


def _stuck(row):
    where = row.coalition.slug if row.coalition_id else ""
    kind = str(KINDS[row.kind].title)
    return {"what": _("%(kind)s of the coalition “%(slug)s”", kind=kind, slug=where) if where else kind,
            "reason": str(REASONS[row.reason]),
            "tries": ngettext("tried %(num)d time", "tried %(num)d times", row.tries),
            "next": "" if row.failed_at else _("next try %(when)s", when=format_moment(row.due_at, "short")),
            "drop_url": url_for("notices.drop", message_uid=row.uid)}


@pages.post("/mail/retry")
@route("instance.mail")
def retry(ctx):
    count = outbox.try_again(ctx)
    say(ngettext("%(num)d mail is tried again now.", "%(num)d mails are tried again now.", count))
    return back_to("notices.mail")


@pages.post("/mail/test")
@route("instance.mail")
def send_test(ctx):
    outbox.post_test(ctx)
    say(_("A test mail to your own address is on its way. If it does not arrive within a minute, this page says why."))
    return back_to("notices.mail")


@pages.post("/mail/<message_uid>/drop")
@route("instance.mail")
def drop(ctx, message_uid):
    outbox.drop(ctx, message_uid)
    say(_("The mail is dropped. It is not sent any more."))
    return back_to("notices.mail")
