"""How the audit is said to people: acts, kinds of objects, fields and values, in words of the reader's language."""

from datetime import date, datetime

from core.audit import CUT
from core.coalitions.models import Coalition, Membership, Seat
from core.db import Base
from core.files.store import StoredFile
from core.instance.models import SeenPlugin
from core.language import Words, _, lazy
from core.people.models import Person
from core.policy import declared
from core.workflows.models import Review

MINUTE = "d MMM y, HH:mm"          # the audit knows no seconds
# Acts that have no permission of their own.
ACTS = {"people.sign_in": lazy("Sign in"), "people.sign_in_again": lazy("Sign in again"),
        "people.code": lazy("Give a code of the second factor"), CUT: lazy("Take old months out of the audit"),
        "plugin.new": lazy("A plugin came"), "plugin.changed": lazy("A plugin's code changed"),
        "plugin.known": lazy("A plugin's code was found right")}
GROUPS = {"coalition": lazy("The coalition"), "organisation": lazy("Organisations"),
          "names": lazy("Names that you keep"), "people": lazy("Accounts"), "instance": lazy("The installation"),
          "circles": lazy("Circles of trust"), "audit": lazy("The audit"), "plugin": lazy("Plugins"),
          "refused": lazy("What was refused")}
KINDS: dict[type[Base], Words] = {
    Coalition: lazy("the coalition"), Seat: lazy("a person's role"), Membership: lazy("a membership"),
    Review: lazy("a review"), SeenPlugin: lazy("a plugin"), StoredFile: lazy("a file"), Person: lazy("an account")}
FIELDS = {
    "title": lazy("title"), "state_name": lazy("name of the State"), "plugins_off": lazy("plugins switched off"),
    "languages": lazy("languages"), "grants": lazy("what roles may do"), "accent": lazy("colour"),
    "logo": lazy("logo"), "logo_alt": lazy("words of the logo"), "role": lazy("role"), "ended_at": lazy("end"),
    "visibility": lazy("visibility"), "status": lazy("status"), "name": lazy("name"), "password": lazy("password"),
    "locale": lazy("language"), "zone": lazy("time zone"), "text": lazy("text"), "number": lazy("number"),
    "part": lazy("part"), "source": lazy("source"), "position": lazy("position"), "light": lazy("light"),
    "light_in_practice": lazy("light in practice"), "comment": lazy("comment"), "sentence": lazy("sentence"),
    "agreed_at": lazy("agreed on"), "due": lazy("due"), "reviewed_on": lazy("day of the review"),
    "has_second_factor": lazy("second factor"), "demands_second_factor": lazy("second factor of everybody"),
    "locked_at": lazy("lock"), "wg_session": lazy("session"), "cycle": lazy("cycle"),
    "sealed": lazy("what is sealed"), "visibility_by": lazy("who chose the visibility"),
    "is_named_outside": lazy("named outside too"), "joined_on": lazy("day of joining"),
    "takes_applications": lazy("asking to join"), "token_hash": lazy("one-time address"),
    "adopted_on": lazy("day of the adoption"), "window_opens_due": lazy("opening of the window"),
    "window_closes_due": lazy("closing of the window"), "symbols": lazy("UN symbols"),
    "date_sources": lazy("sources of the dates"), "stage": lazy("stage"), "stages": lazy("stages"),
    "is_closed": lazy("closed"), "held_on": lazy("held on"), "notice_days": lazy("days of notice"),
    "others_invited": lazy("others who were invited"), "others_came": lazy("others who came"),
    "outcome": lazy("outcome"), "is_discreet": lazy("discreet mails"), "reply_to": lazy("who reads answers"),
    "place": lazy("place"), "dated_on": lazy("date"), "note": lazy("note"), "opens_on": lazy("opens on"),
    "closes_on": lazy("closes on"), "said_on": lazy("said on"), "undone_at": lazy("taken back on"),
    "expires_at": lazy("end of its time"), "membership": lazy("organisation"), "settings": lazy("settings"),
    "ends_at": lazy("day on which it is deleted")}
RESULTS = {"done": lazy("done"), "refused": lazy("refused")}


def models_by_table() -> dict[str, type[Base]]:
    """Every model that is loaded, by its table."""
    found, waiting = {}, list(Base.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        found[model._meta.table_name] = model
    return found


def act_words(action: str) -> str:
    """What an action is: its permission's sentence, or a word of ours; else its own word."""
    if action in ACTS:
        return str(ACTS[action])
    if action.startswith("refused:"):
        return _("A page or form was refused")
    permission = declared().get(action)
    return str(permission.sentence) if permission is not None else ""


def group_of(action: str) -> str:
    return action.replace(":", ".").partition(".")[0]


def group_words(group: str, titles) -> str:
    """`titles`: plugin's name → its title."""
    return str(titles.get(group) or GROUPS.get(group) or group)


def kind_words(kind: str | None, models) -> str:
    """What an object is called; empty where its plugin is gone."""
    model = models.get(kind)
    words = KINDS.get(model) or getattr(model, "called", None)
    return str(words) if words else ""


def field_words(name: str) -> str:
    """Of a field of which we have no words, its name in the database stands, as far as it reads as words."""
    return str(FIELDS[name]) if name in FIELDS else name.replace("_", " ")


def value_words(model, name: str, value) -> str:
    """A value as people read it: by the model's own words, lists and settings on one line."""
    known = getattr(model, "value_words", {}).get(name, {})
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, str) and value in known:
        return str(known[value])
    if isinstance(value, dict):
        return "; ".join(f"{key}: {', '.join(value[key]) or '–'}" for key in sorted(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else str(
        value.isoformat() if isinstance(value, date) else value)
