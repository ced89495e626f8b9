"""Every kind of notice: what its mail says, plain and discreet. A new kind is a line in KINDS, and its sentences here.

Sentences are fixed and translated, and are made when the mail is sent, in the language of who gets it. No sentence
holds the name of an organisation or of a person, nor anything that somebody wrote, but the coalition's own title.
What somebody did is told with the reminders of the next morning, never at once: its hour would tell who it was.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.coalitions.links import new_token
from core.coalitions.models import Invitation
from core.coalitions.today import waiting
from core.context import Context
from core.ending.today import last_day
from core.hooks import WaitingItem
from core.language import Words, _, format_date, lazy, ngettext
from core.people.accounts import link_hours, new_link


@dataclass(frozen=True)
class Letter:
    """A mail before it is one: its subject, its paragraphs, and where it leads (a path)."""

    subject: str
    paragraphs: tuple[str, ...]
    path: str = "/"


@dataclass(frozen=True)
class Recipient:
    """What a kind goes by: the app, who gets the mail in which coalition (ctx), the parameters of the notice, and the
    invitation that it carries."""

    app: Any
    ctx: Context
    parameters: dict
    invitation: Invitation | None = None


def neutral(to: Recipient) -> Letter:
    """All that a discreet mail says."""
    return Letter(_("News for you"), (_("Something waits for you."),))


def _always(to: Recipient) -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """`title`: what the administrator reads. `is_due`: still true when it is sent; else nothing is sent."""

    title: Words
    plain: Callable[[Recipient], Letter]
    discreet: Callable[[Recipient], Letter] = neutral
    is_due: Callable[[Recipient], bool] = _always


# --- reminders ------------------------------------------------------------------------------------------------------

def key_hash(item: WaitingItem) -> str:
    """What is kept of an item: it tells two apart, and says nothing."""
    return hashlib.sha256(item.key.encode()).hexdigest()


def plain_words(item: WaitingItem) -> str:
    """The sentence of an item that a mail or a calendar may carry."""
    return str(item.plain) if item.plain is not None else _("Something waits for you.")


def _items(to) -> list[WaitingItem]:
    """What of the things to be told still waits; asked for once."""
    if "notice_items" not in to.ctx.known:
        items, _gaps = waiting(to.ctx, to.app.host)
        told = set(to.parameters["keys"])
        to.ctx.known["notice_items"] = [item for item in items if key_hash(item) in told]
    return to.ctx.known["notice_items"]


def _still_waits(to):
    return bool(_items(to))


def _reminder(to):
    items = _items(to)
    lines = "\n".join(f"– {_line(to, item)}" for item in items)
    return Letter(ngettext("%(num)d thing waits for you", "%(num)d things wait for you", len(items)),
                  (to.ctx.coalition.title, _("These things wait for you:") + "\n" + lines), _home(to))


def _home(to):
    return f"/c/{to.ctx.coalition.slug}/"


def _line(to, item):
    if item.due is None:
        return plain_words(item)
    if item.due < to.ctx.today:
        return _("%(sentence)s (it was due on %(day)s)", sentence=plain_words(item), day=format_date(item.due, "long"))
    return _("%(sentence)s (by %(day)s)", sentence=plain_words(item), day=format_date(item.due, "long"))


# --- invitations ----------------------------------------------------------------------------------------------------

def _invitation(to):
    path, sentence = _way_in(to)
    return Letter(_("An invitation"), (_("You are invited to work with “%(coalition)s”.",
                                         coalition=to.ctx.coalition.title), sentence), path)


def _discreet_invitation(to):
    path, sentence = _way_in(to)
    return Letter(_("News for you"), (sentence,), path)


def _way_in(to):
    """Where the person comes in. The one-time token is made in this moment, and lies nowhere but in the mail: a second
    try makes a new one, and the one before ends."""
    hours = to.app.settings.set_up_hours
    token = new_token(to.ctx, to.invitation, hours)
    return f"/invited/{token}", ngettext("Open this address once, within %(num)d hour, to accept:",
                                         "Open this address once, within %(num)d hours, to accept:", hours)


# --- others ---------------------------------------------------------------------------------------------------------

def _roles_by_command(to):
    told = _("Somebody who has the machine on which the coalition lives has given a role by a command, or opened an "
             "account whose password or second factor was lost. The page “Coalition” shows who has which role now. If "
             "nobody told you why, ask who runs the server.")
    return Letter(_("Roles were changed on the server"), (to.ctx.coalition.title, told), f"{_home(to)}coalition")


def _back(to):
    return Letter(_("Your organisation is back"), (to.ctx.coalition.title, _(
        "Your organisation takes part in the coalition again. You can sign in as before.")), _home(to))


def _touched(to):
    told = _("Somebody else has done something to an organisation for which you act, or whose name you keep, or to one "
             "of its people: it was suspended, let back or ended, a role was changed, a new password was asked for, or "
             "a person was added on the server. If nobody told you why, ask a coordinator.")
    return Letter(_("Something was done to your organisation"), (to.ctx.coalition.title, told), _home(to))


def _out(to):
    """Who is out reads no coalition's name: they may be out because it is in danger, or they are."""
    return Letter(_("News for you"), (_("Your account opens less than before. If nobody told you why, ask the person "
                                        "who invited you."),))


