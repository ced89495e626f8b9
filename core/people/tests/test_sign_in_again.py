"""Signing in again before what is dangerous: there and back, and nothing that was typed is lost."""

import html
import io
import json
from datetime import timedelta

import pytest

from core.audit import AuditLine
from core.cli import Refusal, refusing
from core.coalitions import claims, members
from core.coalitions.models import Invitation
from core.coalitions.tests.factories import applied, invite, open_to_all
from core.db import utc_now
from core.errors import SecondFactorFirst, SignInAgain
from core.people.models import Attempt, Person, WebSession
from core.people.passwords import hash_password
from core.people.tests.test_second_factor import SECRET, code_at, given
from core.policy import seat_of, visible

PASSWORD = "river stone window lamp"


@pytest.fixture
def coordinator(cast, browser_of):
    """A browser of the coordinator, who has signed in a while ago."""
    Person.update(password=hash_password(PASSWORD)).where(Person.id == cast.coordinator.person.id).execute()
    given(cast.coordinator, utc_now())
    browser = browser_of(cast.coordinator)
    browser.get("/account")
    stale()
    return browser


def stale():
    WebSession.update(fresh_until=utc_now() - timedelta(seconds=1)).execute()


def role_of(actor):
    return seat_of(actor.person, actor.coalition).role


def give_role(browser, actor, role, status=403):
    form = browser.get("/c/meridia/coalition").form(f"/{actor.seat.uid}/role")
    return browser.submit(form, status, role=role)


def test_a_page_that_is_asked_for_comes_after_signing_in_again(coordinator):
    answer = coordinator.get("/account/second-factor", 303)
    assert answer.location == "/sign-in-again"
    page = coordinator.follow(answer)
    code = code_at(utc_now())
    page = coordinator.submit(page.form("/sign-in-again"), 422, password="not the password at all", code=code)
    assert "The password you have now is not this one. Nothing was changed." in page.words
    assert "not the password at all" not in page.text
    coordinator.get("/account/second-factor", 303)
    page = coordinator.submit(page.form("/sign-in-again"), 422, password=PASSWORD, code="000000")
    assert "This code does not fit, or it was used already." in page.words
    coordinator.get("/account/second-factor", 303)
    answer = coordinator.submit(page.form("/sign-in-again"), password=PASSWORD, code=code_at(utc_now()))
    assert answer.location == "/account/second-factor"
    coordinator.get("/account/second-factor")
    lines = AuditLine.select().where(AuditLine.action == "people.sign_in_again").order_by(AuditLine.number)
    assert [line.result for line in lines] == ["refused", "done"]
    left = WebSession.get().fresh_until - utc_now()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)


def test_a_form_is_kept_whole_and_one_press_sends_it(cast, coordinator):
    page = give_role(coordinator, cast.member, "editor")
    assert page.heading == "Sign in again" and role_of(cast.member) == "member"
    assert "What you typed is kept: sign in, and you can send it again." in page.words
    page = coordinator.submit(page.form("/sign-in-again"), 422, password="not the password at all", code="1")
    page = coordinator.submit(page.form("/sign-in-again"), 200, password=PASSWORD, code=code_at(utc_now()))
    assert page.heading == "Send it now" and role_of(cast.member) == "member"
    answer = coordinator.submit(page.form("/role"))
    assert answer.location == "/c/meridia/coalition" and role_of(cast.member) == "editor"
    assert "The role is changed." in coordinator.follow(answer).words
    again = coordinator.submit(page.form("/role"))           # its one-time mark came along
    assert "The role is changed." in coordinator.follow(again).words


