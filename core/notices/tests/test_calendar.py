"""The calendar's page, and the feed: a secret address without names, that ends with the role."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import icalendar
import pytest

from core.coalitions import members
from core.coalitions.models import Membership
from core.db import utc_now
from core.notices import calendar, feeds
from core.notices.choosing import change_choice
from core.notices.models import Feed
from core.notices.tests.waits import CONTENT, item, let_wait
from core.testing.access import plain
from core.testing.canary import found_in, names_of
from core.workflows.copying import change_stage
from core.workflows.engine import shipped
from core.workflows.reviews import add_review, change_review
from core.workflows.tests.factories import typed_stage
from core.workflows.wall_time import written

DUE = date(2027, 9, 21)


def events(content):
    parsed = icalendar.Calendar.from_ical(content)
    return [(str(event["summary"]), event["dtstart"].dt, str(event["url"])) for event in parsed.walk("VEVENT")]


def feed_of(browser):
    """Make a feed on the page; gives its path."""
    page = browser.follow(browser.submit(browser.get("/c/meridia/calendar").form("/calendar/feed")))
    [token] = re.findall(r"http://127\.0\.0\.1:8000/feed/([\w-]+)\.ics", page.words)
    return f"/feed/{token}.ics"


def test_the_page_shows_what_waits_and_the_stages_by_month(cast, browser_of, monkeypatch):
    let_wait(monkeypatch, item(due=DUE), item("undated"))
    page = browser_of(cast.member).get("/c/meridia/calendar")
    assert "September 2027" in [heading.text for heading in page.tree.xpath("//h2")]
    assert f"Tue 21 Sept {CONTENT}" in page.words and "waits for you" in page.words
    assert "Mid-term" in page.words


def test_a_feed_bears_the_last_day_of_all(cast, browser_of, monkeypatch):
    let_wait(monkeypatch, item(due=date.max))
    path = feed_of(browser_of(cast.member))
    assert events(browser_of().get(path).content)[-1] == ("Answer the comments", date.max, "http://127.0.0.1:8000/")


def test_a_feed_carries_plain_sentences_as_whole_days_and_no_name(cast, browser_of, monkeypatch):
    let_wait(monkeypatch, item(due=DUE), item("other", DUE, plain=None))
    path = feed_of(browser_of(cast.member))
    got = browser_of().get(path)
    assert got.headers["Content-Type"] == "text/calendar; charset=utf-8"
    mine = [event for event in events(got.content) if event[1] == DUE]
    assert mine == [("Something waits for you.", DUE, "http://127.0.0.1:8000/"),
                    ("Answer the comments", DUE, "http://127.0.0.1:8000/")]
    assert b"meridia" not in got.content.lower()
    assert len(events(got.content)) > 2
    assert found_in(got.content, names_of("meridia") | {CONTENT}) == []


def withhold(cast):
    Membership.update(visibility=None).where(Membership.id == cast.member.membership.id).execute()


@pytest.mark.parametrize("ask", [withhold, lambda cast: change_choice(cast.member.ctx, True, True, [7], 0)])
def test_a_discreet_feed_says_on_each_day_with_a_date_only_that_something_waits(cast, browser_of, monkeypatch, ask):
    let_wait(monkeypatch, item(due=DUE), item("other", DUE))
    close_the_window(cast)
    browser = browser_of(cast.member)
    path = feed_of(browser)
    assert "Yours is plain" in browser.get("/c/meridia/calendar").words
    ask(cast)
    content = browser_of().get(path).content
    assert {event[0] for event in events(content)} == {"Something waits"}
    days = [event[1] for event in events(content)]
    assert {DUE, CLOSES} <= set(days) and len(days) == len(set(days))
    assert b"meridia" not in content.lower() and b"XMD" not in content
    assert "Yours is discreet" in browser.get("/c/meridia/calendar").words


CLOSES = date(2027, 3, 1)


def close_the_window(cast):
    """A second review, of which the window's last hour is known, beside the one that stands at its mid-term."""
    review = add_review(cast.coordinator.ctx, session=None, cycle=5)
    change_review(cast.coordinator.ctx, review, "Meridia again", 5, None, None,
                  window_closes_due=written("2027-03-01", "23:59"))
    return review


