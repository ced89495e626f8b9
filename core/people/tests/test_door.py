"""The door: signing in, one-time links, and one's own account, as a person goes through them."""

import re
from datetime import timedelta

import pyotp
import pytest

from core.audit import AuditLine
from core.coalitions import lock
from core.context import Context
from core.db import utc_now
from core.people import accounts
from core.people.accounts import new_link
from core.people.labels import address_of, by_address, name_in, zone_of
from core.people.models import Attempt, Person, SetUpLink
from core.people.passwords import hash_password
from core.people.views import own_path

PASSWORD = "river stone window lamp"


@pytest.fixture
def member(cast):
    """The member, with a password."""
    Person.update(password=hash_password(PASSWORD)).where(Person.id == cast.member.person.id).execute()
    return Person.get_by_id(cast.member.person.id)


def sign_in(browser, address, password=PASSWORD, status=303):
    return browser.submit(browser.get("/sign-in").form("/sign-in"), status, address=address, password=password)


def last_line():
    return AuditLine.select().order_by(AuditLine.number.desc()).first()


def test_signing_in_leads_to_where_one_wanted_to_go(browser_of, member):
    browser = browser_of()
    browser.get("/c/meridia/coalition", status=303)
    assert sign_in(browser, f"  {address_of(member).upper()} ").location == "/c/meridia/coalition"
    assert (last_line().action, last_line().object_uid, last_line().result) == ("people.sign_in", member.uid, "done")


@pytest.mark.parametrize("case", ["wrong password", "no such account", "no password yet"])
def test_who_is_not_let_in_reads_the_same_whatever_the_reason(browser_of, member, cast, case):
    address = {"wrong password": address_of(member), "no such account": "no.one@invented.example",
               "no password yet": cast.editor.address}[case]
    browser = browser_of()
    page = sign_in(browser, address, "not the password at all", 422)
    assert ("Address and password do not fit together. Look at both; capital letters count in the password. If you "
            "have lost it, a coordinator can give you a new set-up link.") in page.words
    assert page.form("/sign-in").fields["address"] == [address]
    assert "not the password at all" not in page.text
    line = last_line()
    assert (line.action, line.actor, line.object_uid, line.result) == ("people.sign_in", "nobody", None, "refused")
    browser.get("/account", status=303)


def test_too_many_wrong_passwords_make_even_the_right_one_wait(browser_of, member):
    browser = browser_of()
    for _ in range(4):
        sign_in(browser, address_of(member), "not the password at all", 422)
    Attempt.update(count=9).execute()
    page = sign_in(browser, address_of(member), PASSWORD, 422)
    assert "Too many wrong passwords. Wait 64 seconds, then try again." in page.words
    Attempt.update(last_at=utc_now() - timedelta(seconds=65)).execute()
    sign_in(browser, address_of(member))
    assert Attempt.select().count() == 1        # how often this network address has asked


@pytest.mark.parametrize("target", [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "javascript:alert(1)", "evil",
    "/\t/evil.example", "/\n/evil.example", "http:/evil.example", "/x\\y", "", None, "/\r\nSet-Cookie: a=b"])
def test_no_address_of_another_host_is_gone_to(app, target):
    with app.test_request_context(base_url="http://127.0.0.1:8000"):
        assert own_path(target) is None


@pytest.mark.parametrize("target", ["/", "/c/meridia/?review=48", "/account", "/x?next=//evil.example", "/%2F%2Fevil"])
def test_an_address_of_our_own_is_gone_to(app, target):
    with app.test_request_context(base_url="http://127.0.0.1:8000"):
        assert own_path(target) == target


def test_the_language_s_way_back_leads_to_no_other_host(browser_of):
    answer = browser_of().post("/language", {"language": "ar", "next": "//evil.example/"})
    assert answer.location == "/sign-in"


def test_a_set_up_link_opens_once_and_signs_in(cast, browser_of):
    token = new_link(cast.coordinator.ctx, cast.member.person, 72)
    assert token not in str(list(SetUpLink.select().dicts()))
    browser = browser_of()
    page = browser.get(f"/set-up/{token}")
    assert SetUpLink.select().count() > 0           # a mail scanner follows links: opening alone uses nothing up
    page = browser.submit(page.form(), 200, step="open")
    form = page.form()
    page = browser.submit(form, 422, step="save", password="short", name="Mirela")
    assert "The password has 5 characters; it needs at least 15." in page.words
    assert page.form().fields["name"] == ["Mirela"] and not page.form().fields.get("password", [""])[0]
    browser.submit(page.form(), step="save", password=PASSWORD)
    assert browser.get("/account").form("/account").fields["name"] == ["Mirela"]
    browser_of().get(f"/set-up/{token}", status=404)
    sign_in(browser_of(), cast.member.address)


