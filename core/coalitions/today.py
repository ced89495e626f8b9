"""Today: what waits for a person in this coalition, asked of all plugins."""

from core.hooks import WaitingItem
from core.plugins import Gap

MOST = 50


def waiting(ctx, host) -> tuple[list[WaitingItem], list[str]]:
    """(what waits, by date, what has none at the end; the plugins that could not say)."""
    answers = host.gather("waiting_items", WaitingItem, ctx=ctx)
    items = [answer for answer in answers if isinstance(answer, WaitingItem)]
    items.sort(key=lambda item: (item.due is None, item.due or ctx.today, item.weight, item.key))
    return items[:MOST], [answer.plugin for answer in answers if isinstance(answer, Gap)]
