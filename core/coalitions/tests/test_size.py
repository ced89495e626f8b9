"""How many people a withheld organisation has, nobody is told who goes through the members' door."""

import csv
import io

import pytest

from core.auditing.exporting import export
from core.coalitions import members
from core.context import Context
from core.people.labels import listed

MANY = 4
PAGES = ("/c/meridia/coalition", "/c/meridia/search?q=heron", "/c/meridia/invitations", "/c/meridia/directory",
         "/c/meridia/mail", "/c/meridia/files", "/c/meridia/calendar")


def grow(cast, withheld):
    """The withheld organisation gets more people. Gives their seats."""
    operator = Context(via="command").at(cast.coalition)
    return [members.add_person(operator, f"colleague{number}@invented.example", f"Colleague {number}",
                               "member", [withheld.membership])[0] for number in range(MANY)]


def told(browser, extra=()):
    pages = [browser.get(path, status=None) for path in (*PAGES, *extra)]
    return [page.words for page in pages if page.status == 200], [page.links for page in pages]


@pytest.mark.parametrize("name", ["member", "editor", "coordinator"])
def test_no_list_and_no_count_grows_with_it(cast, withheld, browser_of, name):
    browser, own = browser_of(cast[name]), f"/c/meridia/organisations/{withheld.membership.uid}"
    before = told(browser, [own])
    assert any("Heron" in words for words in before[0])
    grow(cast, withheld)
    assert told(browser, [own]) == before


def test_its_own_people_and_its_keeper_see_them_all(cast, withheld, browser_of):
    grow(cast, withheld)
    seats = members.seats_here(cast.coordinator.ctx)
    assert {name: len(seats) - len(listed(cast[name].ctx, seats)) for name in
            ("withheld", "keeper", "coordinator", "member")} == {
        "withheld": 0, "keeper": 0, "coordinator": MANY + 1, "member": MANY + 1}
    assert browser_of(withheld).get("/c/meridia/coalition").words.count("Colleague") >= MANY
    assert "Colleague" not in browser_of(cast.keeper).get("/c/meridia/coalition").words


def test_whoever_has_a_role_stands_in_the_list_once_for_each_pseudonym(cast, withheld, browser_of):
    ctx = cast.coordinator.ctx
    for seat, role in zip(grow(cast, withheld), ("editor", "coordinator", "coordinator"), strict=False):
        members.change_role(ctx, seat, role)
    seats = members.seats_here(ctx)
    hidden = {seat.person_id for seat in seats} - {cast[name].person.id for name in (
        "coordinator", "editor", "member", "other_member", "keeper")}
    assert [seat.role for seat in listed(ctx, seats) if seat.person_id in hidden] == ["coordinator"]


@pytest.mark.database
def test_the_audit_asks_and_answers_for_all_of_them_as_one(cast, withheld, browser_of):
    seats = grow(cast, withheld)
    page = browser_of(cast.coordinator).get("/c/meridia/audit")
    assert page.tree.xpath("//select[@name='who']/option/text()").count("Heron") == 1
    rows = list(csv.DictReader(io.StringIO(export(cast.coordinator.ctx).decode("utf-8-sig"))))
    uids = {seat.uid for seat in seats}
    assert rows and not {row["who"] for row in rows} & uids and not {row["object"] for row in rows} & uids
    own = list(csv.DictReader(io.StringIO(export(withheld.ctx).decode("utf-8-sig"))))
    assert {row["who"] for row in own} <= {withheld.seat.uid}


@pytest.mark.database
def test_one_filter_finds_the_lines_of_all_of_them(cast, withheld, browser_of):
    seats = grow(cast, withheld)
    for seat in seats:
        browser_of(seat).get("/c/meridia/settings", status=403)         # a refusal is a line of the audit
    shown = browser_of(cast.coordinator).get("/c/meridia/audit")
    [value] = shown.tree.xpath("//select[@name='who']/option[.='Heron']/@value")
    found = browser_of(cast.coordinator).get(f"/c/meridia/audit?who={value}&result=refused")
    assert len(found.tree.xpath("//*[contains(concat(' ', @class, ' '), ' who ')]") or
               found.tree.xpath("//tbody/tr")) >= MANY


def test_who_takes_over_is_asked_of_its_own_people_alone(cast, withheld, browser_of):
    [seat, *_others] = grow(cast, withheld)
    path = f"/c/meridia/organisations/{withheld.membership.uid}/hand-over/{seat.uid}"
    browser_of(cast.coordinator).get(path, status=404)
    assert "Colleague 1" in browser_of(withheld).get(path).words
