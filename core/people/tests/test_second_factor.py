"""The second factor: set up, asked for at the door and at links, works once, and what opens before it stands."""

from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest

from core import db
from core.audit import AuditLine
from core.coalitions import members
from core.db import utc_now
from core.errors import Forbidden, Refused
from core.notices.models import Outbox
from core.people import second_factor
from core.people.accounts import new_link
from core.people.models import Person, RecoveryCode, WebSession
from core.people.passwords import hash_password, is_right
from core.people.sessions import HALF_OPEN
from core.policy import standing_seats

PASSWORD = "river stone window lamp"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2027, 3, 1, 12)
MISFIT = ("This code does not fit, or it was used already. Wait for the next six digits of the app, or type one of "
          "your recovery codes.")


def code_at(moment, secret=SECRET):
    return pyotp.TOTP(secret).at(int((moment - datetime(1970, 1, 1)).total_seconds()))


def at(actor, moment=NOW):
    return replace(actor.ctx, now=moment)


def given(actor, moment=NOW):
    """The actor with a second factor, set up a while before; gives the recovery codes."""
    before = moment - timedelta(minutes=5)
    return second_factor.set_up(at(actor, before), SECRET, code_at(before))


def proves(actor, code, moment=NOW):
    ctx = at(actor, moment)
    try:
        second_factor.prove(ctx, ctx.person, code)
    except Refused as error:
        return str(error)
    return True


@pytest.fixture
def member(cast):
    """The member, with a password and a second factor that was set up a while ago."""
    Person.update(password=hash_password(PASSWORD)).where(Person.id == cast.member.person.id).execute()
    given(cast.member, utc_now())
    return cast.member


def door(browser, actor, password=PASSWORD):
    return browser.submit(browser.get("/sign-in").form("/sign-in"), address=actor.address, password=password)


@pytest.mark.database
@pytest.mark.parametrize("shape", ["{0}", "{1} {2}", " {1}\u00a0{2} ", "{1}-{2}"])
def test_a_code_works_once_also_with_spaces(cast, shape):
    given(cast.member)
    code = code_at(NOW)
    assert proves(cast.member, shape.format(code, code[:3], code[3:])) is True
    assert proves(cast.member, code) == MISFIT
    assert proves(cast.member, shape.format(code, code[:3], code[3:])) == MISFIT
    assert proves(cast.member, code_at(NOW + timedelta(seconds=30)), NOW + timedelta(seconds=30)) is True


def test_a_clock_may_be_one_step_off_and_no_more(cast):
    for step, fits in ((-2, MISFIT), (-1, True), (0, True), (1, True), (2, MISFIT)):
        given(cast.member)
        assert proves(cast.member, code_at(NOW + timedelta(seconds=30 * step))) == fits, step


def test_an_earlier_code_is_none_after_a_later_one(cast):
    given(cast.member)
    assert proves(cast.member, code_at(NOW)) is True
    assert proves(cast.member, code_at(NOW - timedelta(seconds=30))) == MISFIT


@pytest.mark.parametrize("typed", ["", " ", "000000 ", "12345", "१२३४५६", "x" * 300, "\N{DIGIT ONE FULL STOP}23456"])
def test_what_is_no_code_opens_nothing(cast, typed):
    given(cast.member)
    assert proves(cast.member, typed) == MISFIT


@pytest.mark.database
def test_each_recovery_code_works_once_and_new_ones_end_the_old(cast):
    codes = given(cast.member)
    assert len(set(codes)) == 10 and all(len(code.replace("-", "")) == 16 for code in codes)
    kept = str(list(RecoveryCode.select().dicts()))
    assert all(code not in kept and code.replace("-", "") not in kept for code in codes)
    assert proves(cast.member, codes[0].upper().replace("-", " ")) is True
    assert proves(cast.member, codes[0]) == MISFIT
    assert second_factor.codes_left(cast.member.person) == 9
    newer = second_factor.new_recovery_codes(at(cast.member))
    assert proves(cast.member, codes[1]) == MISFIT and proves(cast.member, newer[0]) is True
    given(cast.other_member)
    assert proves(cast.other_member, newer[1]) == MISFIT


