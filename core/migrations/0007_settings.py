"""Settings of a coalition, the act that an audit line belongs to, and the plugins that were seen."""

from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("coalition", "languages", TextField(default="[]")),
        migrator.add_column("coalition", "grants", TextField(default="{}")),
        migrator.add_column("coalition", "accent", CharField(max_length=7, default="")),
        migrator.add_column("coalition", "logo", CharField(max_length=12, default="")),
        migrator.add_column("coalition", "logo_alt", TextField(default="")),
        migrator.add_column("audit_line", "change_uid", CharField(max_length=12, null=True)),
        migrator.add_index("audit_line", ("coalition_uid", "number"), False))

    class SeenPlugin(Model):
        uid = CharField(max_length=12, unique=True)
        name = CharField(max_length=60, unique=True)
        version = CharField(max_length=40)
        fingerprint = CharField(max_length=64)
        since = DateTimeField()
        is_known = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "seen_plugin"
    db.create_tables([SeenPlugin])


def down(migrator, db):
    db.execute_sql("DROP TABLE seen_plugin")
    migrator.migrate(
        migrator.drop_index("audit_line", "audit_line_coalition_uid_number"),
        migrator.drop_column("audit_line", "change_uid"),
        migrator.drop_column("coalition", "logo_alt"),
        migrator.drop_column("coalition", "logo"),
        migrator.drop_column("coalition", "accent"),
        migrator.drop_column("coalition", "grants"),
        migrator.drop_column("coalition", "languages"))