@pytest.mark.parametrize("why", ["unknown", "replaced", "too old"])
def test_a_link_that_is_over_opens_nothing(cast, browser_of, why):
    token = new_link(cast.coordinator.ctx, cast.member.person, 72)
    if why == "unknown":
        token = token[:-1] + ("a" if token[-1] != "a" else "b")
    elif why == "replaced":
        new_link(cast.coordinator.ctx, cast.member.person, 72)
    else:
        SetUpLink.update(expires_at=utc_now() - timedelta(seconds=1)).execute()
    browser_of().get(f"/set-up/{token}", status=404)
    browser_of().post(f"/set-up/{token}", {"step": "save", "password": PASSWORD, "name": "N", "locale": "en",
                                           "zone": "UTC"}, status=404)
    assert Person.get_by_id(cast.member.person.id).password is None


def test_the_first_administrator_sets_up_the_instance_and_the_first_coalition(app, browser_of):
    token = new_link(Context(via="command"), None, 72)
    browser = browser_of()
    page = browser.submit(browser.get(f"/set-up/{token}").form(), 200, step="open")
    answer = browser.submit(page.form(), step="save", address="ada@invented.example", password=PASSWORD, name="Ada")
    page = browser.follow(browser.follow(answer, 303))
    person = by_address("ada@invented.example")
    assert person.is_administrator and page.heading == "Set up a second factor"
    secret = page.tree.xpath("string(//*[@class='once'])")
    page = browser.follow(browser.submit(page.form("/second-factor"), code=pyotp.TOTP(secret.replace(" ", "")).now()))
    page = browser.get(page.tree.xpath("string(//a[.='I have written them down']/@href)"))
    assert page.path == "/coalitions/new"
    assert [line.action for line in AuditLine.select().order_by(AuditLine.number)][:2] == [
        "people.link", "people.first_administrator"]
    page = browser.submit(page.form("/new"), 422, title="Reedwater Coalition", slug="reedwater", state="XRW")
    answer = browser.submit(page.form("/new"), understood="y")
    assert "The coalition “Reedwater Coalition” is made." in browser.follow(answer).words
    browser.get("/c/reedwater/")


def test_a_new_password_signs_out_everywhere_else(browser_of, cast, member):
    browser, phone = browser_of(cast.member), browser_of(cast.member)
    form = browser.get("/account/password").form("/password")
    page = browser.submit(form, 422, old="not the password at all", new="another stone window lamp")
    assert "The password you have now is not this one. Nothing was changed." in page.words
    browser.submit(page.form("/password"), old=PASSWORD, new="another stone window lamp")
    browser.get("/account")
    phone.get("/account", status=303)
    sign_in(browser_of(), address_of(member), "another stone window lamp")
    sign_in(browser_of(), address_of(member), PASSWORD, 422)


def test_the_account_is_saved_and_a_poor_form_comes_back(browser_of, cast):
    browser = browser_of(cast.member)
    page = browser.submit(browser.get("/account").form("/account"), 422, name="  ", zone="Asia/Dhaka")
    assert "Type how the others shall see you." in page.words
    assert page.form("/account").fields["zone"] == ["Asia/Dhaka"]
    browser.submit(page.form("/account"), name=" Mirela S. ")
    person = Person.get_by_id(cast.member.person.id)
    assert (name_in(person), zone_of(person), person.version) == ("Mirela S.", "Asia/Dhaka", 2)


def test_extra_fields_change_nothing(browser_of, cast):
    browser = browser_of(cast.member)
    form = browser.get("/account").form("/account")
    browser.submit(form, name="Mirela", is_administrator="1", address="x@x.example", uid="aaaaaaaaaaaa", password="x",
                   role="coordinator", coalition="elsewhere")
    before, after = cast.member.person, Person.get_by_id(cast.member.person.id)
    changed = {name for name in before.__data__ if before.__data__[name] != after.__data__[name]}
    assert changed == {"sealed", "version"}
    assert address_of(after) == address_of(before)


