"""What is kept so that people hear of what waits: their choices, the outbox, the jobs, what was said already, feeds.

No row here holds a name, an address or a word that somebody wrote: only references, days and counts.
"""

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField

from core.coalitions.models import Coalition, Invitation, Owned, Seat
from core.db import JSONField, Part, Shared, new_uid
from core.people.models import Person

DAYS_BEFORE = (7, 1)


class NoticeChoice(Shared):
    """What a person wants to hear by mail; who has no row has the defaults. `digest_day`: 0 is Monday."""

    uid = CharField(max_length=12, unique=True, default=new_uid)
    version = IntegerField(default=1)
    person = ForeignKeyField(Person, unique=True, backref="+", on_delete="CASCADE")
    is_on = BooleanField(default=True)
    is_discreet = BooleanField(default=False)
    days_before = JSONField(default=lambda: list(DAYS_BEFORE))
    digest_day = IntegerField(default=0)

    class Meta:
        table_name = "notice_choice"


class MailRules(Owned):
    """How much the mails of a coalition say, and who reads the answers (null: nobody has offered to)."""

    coalition = ForeignKeyField(Coalition, unique=True, on_delete="RESTRICT", backref="+")
    is_discreet = BooleanField(default=False)
    reply_to = ForeignKeyField(Seat, null=True, backref="+", on_delete="SET NULL")

    class Meta:
        table_name = "mail_rules"


class Feed(Part):
    """The secret address of one person's dates in one coalition: 256 random bits, of which this is the SHA-256."""

    parent = "seat"
    seat = ForeignKeyField(Seat, unique=True, backref="+", on_delete="CASCADE")
    token_hash = CharField(max_length=64, unique=True)
    made_at = DateTimeField()

    class Meta:
        table_name = "feed"


class SeatNote(Shared):
    """What the machine keeps beside a seat. `waiting`: how many things waited when the audit stood at `counted`;
    `reminded_on`: the person's last day for which reminders were looked for; `seen_at`: when the person said that
    they had seen what others changed."""

    seat = ForeignKeyField(Seat, unique=True, backref="+", on_delete="CASCADE")
    waiting = IntegerField(default=0)
    counted = IntegerField(default=0)
    reminded_on = DateField(null=True)
    seen_at = DateTimeField(null=True)

    class Meta:
        table_name = "seat_note"


class Reminder(Shared):
    """This seat was told of this thing in this way, once and for all. `key_hash`: SHA-256 of the item's key."""

    seat = ForeignKeyField(Seat, backref="+", on_delete="CASCADE")
    key_hash = CharField(max_length=64)
    kind = CharField(max_length=10)
    on = DateField()

    class Meta:
        table_name = "reminder"
        indexes = ((("seat", "key_hash", "kind"), True),)


class Outbox(Shared):
    """A message that is to be sent: to whom and what about, by reference. Its words are made when it is sent, and the
    row goes then. `failed_at`: it is not tried again by itself; `reason`: a word of core.notices.sending.REASONS."""

    uid = CharField(max_length=12, unique=True, default=new_uid)
    person = ForeignKeyField(Person, null=True, backref="+", on_delete="CASCADE")       # null: who was invited
    invitation = ForeignKeyField(Invitation, null=True, backref="+", on_delete="CASCADE")
    coalition = ForeignKeyField(Coalition, null=True, backref="+", on_delete="CASCADE")
    kind = CharField(max_length=40)
    parameters = JSONField(default=dict)
    due_at = DateTimeField(index=True)
    lease_until = DateTimeField(null=True)
    tries = IntegerField(default=0)
    failed_at = DateTimeField(null=True)
    reason = CharField(max_length=20, null=True)

    class Meta:
        table_name = "outbox"


class Job(Shared):
    """Work that comes again and again. Who does it holds the lease; whoever finds a lease that has run out takes over,
    so work must bear being done twice."""

    name = CharField(max_length=40, unique=True)
    due_at = DateTimeField()
    lease_until = DateTimeField(null=True)
    tries = IntegerField(default=0)             # failures in a row

    class Meta:
        table_name = "job"


TABLES = [NoticeChoice, MailRules, Feed, SeatNote, Reminder, Outbox, Job]
