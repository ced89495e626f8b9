"""On Today of who got a link for a new password from somebody else: that it was made, and by whom."""

from datetime import timedelta

from core.audit import AuditLine
from core.coalitions.models import Seat
from core.hooks import WaitingItem
from core.language import lazy
from core.people.labels import seat_labels
from core.policy import visible

TOLD_FOR = timedelta(days=7)


def waiting_items(ctx):
    line = (AuditLine.select().where(
        AuditLine.coalition_uid == ctx.coalition.uid, AuditLine.action == "people.new_password",
        AuditLine.object_uid == ctx.person.uid, AuditLine.at > ctx.now - TOLD_FOR)
        .order_by(AuditLine.number.desc()).first())
    if line is None:
        return
    maker = visible(ctx, Seat).where(Seat.uid == line.actor).first()
    sentence = lazy("A link for a new password was made for you, by who runs the server. If you did not ask for it, "
                    "tell somebody whom you trust")
    if maker is not None:
        sentence = lazy("A link for a new password was made for you, by %(name)s. If you did not ask for it, tell "
                        "somebody whom you trust", name=seat_labels(ctx, [maker])[maker.id])
    yield WaitingItem(f"account.new_password.{line.uid}", sentence, "/account/password", weight=10,
                      act=lazy("Choose another password"),
                      plain=lazy("A link for a new password was made for you"))
