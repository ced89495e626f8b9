"""What nobody came back for: lists between preview and confirmation, invitations that nobody took, marks of forms."""

from core.changes import change, forget_marks
from core.coalitions.claims import KEPT_UNUSED
from core.coalitions.models import Coalition, Invitation, Membership, OrganisationFile
from core.context import Context
from core.db import locked
from core.language import lazy
from core.policy import Permission, unnarrowed

PERMISSIONS = [
    Permission("coalition.forget", lazy("Forget lists and invitations whose time is over"), frozenset({"job"})),
]


def forget_expired(app, now) -> None:
    """The job: what is over goes, in each coalition, and its keys once that has held."""
    forget_marks(now)
    over = (_lists_over(now), _invitations_over(now))
    here = {row.coalition_id for query in over for row in query}
    for coalition in Coalition.select().where(Coalition.id.in_(here)).order_by(Coalition.id):
        with change(Context(via="job", now=now).at(coalition), "coalition.forget", coalition) as entry:
            for query in over:
                rows = list(locked(query.where(query.model.coalition == coalition)))
                entry.erase_keys(rows)
                query.model.delete().where(query.model.id.in_([row.id for row in rows])).execute()


def _lists_over(now):
    return unnarrowed(OrganisationFile).where(OrganisationFile.expires_at < now)


def _invitations_over(now):
    """That of an organisation which has not joined stays with it."""
    waiting = unnarrowed(Membership, Membership.id).where(Membership.status == "invited")
    return unnarrowed(Invitation).where(Invitation.expires_at < now - KEPT_UNUSED,
                                        Invitation.membership.is_null() | Invitation.membership.not_in(waiting))
