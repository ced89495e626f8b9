"""Deleting a coalition, which two ask for and all hear of; and what waits for a plugin in the archive it came from."""

from peewee import *

COLUMNS = ("ending_asked_by", "ending_asked_at", "ends_at", "waits_for")


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("coalition", "ending_asked_by", CharField(max_length=12, default="")),
        migrator.add_column("coalition", "ending_asked_at", DateTimeField(null=True)),
        migrator.add_column("coalition", "ends_at", DateTimeField(null=True)),
        migrator.add_column("coalition", "waits_for", TextField(default="[]")))


def down(migrator, db):
    migrator.migrate(*(migrator.drop_column("coalition", name) for name in COLUMNS))
