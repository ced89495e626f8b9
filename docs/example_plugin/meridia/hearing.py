"""The hearing: in Meridia, Parliament hears the Government on its answers before they go to Geneva."""

from core.api import Offset, StageDocument, StageSpec, TrainingLink, Verdict, lazy

MINUTES = StageDocument("meridia-minutes", lazy("Minutes of the hearing"))
HEARING = StageSpec(
    id="meridia-hearing", title=lazy("Hearing"), who="state us",
    purpose=lazy("Parliament hears the Government on its answers. The coalition may ask to be heard, too."),
    links=(TrainingLink(lazy("How to ask for a hearing"), "/help/stages#answer", lazy("Commonweal")),),
    start=Offset(60), end=Offset(-14, "adoption"), documents=(MINUTES,))


def minutes_are_out(ctx, review):
    """Met once somebody has written down under which symbol the minutes were printed."""
    if review.symbols.get(MINUTES.key):
        return Verdict(True, lazy("The minutes of the hearing are out."))
    return Verdict(False, lazy("The minutes of the hearing are not out: their symbol is not written down."),
                   f"/c/{ctx.coalition.slug}/review/{review.uid}/stages/{HEARING.id}")
