"""Which tables travel with a coalition, and how a row becomes plain data and a row again.

A coalition's own rows and their parts travel by themselves, whatever plugin they belong to, and so do the shared rows
that they lead to. A table that stays behind is named here with its reason; one that is neither is found by a test, and
nothing is exported while there is one.
"""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime, time

import peewee
from peewee import (
    BlobField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    TextField,
    TimeField,
)

from core.circles.models import TABLES as CIRCLES
from core.coalitions.models import Coalition, Owned, Representation
from core.db import JSONField, Part, fits
from core.files.store import SHA256
from core.people.accounts import known_zones
from core.sealing import SealedRow
from core.tables.days import is_meant
from core.workflows import wall_time

ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)

STAYS = {
    "web_session": "a signed-in browser belongs to the server that it signed in to",
    "set_up_link": "a one-time address leads to this server; a new one is made there",
    "invitation": "its one-time address leads to this server; people are invited anew there",
    "recovery_code": "for the second factor of this server; a new one is set up there",
    "organisation_file": "between preview and confirmation, and gone tomorrow",
    "attempt": "wrong passwords are counted where they are typed",
    "form_mark": "marks of forms that were answered here, kept two days",
    "audit_line": "the chain is one per instance; the coalition's lines travel as a file to read",
    "audit_head": "the chain's end",
    "seal_head": "ties the database to its own keyring",
    "doomed_key": "keys of this instance's keyring that are about to be destroyed",
    "to_seal": "empty but in the middle of an upgrade",
    "search_text": "made anew from what it was made of",
    "seen_plugin": "which code an administrator has seen here",
    "notice_choice": "a person's choice for all coalitions of an instance; it is made anew",
    "feed": "a secret address that leads to this server",
    "seat_note": "what was counted and last seen here",
    "reminder": "which reminders went out from here",
    "outbox": "mails that wait here",
    "job": "what this server does by itself, and when",
}
# Who exports is not in each circle of trust, and learns of none: these travel in the sealed part alone, rows and all.
SEALED_WHOLE = CIRCLES
# Shared rows that no row of a coalition leads to, and that stand between two that travel.
BETWEEN = (Representation,)
# Of a sealed row that travels whole in the sealed part, what travels beside its words.
OPEN_COLUMNS = {"circle": ("uid", "version", "began_on"), "circle_words": ("text", "number", "written_on", "seat"),
                "circle_file": ("uid", "version", "circle", "sha256", "size_bytes", "brought_on", "seat")}
# Of any other no column travels in clear; these go into the sealed part, with its words. All else ties it to this
# instance, or would join one person's accounts in two coalitions.
SEALED_COLUMNS = {"person": ("locale",), "organisation": ()}
SECRET_WORDS = {"totp"}             # sealed, and of this server all the same: the second factor is set up anew
NOT_OPEN = {
    "uid": "would join two pseudonyms in two coalitions",
    "version": "counts from one again",
    "sealed": "opens with this instance's keyring only",
    "key_reference": "names a key of this instance's keyring",
    "address_index": "keyed by this instance's keyring",
    "password": "a password is of one server; the person gets a set-up link",
    "has_second_factor": "it is set up anew",
    "factor_step": "of the second factor here",
    "is_demonstration": "the demonstration is of the instance that made it",
    "is_administrator": "nobody becomes administrator of another machine by a file",
}


# Columns of tables that travel, and stay themselves.
STAYS_OF = {
    "coalition": {
        "ending_asked_by": "that it is to be deleted, was said here",
        "ending_asked_at": "the same",
        "ends_at": "the same",
        "waits_for": "what lies in another archive still; the command that exports says so",
    },
    "seat": {"role_since": "counts only against what was asked here; it would tell when somebody came"},
}


def travelling(models: Iterable) -> list:
    """The models whose rows travel, each behind those that it leads to; without Coalition, which is the head."""
    models = [model for model in models if model is not Coalition and model._meta.table_name not in STAYS]
    own = {model for model in models if issubclass(model, (Owned, Part))}
    reached = {field.rel_model for model in own for field in model._meta.refs} - own
    ordered = peewee.sort_models(models)        # type: ignore[attr-defined]
    return [model for model in ordered if model in own | reached or model in BETWEEN]