def test_the_secret_lies_sealed_and_no_code_stands_in_the_audit(cast):
    codes = given(cast.member)
    assert proves(cast.member, code_at(NOW)) is True
    lines = str(list(AuditLine.select().dicts())) + str(list(Person.select().dicts()))
    assert SECRET not in lines and not any(code in lines for code in codes)
    assert cast.member.ctx.person.content()["totp"] == SECRET
    assert [line.fields for line in AuditLine.select().where(AuditLine.action == "people.second_factor")] == [
        ["factor_step", "has_second_factor", "sealed"]]


def test_wrong_codes_slow_down(cast):
    given(cast.member)
    told = [proves(cast.member, "000000") for _ in range(5)]
    assert told == [MISFIT] * 4 + ["Too many wrong codes. Wait 2 seconds, then try again."]
    assert proves(cast.member, code_at(NOW)) == told[-1]
    later = NOW + timedelta(seconds=2)
    assert proves(cast.member, code_at(later), later) is True
    refused = AuditLine.select().where(AuditLine.action == "people.code")
    assert {(line.actor, line.result) for line in refused} == {(cast.member.person.uid, "refused")}
    assert refused.count() == 4


def test_what_the_app_reads_names_neither_person_nor_coalition(cast):
    assert second_factor.address_for_app(SECRET, "upr.example.org") == f"otpauth://totp/upr.example.org?secret={SECRET}"
    drawn = second_factor.picture("otpauth://totp/upr.example.org")
    assert drawn.size > 25 and set(drawn.path) <= set("Mhvz-0123456789 ")


def test_who_needs_one(cast):
    def must(actor):
        return second_factor.must_have(actor.person, standing_seats(actor.person))
    wanted = {"administrator": True, "coordinator": True, "editor": True, "member": False, "expelled": False}
    assert {name: must(cast[name]) for name in wanted} == wanted
    members.demand_second_factor(cast.coordinator.ctx, True)
    assert {name: must(cast[name]) for name in wanted} == {**wanted, "member": True}
    with pytest.raises(Forbidden):
        members.demand_second_factor(cast.editor.ctx, False)
    members.demand_second_factor(cast.coordinator.ctx, False)
    assert {name: must(cast[name]) for name in wanted} == wanted


def test_who_needs_one_cannot_take_it_away(cast):
    given(cast.editor)
    given(cast.member)
    second_factor.remove(at(cast.member))
    person = cast.member.ctx.person
    assert (person.content()["totp"], person.has_second_factor, second_factor.codes_left(person)) == ("", False, 0)
    with pytest.raises(Refused) as refused:
        second_factor.remove(at(cast.editor))
    assert str(refused.value).startswith("Your role needs a second factor, so it stays.")
    assert cast.editor.ctx.person.has_second_factor and RecoveryCode.select().count() == 10


# The door

def test_at_the_door_the_code_comes_after_the_password(browser_of, member):
    browser = browser_of()
    browser.get("/c/meridia/coalition", status=303)
    answer = door(browser, member)
    assert answer.location == "/sign-in/code"
    half_open = browser.cookie
    for path in ("/account", "/c/meridia/", "/", "/account/second-factor"):
        assert browser.get(path, 303).location == "/sign-in"
    browser.get("/c/meridia/coalition", 303)
    page = browser.submit(browser.get("/sign-in/code").form(), 422, code="000000")
    assert MISFIT in page.words and page.form().fields["code"] == ["000000"]
    answer = browser.submit(page.form(), code=code_at(utc_now()))
    assert answer.location == "/c/meridia/coalition"
    browser.get("/account")
    browser.cookie = half_open
    assert browser.get("/sign-in/code", 303).location == "/sign-in"


def test_a_half_open_session_ends_soon_and_is_no_session(browser_of, member):
    browser = browser_of()
    door(browser, member)
    phone = browser_of(member)
    assert len(phone.get("/account/sessions").forms("/end")) == 1
    WebSession.update(started_at=utc_now() - HALF_OPEN - timedelta(seconds=1)).where(WebSession.needs_code).execute()
    assert browser.get("/sign-in/code", 303).location == "/sign-in"
    assert browser.post("/sign-in/code", {"code": code_at(utc_now())}).location == "/sign-in"
    browser.get("/account", 303)


