"""How an organisation is shown: named, named to members, or withheld; and the coordinators who keep a withheld name.

Less visible: at once, by the organisation or a coordinator. More visible: only by the organisation's own people, who
have just signed in again. Until it has chosen, it is withheld.
"""

from core.audit import note
from core.changes import change
from core.coalitions.claims import forget_of
from core.coalitions.models import VISIBILITIES, Keeper, Membership, Organisation, Representation, Seat
from core.errors import Forbidden, Refused, SignInAgain
from core.language import lazy
from core.people.accounts import end_links
from core.people.labels import in_order, own_or_kept
from core.policy import Permission, allowed, visible

PERMISSIONS = [
    Permission("organisation.visibility", lazy("Choose how one's own organisation is shown; a coordinator may only "
                                               "make it less visible"),
               frozenset({"coordinator", "coordinator:any", "editor", "member"}), own="membership"),
    Permission("organisation.keepers", lazy("Tick the coordinators who may read one's own organisation's name"),
               frozenset({"coordinator", "editor", "member"}), own="membership"),
    Permission("names.read", lazy("Read the names that withheld organisations have entrusted to one"),
               frozenset({"coordinator"})),
]


def choose(ctx, membership: Membership, visibility: str, is_named_outside: bool = False, version=None,
           keepers=None) -> None:
    """Show the organisation like this from now on; one that was invited joins by it. `keepers`: the seats of
    those, and no others, who may read its name; None: they stay. SignInAgain where it becomes more visible, or a keeper
    is added, and the person has not just signed in; Refused where it is not their own, or one of its people also acts
    for an organisation that is shown otherwise.

    With the name, what others hold of its people ends: invitations to act for it, and one-time links of theirs."""
    if keepers is not None:
        _refuse_strange_keepers(ctx, membership, keepers)
        if not ctx.is_fresh and {seat.id for seat in keepers} - {seat.id for seat in keepers_of(ctx, membership)}:
            raise SignInAgain()
    if visibility not in VISIBILITIES:
        raise Refused(lazy("“%(choice)s” is no choice. The choices are: %(choices)s.", choice=visibility,
                           choices=", ".join(VISIBILITIES)))
    outside = is_named_outside and visibility == "named"
    is_own = membership.id in {own.id for own in ctx.own}
    if is_more(membership, visibility, outside):
        if not is_own:
            raise Refused(lazy("Only the organisation itself can make itself more visible. Nobody can do it for it."))
        if not ctx.is_fresh:
            raise SignInAgain()
    _refuse_shared_people(ctx, membership, visibility == "withheld")
    with change(ctx, "organisation.visibility", membership, version=version) as entry:
        if visibility == "withheld" and not membership.is_withheld:
            forget_of(ctx, entry, membership)
            end_links(one.person_id for one in Representation.select(Representation.person).where(
                Representation.organisation == membership.organisation_id))
        membership.visibility, membership.is_named_outside = visibility, outside
        membership.visibility_by = "organisation" if is_own else "coordinator"
        if is_own and membership.status == "invited":           # with its choice it has joined
            membership.status, membership.joined_on = "active", ctx.today
        if keepers is not None:
            entry.remove_parts(Keeper, Keeper.membership == membership)
            entry.add_parts(Keeper, [{"membership": membership, "seat": seat} for seat in keepers])
            end_links(seat.person_id for seat in keepers)


def withhold(ctx, membership: Membership, version=None) -> None:
    """Show nobody its name from now on."""
    choose(ctx, membership, "withheld", version=version)


def is_more(membership, visibility: str, outside: bool) -> bool:
    """Whether this choice shows more than the one that stands."""
    return (VISIBILITIES.index(visibility) < VISIBILITIES.index(membership.visibility or "withheld")
            or outside and not membership.is_named_outside)


def _refuse_shared_people(ctx, membership, withheld):
    """A person who is known by name through one organisation would give the other away."""
    own = Representation.select(Representation.person).where(Representation.organisation == membership.organisation_id)
    elsewhere = (visible(ctx, Membership).join(Organisation).join(Representation)
                 .where(Representation.person.in_(own), Membership.id != membership.id,
                        ~Membership.is_kept_back() if withheld else Membership.is_kept_back()))
    if not elsewhere.exists():
        return
    if withheld:
        raise Refused(lazy("Somebody who acts for this organisation also acts, or has acted, for one that is shown by "
                           "name, and would give it away. Give them an account of their own for this organisation "
                           "first."))
    raise Refused(lazy("Somebody who acts for this organisation also acts, or has acted, for one that is withheld, "
                       "which would be given away. Give them an account of their own for this organisation first."))


def _refuse_strange_keepers(ctx, membership, seats):
    if not allowed(ctx, "organisation.keepers", membership):
        raise Forbidden(lazy("Only the organisation itself says who keeps its name."))
    if any(seat.role != "coordinator" or seat.ended_at is not None for seat in seats):
        raise Refused(lazy("Only coordinators can be keepers of a name. Choose among them."))


def keepers_of(ctx, membership: Membership) -> list[Seat]:
    """The seats that may read the name of this organisation."""
    return list(visible(ctx, Seat).join(Keeper).where(Keeper.membership == membership, Seat.ended_at.is_null()))


def kept_names(ctx) -> list[tuple[Membership, str]]:
    """The withheld organisations whose names this person keeps, with their names; that it was read is written down.
    SignInAgain unless the person has just signed in."""
    if not ctx.is_fresh:
        raise SignInAgain()
    kept = own_or_kept(ctx) - {own.id for own in ctx.own}
    rows = list(visible(ctx, Membership, Membership, Organisation).join(Organisation)
                .where(Membership.id.in_(kept), Membership.is_kept_back(),
                       Membership.status.not_in(("applied", "left"))))
    note(ctx, "names.read", ctx.coalition)
    return in_order(ctx, rows, "keeper")
