"""A review stands in a stage, has the hours of its window and the day of its adoption; stages, moves, consultations.

Columns are added by plain SQL: the library's way makes SQLite's table anew, and dropping the old one would take with it
what refers to a review.
"""

from datetime import date, timedelta

from peewee import *

# The first day of each stage, in days from the review, as workflows had them when this was written.
FIRST_DAYS = {"consultation": -365, "submission": -240, "documents": -84, "advocacy": -42, "pre-session": -30,
              "review": 0, "answer": 7, "adoption": 135, "implementation": 136, "mid-term": 822, "next-cycle": 1278}
CYCLE_ENDS = 1643
COLUMNS = {"adopted_on": "DATE", "window_opens_due": "VARCHAR(60) NOT NULL DEFAULT ''",
           "window_closes_due": "VARCHAR(60) NOT NULL DEFAULT ''", "date_sources": "TEXT NOT NULL DEFAULT '{}'",
           "stage": "VARCHAR(60) NOT NULL DEFAULT 'consultation'", "is_closed": "{boolean} NOT NULL DEFAULT {no}"}


def up(migrator, db):
    is_sqlite = "sqlite" in type(db).__name__.lower()
    for name, kind in COLUMNS.items():
        kind = kind.replace("{boolean}", "INTEGER" if is_sqlite else "BOOLEAN").replace(
            "{no}", "0" if is_sqlite else "FALSE")
        db.execute_sql(f'ALTER TABLE "review" ADD COLUMN "{name}" {kind}')
    _tables(db)
    _place(db)


def _place(db):
    class Review(Model):
        reviewed_on = DateField(null=True)
        stage = CharField(max_length=60, default='consultation')
        is_closed = BooleanField(default=False)
        class Meta:
            database = db
            table_name = 'review'
    for review in Review.select().where(Review.reviewed_on.is_null(False)):
        days = (date.today() - review.reviewed_on).days
        begun = [stage for stage, first in FIRST_DAYS.items() if first <= days]
        review.stage = begun[-1] if begun else 'consultation'
        review.is_closed = days > CYCLE_ENDS
        review.save()


def _tables(db):
    class Coalition(Model):
        class Meta:
            database = db
            table_name = 'coalition'

    class Membership(Model):
        class Meta:
            database = db
            table_name = 'membership'

    class Review(Model):
        class Meta:
            database = db
            table_name = 'review'

    class Seat(Model):
        class Meta:
            database = db
            table_name = 'seat'

    class ReviewStage(Model):
        review = ForeignKeyField(Review, on_delete='CASCADE')
        stage = CharField(max_length=60)
        title = TextField()
        who = CharField(max_length=20)
        after = CharField(default='', max_length=60)
        starts_on = DateField(null=True)
        ends_on = DateField(null=True)
        note = TextField(default='')
        class Meta:
            database = db
            table_name = 'review_stage'
            indexes = ((('review', 'stage'), True),)

    class StageMove(Model):
        review = ForeignKeyField(Review, on_delete='CASCADE')
        at = DateTimeField()
        seat = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        start = CharField(max_length=60)
        end = CharField(max_length=60)
        start_title = TextField()
        end_title = TextField()
        is_forced = BooleanField(default=False)
        reason = TextField(default='')
        unmet = TextField(default=list)
        class Meta:
            database = db
            table_name = 'stage_move'

    class WorkflowCopy(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, on_delete='RESTRICT')
        workflow = CharField(max_length=40)
        stages = TextField(default=dict)
        class Meta:
            database = db
            table_name = 'workflow_copy'
            indexes = ((('coalition', 'workflow'), True),)

    class Consultation(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, on_delete='RESTRICT')
        review = ForeignKeyField(Review, on_delete='CASCADE')
        title = TextField()
        held_on = DateField(null=True)
        notice_days = IntegerField(null=True)
        others_invited = TextField(default='')
        others_came = TextField(default='')
        outcome = TextField(default='')
        class Meta:
            database = db
            table_name = 'consultation'

    class ConsultationGuest(Model):
        consultation = ForeignKeyField(Consultation, on_delete='CASCADE')
        membership = ForeignKeyField(Membership, on_delete='CASCADE')
        has_come = BooleanField(default=False)
        class Meta:
            database = db
            table_name = 'consultation_guest'
            indexes = ((('consultation', 'membership'), True),)
    db.create_tables([ReviewStage, StageMove, WorkflowCopy, Consultation, ConsultationGuest])


def down(migrator, db):
    for table in ("consultation_guest", "consultation", "workflow_copy", "stage_move", "review_stage"):
        db.execute_sql(f'DROP TABLE "{table}"')
    for name in COLUMNS:
        db.execute_sql(f'ALTER TABLE "review" DROP COLUMN "{name}"')
