"""An owned thing with a part, so that the spine is tested without a plugin."""

from peewee import ForeignKeyField, TextField

from core import db
from core.changes import change
from core.coalitions.models import Membership, Owned
from core.db import Part
from core.language import lazy
from core.policy import Permission, declare, declared


class Note(Owned):
    membership = ForeignKeyField(Membership, null=True, backref="+")
    text = TextField(default="")
    colour = TextField(default="")

    keeps = ("text",)
    searched = ("colour", "text")

    class Meta:
        table_name = "test_note"


class Line(Part):
    parent = "note"
    note = ForeignKeyField(Note, backref="+", on_delete="CASCADE")
    text = TextField()

    class Meta:
        table_name = "test_line"


PERMISSIONS = [
    Permission("test.write", lazy("Write notes"), frozenset({"coordinator", "member"})),
    Permission("test.own", lazy("Write one's own notes"), frozenset({"member", "coordinator:any"}), own="membership"),
    Permission("test.edit", lazy("Edit"), frozenset({"editor"})),
]


def make_tables() -> None:
    """The tables in the database that is open, and the permissions beside the app's."""
    db.database.create_tables([Note, Line])
    declare([*declared().values(), *PERMISSIONS])


def make_note(ctx, text="first", **more) -> Note:
    with change(ctx, "test.write", ctx.coalition) as entry:
        return entry.add(Note(text=text, **more))
