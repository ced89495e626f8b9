"""Whoever says who acts for an organisation says who reads it: of one that withholds its name, or has not chosen yet,
no coordinator does who is none of its own."""

import re

import pytest

from core.coalitions import claims, joining, leaving, members, organisations
from core.coalitions.models import Invitation, Keeper, Membership, Representation
from core.coalitions.tests.factories import accepted
from core.coalitions.visibility import withhold
from core.context import Context
from core.db import utc_now
from core.errors import NotThere, Refused
from core.notices import outbox
from core.notices.choosing import change_choice
from core.notices.models import Outbox
from core.notices.tests.waits import with_mail
from core.people import accounts
from core.people.labels import address_of, name_in
from core.people.models import Person, SetUpLink, WebSession
from core.people.tests.test_second_factor import given
from core.policy import find, seat_of, unnarrowed
from core.testing.world import WITHHELD

NAME, PERSON = WITHHELD["meridia"][1], WITHHELD["meridia"][3]
MOLE = "mole@invented.example"
PASSWORD = "river stone window lamp"
STRANGER = "Only its own people decide who acts for an organisation"


@pytest.fixture
def operator(cast):
    return Context(via="command", now=utc_now()).at(cast.coalition)


def who_acts(membership):
    return set(Representation.select(Representation.person, Representation.until_on)
               .where(Representation.organisation == membership.organisation_id).tuples())


def standing(membership):
    return (who_acts(membership), unnarrowed(Invitation).count(), SetUpLink.select().count(),
            Membership.get_by_id(membership.id).status)


def told(kind):
    return {row.person_id for row in Outbox.select().where(Outbox.kind == kind)}


# What a coordinator who is none of its own sends: (address below the coalition's, fields).
WAYS_IN = {
    "acts for it oneself": lambda cast, it: (f"coalition/people/{cast.coordinator.seat.uid}/acts-for", {
        "membership": it.membership.uid, "version": cast.coordinator.seat.version}),
    "adds a person for it": lambda cast, it: ("coalition/people", {
        "address": MOLE, "name": "Mole", "role": "member", "membership": it.membership.uid}),
    "adds a colleague": lambda cast, it: (f"organisations/{it.membership.uid}/people", {
        "address": MOLE, "name": "Mole"}),
    "hands over to oneself": lambda cast, it: (f"organisations/{it.membership.uid}/hand-over/{it.seat.uid}", {
        f"to-{it.membership.uid}": cast.coordinator.seat.uid}),
    "makes a colleague's link": lambda cast, it: (f"organisations/{it.membership.uid}/people/{it.seat.uid}/link", {}),
    "ends a person's role": lambda cast, it: (f"coalition/people/{it.seat.uid}/end", {}),
    "lets a person act for nobody": lambda cast, it: (f"coalition/people/{it.seat.uid}/acts-for", {
        "version": it.seat.version}),
    "asks for a new password": lambda cast, it: (f"coalition/people/{it.seat.uid}/link", {}),
}


@pytest.mark.parametrize("who", ["coordinator", "keeper"])
@pytest.mark.parametrize("has_chosen", [True, False])
@pytest.mark.parametrize("way", WAYS_IN)
def test_no_coordinator_brings_people_to_it_or_takes_them_away(cast, withheld, browser_of, way, has_chosen, who):
    if not has_chosen:
        Membership.update(visibility=None).where(Membership.id == withheld.membership.id).execute()
    before = standing(withheld.membership)
    path, fields = WAYS_IN[way](cast, withheld)
    browser = browser_of(cast[who])
    answer = browser.post(f"/c/meridia/{path}", fields, status=None)
    page = browser.follow(answer) if answer.status == 303 else answer
    assert answer.status in (303, 404, 422) and NAME not in page.words and "/set-up/" not in page.text
    assert standing(withheld.membership) == before
    assert NAME not in browser.get(f"/c/meridia/organisations/{withheld.membership.uid}").words


def test_services_refuse_it_too(cast, withheld):
    ctx, it = cast.coordinator.ctx, withheld.membership
    organisations.invite_colleague(withheld.ctx, it, MOLE, "Rosa")
    invitation = unnarrowed(Invitation).get()
    before = standing(it)
    for act in (lambda: claims.invite_person(ctx, MOLE, "Mole", "member", it),
                lambda: organisations.invite_colleague(ctx, it, MOLE, "Mole"),
                lambda: claims.renew(ctx, invitation, 72), lambda: claims.take_back(ctx, invitation),
                lambda: members.add_person(ctx, MOLE, "Mole", "member", [it]),
                lambda: members.change_acts_for(ctx, cast.coordinator.seat, [it]),
                lambda: organisations.handed_over(ctx, it, withheld.seat),
                lambda: organisations.hand_over(ctx, it, withheld.seat, {it.id: cast.coordinator.seat}),
                lambda: members.end_seat(ctx, withheld.seat)):
        with pytest.raises(Refused, match=STRANGER):
            act()
    assert standing(it) == before


