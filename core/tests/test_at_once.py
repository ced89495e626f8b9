"""Several people at the same moment: nothing is lost, nothing is half, the audit stays one chain."""

import threading
from dataclasses import replace

import pytest

from core import db
from core.audit import AuditLine, broken_at
from core.changes import AlreadyAnswered, FormMark, change
from core.coalitions import claims, members
from core.coalitions.members import add_organisation
from core.coalitions.models import Membership
from core.errors import Conflict, Refused
from core.people import accounts
from core.people.labels import name_in
from core.people.models import Person
from core.policy import find, unnarrowed
from core.testing.world import house_names
from core.tests.note import Note, make_note

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("notes")]
PEOPLE, ACTS = 4, 8


def at_once(*acts):
    """Run these in threads of their own, each with its connection, beginning together; raises what any of them did."""
    ready, raised = threading.Barrier(len(acts)), []

    def run(act):
        try:
            with db.connection():
                ready.wait(timeout=20)
                act()
        except BaseException as error:
            raised.append(error)
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    if raised:
        raise raised[0]


def test_of_two_who_save_what_they_saw_one_is_told_and_both_versions_are_known(cast):
    note = make_note(cast.member.ctx)
    saved, told = [], []

    def save(actor, text):
        def act():
            mine = find(actor.ctx, Note, note.uid)
            try:
                with change(actor.ctx, "test.write", mine, version=1):
                    mine.text = text
                saved.append(text)
            except Conflict as conflict:
                told.append((conflict.mine["text"], conflict.theirs["text"], conflict.version))
        return act
    at_once(save(cast.member, "one"), save(cast.other_member, "two"))
    assert len(saved) == len(told) == 1
    assert unnarrowed(Note).get().text == saved[0]
    assert told == [({"one": "two", "two": "one"}[saved[0]], saved[0], 2)]


def test_of_two_coordinators_who_go_at_once_one_stays(cast):
    members.change_role(cast.coordinator.ctx, cast.editor.seat, "coordinator")
    gone, stayed = [], []

    def go(actor):
        ctx, seat = actor.ctx, actor.seat           # both see two coordinators

        def act():
            try:
                members.end_seat(ctx, seat)
                gone.append(actor.name)
            except Refused:
                stayed.append(actor.name)
        return act
    at_once(go(cast.coordinator), go(cast.editor))
    assert sorted(gone + stayed) == ["coordinator", "editor"] and len(stayed) == 1
    assert cast[stayed[0]].seat.role == "coordinator"


def test_the_audit_is_one_chain_however_many_write(cast):
    before = AuditLine.select().count()

    def write(person):
        def act():
            for number in range(ACTS):
                add_organisation(cast.coordinator.ctx, f"House {person} {number}")
        return act
    at_once(*(write(person) for person in range(PEOPLE)))
    assert broken_at() is None
    assert AuditLine.select().count() == before + PEOPLE * ACTS
    houses = [name_in(membership.organisation) for membership in unnarrowed(Membership)]
    assert len([name for name in houses if name.startswith("House")]) == PEOPLE * ACTS


def test_a_counter_that_everybody_raises_loses_no_step(cast):
    note = make_note(cast.member.ctx, "0")

    def count():
        for _ in range(ACTS):
            while True:
                seen = find(cast.member.ctx, Note, note.uid)
                try:
                    with change(cast.member.ctx, "test.write", seen, version=seen.version):
                        seen.text = str(int(seen.text) + 1)
                    break
                except Conflict:
                    continue
    at_once(*[count] * PEOPLE)
    row = unnarrowed(Note).get()
    assert (row.text, row.version) == (str(PEOPLE * ACTS), PEOPLE * ACTS + 1)


def test_one_form_pressed_by_two_fingers_counts_once(cast):
    answered = []

    def press():
        ctx = replace(cast.coordinator.ctx, mark="two-fingers-one-mark", known={})
        try:
            make_note(ctx, "once")
        except AlreadyAnswered:
            answered.append("already")
    at_once(press, press, press)
    assert (unnarrowed(Note).count(), FormMark.select().count(), answered) == (1, 1, ["already"] * 2)


def test_one_organisation_added_by_many_at_once_joins_once(cast):
    ctx, said = cast.coordinator.ctx, []

    def add():
        try:
            said.append(add_organisation(ctx, "Fernwater Clinic").uid)
        except Refused as refusal:
            said.append(str(refusal))
    at_once(*[add] * PEOPLE)
    assert house_names().count("Fernwater Clinic") == 1
    assert sorted(said)[-3:] == ["“Fernwater Clinic” is in the coalition already."] * 3


def test_one_address_set_up_by_two_at_once_is_no_fault_of_ours(cast, browser_of, monkeypatch):
    """Both had looked before the other wrote: then the database says that the address is taken."""
    tokens = [claims.invite_person(cast.coordinator.ctx, "rosa@invented.example", "Rosa", "member") for _ in range(2)]
    monkeypatch.setattr(accounts, "by_address", lambda address: None)
    sent = {"step": "save", "password": "quiet lantern over water", "name": "Rosa", "locale": "en", "zone": "UTC"}
    browser_of().post(f"/invited/{tokens[0]}", sent)
    before = Person.select().count(), AuditLine.select().count()
    page = browser_of().post(f"/invited/{tokens[1]}", sent, status=422)
    assert "Somebody else wrote the same at this moment." in page.words
    assert (Person.select().count(), AuditLine.select().count()) == before
