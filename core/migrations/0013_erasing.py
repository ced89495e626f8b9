"""Keys that go as soon as the erasing of their record has held; a list that is brought in is its bringer's alone."""

from peewee import *


def up(migrator, db):
    class DoomedKey(Model):
        reference = CharField(max_length=12)
        class Meta:
            database = db
            table_name = 'doomed_key'
    db.create_tables([DoomedKey])

    class Seat(Model):
        class Meta:
            database = db
            table_name = 'seat'
    migrator.migrate(migrator.add_column('organisation_file', 'seat_id', ForeignKeyField(
        Seat, field=Seat.id, null=True, on_delete='CASCADE')))


def down(migrator, db):
    anew = {'legacy': True} if 'sqlite' in type(db).__name__.lower() else {}
    migrator.migrate(migrator.drop_column('organisation_file', 'seat_id', **anew))
    migrator.migrate(migrator.drop_table('doomed_key'))
