"""Organisations ask to join where a coalition lets them; a list of organisations waits, sealed, between preview and
confirmation."""

from peewee import *


def up(migrator, db):
    migrator.migrate(migrator.add_column('coalition', 'takes_applications', BooleanField(default=False)))

    class Coalition(Model):
        class Meta:
            database = db
            table_name = 'coalition'

    class OrganisationFile(Model):
        uid = CharField(max_length=12, unique=True)
        version = IntegerField()
        sealed = BlobField(null=True)
        key_reference = CharField(max_length=12)
        coalition = ForeignKeyField(Coalition, on_delete='RESTRICT')
        expires_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'organisation_file'
    db.create_tables([OrganisationFile])


def down(migrator, db):
    migrator.migrate(
        migrator.drop_table('organisation_file'),
        migrator.drop_column('coalition', 'takes_applications'),
    )
