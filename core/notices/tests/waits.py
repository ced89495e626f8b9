"""Things that wait, and the hours at which they are looked for."""

from dataclasses import replace
from datetime import date, datetime

from core.coalitions import today
from core.hooks import WaitingItem
from core.language import lazy

MONDAY = date(2027, 9, 20)
MORNING = datetime(2027, 9, 20, 9)                          # UTC, a civil hour where the cast lives
CONTENT = "Answer “Two raids in May” of Harbourlight Prison Watch"      # what no mail may carry


PLAIN = lazy("Answer the comments")


def item(key="thing", due=None, plain=PLAIN, sentence=CONTENT, **more) -> WaitingItem:
    return WaitingItem(key, sentence, f"/c/meridia/{key}", due=due, plain=plain, **more)


def let_wait(monkeypatch, *items, only=None) -> None:
    """These things wait for everybody, or for the seat `only`; and nothing of core's own."""
    monkeypatch.setattr(today, "OWN_ITEMS", (
        lambda ctx: list(items) if only is None or ctx.seat.id == only.id else [],))


def with_mail(app, mailbox, **more):
    """The app's settings name this mail server."""
    app.settings = replace(app.settings, mail=mailbox.url, mail_from="post@server.example",
                           address="https://upr.example.org", **more)
    app.config["TRUSTED_HOSTS"] = [*app.config["TRUSTED_HOSTS"], "upr.example.org"]
    return app
