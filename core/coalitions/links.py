"""The one-time link of an offered seat, whose token stands nowhere but in the link; and how offers end untaken."""

from datetime import timedelta

from core import audit
from core.coalitions.models import Invitation
from core.db import transaction
from core.people.accounts import one_time_token, token_hash
from core.people.labels import address_of
from core.people.models import SetUpLink
from core.policy import visible
from core.sealing import open_rows


def new_token(ctx, invitation: Invitation, hours: int) -> str:
    """Another link for the same seat; the earlier one ends."""
    token = one_time_token()
    with transaction():
        (Invitation.update(token_hash=token_hash(token), expires_at=ctx.now + timedelta(hours=hours))
         .where(Invitation.id == invitation.id).execute())
        audit.write(ctx, "people.link", invitation)
    return token


def forget(entry, invitations) -> int:
    """Inside the open change: nobody takes these seats any more; what was sealed in the invitations is destroyed. Gives
    how many there were still."""
    gone = list(invitations)
    entry.erase_keys(gone)
    return Invitation.delete().where(Invitation.id.in_([row.id for row in gone])).execute()


def end_offers(ctx, entry, seat, *where) -> None:
    """Inside the open change in which this seat may do less: the seats that it offered are nobody's, and the set-up
    addresses that it made for others open nothing."""
    SetUpLink.delete().where(SetUpLink.made_by == seat.uid).execute()
    forget(entry, visible(ctx, Invitation).where(Invitation.seat == seat, *where))


def close_to(ctx, person, *where) -> None:
    """Inside the open change in which this person goes: by no invitation of before they come back. It stays in the
    lists: if it went, whoever made it would learn who acts for an organisation that hides its people."""
    address, rows = address_of(person), list(visible(ctx, Invitation).where(*where))
    open_rows(rows)
    for row in rows:
        if address and address_of(row) == address:
            row.put(is_closed=True)
            Invitation.update(sealed=row.sealed).where(Invitation.id == row.id).execute()
