"""Who is in a circle of trust: to come in and to be taken out takes two, and whoever is outside learns nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.circles import people
from core.circles.keeping import write
from core.circles.models import Circle, CirclePerson, CircleProposal, CircleText, CircleWords
from core.circles.tests.factories import TITLE, make_circle, make_file, proposed
from core.circles.waiting import waiting_items
from core.coalitions import leaving, members
from core.coalitions.models import Membership, Seat
from core.context import Context
from core.errors import Forbidden, Refused
from core.policy import find, unnarrowed, visible
from core.sealing import current
from core.tests.test_at_once import at_once


def refused(act, kind=Refused) -> str:
    with pytest.raises(kind) as caught:
        act()
    return str(caught.value)


def inside(circle) -> set[int]:
    return {one.seat_id for one in people.people_of(circle)}


def seats(*actors) -> set[int]:
    return {actor.seat.id for actor in actors}


def asked(actor) -> list[str]:
    return [str(item.sentence) for item in waiting_items(actor.ctx)]


COME_IN = "You are asked to come into a circle of trust"
SECOND = "A question about a circle of trust waits for a second hand"
ANSWERED = "This question is answered already, or was taken back. Nothing is left to do."


# --- beginning ------------------------------------------------------------------------------------------------------

def test_a_circle_begins_when_the_second_person_says_yes(cast):
    circle = people.begin(cast.member.ctx, TITLE, "", cast.other_member.seat)
    assert (circle.began_on, inside(circle)) == (None, seats(cast.member))
    assert asked(cast.other_member) == [COME_IN] and asked(cast.member) == asked(cast.coordinator) == []
    assert list(visible(cast.other_member.ctx, Circle)) == []
    people.come_in(cast.other_member.ctx, proposed(cast.other_member.seat))
    [seen] = visible(cast.other_member.ctx, Circle)
    assert (seen.began_on, inside(seen)) == (cast.other_member.ctx.today, seats(cast.member, cast.other_member))
    assert asked(cast.other_member) == [] and not CircleProposal.select().exists()


def test_whoever_says_no_stays_out_and_another_can_be_asked(cast):
    circle = people.begin(cast.member.ctx, TITLE, "", cast.other_member.seat)
    assert refused(lambda: people.propose_in(cast.member.ctx, circle, cast.editor.seat)) == (
        "Somebody is asked already. Take that back first: a circle begins with two.")
    people.say_no(cast.other_member.ctx, proposed(cast.other_member.seat))
    people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    assert asked(cast.editor) == [COME_IN] and asked(cast.other_member) == []


def test_a_circle_needs_a_name_and_somebody_else(cast):
    assert refused(lambda: people.begin(cast.member.ctx, "", "", cast.other_member.seat)) == (
        "A circle needs a name, which only those in it see.")
    assert refused(lambda: people.begin(cast.member.ctx, TITLE, "", cast.member.seat)) == (
        "Choose somebody else: a circle begins with two.")
    assert refused(lambda: people.begin(cast.member.ctx, TITLE, "", Seat.get(Seat.ended_at.is_null(False)))) == (
        "This person is in the coalition no longer. Choose another.")
    assert not Circle.select().exists()


# --- coming in ------------------------------------------------------------------------------------------------------

def test_one_proposes_another_confirms_and_then_the_person_says_yes(cast):
    circle = make_circle(cast.member, cast.other_member)
    people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    assert asked(cast.other_member) == [SECOND] and asked(cast.editor) == asked(cast.member) == []
    assert list(visible(cast.editor.ctx, CircleProposal)) == []
    people.confirm(cast.other_member.ctx, proposed(cast.editor.seat))
    assert asked(cast.editor) == [COME_IN] and list(visible(cast.editor.ctx, Circle)) == []
    people.come_in(cast.editor.ctx, proposed(cast.editor.seat))
    assert inside(circle) == seats(cast.member, cast.other_member, cast.editor)
    admitted = CirclePerson.get(CirclePerson.seat == cast.editor.seat)
    assert (admitted.proposed_by, admitted.confirmed_by) == (cast.member.seat, cast.other_member.seat)


def test_the_same_person_is_not_both_hands(cast):
    circle = make_circle(cast.member, cast.other_member)
    proposal = people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    assert refused(lambda: people.confirm(cast.member.ctx, proposal)) == (
        "You have proposed it, and it takes two. Somebody else confirms it.")
    assert refused(lambda: people.come_in(cast.member.ctx, proposal)) == ANSWERED
    people.confirm(cast.other_member.ctx, proposed(cast.editor.seat))
    assert refused(lambda: people.come_in(cast.other_member.ctx, proposed(cast.editor.seat)), Forbidden) == (
        "Only the person who is asked can say yes.")
    assert inside(circle) == seats(cast.member, cast.other_member)


def test_nobody_outside_proposes_confirms_or_answers(cast):
    circle = make_circle(cast.member, cast.other_member)
    proposal = people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    for actor in (cast.coordinator, cast.editor, cast.stranger, cast.administrator):
        ctx = actor.ctx
        refused(lambda ctx=ctx: people.propose_in(ctx, circle, cast.coordinator.seat), Forbidden)
        refused(lambda ctx=ctx: people.propose_out(ctx, circle, cast.member.seat), Forbidden)
        refused(lambda ctx=ctx: people.confirm(ctx, proposal), Forbidden)
        refused(lambda ctx=ctx: people.come_in(ctx, proposal), Forbidden)
        refused(lambda ctx=ctx: people.say_no(ctx, proposal), Forbidden)
        refused(lambda ctx=ctx: people.leave(ctx, circle), Forbidden)
        refused(lambda ctx=ctx: people.delete(ctx, circle), Forbidden)
    assert proposed(cast.editor.seat).step == "second" and inside(circle) == seats(cast.member, cast.other_member)


def test_what_was_read_before_the_circle_began_lets_nobody_in_with_one_hand(cast):
    old = people.begin(cast.member.ctx, TITLE, "", cast.other_member.seat)      # as an open page has it still
    stale = proposed(cast.other_member.seat)
    people.come_in(cast.other_member.ctx, stale)
    assert old.began_on is None
    people.propose_in(cast.member.ctx, old, cast.editor.seat)
    assert proposed(cast.editor.seat).step == "second"
    CircleProposal.update(step="person").execute()                                  # as if it had been before
    assert refused(lambda: people.come_in(cast.editor.ctx, proposed(cast.editor.seat))) == (
        "The circle has begun, and nobody has confirmed this yet. It has to be proposed anew.")
    assert inside(old) == seats(cast.member, cast.other_member)


def test_nobody_is_proposed_twice_or_when_they_are_in(cast):
    circle = make_circle(cast.member, cast.other_member)
    people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    assert refused(lambda: people.propose_in(cast.other_member.ctx, circle, cast.editor.seat)) == (
        "This is proposed already.")
    assert refused(lambda: people.propose_in(cast.member.ctx, circle, cast.other_member.seat)) == (
        "This person is in the circle already.")


def test_a_proposal_can_be_taken_back_and_is_then_answered_by_nobody(cast):
    circle = make_circle(cast.member, cast.other_member)
    proposal = people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    people.confirm(cast.other_member.ctx, proposal)
    stale = proposed(cast.editor.seat)
    people.say_no(cast.member.ctx, proposed(cast.editor.seat))
    assert refused(lambda: people.come_in(cast.editor.ctx, stale), Forbidden)
    assert inside(circle) == seats(cast.member, cast.other_member) and asked(cast.editor) == []


def test_what_is_taken_back_while_a_yes_waits_in_line_lets_nobody_in(cast, monkeypatch):
    circle = make_circle(cast.member, cast.other_member)
    people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    people.confirm(cast.other_member.ctx, proposed(cast.editor.seat))
    proposal = proposed(cast.editor.seat)
    monkeypatch.setattr(people, "take_turns", lambda coalition_id: CircleProposal.delete().execute())
    assert refused(lambda: people.come_in(cast.editor.ctx, proposal)) == ANSWERED
    assert inside(circle) == seats(cast.member, cast.other_member)


# --- one is left ----------------------------------------------------------------------------------------------------

@pytest.fixture
def lone(cast):
    """A circle in which only the member is left."""
    circle = make_circle(cast.member, cast.other_member)
    people.leave(cast.other_member.ctx, circle)
    return circle


def test_a_coordinator_is_the_second_hand_and_neither_comes_in_nor_reads(cast, lone):
    assert refused(lambda: people.propose_in(cast.member.ctx, lone, cast.editor.seat)).startswith(
        "Only you are left in this circle. Choose a coordinator who confirms it in its place")
    people.propose_in(cast.member.ctx, lone, cast.editor.seat, cast.coordinator.seat)
    assert asked(cast.coordinator) == [SECOND] and asked(cast.editor) == []
    people.confirm(cast.coordinator.ctx, proposed(cast.editor.seat))
    assert list(visible(cast.coordinator.ctx, Circle)) == list(visible(cast.coordinator.ctx, CircleProposal)) == []
    assert inside(lone) == seats(cast.member)
    people.come_in(cast.editor.ctx, proposed(cast.editor.seat))
    assert inside(lone) == seats(cast.member, cast.editor)


def test_only_a_third_person_who_coordinates_is_that_hand(cast, lone):
    for coordinator in (cast.editor.seat, cast.other_member.seat, cast.member.seat):
        assert refused(lambda one=coordinator: people.propose_in(cast.member.ctx, lone, cast.other_member.seat, one))
    assert refused(lambda: people.propose_in(cast.member.ctx, lone, cast.coordinator.seat, cast.coordinator.seat))
    people.propose_in(cast.member.ctx, lone, cast.editor.seat, cast.coordinator.seat)
    Seat.update(role="editor").where(Seat.id == cast.coordinator.seat.id).execute()
    assert refused(lambda: people.confirm(cast.coordinator.ctx, proposed(cast.editor.seat)), Forbidden) == (
        "You are asked as a coordinator, and are none any more.")
    assert inside(lone) == seats(cast.member)


def test_the_last_one_does_not_leave_but_deletes(cast, lone):
    file = make_file(cast.member.ctx, lone)
    assert refused(lambda: people.leave(cast.member.ctx, lone)) == (
        "You are the last in this circle. Bring somebody in first, or delete it with all that it keeps.")
    people.delete(cast.member.ctx, lone)
    assert not Circle.select().exists() and not CircleText.select().exists()
    assert not {lone.key_reference, file.key_reference} & current().all_references()


def test_a_circle_of_several_is_deleted_by_none(cast):
    circle = make_circle(cast.member, cast.other_member)
    assert refused(lambda: people.delete(cast.member.ctx, circle)) == (
        "Others are in this circle. You can leave it; what it keeps stays with them.")


# --- going ----------------------------------------------------------------------------------------------------------

def test_to_take_somebody_out_takes_two_who_are_not_that_person(cast):
    circle = make_circle(cast.member, cast.other_member, cast.editor)
    proposal = people.propose_out(cast.member.ctx, circle, cast.editor.seat)
    assert asked(cast.other_member) == [SECOND] and asked(cast.editor) == asked(cast.member) == []
    assert list(visible(cast.editor.ctx, CircleProposal)) == []         # the person is not told before
    refused(lambda: people.confirm(cast.editor.ctx, proposal), Forbidden)
    refused(lambda: people.say_no(cast.editor.ctx, proposal), Forbidden)
    refused(lambda: people.confirm(cast.member.ctx, proposal))
    people.confirm(cast.other_member.ctx, proposal)
    assert inside(circle) == seats(cast.member, cast.other_member) and not CircleProposal.select().exists()
    assert list(visible(cast.editor.ctx, Circle)) == []


def test_of_two_neither_takes_the_other_out_and_nobody_proposes_themselves(cast):
    circle = make_circle(cast.member, cast.other_member)
    assert refused(lambda: people.propose_out(cast.member.ctx, circle, cast.other_member.seat)) == (
        "To take somebody out takes two others, and there is only you. Leave this circle, and begin another.")
    assert refused(lambda: people.propose_out(cast.member.ctx, circle, cast.member.seat)) == (
        "You leave a circle yourself, without anybody's word.")
    assert refused(lambda: people.propose_out(cast.member.ctx, circle, cast.coordinator.seat)) == (
        "This person is not in the circle.")


def test_who_leaves_takes_their_hands_back(cast):
    circle = make_circle(cast.member, cast.other_member, cast.editor)
    people.propose_in(cast.editor.ctx, circle, cast.coordinator.seat)
    people.confirm(cast.member.ctx, proposed(cast.coordinator.seat))
    people.leave(cast.editor.ctx, circle)
    assert not CircleProposal.select().exists() and asked(cast.coordinator) == []
    assert list(visible(cast.editor.ctx, Circle)) == []


ENDS = {
    "the role ends": lambda cast: members.end_seat(cast.coordinator.ctx, cast.other_member.seat),
    "the organisation leaves": lambda cast: leaving.leave(cast.other_member.ctx, cast.other_member.membership, False),
    "its membership ends": lambda cast: leaving.end_membership(cast.coordinator.ctx, cast.other_member.membership),
    "its membership ends while it is suspended": lambda cast: suspend_and_end(cast, cast.other_member.membership),
}


def suspend_and_end(cast, membership):
    leaving.suspend(cast.coordinator.ctx, membership)
    leaving.end_membership(cast.coordinator.ctx, Membership.get_by_id(membership.id))


@pytest.mark.parametrize("what", ENDS)
def test_with_the_role_everything_ends_and_whoever_comes_back_is_not_in_by_that(cast, what):
    circle = make_circle(cast.member, cast.other_member, cast.editor)
    people.propose_in(cast.other_member.ctx, circle, cast.coordinator.seat)
    seat, ctx = cast.other_member.seat, cast.other_member.ctx
    ENDS[what](cast)
    assert seat.id not in inside(circle) and not CircleProposal.select().exists()
    assert list(visible(ctx, Circle)) == []                         # a request that had begun before reads nothing more
    Seat.update(ended_at=None).where(Seat.id == seat.id).execute()
    assert list(visible(cast.other_member.ctx, Circle)) == []


def test_the_last_one_comes_back_with_the_role_since_nobody_else_could(cast, lone):
    membership = Membership.get_by_id(cast.member.membership.id)
    ctx = cast.member.ctx
    leaving.suspend(cast.coordinator.ctx, membership)
    assert list(visible(ctx.at(ctx.coalition, Seat.get_by_id(ctx.seat.id)), Circle)) == []
    leaving.restore(cast.coordinator.ctx, Membership.get_by_id(membership.id))
    assert [one.content()["title"] for one in visible(cast.member.ctx, Circle)] == [TITLE]


def seat_of_rosa(cast, role, memberships=()):
    at = Context(via="command").at(cast.coalition)
    return members.add_person(at, "rosa@invented.example", "Rosa", role, memberships)[0]


def test_a_suspension_takes_nobody_out_and_leaves_no_hand_to_who_suspends(cast):
    circle = make_circle(cast.member, cast.other_member, cast.coordinator)
    ctx, everybody = cast.coordinator.ctx, inside(circle)
    suspended = [cast.member.membership, cast.other_member.membership]
    people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    for membership in suspended:
        leaving.suspend(ctx, membership)
    assert inside(circle) == everybody and not CircleProposal.select().exists()
    assert list(visible(cast.member.ctx, Circle)) == []
    assert refused(lambda: people.delete(ctx, circle)).startswith("Others are in this circle.")
    for coordinator in (None, seat_of_rosa(cast, "coordinator")):
        assert refused(lambda one=coordinator: people.propose_in(ctx, circle, cast.editor.seat, one)).startswith(
            "Nobody else in this circle can confirm it at the moment")
    assert refused(lambda: people.propose_out(ctx, circle, Seat.get_by_id(max(everybody)))).startswith(
        "To take somebody out takes two others")
    for membership in suspended:
        leaving.restore(ctx, Membership.get_by_id(membership.id))
    assert [one.content()["title"] for one in visible(cast.member.ctx, Circle)] == [TITLE]


def fresh(ctx):
    return replace(ctx, fresh_until=ctx.now + timedelta(minutes=5))


ERASES = {
    "the account": lambda cast: leaving.erase_account(fresh(cast.member.ctx)),
    "the organisation's record": lambda cast: leaving.leave(fresh(cast.member.ctx), cast.member.membership, True),
}


@pytest.mark.parametrize("what", ERASES)
def test_with_the_last_one_who_is_erased_goes_all_that_only_they_could_read(cast, lone, what):
    others = make_circle(cast.editor, cast.coordinator, cast.member)
    keys = {lone.key_reference, make_file(cast.member.ctx, lone).key_reference}
    text = write(cast.member.ctx, lone, TITLE, "")
    keys |= {one.key_reference for one in CircleWords.select().where(CircleWords.text == text)}
    assert len(keys) == 3 and keys <= current().all_references()
    ERASES[what](cast)
    assert not keys & current().all_references()
    assert [one.id for one in unnarrowed(Circle)] == [others.id] and not CircleText.select().exists()
    assert inside(others) == seats(cast.editor, cast.coordinator)


def test_who_is_erased_while_suspended_is_in_no_circle_either(cast):
    circle = make_circle(cast.member, cast.other_member)
    leaving.suspend(cast.coordinator.ctx, cast.other_member.membership)
    leaving.erase_account(fresh(Context(person=cast.other_member.person)))
    assert inside(circle) == seats(cast.member)


# --- at once --------------------------------------------------------------------------------------------------------

@pytest.mark.database
def test_of_two_who_leave_at_once_one_stays(cast):
    circle, told = make_circle(cast.member, cast.other_member), []

    def leave(actor):
        def act():
            try:
                people.leave(actor.ctx, find(actor.ctx, Circle, circle.uid))
            except Refused as error:
                told.append(str(error))
        return act
    at_once(leave(cast.member), leave(cast.other_member))
    assert len(inside(circle)) == len(told) == 1 and told[0].startswith("You are the last in this circle.")


@pytest.mark.database
def test_who_is_taken_out_in_the_same_moment_takes_out_nobody(cast):
    circle = make_circle(cast.member, cast.other_member, cast.editor)
    people.propose_out(cast.member.ctx, circle, cast.other_member.seat)
    people.propose_out(cast.other_member.ctx, circle, cast.member.seat)
    each = [proposed(cast.member.seat), proposed(cast.other_member.seat)]
    done = []

    def confirm(proposal):
        def act():
            try:
                people.confirm(cast.editor.ctx, proposal)
                done.append(proposal.seat_id)
            except Refused:
                pass
        return act
    at_once(*map(confirm, each))
    assert len(done) == 1 and inside(circle) == seats(cast.member, cast.other_member, cast.editor) - set(done)


@pytest.mark.database
def test_of_taking_back_and_saying_yes_at_once_only_one_happens(cast):
    circle = make_circle(cast.member, cast.other_member)
    people.propose_in(cast.member.ctx, circle, cast.editor.seat)
    people.confirm(cast.other_member.ctx, proposed(cast.editor.seat))
    proposal, again, done = proposed(cast.editor.seat), proposed(cast.editor.seat), []

    def trying(what, act):
        def run():
            try:
                act()
                done.append(what)
            except Refused:
                pass
        return run
    at_once(trying("back", lambda: people.say_no(cast.member.ctx, proposal)),
            trying("in", lambda: people.come_in(cast.editor.ctx, again)))
    assert len(done) == 1 and (cast.editor.seat.id in inside(circle)) == (done == ["in"])
    assert unnarrowed(CircleProposal).count() == 0
