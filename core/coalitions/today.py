"""What waits for a person in a coalition: core's own and what the plugins answer, by date."""

from core import policy
from core.coalitions.models import Membership
from core.hooks import WaitingItem
from core.language import lazy
from core.plugins import Gap
from core.workflows.waiting import waiting_items

MOST = 50


def waiting(ctx, host) -> tuple[list[WaitingItem], list[str]]:
    """(what waits, by date, what has none at the end; the plugins that could not say)."""
    answers = host.gather("waiting_items", WaitingItem, ctx=ctx)
    items = [item for own in OWN_ITEMS for item in own(ctx)]
    items += [answer for answer in answers if isinstance(answer, WaitingItem)]
    items.sort(key=lambda item: (item.due is None, item.due or ctx.today, item.weight, item.key))
    return items, [answer.plugin for answer in answers if isinstance(answer, Gap)]


def _first_step(ctx):
    if policy.allowed(ctx, "coalition.members", ctx.coalition) and not policy.visible(ctx, Membership).exists():
        yield WaitingItem("coalition.first", lazy("Add the organisations of the coalition, and their people"),
                          f"/c/{ctx.coalition.slug}/coalition", weight=10, act=lazy("Add them"),
                          plain=lazy("Add the organisations of the coalition, and their people"))


# What core itself has waiting: functions of ctx that give WaitingItems.
OWN_ITEMS = (_first_step, waiting_items)
