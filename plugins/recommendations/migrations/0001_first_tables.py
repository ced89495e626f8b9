from peewee import *


def up(migrator, db):
    class Coalition(Model):
        class Meta:
            database = db
            table_name = 'coalition'

    class Review(Model):
        class Meta:
            database = db
            table_name = 'review'

    class Seat(Model):
        class Meta:
            database = db
            table_name = 'seat'

    class StoredFile(Model):
        class Meta:
            database = db
            table_name = 'stored_file'

    class Import(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        review = ForeignKeyField(Review, on_delete='RESTRICT')
        form = CharField(max_length=40)
        file = ForeignKeyField(StoredFile, on_delete='RESTRICT')
        sha256 = CharField(max_length=64)
        settings = TextField(default=dict)
        at = DateTimeField()
        seat = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        new_count = IntegerField(default=0)
        changed_count = IntegerField(default=0)
        unchanged_count = IntegerField(default=0)
        refused_count = IntegerField(default=0)
        undone_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'recommendations_import'
    db.create_tables([Import])

    class Recommendation(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        review = ForeignKeyField(Review, on_delete='RESTRICT')
        number = CharField(null=True, max_length=40)
        part = IntegerField(default=0)
        number_key = CharField(index=True, max_length=80, default='')
        draft_number = CharField(null=True, max_length=40)
        text = TextField()
        text_key = TextField()
        position = CharField(null=True, max_length=20)
        source = TextField(null=True)
        edited_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'recommendations_recommendation'
            indexes = ((('review', 'number', 'part'), True),)
    db.create_tables([Recommendation])

    class ImportRow(Model):
        import_made = ForeignKeyField(Import, column_name='import_id', on_delete='CASCADE')
        place = TextField()
        table_no = IntegerField(null=True)
        row_no = IntegerField(null=True)
        part = IntegerField(default=0)
        number = CharField(null=True, max_length=40)
        text_key = TextField()
        recommendation = ForeignKeyField(Recommendation, null=True, on_delete='SET NULL')
        outcome = CharField(max_length=12)
        said = TextField(default=dict)
        reason = TextField(null=True)
        before = TextField(null=True)
        class Meta:
            database = db
            table_name = 'recommendations_import_row'
            indexes = ((('import_made', 'place', 'part'), True),)
    db.create_tables([ImportRow])

    class PositionEntry(Model):
        recommendation = ForeignKeyField(Recommendation, on_delete='CASCADE')
        position = CharField(max_length=20)
        said_on = DateField(null=True)
        source = TextField(null=True)
        import_made = ForeignKeyField(Import, null=True, column_name='import_id', on_delete='SET NULL')
        entered_at = DateTimeField()
        seat = ForeignKeyField(Seat, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'recommendations_position_entry'
    db.create_tables([PositionEntry])

    class Profile(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        name = TextField()
        toml = TextField()
        class Meta:
            database = db
            table_name = 'recommendations_profile'
            indexes = ((('coalition', 'name'), True),)
    db.create_tables([Profile])

    class Term(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        kind = CharField(max_length=10)
        name = TextField()
        code = CharField(max_length=10, default='')
        class Meta:
            database = db
            table_name = 'recommendations_term'
            indexes = ((('coalition', 'kind', 'name'), True),)
    db.create_tables([Term])

    class RecommendationTerm(Model):
        recommendation = ForeignKeyField(Recommendation, on_delete='CASCADE')
        term = ForeignKeyField(Term, on_delete='CASCADE')
        order = IntegerField()
        is_heading = BooleanField(default=False)
        by_hand = BooleanField(default=False)
        class Meta:
            database = db
            table_name = 'recommendations_recommendation_term'
            indexes = ((('recommendation', 'term', 'is_heading'), True),)
    db.create_tables([RecommendationTerm])

    class RecommendingState(Model):
        recommendation = ForeignKeyField(Recommendation, on_delete='CASCADE')
        iso3 = CharField(max_length=3)
        order = IntegerField()
        by_hand = BooleanField(default=False)
        class Meta:
            database = db
            table_name = 'recommendations_recommending_state'
            indexes = ((('recommendation', 'iso3'), True),)
    db.create_tables([RecommendingState])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('recommendations_recommending_state'))
    migrator.migrate(migrator.drop_table('recommendations_recommendation_term'))
    migrator.migrate(migrator.drop_table('recommendations_term'))
    migrator.migrate(migrator.drop_table('recommendations_profile'))
    migrator.migrate(migrator.drop_table('recommendations_position_entry'))
    migrator.migrate(migrator.drop_table('recommendations_import_row'))
    migrator.migrate(migrator.drop_table('recommendations_recommendation'))
    migrator.migrate(migrator.drop_table('recommendations_import'))
