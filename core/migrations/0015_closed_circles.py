"""Who had a link for a new password made; till when, and by whose link, a circle of trust is closed to an account."""

from peewee import *


def up(migrator, db):
    migrator.migrate(
        # Of links that stand already nobody knows it: they count as made by another.
        migrator.add_column('set_up_link', 'made_by', CharField(max_length=12, default='nobody')),
        migrator.add_column('circle_person', 'closed_until', DateTimeField(null=True)),
        migrator.add_column('circle_person', 'closed_by', CharField(max_length=12, default='')))


def down(migrator, db):
    migrator.migrate(
        migrator.drop_column('circle_person', 'closed_by'),
        migrator.drop_column('circle_person', 'closed_until'),
        migrator.drop_column('set_up_link', 'made_by'))