def _merged(to):
    told = _("Two records of your organisation were made one, and the people of both act for it now. Look whether what "
             "it says is right. If they are two organisations, tell a coordinator at once.")
    return Letter(_("Two records were made one"), (to.ctx.coalition.title, told), _home(to))


def _handed_on(to):
    told = _("Another coordinator has handed on to you the names of organisations for which nobody acts yet. You read "
             "them under “Names that you keep”, and can invite their people.")
    return Letter(_("Names that you keep"), (to.ctx.coalition.title, told), f"{_home(to)}names")


def _reset(to):
    """The one-time token is made in this moment, as that of an invitation is."""
    hours = link_hours(to.app.settings, to.ctx.person)
    token = new_link(to.ctx, to.ctx.person, hours, to.parameters.get("by", "nobody"))
    return Letter(_("News for you"), (ngettext(
        "Open this address once, within %(num)d hour, and choose a password:",
        "Open this address once, within %(num)d hours, and choose a password:", hours),),
        f"/set-up/{token}")


def _new_password(to):
    told = {
        "operator": _("Who runs the server has made an address by which a new password is set for your account."),
        "coordinator": _("A coordinator has made an address by which a new password is set for your account."),
        "colleague": _("A colleague of your organisation has made an address by which a new password is set for your "
                       "account."),
    }[to.parameters["by"]]
    what = _("If you did not ask for it, whoever has it can sign in as you. Tell somebody of the coalition whom you "
             "trust, by voice, and ask for another one.")
    title = to.ctx.coalition.title if to.ctx.coalition is not None else ""
    return Letter(_("A new password for your account"), tuple(words for words in (title, told, what) if words))


def _discreet_new_password(to):
    return Letter(_("News for you"), (_("Somebody else can set a new password for you. If you did not ask for it, ask "
                                        "the person who invited you, by voice."),))


# --- the coalition's end --------------------------------------------------------------------------------------------

def _deletion(to):
    day = format_date(last_day(to.ctx), "long")
    return Letter(_("The coalition is going to be deleted"), (to.ctx.coalition.title, _(
        "On %(day)s the coalition is deleted: all that it has worked out, its files, and the keys to all names. Until "
        "then any coordinator can call it off. Take along before what you need.", day=day)), _end(to))


def _deletion_asked(to):
    return Letter(_("Somebody asks to delete the coalition"), (to.ctx.coalition.title, _(
        "A coordinator asks that the coalition be deleted. It is, once another one has confirmed it and seven days "
        "have passed. If this is a surprise, call it off, and find out who it was.")), _end(to))


def _deletion_off(to):
    told = _("That it be deleted was called off.")
    return Letter(_("The coalition stays"), (to.ctx.coalition.title, told), _home(to))


def _is_going(to):
    return to.ctx.coalition.ends_at is not None


def _is_asked(to):
    return bool(to.ctx.coalition.ending_asked_by) and not _is_going(to)


def _end(to):
    return f"{_home(to)}coalition/delete"


def _test(to):
    return Letter(_("A test mail"), (_("Mail works: this server can reach you."),))


KINDS = {
    "reminder": Kind(lazy("a reminder"), _reminder, is_due=_still_waits),
    "digest": Kind(lazy("a weekly digest"), _reminder, is_due=_still_waits),
    "invitation": Kind(lazy("an invitation"), _invitation, _discreet_invitation),
    "back": Kind(lazy("a notice that an organisation is back"), _back),
    "roles-by-command": Kind(lazy("a notice of roles that were changed by a command"), _roles_by_command),
    "deletion": Kind(lazy("a notice that the coalition is deleted"), _deletion, is_due=_is_going),
    "deletion-asked": Kind(lazy("a notice that a coordinator asks to delete the coalition"), _deletion_asked,
                           is_due=_is_asked),
    "deletion-off": Kind(lazy("a notice that the coalition is not deleted"), _deletion_off,
                         is_due=lambda to: not _is_going(to)),
    "reset": Kind(lazy("an address for a new password"), _reset, _reset),
    "new-password": Kind(lazy("a notice that somebody made an address for a new password"), _new_password,
                         _discreet_new_password),
    "touched": Kind(lazy("a notice of what others did to an organisation"), _touched),
    "out": Kind(lazy("a notice that a role has ended"), _out, _out),
    "merged": Kind(lazy("a notice that two organisations were made one"), _merged),
    "handed-on": Kind(lazy("a notice of names that were handed on"), _handed_on),
    "test": Kind(lazy("a test mail"), _test, _test),
}
