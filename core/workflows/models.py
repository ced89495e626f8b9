"""A review, one State before the Working Group once in a cycle; where it stands, and the consultations before it."""

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from core.coalitions.models import Membership, Owned, Seat
from core.db import JSONField, Part
from core.reference.states import state_names


class Review(Owned):
    """What a coalition follows. `wg_session` is null while the session is not known; dates are editable facts."""

    state = CharField(max_length=3)
    cycle = IntegerField(null=True)
    wg_session = IntegerField(null=True)
    title = TextField()
    reviewed_on = DateField(null=True)          # the day of the review, the anchor of most stages
    adopted_on = DateField(null=True)           # in plenary
    window_opens_due = CharField(max_length=60, default="")     # core.workflows.wall_time, empty: not known
    window_closes_due = CharField(max_length=60, default="")
    # Key of a document → its symbol: {"report": "A/HRC/59/15"}.
    symbols = JSONField(default=dict, form=dict[str, str])
    # Field → where its date comes from: {"source", "confidence", "is_month"}. A field without: a person wrote it.
    date_sources = JSONField(default=dict, form=dict[str, dict[str, str | bool]])
    stage = CharField(max_length=60, default="consultation")    # the id of the stage in which it stands
    is_closed = BooleanField(default=False)

    searched = ("title", "state", "symbols")

    @classmethod
    def search_texts(cls, objects):
        """By the State's names, the documents' symbols, and the session's number."""
        return {one.uid: [one.title, *state_names(one.state), *one.symbols.values(),
                          *([str(one.wg_session)] if one.wg_session else [])] for one in objects}

    class Meta:
        table_name = "review"
        indexes = ((("coalition", "state", "wg_session"), True),)

    @property
    def key(self) -> str:
        """Its word in addresses and at the command line: the session, else the uid."""
        return str(self.wg_session) if self.wg_session else self.uid


class ReviewStage(Part):
    """What a coalition wrote down of one stage of a review, or that the review stood there.

    It keeps the stage's title, party and place, so that it can be shown when the plugin that brought it is gone.
    """

    parent = "review"
    review = ForeignKeyField(Review, backref="+", on_delete="CASCADE")
    stage = CharField(max_length=60)
    title = TextField()
    who = CharField(max_length=20)
    after = CharField(max_length=60, default="")        # the stage before it
    starts_on = DateField(null=True)                    # null: by the workflow's offset
    ends_on = DateField(null=True)
    note = TextField(default="")

    class Meta:
        table_name = "review_stage"
        indexes = ((("review", "stage"), True),)


class StageMove(Part):
    """One move of a review from a stage to another; append only. `unmet`: what a forced one passed over, as Words."""

    parent = "review"
    review = ForeignKeyField(Review, backref="+", on_delete="CASCADE")
    at = DateTimeField()
    seat = ForeignKeyField(Seat, null=True, on_delete="SET NULL", backref="+")      # null: by command
    start = CharField(max_length=60)
    end = CharField(max_length=60)
    start_title = TextField()
    end_title = TextField()
    is_forced = BooleanField(default=False)
    reason = TextField(default="")
    unmet = JSONField(default=list, form=list)

    class Meta:
        table_name = "stage_move"


class WorkflowCopy(Owned):
    """What a coalition changed in its copy of a workflow: stage id → the changed values, see copying.py."""

    workflow = CharField(max_length=40)
    stages = JSONField(default=dict, form=dict[
        str, dict[str, str | None | dict[str, str | int] | list[dict[str, str]]]])

    class Meta:
        table_name = "workflow_copy"
        indexes = ((("coalition", "workflow"), True),)


class Consultation(Owned):
    """One consultation of the State with civil society. Who is no member stands in words."""

    review = ForeignKeyField(Review, backref="+", on_delete="CASCADE")
    title = TextField()
    held_on = DateField(null=True)
    notice_days = IntegerField(null=True)               # between invitation and the day; null: not known
    others_invited = TextField(default="")
    others_came = TextField(default="")
    outcome = TextField(default="")

    keeps = ("title", "held_on", "notice_days", "others_invited", "others_came", "outcome")
    searched = ("title", "outcome")                     # who came may be names: they stay out of the words

    class Meta:
        table_name = "consultation"


class ConsultationGuest(Part):
    """A member organisation that was invited, and whether it came."""

    parent = "consultation"
    consultation = ForeignKeyField(Consultation, backref="+", on_delete="CASCADE")
    membership = ForeignKeyField(Membership, backref="+", on_delete="CASCADE")
    has_come = BooleanField(default=False)

    class Meta:
        table_name = "consultation_guest"
        indexes = ((("consultation", "membership"), True),)


TABLES = [Review, ReviewStage, StageMove, WorkflowCopy, Consultation, ConsultationGuest]
