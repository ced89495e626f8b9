"""Who acts for which organisation, and who may decide it.

Whoever acts for an organisation reads its name, its people and their addresses. So to say who does is to say who reads
them: the two questions have one answer, here.
"""

from core.coalitions.models import Coalition, Membership, Organisation, Representation
from core.db import locked
from core.errors import Refused
from core.language import lazy
from core.people.accounts import end_links
from core.people.labels import own_or_kept
from core.policy import visible


def in_turn(ctx) -> None:
    """Inside the open change: of two who change at once who is in the coalition, the second waits here for the
    first."""
    list(locked(Coalition.select(Coalition.id).where(Coalition.id == ctx.coalition.id)))


def acting_here(ctx) -> set[tuple[int, int]]:
    """(person id, organisation id) for all who act for an organisation of the coalition."""
    return set(visible(ctx, Membership, Representation.person, Membership.organisation)
               .join(Organisation).join(Representation)
               .where(Membership.status == "active", Representation.until_on.is_null()).tuples())


def acted_for(ctx, person) -> list[Membership]:
    """The memberships of the coalition, whatever their standing, for which this person acts now."""
    return list(visible(ctx, Membership).join(Organisation).join(Representation)
                .where(Representation.person == person, Representation.until_on.is_null()))


def decides_people(ctx, memberships) -> set[int]:
    """The ids of those of these memberships of which this person may say who acts for them: whoever does reads the
    name, and all that its people write. So of one that is kept back its own people say it, and the operator, from
    paper; while nobody acts for it, its keepers, who know the name."""
    if "operator" in ctx.roles:
        return {membership.id for membership in memberships}
    own, kept = {membership.id for membership in ctx.own}, own_or_kept(ctx)
    begun = with_people([one for one in memberships if one.id in kept - own])
    return {one.id for one in memberships if not one.is_withheld or one.id in own
            or one.id in kept and one.organisation_id not in begun}


def with_people(memberships) -> set[int]:
    """The ids of the organisations of these memberships for which somebody acts now."""
    organisations = [membership.organisation_id for membership in memberships]
    return {one.organisation_id for one in Representation.select(Representation.organisation).where(
        Representation.organisation.in_(organisations), Representation.until_on.is_null())}


def refuse_strangers(ctx, memberships) -> None:
    """Refused where this person would bring people to one of these organisations, or take them away, and it is not
    theirs to decide."""
    memberships = list(memberships)
    if {membership.id for membership in memberships} - decides_people(ctx, memberships):
        raise Refused(lazy("Only its own people decide who acts for an organisation that withholds its name, or has "
                           "not chosen yet. You can suspend it as a whole."))


def represent(ctx, entry, person, membership, is_offered: bool = False) -> None:
    """Inside the open change: the person acts for this organisation from now on. `is_offered`: who might decide it has
    offered it, and the person accepts; else it is refused to a stranger. A one-time link that was made for the account
    before does not open what it opens now."""
    if Representation.select().where(Representation.person == person, Representation.until_on.is_null(),
                                     Representation.organisation == membership.organisation_id).exists():
        return
    if not is_offered:
        refuse_strangers(ctx, [membership])
    end_links([person.id])
    entry.add(Representation(person=person, organisation=membership.organisation_id, from_on=ctx.utc_day))


def refuse_mixing(ctx, person, memberships) -> None:
    """Refused where this person would act for an organisation that is withheld and for one that is shown."""
    before = list(visible(ctx, Membership).join(Organisation).join(Representation)
                  .where(Representation.person == person))
    if len({membership.is_withheld for membership in (*before, *memberships)}) > 1:
        raise Refused(lazy("A person who acts for an organisation that is shown by name cannot act for one that is "
                           "withheld, or would give it away. Give them another account, with another address."))
