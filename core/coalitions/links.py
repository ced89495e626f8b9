"""The one-time link of an invitation, whose token stands nowhere but in the link."""

import secrets
from datetime import timedelta

from core import audit
from core.coalitions.models import Invitation
from core.db import transaction
from core.people.accounts import token_hash


def new_token(ctx, invitation: Invitation, hours: int) -> str:
    """Another link for the same seat; the earlier one ends."""
    token = secrets.token_urlsafe(32)
    with transaction():
        (Invitation.update(token_hash=token_hash(token), expires_at=ctx.now + timedelta(hours=hours))
         .where(Invitation.id == invitation.id).execute())
        audit.write(ctx, "people.link", invitation)
    return token
