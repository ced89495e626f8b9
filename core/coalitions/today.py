"""Today: what waits for a person in this coalition, asked of all plugins."""

from core import policy
from core.coalitions.models import Membership
from core.hooks import WaitingItem
from core.language import lazy
from core.plugins import Gap
from core.workflows.waiting import waiting_items

MOST = 50


def waiting(ctx, host, coalition_url: str) -> tuple[list[WaitingItem], list[str]]:
    """(what waits, by date, what has none at the end; the plugins that could not say)."""
    answers = host.gather("waiting_items", WaitingItem, ctx=ctx)
    items = [*_first_step(ctx, coalition_url), *waiting_items(ctx),
             *(answer for answer in answers if isinstance(answer, WaitingItem))]
    items.sort(key=lambda item: (item.due is None, item.due or ctx.today, item.weight, item.key))
    return items[:MOST], [answer.plugin for answer in answers if isinstance(answer, Gap)]


def _first_step(ctx, coalition_url):
    if policy.allowed(ctx, "coalition.members", ctx.coalition) and not policy.visible(ctx, Membership).exists():
        yield WaitingItem("coalition.first", lazy("Add the organisations of the coalition, and their people"),
                          coalition_url, weight=10, act=lazy("Add them"))
