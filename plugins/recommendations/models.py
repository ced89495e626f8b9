"""The tables of the recommendations: what was imported, what stands, and the State's position with its history."""

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from core.api import JSONField, Owned, Part, Review, Seat, codes, lazy, texts_beside
from core.files.store import StoredFile
from core.reference.states import state_names
from plugins.recommendations.rows import POSITIONS

OUTCOMES = ("new", "changed", "unchanged", "left-out", "refused")
TERM_KINDS = ("theme", "affected", "sdg")


class Import(Owned):
    """One file that was brought in. `settings` is what it was read with (its profile, the choices of the preview)."""

    review = ForeignKeyField(Review, on_delete="RESTRICT", backref="+")
    form = CharField(max_length=40)
    file = ForeignKeyField(StoredFile, on_delete="RESTRICT", backref="+")
    sha256 = CharField(max_length=64)
    settings = JSONField(default=dict, form=dict)
    at = DateTimeField()
    seat = ForeignKeyField(Seat, null=True, on_delete="SET NULL", backref="+")     # null: by command
    new_count = IntegerField(default=0)
    changed_count = IntegerField(default=0)
    unchanged_count = IntegerField(default=0)
    refused_count = IntegerField(default=0)
    undone_at = DateTimeField(null=True)

    called = lazy("an import")

    class Meta:
        table_name = "recommendations_import"


class Recommendation(Owned):
    """One recommendation of a review. `number` is null until the Working Group has numbered it."""

    review = ForeignKeyField(Review, on_delete="RESTRICT", backref="+")
    number = CharField(max_length=40, null=True)
    part = IntegerField(default=0)                      # 0: the only one of its number
    number_key = CharField(max_length=80, default="", index=True)  # "00140.00012", for sorting
    draft_number = CharField(max_length=40, null=True)
    text = TextField()
    text_key = TextField()
    # A copy of the newest entry, written by record_position() only.
    position = CharField(max_length=20, null=True, choices=codes(POSITIONS))
    source = TextField(null=True)
    edited_at = DateTimeField(null=True)                # when a person last changed it by hand

    called = lazy("a recommendation")
    page = "recommendations.show"
    keeps = ("text", "number", "part", "source")
    searched = ("number", "draft_number", "text", "source")

    @classmethod
    def search_texts(cls, objects):
        """With the recommending States by all their names, and the themes, persons and goals by name."""
        texts = super().search_texts(objects)
        uids = {one.id: one.uid for one in objects}
        for id, iso3 in (RecommendingState.select(RecommendingState.recommendation, RecommendingState.iso3)
                         .where(RecommendingState.recommendation.in_(list(uids)))
                         .order_by(RecommendingState.order, RecommendingState.id).tuples()):
            texts[uids[id]] += state_names(iso3)
        for uid, name in texts_beside(objects, RecommendationTerm.term, Term.name):
            texts[uid].append(name)
        return texts

    class Meta:
        table_name = "recommendations_recommendation"
        indexes = ((("review", "number", "part"), True),)


class ImportRow(Part):
    """What one row of a file said, and what came of it; a file that is read again is known by these."""

    parent = "import_made"
    import_made = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE", backref="+")
    place = TextField()
    table_no = IntegerField(null=True)
    row_no = IntegerField(null=True)
    part = IntegerField(default=0)
    number = CharField(max_length=40, null=True)
    text_key = TextField()
    recommendation = ForeignKeyField(Recommendation, null=True, on_delete="SET NULL", backref="+")  # null: refused
    outcome = CharField(max_length=12, choices=codes(OUTCOMES))
    said = JSONField(default=dict, form=dict)           # states, themes, position …: what the file says
    reason = JSONField(null=True, form=dict)            # Words, kept
    # Earlier values, for taking the import back; "terms" by uid, order, and whether it is a heading.
    before = JSONField(null=True, form=dict[str, str | int | None | list[list[str | int | bool]]])

    class Meta:
        table_name = "recommendations_import_row"
        indexes = ((("import_made", "place", "part"), True),)


class RecommendingState(Part):
    parent = "recommendation"
    recommendation = ForeignKeyField(Recommendation, on_delete="CASCADE", backref="+")
    iso3 = CharField(max_length=3)
    order = IntegerField()
    by_hand = BooleanField(default=False)

    class Meta:
        table_name = "recommendations_recommending_state"
        indexes = ((("recommendation", "iso3"), True),)


class Term(Owned):
    """A theme, a group of affected persons, or an SDG, by its name as printed."""

    kind = CharField(max_length=10, choices=codes(TERM_KINDS))
    name = TextField()
    code = CharField(max_length=10, default="")

    called = lazy("a theme, a group or a goal")

    class Meta:
        table_name = "recommendations_term"
        indexes = ((("coalition", "kind", "name"), True),)


class RecommendationTerm(Part):
    """`is_heading`: the recommendation stood under this separator of the file."""

    parent = "recommendation"
    recommendation = ForeignKeyField(Recommendation, on_delete="CASCADE", backref="+")
    term = ForeignKeyField(Term, on_delete="CASCADE", backref="+")
    order = IntegerField()
    is_heading = BooleanField(default=False)
    by_hand = BooleanField(default=False)

    class Meta:
        table_name = "recommendations_recommendation_term"
        indexes = ((("recommendation", "term", "is_heading"), True),)


class PositionEntry(Part):
    """The State's position as it was said once. Entries are only added, never changed."""

    parent = "recommendation"
    recommendation = ForeignKeyField(Recommendation, on_delete="CASCADE", backref="+")
    position = CharField(max_length=20, choices=codes(POSITIONS))
    said_on = DateField(null=True)
    source = TextField(null=True)
    import_made = ForeignKeyField(Import, null=True, column_name="import_id", on_delete="SET NULL", backref="+")
    entered_at = DateTimeField()
    seat = ForeignKeyField(Seat, null=True, on_delete="SET NULL", backref="+")

    class Meta:
        table_name = "recommendations_position_entry"


class Profile(Owned):
    """A saved mapping of the columns of a coalition's own spreadsheet, as its TOML text."""

    name = TextField()
    toml = TextField()

    called = lazy("a mapping that was kept")

    class Meta:
        table_name = "recommendations_profile"
        indexes = ((("coalition", "name"), True),)


TABLES = [Import, Recommendation, ImportRow, RecommendingState, Term, RecommendationTerm, PositionEntry, Profile]
