"""The audit as a file, by references: no name is in it, so it can be kept and handed on.

Names come in through the keepers' door alone, which opens a file for a reader and not here.
"""

import csv
import io

from core import audit
from core.auditing.hours import hidden_hours
from core.auditing.lines import Wanted, narrowed, newest_first, seen
from core.auditing.words import act_words
from core.coalitions.models import Organisation, Seat
from core.documents.csv import harmless
from core.people.labels import stand_ins
from core.people.models import Person
from core.policy import visible

COLUMNS = ("reference", "when", "who", "via", "action", "what", "kind", "object", "others", "fields", "result")

EVERYTHING = Wanted()
# An account and an organisation are the same in every coalition: their references would join them.
SHARED = {Person._meta.table_name, Organisation._meta.table_name}
OUTSIDE = {"operator", "nobody"}


def rows(ctx, wanted: Wanted = EVERYTHING):
    """The lines that this reader may see, as lists of texts. Where the hour is not theirs to see, `when` is a day; one
    reference stands for all who go by the same pseudonym."""
    hidden = hidden_hours(ctx) if ctx.coalition is not None else frozenset()
    alike = stand_ins(ctx) if ctx.coalition is not None else {}
    known = {*OUTSIDE, *(seat.uid for seat in visible(ctx, Seat, Seat.uid))} if ctx.coalition is not None else None
    for line in newest_first(ctx, narrowed(ctx, seen(ctx), wanted)):
        when = line.at.date().isoformat() if line.actor in hidden else line.at.isoformat(" ", "minutes")
        strange = "invited" if line.action == "people.account" else "administrator"
        actor = alike.get(line.actor, line.actor) if known is None or line.actor in known else strange
        thing = "" if known is not None and line.kind in SHARED else alike.get(line.object_uid, line.object_uid)
        yield [line.uid, when, actor, line.via, line.action, act_words(line.action), line.kind or "", thing or "",
               str(line.others), " ".join(line.fields), line.result]


def export(ctx, wanted: Wanted = EVERYTHING) -> bytes:
    """A .csv with a head, UTF-8 with a mark, as Excel needs it. That it was taken is a line of the audit."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(text) for text in row] for row in rows(ctx, wanted))
    audit.note(ctx, "audit.export", ctx.coalition)
    return out.getvalue().encode("utf-8-sig")
