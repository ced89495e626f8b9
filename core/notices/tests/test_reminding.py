"""Reminders: at a civil hour of the person's own day, once for each thing and way, whoever runs and however often."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import db
from core.changes import change
from core.coalitions import members
from core.notices import jobs, outbox, reminding
from core.notices.choosing import change_choice
from core.notices.kinds import key_hash
from core.notices.models import NoticeChoice, Outbox, Reminder
from core.notices.reminding import to_tell
from core.notices.tests.waits import MONDAY, MORNING, item, let_wait, with_mail
from core.people.labels import address_of
from core.tests.test_at_once import at_once

DAY = timedelta(days=1)
KATHMANDU, ZURICH, AUCKLAND = "Asia/Kathmandu", "Europe/Zurich", "Pacific/Auckland"


# --- which, by pure rules -------------------------------------------------------------------------------------------

def told_over(days, due, first=MONDAY, **choice):
    """(day, kind) of everything that a person is told of one thing in that many days."""
    thing, told, found = item(due=due), set(), []
    for number in range(days):
        day = first + number * DAY
        for _item, kind in to_tell([thing], day, NoticeChoice(**choice), told):
            told.add((key_hash(thing), kind))
            found.append((day, kind))
    return found


def test_a_thing_is_told_seven_days_and_one_day_before_its_date():
    assert told_over(12, MONDAY + 10 * DAY) == [(MONDAY + 3 * DAY, "7"), (MONDAY + 9 * DAY, "1")]


def test_a_thing_that_turns_up_late_is_told_once_before_it_not_daily():
    assert told_over(5, MONDAY + 5 * DAY) == [(MONDAY, "7"), (MONDAY + 4 * DAY, "1")]
    assert told_over(1, MONDAY) == [(MONDAY, "1")]


def test_the_days_before_are_the_person_s_own():
    assert told_over(12, MONDAY + 10 * DAY, days_before=[3]) == [(MONDAY + 7 * DAY, "3")]
    assert told_over(12, MONDAY + 10 * DAY, days_before=[]) == []


def test_what_is_late_comes_on_the_digest_day_in_weeks_one_two_four_and_eight_and_then_no_more():
    days = told_over(120, MONDAY - 3 * DAY, digest_day=2)
    wednesdays = [date(2027, 9, 22) + weeks * 7 * DAY for weeks in (0, 1, 3, 7)]
    assert days == list(zip(wednesdays, ["late-1", "late-2", "late-4", "late-8"], strict=True))


def test_what_has_no_date_is_told_once_on_the_digest_day():
    assert told_over(30, None, digest_day=4) == [(date(2027, 9, 24), "open")]


def test_another_date_is_another_thing():
    thing, other = item("thing:2027-09-21", MONDAY + DAY), item("thing:2027-09-22", MONDAY + 2 * DAY)
    told = {(key_hash(thing), "1")}
    assert to_tell([thing], MONDAY, NoticeChoice(), told) == []
    assert to_tell([other], MONDAY + DAY, NoticeChoice(), told) == [(other, "1")]


# --- when -----------------------------------------------------------------------------------------------------------

def live_in(zone, *actors):
    for actor in actors:
        person = actor.person
        with change(actor.ctx, "people.account", person):
            person.put(zone=zone)


@pytest.fixture
def running(app, cast, mailbox, monkeypatch):
    """The app with mail, and something that waits for the member alone, for very long."""
    let_wait(monkeypatch, item(due=date(2027, 9, 21)), only=cast.member.seat)
    return with_mail(app, mailbox)


def moments_of_notices(app, start, hours, step=timedelta(minutes=10)):
    """The moments (UTC) at which a notice was written, when the job runs every ten minutes."""
    found, moment, count = [], start, Outbox.select().count()
    while moment < start + timedelta(hours=hours):
        reminding.remind(app, moment)
        if (now := Outbox.select().count()) != count:
            found += [moment] * (now - count)
            count = now
        moment += step
    return found


def local(moments, zone):
    return [f"{moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for moment in moments]


@pytest.mark.parametrize(("zone", "night", "due"), [
    (ZURICH, datetime(2027, 3, 27, 12), date(2027, 3, 29)),         # the clock jumps from two to three
    (ZURICH, datetime(2027, 10, 30, 12), date(2027, 11, 1)),        # the hour from two to three comes twice
    (AUCKLAND, datetime(2027, 4, 3, 0), date(2027, 4, 5)),
    (AUCKLAND, datetime(2027, 9, 25, 0), date(2027, 9, 27)),
    (KATHMANDU, datetime(2027, 9, 18, 12), date(2027, 9, 20))])
def test_on_the_nights_when_the_clock_changes_and_in_kathmandu_it_comes_once_in_the_morning(
        app, cast, mailbox, monkeypatch, zone, night, due):
    live_in(zone, cast.member)
    let_wait(monkeypatch, item("a", due), item("b", due + DAY), only=cast.member.seat)
    change_choice(cast.member.ctx, True, False, [1], 6)
    moments = moments_of_notices(with_mail(app, mailbox), night, 60, timedelta(minutes=15))
    # A day before each of the two: one notice on each of two mornings, at eight by the person's own clock.
    assert local(moments, zone) == [f"{due - DAY} 08:00", f"{due} 08:00"]


def test_the_morning_is_the_person_s_own_and_not_the_server_s(running, cast):
    live_in(KATHMANDU, cast.member)
    assert moments_of_notices(running, datetime(2027, 9, 19, 15), 20) == [datetime(2027, 9, 20, 2, 20)]    # 08:05


def test_who_moves_on_to_another_zone_is_told_no_second_time_on_the_same_day(running, cast):
    live_in(AUCKLAND, cast.member)
    assert reminding.remind(running, datetime(2027, 9, 19, 20)) == 1        # their Monday has begun
    live_in("America/Lima", cast.member)                                    # and begins once more
    assert moments_of_notices(running, datetime(2027, 9, 19, 20), 20) == []


def test_a_server_that_was_down_all_day_tells_on_the_next(app, cast, mailbox, monkeypatch):
    let_wait(monkeypatch, item(due=MONDAY + 7 * DAY), only=cast.member.seat)
    with_mail(app, mailbox)
    assert reminding.remind(app, MORNING - timedelta(hours=5)) == 0
    assert reminding.remind(app, MORNING + timedelta(hours=14)) == 0        # nobody is woken up
    assert reminding.remind(app, MORNING + DAY) == 1


def test_where_one_cannot_be_told_the_others_are_and_the_log_names_nobody(app, world, mailbox, monkeypatch, guard):
    """An archive can bring a coalition in whose Today cannot be made, or whose people live nowhere."""
    let_wait(monkeypatch, item(due=MONDAY + DAY))
    live_in("Nowhere/Else", world.meridia.member)
    with change(world.meridia.coordinator.ctx, "coalition.settings", world.meridia.coalition):
        world.meridia.coalition.plugins_off = 7
    assert reminding.remind(with_mail(app, mailbox), MORNING) > 0
    assert {row.coalition.slug for row in Outbox.select()} == {"elsewhere"}
    said = f"log: the reminders of a seat in the coalition {world.meridia.coalition.uid} failed: "
    assert {line.split(" at ")[0] for line in guard.forget()} == {said + "TypeError", said + "ZoneInfoNotFoundError"}


# --- once -----------------------------------------------------------------------------------------------------------

def everybody():
    return sorted(row.person_id for row in Outbox.select())


@pytest.mark.database
def test_a_reminder_goes_out_once_across_restarts_and_with_two_runners(app, cast, mailbox, monkeypatch):
    let_wait(monkeypatch, item("a", MONDAY + DAY), item("b", MONDAY + 6 * DAY))
    with_mail(app, mailbox)
    seats = [actor for each in (cast, cast.other)
             for actor in (each.coordinator, each.editor, each.member, each.other_member)]

    def run(moment):
        return lambda: jobs.run_due(app, moment)
    at_once(run(MORNING), run(MORNING), run(MORNING))
    for minutes in range(0, 120, 10):                       # anew and anew, as after so many restarts
        at_once(run(MORNING + timedelta(minutes=minutes)), run(MORNING + timedelta(minutes=minutes)))
    assert mailbox.addresses == sorted(address_of(actor.person) for actor in seats)
    assert Reminder.select().count() == 2 * len(seats)
    at_once(run(MORNING + DAY), run(MORNING + DAY))         # "a" is due, "b" was told: nothing new
    at_once(run(MORNING + 5 * DAY), run(MORNING + 5 * DAY))     # a day before "b"
    at_once(run(MORNING + 5 * DAY + timedelta(minutes=1)), run(MORNING + 5 * DAY + timedelta(minutes=1)))
    assert len(mailbox.received) == 2 * len(seats)


@pytest.mark.database
def test_two_who_look_at_the_same_seat_at_once_write_one_notice(running, cast, monkeypatch):
    """Both have seen that nothing was told: the row of the day decides."""
    monkeypatch.setattr(reminding, "_told_before", lambda seat, items: set())
    both = [lambda: reminding._remind_seat(running, cast.member.seat, MORNING, None)] * 2
    at_once(*both)
    assert (everybody(), Reminder.select().count()) == ([cast.member.person.id], 1)


@pytest.mark.database
def test_one_that_dies_before_the_end_has_written_nothing_and_the_next_tells(running, cast, monkeypatch):
    class Stopped(BaseException):
        pass

    def dies(*arguments, **more):
        raise Stopped
    with monkeypatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(reminding, "post", dies)
        reminding.remind(running, MORNING)
    db.connection().__enter__()
    assert (everybody(), Reminder.select().count()) == ([], 0)
    assert reminding.remind(running, MORNING) == 1


def test_what_was_done_since_is_told_no_more(app, cast, mailbox, monkeypatch):
    let_wait(monkeypatch, item("a", MONDAY + DAY), item("b", MONDAY + DAY), only=cast.member.seat)
    reminding.remind(with_mail(app, mailbox), MORNING)
    let_wait(monkeypatch, item("b", MONDAY + DAY), only=cast.member.seat)
    outbox.send_due(app, MORNING)
    assert [one.subject for one in mailbox.received] == ["1 thing waits for you"]
    let_wait(monkeypatch, item("c", MONDAY + 2 * DAY), only=cast.member.seat)
    reminding.remind(app, MORNING + DAY)
    let_wait(monkeypatch)
    assert outbox.send_due(app, MORNING + DAY) == 0 and Outbox.select().count() == 0


def test_who_wants_none_gets_none_and_nobody_without_a_seat_or_a_server(app, cast, mailbox, monkeypatch):
    let_wait(monkeypatch, item(due=MONDAY + DAY))
    assert reminding.remind(app, MORNING) == 0              # no mail server is set up
    with_mail(app, mailbox)
    change_choice(cast.member.ctx, False, False, [7, 1], 0)
    members.end_seat(cast.coordinator.ctx, cast.other_member.seat)
    reminding.remind(app, MORNING)
    here = {row.person_id for row in Outbox.select().where(Outbox.coalition == cast.coalition)}
    assert here == {cast.coordinator.person.id, cast.editor.person.id}


def test_a_seat_costs_the_same_however_much_waits(app, cast, mailbox, monkeypatch, queries):
    with_mail(app, mailbox)
    counts = []
    let_wait(monkeypatch)
    reminding.remind(app, MORNING - DAY)                    # what is read once is read
    for number, moment in ((30, MORNING), (300, MORNING + DAY)):
        let_wait(monkeypatch, *[item(f"{moment}{n}", MONDAY + 2 * DAY) for n in range(number)], only=cast.member.seat)
        with queries() as counted:
            reminding.remind(app, moment)
        counts.append(len(counted))
    assert counts[0] == counts[1]
    assert Reminder.select().count() == 330


def test_what_was_told_long_ago_is_forgotten(running, cast):
    reminding.remind(running, MORNING)
    reminding.sweep(running, MORNING + timedelta(days=reminding.KEPT_DAYS))
    assert Reminder.select().count() == 1
    reminding.sweep(running, MORNING + timedelta(days=reminding.KEPT_DAYS + 1))
    assert Reminder.select().count() == 0
