"""The audit's page and file: who sees which lines, what they say, in which order, and what they never say."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from core import audit
from core.audit import AuditLine, note
from core.auditing.commands import month_before
from core.auditing.describing import described
from core.auditing.exporting import COLUMNS, rows
from core.auditing.hours import hidden_hours
from core.auditing.lines import Wanted, page
from core.auditing.words import field_words
from core.changes import change
from core.coalitions import members
from core.coalitions.models import Coalition, Membership, Organisation, Seat
from core.coalitions.tests.factories import accepted, invite
from core.db import transaction
from core.people.models import Person
from core.policy import unnarrowed
from core.settings.general import save_general
from core.testing.canary import names_of
from core.workflows.consultations import log_consultation
from core.workflows.reviews import change_review

PAGE = "/c/meridia/audit"
DAY = datetime(2031, 5, 6, 9)


def at(actor, moment):
    return replace(actor.ctx, now=moment)


def rename(ctx, title):
    ctx = replace(ctx, coalition=Coalition.get_by_id(ctx.coalition.id))
    save_general(ctx, title, "Meridia", ["en"], ("en",))


def shown(ctx, wanted=Wanted()):    # noqa: B008 it is frozen
    lines, _following = page(ctx, wanted)
    return described(ctx, lines)


def actions(browser, query=""):
    """The moments and acts of a page, as the table says them."""
    tree = browser.get(PAGE + query).tree
    return [(row.xpath("string(.//time/@datetime)"), " ".join(row.xpath("string(td[3])").split()))
            for row in tree.xpath("//table//tbody/tr")]


# --- who sees which ---------------------------------------------------------------------------------------------------

@pytest.mark.database
def test_a_coordinator_sees_all_acts_of_the_coalition_and_a_member_their_own(cast):
    note(cast.member.ctx, "test.mine", cast.coalition)
    note(cast.editor.ctx, "test.theirs", cast.coalition)
    note(cast.other.coordinator.ctx, "test.elsewhere", cast.other.coalition)

    def seen(actor):
        return {one.line.action for one in shown(actor.ctx) if one.line.action.startswith("test.")}
    assert {name: seen(cast[name]) for name in ("coordinator", "editor", "member", "other_member")} == {
        "coordinator": {"test.mine", "test.theirs"}, "editor": {"test.theirs"}, "member": {"test.mine"},
        "other_member": set()}


def test_one_line_is_found_by_its_reference_by_those_who_see_it(cast, browser_of):
    note(cast.editor.ctx, "test.theirs", cast.coalition)
    uid = AuditLine.get(AuditLine.action == "test.theirs").uid
    assert browser_of(cast.coordinator).get(f"{PAGE}/{uid}").tree.xpath("//dd/code/text()") == [uid]
    for actor in (cast.member, cast.stranger):
        browser_of(actor).get(f"{PAGE}/{uid}", status=404)
    browser_of(cast.stranger).get(f"/c/elsewhere/audit/{uid}", status=404)


# --- what they say ----------------------------------------------------------------------------------------------------

@pytest.mark.database
def test_before_and_after_come_from_the_revisions(cast):
    for title in ("First Name", "Second Name", "Third Name"):
        rename(cast.coordinator.ctx, title)
    found = [[(value.field, value.before, value.after) for value in one.values if value.name == "title"]
             for one in shown(cast.coordinator.ctx, Wanted(group="coalition", kind="coalition"))][:3]
    assert found == [[("title", "Second Name", "Third Name")], [("title", "First Name", "Second Name")],
                     [("title", "Meridia UPR Coalition", "First Name")]]


def test_the_page_says_who_what_on_what_and_the_values(cast, browser_of):
    rename(cast.coordinator.ctx, "Reed Coalition")
    members.change_role(cast.coordinator.ctx, cast.editor.seat, "member")
    tree = browser_of(cast.coordinator).get(PAGE).tree
    role, name = ([" ".join(cell.text_content().split()) for cell in row.xpath("td")][1:]
                  for row in tree.xpath("//table//tbody/tr")[:2])
    assert role == ["Corvina Aldermoor", "Add and end organisations, people and their roles",
                    "a person's role Edric Pemberwell", "role"]
    assert name == ["Corvina Aldermoor", "Change the coalition's title, reviews and plugins", "the coalition",
                    "title: Meridia UPR Coalition →became Reed Coalition"]
    assert tree.xpath("//table//tbody/tr[1]//a/@href")[0] == "/c/meridia/coalition"


def test_no_value_of_people_or_organisations_stands_there(cast, browser_of):
    person = cast.member.person
    with change(cast.member.ctx, "people.account", person):
        person.locale = "fr"
    (one,) = [one for one in shown(cast.coordinator.ctx) if one.line.action == "people.account"]
    assert (one.values, one.fields) == ([], [("locale", "language")])


def test_an_act_of_a_command_and_a_refusal_are_told_as_such(cast, browser_of):
    browser_of(cast.member).get("/c/meridia/settings", status=403)
    member, command = shown(cast.coordinator.ctx)[0], shown(cast.coordinator.ctx)[-1]
    assert (member.who, member.what, member.line.result) == ("Mirela Saltonstowe", "A page or form was refused",
                                                             "refused")
    assert (command.who, command.line.via) == ("by command", "command")


# --- filters and pages ------------------------------------------------------------------------------------------------

@pytest.fixture
def days(cast):
    """Acts on three days to come, so that they are the newest."""
    for number, action in enumerate(("coalition.one", "coalition.two", "people.three")):
        note(at(cast.editor if number else cast.member, DAY + timedelta(days=number)), action, cast.coalition,
             result="refused" if number == 2 else "done")


@pytest.mark.database
@pytest.mark.usefixtures("days")
@pytest.mark.parametrize(("wanted", "found"), [
    ({"group": "coalition"}, {"coalition.one", "coalition.two"}), ({"group": "people"}, {"people.three"}),
    ({"group": "coal"}, set()), ({"group": "%"}, set()), ({"kind": "seat"}, set()),
    ({"result": "refused"}, {"people.three"}), ({"without": "coalition.one"}, {"coalition.two", "people.three"}),
    ({"until_on": date(2031, 5, 7)}, {"coalition.one", "coalition.two"}),
    ({"until_on": date.max}, {"coalition.one", "coalition.two", "people.three"}),
    ({"from_on": date(2031, 5, 7)}, {"coalition.two", "people.three"}),
    ({"from_on": date(2031, 5, 7), "until_on": date(2031, 5, 7)}, {"coalition.two"})])
def test_a_filter_narrows(cast, wanted, found):
    wanted = {"from_on": date(2031, 5, 1), **wanted}
    assert {one.line.action for one in shown(cast.coordinator.ctx, Wanted(**wanted))} == found


@pytest.mark.usefixtures("days")
def test_a_filter_is_an_address_and_says_what_it_narrows(cast, browser_of):
    browser = browser_of(cast.coordinator)
    query = f"?from=2031-05-01&who={cast.editor.seat.uid}&result=refused"
    assert [when for when, _what in actions(browser, query)] == ["2031-05-08T09:00Z"]
    chips = browser.page.tree.xpath("//ul[@class='chips']//bdi/text()")
    assert chips == ["Edric Pemberwell", "refused", "from 1 May 2031"]
    assert browser.get(PAGE + "?group=nothing").words.count("No act fits this filter.") == 1
    assert "“31.2.” is no day. Write it as 2026-11-28." in browser.get(PAGE + "?from=31.2.", status=422).words
    assert not browser_of(cast.member).get(PAGE).tree.xpath("//select[@name='who']")


@pytest.mark.database
def test_pages_hold_every_line_once_and_go_by_a_random_reference(cast):
    with transaction():
        for number in range(120):
            audit.write(at(cast.member, DAY + timedelta(minutes=number)), f"test.n{number}", cast.coalition)
    found, after, pages = [], "", 0
    while pages == 0 or after:
        lines, after = page(cast.coordinator.ctx, Wanted(group="test"), after)
        found += [line.action for line in lines]
        pages += 1
    assert found == [f"test.n{number}" for number in reversed(range(120))] and pages == 6


def test_no_running_number_is_in_a_page_or_a_file(cast, browser_of):
    for _ in range(60):
        note(cast.member.ctx, "test.act", cast.coalition)
    assert "number" not in COLUMNS
    (following,) = browser_of(cast.coordinator).get(PAGE).tree.xpath("//a[@rel='next']/@href")
    uid = following.partition("after=")[2]
    assert AuditLine.get(AuditLine.uid == uid)
    browser_of(cast.coordinator).get(following)
    browser_of(cast.member).get(PAGE + "?after=nothing2here", status=404)


def test_the_page_asks_as_often_for_many_lines_as_for_few(cast, browser_of, queries):
    browser, costs = browser_of(cast.coordinator), []
    actors, objects = [cast.member, cast.other_member, cast.editor], [*cast.memberships, cast.review, cast.member.seat]
    for count in (10, 290):
        with transaction():
            for number in range(count):
                audit.write(at(actors[number % 3], DAY + timedelta(minutes=number)), "test.act", objects[number % 5])
        browser.get(PAGE + "?group=test")
        with queries() as counted:
            times = browser.get(PAGE + "?group=test").tree.xpath("//table//tbody/tr//time")
        costs.append((len(times), len(counted)))
    assert costs == [(10, costs[0][1]), (20, costs[0][1])]



# --- hours ------------------------------------------------------------------------------------------------------------

@pytest.fixture
def withheld(cast):
    """The member's organisation withholds its name."""
    Membership.update(visibility="withheld").where(Membership.id == cast.member.membership.id).execute()
    return cast.member


