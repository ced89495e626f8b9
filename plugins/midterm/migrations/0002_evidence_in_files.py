"""Evidence may be one of the coalition's files. Until now no evidence had a file: that column was empty."""

from peewee import *


def up(migrator, db):
    point_to(migrator, db, 'attachment', 'SET NULL')


def down(migrator, db):
    point_to(migrator, db, 'stored_file', 'RESTRICT')


def point_to(migrator, db, table, on_delete):
    class Target(Model):
        class Meta:
            database = db
            table_name = table
    # SQLite drops no column that points elsewhere, unless the table is written anew.
    anew = {'legacy': True} if 'sqlite' in type(db).__name__.lower() else {}
    migrator.migrate(
        migrator.drop_column('midterm_evidence', 'file_id', **anew),
        migrator.add_column('midterm_evidence', 'file_id', ForeignKeyField(
            Target, field=Target.id, null=True, on_delete=on_delete)))
