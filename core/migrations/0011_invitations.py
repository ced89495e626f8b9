"""A seat is offered by an invitation, and nobody has it before they accept; a mail can go to somebody without
account. Names that imported files had on somebody's disk go."""

from pathlib import Path

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

    class Invitation(Model):
        uid = CharField(max_length=12, unique=True)
        version = IntegerField()
        sealed = BlobField(null=True)
        key_reference = CharField(max_length=12)
        coalition = ForeignKeyField(Coalition, on_delete='RESTRICT')
        membership = ForeignKeyField(Membership, null=True, on_delete='CASCADE')
        role = CharField(max_length=20)
        token_hash = CharField(max_length=64, unique=True, null=True)
        expires_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'invitation'
    db.create_tables([Invitation])
    migrator.migrate(
        migrator.drop_not_null('outbox', 'person_id'),
        migrator.add_column('outbox', 'invitation_id', ForeignKeyField(
            Invitation, Invitation.id, null=True, on_delete='CASCADE')),
    )

    class StoredFile(Model):
        name = TextField()
        class Meta:
            database = db
            table_name = 'stored_file'
    # Of the name that a file had on somebody's disk only the ending is kept: it often tells who wrote it.
    for row in list(StoredFile.select()):
        StoredFile.update(name=f'file{Path(row.name).suffix.lower()[:10]}').where(StoredFile.id == row.id).execute()


def down(migrator, db):
    db.execute_sql('DELETE FROM outbox WHERE person_id IS NULL')
    migrator.migrate(
        migrator.drop_index('outbox', 'outbox_invitation_id'),
        migrator.drop_column('outbox', 'invitation_id'),
        migrator.add_not_null('outbox', 'person_id'),
        migrator.drop_table('invitation'),
    )
