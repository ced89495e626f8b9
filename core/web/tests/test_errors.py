"""Error pages: what happened, what to do, what was typed; and nothing that is not this person's."""

import errno
import io
from types import SimpleNamespace

import pytest
from peewee import OperationalError

from core.audit import AuditLine
from core.coalitions import members
from core.errors import Conflict
from core.people.models import WebSession
from core.testing.world import house_names
from core.web.sent import Parser

TYPED = "Fernwater Clinic <b>&amp; Friends"


def refused_lines():
    return [(line.action, line.object_uid) for line in AuditLine.select().where(AuditLine.result == "refused")]


def given_back(page) -> dict[str, str]:
    """What the page gives back for copying: field → text."""
    labels = {label.get("for"): label.text_content() for label in page.tree.xpath("//label")}
    return {labels[area.get("id")]: area.text.removeprefix("\n") for area in page.tree.xpath("//textarea[@readonly]")}


@pytest.mark.parametrize("token", [None, "", "made up", "IjEi.forged.mark"])
def test_a_form_without_its_mark_is_not_taken_and_comes_back_for_copying(cast, browser_of, token):
    browser = browser_of(cast.coordinator)
    browser.get("/c/meridia/coalition")
    sent = {"name": TYPED, "acronym": " "} | ({"csrf_token": token} if token is not None else {})
    page = browser._ask("POST", "/c/meridia/coalition/organisations", 400, True, data=sent)
    assert page.heading == "This form was not taken" and given_back(page) == {"name": TYPED}
    assert [name for name in house_names() if "Fernwater" in name] == []


def test_anothers_mark_is_no_mark(cast, browser_of):
    page = browser_of(cast.coordinator).post("/c/meridia/coalition/organisations", {
        "name": TYPED, "csrf_token": browser_of(cast.editor).csrf_token()}, status=400)
    assert given_back(page) == {"name": TYPED}


def test_every_form_is_asked_for_its_mark_without_exception(app):
    extension = app.extensions["csrf"]
    assert (extension._exempt_views, extension._exempt_blueprints) == (set(), set())
    assert app.config["WTF_CSRF_CHECK_DEFAULT"] and app.config["WTF_CSRF_ENABLED"]


def test_what_was_typed_when_the_session_had_ended_is_not_lost(cast, browser_of):
    browser = browser_of(cast.coordinator)
    form = browser.get("/c/meridia/coalition").form("/organisations")
    WebSession.delete().execute()
    page = browser.submit(form, 401, name=TYPED)
    assert page.heading == "Your session has ended" and given_back(page) == {"name": TYPED}


def test_a_refusal_says_so_gives_back_and_is_written_down_once(cast, browser_of):
    page = browser_of(cast.member).post("/c/meridia/coalition/organisations", {"name": TYPED}, status=403)
    assert page.heading == "This is not yours to do" and given_back(page) == {"name": TYPED}
    assert refused_lines() == [("refused:coalitions.add_organisation", cast.coalition.uid)]


def test_no_password_and_no_mark_is_given_back(cast, browser_of):
    page = browser_of(cast.member).post("/account/password", {
        "old": "my old secret words", "new": "my new secret words", "other": "kept", "csrf_token": "no"}, status=400)
    assert given_back(page) == {"other": "kept"} and "secret" not in page.text


def test_a_conflict_shows_both_versions_and_the_choice_can_be_sent(cast, browser_of, monkeypatch):
    def stood(ctx, seat, hours, sends_mail):
        raise Conflict("Somebody else changed this since you opened it.", seat,
                       {"name": "Mine <i>"}, {"name": "Theirs <i>"}, 7)
    monkeypatch.setattr(members, "new_set_up_link", stood)
    page = browser_of(cast.coordinator).post(f"/c/meridia/coalition/people/{cast.member.seat.uid}/link",
                                             {"name": "Mine <i>", "acronym": "M", "mark": "m" * 20}, status=409)
    assert "Mine <i>" in page.words and "Theirs <i>" in page.words
    fields = page.form("/link").fields
    assert (fields["version"], fields["acronym"]) == (["7"], ["M"])
    assert len(fields["mark"][0]) > 20


def test_too_much_is_refused_before_it_is_read(app, cast, browser_of):
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    page = browser_of(cast.coordinator).post("/c/meridia/coalition/organisations", {
        "name": TYPED, "file": (io.BytesIO(b"x" * 200_000), "big.docx")}, status=413)
    assert page.heading == "This is too large"


def test_a_busy_database_gives_the_form_back(app, cast, browser_of, monkeypatch, guard):
    def locked(*arguments):
        raise OperationalError("database is locked")
    monkeypatch.setattr(members, "add_organisation", locked)
    page = browser_of(cast.coordinator).post("/c/meridia/coalition/organisations", {"name": TYPED}, status=503)
    assert page.heading == "The server has too much to do at this moment" and given_back(page) == {"name": TYPED}
    assert guard.forget() == ["log: request coalitions.add_organisation: the database is busy or away: "
                              "OperationalError"]


def test_a_fault_of_ours_has_a_number_in_page_and_log_and_no_value_in_either(app, cast, browser_of, monkeypatch,
                                                                             guard):
    def broken(ctx, name, acronym=""):
        raise ValueError(f"cannot take {name}")
    monkeypatch.setattr(members, "add_organisation", broken)
    page = browser_of(cast.coordinator).post("/c/meridia/coalition/organisations", {"name": TYPED}, status=500)
    (fault,) = guard.forget()
    number = fault.split()[2]
    assert f"Fault number {number}." in page.words and given_back(page) == {"name": TYPED}
    assert "ValueError at " in fault and "test_errors.py:" in fault
    assert "Fernwater" not in fault and "cannot take" not in page.text


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/nothing/here", 404), ("GET", "/c/meridia/nothing", 404), ("PUT", "/account", 404),
    ("TRACE", "/account", 404), ("DELETE", "/c/meridia/", 404), ("GET", "/theme/../layout.html", 404),
    ("GET", "/theme/nothing.css", 404), ("GET", "/c/meridia/coalition?review=999", 404)])