@pytest.mark.database
@pytest.mark.parametrize("visibility", [None, "withheld"])
def test_hours_of_who_is_withheld_are_for_themselves_alone(cast, visibility):
    Membership.update(visibility=visibility).where(Membership.id == cast.member.membership.id).execute()
    seat = cast.member.seat
    once = unnarrowed(Seat).where(Seat.person == cast.expelled.person).get()    # acted for it, and does no longer
    assert hidden_hours(cast.coordinator.ctx) == {seat.uid, once.uid}
    assert [seat.uid in hidden_hours(cast[name].ctx) for name in ("coordinator", "editor", "member")] == [
        True, True, False]
    Membership.update(visibility="members").where(Membership.id == cast.member.membership.id).execute()
    assert seat.uid not in hidden_hours(cast.coordinator.ctx)


@pytest.mark.database
def test_acts_without_their_hour_stand_at_the_end_of_the_day_in_no_order_that_tells_one(cast, withheld):
    acts = [("e1", cast.editor, 9), ("w1", withheld, 10), ("e2", cast.editor, 11), ("w2", withheld, 12),
            ("w3", withheld, 13), ("e3", cast.editor, 14)]
    for action, actor, hour in acts:
        note(at(actor, DAY.replace(hour=hour)), f"test.{action}", cast.coalition)
    note(at(cast.editor, DAY + timedelta(days=1)), "test.next", cast.coalition)
    found = shown(cast.coordinator.ctx, Wanted(group="test"))
    names = [one.line.action.removeprefix("test.") for one in found]
    assert names[0] == "next" and set(names[1:4]) == {"w1", "w2", "w3"} and names[4:] == ["e3", "e2", "e1"]
    assert [one.line.uid for one in found[1:4]] == sorted(one.line.uid for one in found[1:4])
    assert [one.is_day_only for one in found] == [False, True, True, True, False, False, False]
    assert [row[1] for row in rows(cast.coordinator.ctx, Wanted(group="test"))][1:5] == [
        "2031-05-06", "2031-05-06", "2031-05-06", "2031-05-06 14:00"]


