"""The outbox: written with the act, sent afterwards, once; what fails waits, is seen, tried again or dropped."""

import logging
from datetime import timedelta

import pytest

from core import db
from core.audit import AuditLine
from core.changes import change
from core.coalitions import joining, members
from core.db import transaction, utc_now
from core.errors import NotThere
from core.notices import outbox
from core.notices.models import Outbox
from core.notices.posting import post, post_to_coordinators
from core.notices.tests.waits import with_mail
from core.people.labels import address_of
from core.tests.test_at_once import at_once

MINUTE = timedelta(minutes=1)


def posted(actor, kind="roles-by-command", **parameters):
    with transaction():
        return post(actor.ctx, actor.person, kind, **parameters)


def rows():
    return [(row.tries, row.reason, row.failed_at is not None) for row in Outbox.select().order_by(Outbox.id)]


@pytest.mark.database
def test_a_notice_is_sent_to_its_one_recipient_and_its_row_goes(app, cast, mailbox):
    posted(cast.member)
    posted(cast.other_member)
    now = utc_now()
    assert outbox.send_due(with_mail(app, mailbox), now) == 2
    assert mailbox.addresses == sorted(address_of(actor.person) for actor in (cast.member, cast.other_member))
    assert [(len(one.to), [str(one.message["To"])]) for one in mailbox.received] == [
        (1, list(one.to)) for one in mailbox.received]
    assert rows() == []
    assert outbox.send_due(app, now) == 0
    line = AuditLine.select().order_by(AuditLine.number.desc()).get()
    assert (line.action, line.others, line.via, line.object_uid) == ("notices.sent", 2, "job", None)


@pytest.mark.database
def test_a_change_that_is_undone_takes_its_notice_with_it(cast):
    with pytest.raises(LookupError), change(cast.coordinator.ctx, "coalition.settings", cast.coalition):
        post_to_coordinators(cast.coordinator.ctx, "roles-by-command")
        raise LookupError
    assert rows() == []
    with change(cast.coordinator.ctx, "coalition.settings", cast.coalition):
        post_to_coordinators(cast.coordinator.ctx, "roles-by-command")
    assert [row.person for row in Outbox.select()] == [cast.coordinator.person]


def test_a_notice_outside_a_change_or_of_an_unknown_kind_is_an_error(cast):
    with pytest.raises(RuntimeError, match="inside the change"):
        post(cast.member.ctx, cast.member.person, "test")
    with pytest.raises(LookupError, match="no kind of notice 'tset'"), transaction():
        post(cast.member.ctx, cast.member.person, "tset")
    assert rows() == []


@pytest.mark.database
def test_a_server_that_is_down_is_tried_again_ever_more_rarely_until_it_is_given_up(app, cast, mailbox):
    posted(cast.member)
    url, now = mailbox.url, utc_now()
    mailbox.url = "smtp://127.0.0.1:1"
    with_mail(app, mailbox)
    for number, delay in enumerate(outbox.DELAYS, start=1):
        assert outbox.send_due(app, now) == 0
        assert rows() == [(number, "unreachable", False)]
        assert outbox.send_due(app, now + delay - MINUTE / 2) == 0 and rows()[0][0] == number
        now += delay
    outbox.send_due(app, now)
    assert rows() == [(len(outbox.DELAYS) + 1, "unreachable", True)]
    mailbox.url = url
    with_mail(app, mailbox)
    assert outbox.send_due(app, now + timedelta(days=1)) == 0           # nobody has asked for it
    outbox.sweep(app, now + timedelta(hours=47))
    assert len(rows()) == 1
    outbox.sweep(app, now + timedelta(hours=49))
    assert rows() == []


def test_an_address_that_the_server_does_not_know_is_given_up_at_once_and_the_others_go(app, cast, mailbox):
    posted(cast.member)
    posted(cast.other_member)
    mailbox.answers[address_of(cast.member.person)] = "550 no such user mirela"
    assert outbox.send_due(with_mail(app, mailbox), utc_now()) == 1
    assert mailbox.addresses == [address_of(cast.other_member.person)]
    assert rows() == [(1, "address", True)]


def test_a_mailbox_that_is_full_is_tried_later(app, cast, mailbox):
    posted(cast.member)
    mailbox.answers[address_of(cast.member.person)] = "452 full"
    outbox.send_due(with_mail(app, mailbox), utc_now())
    assert rows() == [(1, "later", False)]


