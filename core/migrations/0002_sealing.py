"""Names and addresses leave the tables. What stood in clear waits in `to_seal` until `commonweal upgrade` has sealed
it: that needs the keys, which a migration does not have."""

import json

from peewee import *


def up(migrator, db):
    class SealHead(Model):
        ring_uid = CharField(max_length=12)
        serial = IntegerField()
        class Meta:
            database = db
            table_name = 'seal_head'

    class ToSeal(Model):
        kind = CharField(max_length=60)
        uid = CharField(max_length=12)
        content = TextField()
        class Meta:
            database = db
            table_name = 'to_seal'
    db.create_tables([SealHead, ToSeal])

    waiting = []
    for uid, name, address, zone in db.execute_sql('SELECT uid, name, address, zone FROM person').fetchall():
        waiting.append({'kind': 'person', 'uid': uid,
                        'content': json.dumps({'name': name, 'address': address, 'zone': zone}, ensure_ascii=False)})
    for uid, name, acronym in db.execute_sql('SELECT uid, name, acronym FROM organisation').fetchall():
        waiting.append({'kind': 'organisation', 'uid': uid,
                        'content': json.dumps({'name': name, 'acronym': acronym}, ensure_ascii=False)})
    for row in waiting:
        ToSeal.create(**row)

    migrator.migrate(
        migrator.drop_index('person', 'person_address'),
        migrator.drop_column('person', 'address'),
        migrator.drop_column('person', 'name'),
        migrator.drop_column('person', 'zone'),
        migrator.add_column('person', 'sealed', BlobField(null=True)),
        migrator.add_column('person', 'key_reference', CharField(max_length=12, default='')),
        migrator.add_column('person', 'address_index', CharField(max_length=64, null=True)),
        migrator.add_index('person', ('address_index',), True),
        migrator.drop_column('organisation', 'name'),
        migrator.drop_column('organisation', 'acronym'),
        migrator.add_column('organisation', 'sealed', BlobField(null=True)),
        migrator.add_column('organisation', 'key_reference', CharField(max_length=12, default='')),
        migrator.add_column('membership', 'visibility_by', CharField(max_length=20, null=True)),
        migrator.add_column('membership', 'is_named_outside', BooleanField(default=False)),
        migrator.add_column('membership', 'pseudonym', CharField(max_length=20, default='')),
    )
    db.execute_sql('UPDATE membership SET pseudonym = uid')       # upgrade draws the words
    migrator.migrate(migrator.add_index('membership', ('coalition_id', 'pseudonym'), True))

    class Membership(Model):
        class Meta:
            database = db
            table_name = 'membership'

    class Seat(Model):
        class Meta:
            database = db
            table_name = 'seat'

    class Keeper(Model):
        membership = ForeignKeyField(Membership, on_delete='CASCADE')
        seat = ForeignKeyField(Seat, on_delete='CASCADE')
        class Meta:
            database = db
            table_name = 'keeper'
            indexes = ((('membership', 'seat'), True),)
    db.create_tables([Keeper])


def down(migrator, db):
    """What is sealed cannot come back without the keys: names and addresses are lost by going back."""
    migrator.migrate(
        migrator.drop_table('keeper'),
        migrator.drop_index('membership', 'membership_coalition_id_pseudonym'),
        migrator.drop_column('membership', 'pseudonym'),
        migrator.drop_column('membership', 'is_named_outside'),
        migrator.drop_column('membership', 'visibility_by'),
        migrator.drop_column('organisation', 'key_reference'),
        migrator.drop_column('organisation', 'sealed'),
        migrator.add_column('organisation', 'name', TextField(default='')),
        migrator.add_column('organisation', 'acronym', TextField(default='')),
        migrator.drop_index('person', 'person_address_index'),
        migrator.drop_column('person', 'address_index'),
        migrator.drop_column('person', 'key_reference'),
        migrator.drop_column('person', 'sealed'),
        migrator.add_column('person', 'name', TextField(default='')),
        migrator.add_column('person', 'address', TextField(default='')),
        migrator.add_column('person', 'zone', CharField(max_length=64, default='UTC')),
    )
    db.execute_sql('UPDATE person SET address = uid')
    migrator.migrate(
        migrator.add_index('person', ('address',), True),
        migrator.drop_table('to_seal'),
        migrator.drop_table('seal_head'),
    )
