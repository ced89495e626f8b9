"""Accounts: people, their sessions, and the one-time links that set an account up."""

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from core.db import JSONField, Shared, new_uid
from core.sealing import SealedRow


class Person(SealedRow):
    """An account. What is sealed in it is read by core.people.labels alone.

    `address_index` finds it by its address (null: erased). `password` is null until the set-up link was used.
    `is_administrator` runs the instance and gives no seat. `factor_step`: the last step of the second factor that a
    code was taken for, so that each code works once.
    """

    address_index = CharField(max_length=64, unique=True, null=True)
    password = TextField(null=True)
    locale = CharField(max_length=8, default="en")
    is_administrator = BooleanField(default=False)
    is_demonstration = BooleanField(default=False)
    has_second_factor = BooleanField(default=False)
    factor_step = IntegerField(default=0)

    blank = {"name": "", "address": "", "phone": "", "zone": "UTC", "totp": ""}

    # What flask-login asks of an account:
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self):
        return self.uid

    class Meta:
        table_name = "person"


class WebSession(Shared):
    """A signed-in browser. The cookie holds 256 random bits, this row only their SHA-256.

    `needs_code`: the password was right, and the second factor is still to come: until then nobody is signed in.
    """

    token_hash = CharField(max_length=64, unique=True)
    uid = CharField(max_length=12, unique=True, default=new_uid)
    person = ForeignKeyField(Person, backref="sessions", on_delete="CASCADE")
    values = JSONField(default=dict)
    started_at = DateTimeField()
    used_at = DateTimeField()
    fresh_until = DateTimeField()
    needs_code = BooleanField(default=False)

    class Meta:
        table_name = "web_session"


class RecoveryCode(Shared):
    """One of ten codes for the day on which the phone is gone. It has 80 random bits, this row only their SHA-256."""

    person = ForeignKeyField(Person, backref="recovery_codes", on_delete="CASCADE")
    code_hash = CharField(max_length=64, unique=True)

    class Meta:
        table_name = "recovery_code"


class SetUpLink(Shared):
    """A one-time address at which a person sets a password, or the first administrator sets up the instance.
    `made_by`: who had it made, by a reference as in the audit; empty: the person themself."""

    token_hash = CharField(max_length=64, unique=True)
    person = ForeignKeyField(Person, null=True, backref="links", on_delete="CASCADE")  # null: the first administrator
    expires_at = DateTimeField()
    made_by = CharField(max_length=12, default="")

    class Meta:
        table_name = "set_up_link"


class Attempt(Shared):
    """Wrong passwords and codes, and how often a page with a limit was asked for: counted by a keyed hash of this day,
    so that whom it slows down is not named here, and cannot be found out tomorrow."""

    key = CharField(max_length=64, unique=True)
    count = IntegerField(default=0)
    last_at = DateTimeField()

    class Meta:
        table_name = "attempt"
