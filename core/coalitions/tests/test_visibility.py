"""How an organisation is shown, who may change it, and who may read the name of one that withholds it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.audit import AuditLine
from core.changes import change
from core.coalitions import members, visibility
from core.coalitions.models import Membership
from core.coalitions.visibility import choose, kept_names
from core.context import Context
from core.errors import Forbidden, Refused, SignInAgain
from core.people.labels import all_labels, label, labels, person_label, seat_labels
from core.policy import find
from core.testing.world import COALITIONS, WITHHELD

NAME, PERSON = WITHHELD["meridia"][1], WITHHELD["meridia"][3]


def fresh(actor):
    ctx = actor.ctx
    return replace(ctx, fresh_until=ctx.now + timedelta(minutes=5))


def stands(membership):
    row = Membership.get_by_id(membership.id)
    return row.visibility, row.is_named_outside, row.visibility_by


def test_a_withheld_name_is_read_by_its_own_people_and_its_keeper_alone(cast, withheld):
    membership = withheld.membership
    assert {name: label(cast[name].ctx, membership) for name in
            ("coordinator", "editor", "member", "other_member", "keeper", "withheld")} == {
        "coordinator": "Heron", "editor": "Heron", "member": "Heron", "other_member": "Heron", "keeper": "Heron",
        "withheld": NAME}
    assert {name: labels(cast[name].ctx, [membership], "keeper")[membership.id] for name in
            ("coordinator", "member", "keeper", "withheld")} == {
        "coordinator": "Heron", "member": "Heron", "keeper": NAME, "withheld": NAME}


def test_its_people_are_called_by_the_pseudonym(cast, withheld):
    assert person_label(cast.member.ctx, withheld.person) == "Heron"
    assert list(seat_labels(cast.coordinator.ctx, [withheld.seat]).values()) == ["Heron"]
    assert person_label(withheld.ctx, withheld.person) == PERSON
    members.end_seat(Context(via="command").at(cast.coalition), withheld.seat)
    assert person_label(cast.member.ctx, withheld.person) == "Heron"        # what they did stays theirs


def test_those_with_a_name_stand_first_then_the_withheld(cast, withheld):
    assert [shown for _membership, shown in all_labels(cast.member.ctx)] == [*sorted(COALITIONS["meridia"][3]), "Heron"]


def test_an_organisation_without_a_choice_is_withheld_and_whoever_added_it_keeps_its_name(cast):
    ctx = cast.coordinator.ctx
    made = members.add_organisation(ctx, "Reedwater Clinic")
    assert stands(made) == (None, False, None)
    assert label(cast.member.ctx, made) == label(cast.coordinator.ctx, made) == made.pseudonym
    assert labels(ctx, [made], "keeper")[made.id] == "Reedwater Clinic"


def test_more_visible_only_by_its_own_people_who_have_just_signed_in(cast, withheld):
    membership = withheld.membership
    before = stands(membership)
    with pytest.raises(SignInAgain):
        choose(withheld.ctx, membership, "named")
    for actor in (cast.keeper, cast.coordinator):
        with pytest.raises(Refused, match="Only the organisation itself can make itself more visible"):
            choose(fresh(actor), membership, "members")
    with pytest.raises(Forbidden):
        choose(fresh(cast.member), membership, "withheld")
    assert stands(membership) == before
    choose(fresh(withheld), membership, "named", True)
    assert stands(membership) == ("named", True, "organisation")
    assert label(cast.member.ctx, membership) == NAME and person_label(cast.member.ctx, withheld.person) == PERSON


def test_less_visible_at_once_by_itself_or_a_coordinator(cast):
    membership = cast.member.membership
    choose(cast.coordinator.ctx, membership, "withheld")
    assert stands(membership) == ("withheld", False, "coordinator")
    other = cast.other_member.membership
    choose(cast.other_member.ctx, other, "withheld")
    assert stands(other) == ("withheld", False, "organisation")
    assert label(cast.editor.ctx, other) == Membership.get_by_id(other.id).pseudonym
    with pytest.raises(Refused, match="“public” is no choice"):
        choose(cast.other_member.ctx, other, "public")


def test_nobody_acts_for_one_that_is_shown_and_one_that_is_withheld(cast, withheld):
    shown, hidden = cast.member.membership, withheld.membership
    said = "cannot act for one that is withheld"
    for seat, memberships in ((cast.member.seat, [shown, hidden]), (withheld.seat, [hidden, shown])):
        with pytest.raises(Refused, match=said):
            members.change_acts_for(cast.coordinator.ctx, seat, memberships)
    members.change_acts_for(cast.coordinator.ctx, cast.member.seat, [shown, cast.other_member.membership])
    with pytest.raises(Refused, match="Somebody who acts for this organisation also acts"):
        choose(cast.other_member.ctx, find(cast.other_member.ctx, Membership, cast.other_member.membership.uid),
               "withheld")


def test_keepers_are_coordinators_whom_the_organisation_ticks(cast, withheld):
    membership = withheld.membership
    choose(fresh(withheld), membership, "withheld", keepers=[cast.coordinator.seat])
    assert visibility.keepers_of(withheld.ctx, membership) == [cast.coordinator.seat]
    assert labels(cast.keeper.ctx, [membership], "keeper") == {membership.id: "Heron"}
    with pytest.raises(Refused, match="Only coordinators can be keepers"):
        choose(fresh(withheld), membership, "withheld", keepers=[cast.member.seat])
    for actor in (cast.coordinator, cast.keeper, cast.member):      # nobody makes themselves one
        with pytest.raises(Forbidden):
            choose(fresh(actor), membership, "withheld", keepers=[cast.keeper.seat])
    assert visibility.keepers_of(withheld.ctx, membership) == [cast.coordinator.seat]
    choose(withheld.ctx, find(withheld.ctx, Membership, membership.uid), "withheld", keepers=[])
    assert visibility.keepers_of(withheld.ctx, membership) == []


def test_a_keeper_who_is_no_coordinator_any_more_reads_nothing(cast, withheld):
    membership = withheld.membership
    members.change_role(cast.coordinator.ctx, cast.keeper.seat, "editor")
    assert labels(cast.keeper.ctx, [membership], "keeper") == {membership.id: "Heron"}


def test_reading_kept_names_wants_a_fresh_sign_in_and_is_written_down(cast, withheld):
    with pytest.raises(SignInAgain):
        kept_names(cast.keeper.ctx)
    assert [name for _membership, name in kept_names(fresh(cast.keeper))] == [NAME]
    assert kept_names(fresh(cast.coordinator)) == []
    last = AuditLine.select().order_by(AuditLine.number.desc()).first()
    assert (last.action, last.object_uid) == ("names.read", cast.coalition.uid)


def test_adding_the_name_of_a_withheld_one_answers_no_guess(cast, withheld):
    made = members.add_organisation(cast.coordinator.ctx, NAME)
    assert made.pseudonym != "Heron"
    with pytest.raises(Refused, match="is in the coalition already"):
        members.add_organisation(cast.keeper.ctx, NAME)


def test_the_page_of_kept_names_tells_ticked_from_brought_in_and_leads_to_the_first_person(cast, withheld, browser_of):
    choose(fresh(withheld), withheld.membership, "withheld", keepers=[cast.keeper.seat])
    made = members.add_organisation(cast.keeper.ctx, "Reedwater Clinic", "RWC")
    with change(cast.keeper.ctx, "coalition.members", made) as entry:
        entry.also(made.organisation).put(regions=["Low Fens"])
    page = browser_of(cast.keeper).get("/c/meridia/names")
    ticked, brought = page.tree.xpath("//tbody/tr")
    assert [" ".join(row.text_content().split()) for row in (ticked, brought)] == [
        f"{NAME} (GORSEMANTLX) Heron it ticked you",
        f"Reedwater Clinic (RWC) Works in: Low Fens {made.pseudonym} brought in, it has not chosen yet "
        f"Invite its first person Reedwater Clinic"]
    [link] = brought.xpath(".//a[contains(., 'first person')]/@href")
    own = browser_of(cast.keeper).get(link.partition("#")[0])
    assert "You keep its name." in own.words and "Invite its first person" in own.words
    assert "Reedwater" not in own.words and "/c/meridia/names" in own.links
    assert "You keep its name." not in browser_of(cast.coordinator).get(link.partition("#")[0]).words


def test_names_without_people_are_handed_on_there(cast, withheld, browser_of):
    members.add_organisation(cast.keeper.ctx, "Reedwater Clinic")
    browser = browser_of(cast.keeper)
    page = browser.get("/c/meridia/names")
    assert "Nobody acts yet for 1 organisation whose name you keep." in page.words
    to = cast.coordinator.seat
    assert page.tree.xpath("//select[@name='to']/option/@value") == ["", to.uid]
    again = browser.submit(page.form("/names"), status=422)
    assert "Choose another coordinator, who keeps these names from now on." in again.words
    page = browser.follow(browser.submit(again.form("/names"), to=to.uid))
    assert "Reedwater Clinic" not in page.words and page.forms("/names") == []
    assert "Reedwater Clinic" in browser_of(cast.coordinator).get("/c/meridia/names").words