def test_the_page_of_another_has_no_hour_of_theirs(cast, withheld, browser_of):
    note(at(withheld, datetime(2031, 5, 6, 23, 47)), "test.act", cast.coalition)
    page = browser_of(cast.coordinator).get(PAGE + "?group=test")
    assert page.tree.xpath("//table//time/@datetime") == ["2031-05-06"] and "23:47" not in page.text
    (line,) = page.tree.xpath("//table//time/text()")
    assert line == "6 May 2031"
    assert "23:47" in browser_of(withheld).get(PAGE + "?group=test").words


@pytest.mark.database
def test_pages_hold_lines_without_hours_once(cast, withheld):
    with transaction():
        for number in range(130):
            actor = withheld if number % 3 else cast.editor
            audit.write(at(actor, DAY + timedelta(minutes=number * 30)), f"test.n{number}", cast.coalition)
    found, after, first = [], "", True
    while first or after:
        lines, after = page(cast.coordinator.ctx, Wanted(group="test"), after)
        found, first = [*found, *(line.action for line in lines)], False
    assert len(found) == 130 == len(set(found))


# --- the file and the commands ----------------------------------------------------------------------------------------

def read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_has_references_and_no_name_and_is_written_down(cast, browser_of):
    note(cast.member.ctx, "=SUM(A1)", cast.coalition)
    answer = browser_of(cast.coordinator).get(PAGE + ".csv?from=2020-01-01")
    head, *lines = read(answer.content)
    assert tuple(head) == COLUMNS and len(lines) > 10
    assert lines[0][2:5] == [cast.member.seat.uid, "web", "'=SUM(A1)"]
    assert not [name for name in names_of("meridia") if name in answer.text]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-references-')
    assert shown(cast.coordinator.ctx)[0].line.action == "audit.export"
    browser_of(cast.member).get(PAGE + ".csv", status=403)


