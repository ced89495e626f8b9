"""The second factor, the half-open session between password and code, and the lock of a coalition."""

from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.add_column('person', 'has_second_factor', BooleanField(default=False)),
        migrator.add_column('person', 'factor_step', IntegerField(default=0)),
        migrator.add_column('web_session', 'needs_code', BooleanField(default=False)),
        migrator.add_column('coalition', 'demands_second_factor', BooleanField(default=False)),
        migrator.add_column('coalition', 'locked_at', DateTimeField(null=True)),
    )

    class Person(Model):
        class Meta:
            database = db
            table_name = 'person'

    class RecoveryCode(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        code_hash = CharField(max_length=64, unique=True)
        class Meta:
            database = db
            table_name = 'recovery_code'
    db.create_tables([RecoveryCode])
    # Their keys were of another kind, and tell of nobody any more.
    db.execute_sql('DELETE FROM attempt')


def down(migrator, db):
    migrator.migrate(
        migrator.drop_table('recovery_code'),
        migrator.drop_column('coalition', 'locked_at'),
        migrator.drop_column('coalition', 'demands_second_factor'),
        migrator.drop_column('web_session', 'needs_code'),
        migrator.drop_column('person', 'factor_step'),
        migrator.drop_column('person', 'has_second_factor'),
    )
