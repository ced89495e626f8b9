"""The demonstration: an invented coalition of an invented State, with something on every screen."""

import secrets

from core.changes import change
from core.circles import keeping
from core.circles import people as circle_people
from core.coalitions.members import add_organisation, add_person, context_of, make_coalition
from core.coalitions.models import Coalition
from core.ending.erasing import drop_all, remove_all
from core.errors import Refused
from core.language import lazy
from core.people import passwords
from core.people.labels import by_address
from core.people.second_factor import take_away

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


def delete_demonstration(ctx, app) -> None:
    """Delete the demonstration with all its rows, organisations and accounts; the audit's lines stay."""
    coalition = Coalition.get_or_none(Coalition.is_demonstration)
    if coalition is None:
        raise Refused(lazy("There is no demonstration here."))
    with change(ctx.at(coalition), "instance.demonstration", coalition) as entry:
        files = remove_all(app, coalition, entry)
        entry.remove(coalition)
    drop_all(app, files, ctx.now)
