"""Coalitions, the organisations in them, and who acts for whom."""

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from core.db import Base, JSONField, Part, Shared, codes, new_uid
from core.language import Words, lazy
from core.people.models import Person
from core.sealing import SealedRow

ROLES = ("coordinator", "editor", "member")
# applied: asked to join. invited: has not chosen yet how it is shown. Suspended and left ones keep their history.
STATUSES = ("applied", "invited", "active", "suspended", "left")
VISIBILITIES = ("named", "members", "withheld")     # from the most visible to the least
# Who chose it; of "paper" and "coordinator" it is asked whether it agrees.
CHOSEN_BY = ("organisation", "paper", "coordinator")


class Coalition(Shared):
    """One State, one circle of organisations. `slug` is its word in addresses: /c/<slug>/…"""

    uid = CharField(max_length=12, unique=True, default=new_uid)
    version = IntegerField(default=1)
    slug = CharField(max_length=40, unique=True)
    title = TextField()
    state = CharField(max_length=3)                 # ISO3
    state_name = TextField(default="")              # for a State that the States list does not hold
    plugins_off = JSONField(default=list, form=list[str])
    languages = JSONField(default=list, form=list[str])             # those offered here; empty: all of the instance
    grants = JSONField(default=dict, form=dict[str, list[str]])     # permission → roles, where not as declared
    accent = CharField(max_length=7, default="")    # "#2a3788"; empty: the theme's own
    logo = CharField(max_length=12, default="")     # uid of a StoredFile
    logo_alt = TextField(default="")
    is_demonstration = BooleanField(default=False)
    takes_applications = BooleanField(default=False)    # organisations may ask to join, on a page that is open to all
    demands_second_factor = BooleanField(default=False)     # of everybody; who manages it needs one in any case
    locked_at = DateTimeField(null=True)
    ending_asked_by = CharField(max_length=12, default="")      # uid of the seat that asked to delete it
    ending_asked_at = DateTimeField(null=True)
    ends_at = DateTimeField(null=True)                  # then it is deleted, unless somebody calls it off
    waits_for = JSONField(default=list)                 # plugins whose rows lie in the archive that it came from still

    keeps = ("title", "state_name", "plugins_off", "languages", "grants", "accent", "logo_alt")

    class Meta:
        table_name = "coalition"

    @property
    def is_locked(self) -> bool:
        """Its pages are closed to everybody, and no mail, feed or link of it leaves the server."""
        return self.locked_at is not None


class Owned(Base):
    """A row of one coalition. Every query on such rows starts with core.policy.visible()."""

    uid = CharField(max_length=12, unique=True, default=new_uid)
    version = IntegerField(default=1)
    coalition = ForeignKeyField(Coalition, on_delete="RESTRICT", backref="+")
    coalition_id: int               # peewee adds it

    called: Words | None = None                     # what one is, in the audit: "the light of an organisation"
    page: str | None = None                         # the endpoint that shows one, by its uid
    value_words: dict[str, dict[str, Words]] = {}   # field → its values in words, where they are codes
    keeps: tuple[str, ...] = ()                     # fields whose earlier values change() keeps as revisions
    searched: tuple[str, ...] = ()                  # fields by whose words search finds it; never a name
    search_order: tuple[str, ...] = ("id",)         # in which order search shows several of them

    @classmethod
    def search_texts(cls, objects) -> dict[str, list[str]]:
        """Uid → the texts by which search finds each of these objects; change() and doctor ask, for many at once.

        A model that is also found by what stands beside it (its parts) adds it here, in a fixed number of queries.
        """
        return {one.uid: [str(value) for name in cls.searched if (value := getattr(one, name))] for one in objects}

    def replaced(self, before: dict) -> Words:
        """The sentence for a person whose values `before` another has replaced here; a model says it in its words."""
        return lazy("What you wrote was replaced. It was: %(before)s",
                    before="; ".join(str(value) for value in before.values() if value) or "–")


class Organisation(SealedRow):
    """A civil-society organisation. Pages address its membership, never the organisation itself; what is sealed in it
    is read by core.people.labels and the directory."""

    blank = {"name": "", "acronym": "", "address": "", "phone": "", "site": "", "registration": "",
             "clusters": [], "languages": [], "regions": [], "ecosoc": "", "applicant": {}}

    class Meta:
        table_name = "organisation"


