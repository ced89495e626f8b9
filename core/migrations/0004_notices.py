from peewee import *


def up(migrator, db):
    class Coalition(Model):
        class Meta:
            database = db
            table_name = 'coalition'

    class Person(Model):
        class Meta:
            database = db
            table_name = 'person'

    class Seat(Model):
        class Meta:
            database = db
            table_name = 'seat'

    class NoticeChoice(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        person = ForeignKeyField(Person, unique=True, on_delete='CASCADE')
        is_on = BooleanField(default=True)
        is_discreet = BooleanField(default=False)
        days_before = TextField()
        digest_day = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'notice_choice'

    class MailRules(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, unique=True, on_delete='RESTRICT')
        is_discreet = BooleanField(default=False)
        reply_to = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'mail_rules'

    class Feed(Model):
        seat = ForeignKeyField(Seat, unique=True, on_delete='CASCADE')
        token_hash = CharField(unique=True, max_length=64)
        made_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'feed'

    class SeatNote(Model):
        seat = ForeignKeyField(Seat, unique=True, on_delete='CASCADE')
        waiting = IntegerField(default=0)
        counted = IntegerField(default=0)
        reminded_on = DateField(null=True)
        seen_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'seat_note'

    class Reminder(Model):
        seat = ForeignKeyField(Seat, on_delete='CASCADE')
        key_hash = CharField(max_length=64)
        kind = CharField(max_length=10)
        on = DateField()
        class Meta:
            database = db
            table_name = 'reminder'
            indexes = ((('seat', 'key_hash', 'kind'), True),)

    class Outbox(Model):
        uid = CharField(unique=True, max_length=12)
        person = ForeignKeyField(Person, on_delete='CASCADE')
        coalition = ForeignKeyField(Coalition, null=True, on_delete='CASCADE')
        kind = CharField(max_length=40)
        parameters = TextField()
        due_at = DateTimeField(index=True)
        lease_until = DateTimeField(null=True)
        tries = IntegerField(default=0)
        failed_at = DateTimeField(null=True)
        reason = CharField(null=True, max_length=20)
        class Meta:
            database = db
            table_name = 'outbox'

    class Job(Model):
        name = CharField(unique=True, max_length=40)
        due_at = DateTimeField()
        lease_until = DateTimeField(null=True)
        tries = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'job'

    db.create_tables([NoticeChoice, MailRules, Feed, SeatNote, Reminder, Outbox, Job])


def down(migrator, db):
    for name in ('job', 'outbox', 'reminder', 'seat_note', 'feed', 'mail_rules', 'notice_choice'):
        migrator.migrate(migrator.drop_table(name))
