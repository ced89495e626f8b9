"""An invitation knows whose seat made it, and a set-up address who had it made."""

from peewee import *


def up(migrator, db):
    class Seat(Model):
        class Meta:
            database = db
            table_name = 'seat'
    migrator.migrate(migrator.add_column('invitation', 'seat_id', ForeignKeyField(
        Seat, field=Seat.id, null=True, on_delete='CASCADE')))
    # Of links that stand already nobody knows it: they count as made by another.
    migrator.migrate(migrator.add_column('set_up_link', 'made_by', CharField(max_length=12, default='nobody')))


def down(migrator, db):
    anew = {'legacy': True} if 'sqlite' in type(db).__name__.lower() else {}
    migrator.migrate(migrator.drop_column('set_up_link', 'made_by', **anew))
    migrator.migrate(migrator.drop_column('invitation', 'seat_id', **anew))
