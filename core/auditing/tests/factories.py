"""What stands at the addresses of the audit, for the access machine."""

from core.audit import AuditLine, note


def line(cast):
    """A line of the member's own."""
    note(cast.member.ctx, "test.act", cast.coalition)
    return AuditLine.select().where(AuditLine.actor == cast.member.seat.uid).order_by(AuditLine.number.desc()).get()


FACTORIES = {"line": line}
