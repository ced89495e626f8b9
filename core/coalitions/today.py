"""What waits for a person in a coalition: core's own and what the plugins answer, by date."""

from core import policy
from core.circles.waiting import waiting_items as circle_items
from core.coalitions.models import Membership
from core.coalitions.new_passwords import waiting_items as new_password_items
from core.ending import today as ending
from core.hooks import WaitingItem
from core.language import lazy, lazy_plural
from core.plugins import Gap
from core.workflows.waiting import waiting_items

MOST = 50


def waiting(ctx, host) -> tuple[list[WaitingItem], list[str]]:
    """(what waits, by date, what has none at the end; the plugins that could not say)."""
    if ctx.only_joins:                          # nothing else of the coalition is told before the choice
        return list(_choices(ctx)), []
    return waiting_in_plugins(ctx, host, [item for own in OWN_ITEMS for item in own(ctx)])


def waiting_in_plugins(ctx, host, beside=()) -> tuple[list[WaitingItem], list[str]]:
    """(what the plugins have waiting, and what stands `beside` it, in the same order; those that could not say)."""
    answers = host.gather("waiting_items", WaitingItem, ctx=ctx)
    items = [*beside, *(answer for answer in answers if isinstance(answer, WaitingItem))]
    items.sort(key=lambda item: (item.due is None, item.due or ctx.today, item.weight, item.key))
    return items, [answer.plugin for answer in answers if isinstance(answer, Gap)]


def _first_step(ctx):
    if policy.allowed(ctx, "coalition.members", ctx.coalition) and not policy.visible(ctx, Membership).exists():
        yield WaitingItem("coalition.first", lazy("Invite the organisations of the coalition"),
                          f"/c/{ctx.coalition.slug}/invitations", weight=10, act=lazy("Invite them"),
                          plain=lazy("Invite the organisations of the coalition"))


def _applications(ctx):
    """Those who ask to join, for who may decide. A further one is told anew: the newest is part of the key."""
    if not policy.allowed(ctx, "coalition.invite", ctx.coalition):
        return
    asking = list(policy.visible(ctx, Membership, Membership.uid).where(Membership.status == "applied")
                  .order_by(Membership.id.desc()))
    if asking:
        yield WaitingItem(f"organisation.asks.{asking[0].uid}", lazy_plural(
            "%(num)d organisation asks to join", "%(num)d organisations ask to join", len(asking)),
            f"/c/{ctx.coalition.slug}/applications", weight=30, act=lazy("Read and decide"),
            plain=lazy("Somebody asks to join the coalition"))


def _choices(ctx):
    """An organisation that has not chosen how it is shown, or for which somebody else has entered it."""
    for membership in ctx.joining:
        yield WaitingItem(f"organisation.join.{membership.uid}", lazy("Choose how your organisation is shown"),
                          f"/c/{ctx.coalition.slug}/join", weight=20, act=lazy("Choose"),
                          plain=lazy("Choose how your organisation is shown"))
    for membership in ctx.memberships:
        url = f"/c/{ctx.coalition.slug}/organisations/{membership.uid}/shown"
        if membership.visibility is None:
            yield WaitingItem(f"organisation.choice.{membership.uid}", lazy("Choose how your organisation is shown"),
                              url, weight=20, act=lazy("Choose"), plain=lazy("Choose how your organisation is shown"))
        elif membership.visibility_by != "organisation":
            yield WaitingItem(f"organisation.confirm.{membership.uid}",
                              lazy("Look at how your organisation is shown: somebody else has entered it"), url,
                              weight=60, act=lazy("Look"), plain=lazy("Look at how your organisation is shown"))


# What core itself has waiting: functions of ctx that give WaitingItems.
OWN_ITEMS = (ending.waiting_items, new_password_items, _first_step, _applications, _choices, waiting_items,
             circle_items)