def test_without_the_right_password_nobody_is_asked_for_a_code(browser_of, member):
    browser = browser_of()
    form = browser.get("/sign-in").form("/sign-in")
    browser.submit(form, 422, address=member.address, password="not the password at all")
    assert browser.get("/sign-in/code", 303).location == "/sign-in"


@pytest.mark.parametrize("code", [None, "000000", "right"])
def test_a_link_for_a_lost_password_asks_for_the_second_factor(browser_of, cast, member, code):
    token = new_link(cast.coordinator.ctx, member.person, 1)
    browser = browser_of()
    form = browser.submit(browser.get(f"/set-up/{token}").form(), 200, step="open").form()
    typed = {None: "", "000000": "000000", "right": code_at(utc_now())}[code]
    page = browser.submit(form, 303 if code == "right" else 422, step="save", password="another stone window lamp",
                          code=typed)
    reopened = Person.get_by_id(member.person.id)
    assert is_right("another stone window lamp", reopened.password) == (code == "right")
    if code != "right":
        assert (MISFIT if code else "Type the six digits that the app shows at this moment.") in page.words
        browser.get("/account", 303)
        browser.get(f"/set-up/{token}")


# Who has yet to set it up

def new_editor(cast, browser_of):
    """A browser of the editor, who has no second factor yet."""
    browser = browser_of(cast.editor)
    Person.update(has_second_factor=False).where(Person.id == cast.editor.person.id).execute()
    return browser


def test_who_has_yet_to_set_it_up_reaches_only_that_and_then_goes_on(cast, browser_of):
    browser = new_editor(cast, browser_of)
    other = browser.cookie
    page = browser.follow(browser.get("/c/meridia/coalition", 303))
    assert (page.path, page.heading) == ("/account/second-factor", "Set up a second factor")
    assert "Your role can do much, so a password alone does not open it." in page.words
    browser.get("/help")
    for path in ("/", "/account", "/account/sessions", "/c/meridia/", "/c/elsewhere/", "/c/nowhere/"):
        assert browser.get(path, 303).location == "/account/second-factor"
    page = browser.get("/account/second-factor")
    secret = page.tree.xpath("string(//*[@class='once'])").replace(" ", "")
    page = browser.submit(page.form("/second-factor"), 422, code="000000")
    assert "This code does not fit. Type the six digits that the app shows at this moment" in page.words
    assert page.tree.xpath("string(//*[@class='once'])").replace(" ", "") == secret
    page = browser.follow(browser.submit(page.form("/second-factor"), code=code_at(utc_now(), secret)))
    codes = page.tree.xpath("//ol[contains(@class, 'codes')]/li/text()")
    assert len(codes) == 10 and "You have 10 codes that were not used yet." in page.words
    assert page.tree.xpath("string(//a[.='I have written them down']/@href)") != ""
    again = browser.get("/account/second-factor")
    assert not any(code in again.text for code in codes)
    browser.get("/c/meridia/coalition")
    browser.cookie = other
    browser.get("/account", 303)


def test_a_form_of_who_has_yet_to_set_it_up_is_given_back(cast, browser_of):
    browser = new_editor(cast, browser_of)
    page = browser.post("/account", {"name": "Edric of Quillbrook", "locale": "en", "zone": "UTC"}, 403)
    assert "Your role needs a second factor, and your account has none yet." in page.words
    assert "Edric of Quillbrook" in page.text
    assert page.tree.xpath("string(//main//a/@href)") == "/account/second-factor"


def test_it_holds_for_all_sessions_as_soon_as_the_coalition_demands_it(cast, browser_of):
    browser = browser_of(cast.member)
    browser.get("/c/meridia/")
    form = browser_of(cast.coordinator).get("/c/meridia/coalition").form("/coalition/second-factor")
    browser_of(cast.coordinator).post(form.address, {"on": "yes"})
    assert browser.get("/c/meridia/", 303).location == "/account/second-factor"
    browser.get("/account")                     # that is no coalition's to close


@pytest.mark.parametrize(("address", "remote", "opens"), [
    ("http://127.0.0.1:8000", "127.0.0.1", True), ("http://127.0.0.1:8000", "203.0.113.9", False),
    ("https://upr.example.org", "127.0.0.1", False)])