def test_what_is_not_there_is_a_page_for_who_is_signed_in(cast, browser_of, method, path, status):
    page = browser_of(cast.member)._ask(method, path, status, True)
    assert page.heading == "There is nothing here for you"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000"])
def test_another_host_s_name_is_no_name_of_ours(browser_of, host):
    page = browser_of()._ask("GET", "/sign-in", None, False, headers={"Host": host})
    assert page.status == 400 and host not in page.text


@pytest.mark.database
def test_a_number_or_mark_that_no_column_holds_is_no_fault_of_ours(cast, browser_of, monkeypatch):
    def overlong(ctx, name, acronym=""):
        organisation = members.new_organisation(name, acronym=acronym)
        organisation.version = 10 ** 30
        return organisation.save(force_insert=True)
    monkeypatch.setattr(members, "add_organisation", overlong)
    page = browser_of(cast.coordinator).post("/c/meridia/coalition/organisations", {"name": TYPED, "mark": "m" * 300},
                                             status=422)
    assert page.heading == "Nothing was changed" and given_back(page) == {"name": TYPED}
    assert "One of the entries is too long, or a number in it too large." in page.words


def test_the_way_back_from_a_refusal_leads_to_no_other_host(cast, browser_of):
    browser = browser_of(cast.administrator)
    for referrer, back in [("http://evil.example/trap", "/"), ("javascript:alert(1)", "/"),
                           ("http://127.0.0.1:8000/account?x=1", "/account?x=1")]:
        page = browser.post("/demonstration/delete", status=422, headers={"Referer": referrer})
        assert back in page.tree.xpath("//main//a/@href"), referrer
        assert "evil" not in page.text and "javascript:" not in page.text


def away(*arguments):
    raise OperationalError("disk full at person=Mirela")


def is_told_without_values(faults):
    return len(faults) == 1 and not any(word in faults[0] for word in ("secret-token", "Mirela", "disk full"))


def test_a_database_that_is_away_before_the_page_is_told_without_address_and_values(app, cast, browser_of, monkeypatch,
                                                                                    guard):
    browser = browser_of(cast.coordinator)
    token = browser.csrf_token()
    monkeypatch.setattr(app.session_interface, "_open", away)
    page = browser._ask("POST", "/set-up/secret-token", 503, True, data={"csrf_token": token, "name": TYPED})
    assert page.heading == "The server has too much to do at this moment"
    assert is_told_without_values(guard.forget())


def test_what_was_done_is_not_called_undone_when_the_session_cannot_be_saved(app, cast, browser_of, monkeypatch, guard):
    browser = browser_of(cast.coordinator)
    token = browser.csrf_token()
    monkeypatch.setattr(app.session_interface, "_save_row", away)
    page = browser.post("/c/meridia/coalition/organisations", {"csrf_token": token, "name": "Fernwater Clinic"})
    assert page.location == "/c/meridia/coalition"
    assert "Fernwater Clinic" in house_names()
    assert is_told_without_values(guard.forget())


def test_a_fault_outside_any_page_is_told_without_address_and_values(app, cast, browser_of, monkeypatch, guard):
    def broken(*arguments):
        raise LookupError("person=Mirela")
    browser = browser_of(cast.coordinator)
    monkeypatch.setattr(app.session_interface, "save_session", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser._ask("GET", "/set-up/secret-token", 500, False)
    told = " ".join(guard.forget())
    assert "fault outside any page: LookupError at " in told and "secret-token" not in told


def test_a_plugin_s_failure_is_told_without_its_words(app, cast, browser_of, guard, monkeypatch):
    def broken():
        raise LookupError("a-secret-word")
    impl = SimpleNamespace(plugin_name="orchard", argnames=(), function=broken)
    asked = SimpleNamespace(navigation=SimpleNamespace(get_hookimpls=lambda: [impl]),
                            waiting_items=SimpleNamespace(get_hookimpls=list),
                            panels=SimpleNamespace(get_hookimpls=list))
    monkeypatch.setattr(app.host, "manager", SimpleNamespace(hook=asked))
    browser_of(cast.member).get("/c/meridia/")
    (fault,) = guard.forget()
    assert "plugin orchard failed in navigation: LookupError at " in fault and "a-secret-word" not in fault


def test_a_review_that_is_not_there_is_no_plugin_s_failure(cast, browser_of):
    browser_of(cast.member).get("/c/meridia/?review=nowhere", 404)


def test_a_full_disk_is_told_to_who_can_mend_it_and_gives_the_form_back(cast, browser_of, monkeypatch, guard):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device", "/srv/secret/place")
    monkeypatch.setattr(members, "add_organisation", full)
    page = browser_of(cast.coordinator).post("/c/meridia/coalition/organisations", {"name": TYPED}, status=503)
    assert "The server's disk is full." in page.words and given_back(page) == {"name": TYPED}
    (fault,) = guard.forget()
    assert "the disk is full" in fault and "secret" not in fault


def test_a_disk_that_is_full_while_the_form_is_read_is_told(app, cast, browser_of, monkeypatch, guard):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(Parser, "_parse_multipart", full)
    page = browser_of(cast.coordinator)._ask("POST", "/c/meridia/recommendations/import", 503, True,
                                             data={"file": (io.BytesIO(b"x"), "a.csv")})
    assert "The server's disk is full." in page.words
    assert guard.forget()
