"""Today: what waits for a person in this coalition, asked of all plugins."""

from core import policy
from core.coalitions.models import Membership
from core.hooks import WaitingItem
from core.language import lazy
from core.plugins import Gap

MOST = 50


def waiting(ctx, host, coalition_url: str, choice_url) -> tuple[list[WaitingItem], list[str]]:
    """(what waits, by date, what has none at the end; the plugins that could not say). `choice_url(membership)`: the
    page on which an organisation chooses how it is shown."""
    answers = host.gather("waiting_items", WaitingItem, ctx=ctx)
    items = [*_first_step(ctx, coalition_url), *_choices(ctx, choice_url),
             *(answer for answer in answers if isinstance(answer, WaitingItem))]
    items.sort(key=lambda item: (item.due is None, item.due or ctx.today, item.weight, item.key))
    return items[:MOST], [answer.plugin for answer in answers if isinstance(answer, Gap)]


def _first_step(ctx, coalition_url):
    if policy.allowed(ctx, "coalition.members", ctx.coalition) and not policy.visible(ctx, Membership).exists():
        yield WaitingItem("coalition.first", lazy("Add the organisations of the coalition, and their people"),
                          coalition_url, weight=10, act=lazy("Add them"))


def _choices(ctx, choice_url):
    """An organisation that has not chosen how it is shown, or for which somebody else has entered it."""
    for membership in ctx.memberships:
        if membership.visibility is None:
            yield WaitingItem(f"organisation.choice:{membership.uid}", lazy("Choose how your organisation is shown"),
                              choice_url(membership), weight=20, act=lazy("Choose"))
        elif membership.visibility_by != "organisation":
            yield WaitingItem(f"organisation.confirm:{membership.uid}",
                              lazy("Look at how your organisation is shown: somebody else has entered it"),
                              choice_url(membership), weight=60, act=lazy("Look"))
