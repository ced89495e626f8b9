"""How often each thing may be asked for: the one list. A route names its word, `@route(…, limit="export")`, and only
such a route touches the counters; tests/test_limits.py holds which route has which."""

from dataclasses import dataclass

from core.errors import TooMany
from core.people import tries


@dataclass(frozen=True)
class Limit:
    """So many times in so many seconds: `by` a network address, which a whole training room may share, or a person.

    `counts_reading`: opening the page counts, too; else only sending its form.
    """

    times: int
    seconds: int
    by: str = "person"
    counts_reading: bool = False


MINUTE, HOUR = 60, 3600
LIMITS = {
    "sign-in": Limit(100, 10 * MINUTE, by="network"),
    "code": Limit(100, 10 * MINUTE, by="network"),
    "set-up": Limit(100, 10 * MINUTE, by="network"),
    "sign-in-again": Limit(20, 10 * MINUTE),
    "password": Limit(20, 10 * MINUTE),
    "invitation": Limit(300, HOUR),
    "application": Limit(15, 24 * HOUR, by="network"),
    "upload": Limit(120, HOUR),
    "export": Limit(120, HOUR, counts_reading=True),
    "search": Limit(600, 10 * MINUTE, counts_reading=True),
}


def count(ctx, word: str | None, request) -> None:
    """Count this request, where its route has a limit. TooMany, and when it can be asked for again."""
    if word is None:
        return
    limit = LIMITS[word]
    if request.method != "POST" and not limit.counts_reading:
        return
    who = ctx.person.uid if limit.by == "person" else request.remote_addr or ""
    if tries.count(word, who, ctx.now, limit.seconds) > limit.times:
        raise TooMany(tries.window_ends(ctx.now, limit.seconds))
