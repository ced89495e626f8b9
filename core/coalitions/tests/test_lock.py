"""The lock: closed to everybody at that second, to be opened by a coordinator's password and second factor alone."""

from datetime import timedelta

import pytest

from core.audit import AuditLine
from core.changes import change
from core.coalitions import lock
from core.coalitions.models import Coalition
from core.db import utc_now
from core.errors import Forbidden, NotThere, Refused
from core.notices import feeds
from core.notices.absent import context_for
from core.notices.models import Outbox
from core.notices.posting import post
from core.people.accounts import new_link
from core.people.models import Person, SetUpLink, WebSession
from core.people.passwords import hash_password
from core.people.tests.test_second_factor import code_at, given
from core.testing.access import plain
from core.testing.client import reopen

PASSWORD = "river stone window lamp"


def is_locked(cast):
    return Coalition.get_by_id(cast.coalition.id).is_locked


@pytest.mark.database
def test_the_lock_ends_sessions_and_links_of_this_coalition_alone(cast, browser_of):
    inside = [browser_of(actor) for actor in (cast.coordinator, cast.editor, cast.member, cast.other_member)]
    outside = [browser_of(actor) for actor in (cast.stranger, cast.administrator, cast.expelled)]
    for people in (cast, cast.other):
        new_link(people.coordinator.ctx, people.member.person, 72)
    lock.lock(cast.coordinator.ctx)
    assert is_locked(cast) and not is_locked(cast.other)
    for browser in inside:
        browser.get("/account", 303)
    for browser in outside:
        browser.get("/account")
    left = {link.person for link in SetUpLink.select()}
    assert cast.other.member.person in left
    assert not left & {actor.person for actor in (cast.coordinator, cast.editor, cast.member, cast.other_member)}
    assert WebSession.select().count() == len(outside)
    line = AuditLine.select().order_by(AuditLine.number.desc()).first()
    assert (line.action, line.object_uid, line.fields) == ("coalition.lock", cast.coalition.uid, ["locked_at"])
    with pytest.raises(Refused, match="locked already"):
        lock.lock(cast.coordinator.ctx)


@pytest.mark.parametrize("who", ["editor", "member", "administrator", "stranger"])
def test_only_a_coordinator_locks_and_unlocks(cast, who):
    at = cast[who].ctx.at(cast.coalition, cast[who].seat if who in ("editor", "member") else None)
    with pytest.raises(Forbidden):
        lock.lock(at)
    assert not is_locked(cast)
    Coalition.update(locked_at=utc_now()).where(Coalition.id == cast.coalition.id).execute()
    with pytest.raises(Forbidden):
        lock.unlock(at.at(Coalition.get_by_id(cast.coalition.id), at.seat))
    with pytest.raises(NotThere):
        lock.at_the_locked_one(cast[who].ctx, "meridia")
    assert is_locked(cast)


def test_one_button_closes_every_page_to_everybody(app, cast, browser_of):
    browser = browser_of(cast.coordinator)
    page = browser.get(browser.get("/c/meridia/coalition").tree.xpath("string(//a[contains(., 'Lock the')]/@href)"))
    assert "http://127.0.0.1:8000/unlock/meridia" in page.words and not is_locked(cast)
    app.kept_pages.put(1, "a page", b"words")
    assert browser.submit(page.form("/lock")).location == "/sign-in"
    assert is_locked(cast) and app.kept_pages.get(1, "a page") is None
    for actor in (cast.coordinator, cast.member):
        again = browser_of(actor)
        unknown = again.get("/c/nowhere/coalition", 404)
        for path in ("/c/meridia/", "/c/meridia/coalition", "/c/meridia/lock"):
            assert plain(again.get(path, 404)) == plain(unknown)
        home = again.get("/")
        assert home.heading == "My coalitions" and "meridia" not in home.text.casefold()


@pytest.fixture
def locked(cast):
    """The coordinator of a coalition that is locked, who has a password and a second factor."""
    Person.update(password=hash_password(PASSWORD)).execute()
    given(cast.coordinator, utc_now())
    lock.lock(cast.coordinator.ctx)
    return cast.coordinator


def test_a_coordinator_opens_it_by_password_and_second_factor(cast, locked, browser_of):
    browser = browser_of(locked)
    page = browser.get("/unlock/meridia")
    assert page.heading == "Open the coalition again"
    for password, code in (("not the password at all", code_at(utc_now())), (PASSWORD, "000000"), (PASSWORD, "")):
        page = browser.submit(page.form("/unlock/meridia"), 422, password=password, code=code)
        assert is_locked(cast)
    answer = browser.submit(page.form("/unlock/meridia"), password=PASSWORD, code=code_at(utc_now()))
    assert not is_locked(cast)
    assert "The coalition is open again." in browser.follow(answer).words
    browser.get("/unlock/meridia", 404)
    browser_of(cast.member).get("/c/meridia/")


def test_a_session_that_was_just_begun_does_not_open_it(cast, locked, browser_of):
    browser = browser_of(locked)
    WebSession.update(fresh_until=utc_now() + timedelta(minutes=9)).execute()
    browser.post("/unlock/meridia", {}, 422)
    assert is_locked(cast)


def test_the_half_open_door_ends_too(cast, browser_of):
    Person.update(password=hash_password(PASSWORD)).execute()
    given(cast.member, utc_now())
    browser = browser_of()
    browser.submit(browser.get("/sign-in").form("/sign-in"), address=cast.member.address, password=PASSWORD)
    lock.lock(cast.coordinator.ctx)
    assert browser.get("/sign-in/code", 303).location == "/sign-in"


def test_the_commands(cast, command):
    done = command("coalition", "lock", "meridia")
    assert (done.exit_code, done.stdout, done.stderr) == (
        0, "", "The coalition is locked. To open it: commonweal coalition unlock meridia\n")
    assert is_locked(cast)
    twice = command("coalition", "lock", "meridia")
    assert (twice.exit_code, twice.stderr) == (2, "The coalition is locked already.\n")
    unknown = command("coalition", "lock", "nowhere")
    assert unknown.exit_code == 2 and "There is no coalition “nowhere”." in unknown.stderr
    done = command("coalition", "unlock", "meridia")
    assert (done.exit_code, done.stdout) == (0, "") and done.stderr.startswith("The coalition is open again.")
    reopen()
    assert not is_locked(cast)
    again = command("coalition", "unlock", "meridia")
    assert (again.exit_code, again.stderr) == (2, "The coalition is not locked.\n")
    assert [line.via for line in AuditLine.select().where(AuditLine.action == "coalition.lock")] == ["command"] * 2


def test_feeds_end_and_no_mail_of_it_leaves(cast, browser_of):
    other, tokens = cast.other, []
    for people in (cast, other):
        tokens.append(feeds.new_feed(people.member.ctx))
        with change(people.coordinator.ctx, "coalition.members", people.coalition):
            post(people.coordinator.ctx, people.member.person, "reminder", items=[])
    lock.lock(cast.coordinator.ctx)
    browser = browser_of()
    browser.get(f"/feed/{tokens[0]}.ics", 404)
    browser.get(f"/feed/{tokens[1]}.ics", look=False)
    assert [row.coalition for row in Outbox.select()] == [other.coalition]
    assert context_for(cast.member.person, Coalition.get_by_id(cast.coalition.id), utc_now()) is None
    lock.unlock(cast.coordinator.ctx.at(Coalition.get_by_id(cast.coalition.id), cast.coordinator.seat))
    browser.get(f"/feed/{tokens[0]}.ics", 404)
