"""Circles of trust that have begun, with what they keep; and what stands at their addresses, for the access machine."""

import secrets

from core.changes import change
from core.circles import people
from core.circles.keeping import sealed_bytes, write
from core.circles.models import Circle, CircleFile, CircleProposal
from core.files.store import keep
from core.files.tests.factories import store_here
from core.policy import unnarrowed

TITLE, BODY, FILE = "Quillhaven safe houses", "- Behind the Mossgate mill", b"where\nthe Tarnbrook cellar\n"


def proposed(seat) -> CircleProposal:
    """The one proposal about this person."""
    return unnarrowed(CircleProposal).where(CircleProposal.seat == seat).get()


def make_circle(*actors, title=TITLE, purpose="For nights when somebody has to go") -> Circle:
    """A circle of these, which the first has begun, and into which the first and the second brought the others."""
    first, second, *others = actors
    circle = people.begin(first.ctx, title, purpose, second.seat)
    people.come_in(second.ctx, proposed(second.seat))
    for actor in others:
        people.propose_in(first.ctx, circle, actor.seat)
        people.confirm(second.ctx, proposed(actor.seat))
        people.come_in(actor.ctx, proposed(actor.seat))
    return unnarrowed(Circle).where(Circle.id == circle.id).get()


def make_file(ctx, circle, content=FILE, title="Quillhaven cellars", store=None) -> CircleFile:
    """A file that a circle keeps, put there without a child."""
    key = secrets.token_bytes(32)
    sealed = sealed_bytes(content, key)
    made = CircleFile(circle=circle, sha256=keep((store or store_here()).folder, sealed), size_bytes=len(sealed),
                      seat=ctx.seat, brought_on=ctx.today)
    made.put(title=title, kind="csv", key=key.hex())
    with change(ctx, "circles.write", circle) as entry:
        return entry.add(made)


def _circle(cast):
    return make_circle(cast.member, cast.other_member, cast.editor)


def _with_people(cast):
    return {"uid": _circle(cast).uid, "editor": cast.editor.seat.uid, "coordinator": cast.coordinator.seat.uid}


FACTORIES = {
    "circle": _with_people,
    "proposal": lambda cast: people.propose_in(cast.member.ctx, _circle(cast), cast.coordinator.seat),
    "text": lambda cast: write(cast.member.ctx, _circle(cast), TITLE, BODY),
    "file": lambda cast: make_file(cast.member.ctx, _circle(cast)),
}