def test_everything_comes_back_escaped_but_secrets(cast, coordinator):
    typed = {"role": 'editor"><script>alert(1)</script>', "several": ["a", "b"], "lines": "one\r\ntwo\n", "empty": "",
             "version": "1", "mark": "m" * 20}
    secrets = {"password": "a secret of mine", "old": "an 0lder one", "new": "a n3wer one", "code": "123123"}
    address = f"/c/meridia/coalition/people/{cast.member.seat.uid}/role?x=1&y=%22"
    page = coordinator.post(address, {**typed, **secrets}, 403)
    assert not any(word in page.text for word in secrets.values()) and "<script>alert" not in page.text
    page = coordinator.submit(page.form("/sign-in-again"), 200, password=PASSWORD, code=code_at(utc_now()))
    form = page.form("/role")
    assert form.address == address
    sent = {name: value for name, value in form.fields.items() if name != "csrf_token"}
    assert sent == {"role": [typed["role"]], "several": ["a", "b"], "lines": ["one\ntwo\n"], "empty": [""],
                    "version": ["1"], "mark": ["m" * 20]}       # a browser sends the lines with CR again
    assert "<script>alert" not in page.text and html.escape("<script>") in page.text


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", None, 7,
                                "/\\evil.example"])
def test_a_form_is_sent_to_no_other_host(coordinator, to):
    page = coordinator.post("/sign-in-again", {
        "password": PASSWORD, "code": code_at(utc_now()), "kept": json.dumps({"to": to, "fields": [["a", "b"]]})}, 303)
    assert page.location == "/"


@pytest.mark.parametrize("kept", ["", "{", "[]", "null", "7", '{"to": "/"}', '{"to": "/", "fields": 7}',
                                  '{"to": "/", "fields": [["a"]]}', '{"to": "/", "fields": {"a": "b"}}'])
def test_nonsense_in_place_of_a_form_leads_home(coordinator, kept):
    page = coordinator.post("/sign-in-again", {"password": PASSWORD, "code": code_at(utc_now()), "kept": kept}, 303)
    assert page.location == "/"


def test_wrong_passwords_slow_down_as_at_the_door(cast, coordinator, browser_of):
    page = coordinator.get("/sign-in-again")
    for _ in range(4):
        coordinator.submit(page.form("/sign-in-again"), 422, password="not the password at all", code="1")
    at_the_door = browser_of()
    for browser, form in ((coordinator, page.form("/sign-in-again")),
                          (at_the_door, at_the_door.get("/sign-in").form("/sign-in"))):
        refused = browser.submit(form, 422, password=PASSWORD, code=code_at(utc_now()),
                                 address=cast.coordinator.address)
        assert "Too many wrong passwords. Wait " in refused.words
    assert SECRET not in str(list(Attempt.select().dicts()))


def test_a_file_cannot_be_kept_and_the_page_says_so(cast, coordinator):
    coordinator.get("/account")
    page = coordinator._ask("POST", f"/c/meridia/coalition/people/{cast.member.seat.uid}/role", 403, True, data={
        "csrf_token": coordinator.csrf_token(), "role": "editor", "file": (io.BytesIO(b"x"), "x.csv")})
    assert "A file cannot be kept. Go back afterwards, and choose it once more." in page.words


def test_whoever_has_just_signed_in_is_asked_nothing(cast, browser_of):
    browser = browser_of(cast.coordinator)
    give_role(browser, cast.member, "editor", 303)
    assert role_of(cast.member) == "editor"


@pytest.mark.parametrize("error", [SignInAgain, SecondFactorFirst])
def test_a_view_that_shows_what_is_refused_beside_its_form_cannot_swallow_the_way_there(cast, browser_of, monkeypatch,
                                                                                        error):
    def strict(*arguments):
        raise error()
    monkeypatch.setattr(members, "add_organisation", strict)
    browser = browser_of(cast.coordinator)
    form = browser.get("/c/meridia/coalition").form("/organisations")
    leads = {SignInAgain: "/sign-in-again", SecondFactorFirst: "/account/second-factor"}[error]
    page = browser.submit(form, 403, name="Reedwater Clinic")
    assert [link for link in [*page.links, *(one.address for one in page.forms())] if link == leads] != []


