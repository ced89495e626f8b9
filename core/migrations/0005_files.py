"""Files of a coalition, each with its versions."""

from peewee import *


def up(migrator, db):
    class Coalition(Model):
        class Meta:
            database = db
            table_name = 'coalition'

    class Membership(Model):
        class Meta:
            database = db
            table_name = 'membership'

    class Seat(Model):
        class Meta:
            database = db
            table_name = 'seat'

    class Attachment(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        membership = ForeignKeyField(Membership, null=True, on_delete='RESTRICT')
        title = TextField()
        source = TextField(default='')
        place = TextField(default='')
        dated_on = DateField(null=True)
        note = TextField(default='')
        about_kind = CharField(null=True, max_length=60)
        about_uid = CharField(null=True, max_length=12)
        class Meta:
            database = db
            table_name = 'attachment'
            indexes = ((('coalition', 'about_kind', 'about_uid'), False),)
    db.create_tables([Attachment])

    class AttachedVersion(Model):
        attachment = ForeignKeyField(Attachment, on_delete='CASCADE')
        number = IntegerField()
        kind = CharField(max_length=8)
        sha256 = CharField(index=True, max_length=64)
        size_bytes = IntegerField()
        clean_sha256 = CharField(index=True, max_length=64)
        clean_bytes = IntegerField()
        left_out = TextField(default=dict)
        at = DateTimeField()
        seat = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        membership = ForeignKeyField(Membership, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'attached_version'
            indexes = ((('attachment', 'number'), True),)
    db.create_tables([AttachedVersion])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('attached_version'))
    migrator.migrate(migrator.drop_table('attachment'))
