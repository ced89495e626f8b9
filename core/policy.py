"""Who may do what, and who sees which rows. Unknown permission, role or object, or an error: no.

Two questions: `allowed()` for one object, `visible()` to start a query. Nothing else decides.
"""

import logging
from dataclasses import dataclass, field

from peewee import SQL

from core.coalitions.models import Coalition, Membership, Organisation, Owned, Representation, Seat
from core.context import Context
from core.db import Part
from core.errors import NotThere, trace
from core.language import Words, lazy
from core.people.models import Person

log = logging.getLogger("commonweal.policy")

# What a coalition may decide otherwise, and for whom; what nobody may hand out or take away, whoever declares it.
ADJUSTED_ROLES = ("editor", "member")
NEVER_ADJUSTED = ("coalition", "people", "instance", "audit", "names", "keys", "keepers", "visibility", "seal")
ROLES = frozenset({"person", "administrator", "operator", "job", "coordinator", "editor", "member"})
# Every query that visible() or unnarrowed() started carries this; tests refuse a SELECT on owned rows without it.
MARK = "/*visible*/ 1=1"


@dataclass(frozen=True)
class News:
    """How the others read of such an act on Today: `sentence` counts by %(num)d and names %(who)s. `endpoint`: the page
    where more of it stands. `counts_parts`: the act's object holds what it changed, and these are counted. `needs`: the
    permission without which nobody reads of it."""

    sentence: Words
    endpoint: str = ""
    counts_parts: bool = False
    needs: str = ""


@dataclass(frozen=True)
class Permission:
    """A word that a route and a change() name. `default`: the roles that hold it.

    `own`: the object's column that must be a membership for which the person acts now; then a role stands for
    one's own rows only, and `coordinator:any` in `default` for all rows of the coalition.
    `adjustable`: a coalition may give it to editors and members, or take it away from them (Coalition.grants).
    `news`: table of the object → how the others read of the act; without, it is no news.
    """

    name: str
    sentence: Words
    default: frozenset[str] = field(default_factory=frozenset)
    own: str | None = None
    adjustable: bool = False
    news: dict[str, News] = field(default_factory=dict, hash=False)

    def __post_init__(self):
        if self.adjustable and self.name.partition(".")[0] in NEVER_ADJUSTED:
            raise ValueError(f"Permission {self.name}: no coalition may adjust it")
        strange = {role.removesuffix(":any") for role in self.default} - ROLES
        if strange:
            raise ValueError(f"Permission {self.name}: no such role: {', '.join(sorted(strange))}")


_declared: dict[str, Permission] = {}


def declare(permissions) -> None:
    """Make these permissions known, in place of those declared before. Called once, at start."""
    _declared.clear()
    for permission in permissions:
        if permission.name in _declared:
            raise ValueError(f"Permission {permission.name} is declared twice")
        _declared[permission.name] = permission


def declared() -> dict[str, Permission]:
    return dict(_declared)


def allowed(ctx: Context, permission: str, obj=None) -> bool:
    """May this person do this to this object? Without an object: to anything at all of that kind, here."""
    try:
        return _holds(ctx, _declared[permission], obj)
    except Exception as error:
        log.error("permission %s could not be decided, so it is a no: %s", permission, trace(error))
        return False


def _holds(ctx, permission, obj):
    if obj is not None and not _is_here(ctx, obj):
        return False
    roles = ctx.roles
    if "operator" in roles:
        return "operator" in permission.default
    holders = holders_of(permission, ctx.coalition)
    if isinstance(obj, Person) and obj != ctx.person:
        return bool(roles & holders - {"person"})        # an account is its person's own
    if not permission.own:
        return bool(roles & holders)
    if {f"{role}:any" for role in roles} & holders:
        return True
    if not roles & holders:
        return False
    if isinstance(obj, Membership):
        return obj.id in {membership.id for membership in ctx.own}
    if isinstance(obj, Organisation):
        return obj.id in {membership.organisation_id for membership in ctx.own}
    if isinstance(obj, Seat):
        return _is_a_colleagues(ctx, obj)
    own = {membership.id for membership in ctx.memberships}
    if obj is None or isinstance(obj, Coalition):
        return bool(own)
    return getattr(obj, f"{permission.own}_id") in own