@pytest.mark.parametrize("by", ["a new password", "a new second factor"])
def test_only_the_door_and_this_page_make_a_session_fresh(cast, coordinator, by):
    """The password alone is half of it, where there is a second factor."""
    coordinator.submit(coordinator.get("/sign-in-again").form("/sign-in-again"), password=PASSWORD,
                       code=code_at(utc_now()))
    page = coordinator.get("/account/password" if by == "a new password" else "/account/second-factor?another=yes")
    fresh_until, started_at = utc_now() + timedelta(minutes=1), utc_now() - timedelta(hours=3)
    WebSession.update(fresh_until=fresh_until, started_at=started_at).execute()
    before = coordinator.cookie
    if by == "a new password":
        coordinator.submit(page.form("/password"), old=PASSWORD, new="another stone window lamp")
    else:
        secret = page.tree.xpath("string(//*[@class='once'])").replace(" ", "")
        coordinator.submit(page.form("/second-factor"), code=code_at(utc_now(), secret))
    assert [(row.fresh_until, row.started_at) for row in WebSession.select()] == [(fresh_until, started_at)]
    assert coordinator.cookie != before


def test_a_command_says_it_as_a_sentence():
    with pytest.raises(Refusal, match="sign in again"), refusing():
        raise SignInAgain()


# What an open browser that somebody finds, or takes, may not do: it would open more than the browser itself.
OF_A_COORDINATOR = [
    ("POST", "coalition/people"), ("POST", "coalition/people/{seat}/acts-for"),
    ("POST", "coalition/people/{seat}/link"), ("POST", "coalition/people/{seat}/end"),
    ("POST", "coalition/people/{seat}/role"),
    ("POST", "organisations/{uid}/standing/end"), ("POST", "organisations/{uid}/standing/suspend"),
    ("POST", "organisations/{uid}/come-back"), ("POST", "organisations/{uid}/call-back"),
    ("POST", "directory/doubles/{uid}/{other}"), ("GET", "directory/public.csv"), ("GET", "directory/keeper.csv"),
    ("GET", "names"), ("POST", "names"),
    ("GET", "audit.csv"), ("POST", "invited/{offer}/link"), ("POST", "invitations"),
    ("POST", "invitations/{invited}/withdraw"), ("POST", "applications/{applied}/approve"),
    ("POST", "applications/{applied}/decline"),
]
OF_A_MEMBER = [
    ("POST", "organisations/{uid}/people"), ("POST", "organisations/{uid}/people/{seat}/link"),
    ("POST", "organisations/{uid}/hand-over/{seat}"), ("GET", "organisations/{uid}/hand-over/{seat}"),
    ("GET", "organisations/{uid}/data"), ("GET", "organisations/{uid}/leave"), ("POST", "organisations/{uid}/leave"),
]


@pytest.mark.parametrize(("who", "method", "path"), [("coordinator", *way) for way in OF_A_COORDINATOR]
                         + [("member", *way) for way in OF_A_MEMBER])
def test_an_open_browser_alone_opens_nothing_more(cast, browser_of, who, method, path):
    claims.invite_person(cast.coordinator.ctx, "rosa@invented.example", "Rosa", "member")
    names = {"uid": cast.member.membership.uid, "other": cast.other_member.membership.uid, "seat": cast.member.seat.uid,
             "offer": visible(cast.coordinator.ctx, Invitation).get().uid}
    if "{applied}" in path:
        open_to_all(cast)
        names["applied"] = applied(cast).uid
    elif "{invited}" in path:
        names["invited"] = invite(cast).membership.uid
    browser, address = browser_of(cast[who]), "/c/meridia/" + path.format(**names)
    browser.get("/account")
    stale()
    before = AuditLine.select().count()
    if method == "GET":
        assert browser.get(address, 303).location == "/sign-in-again"
    else:
        page = browser.post(address, {"address": "thief@invented.example", "name": "Th\u00efef", "role": "member"}, 403)
        assert page.heading == "Sign in again" and "Th\\u00efef" in page.form("/sign-in-again").fields["kept"][0]
    assert AuditLine.select().count() == before
