"""What circles of trust put on Today: only for who is asked, and without a word of what a circle is about."""

from core.circles.models import PERSON
from core.circles.people import is_asked, proposals_of
from core.hooks import WaitingItem
from core.language import lazy

PLAIN = lazy("Somebody asks you for an answer")


def waiting_items(ctx):
    for proposal in proposals_of(ctx):
        if is_asked(ctx, proposal):
            sentence = lazy("You are asked to come into a circle of trust") if proposal.step == PERSON \
                else lazy("A question about a circle of trust waits for a second hand")
            yield WaitingItem(f"circle.{proposal.uid}.{proposal.step}", sentence,
                              f"/c/{ctx.coalition.slug}/circles/asked/{proposal.uid}", weight=30,
                              act=lazy("Answer"), plain=PLAIN)
