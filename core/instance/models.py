"""The plugins that were seen here, each with the fingerprint of its code."""

from peewee import BooleanField, CharField, DateTimeField

from core.db import Shared, new_uid


class SeenPlugin(Shared):
    """A plugin as its code was when the server last looked. `is_known`: the administrator has said that it is right."""

    uid = CharField(max_length=12, unique=True, default=new_uid)
    name = CharField(max_length=60, unique=True)
    version = CharField(max_length=40)
    fingerprint = CharField(max_length=64)
    since = DateTimeField()
    is_known = BooleanField(default=False)

    class Meta:
        table_name = "seen_plugin"
