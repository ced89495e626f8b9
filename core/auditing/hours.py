"""Whose acts are shown with the day only: at which hours somebody works can give them away (SAFETY 3, 7)."""

from core.coalitions.models import Membership, Organisation, Person, Representation, Seat
from core.policy import visible


def hidden_hours(ctx) -> frozenset[str]:
    """The uids of the seats whose hours this reader does not see; one query, kept for the request.

    Withheld is who acts, or ever acted, for withheld organisations only: of somebody who also acts for a named one,
    the missing hour alone would tell that there is another.
    """
    if "hidden_hours" not in ctx.known:
        shown: set[str] = set()
        hidden: set[str] = set()
        rows = (visible(ctx, Seat, Seat.uid, Membership.visibility).join(Person).join(Representation)
                .join(Organisation).join(Membership)
                .where(Membership.coalition == ctx.coalition).tuples())
        for uid, visibility in rows:
            (hidden if visibility in (None, "withheld") else shown).add(uid)
        own = {ctx.seat.uid} if ctx.seat is not None else set()
        ctx.known["hidden_hours"] = frozenset(hidden - shown - own)
    return ctx.known["hidden_hours"]
