"""A list of organisations brought in: guessed, looked at, confirmed; bad rows named by place; doubles merged."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from core.coalitions import organisation_import
from core.coalitions.directory import as_csv
from core.coalitions.expiring import forget_expired
from core.coalitions.members import add_organisation
from core.coalitions.models import Coalition, Membership, Organisation, OrganisationFile
from core.coalitions.organisation_import import PlanDiffers, bring_in, planned
from core.coalitions.organisations import save_profile
from core.coalitions.tests.factories import kept_list
from core.coalitions.tests.test_directory import write
from core.db import database
from core.errors import Forbidden, NotThere, Refused
from core.files.child import ask_child
from core.people.labels import all_labels, labels
from core.policy import find, unnarrowed
from core.sealing import current
from core.tables.plain import plain_sheets
from core.testing.browser import NARROW, serving, too_wide
from core.testing.client import reopen
from core.testing.world import COALITIONS, WITHHELD

NAMES = COALITIONS["meridia"][3]

HEAD = ("Name,Acronym,Works on,Languages,ECOSOC status,Web site,Telephone,Address,Registration number,Visibility,"
        "Reference")
BAD = [
    ("", "It has no entry for “Name”."),
    ("12345", "“12345” has no letter, so it is no name. Correct it."),
    ("---", "“---” has no letter, so it is no name. Correct it."),
    ("amina@example.org", "In the column of the name stands an e-mail address. Look at the columns."),
    ("x" * 301, "Name has 301 characters; at most 300 are kept. Shorten it."),
    ("Twice Told", None),
    ("TWICE  told", "The same name stands in row 7. Take one of the two out."),
    ("Twicé Told", "The same name stands in row 7. Take one of the two out."),
    ("A1," + "Q" * 41, "Acronym has 41 characters; at most 40 are kept. Shorten it."),
    ("A2,," + "x" * 81, f"“{'x' * 40}…” is too long for one entry of “Works on”. Put a comma between entries."),
    ("A3,,\"" + ";".join(f"c{n}" for n in range(31)) + "\"", "Works on has 31 entries; at most 30 are kept."),
    ("A4,,,\"" + ";".join(f"l{n}" for n in range(31)) + "\"", "Languages has 31 entries; at most 30 are kept."),
    ("A5,,,,gold", "“gold” is no status with ECOSOC. It is general, special, roster, or none."),
    ("A6,,,,yes", "“yes” is no status with ECOSOC. It is general, special, roster, or none."),
    ("A7,,,,,not a site", "“not a site” is no address of a web site. It looks like example.org."),
    ("A8,,,,,javascript:alert(1)", "“javascript:alert(1)” is no address of a web site. It looks like example.org."),
    ("A9,,,,,amina@example.org", "“amina@example.org” is no address of a web site. It looks like example.org."),
    ("B1,,,,,localhost", "“localhost” is no address of a web site. It looks like example.org."),
    ("B2,,,,,,call us", "“call us” is no telephone number. Correct it, or leave it empty."),
    ("B3,,,,,,12", "“12” is no telephone number. Correct it, or leave it empty."),
    ("B4,,,,,," + "1" * 61, "Telephone has 61 characters; at most 60 are kept. Shorten it."),
    ("B5,,,,,,," + "x" * 501, "Postal address has 501 characters; at most 500 are kept. Shorten it."),
    ("B6,,,,,,,," + "7" * 81, "Registration number has 81 characters; at most 80 are kept. Shorten it."),
    ("B7,,,,,,,,,secret", "“secret” is no way of being shown. It is named, members, or withheld."),
    ("B8,,,,,,,,,,nathing2here",
     "Under “Reference” stands “nathing2here”, and no organisation that you can read has this reference. Correct it, "
     "leave it empty, or say that this column holds nothing that is needed."),
    ("B9\x00", "It holds a NUL character. Type this row anew."),
    ("C1,,,,,,,,,,,,too,many", "It has 14 cells, the head of the table 11. Look for a missing or a spare delimiter."),
    ("C2\u200e", "Name holds a sign that cannot be printed. Type it anew."),
    ("C3,\u202eX", "Acronym holds a sign that cannot be printed. Type it anew."),
    ("C4,\"open", "A quotation mark in it is not closed. Close it, or save the table as .xlsx."),
]


def sheets_of(tmp_path, text, name="members.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode())
    return ask_child(plain_sheets, str(path), {})


def counts(plan):
    return len(plan.new), len(plan.changed), len(plan.unchanged), len(plan.refused)


def everything():
    return [(row.id, row.version, row.sealed) for row in Organisation.select().order_by(Organisation.id)], [
        (row.id, row.status, row.version) for row in unnarrowed(Membership).order_by(Membership.id)]


def test_thirty_kinds_of_bad_rows_are_named_with_their_place(cast, tmp_path):
    text = "\n".join([HEAD, *(padded(row) for row, _reason in BAD)])
    plan, _rows, _problems = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)
    said = {str(one.place): str(one.reason) for one in plan.refused}
    expected = {f"row {place}": reason for place, (_row, reason) in enumerate(BAD, 2) if reason}
    del expected["row 2"]                       # a row without anything is no row
    assert said == expected and len(BAD) == 30
    assert [row.name for row in plan.new] == ["Twice Told"]


def padded(row):
    """The row with as many cells as the head, where its quotation marks are closed."""
    commas = sum(part.count(",") for part in row.split('"')[::2])
    return row if row.count('"') % 2 else row + "," * max(0, 10 - commas)


@pytest.mark.database
def test_a_list_is_brought_in_by_a_guess_at_its_columns(cast, tmp_path):
    text = ("Our members\n\nNom de l'organisation;Sigle;Thematique;Langues;ECOSOC\n"
            "Reedwater Clinic;RC;Health, Water;French;special\nSaltmarsh Network;;Land;;\n")
    plan, rows, problems = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)
    assert counts(plan) == (2, 0, 0, 0)
    bring_in(cast.coordinator.ctx, plan, rows, problems)
    made = {labels(cast.coordinator.ctx, [one], "keeper")[one.id]: one for one in unnarrowed(Membership).where(
        Membership.coalition == cast.coalition, Membership.visibility.is_null())}
    assert set(made) == {"Reedwater Clinic", "Saltmarsh Network"}
    content = made["Reedwater Clinic"].organisation.content()
    assert (content["acronym"], content["clusters"], content["languages"], content["ecosoc"]) == (
        "RC", ["Health", "Water"], ["French"], "special")
    shown = [label for _membership, label in all_labels(cast.member.ctx)]
    assert len(shown) == 5 and "Reedwater Clinic" not in shown


@pytest.mark.database
def test_the_same_list_a_second_time_changes_nothing_and_empty_cells_leave_what_stands(cast, tmp_path):
    write(cast.member, phone="+000 123")
    text = f"Name,Telephone,Works on,Visibility\n{NAMES[0]},,Courts,members\nReedwater,,Rivers,named\n"
    plan, rows, problems = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)
    assert counts(plan) == (1, 1, 0, 0)
    bring_in(cast.coordinator.ctx, plan, rows, problems)
    content = cast.member.membership.organisation.content()
    assert (content["phone"], content["clusters"]) == ("+000 123", ["Courts"])
    before = everything()
    plan, rows, problems = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)
    assert counts(plan) == (0, 0, 2, 0)
    bring_in(cast.coordinator.ctx, plan, rows, problems)
    assert everything() == before


def test_our_own_file_comes_back_without_a_change(cast, tmp_path):
    write(cast.member, clusters=["Detention", "Courts"], acronym="=1+1", languages=["French"])
    text = as_csv(cast.coordinator.ctx, "members").decode("utf-8-sig")
    plan, _rows, _problems = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)
    assert counts(plan) == (0, 0, 3, 0)


def test_a_change_can_be_left_out(cast, tmp_path):
    text = f"Name,Works on\n{NAMES[0]},Courts\n{NAMES[1]},Prisons\n"
    plan, rows, problems = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)
    bring_in(cast.coordinator.ctx, plan, rows, problems, {cast.member.membership.uid})
    assert cast.member.membership.organisation.content()["clusters"] == []
    assert cast.other_member.membership.organisation.content()["clusters"] == ["Prisons"]


def test_a_list_answers_no_guess_at_a_withheld_name_and_writes_to_none(cast, withheld, tmp_path):
    text = f"Name,Works on\n{WITHHELD['meridia'][1]},Courts\n"
    sheets = sheets_of(tmp_path, text)
    assert counts(planned(cast.coordinator.ctx, sheets, None)[0]) == (1, 0, 0, 0)
    plan = planned(cast.keeper.ctx, sheets, None)[0]
    assert counts(plan) == (0, 0, 1, 0)
    assert "only its own people write" in str(plan.warned[0].reason)


@pytest.mark.database
def test_what_changed_since_the_preview_is_shown_anew(cast, tmp_path):
    text = f"Name,Works on\n{NAMES[0]},Courts\n"
    plan, rows, problems = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)
    write(cast.member, clusters=["Land"])
    before = everything()
    with pytest.raises(PlanDiffers):
        bring_in(cast.coordinator.ctx, plan, rows, problems)
    assert everything() == before


def test_nobody_else_brings_lists_in(cast, tmp_path):
    plan, rows, problems = planned(cast.editor.ctx, sheets_of(tmp_path, "Name\nReedwater\n"), None)
    before = everything()
    with pytest.raises(Forbidden):
        bring_in(cast.editor.ctx, plan, rows, problems)
    assert everything() == before


@pytest.mark.database
def test_five_hundred_are_brought_in_at_once(cast, tmp_path):
    text = "\n".join(["Name,Works on", *(f"Reedwater {place},Rivers" for place in range(500))])
    plan, rows, problems = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)
    bring_in(cast.coordinator.ctx, plan, rows, problems)
    made = unnarrowed(Membership).where(Membership.coalition == cast.coalition)
    assert made.count() == 503 and len({one.pseudonym for one in made}) == 503


def test_a_list_on_the_page_lies_sealed_and_goes_with_the_confirmation(cast, browser_of):
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/directory/import")
    page = browser.follow(browser.submit(page.form("/import"), text="Name,Works on\nReedwater Clinic,Rivers\n"))
    assert "Reedwater Clinic" in page.words and "New: 1 organisation" in page.words
    stored = unnarrowed(OrganisationFile).get()
    kept = "\n".join(str(row) for table in database.get_tables() for row in database.execute_sql(
        f'SELECT * FROM "{table}"'))
    assert "Reedwater" not in kept and current().keys([stored.key_reference]) != {}
    page = browser.follow(browser.submit(page.form(stored.uid)))
    assert "Brought in: 1 new, 0 changed. 0 stayed out." in page.words
    assert unnarrowed(OrganisationFile).count() == 0 and current().keys([stored.key_reference]) == {}


def test_of_the_new_ones_only_those_that_are_ticked_come_in_and_what_may_be_a_double_is_not(cast, browser_of):
    stored = kept_list(cast, "Name,Our number\nReedwater Clinic,1\nLegal Aid Lanternwick,2\nSaltmarsh,3\n")["uid"]
    browser = browser_of(cast.coordinator)
    page = browser.get(f"/c/meridia/directory/import/{stored}")
    assert "Nothing is taken from these columns: Our number." in page.words
    form = page.form(stored)
    assert form.fields["add"] == ["0", "2"]
    page = browser.follow(browser.submit(form, add="0"))
    assert "Brought in: 1 new, 0 changed. 2 stayed out." in page.words
    assert unnarrowed(Membership).where(Membership.coalition == cast.coalition).count() == 4


def test_what_gives_an_organisation_another_name_is_not_ticked(cast, browser_of):
    uid = cast.member.membership.uid
    stored = kept_list(cast, f"Name,Works on,Reference\nLanternwik Legal Aid,Courts,{uid}\n")["uid"]
    browser = browser_of(cast.coordinator)
    page = browser.get(f"/c/meridia/directory/import/{stored}")
    browser.submit(page.form(stored))
    assert cast.member.membership.organisation.content()["name"] == NAMES[0]


def test_a_column_of_other_references_is_not_taken_for_ours(cast, tmp_path):
    text = "Name,Reference\nReedwater Clinic,MD-17\nSaltmarsh Network,MD-18\n"
    assert counts(planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)[0]) == (2, 0, 0, 0)


def test_a_row_is_no_double_of_one_that_is_refused(cast, tmp_path):
    text = "Name,Works on,Reference\nReedwater,Courts,nathing2here\nReedwater,Land,\nREEDWATER,Water,\n"
    plan = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)[0]
    assert [str(row.place) for row in plan.new] == ["row 3"]
    assert [str(one.place) for one in plan.refused] == ["row 2", "row 4"]
    assert "stands in row 3" in str(plan.refused[1].reason)


def test_no_organisation_is_called_by_a_word_that_stands_for_a_name(cast, withheld, tmp_path):
    plan = planned(cast.coordinator.ctx, sheets_of(tmp_path, "Name\nHERON\nAvocet\n"), None)[0]
    assert counts(plan) == (0, 0, 0, 2)                 # one of them goes by it here, the other does not
    for act in (lambda: add_organisation(cast.coordinator.ctx, "heron"),
                lambda: save_profile(cast.member.ctx, cast.member.membership, {"name": "Heron"})):
        with pytest.raises(Refused, match="is one of the words by which organisations that withhold their name go"):
            act()


def test_the_columns_can_be_corrected(cast, browser_of):
    stored = kept_list(cast, "Who,What\nReedwater Clinic,Rivers\n")["uid"]
    browser = browser_of(cast.coordinator)
    page = browser.follow(browser.get(f"/c/meridia/directory/import/{stored}", status=303))
    assert "No column holds the name of the organisation." in page.words
    fields = {"field-0": "name", "field-1": "clusters"}
    page = browser.follow(browser.submit(page.form("/mapping"), **fields))
    assert "Reedwater Clinic Rivers" in page.words.replace(" · row 2", "")


@pytest.mark.database
def test_a_list_that_nobody_confirmed_is_gone_after_a_day(cast):
    uid = kept_list(cast)["uid"]
    ctx = cast.coordinator.ctx
    later = replace(ctx, now=ctx.now + timedelta(hours=25))
    stored = find(ctx, OrganisationFile, uid)
    with pytest.raises(Refused, match="This list is no longer here"):
        organisation_import.opened(later, stored)
    forget_expired(None, later.now)
    assert current().keys([stored.key_reference]) == {}
    with pytest.raises(NotThere):
        find(ctx, OrganisationFile, uid)


def test_the_command_says_what_happened(command, cast, tmp_path):
    file = tmp_path / "members.csv"
    file.write_text(f"Name,Works on\nReedwater,Rivers\n{NAMES[0]},Courts\n123,x\n", encoding="utf-8")
    answer = command("organisation", "import", str(file), "--coalition", "meridia", "--dry-run", "--json")
    assert json.loads(answer.stdout) == {
        "form": "table", "new": 1, "changed": 1, "unchanged": 0, "warned": [],
        "refused": [{"place": "row 4", "reason": "“123” has no letter, so it is no name. Correct it."}]}
    assert answer.exit_code == 1 and "this was a trial" in answer.stderr
    assert unnarrowed(Membership).where(Membership.coalition == cast.coalition).count() == 3
    profile = tmp_path / "profile.toml"
    profile.write_text('[columns]\nname = "Works on"\n', encoding="utf-8")
    assert command("organisation", "import", str(file), "--coalition", "meridia", "--profile",
                   str(profile)).exit_code == 0
    assert unnarrowed(Membership).where(Membership.coalition == cast.coalition).count() == 6


def test_the_command_gives_the_directory_by_its_door(command, cast, tmp_path):
    out = tmp_path / "directory.csv"
    assert command("organisation", "export", "--coalition", "meridia", "--out", str(out)).exit_code == 0
    assert out.read_text(encoding="utf-8-sig").splitlines() == ["Name,Acronym", '"and others, not named here: 3",']
    command("organisation", "export", "--coalition", "meridia", "--door", "members", "--out", str(out))
    assert all(name in out.read_text(encoding="utf-8-sig") for name in NAMES)


def test_a_list_between_preview_and_confirmation_is_its_bringer_s_alone(cast, withheld):
    kept = organisation_import.keep_for_preview(cast.keeper.ctx, "list.csv", [])
    assert find(cast.keeper.ctx, OrganisationFile, kept.uid) == kept
    with pytest.raises(NotThere):
        find(cast.coordinator.ctx, OrganisationFile, kept.uid)


def test_a_long_word_in_a_list_makes_the_preview_no_wider(app, cast, browser_of, open_page):
    word = "Reedwater" * 30
    stored = kept_list(cast, f"Name,Works on,Telephone\n{word},Courts,\n{NAMES[0]},{word[:80]},\nA,Courts,{word}\n")
    Coalition.update(title="Meridian Coalition of Organisations for the Universal Periodic Review " * 2).execute()
    with serving(app) as address:
        for width in (1280, NARROW):
            page = open_page(address, width=width)
            page.context.add_cookies([{"name": app.session_interface.cookie, "url": address,
                                       "value": browser_of(cast.coordinator).cookie}])
            page.goto(f"/c/meridia/directory/import/{stored['uid']}")
            assert too_wide(page) == 0, width
    reopen()
