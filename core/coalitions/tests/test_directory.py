"""The directory: narrowed, counted, paged and as a file, and nothing of it tells who withholds the name."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from core.changes import change
from core.coalitions import directory, members, organisations
from core.coalitions.visibility import choose
from core.db import utc_now
from core.errors import Conflict, Forbidden, Refused, SignInAgain
from core.people.labels import label
from core.people.models import WebSession
from core.testing.world import COALITIONS, WITHHELD

NAMES = sorted(COALITIONS["meridia"][3])


def fresh(actor):
    ctx = actor.ctx
    return replace(ctx, fresh_until=ctx.now + timedelta(minutes=5))


def write(actor, **values):
    membership = actor.membership
    content = organisations.profile_of(actor.ctx, membership)
    organisations.save_profile(actor.ctx, membership, {**content, **values})


def many(cast, count, visibility="members"):
    ctx = cast.coordinator.ctx
    for place in range(count):
        made = members.new_organisation(f"Reedwater {place:03}", clusters=["Rivers"], ecosoc="roster")
        with change(ctx, "coalition.members", ctx.coalition) as entry:
            members.join(ctx, entry, made, visibility)


def shown(actor, after="", **chosen):
    return directory.directory(actor.ctx, {name: tuple(values) for name, values in chosen.items()}, after)


def labels_of(found):
    return [line.label for line in found.lines]


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_profile_is_written_by_its_own_people_and_read_by_members(cast, browser_of):
    browser, membership = browser_of(cast.member), cast.member.membership
    page = browser.get(f"/c/meridia/organisations/{membership.uid}/profile")
    browser.follow(browser.submit(page.form("/profile"), clusters="Detention, Courts, Detention", languages="French",
                                  ecosoc="special", phone="+000 1", site="lantern.example"))
    words = browser_of(cast.other_member).get(f"/c/meridia/organisations/{membership.uid}").words
    assert all(word in words for word in ("Detention, Courts", "French", "special", "+000 1", "lantern.example"))
    with pytest.raises(Refused, match="“gold” is no status with ECOSOC."):
        write(cast.member, ecosoc="gold")
    with pytest.raises(Refused, match="An organisation needs a name."):
        write(cast.member, name=" ")
    with pytest.raises(Forbidden):
        organisations.save_profile(cast.coordinator.ctx, membership, {"name": "Other"})


def test_of_two_who_write_at_once_the_second_is_told(cast):
    membership, version = cast.member.membership, cast.member.membership.version
    organisations.save_profile(cast.member.ctx, membership, {"name": "One"}, version)
    with pytest.raises(Conflict):
        organisations.save_profile(cast.member.ctx, cast.member.membership, {"name": "Two"}, version)
    assert label(cast.editor.ctx, membership) == "One"


def test_a_withheld_one_has_a_pseudonym_and_nothing_else(cast, withheld, browser_of):
    write(withheld, clusters=["Detention"], regions=["Port Ansel"], ecosoc="special", site="gorse.example")
    for name in ("coordinator", "keeper", "editor", "member", "other_member"):
        page = browser_of(cast[name]).get(f"/c/meridia/organisations/{withheld.membership.uid}")
        said = "You keep its name." if name == "keeper" else "Nothing more of it is shown."
        assert "Heron" in page.title and said in page.words
        assert not [word for word in ("Detention", "Port Ansel", "special", "gorse", "person acts")
                    if word in page.words]


@pytest.mark.database
def test_filters_and_counts_leave_the_withheld_out_and_say_so(cast, withheld, browser_of):
    write(withheld, clusters=["Detention"])
    write(cast.member, clusters=["Detention", "Courts"])
    found = shown(cast.editor, clusters=["Detention"])
    assert (labels_of(found), found.matching, found.total, found.not_broken_down) == ([NAMES[1]], 1, 4, 1)
    assert shown(withheld, clusters=["Detention"]).matching == 1        # the same for its own people
    assert found.options["clusters"] == [("Courts", None), ("Detention", None)]
    words = browser_of(cast.editor).get("/c/meridia/directory?clusters=Detention").words
    assert "1 organisation of 4. 1 withholds its name, so no filter counts it." in words and "fewer than three" in words


def test_counts_of_three_and_more_are_shown(cast):
    many(cast, 3)
    write(cast.member, clusters=["Courts"])
    assert shown(cast.editor).options["clusters"] == [("Courts", None), ("Rivers", 3)]
    assert shown(cast.editor).options["ecosoc"] == [("roster", 3)]


@pytest.mark.database
def test_those_with_a_name_stand_by_name_then_the_withheld_by_pseudonym(cast, withheld):
    assert labels_of(shown(cast.member)) == [*NAMES, "Heron"]
    choose(cast.other_member.ctx, cast.other_member.membership, "withheld")
    pseudonyms = sorted(["Heron", cast.other_member.membership.pseudonym], key=str.casefold)
    assert labels_of(shown(cast.member)) == [name for name in NAMES if name != NAMES[0]] + pseudonyms


@pytest.mark.database
def test_pages_follow_each_other_by_random_references(cast, monkeypatch):
    monkeypatch.setattr(directory, "PAGE_ROWS", 2)
    many(cast, 3)
    first = shown(cast.member)
    second = shown(cast.member, first.next)
    third = shown(cast.member, second.next)
    assert labels_of(first) + labels_of(second) + labels_of(third) == sorted(
        [*NAMES, "Reedwater 000", "Reedwater 001", "Reedwater 002"])
    assert (first.previous, second.previous, third.previous == first.next, third.next) == (None, "", True, None)
    assert labels_of(shown(cast.member, "nothing2here")) == labels_of(first)
    assert (second.first, third.first) == (3, 5)


@pytest.mark.database
def test_thirty_and_three_hundred_cost_the_same_queries(app, cast, browser_of, queries):
    browser, counted = browser_of(cast.member), []
    for more in (27, 270):
        many(cast, more) if more == 27 else many_more(cast, more)
        browser.get("/c/meridia/directory")
        app.kept_pages.let_go()
        with queries() as seen:
            page = browser.get("/c/meridia/directory")
        counted.append(len(seen))
    assert counted[0] == counted[1]
    assert "300 organisations." in page.words


def test_the_page_is_kept_until_something_is_written(cast, browser_of, queries):
    browser = browser_of(cast.member)
    assert NAMES[0] in browser.get("/c/meridia/directory").words
    with queries() as counted:
        browser.get("/c/meridia/directory")
    assert len(counted) <= 4        # the session, the seat with its coalition, the memberships, and the audit's number
    choose(cast.other_member.ctx, cast.other_member.membership, "withheld")
    assert NAMES[0] not in browser.get("/c/meridia/directory").words
    assert NAMES[0] in browser_of(cast.other_member).get("/c/meridia/directory").words


def many_more(cast, count):
    ctx = cast.coordinator.ctx
    with change(ctx, "coalition.members", ctx.coalition) as entry:
        for place in range(count):
            members.join(ctx, entry, members.new_organisation(f"Saltmarsh {place:03}", clusters=["Land"]), "members")


def test_the_members_door_gives_what_members_see(cast, withheld):
    write(withheld, clusters=["Detention"])
    write(cast.member, clusters=["Detention", "Courts"])
    rows = rows_of(directory.as_csv(cast.editor.ctx, "members"))
    assert rows[0] == ["Reference", "Name", "Acronym", "Works on", "Works in", "Languages", "Status with ECOSOC",
                       "Web site", "Telephone", "Postal address", "Registration number", "Shown"]
    assert [row[1] for row in rows[1:]] == [*NAMES, "Heron"]
    assert rows[2][3] == "Detention\nCourts" and rows[-1][2:] == [""] * 9 + ["name withheld"]


def test_the_public_door_names_those_that_ticked_it_and_counts_the_rest(cast, withheld):
    choose(fresh(cast.member), cast.member.membership, "named", True)
    choose(fresh(cast.other_member), cast.other_member.membership, "named", False)
    assert rows_of(directory.as_csv(cast.coordinator.ctx, "public"))[1:] == [
        [NAMES[1], ""], ["and others, not named here: 3", ""]]


def test_the_public_door_stops_at_a_name_that_is_withheld(cast, withheld):
    choose(fresh(cast.member), cast.member.membership, "named", True)
    write(cast.member, name=f"Friends of {WITHHELD['meridia'][1]}")
    with pytest.raises(Refused, match="This would give away who “Heron” is: row 2."):
        directory.as_csv(cast.keeper.ctx, "public")
    directory.as_csv(cast.coordinator.ctx, "public")        # who may not read the name gets no answer to a guess


def test_the_keeper_door_opens_for_who_keeps_a_name_and_has_just_signed_in(cast, withheld):
    with pytest.raises(SignInAgain):
        directory.as_csv(cast.keeper.ctx, "keeper")
    names = [[row[1] for row in rows_of(directory.as_csv(fresh(actor), "keeper"))[1:]]
             for actor in (cast.keeper, cast.coordinator)]
    assert names == [sorted([*NAMES, WITHHELD["meridia"][1]]), [*NAMES, "Heron"]]


def test_the_files_name_says_the_door_and_the_day(cast, browser_of):
    page = browser_of(cast.member).get("/c/meridia/directory/members.csv")
    assert page.headers["Content-Disposition"] == (
        f'attachment; filename="directory-members-{cast.member.ctx.today.isoformat()}.csv"')


def test_each_door_is_for_who_has_just_signed_in(cast, browser_of):
    browser = browser_of(cast.coordinator)
    browser.get("/account")
    WebSession.update(fresh_until=utc_now() - timedelta(seconds=1)).execute()
    for door in ("members", "public", "keeper"):
        assert browser.get(f"/c/meridia/directory/{door}.csv", 303).location == "/sign-in-again"


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cast):
    write(cast.member, acronym="=1+1")
    assert rows_of(directory.as_csv(cast.editor.ctx, "members"))[2][2] == "'=1+1"
