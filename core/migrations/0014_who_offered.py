"""An invitation and a set-up address know whose seat made them."""

from peewee import *


def up(migrator, db):
    class Seat(Model):
        class Meta:
            database = db
            table_name = 'seat'
    migrator.migrate(migrator.add_column('invitation', 'seat_id', ForeignKeyField(
        Seat, field=Seat.id, null=True, on_delete='CASCADE')))
    migrator.migrate(migrator.add_column('set_up_link', 'made_by', CharField(max_length=12, default='')))


def down(migrator, db):
    anew = {'legacy': True} if 'sqlite' in type(db).__name__.lower() else {}
    migrator.migrate(migrator.drop_column('set_up_link', 'made_by', **anew))
    migrator.migrate(migrator.drop_column('invitation', 'seat_id', **anew))
