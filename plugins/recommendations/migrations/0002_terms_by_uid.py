"""What a row of a file changed names its earlier themes by uid: their numbers are others on another server."""

import json

from peewee import *


def up(migrator, db):
    rename(db, Term.id, Term.uid)


def down(migrator, db):
    rename(db, Term.uid, Term.id)


class Term(Model):
    uid = CharField()
    class Meta:
        table_name = 'recommendations_term'


class ImportRow(Model):
    before = TextField(null=True)
    class Meta:
        table_name = 'recommendations_import_row'


def rename(db, old, new):
    with db.bind_ctx([Term, ImportRow]):
        names = dict(Term.select(old, new).tuples())
        for row in ImportRow.select().where(ImportRow.before.is_null(False)):
            before = json.loads(row.before)
            if 'terms' in (before or {}):
                before['terms'] = [[names[term], *more] for term, *more in before['terms'] if term in names]
                ImportRow.update(before=json.dumps(before, ensure_ascii=False, sort_keys=True)).where(
                    ImportRow.id == row.id).execute()