def unnamed(models: Iterable) -> list[str]:
    """Tables that neither travel nor are named with a reason to stay."""
    models = list(models)
    known = {model._meta.table_name for model in travelling(models)} | set(STAYS) | {Coalition._meta.table_name}
    return sorted({model._meta.table_name for model in models} - known)


def columns_of(model) -> list:
    """The fields that travel in clear, in the order of the model; never the running id, nor the coalition."""
    table = model._meta.table_name
    fields = [field for field in model._meta.sorted_fields
              if field.name != "id" and field.name not in STAYS_OF.get(table, ())
              and not (isinstance(field, ForeignKeyField) and field.rel_model is Coalition)]
    if issubclass(model, SealedRow):
        return [field for field in fields if field.name in OPEN_COLUMNS.get(table, ())]
    return fields


def sealed_columns_of(model) -> list:
    """The fields of a row of which a part travels sealed."""
    if issubclass(model, SealedRow):
        return [model._meta.fields[name] for name in SEALED_COLUMNS.get(model._meta.table_name, ())]
    return columns_of(model)


def names_bytes(model) -> bool:
    """Whether its rows name bytes of the store, by columns that end in sha256."""
    return {"sha256", "size_bytes"} <= set(model._meta.fields)


def plain(field, value):
    """The value of a column as JSON can hold it."""
    if value is None or isinstance(field, JSONField):
        return value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(field, BlobField):
        return bytes(value).hex()
    return value


def back(field, value):
    """The value again. ValueError where it is none of this column's kind: an archive comes from outside."""
    if value is None:
        if not field.null:
            raise ValueError(f"{field.name} is empty")
        return None
    if isinstance(field, JSONField):
        if field.form is not None and not fits(value, field.form):
            raise ValueError(f"{field.name} is of another form")
        return value
    for kind, read in READ:
        if isinstance(field, kind):
            return read(field, value)
    raise ValueError(f"{field.name} is of a kind that does not travel")


def back_from_database(field, value):
    """The value of a column that was taken along as the database holds it, since nobody knew its kind."""
    if isinstance(field, JSONField) and isinstance(value, str):
        return back(field, json.loads(value))
    return back(field, bool(value) if isinstance(field, BooleanField) and value in (0, 1) else value)


def _of(kind):
    def read(field, value):
        if type(value) is not kind:
            raise ValueError(f"{field.name} is no {kind.__name__}")
        return value
    return read


def _text(field, value):
    if not isinstance(value, str) or "\0" in value or len(value) > (getattr(field, "max_length", None) or len(value)):
        raise ValueError(f"{field.name} is no text that fits")
    if field.choices and value not in dict(field.choices):
        raise ValueError(f"{field.name} is no code that is known")
    if field.name.endswith("sha256") and not SHA256.fullmatch(value):
        raise ValueError(f"{field.name} is no SHA-256")
    if field.name.endswith("_due") and value and not _is_wall_time(value):
        raise ValueError(f"{field.name} is no hour of a day")
    if field.name == "url" and not ADDRESS.fullmatch(value):
        raise ValueError(f"{field.name} is no address of a page")
    return value


def _is_wall_time(value):
    wall = wall_time.read(value)
    return wall is not None and wall.zone in known_zones()


def _moment(field, value):
    moment = datetime.fromisoformat(value).replace(tzinfo=None)
    _check_meant(field, moment.date())
    return moment


def _day(field, value):
    day = date.fromisoformat(value)
    _check_meant(field, day)
    return day


def _check_meant(field, day):
    if not is_meant(day):
        raise ValueError(f"{field.name} is a day that nobody means")


# The first that fits: DateTimeField is no DateField in peewee, and CharField no TextField.
READ = (
    (BooleanField, _of(bool)), (IntegerField, _of(int)), (FloatField, _of(float)),
    (DateTimeField, _moment), (DateField, _day),
    (TimeField, lambda field, value: time.fromisoformat(value)),
    (BlobField, lambda field, value: bytes.fromhex(value)), (CharField, _text), (TextField, _text),
)
