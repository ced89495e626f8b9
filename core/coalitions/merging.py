"""Two records of one organisation made one, by hand."""

from core.changes import change
from core.coalitions.acting import represent
from core.coalitions.directory import lines_of
from core.coalitions.leaving import people_of
from core.coalitions.likeness import alike
from core.coalitions.models import Invitation, Keeper, Membership, Owned, Representation
from core.coalitions.organisations import HEADS
from core.errors import Refused
from core.language import lazy
from core.notices.posting import post
from core.policy import visible


def pairs(ctx) -> list[tuple[Membership, Membership]]:
    """Organisations that show their name and may be one."""
    lines = [line for line in lines_of(ctx) if not line.is_withheld]
    return list(alike((line.membership, line.label, line.profile.get("acronym", "")) for line in lines))


def merge(ctx, stays: Membership, goes: Membership) -> None:
    """`goes` is one with `stays`: its people act for it, what it says of itself fills what is empty there, and its own
    record is destroyed. Refused while anything else hangs on `goes`: that would lose its author."""
    if stays.id == goes.id:
        raise Refused(lazy("Choose two different organisations."))
    if stays.is_withheld or goes.is_withheld:
        raise Refused(lazy("An organisation that withholds its name is not merged: only its own people can say which "
                           "one it is."))
    if frozenset((stays.id, goes.id)) not in {frozenset((one.id, other.id)) for one, other in pairs(ctx)}:
        raise Refused(lazy("Only two whose names are alike are merged. If they are one all the same, give them the "
                           "same name first; their own people do that."))
    if _holds_something(ctx, goes):
        raise Refused(lazy("Something was shared out to this one, or it has given a light already. Keep this one, and "
                           "merge the other into it."))
    kept, given = stays.organisation.content() or {}, goes.organisation.content() or {}
    acting = list(Representation.select().where(Representation.organisation == goes.organisation_id,
                                                Representation.until_on.is_null()))
    with change(ctx, "coalition.members", stays) as entry:
        entry.also(stays.organisation).put(**{name: given[name] for name in HEADS
                                              if given.get(name) and not kept.get(name)})
        for one in acting:
            represent(ctx, entry, one.person, stays)
        for invitation in visible(ctx, Invitation).where(Invitation.membership == goes):
            entry.also(invitation).membership = stays
        for seat in people_of(ctx, stays):
            post(ctx, seat.person_id, "merged")
        organisation = goes.organisation
        entry.remove(goes)
        entry.remove(organisation)
        entry.erase_keys([organisation])


def _holds_something(ctx, membership):
    """Whether any row of any plugin names this membership."""
    for key, model in Membership._meta.backrefs.items():
        # Invitations move over; a plugin's table that is not loaded has no rows.
        if model in (Keeper, Invitation) or not model.table_exists():
            continue
        rows = visible(ctx, model) if issubclass(model, Owned) else model.select()
        if rows.where(key == membership.id).exists():
            return True
    return False
