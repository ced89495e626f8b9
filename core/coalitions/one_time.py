"""A one-time address, put on the next page once, for whoever made it to hand over."""

import json

from flask import current_app, session, url_for

from core.language import ngettext
from core.people.sessions import keep_secret, take_secret


def one_time_address(token: str) -> str:
    return current_app.settings.address.rstrip("/") + url_for("people.set_up", token=token)


def show_once(token: str | None, name: str, hours: int | None = None) -> None:
    """Put a one-time address on the next page; nothing where there is no token."""
    if token is not None:
        hours = hours or current_app.settings.set_up_hours
        keep_secret(session, "one_time", json.dumps({
            "address": one_time_address(token), "name": name,
            "until": ngettext("%(num)d hour", "%(num)d hours", hours)}))


def shown_once() -> dict | None:
    """What once() of web/macros.html shows; it is taken by looking."""
    kept = take_secret(session, "one_time")
    return json.loads(kept) if kept else None
