"""Circles of trust: who is in one, who is proposed, and what is kept in it.

Whoever is not in a circle learns nothing of it, not that it exists: each of these models narrows itself by `seen_by`.
What is said and kept in one lies sealed.
"""

from datetime import timedelta

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField

from core.coalitions.models import Owned, Seat
from core.db import Part, codes
from core.language import lazy
from core.sealing import SealedRow

IN, OUT = "in", "out"                   # what is proposed of a person
SECOND, PERSON = "second", "person"     # for whom a proposal waits: a second hand, the person itself
CLOSED_FOR = timedelta(days=7)


class Circle(SealedRow, Owned):
    """Some people of a coalition who keep something to themselves. `began_on` is null until a second person is in."""

    blank = {"title": "", "purpose": ""}
    called = lazy("a circle of trust")
    page = "circles.show"

    began_on = DateField(null=True)

    class Meta:
        table_name = "circle"

    @classmethod
    def seen_by(cls, ctx, query):
        return query.where(cls.id.in_(own_circles(ctx)))


class CirclePerson(Part):
    """One who is in a circle. `proposed_by` and `confirmed_by` admitted them; both null: began it. `confirmed_by` alone
    null: came in when it began, as the second of the two.

    `closed_until`: till then the circle is closed to this account, since its password was set by a link that somebody
    else made, `closed_by` (a reference, as in the audit): who signs in may be another than who was admitted.
    """

    parent = "circle"
    circle_id: int
    seat_id: int

    circle = ForeignKeyField(Circle, backref="+", on_delete="CASCADE")
    seat = ForeignKeyField(Seat, backref="+", on_delete="CASCADE")
    since_on = DateField()
    proposed_by = ForeignKeyField(Seat, null=True, backref="+", on_delete="SET NULL")
    confirmed_by = ForeignKeyField(Seat, null=True, backref="+", on_delete="SET NULL")
    closed_until = DateTimeField(null=True)
    closed_by = CharField(max_length=12, default="")

    class Meta:
        table_name = "circle_person"
        indexes = ((("circle", "seat"), True),)

    def is_closed(self, now) -> bool:
        return self.closed_until is not None and self.closed_until > now


def own_circles(ctx):
    """The ids of the circles that are open to this person, who is in them, for the WHERE of a query."""
    return CirclePerson.select(CirclePerson.circle).where(
        CirclePerson.seat == _seat_id(ctx),
        CirclePerson.closed_until.is_null() | (CirclePerson.closed_until <= ctx.now))


def closed_circles(ctx):
    """The ids of the circles that are closed to this person, who is in them, for the WHERE of a query."""
    return CirclePerson.select(CirclePerson.circle).where(
        CirclePerson.seat == _seat_id(ctx), CirclePerson.closed_until > ctx.now)


def _seat_id(ctx):
    """0, which is nobody's, for who has no seat."""
    return ctx.seat.id if ctx.seat is not None and ctx.seat.ended_at is None else 0


class CircleProposal(Owned):
    """Somebody is to come in or to go out. `asked`: the coordinator who is the second hand where only one is left."""

    called = lazy("a question about a circle of trust")
    circle_id: int
    seat_id: int
    proposed_by_id: int
    asked_id: int | None
    confirmed_by_id: int | None

    circle = ForeignKeyField(Circle, backref="+", on_delete="CASCADE")
    seat = ForeignKeyField(Seat, backref="+", on_delete="CASCADE")
    kind = CharField(max_length=10, choices=codes((IN, OUT)))
    step = CharField(max_length=10, choices=codes((SECOND, PERSON)))
    proposed_by = ForeignKeyField(Seat, backref="+", on_delete="CASCADE")
    asked = ForeignKeyField(Seat, null=True, backref="+", on_delete="CASCADE")
    confirmed_by = ForeignKeyField(Seat, null=True, backref="+", on_delete="CASCADE")
    proposed_on = DateField()

    class Meta:
        table_name = "circle_proposal"
        indexes = ((("circle", "seat"), True),)

    @classmethod
    def seen_by(cls, ctx, query):
        """By those in the circle, save who is to go; by the person when two have agreed; by the coordinator until it is
        confirmed."""
        me = _seat_id(ctx)
        inside = cls.circle.in_(own_circles(ctx)) & ((cls.kind == IN) | (cls.seat != me))
        return query.where(inside | ((cls.step == PERSON) & (cls.seat == me))
                           | ((cls.step == SECOND) & (cls.asked == me)))


class CircleText(Owned):
    """A text, a list or a person that a circle keeps. `number` is that of its newest words."""

    called = lazy("a text in a circle of trust")
    page = "circles.text"
    circle_id: int
    newest: "CircleWords"           # where a query brought it along

    circle = ForeignKeyField(Circle, backref="+", on_delete="CASCADE")
    number = IntegerField(default=1)

    class Meta:
        table_name = "circle_text"

    @classmethod
    def seen_by(cls, ctx, query):
        return query.where(cls.circle.in_(own_circles(ctx)))


class CircleWords(SealedRow, Part):
    """One version of a text, in Markdown: whose words they are, and of which day."""

    parent = "text"
    blank = {"title": "", "body": ""}
    seat_id: int | None

    text = ForeignKeyField(CircleText, backref="+", on_delete="CASCADE")
    number = IntegerField()
    written_on = DateField()
    seat = ForeignKeyField(Seat, null=True, backref="+", on_delete="SET NULL")

    class Meta:
        table_name = "circle_words"
        indexes = ((("text", "number"), True),)


class CircleFile(SealedRow, Owned):
    """A file that a circle keeps: the copy without the names that programs write into one. `sha256` is that of the
    bytes in the store, which are sealed under a key that lies, sealed, in this row."""

    blank = {"title": "", "kind": "", "key": ""}
    called = lazy("a file in a circle of trust")
    circle_id: int
    seat_id: int | None

    circle = ForeignKeyField(Circle, backref="+", on_delete="CASCADE")
    sha256 = CharField(max_length=64, index=True)
    size_bytes = IntegerField()
    brought_on = DateField()
    seat = ForeignKeyField(Seat, null=True, backref="+", on_delete="SET NULL")

    class Meta:
        table_name = "circle_file"

    @classmethod
    def seen_by(cls, ctx, query):
        return query.where(cls.circle.in_(own_circles(ctx)))


TABLES = (Circle, CirclePerson, CircleProposal, CircleText, CircleWords, CircleFile)
