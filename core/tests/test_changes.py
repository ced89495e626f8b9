"""change(): one transaction, asked, compared, written down; or nothing at all."""

from dataclasses import replace

import pytest

from core.audit import AuditLine
from core.changes import AlreadyAnswered, FormMark, Revision, change, is_open
from core.errors import Conflict, Forbidden
from core.policy import find, unnarrowed
from core.tests.note import Line, Note, make_note

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("notes")]


def everything():
    """All that change() may write, to compare before and after."""
    return [list(unnarrowed(model).order_by(model.id).dicts()) for model in (Note, Line, Revision, FormMark, AuditLine)]


def newest_line():
    return AuditLine.select().order_by(AuditLine.number.desc()).first()


def test_a_change_saves_raises_the_version_and_keeps_what_stood(cast):
    ctx = cast.member.ctx
    note = make_note(ctx)
    with change(ctx, "test.write", note, version=1) as entry:
        note.text, note.colour = "second", "red"
    row = unnarrowed(Note).where(Note.id == note.id).dicts().get()
    assert (row["text"], row["colour"], row["version"], note.version) == ("second", "red", 2, 2)
    kept = unnarrowed(Revision).get()
    assert (kept.change_uid, kept.kind, kept.object_uid, kept.object_version, kept.before, kept.seat) == (
        entry.uid, "test_note", note.uid, 1, {"text": "first"}, ctx.seat)


def test_the_audit_line_names_fields_and_objects_and_no_values(cast):
    ctx = cast.member.ctx
    note, other = make_note(ctx), make_note(ctx, "a secret word")
    with change(ctx, "test.write", note) as entry:
        entry.also(other)
        note.colour = other.text = "another secret"
    line = newest_line()
    told = {name: line.__data__[name] for name in ("actor", "via", "coalition_uid", "action", "kind", "object_uid",
                                                   "others", "fields", "result")}
    assert told == {"actor": ctx.seat.uid, "via": "web", "coalition_uid": ctx.coalition.uid, "action": "test.write",
                    "kind": "test_note", "object_uid": note.uid, "others": 1, "fields": ["colour", "text"],
                    "result": "done"}
    assert line.at == ctx.now.replace(second=0, microsecond=0)
    assert "secret" not in str(line.__data__)


def test_a_version_that_was_seen_must_stand_also_where_only_something_beside_is_written(cast):
    ctx = cast.member.ctx
    note = make_note(ctx)
    mine, theirs = find(ctx, Note, note.uid), find(ctx, Note, note.uid)
    with change(ctx, "test.write", theirs, version=1) as entry:
        entry.add_parts(Line, [{"note": theirs, "text": "theirs"}])
    before = everything()
    with pytest.raises(Conflict) as caught, change(ctx, "test.write", mine, version=1) as entry:
        entry.add_parts(Line, [{"note": mine, "text": "mine"}])
    assert (caught.value.mine, caught.value.theirs, caught.value.version) == ({}, {}, 2)
    assert everything() == before


def test_nothing_changed_writes_no_row_and_no_version(cast):
    note = make_note(cast.member.ctx)
    with change(cast.member.ctx, "test.write", note):
        note.text = "first"
    assert unnarrowed(Note).get().version == 1
    assert newest_line().fields == []


def test_the_second_of_two_sees_both_versions_and_nothing_is_written(cast):
    note = make_note(cast.member.ctx)
    mine, theirs = (find(cast.member.ctx, Note, note.uid) for _ in range(2))
    with change(cast.other_member.ctx, "test.write", theirs, version=1):
        theirs.text = "theirs"
    before = everything()
    with pytest.raises(Conflict) as caught, change(cast.member.ctx, "test.write", mine, version=1):
        mine.text = "mine"
    assert (caught.value.mine, caught.value.theirs, caught.value.version) == ({"text": "mine"}, {"text": "theirs"}, 2)
    assert everything() == before


def test_an_object_that_is_brought_twice_is_saved_once(cast):
    note = make_note(cast.member.ctx)
    with change(cast.member.ctx, "test.write", note) as entry:
        note.text = "by one part of the act"
        entry.also(note).text = "by another"
    row = unnarrowed(Note).get()
    assert (row.text, row.version) == ("by another", 2)


