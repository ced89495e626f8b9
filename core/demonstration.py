"""The demonstration: an invented coalition of an invented State, with something on every screen."""

import secrets

from peewee import sort_models  # type: ignore[attr-defined]

from core.changes import Revision, change
from core.circles import keeping
from core.circles import people as circle_people
from core.circles.models import TABLES as CIRCLE_TABLES
from core.coalitions.members import add_organisation, add_person, context_of, make_coalition
from core.coalitions.models import Coalition, Keeper, Membership, Organisation, Owned, Seat
from core.errors import Refused
from core.files.models import AttachedVersion, Attachment
from core.files.store import StoredFile
from core.language import lazy
from core.notices.models import MailRules
from core.people import passwords
from core.people.labels import by_address
from core.people.models import Person
from core.people.second_factor import take_away
from core.policy import unnarrowed
from core.sealing import SealedRow
from core.workflows.models import TABLES as WORKFLOW_TABLES

SLUG, STATE = "demo", "XMD"         # ISO 3166 leaves XAA to XZZ to its users
TITLE, STATE_NAME = "Meridia UPR Coalition", "Meridia"
ORGANISATIONS = (("Lantern Legal Aid", "named"), ("Prison Watch Ansel", "members"),
                 ("Women’s Assembly of Meridia", "members"), ("River Peoples’ Council", "withheld"),
                 ("Saltmarsh Disability Network", "members"), ("Youth Forum Port Ansel", "members"),
                 ("Association of Rural Teachers", "members"))
PEOPLE = (
    ("ruben@demo.example", "Ruben Castellane", "coordinator", ()),
    ("tamsin@demo.example", "Tamsin Okoro", "member", (0,)),
    ("ilse@demo.example", "Ilse Varga", "member", (1,)),
    ("noor@demo.example", "Noor Haddad", "editor", (2,)),
    ("adisa@demo.example", "Adisa Monreal", "member", (3,)),
)

CIRCLE = ("Where to stay", "For a night on which somebody cannot go home")
LIST = ("Houses", "| Place | Beds | Ask for |\n|---|---|---|\n| Behind the mill | 2 | the miller |\n"
                  "| Parsonage, Port Ansel | 4 | the sexton |\n\nNobody goes there without a call before.")


def load_demonstration(ctx, host) -> list[tuple[str, str, str]]:
    """Make the demonstration where it is missing, and give its accounts new random passwords.

    Gives (address, password, role) for each. Refused where a real coalition lives: invented people have no business
    beside it.
    """
    coalition = Coalition.get_or_none(Coalition.is_demonstration)
    if coalition is None:
        if Coalition.select().exists():
            raise Refused(lazy("A real coalition lives here. The demonstration needs an instance of its own: "
                               "commonweal --instance OTHER run --demo."))
        coalition = _make(ctx, host)
    return _new_passwords(ctx.at(coalition))


def _make(ctx, host):
    coalition = make_coalition(ctx, SLUG, STATE, TITLE, state_name=STATE_NAME, is_demonstration=True)
    at = ctx.at(coalition)
    memberships = [add_organisation(at, name, visibility=visibility) for name, visibility in ORGANISATIONS]
    for address, name, role, places in PEOPLE:
        add_person(at, address, name, role, [memberships[place] for place in places])
    coordinator, second = (context_of(by_address(address), coalition, ctx) for address, *_rest in PEOPLE[:2])
    _make_circle(coordinator, second)
    host.gather("demonstration", object, ctx=coordinator, files=host.instance / "files")
    return coalition


def _make_circle(first, second):
    circle_people.begin(first, *CIRCLE, second.seat)
    circle_people.come_in(second, circle_people.proposals_of(second)[0])
    keeping.write(first, circle_people.circles_here(first)[0], *LIST)


def _new_passwords(ctx):
    told = []
    for address, _name, role, _places in PEOPLE:
        person = by_address(address)
        if person is None:
            continue
        password = f"{passwords.offered_words()} {secrets.randbelow(90) + 10}"
        hashed = passwords.hash_password(password)
        with change(ctx, "instance.demonstration", person):
            person.password = hashed
            take_away(person)           # whoever tried one has it on a phone that is not here now
        told.append((address, password, role))
    return told


def delete_demonstration(ctx, host) -> None:
    """Delete the demonstration with all its rows, organisations and accounts; the audit's lines stay."""
    coalition = Coalition.get_or_none(Coalition.is_demonstration)
    if coalition is None:
        raise Refused(lazy("There is no demonstration here."))
    models = list(reversed(sort_models([*_core_models(), *host.said("tables")])))
    organisations = [row.organisation.id for row in unnarrowed(Membership).where(Membership.coalition == coalition)]
    with change(ctx.at(coalition), "instance.demonstration", coalition) as entry:
        sealed = [row for model in models if issubclass(model, SealedRow)
                  for row in unnarrowed(model).where(_rows_of(model, coalition))]
        for model in models:
            model.delete().where(_rows_of(model, coalition)).execute()
        gone = [*Organisation.select().where(Organisation.id.in_(organisations)),
                *Person.select().where(Person.is_demonstration)]
        Organisation.delete().where(Organisation.id.in_(organisations)).execute()
        Person.delete().where(Person.is_demonstration).execute()
        entry.erase_keys([*gone, *sealed])
        entry.remove(coalition)


def _core_models():
    return [Revision, AttachedVersion, Attachment, *CIRCLE_TABLES, StoredFile, MailRules, *WORKFLOW_TABLES, Keeper,
            Seat, Membership]


def _rows_of(model, coalition):
    """The condition for the rows of one coalition, for an owned model or a part at any depth."""
    if issubclass(model, Owned):
        return model.coalition == coalition
    parent = model._meta.fields[model.parent]
    return parent.in_(parent.rel_model.select(parent.rel_model.id).where(_rows_of(parent.rel_model, coalition)))
