"""Two coordinators ask that a coalition be deleted; everybody hears of it, and each coordinator can call it off."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.audit import AuditLine
from core.changes import change
from core.coalitions import leaving, lock, members
from core.coalitions.models import Coalition, Seat
from core.context import Context
from core.db import transaction, utc_now
from core.ending import asking
from core.ending.today import last_day, waiting_items
from core.errors import Forbidden, Refused, SignInAgain
from core.notices import outbox
from core.notices.models import Outbox
from core.notices.tests.waits import with_mail
from core.people.labels import address_of
from core.policy import visible

WEEK = timedelta(days=7)


def now_of(cast):
    return Coalition.get_by_id(cast.coalition.id)


def fresh(actor):
    """As this person acts, having just signed in."""
    return replace(actor.ctx, fresh_until=utc_now() + timedelta(minutes=10))


def operator(cast):
    return Context(via="command", now=utc_now()).at(now_of(cast))


@pytest.fixture
def pair(cast, withheld):
    """The two coordinators of meridia."""
    return cast.coordinator, cast.keeper


@pytest.mark.database
def test_two_coordinators_and_everybody_is_told(cast, pair, browser_of):
    one, two = map(browser_of, pair)
    page = one.get(one.get("/c/meridia/settings").tree.xpath("string(//a[contains(., 'Delete the coal')]/@href)"))
    assert "Another coordinator has to confirm it." in page.words
    assert "Tick that you have understood." in one.submit(page.form("/delete"), 422).words
    asked = one.follow(one.submit(page.form("/delete"), understood="y"))
    assert "Nothing happens until another coordinator confirms it." in asked.words and not asked.tree.xpath(
        "//input[@name='understood']")
    assert now_of(cast).ends_at is None and {row.kind for row in Outbox.select()} == {"deletion-asked"}
    assert "Another coordinator asks that the coalition be deleted" in two.get("/c/meridia/").words
    for browser in (one, browser_of(cast.member)):
        assert "that the coalition be deleted" not in browser.get("/c/meridia/").tree.xpath(
            "string(//section[@aria-labelledby='waits'])")
    page = two.get("/c/meridia/coalition/delete")
    assert "Corvina Aldermoor has asked for it" in page.words
    told = two.follow(two.submit(page.form("/delete"), understood="y"))
    assert "It is decided, and everybody is told." in told.words
    assert timedelta(0) <= now_of(cast).ends_at - utc_now() - WEEK + timedelta(minutes=1) <= timedelta(minutes=2)
    standing = visible(cast.coordinator.ctx, Seat).where(Seat.ended_at.is_null())
    assert sorted(row.person_id for row in Outbox.select().where(Outbox.kind == "deletion")) == sorted(
        seat.person_id for seat in standing)
    for actor in (*pair, cast.editor, cast.member, cast.withheld):
        browser = browser_of(actor)
        waits = browser.get("/c/meridia/").tree.xpath("string(//section[@aria-labelledby='waits'])")
        assert "The coalition is going to be deleted" in waits and "in 7 days" in waits
        for path in ("/c/meridia/", "/c/meridia/coalition"):
            alert = browser.get(path).one("//main//*[@role='alert']")
            assert "Until then each coordinator can call it off." in alert.text_content()
            assert alert.xpath(".//a/@href") == ["/c/meridia/coalition/delete"]
        page = browser.get("/c/meridia/coalition/delete")
        assert "is going to be deleted on" in page.words and bool(page.forms("/call-off")) == (actor in pair)
    assert browser_of(cast.other.member).get("/c/elsewhere/").tree.xpath("//main//*[@role='alert']") == []
    assert "deleted" not in browser_of(cast.other.member).get("/c/elsewhere/").words
    line = AuditLine.select().order_by(AuditLine.number.desc()).first()
    assert (line.action, line.actor, line.fields) == ("coalition.delete", cast.keeper.seat.uid, ["ends_at"])


def test_one_alone_cannot_and_nobody_else(cast, pair):
    for actor in (cast.editor, cast.member, cast.stranger, cast.administrator):
        ctx = actor.ctx.at(cast.coalition, actor.seat if actor.coalition == cast.coalition else None)
        for act in (asking.ask, asking.call_off):
            with pytest.raises((Forbidden, SignInAgain, Refused)):
                act(ctx)
    with pytest.raises(SignInAgain):
        asking.ask(cast.coordinator.ctx)
    assert not asking.ask(fresh(cast.coordinator))
    with pytest.raises(Refused, match="You have asked for it already. Another coordinator has to confirm it."):
        asking.ask(fresh(cast.coordinator))
    assert now_of(cast).ends_at is None


def test_editors_and_members_are_refused_by_the_policy(cast):
    for actor in (cast.editor, cast.member):
        with pytest.raises(Forbidden):
            asking.ask(fresh(actor))
    assert now_of(cast).ending_asked_by == ""


def test_who_asked_and_is_no_coordinator_any_more_does_not_count(cast, pair):
    asking.ask(fresh(cast.coordinator))
    members.change_role(fresh(cast.keeper), cast.coordinator.seat, "member")
    assert not asking.ask(fresh(cast.keeper))
    assert (now_of(cast).ends_at, now_of(cast).ending_asked_by) == (None, cast.keeper.seat.uid)


@pytest.mark.database
def test_whom_one_brings_in_for_it_does_not_confirm_it(cast, browser_of, command):
    members.change_role(fresh(cast.coordinator), cast.member.seat, "coordinator")
    asking.ask(fresh(cast.coordinator))
    members.change_role(fresh(cast.coordinator), cast.editor.seat, "coordinator")
    browser, late = browser_of(cast.editor), fresh(cast.editor)
    page = browser.get("/c/meridia/coalition/delete")
    sentence = ("You became coordinator after it was asked for, so you cannot confirm it. Somebody who was coordinator "
                "before can, or who runs the server.")
    assert sentence in page.words and page.forms("/call-off")
    assert not page.tree.xpath("//form[@action='/c/meridia/coalition/delete']//input[@name='understood']")
    with pytest.raises(Refused, match=sentence):
        asking.ask(replace(late, coalition=now_of(cast)))
    told = command("--as", address_of(cast.editor.person), "coalition", "delete", "meridia")
    assert told.exit_code == 2 and sentence in " ".join(told.stderr.split())
    assert now_of(cast).ends_at is None and now_of(cast).ending_asked_by == cast.coordinator.seat.uid
    assert asking.ask(replace(fresh(cast.member), coalition=now_of(cast))) and now_of(cast).ends_at


@pytest.mark.parametrize("way", ["back", "restored"])
def test_a_role_that_is_given_again_is_a_new_one(cast, way):
    with transaction():
        Seat.update(role="coordinator", role_since=utc_now() - WEEK).where(Seat.id == cast.member.seat.id).execute()
    asking.ask(fresh(cast.coordinator))
    if way == "restored":
        membership = cast.member.membership
        leaving.suspend(fresh(cast.coordinator), membership)
        leaving.restore(fresh(cast.coordinator), membership)
    else:
        members.end_seat(fresh(cast.coordinator), Seat.get_by_id(cast.member.seat.id))
        with change(fresh(cast.coordinator), "coalition.members", cast.coalition) as entry:
            members.sit(fresh(cast.coordinator), entry, cast.member.person, "coordinator")
    ctx = members.context_of(cast.member.person, now_of(cast), fresh(cast.member))
    with pytest.raises(Refused, match="You became coordinator after it was asked for"):
        asking.ask(ctx)
    assert now_of(cast).ends_at is None


def test_the_only_coordinator_asks_and_who_runs_the_server_confirms(cast, browser_of, command):
    page = browser_of(cast.coordinator).get("/c/meridia/coalition/delete")
    assert "You are the only coordinator." in page.words and "commonweal coalition delete meridia" in page.words
    asking.ask(fresh(cast.coordinator))
    told = command("coalition", "delete", "meridia")
    assert told.exit_code == 0 and "Everybody in it is told." in told.stderr
    assert now_of(cast).ends_at and Outbox.select().where(Outbox.kind == "deletion").count() == 4
    assert AuditLine.select().order_by(AuditLine.number.desc()).first().via == "command"
    assert command("coalition", "delete", "meridia").exit_code == 2


def test_the_command_says_what_would_go_and_calls_it_off(cast, command):
    told = command("coalition", "delete", "meridia", "--dry-run")
    assert told.exit_code == 0 and "8 keys to names would go. Nothing was written" in " ".join(told.stderr.split())
    assert now_of(cast).ends_at is None
    assert "Nobody has asked" in command("coalition", "delete", "meridia", "--call-off").stderr
    told = command("--as", address_of(cast.coordinator.person), "coalition", "delete", "meridia")
    assert told.exit_code == 0 and "another coordinator confirms it" in told.stderr and now_of(cast).ends_at is None
    command("coalition", "delete", "meridia")
    assert now_of(cast).ends_at is not None
    assert "The coalition stays." in command("coalition", "delete", "meridia", "--call-off").stderr
    assert now_of(cast).ends_at is None


def test_the_demonstration_goes_at_once_by_command(app, command):
    assert command("demo").exit_code == 0
    told = command("coalition", "delete", "demo")
    assert told.exit_code == 0 and "The demonstration is deleted, with its accounts." in told.stderr
    assert Coalition.select().count() == 0


@pytest.mark.parametrize("who", [0, 1], ids=["who asked", "who confirmed"])
def test_either_calls_it_off_and_everybody_hears_that_too(cast, pair, browser_of, who):
    asking.ask(fresh(pair[0]))
    asking.ask(fresh(pair[1]))
    browser = browser_of(pair[who])
    page = browser.follow(browser.submit(browser.get("/c/meridia/coalition/delete").form("/call-off")))
    assert "It is called off. The coalition stays." in page.words
    coalition = now_of(cast)
    assert (coalition.ending_asked_by, coalition.ending_asked_at, coalition.ends_at) == ("", None, None)
    assert Outbox.select().where(Outbox.kind == "deletion-off").count() == 6
    assert list(waiting_items(cast.member.ctx)) == list(waiting_items(cast.coordinator.ctx)) == []


def test_mails_say_it_plainly_or_not_at_all_and_nothing_that_is_not_true_any_more(app, cast, pair, mailbox):
    asking.ask(fresh(pair[0]))
    asking.ask(fresh(pair[1]))
    with_mail(app, mailbox)
    outbox.send_due(app, utc_now())
    by_address = {mail.to[0]: mail for mail in mailbox.received}
    assert len(mailbox.received) == 6       # that somebody asks is not told any more: it is decided
    plain = by_address[address_of(cast.member.person)]
    assert plain.subject == "The coalition is going to be deleted"
    assert "Meridia UPR Coalition" in plain.words and "any coordinator can call it off" in " ".join(plain.words.split())
    quiet = by_address[address_of(cast.withheld.person)]
    assert quiet.subject == "News for you" and "deleted" not in quiet.words and "Meridia" not in quiet.words
    asking.call_off(fresh(pair[0]))
    outbox.send_due(app, utc_now())
    assert [mail.subject for mail in mailbox.received[6:]].count("The coalition stays") == 5
    with transaction():
        Coalition.update(ends_at=None).execute()
    with change(operator(cast), "coalition.delete", now_of(cast)) as _entry:
        asking._tell_everybody(operator(cast), "deletion")
    outbox.send_due(app, utc_now())
    assert len(mailbox.received) == 12 and Outbox.select().count() == 0


def test_a_locked_coalition_waits_and_begins_the_seven_days_anew(cast, pair):
    asking.ask(fresh(pair[0]))
    asking.ask(fresh(pair[1]))
    with transaction():
        Coalition.update(ends_at=utc_now() + timedelta(hours=1)).where(Coalition.id == cast.coalition.id).execute()
    lock.lock(fresh(pair[0]))
    lock.unlock(operator(cast))
    assert now_of(cast).ends_at > utc_now() + WEEK - timedelta(minutes=5)
    assert Outbox.select().where(Outbox.kind == "deletion").count() == 6


def test_the_day_is_that_of_the_readers_clock(cast):
    coalition = now_of(cast)
    coalition.ends_at = utc_now().replace(year=2027, month=3, day=1, hour=23, minute=0)
    days = [last_day(Context(zone=zone).at(coalition)).day for zone in ("UTC", "Asia/Kathmandu", "America/Lima")]
    assert days == [1, 2, 1]
