"""A one-time address, put on the next page once, for whoever made it to hand over."""

from datetime import datetime, timedelta

from flask import current_app, g, session, url_for

from core.language import _, direction, format_moment, ngettext, speaking
from core.people.second_factor import picture
from core.web.frame import say
from core.web.outside import whole_address


def say_invited(name):
    """The same words whoever has an account: nobody is told."""
    say(_("%(name)s is invited, and is in as soon as the invitation is accepted. Whoever opens the address can take "
          "the seat: hand it to the person alone.", name=name))


def show_once(token, name, hours=None, endpoint="people.set_up", locale=None):
    """Put a one-time address on the next page; nothing where there is no token. `locale`: of its sheet of paper, where
    that is not the language of the page."""
    if token is not None:
        hours = hours or current_app.settings.set_up_hours
        session["one_time"] = {
            "address": whole_address(current_app.settings, url_for(endpoint, token=token)), "name": name,
            "until": ngettext("%(num)d hour", "%(num)d hours", hours), "locale": locale or g.ctx.locale,
            "ends": (g.ctx.now + timedelta(hours=hours)).isoformat()}


def shown_once():
    """What once() of web/macros.html shows; it is taken by looking."""
    kept = session.pop("one_time", None)
    return kept and {**kept, "sheet": _sheet(**kept)}


def _sheet(address, locale, ends, **_known):
    """What stands on paper. It names nobody and no coalition: it can be lost."""
    with speaking(locale):
        return {"locale": locale, "direction": direction(locale), "address": address, "picture": picture(address),
                "title": _("This address works once"),
                "sentences": [_("Open it when you are alone with a screen: type it into a browser, or let a camera "
                                "read the picture."),
                              _("Its end is small letters, and digits from 2 to 7, in groups of four with a stroke "
                                "between them."),
                              _("It ends on %(until)s.", until=format_moment(datetime.fromisoformat(ends), "long"))]}
