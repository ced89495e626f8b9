"""Till when, and by whose link, a circle of trust is closed to an account."""

from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.add_column('circle_person', 'closed_until', DateTimeField(null=True)),
        migrator.add_column('circle_person', 'closed_by', CharField(max_length=12, default='')))


def down(migrator, db):
    migrator.migrate(
        migrator.drop_column('circle_person', 'closed_by'),
        migrator.drop_column('circle_person', 'closed_until'))