def test_no_form_offers_it(cast, withheld, browser_of):
    members.change_role(Context(via="command").at(cast.coalition), withheld.seat, "editor")
    page = browser_of(cast.coordinator).get("/c/meridia/coalition")
    uid = withheld.membership.uid
    assert uid not in page.tree.xpath("//select[@name='membership']/option/@value")
    assert uid not in page.tree.xpath("//input[@name='membership']/@value")
    assert not [form for form in page.forms() if form.address.endswith((
        f"{withheld.seat.uid}/acts-for", f"{withheld.seat.uid}/end"))]
    own = browser_of(cast.coordinator).get(f"/c/meridia/organisations/{uid}")
    assert not [form for form in own.forms() if form.address.endswith("/people")]


def test_its_own_people_and_the_operator_decide_and_it_can_be_suspended_whole(cast, withheld, operator):
    it = withheld.membership
    token = organisations.invite_colleague(withheld.ctx, it, "wren@invented.example", "Wren")
    claims.set_up(Context(), claims.opened(Context(), token), PASSWORD, "", "en", "UTC")
    seat, _token = members.add_person(operator, "rush@invented.example", "Rush", "member", [it])
    assert told("touched") == {person for person, _until in who_acts(it)} - {seat.person_id} | {cast.keeper.person.id}
    organisations.hand_over(withheld.ctx, it, withheld.seat, {it.id: seat})
    leaving.suspend(cast.coordinator.ctx, it)
    assert seat_of(seat.person, cast.coalition) is None
    assert told("out") == {person for person, until in who_acts(it) if until is None}


def test_whoever_brings_an_organisation_in_invites_its_first_person_and_nobody_after(cast):
    ctx, other = cast.coordinator.ctx, members.add_person(
        Context(via="command").at(cast.coalition), "nora@invented.example", "Nora", "coordinator")[0]
    stranger = members.context_of(other.person, cast.coalition, Context(person=other.person))
    made = joining.invite(ctx, "Wrenlock Refuge", "petra@invented.example", "Petra")
    with pytest.raises(Refused, match=STRANGER):
        claims.renew(stranger, made.invitation, 72)
    second = organisations.invite_colleague(ctx, made.membership, MOLE, "Mole")
    renewed = claims.opened(Context(), claims.renew(ctx, made.invitation, 72))
    made = joining.Invited(made.membership, renewed, claims.renew(ctx, renewed, 72))
    accepted(made)
    with pytest.raises(NotThere):
        claims.opened(Context(), second)
    with pytest.raises(Refused, match=STRANGER):
        organisations.invite_colleague(ctx, made.membership, MOLE, "Mole")


def test_with_the_name_what_others_hold_of_its_people_ends(cast):
    member, ctx = cast.member, cast.coordinator.ctx
    token = claims.invite_person(ctx, MOLE, "Mole", "member", member.membership)
    link = members.new_set_up_link(ctx, member.seat)
    withhold(member.ctx, member.membership)
    for opened in (lambda: claims.opened(Context(), token), lambda: accounts.open_link(Context(), link)):
        with pytest.raises(NotThere):
            opened()


# Ended, and invited again

def test_an_ended_one_comes_back_only_by_its_own_addresses(app, cast, withheld, browser_of, mailbox):
    person, it = withheld.person, withheld.membership
    browser = browser_of(cast.coordinator)
    browser.submit(browser.get(f"/c/meridia/organisations/{it.uid}").form("/standing/end"))
    assert told("out") == {person.id} and told("touched") == {cast.keeper.person.id}
    path = f"/c/meridia/organisations/{it.uid}/come-back"
    assert STRANGER in browser.post(path, {"address": MOLE, "name": "Mole"}, status=422).words
    page = browser.get(f"/c/meridia/organisations/{it.uid}")
    assert not [form for form in page.forms() if form.address == path]
    assert "This server sends no mail" in browser.submit(page.form("/call-back"), 422).words
    with_mail(app, mailbox)
    page = browser.follow(browser.submit(page.form("/call-back")))
    assert not re.search(r"/(invited|set-up)/", page.text) and PERSON not in page.words
    assert {row.seat_id for row in Keeper.select().where(Keeper.membership == it)} == {cast.keeper.seat.id}
    assert NAME not in browser.get("/c/meridia/names").words
    invitation = unnarrowed(Invitation).get()
    with pytest.raises(Refused, match=STRANGER):
        claims.renew(cast.coordinator.ctx, invitation, 72)
    outbox.send_due(app, utc_now())
    [mail] = [one for one in mailbox.received if "/invited/" in one.words]
    assert mail.to == (address_of(person),)
    [token] = re.findall(r"/invited/(\S+)", mail.words)
    claims.accept(Context(person=person), claims.opened(Context(), token))
    assert [one.id for one in withheld.ctx.joining] == [it.id]