def test_the_old_password_is_guessed_no_faster_than_at_the_door(browser_of, cast, member):
    browser = browser_of(cast.member)
    form = browser.get("/account/password").form("/password")
    for _ in range(4):
        browser.submit(form, 422, old="not the password at all", new="another stone window lamp")
    page = browser.submit(form, 422, old=PASSWORD, new="another stone window lamp")
    assert "Too many wrong passwords. Wait " in page.words
    assert Person.get_by_id(member.id).password == member.password


@pytest.fixture
def hashes(monkeypatch):
    """How many hashes of passwords were worked out."""
    asked, right = [], accounts.passwords.HASHER.verify
    monkeypatch.setattr(accounts.passwords, "HASHER", type("Counting", (), {
        "verify": lambda self, *given: (asked.append(1), right(*given))[1],
        "hash": lambda self, *given: "$argon2id$v=19$m=8,t=1,p=1$YWFhYWFhYWE$YWFhYWFhYWFhYWFhYWFhYQ"})())
    return asked


def answer_and_cost(guard, hashes, ask, hidden):
    """All that an answer says but marks, addresses and tokens, and what it cost: hashes, and the text of each query."""
    hashes.clear()
    start = len(guard.statements)
    page = ask()
    content = re.sub(rb'value="[^"]*"', b"", page.content)
    for word in hidden:
        content = content.replace(word.encode(), b"")
    headers = {name: value for name, value in page.headers if name not in ("Set-Cookie", "Content-Length")}
    return (page.status, content, headers, len(hashes),
            [re.sub('"s[0-9a-f]{32}"', "a savepoint", sql) for sql in guard.statements[start:]])


def test_whoever_is_known_or_not_the_door_says_and_costs_the_same(browser_of, member, cast, guard, hashes):
    """M-8: known, unknown, not yet set up, expelled, with a second factor, of a locked coalition."""
    Person.update(password=member.password).where(Person.id != cast.editor.person.id).execute()
    Person.update(has_second_factor=True).where(Person.id == cast.other_member.person.id).execute()
    lock.lock(cast.other.coordinator.ctx)
    addresses = [address_of(member), "no.one@invented.example", cast.editor.address, cast.expelled.address,
                 cast.other_member.address, cast.other.member.address]
    answers = []
    for address in ["before.them@invented.example", *addresses]:     # the first one begins a counter
        browser = browser_of()
        form = browser.get("/sign-in").form("/sign-in")

        def ask(browser=browser, form=form, address=address):
            return browser.submit(form, 422, address=address, password="not the password at all")
        answers.append(answer_and_cost(guard, hashes, ask, [address]))
    assert answers[2:] == answers[1:2] * (len(addresses) - 1) and answers[1][3] == 1


def test_a_link_that_is_over_says_and_costs_the_same_as_one_that_never_was(browser_of, cast, guard, hashes):
    """M-8: unknown, replaced, too old, ended by the lock; for an account in use and for one not yet set up."""
    Person.update(password=hash_password(PASSWORD), has_second_factor=True).where(
        Person.id == cast.member.person.id).execute()
    ctx, elsewhere = cast.coordinator.ctx, cast.other.coordinator.ctx
    tokens = ["x" * 43, new_link(ctx, cast.member.person, 1), new_link(ctx, cast.other_member.person, 72),
              new_link(elsewhere, cast.other.member.person, 72)]
    new_link(ctx, cast.member.person, 1)
    SetUpLink.update(expires_at=utc_now() - timedelta(seconds=1)).where(
        SetUpLink.person == cast.other_member.person).execute()
    lock.lock(elsewhere)
    browser = browser_of()
    browser.get("/set-up/" + "y" * 43, 404)
    answers = [answer_and_cost(guard, hashes, lambda token=token: browser.get(f"/set-up/{token}", 404), [token])
               for token in tokens]
    assert answers[1:] == answers[:1] * 3 and answers[0][3] == 0


def test_the_page_to_unlock_is_the_same_404_for_whoever_may_not(browser_of, cast, guard, hashes):
    """M-8: locked, not locked, unknown; for members, and for coordinators of another coalition."""
    lock.lock(cast.other.coordinator.ctx)
    for actor in (cast.coordinator, cast.member):
        browser = browser_of(actor)
        browser.get("/unlock/somewhere", 404)

        def ask(slug, browser=browser):
            return browser.get(f"/unlock/{slug}", 404)
        answers = [answer_and_cost(guard, hashes, lambda slug=slug, ask=ask: ask(slug), [slug])
                   for slug in ("nowhere", "elsewhere", "meridia")]
        assert answers[1:] == answers[:1] * 2
