"""How the audit is said to people: acts, kinds of objects, fields and values, in words of the reader's language."""

from datetime import date, datetime

from core.audit import CUT
from core.coalitions.forms import ROLE_WORDS
from core.coalitions.models import Coalition, Invitation, Membership, OrganisationFile, Seat
from core.db import Base
from core.files.models import AttachedVersion, Attachment
from core.files.store import StoredFile
from core.instance.models import SeenPlugin
from core.language import LANGUAGE_NAMES, Words, _, lazy
from core.notices.models import MailRules, NoticeChoice
from core.people.models import Person
from core.policy import declared
from core.workflows.models import Consultation, ConsultationGuest, Review, WorkflowCopy

# Acts that have no permission of their own.
ACTS = {"people.sign_in": lazy("Sign in"), "people.sign_in_again": lazy("Sign in again"),
        "people.code": lazy("Give a code of the second factor"), CUT: lazy("Take old months out of the audit"),
        "plugin.new": lazy("A plugin came"), "plugin.changed": lazy("A plugin's code changed"),
        "plugin.known": lazy("A plugin's code was found right"),
        "organisation.export_members": lazy("Take the directory along, as members see it"),
        "organisation.export_public": lazy("Take the directory along, for outside"),
        "organisation.export_keeper": lazy("Take the directory along, with the names that one keeps"),
        "coalition.apply": lazy("Ask to join"), "notices.sent": lazy("Mails were sent"),
        "people.link": lazy("Make a one-time address"),
        "people.new_password": lazy("Make an address for a new password of somebody else"),
        "people.first_administrator": lazy("Set the installation up"),
        "organisation.data": lazy("Take along what is kept of one's own organisation"),
        "keys.rotate": lazy("Change the key"), "keys.sweep": lazy("Purge what has lost its key"),
        "sealing.damaged": lazy("A sealed record could not be read")}
GROUPS = {"coalition": lazy("The coalition"), "organisation": lazy("Organisations"),
          "names": lazy("Names that you keep"), "people": lazy("Accounts"), "instance": lazy("The installation"),
          "circles": lazy("Circles of trust"), "audit": lazy("The audit"), "plugin": lazy("Plugins"),
          "files": lazy("Files"), "review": lazy("The review"), "notices": lazy("Mail"), "keys": lazy("Keys"),
          "sealing": lazy("Sealed records"), "refused": lazy("What was refused")}
KINDS: dict[type[Base], Words] = {
    Coalition: lazy("the coalition"), Seat: lazy("a person's role"), Membership: lazy("a membership"),
    Invitation: lazy("an invitation"),
    Review: lazy("a review"), SeenPlugin: lazy("a plugin"), StoredFile: lazy("a file"), Person: lazy("an account"),
    Attachment: lazy("a file of the coalition"), Consultation: lazy("a consultation"),
    ConsultationGuest: lazy("an invitation to a consultation"), AttachedVersion: lazy("a version of a file"),
    MailRules: lazy("the mail of the coalition"), WorkflowCopy: lazy("the workflow"),
    OrganisationFile: lazy("a list of organisations"), NoticeChoice: lazy("what a person hears by mail")}
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
    "takes_applications": lazy("page for asking to join"), "is_named_outside": lazy("name outside the coalition"),
    "pseudonym": lazy("pseudonym"), "joined_on": lazy("day of joining"),
    "visibility_by": lazy("who chose the visibility"),
    "organisation": lazy("organisation"), "membership": lazy("organisation"), "person": lazy("person"),
    "review": lazy("review"), "round": lazy("round"), "recommendation": lazy("recommendation"),
    "agreed_assessment": lazy("light of the coalition"), "state": lazy("State"), "stage": lazy("stage"),
    "stages": lazy("stages"), "workflow": lazy("workflow"), "symbols": lazy("symbols of documents"),
    "date_sources": lazy("sources of the days"), "is_closed": lazy("closed"), "adopted_on": lazy("day of the adoption"),
    "window_opens_due": lazy("opening of the window"), "window_closes_due": lazy("closing of the window"),
    "opens_on": lazy("first day"), "closes_on": lazy("last day"), "said_on": lazy("day on which it was said"),
    "held_on": lazy("day"), "notice_days": lazy("days of notice"), "others_invited": lazy("who else was invited"),
    "others_came": lazy("who else came"), "outcome": lazy("what came of it"), "place": lazy("where it was found"),
    "dated_on": lazy("date"), "note": lazy("note"), "url": lazy("address"), "file": lazy("file"), "form": lazy("form"),
    "undone_at": lazy("taken back"), "edited_at": lazy("corrected"), "draft_number": lazy("number in the draft"),
    "is_discreet": lazy("discreet mails"), "reply_to": lazy("who reads the answers"), "code": lazy("number"),
    "is_administrator": lazy("administrator"), "fingerprint": lazy("fingerprint of the code"),
    "is_known": lazy("found right"), "content": lazy("content"),
    "settings": lazy("settings"), "toml": lazy("mapping"), "kind": lazy("kind"),
    "circle": lazy("circle of trust"), "began_on": lazy("day on which it began"),
    "proposed_on": lazy("day of the proposal"), "proposed_by": lazy("who proposed it"),
    "confirmed_by": lazy("who confirmed it"), "asked": lazy("who is asked"), "brought_on": lazy("day"),
    "ending_asked_by": lazy("who asks to delete it"), "ending_asked_at": lazy("day of asking to delete it"),
    "waits_for": lazy("plugins that are awaited"),
    "ends_at": lazy("day on which it is deleted"), "token_hash": lazy("one-time address")}
# What the program writes for itself beside a field that is told.
UNTOLD = {"step", "number_key", "text_key", "claim_key", "evidence_key", "sealed", "key_reference", "address_index",
          "factor_step", "sha256", "about_kind", "about_uid", "at", "seat", "slug", "size_bytes", "expires_at",
          "is_demonstration", "role_since", "new_count", "changed_count", "unchanged_count", "refused_count"}
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


def _listed(field, values):
    known = ROLE_WORDS if field == "grants" else LANGUAGE_NAMES if field == "languages" else {}
    return _(", ").join(str(known.get(value, value)) for value in values) or "–"


def value_words(model, name: str, value) -> str:
    """A value as people read it: by the model's own words, lists and settings on one line."""
    known = getattr(model, "value_words", {}).get(name, {})
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, str) and value in known:
        return str(known[value])
    if isinstance(value, dict):
        return "; ".join(_("%(name)s: %(value)s", name=act_words(key) or key, value=_listed(name, value[key]))
                         for key in sorted(value))
    if isinstance(value, list):
        return _listed(name, value)
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else str(
        value.isoformat() if isinstance(value, date) else value)
