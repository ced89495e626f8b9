"""The number beside Today: kept, so that no page asks every plugin; renewed by Today and by what others do."""

from datetime import timedelta

import pytest

from core.changes import change
from core.coalitions.members import add_organisation
from core.db import utc_now
from core.notices import counting
from core.notices.models import SeatNote
from core.notices.tests.waits import item, let_wait


def shown(page):
    return [" ".join(link.text_content().split()) for link in page.tree.xpath("//nav[@id='menu']//a")][0]


def test_today_counts_and_every_other_page_shows_that_number_without_asking(cast, browser_of, monkeypatch):
    let_wait(monkeypatch, item("a"), item("b"))
    browser = browser_of(cast.member)
    assert shown(browser.get("/c/meridia/coalition")) == "Today"
    assert shown(browser.get("/c/meridia/")) == "Today 2 things wait for you"

    def nobody_asks(ctx):
        raise AssertionError("a page asked what waits")
    from core.coalitions import today
    monkeypatch.setattr(today, "OWN_ITEMS", (nobody_asks,))
    assert shown(browser.get("/c/meridia/coalition")) == "Today 2 things wait for you"
    assert shown(browser_of(cast.other_member).get("/c/meridia/coalition")) == "Today"


def test_a_look_at_today_writes_nothing_when_nothing_has_changed(cast, browser_of, monkeypatch, guard):
    let_wait(monkeypatch, item("a"))
    browser = browser_of(cast.member)
    browser.get("/c/meridia/")
    add_organisation(cast.coordinator.ctx, "Fernwater Clinic")
    start = len(guard.statements)
    browser.get("/c/meridia/")
    assert guard.written_since(start) == set()


@pytest.mark.database
def test_what_others_do_renews_the_number_of_who_is_at_work_there(app, cast, browser_of, monkeypatch):
    browser = browser_of(cast.member)
    let_wait(monkeypatch, item("a"), item("b"))
    counting.renew(app, utc_now())
    assert counting.kept_count(cast.member.seat) == 2
    assert counting.kept_count(cast.other_member.seat) == 0         # is not here
    let_wait(monkeypatch, item("a"))
    assert counting.renew(app, utc_now()) == 0                      # nothing has happened
    add_organisation(cast.coordinator.ctx, "Fernwater Clinic")
    assert counting.renew(app, utc_now()) == 1
    assert shown(browser.get("/c/meridia/coalition")) == "Today 1 thing waits for you"
    add_organisation(cast.coordinator.ctx, "Fernwater Clinic Two")
    assert counting.renew(app, utc_now() + timedelta(hours=1)) == 0
    assert [note.seat_id for note in SeatNote.select().where(SeatNote.counted > 0)] == [cast.member.seat.id]


def test_where_one_cannot_be_counted_the_others_are(app, world, browser_of, monkeypatch, guard):
    """An archive can bring a coalition in whose Today cannot be made."""
    for cast in (world.meridia, world.elsewhere):
        browser_of(cast.member)
    let_wait(monkeypatch, item("a"))
    with change(world.meridia.coordinator.ctx, "coalition.settings", world.meridia.coalition):
        world.meridia.coalition.plugins_off = 7
    counting.renew(app, utc_now())
    assert [counting.kept_count(cast.member.seat) for cast in (world.meridia, world.elsewhere)] == [0, 1]
    assert [line.split(" at ")[0] for line in guard.forget()] == [
        f"log: a count in the coalition {world.meridia.coalition.uid} failed: TypeError"]
    assert counting.renew(app, utc_now()) == 0              # nothing has happened there since


def test_with_300_things_today_shows_50_counts_all_and_costs_the_same(cast, browser_of, monkeypatch, queries):
    browser, costs = browser_of(cast.member), []
    for number in (30, 300):
        let_wait(monkeypatch, *[item(f"thing-{n:03}", sentence=f"Thing {n}") for n in range(number)])
        browser.get("/c/meridia/")
        with queries() as counted:
            page = browser.get("/c/meridia/")
        costs.append(len(counted))
    assert costs[0] == costs[1]
    assert "300 things wait for you." in page.words and len(page.tree.xpath("//h3")) == 50
    whole = browser.get("/c/meridia/?all=yes")
    assert page.one("//a[contains(., 'Show all 300')]").get("href") == "/c/meridia/?all=yes"
    assert len(whole.tree.xpath("//h3")) == 300 and "Show all" not in whole.words
