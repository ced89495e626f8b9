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

    class Recommendation(Model):
        class Meta:
            database = db
            table_name = 'recommendations_recommendation'

    class Review(Model):
        class Meta:
            database = db
            table_name = 'review'

    class StoredFile(Model):
        class Meta:
            database = db
            table_name = 'stored_file'

    class Round(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        review = ForeignKeyField(Review, on_delete='RESTRICT')
        title = TextField()
        opens_on = DateField(null=True)
        closes_on = DateField(null=True)
        class Meta:
            database = db
            table_name = 'midterm_round'
            indexes = ((('review', 'title'), True),)
    db.create_tables([Round])

    class AgreedAssessment(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        round = ForeignKeyField(Round, on_delete='CASCADE')
        recommendation = ForeignKeyField(Recommendation, on_delete='RESTRICT')
        light = CharField(null=True, max_length=20)
        light_in_practice = CharField(null=True, max_length=20)
        comment = TextField(default='')
        agreed_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'midterm_agreed_assessment'
            indexes = ((('round', 'recommendation'), True),)
    db.create_tables([AgreedAssessment])

    class Assessment(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        round = ForeignKeyField(Round, on_delete='CASCADE')
        recommendation = ForeignKeyField(Recommendation, on_delete='RESTRICT')
        membership = ForeignKeyField(Membership, on_delete='RESTRICT')
        light = CharField(null=True, max_length=20)
        light_in_practice = CharField(null=True, max_length=20)
        comment = TextField(default='')
        class Meta:
            database = db
            table_name = 'midterm_assessment'
            indexes = ((('round', 'recommendation', 'membership'), True),)
    db.create_tables([Assessment])

    class Claim(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        recommendation = ForeignKeyField(Recommendation, on_delete='RESTRICT')
        said_on = DateField(null=True)
        text = TextField()
        light = CharField(null=True, max_length=20)
        source = TextField(default='')
        claim_key = CharField(max_length=64)
        class Meta:
            database = db
            table_name = 'midterm_claim'
            indexes = ((('recommendation', 'claim_key'), True),)
    db.create_tables([Claim])

    class Dissent(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        agreed_assessment = ForeignKeyField(AgreedAssessment, on_delete='CASCADE')
        membership = ForeignKeyField(Membership, on_delete='RESTRICT')
        sentence = TextField()
        class Meta:
            database = db
            table_name = 'midterm_dissent'
            indexes = ((('agreed_assessment', 'membership'), True),)
    db.create_tables([Dissent])

    class Evidence(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        recommendation = ForeignKeyField(Recommendation, on_delete='RESTRICT')
        round = ForeignKeyField(Round, null=True, on_delete='SET NULL')
        membership = ForeignKeyField(Membership, null=True, on_delete='RESTRICT')
        title = TextField(default='')
        url = TextField(null=True)
        file = ForeignKeyField(StoredFile, null=True, on_delete='RESTRICT')
        note = TextField(null=True)
        source = TextField(default='')
        dated_on = DateField(null=True)
        evidence_key = CharField(max_length=64)
        class Meta:
            database = db
            table_name = 'midterm_evidence'
            indexes = ((('recommendation', 'evidence_key'), True),)
    db.create_tables([Evidence])

    class Share(Model):
        uid = CharField(unique=True, max_length=12)
        version = IntegerField(default=1)
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='RESTRICT')
        round = ForeignKeyField(Round, on_delete='CASCADE')
        recommendation = ForeignKeyField(Recommendation, on_delete='RESTRICT')
        membership = ForeignKeyField(Membership, on_delete='RESTRICT')
        due = DateField(null=True)
        class Meta:
            database = db
            table_name = 'midterm_share'
            indexes = ((('round', 'recommendation', 'membership'), True),)
    db.create_tables([Share])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('midterm_share'))
    migrator.migrate(migrator.drop_table('midterm_evidence'))
    migrator.migrate(migrator.drop_table('midterm_dissent'))
    migrator.migrate(migrator.drop_table('midterm_claim'))
    migrator.migrate(migrator.drop_table('midterm_assessment'))
    migrator.migrate(migrator.drop_table('midterm_agreed_assessment'))
    migrator.migrate(migrator.drop_table('midterm_round'))
