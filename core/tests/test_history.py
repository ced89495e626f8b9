"""Taking an act back, and telling people whose words were replaced."""

import pytest

from core.audit import AuditLine
from core.changes import Revision, change
from core.errors import Refused
from core.history import overwritten, say_seen, undo
from core.policy import find, unnarrowed
from core.tests.note import Note, make_note

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("notes")]


def rewrite(ctx, text, *notes):
    with change(ctx, "test.write", notes[0]) as entry:
        for note in notes[1:]:
            entry.also(note)
        for note in notes:
            note.text = text
    return entry.uid


def texts():
    return [note.text for note in unnarrowed(Note).order_by(Note.id)]


def test_an_act_on_many_is_taken_back_as_one(cast):
    ctx = cast.member.ctx
    notes = [make_note(ctx, str(number)) for number in range(3)]
    act = rewrite(ctx, "same", *notes)
    lines = AuditLine.select().count()
    assert undo(ctx, act, "test.write") == (3, 0)
    assert texts() == ["0", "1", "2"]
    assert AuditLine.select().count() == lines + 1


def test_what_somebody_has_changed_since_stays(cast):
    ctx = cast.member.ctx
    first, second = make_note(ctx, "1"), make_note(ctx, "2")
    act = rewrite(ctx, "mine", first, second)
    rewrite(cast.other_member.ctx, "theirs", find(ctx, Note, second.uid))
    assert undo(ctx, act, "test.write") == (1, 1)
    assert texts() == ["1", "theirs"]


@pytest.mark.parametrize("who", ["other_member", "coordinator", "stranger", "expelled", "nobody"])
def test_nobody_takes_back_anothers_act(cast, who):
    note = make_note(cast.member.ctx)
    act = rewrite(cast.member.ctx, "mine", note)
    with pytest.raises(Refused) as caught:
        undo(cast[who].ctx, act, "test.write")
    assert str(caught.value) == "This can no longer be taken back: it was changed again since."
    assert texts() == ["mine"]


def test_an_act_can_be_taken_back_once(cast):
    ctx = cast.member.ctx
    act = rewrite(ctx, "mine", make_note(ctx))
    undo(ctx, act, "test.write")
    with pytest.raises(Refused):
        undo(ctx, act, "test.write")
    assert texts() == ["first"]


def test_only_what_a_model_keeps_is_given_back(cast, world):
    """A revision that came in with an archive can name anything: a row of another coalition, too."""
    ctx = cast.member.ctx
    note = make_note(ctx, colour="red")
    act = rewrite(ctx, "mine", note)
    Revision.update(before={"text": "first", "colour": "blue", "coalition": world.elsewhere.coalition.id,
                            "id": note.id + 7, "nothing": 1}).where(Revision.change_uid == act).execute()
    assert undo(ctx, act, "test.write") == (1, 0)
    assert [(one.id, one.coalition_id, one.text, one.colour) for one in unnarrowed(Note)] == [
        (note.id, cast.coalition.id, "first", "red")]


def test_who_was_overwritten_is_told_until_they_say_that_they_saw_it(cast):
    note = make_note(cast.member.ctx)
    rewrite(cast.member.ctx, "the member's", note)
    rewrite(cast.other_member.ctx, "the other's", note)
    assert [row.before for row in overwritten(cast.member.ctx)] == [{"text": "the member's"}]
    assert overwritten(cast.other_member.ctx) == overwritten(cast.coordinator.ctx) == []
    assert overwritten(cast.nobody.ctx) == []
    say_seen(cast.other_member.ctx)
    assert len(overwritten(cast.member.ctx)) == 1
    say_seen(cast.member.ctx)
    assert overwritten(cast.member.ctx) == []


def test_ones_own_words_replaced_by_oneself_are_no_news(cast):
    note = make_note(cast.member.ctx)
    rewrite(cast.member.ctx, "once", note)
    rewrite(cast.member.ctx, "twice", note)
    assert overwritten(cast.member.ctx) == []
