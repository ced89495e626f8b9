"""Circles of trust: who is in one, who is proposed, and the texts and files that it keeps."""

from peewee import *


def up(migrator, db):
    class Coalition(Model):
        class Meta:
            database = db
            table_name = 'coalition'

    class Seat(Model):
        class Meta:
            database = db
            table_name = 'seat'

    class Circle(Model):
        uid = CharField(max_length=12, unique=True)
        version = IntegerField()
        sealed = BlobField(null=True)
        key_reference = CharField(max_length=12)
        coalition = ForeignKeyField(Coalition, on_delete='RESTRICT')
        began_on = DateField(null=True)
        class Meta:
            database = db
            table_name = 'circle'

    class CirclePerson(Model):
        circle = ForeignKeyField(Circle, on_delete='CASCADE')
        seat = ForeignKeyField(Seat, on_delete='CASCADE')
        since_on = DateField()
        proposed_by = ForeignKeyField(Seat, null=True, on_delete='SET NULL', backref='+')
        confirmed_by = ForeignKeyField(Seat, null=True, on_delete='SET NULL', backref='+')
        class Meta:
            database = db
            table_name = 'circle_person'
            indexes = ((('circle', 'seat'), True),)

    class CircleProposal(Model):
        uid = CharField(max_length=12, unique=True)
        version = IntegerField()
        coalition = ForeignKeyField(Coalition, on_delete='RESTRICT')
        circle = ForeignKeyField(Circle, on_delete='CASCADE')
        seat = ForeignKeyField(Seat, on_delete='CASCADE')
        kind = CharField(max_length=10)
        step = CharField(max_length=10)
        proposed_by = ForeignKeyField(Seat, on_delete='CASCADE', backref='+')
        asked = ForeignKeyField(Seat, null=True, on_delete='CASCADE', backref='+')
        confirmed_by = ForeignKeyField(Seat, null=True, on_delete='CASCADE', backref='+')
        proposed_on = DateField()
        class Meta:
            database = db
            table_name = 'circle_proposal'
            indexes = ((('circle', 'seat'), True),)

    class CircleText(Model):
        uid = CharField(max_length=12, unique=True)
        version = IntegerField()
        coalition = ForeignKeyField(Coalition, on_delete='RESTRICT')
        circle = ForeignKeyField(Circle, on_delete='CASCADE')
        number = IntegerField()
        class Meta:
            database = db
            table_name = 'circle_text'

    class CircleWords(Model):
        uid = CharField(max_length=12, unique=True)
        version = IntegerField()
        sealed = BlobField(null=True)
        key_reference = CharField(max_length=12)
        text = ForeignKeyField(CircleText, on_delete='CASCADE')
        number = IntegerField()
        written_on = DateField()
        seat = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'circle_words'
            indexes = ((('text', 'number'), True),)

    class CircleFile(Model):
        uid = CharField(max_length=12, unique=True)
        version = IntegerField()
        sealed = BlobField(null=True)
        key_reference = CharField(max_length=12)
        coalition = ForeignKeyField(Coalition, on_delete='RESTRICT')
        circle = ForeignKeyField(Circle, on_delete='CASCADE')
        sha256 = CharField(index=True, max_length=64)
        size_bytes = IntegerField()
        brought_on = DateField()
        seat = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'circle_file'

    db.create_tables([Circle, CirclePerson, CircleProposal, CircleText, CircleWords, CircleFile])


def down(migrator, db):
    for table in ('circle_file', 'circle_words', 'circle_text', 'circle_proposal', 'circle_person', 'circle'):
        migrator.migrate(migrator.drop_table(table))
