"""Sessions: a random token whose hash is a row; ended, idle or old, it opens nothing and never comes back."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import session

from core.app import create_app
from core.coalitions.members import change_role, end_seat, new_set_up_link
from core.db import utc_now
from core.people.labels import address_of
from core.people.models import Person, WebSession
from core.people.passwords import hash_password
from core.testing.client import reopen


def age(**minutes):
    """Make every session older by these minutes, field by field."""
    for name, count in minutes.items():
        WebSession.update({name: utc_now() - timedelta(minutes=count)}).execute()


def is_in(browser) -> bool:
    return browser.get("/account", status=None).status == 200


def test_the_row_holds_a_hash_and_the_cookie_256_bits(cast, browser_of):
    browser = browser_of(cast.member)
    row = WebSession.get()
    assert row.token_hash == hashlib.sha256(browser.cookie.encode()).hexdigest()
    assert len(browser.cookie) == 43 and browser.cookie not in str(row.__data__)


@pytest.mark.parametrize(("who", "most"), [("member", 120), ("editor", 120), ("coordinator", 30)])
def test_an_idle_session_is_over(cast, browser_of, who, most):
    browser = browser_of(cast[who])
    age(used_at=most - 1)
    assert is_in(browser)
    age(used_at=most + 1)
    assert not is_in(browser)


def test_a_session_is_over_after_twelve_hours_however_busy(cast, browser_of):
    browser = browser_of(cast.member)
    age(started_at=12 * 60 - 1)
    assert is_in(browser)
    age(started_at=12 * 60 + 1)
    assert not is_in(browser)


def test_last_use_is_written_every_five_minutes_and_a_plain_page_writes_nothing(cast, browser_of, guard):
    browser = browser_of(cast.member)
    browser.get("/account")                     # the first form of a session stores its mark against forgery
    start = len(guard.statements)
    browser.get("/account")
    assert guard.written_since(start) == set()
    age(used_at=6)
    browser.get("/account")
    assert guard.written_since(start) == {"web_session"}
    assert utc_now() - WebSession.get().used_at < timedelta(minutes=1)


ENDINGS = {
    "signing out": lambda cast, browser: browser.post("/sign-out"),
    "ending all": lambda cast, browser: browser.post("/account/sessions/end-all"),
    "leaving at once": lambda cast, browser: browser.post("/leave", status=200),
    "being expelled": lambda cast, browser: end_seat(cast.coordinator.ctx, cast.member.seat),
    "a new set-up link": lambda cast, browser: new_set_up_link(cast.coordinator.ctx, cast.member.seat),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_a_saved_cookie_opens_nothing_after(cast, browser_of, how):
    browser, other = browser_of(cast.member), browser_of(cast.editor)
    saved = browser.cookie
    assert is_in(browser)
    ENDINGS[how](cast, browser)
    browser.cookie = saved
    assert not is_in(browser)
    browser.get("/sign-in")                     # a page that changes the session, after it has ended
    browser.cookie = saved
    assert not is_in(browser)
    assert is_in(other)


def test_a_page_that_is_saved_after_the_end_does_not_bring_the_session_back(app, cast, browser_of):
    browser = browser_of(cast.member)

    def end_meanwhile(response):
        WebSession.delete().execute()
        session["locale"] = "ar"
        return response
    app.after_request_funcs[None].append(end_meanwhile)
    browser.get("/account")
    app.after_request_funcs[None].remove(end_meanwhile)
    assert WebSession.select().count() == 0 and not is_in(browser)


def test_signing_in_gives_a_new_token_and_ends_the_one_before(cast, browser_of):
    person = cast.member.person
    Person.update(password=hash_password("river stone window lamp")).execute()
    browser = browser_of()
    browser.get("/sign-in")
    seen = [browser.cookie]
    for _ in range(2):
        form = browser.get("/sign-in").form("/sign-in")
        browser.submit(form, address=address_of(person), password="river stone window lamp")
        seen.append(browser.cookie)
    assert len(set(seen)) == 3 and is_in(browser)
    for old in seen[:2]:
        browser.cookie = old
        assert not is_in(browser)


def test_the_end_of_a_role_counts_for_the_idle_time_at_once(cast, browser_of):
    browser = browser_of(cast.member)
    age(used_at=60)
    change_role(cast.coordinator.ctx, cast.member.seat, "coordinator")
    assert not is_in(browser)


def test_of_my_sessions_each_can_be_ended_and_none_of_anothers(cast, browser_of):
    mine, phone, theirs = browser_of(cast.member), browser_of(cast.member), browser_of(cast.editor)
    page = mine.get("/account/sessions")
    assert len(page.forms("/end")) == 2
    uid = WebSession.get(WebSession.person == cast.editor.person).uid
    mine.post(f"/account/sessions/{uid}/end", status=404)
    rows = WebSession.select().where(WebSession.person == cast.member.person).order_by(WebSession.id)
    mine.post(f"/account/sessions/{rows[1].uid}/end")
    assert [is_in(browser) for browser in (mine, phone, theirs)] == [True, False, True]


@pytest.mark.parametrize(("address", "cookie", "secure"), [
    ("http://127.0.0.1:8000", "s", False), ("https://upr.example.org", "__Host-s", True)])
def test_the_cookie_is_for_this_host_and_no_script(instance, guard, address, cookie, secure):
    app = create_app(replace(instance, address=address))
    reopen()
    host = address.partition("//")[2]
    answer = app.test_client().get("/sign-in", base_url=address, headers={"Host": host})
    reopen()
    given = answer.headers.get_all("Set-Cookie")
    parts = {part.strip() for part in given[0].split(";")[1:]}
    assert len(given) == 1 and given[0].startswith(f"{cookie}=g.")
    assert parts == {"HttpOnly", "Path=/", "SameSite=Lax"} | ({"Secure"} if secure else set())
    assert ("Strict-Transport-Security" in answer.headers) is secure


@pytest.mark.parametrize("cookie", ["", "x", "g.", "g.e30.forged", "g." + "A" * 4000, "a" * 43, "\x00", "é"])
def test_a_made_up_cookie_opens_nothing(cast, browser_of, cookie):
    browser = browser_of()
    browser.cookie = cookie
    assert not is_in(browser)


def test_who_is_put_out_is_told_so_once_and_a_stranger_is_told_nothing(cast, browser_of):
    told, browser, stranger = "You have been signed out. Sign in again to go on.", browser_of(cast.member), browser_of()
    WebSession.delete().execute()
    assert told in browser.follow(browser.get("/c/meridia/", status=303)).words
    assert told not in browser.get("/sign-in").words
    assert told not in stranger.follow(stranger.get("/c/meridia/", status=303)).words
    again = browser_of(cast.member)
    assert told not in again.follow(again.post("/sign-out")).words


def test_a_style_sheet_that_is_missing_signs_nobody_out(cast, browser_of):
    browser = browser_of(cast.member)
    cookie = browser.cookie
    for path in ("/theme/nothing.css", "/theme/../x", "/theme/theme.css"):
        assert "Set-Cookie" not in browser.get(path, status=None, look=False).headers
    assert browser.cookie == cookie
    browser.get("/account")


def test_what_was_over_long_ago_is_forgotten_when_somebody_signs_in(cast, browser_of):
    browser_of(cast.member)
    WebSession.update(used_at=utc_now() - timedelta(days=8)).execute()
    browser_of(cast.editor)
    assert [row.person for row in WebSession.select()] == [cast.editor.person]
