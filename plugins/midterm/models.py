"""The tables of the mid-term assessment: rounds, shares, organisations' lights, agreed ones, claims, evidence."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, TextField

from core.api import Attachment, Membership, Owned, Review, codes, lazy
from plugins.midterm.lights import LIGHTS, WORDS, replaced_light
from plugins.recommendations.models import Recommendation


class Round(Owned):
    """One time of assessing a review. `closes_on` null: it is open."""

    review = ForeignKeyField(Review, on_delete="RESTRICT", backref="+")
    title = TextField()
    opens_on = DateField(null=True)
    closes_on = DateField(null=True)

    called = lazy("a round")

    class Meta:
        table_name = "midterm_round"
        indexes = ((("review", "title"), True),)


class Share(Owned):
    """A recommendation given to an organisation to assess, by a day."""

    round = ForeignKeyField(Round, on_delete="CASCADE", backref="+")
    recommendation = ForeignKeyField(Recommendation, on_delete="RESTRICT", backref="+")
    membership = ForeignKeyField(Membership, on_delete="RESTRICT", backref="+")
    due = DateField(null=True)

    called = lazy("a share")

    class Meta:
        table_name = "midterm_share"
        indexes = ((("round", "recommendation", "membership"), True),)


class Assessment(Owned):
    """One organisation's light. `light` null: not yet set; with `light_in_practice` set, `light` is read "in law"."""

    round = ForeignKeyField(Round, on_delete="CASCADE", backref="+")
    recommendation = ForeignKeyField(Recommendation, on_delete="RESTRICT", backref="+")
    membership = ForeignKeyField(Membership, on_delete="RESTRICT", backref="+")
    light = CharField(max_length=20, null=True, choices=codes(LIGHTS))
    light_in_practice = CharField(max_length=20, null=True, choices=codes(LIGHTS))
    comment = TextField(default="")

    called = lazy("the light of an organisation")
    value_words = {"light": WORDS, "light_in_practice": WORDS}
    keeps = ("light", "light_in_practice", "comment")
    searched = ("comment",)
    # By the recommendation, then at random: the order in which organisations came is nobody's business.
    search_order = ("recommendation", "uid")

    def replaced(self, before):
        return replaced_light(lazy("your light of %(number)s", number=self.recommendation.number or "–"), self, before)

    class Meta:
        table_name = "midterm_assessment"
        indexes = ((("round", "recommendation", "membership"), True),)


class AgreedAssessment(Owned):
    """The coalition's light. `agreed_at` null: it is proposed."""

    round = ForeignKeyField(Round, on_delete="CASCADE", backref="+")
    recommendation = ForeignKeyField(Recommendation, on_delete="RESTRICT", backref="+")
    light = CharField(max_length=20, null=True, choices=codes(LIGHTS))
    light_in_practice = CharField(max_length=20, null=True, choices=codes(LIGHTS))
    comment = TextField(default="")
    agreed_at = DateTimeField(null=True)

    called = lazy("a light of the coalition")
    value_words = {"light": WORDS, "light_in_practice": WORDS}
    keeps = ("light", "light_in_practice", "comment", "agreed_at")
    searched = ("comment",)

    def replaced(self, before):
        return replaced_light(lazy("the agreed light of %(number)s", number=self.recommendation.number or "–"), self,
                              before)

    class Meta:
        table_name = "midterm_agreed_assessment"
        indexes = ((("round", "recommendation"), True),)


class Dissent(Owned):
    """An organisation's own sentence beside an agreed light that it does not share; it may stay."""

    agreed_assessment = ForeignKeyField(AgreedAssessment, on_delete="CASCADE", backref="+")
    membership = ForeignKeyField(Membership, on_delete="RESTRICT", backref="+")
    sentence = TextField()

    called = lazy("a dissent")
    keeps = ("sentence",)
    searched = ("sentence",)
    search_order = ("agreed_assessment", "uid")

    class Meta:
        table_name = "midterm_dissent"
        indexes = ((("agreed_assessment", "membership"), True),)


class Claim(Owned):
    """What the State says of its own implementation, in its words; never mixed with ours."""

    recommendation = ForeignKeyField(Recommendation, on_delete="RESTRICT", backref="+")
    said_on = DateField(null=True)
    text = TextField()
    light = CharField(max_length=20, null=True, choices=codes(LIGHTS))     # what it claims, where it says so
    source = TextField(default="")
    claim_key = CharField(max_length=64)                # SHA-256 of source, date, words

    called = lazy("a claim of the State")
    searched = ("text", "source")

    class Meta:
        table_name = "midterm_claim"
        indexes = ((("recommendation", "claim_key"), True),)


class Evidence(Owned):
    """What shows it: exactly one of url, file, note; `round` and `membership` null: the coalition's. Where the
    file was deleted its title and source stay."""

    recommendation = ForeignKeyField(Recommendation, on_delete="RESTRICT", backref="+")
    round = ForeignKeyField(Round, null=True, on_delete="SET NULL", backref="+")
    membership = ForeignKeyField(Membership, null=True, on_delete="RESTRICT", backref="+")
    title = TextField(default="")
    url = TextField(null=True)
    file = ForeignKeyField(Attachment, null=True, on_delete="SET NULL", backref="+")
    note = TextField(null=True)
    source = TextField(default="")
    dated_on = DateField(null=True)
    evidence_key = CharField(max_length=64)             # SHA-256 of round, membership and what it shows

    called = lazy("evidence")
    searched = ("title", "url", "note", "source")
    search_order = ("recommendation", "uid")

    class Meta:
        table_name = "midterm_evidence"
        indexes = ((("recommendation", "evidence_key"), True),)


TABLES = [Round, Share, Assessment, AgreedAssessment, Dissent, Claim, Evidence]
