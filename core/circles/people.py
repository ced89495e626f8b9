"""Who is in a circle of trust: how it begins, who comes in, who goes. To come in and to be taken out takes two.

Everything is asked again under the lock of the coalition's row: of two who act at once, the second finds what the
first has left.
"""

from core.changes import change
from core.circles.ending import open_again, sealed_in, take_turns, void
from core.circles.models import (
    IN,
    OUT,
    PERSON,
    SECOND,
    Circle,
    CirclePerson,
    CircleProposal,
)
from core.coalitions.models import Seat
from core.errors import Forbidden, Refused
from core.language import _, lazy
from core.policy import Permission, visible
from core.sealing import open_rows

EVERYBODY = frozenset({"coordinator", "editor", "member"})
PERMISSIONS = [
    Permission("circles.see", lazy("See the circles of trust that one is in"), EVERYBODY),
    Permission("circles.begin", lazy("Begin a circle of trust"), EVERYBODY),
    Permission("circles.people", lazy("Propose who comes into a circle that one is in, and who goes; leave it"),
               EVERYBODY),
    Permission("circles.answer", lazy("Answer when one is asked about a circle of trust"), EVERYBODY),
]


def circles_here(ctx) -> list[Circle]:
    """The circles that this person is in, by title."""
    found = list(visible(ctx, Circle))
    open_rows(found)
    return sorted(found, key=lambda one: (words_of(one)["title"].casefold(), one.uid))


def words_of(row) -> dict:
    """What is sealed in a row of a circle; of one that does not open, the word that there is nothing to read."""
    return row.content() or {**row.blank, "title": _("cannot be read")}


def people_of(circle: Circle) -> list[CirclePerson]:
    """Who is in it, also those whose organisation is suspended, and to whom it is closed."""
    return list(CirclePerson.select().where(CirclePerson.circle == circle).order_by(CirclePerson.id))


def proposals_of(ctx, circle: Circle | None = None) -> list[CircleProposal]:
    """What this person sees proposed: in this circle, or in all."""
    query = visible(ctx, CircleProposal).order_by(CircleProposal.id)
    return list(query.where(CircleProposal.circle == circle) if circle is not None else query)


def is_asked(ctx, proposal: CircleProposal) -> bool:
    """Whether this proposal, which the person sees, waits for them."""
    if proposal.step == PERSON:
        return proposal.seat_id == ctx.seat.id
    return proposal.proposed_by_id != ctx.seat.id and proposal.asked_id in (None, ctx.seat.id)


def begin(ctx, title: str, purpose: str, second: Seat) -> Circle:
    """A circle with this person in it; it begins when the second one comes in."""
    circle = Circle()
    _put_words(circle, title, purpose)
    if second == ctx.seat:
        raise Refused(lazy("Choose somebody else: a circle begins with two."))
    with change(ctx, "circles.begin", ctx.coalition) as entry:
        entry.add(circle)
        entry.add(CirclePerson(circle=circle, seat=ctx.seat, since_on=ctx.today))
        _propose(entry, circle, second, IN, PERSON)
    return circle


def describe(ctx, circle: Circle, title: str, purpose: str, version=None) -> None:
    with change(ctx, "circles.people", circle, version=version):
        _put_words(circle, title, purpose)


def _put_words(circle, title, purpose):
    if not title:
        raise Refused(lazy("A circle needs a name, which only those in it see."))
    circle.put(title=title, purpose=purpose)


def propose_in(ctx, circle: Circle, seat: Seat, coordinator: Seat | None = None) -> CircleProposal:
    """Somebody is to come in. Another in the circle confirms it; where nobody else is left, this coordinator, who
    comes in by it no more than before; before the circle has begun the person is asked at once. Refused while others
    are in it, and none of them can act."""
    with change(ctx, "circles.people", circle) as entry:
        inside, acting = _locked_people(ctx, circle)
        if seat.id in inside:
            raise Refused(lazy("This person is in the circle already."))
        if not visible(ctx, Circle).where(Circle.id == circle.id, Circle.began_on.is_null(False)).exists():
            if proposals_of(ctx, circle):
                raise Refused(lazy("Somebody is asked already. Take that back first: a circle begins with two."))
            return _propose(entry, circle, seat, IN, PERSON)
        if len(acting) > 1:
            return _propose(entry, circle, seat, IN, SECOND)
        if len(inside) > 1:             # a coordinator in its place: who suspends the others would choose their place
            raise Refused(lazy("Nobody else in this circle can confirm it at the moment: their organisation is "
                               "suspended, or the circle is closed to them. Wait until one of them is back."))
        if coordinator is None or coordinator.role != "coordinator" or coordinator.id in (ctx.seat.id, seat.id):
            raise Refused(lazy("Only you are left in this circle. Choose a coordinator who confirms it in its place: "
                               "neither you nor the person who is to come in."))
        return _propose(entry, circle, seat, IN, SECOND, asked=coordinator)


def propose_out(ctx, circle: Circle, seat: Seat) -> CircleProposal:
    """Somebody is to be taken out; another in the circle confirms it, not the person."""
    with change(ctx, "circles.people", circle) as entry:
        inside, acting = _locked_people(ctx, circle)
        if seat.id not in inside:
            raise Refused(lazy("This person is not in the circle."))
        if seat == ctx.seat:
            raise Refused(lazy("You leave a circle yourself, without anybody's word."))
        if len(acting - {seat.id}) < 2:
            raise Refused(lazy("To take somebody out takes two others, and there is only you. Leave this circle, and "
                               "begin another."))
        return _propose(entry, circle, seat, OUT, SECOND)