def test_the_demonstration_s_people_need_none_on_their_own_machine_only(app, cast, browser_of, address, remote, opens):
    browser = new_editor(cast, browser_of)
    Person.update(is_demonstration=True).where(Person.id == cast.editor.person.id).execute()
    app.settings = replace(app.settings, address=address)
    answer = browser.get("/account", None, environ_overrides={"REMOTE_ADDR": remote})
    assert answer.status == (200 if opens else 303)


def test_it_moves_to_another_device_and_the_old_one_opens_nothing(cast, browser_of):
    given(cast.member, utc_now())
    browser = browser_of(cast.member)
    page = browser.get("/account/second-factor?another=yes")
    secret = page.tree.xpath("string(//*[@class='once'])").replace(" ", "")
    assert secret != SECRET
    browser.submit(page.form("/second-factor"), code=code_at(utc_now(), secret))
    later = utc_now() + timedelta(minutes=2)
    assert proves(cast.member, code_at(later), later) == MISFIT
    assert proves(cast.member, code_at(later, secret), later) is True


def test_the_page_makes_new_codes_and_takes_the_factor_away(cast, browser_of):
    codes = given(cast.member, utc_now())
    browser = browser_of(cast.member)
    page = browser.follow(browser.submit(browser.get("/account/second-factor").form("/codes")))
    newer = page.tree.xpath("//ol[contains(@class, 'codes')]/li/text()")
    assert len(newer) == 10 and not set(newer) & set(codes)
    page = browser.follow(browser.submit(page.form("/remove")))
    assert "Your second factor is gone." in page.words
    assert not cast.member.ctx.person.has_second_factor and RecoveryCode.select().count() == 0


def test_a_lost_factor_is_reset_by_command_and_by_nobody_else(cast, browser_of, command):
    given(cast.member, utc_now())
    browser = browser_of(cast.member)
    with pytest.raises(Forbidden):
        second_factor.reset(at(cast.coordinator), cast.member.ctx.person)
    with pytest.raises(Forbidden):
        second_factor.reset(at(cast.administrator), cast.member.ctx.person)
    assert cast.member.ctx.person.has_second_factor
    unknown = command("person", "reset-factor", "no.one@invented.example")
    assert (unknown.exit_code, unknown.stdout, unknown.stderr) == (2, "", "No account has this address.\n")
    done = command("person", "reset-factor", "-", input=f"{cast.member.address}\n")
    assert (done.exit_code, done.stdout, done.stderr) == (
        0, "", "The second factor is gone, and the person is signed out. After the password they set up a new one.\n")
    db.database.connect(reuse_if_open=True)
    assert not cast.member.ctx.person.has_second_factor and RecoveryCode.select().count() == 0
    line = AuditLine.select().order_by(AuditLine.number.desc()).first()
    assert (line.action, line.via, line.actor) == ("people.reset_factor", "command", "operator")
    browser.get("/account", 303)
    again = command("person", "reset-factor", cast.member.address)
    assert (again.exit_code, again.stderr) == (2, "This account has no second factor. Nothing was changed.\n")


@pytest.mark.parametrize("words", [("reset-factor",), ("link",)])
def test_what_a_command_does_to_an_account_its_coordinators_are_told(cast, command, words):
    given(cast.member, utc_now())
    done = command("person", *words, cast.member.address)
    assert done.exit_code == 0
    db.database.connect(reuse_if_open=True)
    own = [("new-password", cast.member.person, cast.coalition)] if words == ("link",) else []
    assert [(row.kind, row.person, row.coalition) for row in Outbox.select()] == [
        *own, ("roles-by-command", cast.coordinator.person, cast.coalition)]


def test_a_lost_password_is_opened_anew_by_command(cast, browser_of, command):
    browser = browser_of(cast.member)
    browser.get("/account")
    done = command("person", "link", "-", input=f"{cast.member.address}\n")
    assert (done.exit_code, done.stdout.startswith("http://127.0.0.1:8000/set-up/")) == (0, True)
    browser.get("/account", 303)
    browser_of().get(done.stdout.strip().removeprefix("http://127.0.0.1:8000"))
    assert command("person", "link", "no.one@invented.example").stderr == "No account has this address.\n"