def test_without_a_mail_server_it_waits_and_says_why(app, cast):
    posted(cast.member)
    outbox.send_due(app, utc_now())
    assert rows() == [(1, "not-set-up", False)]


def test_an_address_that_holds_two_reaches_neither(app, cast, mailbox, monkeypatch):
    from core.notices import writing
    monkeypatch.setattr(writing, "address_of", lambda person: "a@invented.example,b@invented.example")
    posted(cast.member)
    outbox.send_due(with_mail(app, mailbox), utc_now())
    assert (mailbox.received, rows()) == ([], [(1, "address", True)])


def test_a_message_that_cannot_be_written_takes_no_other_with_it(app, cast, mailbox, guard):
    posted(cast.member, "reminder")                     # its parameters are missing
    posted(cast.other_member)
    assert outbox.send_due(with_mail(app, mailbox), utc_now()) == 1
    assert rows() == [(1, "written", False)]
    assert len(guard.forget()) == 1


@pytest.mark.database
def test_who_has_left_gets_nothing_and_what_was_on_its_way_goes_with_the_seat(app, cast, mailbox):
    posted(cast.member)
    posted(cast.other_member)
    members.end_seat(cast.coordinator.ctx, cast.member.seat)
    assert [row.person for row in Outbox.select()] == [cast.other_member.person]
    with transaction():                                 # written before, and committed after
        Outbox.create(person=cast.member.person, coalition=cast.coalition, kind="roles-by-command", due_at=utc_now())
    assert outbox.send_due(with_mail(app, mailbox), utc_now()) == 1
    assert (mailbox.addresses, rows()) == ([address_of(cast.other_member.person)], [])


@pytest.mark.database
def test_two_runners_send_each_message_once(app, cast, mailbox):
    with_mail(app, mailbox)
    for _ in range(10):
        posted(cast.member)
        posted(cast.other_member)
    now = utc_now()
    at_once(*[lambda: outbox.send_due(app, now)] * 3)
    assert len(mailbox.received) == 20 == len({one.message["Message-ID"] for one in mailbox.received})
    assert rows() == []


@pytest.mark.database
def test_a_runner_that_died_leaves_its_message_to_the_next_when_the_lease_is_over(app, cast, mailbox):
    row, now = posted(cast.member), utc_now()
    assert outbox._claim(now).uid == row.uid            # and then the machine stops
    with_mail(app, mailbox)
    assert outbox.send_due(app, now + outbox.LEASE - MINUTE) == 0
    assert outbox.send_due(app, now + outbox.LEASE + MINUTE) == 1


@pytest.mark.database
def test_an_administrator_tries_again_and_drops(app, cast, mailbox):
    kept, dropped = posted(cast.member), posted(cast.other_member)
    now = utc_now()
    for actor in (cast.member, cast.other_member):
        mailbox.answers[address_of(actor.person)] = "550 unknown"
    outbox.send_due(with_mail(app, mailbox), now)
    assert [row.uid for row in outbox.stuck()] == [kept.uid, dropped.uid]
    ctx = cast.administrator.ctx
    outbox.drop(ctx, dropped.uid)
    with pytest.raises(NotThere, match="gone already"):
        outbox.drop(ctx, dropped.uid)
    mailbox.answers.clear()
    assert outbox.try_again(ctx) == 1
    assert outbox.send_due(app, ctx.now) == 1
    assert mailbox.addresses == [address_of(cast.member.person)]


def test_no_row_and_no_line_of_the_log_names_anybody(app, cast, mailbox, caplog):
    joining.invite(cast.coordinator.ctx, "Wrenlock Refuge", address_of(cast.member.person), "Mirela", by_mail=True)
    mailbox.answers[address_of(cast.member.person)] = f"550 {address_of(cast.member.person)} is unknown here"
    with caplog.at_level(logging.INFO):
        outbox.send_due(with_mail(app, mailbox), utc_now())
    kept = repr(db.database.execute_sql("SELECT * FROM outbox").fetchall()) + caplog.text
    row = Outbox.get()
    assert f"notice {row.uid} was not sent: address" in caplog.text
    for word in ("Mirela", "mirela", "Meridia", "invented", "invited/"):
        assert word not in kept
