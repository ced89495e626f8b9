"""The fixtures of core.testing: the same people, a page that is looked at, and a guard that was seen to bite."""

import os
import subprocess
import sys

import pytest

from core.changes import change
from core.coalitions.models import Membership, Organisation, Seat
from core.db import database
from core.people.models import Person
from core.policy import visible
from core.testing.world import NAMES
from tests.paths import ROOT


@pytest.mark.database
def test_everybody_of_the_cast_works_where_they_belong(world):
    cast = world.meridia
    seats = {name: cast[name].seat.role for name in ("coordinator", "editor", "member", "other_member")}
    assert seats == {"coordinator": "coordinator", "editor": "editor", "member": "member", "other_member": "member"}
    assert [cast[name].seat for name in ("administrator", "expelled") if cast[name].coalition] == [None]
    assert cast.member.membership != cast.other_member.membership
    assert cast.expelled.ctx.coalition is None and cast.nobody.ctx.person is None
    assert cast.stranger.person == world.elsewhere.coordinator.person
    assert [cast.review.key, world.elsewhere.review.key] == ["48", "47"]


def test_a_browser_is_signed_in_and_its_form_is_taken(cast, browser_of):
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/coalition")
    assert NAMES["meridia"]["member"] in page.words and page.heading == cast.coalition.title
    answer = browser.submit(page.form("/organisations"), name="Fernwater Clinic")
    assert "Fernwater Clinic" in browser.follow(answer).words


def test_a_browser_of_nobody_stands_at_the_door(browser_of):
    browser = browser_of()
    assert browser.get("/c/meridia/", status=303).location == "/sign-in"
    assert browser.get("/sign-in").forms("/sign-in")


def test_a_select_without_the_mark_is_a_fault(cast, guard, queries):
    with queries() as counted:
        exec(compile("list(Seat.select())", "/x/core/coalitions/views.py", "exec"), {"Seat": Seat})
        list(visible(cast.member.ctx, Membership))
        list(Seat.select())                     # tests may
    assert [fault[:44] for fault in guard.forget()] == ["core/coalitions/views.py:1 reads seat withou"]
    assert len(counted) > 3


def test_a_write_outside_a_change_is_a_fault(cast, guard):
    code = "Organisation.update(sealed=None).where(Organisation.id == 0).execute()"
    exec(compile(code, "/x/core/coalitions/views.py", "exec"), {"Organisation": Organisation})
    with change(cast.coordinator.ctx, "coalition.members", cast.coalition):
        exec(compile(code, "/x/core/coalitions/views.py", "exec"), {"Organisation": Organisation})
    assert guard.forget() == ["core/coalitions/views.py:1 writes organisation outside change()"]


def test_a_key_of_a_row_that_is_held_may_be_followed(cast):
    seat = visible(cast.member.ctx, Seat).first()
    seat = Seat.get_by_id(seat.id)
    exec(compile("seat.coalition.title, seat.person.locale", "/x/core/coalitions/views.py", "exec"), {"seat": seat})


def test_a_get_that_writes_is_found(app, cast, browser_of):
    def spoil():
        Person.update(locale="fr").execute()
    app.before_request_funcs[None].append(spoil)
    with pytest.raises(AssertionError, match="GET /account writes person"):
        browser_of(cast.member).get("/account")


def test_an_error_in_the_log_is_a_fault(app, guard, cast, browser_of):
    app.view_functions["people.account"] = lambda: 1 / 0
    app.view_functions["people.account"].permission = None
    browser_of(cast.member).get("/account", status=500)
    assert [fault[:10] for fault in guard.forget()] == ["log: fault"]


def test_a_page_with_faults_says_which(cast, browser_of):
    page = browser_of(cast.member).get("/account")
    page.content = (b"<html><title>Other</title><h1 id=a>Mine</h1><p id=a><input name=b><a href='#c'>x</a>"
                    b"<button></button><img src=d></html>")
    del page.__dict__["tree"]
    assert page.faults() == [
        "no language (lang) on html", "the title 'Other' does not begin with the h1 'Mine'", "the id 'a' stands twice",
        "a link leads to #c, which is not on the page", "the field 'b' has no label", "the image 'd' has no alt",
        "a button without words: b'<button></button>'"]


@pytest.mark.database
def test_a_command_runs_on_the_test_s_instance(world, command):
    told = command("review", "list", "--coalition", "meridia")
    assert (told.exit_code, told.stdout, told.stderr) == (0, "48\tXMD\t4\t48\tMeridia\n", "")
    assert command("review", "list", "--coalition", "nowhere").exit_code == 2
    assert world.meridia.review.key == "48"


@pytest.mark.sqlite
def test_a_server_waits_for_the_disk_although_tests_do_not(app, tmp_path):
    asked = ("from core import db; db.open_database('sqlite:///x.sqlite3'); db.database.connect(); "
             "print(db.database.execute_sql('PRAGMA synchronous').fetchone()[0])")
    told = subprocess.run([sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    off, full = 0, 2
    assert int(told.stdout) == full
    assert database.execute_sql("PRAGMA synchronous").fetchone()[0] == off
