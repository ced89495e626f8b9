"""Asking to join, on a page that is open to all where a coalition opened it. Whoever asks has no seat and no account;
what they write is one sealed record that the coordinators read."""

from core import audit
from core.coalitions.members import new_organisation
from core.coalitions.models import Coalition, Membership
from core.coalitions.pseudonyms import draw_pseudonym
from core.db import locked, transaction
from core.errors import NotThere, Refused
from core.language import lazy
from core.people.accounts import check_address
from core.policy import unnarrowed

MOST_WAITING = 200          # applications that nobody has looked at: more is no coalition's, but somebody's joke
LONGEST = 2000              # characters of a reason


def coalition_that_takes(slug: str) -> Coalition:
    """The coalition of this word that organisations may ask to join; else NotThere, whether there is one or not."""
    coalition = Coalition.get_or_none(Coalition.slug == slug, Coalition.takes_applications)
    if coalition is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return coalition


def apply(ctx, coalition: Coalition, organisation: str, address: str, name: str, reason: str) -> None:
    """Ask to join. Whoever asks has no seat, so nobody is asked for leave; the answer is the same for every address.
    No account is made before a coordinator has approved."""
    applicant = {"address": check_address(address), "name": name.strip(), "reason": reason.strip()[:LONGEST],
                 "locale": ctx.locale}
    if not applicant["name"]:
        raise Refused(lazy("Type your name."))
    made = new_organisation(organisation, applicant=applicant)
    at = ctx.at(coalition)
    with transaction():
        list(locked(Coalition.select(Coalition.id).where(Coalition.id == coalition.id)))
        standing = list(unnarrowed(Membership).where(Membership.coalition == coalition))
        if sum(one.status == "applied" for one in standing) >= MOST_WAITING:
            raise Refused(lazy("More organisations have asked than the coordinators can read. Try again in a few "
                               "days, or write to somebody whom you know there."))
        made.save(force_insert=True)
        membership = Membership(coalition=coalition, organisation=made, status="applied", joined_on=ctx.today,
                                pseudonym=draw_pseudonym({one.pseudonym for one in standing}))
        membership.save(force_insert=True)
        audit.write(at, "coalition.apply", membership)