def test_the_calendar_has_the_windows_hours_and_the_ends_of_stages(cast, browser_of, monkeypatch):
    let_wait(monkeypatch)
    close_the_window(cast)
    words = browser_of(cast.member).get("/c/meridia/calendar").words
    assert ("Mon 1 Mar Meridia again, cycle 5, session not known yet: the window for submissions closes on 1 March "
            "2027, 23:59 in Geneva (22:59 in UTC)") in words
    assert "Meridia, cycle 4, session 48: “Mid-term” ends about this day" in words
    assert "session not known yet: “Submission” ends" not in words          # the window's own line says it


def test_a_plain_feed_names_stage_and_review_by_what_is_public_and_forgets_what_is_long_over(cast, browser_of,
                                                                                             monkeypatch):
    let_wait(monkeypatch)
    review = close_the_window(cast)
    change_stage(cast.coordinator.ctx, shipped().stages[0], typed_stage(title="Talks at Harbourlight"))
    monday = datetime(2027, 2, 1, 9)
    ctx = replace(cast.member.ctx, now=monday)
    told = {one.plain for one in calendar.dates(ctx, SimpleNamespace(gather=lambda *_args, **_more: []))[0]}
    assert "XMD, cycle 5, session not known yet: “Consultations” ends about this day" in told
    assert ("XMD, cycle 5, session not known yet: the window for submissions closes on 1 March 2027, 23:59 in Geneva "
            "(22:59 in UTC)") in told
    assert not any("Harbourlight" in plain or review.title in plain for plain in told)
    path = feed_of(browser_of(cast.member))
    listed = [event[1] for event in events(browser_of().get(path).content)]
    assert listed and min(listed) >= cast.member.ctx.today - timedelta(days=31)


def test_an_event_keeps_its_uid_when_the_feed_is_made_anew(app, cast, monkeypatch):
    from core.web.outside import as_if_asked
    let_wait(monkeypatch, item(due=DUE))

    def uids():
        ctx = feeds.open_feed(utc_now(), feeds.new_feed(cast.member.ctx))
        with as_if_asked(app, ctx):
            return re.findall(rb"UID:(\w+)", calendar.ical(ctx, app.host, app.settings))
    assert uids() == uids() and len(set(uids())) == len(uids())


@pytest.mark.database
def test_a_feed_ends_when_it_is_replaced_ended_or_the_role_ends_and_always_in_the_same_way(cast, browser_of):
    browser, anybody = browser_of(cast.member), browser_of()
    never = plain(anybody.get(f"/feed/{'x' * 43}.ics", 404))
    first = feed_of(browser)
    second = feed_of(browser)
    assert plain(anybody.get(first, 404)) == never
    anybody.get(second)
    browser.submit(browser.get("/c/meridia/calendar").form("/feed/end"))
    assert plain(anybody.get(second, 404)) == never
    third = feed_of(browser)
    members.end_seat(cast.coordinator.ctx, cast.member.seat)
    assert plain(anybody.get(third, 404)) == never
    assert Feed.select().count() == 0
    members.add_person(cast.coordinator.ctx, "mirela.saltonstowe@invented.example", "Mirela", "member", [])
    assert plain(anybody.get(third, 404)) == never         # who comes back begins anew


def test_the_token_lies_nowhere_in_clear_and_the_address_is_shown_once(app, cast, browser_of):
    browser = browser_of(cast.member)
    path = feed_of(browser)
    token = path.split("/")[-1].removesuffix(".ics")
    assert len(token) == 43 and Feed.get().token_hash != token
    assert token not in browser.get("/c/meridia/calendar").text
    assert browser.get("/c/meridia/calendar").forms("/feed/end")