class Representation(Shared):
    """A person acts for an organisation, from a day until a day (null: still)."""

    person = ForeignKeyField(Person, backref="representations", on_delete="CASCADE")
    person_id: int
    organisation = ForeignKeyField(Organisation, backref="representations", on_delete="CASCADE")
    organisation_id: int
    from_on = DateField()
    until_on = DateField(null=True)

    class Meta:
        table_name = "representation"


class Membership(Owned):
    """An organisation in a coalition. `visibility` is null until a choice was made; until then it is withheld.

    `pseudonym`: the word by which it is called where its name may not be read. Every membership has one, so that it
    marks nobody. `is_named_outside`: a named organisation ticked that its name may stand in what leaves the coalition.
    """

    organisation = ForeignKeyField(Organisation, backref="memberships", on_delete="RESTRICT")
    organisation_id: int
    status = CharField(max_length=20, default="active", choices=codes(STATUSES))
    visibility = CharField(max_length=20, null=True, choices=codes(VISIBILITIES))
    visibility_by = CharField(max_length=20, null=True, choices=codes(CHOSEN_BY))
    is_named_outside = BooleanField(default=False)
    pseudonym = CharField(max_length=20)
    joined_on = DateField()

    class Meta:
        table_name = "membership"
        indexes = ((("coalition", "organisation"), True), (("coalition", "pseudonym"), True))

    @classmethod
    def seen_by(cls, ctx, query):
        """Who asked to join is seen by those who decide on it."""
        if ctx.roles & {"coordinator", "operator"}:
            return query
        return query.where(cls.status != "applied")

    @property
    def is_withheld(self) -> bool:
        """Whether its name is kept from the other members: it asked for that, or has not chosen yet."""
        return self.visibility not in ("named", "members")

    @classmethod
    def is_kept_back(cls):
        """is_withheld as a condition of a query."""
        return cls.visibility.is_null() | (cls.visibility == "withheld")


class Seat(Owned):
    """A person's role in a coalition. Ended seats stay, so that what they did keeps its author. `role_since`: when the
    role was given last; null: before that was written down, or on another server."""

    person = ForeignKeyField(Person, backref="seats", on_delete="RESTRICT")
    person_id: int
    role = CharField(max_length=20, choices=codes(ROLES))
    role_since = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)

    class Meta:
        table_name = "seat"
        indexes = ((("coalition", "person"), True),)


class OrganisationFile(SealedRow, Owned):
    """A list of organisations that somebody brings in, between preview and confirmation: it holds names, so it is
    sealed, and its key is destroyed when it was confirmed or has expired. Nobody else sees it before."""

    blank = {"file": "", "sheets": [], "mapping": {}}
    expires_at = DateTimeField()
    seat = ForeignKeyField(Seat, null=True, on_delete="CASCADE", backref="+")

    class Meta:
        table_name = "organisation_file"

    @classmethod
    def seen_by(cls, ctx, query):
        return query.where(cls.seat == ctx.seat)


class Invitation(SealedRow, Owned):
    """A seat that is offered by a one-time link, and that nobody has before they accept it. `token_hash`: SHA-256 of
    the link's token; null while no link leads to it. `membership`: for which the person will act. `seat`: of who
    offered it; null: a command, or who has no seat here. "is_closed": the person was put out since; that stands sealed,
    so that nobody learns of it whose address it is.
    """

    blank = {"name": "", "address": "", "locale": "", "is_closed": False}
    membership = ForeignKeyField(Membership, null=True, backref="+", on_delete="CASCADE")
    membership_id: int | None
    seat = ForeignKeyField(Seat, null=True, backref="+", on_delete="CASCADE")
    seat_id: int | None
    role = CharField(max_length=20)
    token_hash = CharField(max_length=64, unique=True, null=True)
    expires_at = DateTimeField()

    class Meta:
        table_name = "invitation"


class Keeper(Part):
    """A coordinator who may read the name of a withheld organisation, because it ticked that seat."""

    parent = "membership"
    membership = ForeignKeyField(Membership, backref="keepers", on_delete="CASCADE")
    seat = ForeignKeyField(Seat, backref="+", on_delete="CASCADE")

    class Meta:
        table_name = "keeper"
        indexes = ((("membership", "seat"), True),)