def holders_of(permission: Permission, coalition: Coalition | None) -> frozenset[str]:
    """The roles that hold a permission in this coalition: as declared, or as its coordinators decided otherwise.

    Whatever stands in the row, only an adjustable permission moves, and only for editors and members; what is given
    beyond the declaration is for one's own rows (never `:any`).
    """
    decided = coalition.grants.get(permission.name) if coalition is not None and permission.adjustable else None
    if decided is None:
        return permission.default
    given = frozenset(decided) & frozenset(ADJUSTED_ROLES)
    return given | {role for role in permission.default
                    if role.removesuffix(":any") not in ADJUSTED_ROLES or role.removesuffix(":any") in given}


def _is_a_colleagues(ctx, seat):
    """The seat of who acts for one's own organisation, or a new one for who is about to."""
    if seat.id is None:
        return seat.role == "member" and bool(ctx.own)
    organisations = [membership.organisation_id for membership in ctx.own]
    return Representation.select().where(Representation.person == seat.person_id, Representation.until_on.is_null(),
                                         Representation.organisation.in_(organisations)).exists()


def _is_here(ctx, obj):
    """The object belongs to the coalition in which the person acts (or to the instance, as ctx does)."""
    if isinstance(obj, Coalition):
        return ctx.coalition is None or obj.id == ctx.coalition.id
    while isinstance(obj, Part):
        obj = getattr(obj, obj.parent)
    if not isinstance(obj, Owned):
        return True
    if ctx.coalition is None or obj.coalition_id != ctx.coalition.id:
        return False
    if hasattr(type(obj), "seen_by") and obj.id is not None:
        return visible(ctx, type(obj)).where(type(obj).id == obj.id).exists()
    return True


def visible(ctx: Context, model, *columns):
    """Start a query on an owned model: the rows of the coalition that this person may see.

    A model narrows itself further by `seen_by(ctx, query)`. Without a coalition it gives nothing.
    """
    query = model.select(*columns).where(SQL(MARK))
    if ctx.coalition is None:
        return query.where(SQL("1=0"))
    query = query.where(model.coalition == ctx.coalition.id)
    return model.seen_by(ctx, query) if hasattr(model, "seen_by") else query


def find(ctx: Context, model, uid: str):
    """The visible object with this uid, else NotThere: absent, another coalition's and hidden look the same."""
    found = visible(ctx, model).where(model.uid == uid).first()
    if found is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return found


def unnarrowed(model, *columns):
    """Start a query on an owned model before it is known who asks, or for the machine's own upkeep. Core only."""
    return model.select(*columns).where(SQL(MARK))


def seat_of(person, coalition):
    """The person's seat in a coalition, unless it has ended; None where there is none."""
    return unnarrowed(Seat).where(Seat.person == person, Seat.coalition == coalition, Seat.ended_at.is_null()).first()


def standing_seats(person):
    """The person's seats in all coalitions, locked ones too, each with its coalition, by the coalition's title."""
    return list(unnarrowed(Seat, Seat, Coalition).join(Coalition)
                .where(Seat.person == person, Seat.ended_at.is_null()).order_by(Coalition.title, Coalition.id))


def seats_of(person):
    """The person's seats in the coalitions that are open to them: one that is locked is nobody's."""
    return [seat for seat in standing_seats(person) if not seat.coalition.is_locked]


def memberships_of(person, coalition, on):
    """The memberships of a coalition, active or invited, for which the person acts on this day."""
    return list(unnarrowed(Membership, Membership, Organisation)
                .join(Organisation).join(Representation)
                .where(Membership.coalition == coalition, Membership.status.in_(("active", "invited")),
                       Representation.person == person, Representation.from_on <= on,
                       Representation.until_on.is_null() | (Representation.until_on > on))
                .order_by(Membership.id))
