"""A one-time address, put on the next page once, for whoever made it to hand over."""

from flask import current_app, session, url_for

from core.language import _, ngettext
from core.web.frame import say
from core.web.outside import whole_address


def say_invited(name):
    """The same words whoever has an account: nobody is told."""
    say(_("%(name)s is invited, and is in as soon as the invitation is accepted. Whoever opens the address can take "
          "the seat: hand it to the person alone.", name=name))


def show_once(token, name, hours=None, endpoint="people.set_up"):
    """Put a one-time address on the next page; nothing where there is no token."""
    if token is not None:
        hours = hours or current_app.settings.set_up_hours
        session["one_time"] = {
            "address": whole_address(current_app.settings, url_for(endpoint, token=token)), "name": name,
            "until": ngettext("%(num)d hour", "%(num)d hours", hours)}


def shown_once():
    """What once() of web/macros.html shows; it is taken by looking."""
    return session.pop("one_time", None)
