"""The invented world of the tests: two coalitions that must not know of each other, and always the same people."""

from dataclasses import dataclass

from core import policy
from core.changes import change
from core.circles import keeping, people
from core.coalitions import members
from core.coalitions.models import Coalition, Keeper, Membership, Organisation
from core.context import Context
from core.db import utc_now
from core.people import labels
from core.people.accounts import new_person
from core.people.labels import name_in, normal_address, zone_of
from core.people.models import Person
from core.sealing import address_index
from core.workflows.models import Review
from core.workflows.reviews import add_review

# Slug → title, State, session of its review, organisations. Words that stand nowhere else: the canary looks for them.
COALITIONS = {
    "meridia": ("Meridia UPR Coalition", "XMD", 48,
                ("Lanternwick Legal Aid", "Harbourlight Prison Watch", "Quillbrook Youth Forum")),
    "elsewhere": ("Zandrovia Rights Network", "XZN", 47,
                  ("Vexelmoor Observatory", "Thornwhistle Collective", "Ombrelune Women’s House")),
}
# Role in the cast → role of the seat, place of the organisation for which the person acts (None: for none).
ROLES = {"coordinator": ("coordinator", None), "editor": ("editor", 2), "member": ("member", 0),
         "other_member": ("member", 1), "expelled": ("member", 0)}
NAMES = {
    "meridia": {"coordinator": "Corvina Aldermoor", "editor": "Edric Pemberwell", "member": "Mirela Saltonstowe",
                "other_member": "Oskar Fennimore", "expelled": "Xaver Quickthorn"},
    "elsewhere": {"coordinator": "Zebulona Kvistgaard", "editor": "Yorvik Mandelwurz", "member": "Wilhelmira Ostrakova",
                  "other_member": "Ulfgar Brenzone", "expelled": "Tindaro Vasquelle"},
}
ADMINISTRATOR = "Adalind Wrenfield"


@dataclass(frozen=True)
class Actor:
    """One of the cast. `ctx` is the context in which the person works, made anew at each look."""

    name: str
    person: Person | None = None
    coalition: Coalition | None = None

    @property
    def ctx(self) -> Context:
        if self.person is None:
            return Context()
        person = Person.get_by_id(self.person.id)
        plain = Context(person=person, locale=person.locale, zone=zone_of(person))
        coalition = Coalition.get_by_id(self.coalition.id) if self.coalition else None
        return members.context_of(person, coalition, plain) or plain if coalition else plain

    @property
    def address(self) -> str:
        """The address with which the person signs in."""
        return labels.address_of(self.person)

    @property
    def seat(self):
        return policy.seat_of(self.person, self.coalition)

    @property
    def membership(self) -> Membership:
        """The membership for which the person acts first."""
        return self.ctx.memberships[0]


class Cast:
    """The people of one coalition by their role, with those who have no seat in it.

    nobody, administrator, coordinator, editor, member, other_member (of another organisation), expelled (was a
    member), stranger (coordinator of the other coalition). With build_withheld() also withheld (a member of a withheld
    organisation) and keeper (the coordinator who may read its name).
    """

    def __init__(self, slug: str):
        self._other = next(other for other in COALITIONS if other != slug)
        coalitions = {one.slug: one for one in Coalition.select()}
        self.coalition = coalitions[slug]
        here = {**NAMES[slug], **dict(zip(("withheld", "keeper"), WITHHELD[slug][3:], strict=True))}
        people = _people([ADMINISTRATOR, *here.values(), NAMES[self._other]["coordinator"]])
        self.nobody = Actor("nobody")
        self.administrator = Actor("administrator", people.get(ADMINISTRATOR))
        for role, name in here.items():
            if name in people or role in ROLES:         # the withheld only where build_withheld() was here
                setattr(self, role, Actor(role, people.get(name), self.coalition))
        self.stranger = Actor("stranger", people.get(NAMES[self._other]["coordinator"]), coalitions[self._other])

    def __getitem__(self, name: str) -> Actor:
        return getattr(self, name)

    @property
    def other(self) -> "Cast":
        """The same roles in the other coalition."""
        return Cast(self._other)

    @property
    def review(self) -> Review:
        """The coalition's one review."""
        return policy.unnarrowed(Review).where(Review.coalition == self.coalition).order_by(Review.id).get()

    @property
    def memberships(self) -> list[Membership]:
        """Of the coalition's three organisations with a name: the member's, the other member's, the editor's."""
        return list(policy.unnarrowed(Membership).where(Membership.coalition == self.coalition,
                                                        ~Membership.is_kept_back()).order_by(Membership.id))