def test_the_file_joins_no_person_across_coalitions(cast, browser_of):
    note(cast.coordinator.ctx, "people.link", cast.member.person)
    note(cast.administrator.ctx.at(cast.coalition), "coalition.create", cast.coalition)
    rows_here = read(browser_of(cast.coordinator).get(PAGE + ".csv").content)[1:]
    accounts = {row.uid for model in (Person, Organisation) for row in model.select(model.uid)}
    links = [row for row in rows_here if row[COLUMNS.index("action")] == "people.link"]
    assert links and [cell for row in rows_here for cell in row if cell in accounts] == []
    assert "administrator" in {row[COLUMNS.index("who")] for row in rows_here}


def test_commands_list_and_export_by_references(cast, command, tmp_path):
    listed = command("audit", "list", "--coalition", "meridia")
    assert listed.exit_code == 0 and "coalition.create" in listed.stdout
    assert not [name for name in names_of("meridia") if name in listed.stdout]
    file = tmp_path / "audit.csv"
    done = command("audit", "export", "--coalition", "meridia", "--door", "references", "--out", file)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"The audit is in {file}, by references.\n")
    assert tuple(read(file.read_bytes())[0]) == COLUMNS
    refused = command("--as", "mirela.saltonstowe@invented.example", "audit", "export", "--coalition", "meridia",
                      "--out", tmp_path / "no.csv")
    assert refused.exit_code == 2 and not (tmp_path / "no.csv").exists()


def test_the_command_cuts_whole_months_and_the_doctor_finds_the_chain_whole(cast, command):
    before = AuditLine.select().count()
    done = command("audit", "cut")
    assert (done.exit_code, done.stderr) == (0, "0 lines are taken out of the audit.\n")
    assert AuditLine.select().count() == before
    assert command("--as", "corvina.aldermoor@invented.example", "audit", "cut").exit_code == 2
    assert command("audit", "cut", "--months", "3").exit_code == 2
    assert "Audit: the chain is whole." in command("doctor").stdout


@pytest.mark.parametrize(("now", "kept"), [
    (datetime(2026, 11, 28), datetime(2024, 11, 1)), (datetime(2026, 1, 1), datetime(2024, 1, 1)),
    (datetime(2026, 12, 31, 23), datetime(2024, 12, 1))])
def test_what_is_cut_is_older_than_the_month_two_years_ago(now, kept):
    assert month_before(now, 24) == kept


def test_a_field_is_said_in_words_and_one_that_nobody_knows_as_far_as_it_reads():
    assert [field_words(name) for name in ("closes_on", "is_named_outside", "some_plugins_field")] == [
        "last day", "name outside the coalition", "some plugins field"]


def test_the_page_shows_no_field_as_the_database_calls_it(cast, browser_of):
    membership = cast.member.membership
    with change(cast.member.ctx, "organisation.visibility", membership):
        membership.visibility_by = "coordinator"
    words = browser_of(cast.member).get(PAGE).words
    assert "who chose the visibility" in words and "visibility_by" not in words


# --- objects ----------------------------------------------------------------------------------------------------------

def test_an_object_stands_by_its_word_and_leads_to_its_page(cast, browser_of):
    ctx = cast.coordinator.ctx
    change_review(ctx, cast.review, "Meridia anew", 4, 48, None)
    log_consultation(ctx, cast.review, {"title": "Hearing at the ministry", "held_on": None, "notice_days": 3,
                                        "others_invited": "", "others_came": "", "outcome": ""}, {})
    browser = browser_of(cast.coordinator)
    consultation, review = ([" ".join(row.xpath("string(td[4])").split()), row.xpath("td[4]//a/@href")[0]]
                            for row in browser.get(PAGE).tree.xpath("//table//tbody/tr")[:2])
    assert consultation == ["a consultation Hearing at the ministry", "/c/meridia/review/consultations?review=48"]
    assert review == ["a review Meridia anew", "/c/meridia/review?review=48"]
    uid = AuditLine.get(AuditLine.kind == "consultation").uid
    assert "Nothing that stood before was changed" in browser.get(f"{PAGE}/{uid}").words


def test_whoever_comes_in_by_a_one_time_address_is_no_administrator(cast):
    """Nor is it said who: of a withheld organisation these lines would count the people."""
    accepted(invite(cast))
    [line] = [one for one in shown(cast.coordinator.ctx) if one.line.action == "people.account"]
    assert line.who == "somebody with a one-time address"
    [row] = [row for row in rows(cast.coordinator.ctx) if "people.account" in row]
    assert row[COLUMNS.index("who")] == "invited"
    note(cast.administrator.ctx.at(cast.coalition), "test.administrator", cast.coalition)
    assert shown(cast.coordinator.ctx)[0].who == "an administrator of the installation"
