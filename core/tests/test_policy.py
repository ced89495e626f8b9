"""Who may do what and who sees which rows: unknown, foreign, ended or broken is no."""

from dataclasses import replace

import pytest

from core import policy
from core.coalitions.models import Membership, Seat
from core.context import Context
from core.errors import NotThere
from core.language import lazy
from core.policy import Permission, allowed, declare, declared, find, visible
from core.tests.note import Line, Note, make_note

pytestmark = pytest.mark.usefixtures("notes")
EVERYBODY = ("nobody", "administrator", "coordinator", "editor", "member", "other_member", "expelled", "stranger")


def who(cast, permission, obj=None) -> set[str]:
    return {name for name in EVERYBODY if allowed(cast[name].ctx, permission, obj)}


def test_a_role_holds_what_the_permission_says_and_nobody_else_does(cast):
    note = make_note(cast.member.ctx)
    assert who(cast, "test.write", note) == {"coordinator", "member", "other_member"}
    assert who(cast, "test.edit", note) == {"editor"}
    assert who(cast, "coalition.members", cast.coalition) == {"coordinator"}
    assert who(cast, "instance.see") == {"administrator"}
    # Without an object the question is "anywhere here": the stranger's here is elsewhere.
    assert who(cast, "test.write") == {"coordinator", "member", "other_member", "stranger"}


def test_ones_own_is_the_column_that_names_a_membership_one_acts_for(cast):
    note = make_note(cast.member.ctx, membership=cast.member.membership)
    assert who(cast, "test.own", note) == {"coordinator", "member"}
    assert who(cast, "test.own", cast.member.membership) == {"coordinator", "member"}
    assert who(cast, "test.own", cast.coalition) == {"coordinator", "member", "other_member"}
    nobodys = make_note(cast.member.ctx)
    assert who(cast, "test.own", nobodys) == {"coordinator"}


def test_what_is_unknown_or_breaks_is_no(cast, guard):
    note = make_note(cast.member.ctx)
    assert not allowed(cast.coordinator.ctx, "test.nobody_declared_it", note)
    assert not allowed(cast.coordinator.ctx, "test.own", Line(note=note.id + 99))
    assert not allowed(cast.member.ctx, "test.own", object())
    assert len(guard.forget()) == 3
    strange = replace(cast.member.ctx, seat=Seat(role="emperor", coalition=cast.coalition))
    assert not allowed(strange, "test.write", note)


def test_a_permission_with_an_unknown_role_or_a_second_time_is_refused():
    with pytest.raises(ValueError, match="no such role: emperor"):
        Permission("test.rule", lazy("Rule"), frozenset({"emperor"}))
    before = declared()
    with pytest.raises(ValueError, match="declared twice"):
        declare([*before.values(), *before.values()])
    declare(before.values())


def test_a_part_belongs_where_its_parent_does(cast):
    line = Line(note=make_note(cast.member.ctx), text="part")
    assert who(cast, "test.write", line) == {"coordinator", "member", "other_member"}


def test_an_account_is_its_persons_own(cast):
    assert who(cast, "people.account", cast.member.person) == {"member"}


def test_the_operator_does_what_names_the_operator_and_nothing_else(cast):
    operator = Context(via="command").at(cast.coalition)
    note = make_note(cast.member.ctx)
    assert allowed(operator, "coalition.members", cast.coalition)
    assert not allowed(operator, "test.write", note)
    assert not allowed(replace(operator, via="web"), "coalition.members", cast.coalition)
    assert not allowed(replace(operator, person=cast.member.person), "coalition.members", cast.coalition)


def test_visible_gives_the_rows_of_ones_coalition_and_of_no_other(cast):
    here, there = make_note(cast.member.ctx), make_note(cast.other.member.ctx)
    assert list(visible(cast.member.ctx, Note)) == [here]
    assert list(visible(cast.stranger.ctx, Note)) == [there]
    for name in ("nobody", "administrator", "expelled"):
        assert list(visible(cast[name].ctx, Note)) == []
    for ctx, uid in ((cast.member.ctx, there.uid), (cast.member.ctx, "nothing2here"), (cast.expelled.ctx, here.uid)):
        with pytest.raises(NotThere) as caught:
            find(ctx, Note, uid)
        assert str(caught.value) == "There is nothing at this address, or it is not yours to see."


def test_a_model_narrows_itself_for_lists_and_objects_alike(cast, monkeypatch):
    shown, hidden = (make_note(cast.member.ctx, text) for text in ("shown", "hidden"))
    monkeypatch.setattr(Note, "seen_by", lambda ctx, query: query.where(Note.text != "hidden"), raising=False)
    assert list(visible(cast.member.ctx, Note)) == [shown]
    assert allowed(cast.member.ctx, "test.write", shown)
    assert not allowed(cast.member.ctx, "test.write", hidden)


def test_an_ended_seat_an_ended_membership_and_an_ended_representation_give_nothing(cast):
    person, coalition, today = cast.expelled.person, cast.coalition, cast.member.ctx.today
    assert policy.seat_of(person, coalition) is None
    assert policy.seats_of(person) == []
    assert policy.memberships_of(person, coalition, today) == []
    Membership.update(status="left").where(Membership.id == cast.member.membership.id).execute()
    assert cast.member.ctx.memberships == ()