@dataclass(frozen=True)
class World:
    """Both coalitions: `meridia`, in which the cast is at home, and `elsewhere`."""

    meridia: Cast
    elsewhere: Cast


# A withheld organisation in each coalition: its pseudonym, name and acronym, the one who acts for it. The coordinator
# who keeps its name is another one than the coordinator of the cast, who must never read it.
WITHHELD = {
    "meridia": ("Heron", "Gorsemantle Shelter", "GORSEMANTLX", "Ottoline Braithwick", "Keziah Underlough"),
    "elsewhere": ("Avocet", "Mossgrieve Refuge", "MOSSGRIEVX", "Peregrine Uttoxwell", "Lysander Achterberg"),
}


# A circle of trust in each coalition, of its member and its other member: a word that stands in all that it keeps.
CIRCLES = {"meridia": "Umberfallow", "elsewhere": "Grisaillemere"}


def _people(names) -> dict[str, Person]:
    """Name → account, of those who have one: all in one query."""
    indexes: dict[str | None, str] = {address_index(normal_address(address_of(name))): name for name in names}
    return {indexes[person.address_index]: person
            for person in Person.select().where(Person.address_index.in_(list(indexes)))}


def build_withheld() -> None:
    """Add to each coalition an organisation that withholds its name, one who acts for it, its keeper, and a circle."""
    operator = Context(via="command", now=utc_now())
    for slug, (pseudonym, name, acronym, member, keeper) in WITHHELD.items():
        at = operator.at(Coalition.get(Coalition.slug == slug))
        membership = members.add_organisation(at, name, acronym, "withheld")
        members.add_person(at, address_of(member), member, "member", [membership])
        seat, _token = members.add_person(at, address_of(keeper), keeper, "coordinator")
        with change(at, "coalition.members", membership) as entry:
            membership.pseudonym = pseudonym
            entry.add_parts(Keeper, [{"membership": membership, "seat": seat}])
        _build_circle(Cast(slug), CIRCLES[slug])


def _build_circle(cast, word):
    circle = people.begin(cast.member.ctx, f"{word} nights", f"For {word}", cast.other_member.seat)
    [proposal] = people.proposals_of(cast.other_member.ctx)
    people.come_in(cast.other_member.ctx, proposal)
    circle.began_on = cast.member.ctx.today
    keeping.write(cast.member.ctx, circle, f"{word} houses", f"- Below the {word} mill")


def house_names() -> list[str]:
    """The true names of all organisations, as their keys open them, sorted."""
    return sorted(name_in(row) for row in Organisation.select())


def address_of(name: str) -> str:
    return f"{name.casefold().replace(' ', '.')}@invented.example"


def build_world() -> None:
    """Write the world into the migrated database that is open, as the operator would."""
    new_person(address_of(ADMINISTRATOR), ADMINISTRATOR, is_administrator=True).save(force_insert=True)
    operator = Context(via="command", now=utc_now())
    for slug, (title, state, session, organisations) in COALITIONS.items():
        at = operator.at(members.make_coalition(operator, slug, state, title, state_name=title.partition(" ")[0]))
        memberships = [members.add_organisation(at, name, visibility="members") for name in organisations]
        Membership.update(visibility_by="organisation").execute()       # their people have looked at it
        for role, (seat_role, place) in ROLES.items():
            name = NAMES[slug][role]
            chosen = [] if place is None else [memberships[place]]
            seat, _token = members.add_person(at, address_of(name), name, seat_role, chosen)
            if role == "expelled":
                members.end_seat(at, seat)
        add_review(at, state, session)