def test_its_keeper_can_hand_over_a_code_and_stays_its_only_one(cast, withheld):
    it = withheld.membership
    leaving.end_membership(cast.coordinator.ctx, it)
    made = joining.come_back(cast.keeper.ctx, find(cast.keeper.ctx, Membership, it.uid), MOLE, "Wren")
    assert made.token and {row.seat_id for row in Keeper.select().where(Keeper.membership == it)} == {
        cast.keeper.seat.id}


def test_one_that_leaves_by_itself_leaves_no_keeper(cast, withheld):
    it = withheld.membership
    leaving.leave(withheld.ctx, it, destroys=False)
    assert not Keeper.select().where(Keeper.membership == it).exists()
    with pytest.raises(Refused, match=STRANGER):
        joining.come_back(cast.keeper.ctx, find(cast.keeper.ctx, Membership, it.uid), MOLE, "Mole")


# A lost password

def test_a_lost_password_is_mended_by_mail_alone(app, cast, withheld, browser_of, mailbox):
    Person.update(password="x").where(Person.id == withheld.person.id).execute()
    with_mail(app, mailbox)
    browser = browser_of(cast.keeper)
    page = browser.follow(browser.post(f"/c/meridia/coalition/people/{withheld.seat.uid}/link", {}))
    assert "The address goes to the person by mail. Nobody else sees it." in page.words
    assert not page.tree.find_class("once")
    assert not SetUpLink.select().where(SetUpLink.person == withheld.person).exists()
    outbox.send_due(app, utc_now())
    [mail] = [one for one in mailbox.received if "/set-up/" in one.words]
    assert mail.to == (address_of(withheld.person),) and mail.subject == "News for you"
    assert "Meridia" not in mail.words


def test_a_keeper_s_password_is_no_other_coordinator_s(cast, withheld):
    with pytest.raises(Refused, match="This person reads a name that is withheld"):
        members.new_set_up_link(cast.coordinator.ctx, cast.keeper.seat)


def test_a_colleague_hands_over_an_address(cast, withheld, browser_of, operator):
    seat, _token = members.add_person(operator, "wren@invented.example", "Wren", "member", [withheld.membership])
    browser = browser_of(withheld)
    page = browser.get(f"/c/meridia/organisations/{withheld.membership.uid}")
    page = browser.follow(browser.submit(page.form(f"{seat.uid}/link")))
    [token] = set(re.findall(r"/set-up/([\w-]+)", page.text))
    assert accounts.open_link(Context(), token).person == seat.person
    members.add_person(operator.at(cast.other.coalition), "wren@invented.example", "x", "member")
    with pytest.raises(NotThere):                   # it opens more now than when it was made
        accounts.open_link(Context(), token)
    with pytest.raises(Refused, match="This account opens more than your organisation"):
        organisations.link_for_colleague(withheld.ctx, withheld.membership, seat, 1)


@pytest.mark.parametrize("has_factor", [True, False])
def test_the_page_for_a_new_password_shows_nothing_of_the_account(cast, withheld, browser_of, has_factor):
    person = withheld.person
    Person.update(password="x").where(Person.id == person.id).execute()
    if has_factor:
        given(withheld, utc_now())
    before = Person.get_by_id(person.id)
    token = accounts.new_link(Context(via="command"), person, 1)
    browser = browser_of()
    page = browser.submit(browser.get(f"/set-up/{token}").form(), 200, step="open")
    assert PERSON not in page.text and address_of(person) not in page.text
    assert set(page.form().fields) - {"csrf_token", "mark", "offered", "step"} == {"password"} | (
        {"code"} if has_factor else set())
    answer = browser.submit(page.form(), 422 if has_factor else 303, step="save", password=PASSWORD, code="")
    assert PERSON not in answer.text and address_of(person) not in answer.text
    after = Person.get_by_id(person.id)
    assert (name_in(after), after.locale) == (PERSON, before.locale)
    assert (after.password != "x") == (not has_factor)


