"""Files of a coalition: what each is, and its versions, each as it was brought and as others get it."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from core.coalitions.models import Membership, Owned, Seat
from core.db import JSONField, Part, codes
from core.files.kinds import MEDIA_TYPES


class Attachment(Owned):
    """A file that people look at and keep. `membership`: who gave it; null: it is the coalition's.

    `about_kind` and `about_uid` name the object that it belongs to, by its table and uid; null: to none.
    """

    membership_id: int | None

    membership = ForeignKeyField(Membership, null=True, on_delete="RESTRICT", backref="+")
    title = TextField()
    source = TextField(default="")                  # who wrote or published it
    place = TextField(default="")                   # where it was found: an address, a page, a shelf
    dated_on = DateField(null=True)
    note = TextField(default="")
    about_kind = CharField(max_length=60, null=True)
    about_uid = CharField(max_length=12, null=True)

    keeps = ("title", "source", "place", "dated_on", "note")
    searched = ("title", "source", "place", "note")     # the names of its files are its people's business
    search_order = ("uid",)                             # at random: who brought theirs first is, too

    class Meta:
        table_name = "attachment"
        indexes = ((("coalition", "about_kind", "about_uid"), False),)


class AttachedVersion(Part):
    """One version. `sha256` is that of the original, which `membership`'s people get, and who brought it (`seat`);
    everybody else gets the bytes of `clean_sha256`. The name that the file had on somebody's disk is not kept: it often
    says whose it is, and would stand here in clear."""

    parent = "attachment"
    attachment_id: int
    seat_id: int | None
    membership_id: int | None

    attachment = ForeignKeyField(Attachment, backref="versions", on_delete="CASCADE")
    number = IntegerField()
    kind = CharField(max_length=8, choices=codes(MEDIA_TYPES))
    sha256 = CharField(max_length=64, index=True)
    size_bytes = IntegerField()
    clean_sha256 = CharField(max_length=64, index=True)
    clean_bytes = IntegerField()
    left_out = JSONField(default=dict, form=dict[str, int])     # what the clean copy lacks, and how much of it
    at = DateTimeField()
    seat = ForeignKeyField(Seat, null=True, on_delete="SET NULL", backref="+")
    membership = ForeignKeyField(Membership, null=True, on_delete="SET NULL", backref="+")

    class Meta:
        table_name = "attached_version"
        indexes = ((("attachment", "number"), True),)