def _propose(entry, circle, seat, kind, step, asked=None):
    if seat.ended_at is not None:
        raise Refused(lazy("This person is in the coalition no longer. Choose another."))
    if visible(entry.ctx, CircleProposal).where(CircleProposal.circle == circle, CircleProposal.seat == seat).exists():
        raise Refused(lazy("This is proposed already."))
    return entry.add(CircleProposal(circle=circle, seat=seat, kind=kind, step=step, asked=asked,
                                    proposed_by=entry.ctx.seat, proposed_on=entry.ctx.today))


def confirm(ctx, proposal: CircleProposal) -> None:
    """The second hand: another in the circle, or the coordinator who was asked. Then the person is asked, or is out."""
    with change(ctx, "circles.answer", proposal) as entry:
        acting, _circle = _still_stands(ctx, proposal, SECOND)
        if proposal.proposed_by_id == ctx.seat.id:
            raise Refused(lazy("You have proposed it, and it takes two. Somebody else confirms it."))
        if ctx.seat.id not in acting and ctx.seat.role != "coordinator":
            raise Forbidden(lazy("You are asked as a coordinator, and are none any more."))
        if proposal.kind == IN:
            proposal.step, proposal.confirmed_by = PERSON, ctx.seat
            return
        _take_out(entry, proposal.circle_id, proposal.seat_id)


def come_in(ctx, proposal: CircleProposal) -> None:
    """The person whom two have proposed says yes."""
    with change(ctx, "circles.answer", proposal) as entry:
        _acting, circle = _still_stands(ctx, proposal, PERSON)
        if proposal.seat_id != ctx.seat.id:
            raise Forbidden(lazy("Only the person who is asked can say yes."))
        if proposal.confirmed_by_id is None and circle.began_on is not None:
            raise Refused(lazy("The circle has begun, and nobody has confirmed this yet. It has to be proposed anew."))
        entry.add(CirclePerson(circle=proposal.circle_id, seat=ctx.seat, since_on=ctx.today,
                               proposed_by=proposal.proposed_by_id, confirmed_by=proposal.confirmed_by_id))
        if circle.began_on is None:
            entry.also(circle).began_on = ctx.today
        entry.remove(proposal)


def say_no(ctx, proposal: CircleProposal) -> None:
    """Nothing comes of it: the person does not want to, the second hand says no, or it is taken back."""
    with change(ctx, "circles.answer", proposal) as entry:
        _still_stands(ctx, proposal, proposal.step)
        entry.remove(proposal)


def leave(ctx, circle: Circle) -> None:
    """Out by one's own will. Refused for the last one: what the circle keeps would be nobody's."""
    with change(ctx, "circles.people", circle) as entry:
        inside, _acting = _locked_people(ctx, circle)
        if inside == {ctx.seat.id}:
            raise Refused(lazy("You are the last in this circle. Bring somebody in first, or delete it with all that "
                               "it keeps."))
        _take_out(entry, circle.id, ctx.seat.id)


def delete(ctx, circle: Circle) -> None:
    """The circle goes with all that it keeps, and the keys to it are destroyed. Refused while others are in it."""
    with change(ctx, "circles.people", circle) as entry:
        inside, _acting = _locked_people(ctx, circle)
        if inside != {ctx.seat.id}:
            raise Refused(lazy("Others are in this circle. You can leave it; what it keeps stays with them."))
        entry.erase_keys(sealed_in([circle.id]))
        entry.remove(circle)


def let_in(ctx, circle: Circle, seat: Seat) -> None:
    """The circle is closed to this person no longer: another in it is sure of who that is. Refused for who made the
    link by which the password was set."""
    with change(ctx, "circles.people", circle):
        take_turns(ctx.coalition.id)
        closed = next((one for one in people_of(circle) if one.seat_id == seat.id and one.is_closed(ctx.now)), None)
        if closed is None:
            raise Refused(lazy("The circle is not closed to this person any more."))
        if closed.closed_by == ctx.actor:
            raise Refused(lazy("You have made the link for the new password yourself. Another in the circle lets the "
                               "person in, or they wait until the seven days are over."))
        open_again(circle.id, seat.id)


def _take_out(entry, circle_id, seat_id):
    entry.remove_parts(CirclePerson, CirclePerson.circle == circle_id, CirclePerson.seat == seat_id)
    void(seat_id, circle_id)


def _locked_people(ctx, circle) -> tuple[set[int], set[int]]:
    """The ids of the seats in a circle, and of those of them that can act in it: neither suspended nor closed out.
    Inside the open change: others who change it wait."""
    take_turns(ctx.coalition.id)
    inside = people_of(circle)
    acting = visible(ctx, Seat, Seat.id).where(
        Seat.id.in_([one.seat_id for one in inside if not one.is_closed(ctx.now)]), Seat.ended_at.is_null())
    return {one.seat_id for one in inside}, {seat.id for seat in acting}


def _still_stands(ctx, proposal, step):
    """(the ids of the seats that can act in the circle, the circle as it stands now). Refused where the proposal is
    gone, or has moved on since it was read."""
    _inside, acting = _locked_people(ctx, proposal.circle_id)
    standing = visible(ctx, CircleProposal).where(CircleProposal.id == proposal.id, CircleProposal.step == step).first()
    if standing is None:
        raise Refused(lazy("This question is answered already, or was taken back. Nothing is left to do."))
    return acting, standing.circle
