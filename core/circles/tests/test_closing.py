"""A circle of trust is closed to an account whose password was set by a link that somebody else made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.auditing import lines as audit_lines
from core.circles import people
from core.circles.keeping import all_words, texts_of, write
from core.circles.tests.factories import TITLE, make_circle
from core.circles.tests.test_people import asked, inside, refused, seat_of_rosa, seats
from core.coalitions import members, organisations
from core.context import Context
from core.errors import Forbidden
from core.notices.kinds import KINDS, Recipient
from core.people.accounts import new_link, open_link, reset
from core.people.models import Person
from core.policy import allowed


def colleague_of(cast):
    seat = seat_of_rosa(cast, "member", [cast.member.membership])
    return members.context_of(seat.person, cast.coalition, Context(person=seat.person))


def mailed(cast, app):
    to = Recipient(app, replace(cast.member.ctx, via="job"), {"by": cast.coordinator.seat.uid})
    return KINDS["reset"].plain(to).path.rpartition("/")[2]


MAKERS = {
    "a coordinator": lambda cast, app: members.new_set_up_link(cast.coordinator.ctx, cast.member.seat),
    "a colleague": lambda cast, app: organisations.link_for_colleague(
        colleague_of(cast), cast.member.membership, cast.member.seat, 1),
    "who runs the server": lambda cast, app: new_link(Context(via="command"), cast.member.person, 1),
    "a coordinator, by mail": mailed,
}


def set_anew(actor, link):
    """The actor's account, which has a password, gets another one by this link."""
    Person.update(password="x").where(Person.id == actor.person.id).execute()
    reset(Context(), open_link(Context(), link), "river stone window lamp")


@pytest.mark.parametrize("maker", MAKERS)
def test_a_link_that_another_made_opens_no_circle_for_seven_days(app, cast, maker):
    circle = make_circle(cast.member, cast.other_member)
    write(cast.member.ctx, circle, TITLE, "")
    people.begin(cast.editor.ctx, "Another", "", cast.member.seat)
    Person.update(password="x").where(Person.id == cast.member.person.id).execute()
    set_anew(cast.member, MAKERS[maker](cast, app))
    ctx = cast.member.ctx
    assert texts_of(ctx) == people.circles_here(ctx) == all_words(ctx) == people.proposals_of(ctx) == []
    assert asked(cast.member) == [] and not allowed(ctx, "circles.see", circle)
    assert not [line for line in audit_lines.page(ctx, audit_lines.Wanted())[0] if "circles" in line.action]
    assert inside(circle) == seats(cast.member, cast.other_member)
    refused(lambda: people.let_in(ctx, circle, cast.member.seat), Forbidden)
    later = replace(ctx, now=ctx.now + timedelta(days=7))
    assert [one.id for one in people.circles_here(later)] == [circle.id]


def test_another_in_the_circle_lets_the_person_in_again_but_not_who_made_the_link(cast):
    circle = make_circle(cast.member, cast.other_member, cast.coordinator)
    set_anew(cast.member, members.new_set_up_link(cast.coordinator.ctx, cast.member.seat))
    assert refused(lambda: people.let_in(cast.coordinator.ctx, circle, cast.member.seat)).startswith(
        "You have made the link for the new password yourself.")
    assert people.circles_here(cast.member.ctx) == []
    people.let_in(cast.other_member.ctx, circle, cast.member.seat)
    assert [one.id for one in people.circles_here(cast.member.ctx)] == [circle.id]
    assert refused(lambda: people.let_in(cast.other_member.ctx, circle, cast.member.seat)) == (
        "The circle is not closed to this person any more.")


def test_a_link_for_oneself_closes_no_circle(cast):
    circle = make_circle(cast.coordinator, cast.other_member)
    set_anew(cast.coordinator, members.new_set_up_link(cast.coordinator.ctx, cast.coordinator.seat))
    assert [one.id for one in people.circles_here(cast.coordinator.ctx)] == [circle.id]