@pytest.mark.parametrize("is_discreet", [False, True])
def test_who_gets_a_link_for_a_new_password_from_another_hears_of_it_at_once(app, cast, browser_of, mailbox,
                                                                             is_discreet):
    person = cast.member.person
    Person.update(password="x").where(Person.id == person.id).execute()
    change_choice(cast.member.ctx, True, is_discreet, [7, 1], 0)
    members.new_set_up_link(cast.coordinator.ctx, cast.member.seat)
    outbox.send_due(with_mail(app, mailbox), utc_now())
    [mail] = mailbox.received
    assert mail.to == (address_of(person),)
    assert (mail.subject, "Meridia" in mail.words) == (
        ("News for you", False) if is_discreet else ("A new password for your account", True))
    assert ("Somebody else can set a new password for you." if is_discreet else
            "A coordinator has made an address by which a new password is set for your account.") in mail.words
    today = browser_of(cast.member).get("/c/meridia/")
    assert f"A link for a new password was made for you, by {name_in(cast.coordinator.person)}." in today.words
    assert "A link for a new password" not in browser_of(cast.other_member).get("/c/meridia/").words


def test_who_has_set_nothing_up_yet_is_told_of_no_new_password(cast, browser_of):
    members.new_set_up_link(cast.coordinator.ctx, cast.member.seat)
    members.new_set_up_link(cast.coordinator.ctx, cast.coordinator.seat)
    assert not Outbox.select().exists()
    assert "new password" not in browser_of(cast.member).get("/c/meridia/").words


# A link does not outlive its reason

def test_a_link_ends_when_the_account_opens_more(cast, operator):
    link = members.new_set_up_link(cast.coordinator.ctx, cast.member.seat)
    members.add_person(operator.at(cast.other.coalition), cast.member.address, "x", "editor")
    with pytest.raises(NotThere):
        accounts.open_link(Context(), link)


def test_a_link_ends_when_a_suspended_seat_elsewhere_is_back(cast, operator):
    there, membership = operator.at(cast.other.coalition), cast.other.member.membership
    members.add_person(there, cast.member.address, "x", "member", [membership])
    leaving.suspend(there, membership)
    link = members.new_set_up_link(cast.coordinator.ctx, cast.member.seat)
    leaving.restore(there, find(there, Membership, membership.uid))
    with pytest.raises(NotThere):
        accounts.open_link(Context(), link)


def test_whoever_is_put_out_of_one_coalition_stays_signed_in_for_another(cast, operator, browser_of):
    members.add_person(operator.at(cast.other.coalition), cast.coordinator.address, "x", "member")
    browser = browser_of(cast.coordinator)
    browser.get("/c/elsewhere/")
    members.end_seat(cast.stranger.ctx, seat_of(cast.coordinator.person, cast.other.coalition))
    browser.get("/c/elsewhere/", status=404)
    browser.get("/c/meridia/coalition")
    assert WebSession.select().where(WebSession.person == cast.coordinator.person).exists()


def test_what_one_coalition_demands_binds_in_it_alone(cast, operator, browser_of):
    members.add_person(operator.at(cast.other.coalition), cast.member.address, "x", "member")
    browser = browser_of(cast.member)
    members.demand_second_factor(cast.stranger.ctx, True)
    for path in ("/c/meridia/", "/account"):
        browser.get(path)
    assert browser.get("/c/elsewhere/", status=303).location == "/account/second-factor"


def test_an_invitation_locks_no_coordinator_out(cast, browser_of):
    made = joining.invite(cast.coordinator.ctx, "Wrenlock Refuge", cast.coordinator.address, "x")
    claims.accept(Context(person=cast.coordinator.person), claims.opened(Context(), made.token))
    browser = browser_of(cast.coordinator)
    assert cast.coordinator.ctx.joining
    page = browser.get("/c/meridia/coalition")
    assert page.heading == "Meridia UPR Coalition"
    assert "Choose how your organisation is shown" in browser.get("/c/meridia/").words
    browser.submit(browser.get("/c/meridia/lock").form("/lock"))
    assert type(cast.coalition).get_by_id(cast.coalition.id).is_locked


def test_a_member_of_another_organisation_works_on_while_a_second_is_invited(cast, browser_of):
    made = joining.invite(cast.coordinator.ctx, "Wrenlock Refuge", cast.member.address, "x")
    Membership.update(visibility=None).where(Membership.id == cast.member.membership.id).execute()
    claims.accept(Context(person=cast.member.person), claims.opened(Context(), made.token))
    assert browser_of(cast.member).get("/c/meridia/coalition").heading == "Meridia UPR Coalition"
