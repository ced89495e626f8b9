"""The secret address of a person's dates: made, replaced and ended by the person, and gone with the role."""

import secrets

from core.changes import change
from core.context import Context
from core.errors import NotThere
from core.language import lazy
from core.notices.absent import context_for
from core.notices.models import Feed
from core.people.accounts import token_hash


def has_feed(ctx) -> bool:
    return Feed.select().where(Feed.seat == ctx.seat).exists()


def new_feed(ctx) -> str:
    """The token of a new feed; one that stood before ends. It is shown once: only its hash is kept."""
    token = secrets.token_urlsafe(32)
    with change(ctx, "coalition.see", ctx.seat) as entry:
        entry.remove_parts(Feed, Feed.seat == ctx.seat)
        entry.add(Feed(seat=ctx.seat, token_hash=token_hash(token), made_at=ctx.now))
    return token


def end_feed(ctx) -> None:
    with change(ctx, "coalition.see", ctx.seat) as entry:
        entry.remove_parts(Feed, Feed.seat == ctx.seat)


def open_feed(now, token: str) -> Context:
    """The context of the person and the coalition to whom this token belongs. NotThere, in one and the same way, for a
    token that was never made, was ended, or whose role has ended."""
    feed = Feed.get_or_none(Feed.token_hash == token_hash(token))
    ctx = context_for(feed.seat.person, feed.seat.coalition, now) if feed is not None else None
    if ctx is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return ctx
