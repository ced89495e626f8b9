"""What everybody sees on Today while the coalition waits to be deleted."""

from zoneinfo import ZoneInfo

from core.hooks import WaitingItem
from core.language import format_date, lazy

GOING = lazy("The coalition is going to be deleted")
ASKED = lazy("Another coordinator asks that the coalition be deleted")


def last_day(ctx):
    """The day on which the coalition is deleted, by this person's clock."""
    return ctx.coalition.ends_at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(ctx.zone)).date()


def _url(ctx):
    return f"/c/{ctx.coalition.slug}/coalition/delete"


def going(ctx) -> dict | None:
    """What ending/going.html draws while the coalition waits to be deleted."""
    if ctx.coalition.ends_at is None:
        return None
    return {"day": format_date(last_day(ctx), "full"), "url": _url(ctx)}


def waiting_items(ctx):
    coalition, url = ctx.coalition, _url(ctx)
    if coalition.ends_at is not None:
        yield WaitingItem(f"coalition.delete.{coalition.ends_at.isoformat()}", GOING, url, due=last_day(ctx), weight=0,
                          act=lazy("Look"), plain=GOING)
    elif coalition.ending_asked_by and "coordinator" in ctx.roles and ctx.seat.uid != coalition.ending_asked_by:
        yield WaitingItem(f"coalition.delete.{coalition.ending_asked_at.isoformat()}", ASKED, url, weight=0,
                          act=lazy("Look"), plain=ASKED)
