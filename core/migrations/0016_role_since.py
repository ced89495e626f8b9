"""Since when somebody has a role: whom a coordinator brings in does not confirm what that coordinator asked before."""

from peewee import *


def up(migrator, db):
    migrator.migrate(migrator.add_column("seat", "role_since", DateTimeField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("seat", "role_since"))
