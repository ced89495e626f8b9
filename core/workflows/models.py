"""A review: one State before the Working Group, once in a cycle."""

from peewee import CharField, DateField, IntegerField, TextField

from core.coalitions.models import Owned
from core.db import JSONField


class Review(Owned):
    """What a coalition follows. `wg_session` is null while the session is not known; dates are editable facts."""

    state = CharField(max_length=3)
    cycle = IntegerField(null=True)
    wg_session = IntegerField(null=True)
    title = TextField()
    reviewed_on = DateField(null=True)          # the day of the review, the anchor of the ribbon
    symbols = JSONField(default=dict)           # {"report": "A/HRC/59/15"}

    class Meta:
        table_name = "review"
        indexes = ((("coalition", "state", "wg_session"), True),)

    @property
    def key(self) -> str:
        """Its word in addresses and at the command line: the session, else the uid."""
        return str(self.wg_session) if self.wg_session else self.uid