def test_a_version_that_is_given_with_the_second_bringing_counts(cast):
    note = make_note(cast.member.ctx)
    with pytest.raises(Conflict), change(cast.member.ctx, "test.write", note) as entry:
        entry.also(note, version=7).text = "not seen"
    assert unnarrowed(Note).get().text == "first"


def test_a_conflict_of_one_object_undoes_the_others(cast):
    ctx = cast.member.ctx
    first, second = make_note(ctx), make_note(ctx)
    before = everything()
    with pytest.raises(Conflict), change(ctx, "test.write", first) as entry:
        entry.also(second, version=7)
        first.text = second.text = "both"
    assert everything() == before


def test_what_was_removed_meanwhile_is_a_conflict(cast):
    ctx = cast.member.ctx
    note = make_note(ctx)
    again = find(ctx, Note, note.uid)
    with change(ctx, "test.write", ctx.coalition) as entry:
        entry.remove(note)
    with pytest.raises(Conflict) as caught, change(ctx, "test.write", again):
        again.text = "too late"
    assert (caught.value.mine, caught.value.theirs) == ({"text": "too late"}, {})
    assert str(caught.value) == "Somebody else has removed this since you opened it. What you wrote is below."


@pytest.mark.parametrize("name", ["nobody", "administrator", "editor", "expelled", "stranger"])
def test_who_may_not_writes_nothing(cast, name):
    note = make_note(cast.member.ctx)
    before = everything()
    with pytest.raises(Forbidden), change(cast[name].ctx, "test.write", note):
        note.text = "not theirs"
    assert everything() == before


def test_each_further_object_is_asked_for(cast):
    ctx = cast.member.ctx
    note = make_note(ctx)
    foreign = make_note(cast.other.member.ctx)
    before = everything()
    for act in ("also", "remove"):
        with pytest.raises(Forbidden), change(ctx, "test.write", note) as entry:
            note.text = "with another's"
            getattr(entry, act)(foreign)
    assert everything() == before


def test_a_new_object_belongs_to_the_coalition_of_the_act(cast):
    note = make_note(cast.member.ctx, coalition=cast.other.coalition)
    assert note.coalition == cast.coalition


def test_an_error_inside_leaves_nothing(cast):
    ctx = cast.member.ctx
    note = make_note(ctx)
    before = everything()
    with pytest.raises(ZeroDivisionError), change(replace(ctx, mark="m" * 20), "test.write", note) as entry:
        note.text = "half"
        entry.add(Note(text="new"))
        entry.add_parts(Line, [{"note": note, "text": "part"}])
        _ = 1 / 0
    assert everything() == before and not is_open()


def test_a_change_inside_a_change_is_an_error(cast):
    ctx = cast.member.ctx
    with pytest.raises(RuntimeError, match="A change inside a change"), change(ctx, "test.write", ctx.coalition):
        make_note(ctx)
    assert unnarrowed(Note).count() == 0 and not is_open()


def test_a_mark_is_good_for_one_act(cast):
    ctx = replace(cast.member.ctx, mark="once" * 6)
    make_note(ctx)
    before = everything()
    with pytest.raises(AlreadyAnswered):
        make_note(replace(ctx, known={}))
    assert everything() == before
    # Another person may by chance have the same, and one request may do two acts.
    make_note(replace(cast.other_member.ctx, mark=ctx.mark))
    make_note(ctx)


def test_parts_are_written_and_removed_with_conditions(cast):
    ctx = cast.member.ctx
    note = make_note(ctx)
    with change(ctx, "test.write", note) as entry:
        entry.add_parts(Line, [{"note": note, "text": str(number)} for number in range(250)])
    assert Line.select().count() == 250
    with change(ctx, "test.write", note) as entry:
        entry.remove_parts(Line, Line.note == note, Line.text != "7")
    assert [line.text for line in Line.select()] == ["7"]
    for wrong in ((Line,), (Note, Note.id == note.id)):
        with pytest.raises(TypeError, match="a model of parts, and conditions"), \
                change(ctx, "test.write", note) as entry:
            entry.remove_parts(*wrong)


def test_whose_words_were_replaced_is_remembered(cast):
    note = make_note(cast.member.ctx)
    with change(cast.member.ctx, "test.write", note):
        note.text = "the member's"
    with change(cast.other_member.ctx, "test.write", note):
        note.text = "the other's"
    kept = unnarrowed(Revision).order_by(Revision.object_version)
    assert [(row.before["text"], row.over) for row in kept] == [("first", None), ("the member's", cast.member.seat)]
