from peewee import *


def up(migrator, db):
    class Attempt(Model):
        key = CharField(unique=True, max_length=64)
        count = IntegerField(default=0)
        last_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'attempt'
    db.create_tables([Attempt])

    class AuditHead(Model):
        number = IntegerField(default=0)
        hash = CharField(max_length=64, default='')
        class Meta:
            database = db
            table_name = 'audit_head'
    db.create_tables([AuditHead])

    class AuditLine(Model):
        number = IntegerField(unique=True)
        uid = CharField(unique=True, max_length=12)
        at = DateTimeField()
        actor = CharField(max_length=12)
        via = CharField(max_length=10)
        coalition_uid = CharField(null=True, max_length=12)
        action = CharField(max_length=60)
        kind = CharField(null=True, max_length=60)
        object_uid = CharField(null=True, max_length=12)
        others = IntegerField(default=0)
        fields = TextField(default=list)
        result = CharField(max_length=20, default='done')
        hash_before = CharField(max_length=64)
        hash = CharField(max_length=64)
        class Meta:
            database = db
            table_name = 'audit_line'
    db.create_tables([AuditLine])

    class Coalition(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        slug = CharField(unique=True, max_length=40)
        title = TextField()
        state = CharField(max_length=3)
        state_name = TextField(default='')
        plugins_off = TextField(default=list)
        is_demonstration = BooleanField(default=False)
        class Meta:
            database = db
            table_name = 'coalition'
    db.create_tables([Coalition])

    class FormMark(Model):
        actor = CharField(max_length=12)
        mark = CharField(max_length=43)
        at = DateTimeField()
        address = TextField(null=True)
        sentence = TextField(null=True)
        class Meta:
            database = db
            table_name = 'form_mark'
            indexes = ((('actor', 'mark'), True),)
    db.create_tables([FormMark])

    class Organisation(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        name = TextField()
        acronym = TextField(default='')
        class Meta:
            database = db
            table_name = 'organisation'
    db.create_tables([Organisation])

    class Membership(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        organisation = ForeignKeyField(Organisation, on_delete='RESTRICT')
        status = CharField(max_length=20, default='active')
        visibility = CharField(null=True, max_length=20)
        joined_on = DateField()
        class Meta:
            database = db
            table_name = 'membership'
            indexes = ((('coalition', 'organisation'), True),)
    db.create_tables([Membership])

    class Person(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        name = TextField()
        address = TextField(unique=True)
        password = TextField(null=True)
        locale = CharField(max_length=8, default='en')
        zone = CharField(max_length=64, default='UTC')
        is_administrator = BooleanField(default=False)
        is_demonstration = BooleanField(default=False)
        class Meta:
            database = db
            table_name = 'person'
    db.create_tables([Person])

    class Representation(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        organisation = ForeignKeyField(Organisation, on_delete='CASCADE')
        from_on = DateField()
        until_on = DateField(null=True)
        class Meta:
            database = db
            table_name = 'representation'
    db.create_tables([Representation])

    class Review(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        state = CharField(max_length=3)
        cycle = IntegerField(null=True)
        wg_session = IntegerField(null=True)
        title = TextField()
        reviewed_on = DateField(null=True)
        symbols = TextField(default=dict)
        class Meta:
            database = db
            table_name = 'review'
            indexes = ((('coalition', 'state', 'wg_session'), True),)
    db.create_tables([Review])

    class Seat(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        person = ForeignKeyField(Person, on_delete='RESTRICT')
        role = CharField(max_length=20)
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'seat'
            indexes = ((('coalition', 'person'), True),)
    db.create_tables([Seat])

    class Revision(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        change_uid = CharField(index=True, max_length=12)
        kind = CharField(max_length=60)
        object_uid = CharField(max_length=12)
        object_version = IntegerField()
        at = DateTimeField()
        seat = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        over = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        is_told = IntegerField(default=0)
        before = TextField()
        class Meta:
            database = db
            table_name = 'revision'
            indexes = ((('kind', 'object_uid', 'object_version'), True),)
    db.create_tables([Revision])

    class SetUpLink(Model):
        token_hash = CharField(unique=True, max_length=64)
        person = ForeignKeyField(Person, null=True, on_delete='CASCADE')
        expires_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'set_up_link'
    db.create_tables([SetUpLink])

    class StoredFile(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        sha256 = CharField(max_length=64)
        name = TextField()
        size_bytes = IntegerField()
        at = DateTimeField()
        seat = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        settings = TextField(default=dict)
        expires_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'stored_file'
    db.create_tables([StoredFile])

    class WebSession(Model):
        token_hash = CharField(unique=True, max_length=64)
        uid = CharField(unique=True, max_length=12)
        person = ForeignKeyField(Person, on_delete='CASCADE')
        values = TextField(default=dict)
        started_at = DateTimeField()
        used_at = DateTimeField()
        fresh_until = DateTimeField()
        class Meta:
            database = db
            table_name = 'web_session'
    db.create_tables([WebSession])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('web_session'))
    migrator.migrate(migrator.drop_table('stored_file'))
    migrator.migrate(migrator.drop_table('set_up_link'))
    migrator.migrate(migrator.drop_table('revision'))
    migrator.migrate(migrator.drop_table('seat'))
    migrator.migrate(migrator.drop_table('review'))
    migrator.migrate(migrator.drop_table('representation'))
    migrator.migrate(migrator.drop_table('person'))
    migrator.migrate(migrator.drop_table('membership'))
    migrator.migrate(migrator.drop_table('organisation'))
    migrator.migrate(migrator.drop_table('form_mark'))
    migrator.migrate(migrator.drop_table('coalition'))
    migrator.migrate(migrator.drop_table('audit_line'))
    migrator.migrate(migrator.drop_table('audit_head'))
    migrator.migrate(migrator.drop_table('attempt'))
