"""The only place where a person or an organisation becomes text, and where a person is found by an address.

Everything else holds references: uids of memberships and seats. A reader gets the true name, the pseudonym of one who
withholds it, or the word that nothing can be read there.
"""

from core.coalitions.models import ROLES, Keeper, Membership, Organisation, Person, Representation, Seat
from core.language import _, format_date, format_moment
from core.policy import visible
from core.sealing import LOCKED, address_index, open_rows


def labels(ctx, memberships, door="members") -> dict[int, str]:
    """Membership id → how its organisation is called for this reader. Two queries at most, for any number.

    `memberships` are Membership rows or their ids, all of the coalition of ctx. `door` "members": true names of one's
    own and of those who show them to members, else pseudonyms. "keeper": also the names that this reader keeps.
    """
    known = ctx.known.setdefault(f"labels {door}", {})
    wanted = {getattr(membership, "id", membership) for membership in memberships} - set(known) - {None}
    if wanted:
        rows = [one for one in memberships if isinstance(one, Membership) and "organisation" in one.__rel__
                and one.coalition_id == ctx.coalition.id]           # they came with their organisations: no query
        if wanted - {row.id for row in rows}:
            rows = list(visible(ctx, Membership, Membership, Organisation).join(Organisation)
                        .where(Membership.id.in_(wanted)))
        may_read = own_or_kept(ctx) if door == "keeper" else {own.id for own in ctx.own}
        shown = [row for row in rows if not row.is_withheld or row.id in may_read]
        open_rows([row.organisation for row in shown])
        known.update({row.id: row.pseudonym for row in rows})
        known.update({row.id: name_in(row.organisation) for row in shown})
    return known


def own_or_kept(ctx) -> set[int]:
    """The ids of the memberships whose names this reader may read although they are withheld."""
    own = {membership.id for membership in ctx.own}
    if ctx.seat is None or "coordinator" not in ctx.roles:
        return own
    kept = visible(ctx, Membership, Membership.id).join(Keeper).where(Keeper.seat == ctx.seat)
    return own | {row.id for row in kept}


def name_in(row) -> str:
    """The name that is sealed in a person's or an organisation's row, or the word that there is none to read."""
    if row.sealed is None:
        return _("locked") if row.key_reference == LOCKED else _("erased")
    content = row.content()
    return content["name"] if content is not None else _("cannot be read")


def label(ctx, membership) -> str:
    """How the organisation of one membership is called for this reader. In lists, call labels() first."""
    key = getattr(membership, "id", membership)
    known = ctx.known.get("labels members", {})
    return known[key] if key in known else labels(ctx, [key])[key]


def all_labels(ctx, door="members") -> list[tuple[Membership, str]]:
    """Every membership of the coalition that stands, with its label: those with a name by name, then the withheld."""
    memberships = list(visible(ctx, Membership, Membership, Organisation).join(Organisation)
                       .where(Membership.status == "active"))
    return in_order(ctx, memberships, door)


def in_order(ctx, memberships, door="members") -> list[tuple[Membership, str]]:
    """These memberships with their labels, in the order in which lists show them."""
    named = labels(ctx, memberships, door)
    return sorted(((membership, named[membership.id]) for membership in memberships),
                  key=lambda pair: (is_pseudonym(pair[0], pair[1]), pair[1].casefold(), pair[0].uid))


def is_pseudonym(membership, shown: str) -> bool:
    """Whether a label that was given for this membership is the word in place of its name."""
    return membership.is_withheld and shown == membership.pseudonym


def person_label(ctx, person) -> str:
    """How a person is called for this reader: whoever acts for a withheld organisation, by its pseudonym."""
    if ctx.person is not None and person.id == ctx.person.id:
        return name_in(person)
    return _hidden_people(ctx).get(person.id) or name_in(person)


def _hidden_people(ctx, door="members") -> dict[int, str]:
    """Person id → pseudonym, of all others who act or once acted for an organisation whose name this reader may
    not read."""
    if ctx.coalition is None:
        return {}
    known = f"hidden people {door}"
    if known not in ctx.known:
        may_read = own_or_kept(ctx) if door == "keeper" else {membership.id for membership in ctx.own}
        rows = (visible(ctx, Membership, Representation.person, Membership.pseudonym)
                .join(Organisation).join(Representation)
                .where(Membership.id.not_in(may_read), Membership.is_kept_back())
                .order_by(Membership.pseudonym.desc()).tuples())
        ctx.known[known] = {person: word for person, word in rows if ctx.person is None or person != ctx.person.id}
    return ctx.known[known]


def listed(ctx, seats) -> list[Seat]:
    """Of these seats those that a list may show: a withheld organisation's people one by one would tell its size.

    Its own people and its keepers see all; for others stands, once for each pseudonym, who has more than a member's
    role.
    """
    hidden = _hidden_people(ctx, "keeper")
    shown, met = [], set()
    for seat in sorted(seats, key=lambda one: (ROLES.index(one.role), one.id)):
        word = hidden.get(seat.person_id)
        if word is None or seat.role != "member" and word not in met:
            shown.append(seat)
        met.add(word)
    return shown


def stand_ins(ctx) -> dict[str, str]:
    """Uid of the seat of each who goes by a pseudonym here → that of the first with the same pseudonym, which stands
    for all of them: so nothing tells how many there are."""
    hidden = _hidden_people(ctx)
    first: dict[str, str] = {}
    return {seat.uid: first.setdefault(hidden[seat.person_id], seat.uid)
            for seat in visible(ctx, Seat).where(Seat.person.in_(list(hidden))).order_by(Seat.id)}


def seat_labels(ctx, seats) -> dict[int, str]:
    """Seat id → how its person is called for this reader; three queries at most, for any number."""
    wanted = {getattr(seat, "id", seat) for seat in seats} - {None}
    if not wanted:
        return {}
    rows = list(visible(ctx, Seat, Seat, Person).join(Person).where(Seat.id.in_(wanted)))
    open_rows([row.person for row in rows])
    return {row.id: person_label(ctx, row.person) for row in rows}


def moment_beside(ctx, seat, moment, pattern="medium") -> str:
    """When this seat (a row or an id; None: a command) did something, as this reader may know it: of one who is hidden
    the day alone. Everything that stands beside a person passes here; one query, kept for the request."""
    if "hidden seats" not in ctx.known:
        rows = visible(ctx, Seat, Seat.id, Seat.person).where(Seat.person.in_(list(_hidden_people(ctx)))).tuples()
        own = ctx.person.id if ctx.person is not None else None
        ctx.known["hidden seats"] = {seat_id for seat_id, person in rows if person != own}
    if getattr(seat, "id", seat) in ctx.known["hidden seats"]:
        return format_date(moment)
    return format_moment(moment, pattern)


def address_of(person) -> str:
    """The e-mail address of a person, for the mail that goes to them; it is shown to nobody else. "": erased."""
    return (person.content() or {}).get("address", "")


def zone_of(person) -> str:
    """The time zone that a person has chosen."""
    return (person.content() or {}).get("zone", "UTC")


def normal_address(address: str) -> str:
    return address.strip().casefold()


def by_address(address: str) -> Person | None:
    """The account with this address; case and blanks around it do not count."""
    return Person.get_or_none(Person.address_index == address_index(normal_address(address)))
