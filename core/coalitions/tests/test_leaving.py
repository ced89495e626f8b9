"""How organisations and people go: suspended, ended, left with the key destroyed; and who takes over."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from core.audit import AuditLine
from core.coalitions import joining, keepers, leaving, members, organisations, visibility
from core.coalitions.models import Keeper, Membership, Organisation, Representation, Seat
from core.coalitions.tests.factories import accepted
from core.errors import Conflict, Forbidden, Refused, SignInAgain
from core.hooks import WaitingItem
from core.keyring import Keyring
from core.language import lazy
from core.notices.feeds import new_feed
from core.notices.models import Feed, Outbox
from core.people.labels import address_of, label, labels, name_in, person_label
from core.people.models import Person, WebSession
from core.policy import find, unnarrowed
from core.sealing import DoomedKey, current, destroy_doomed


def fresh(ctx):
    return replace(ctx, fresh_until=ctx.now + timedelta(minutes=5))


def state():
    return ([(row.id, row.sealed is None) for row in (*Person.select(), *Organisation.select())],
            [(row.id, row.status, row.version) for row in unnarrowed(Membership)],
            [(row.id, row.ended_at) for row in unnarrowed(Seat)], Representation.select().where(
                Representation.until_on.is_null()).count(), AuditLine.select().count())


def refuses(act, words, error=Refused):
    before = state()
    with pytest.raises(error) as caught:
        act()
    assert str(caught.value) == words
    assert state() == before


def colleague(cast, name="Rosa Thistlewood"):
    return members.add_person(cast.coordinator.ctx, f"{name.split()[0].lower()}@invented.example", name, "member",
                              [cast.member.membership])[0]


@pytest.mark.database
def test_a_suspended_organisation_is_out_at_that_second_and_comes_back_as_it_was(cast, browser_of):
    browser, membership, seat = browser_of(cast.member), cast.member.membership, cast.member.seat
    leaving.suspend(cast.coordinator.ctx, membership)
    browser.get("/c/meridia/", status=303)
    assert WebSession.select().where(WebSession.person == cast.member.person).count() == 0
    browser_of(cast.member).get("/c/meridia/", status=404)
    refuses(lambda: leaving.suspend(cast.coordinator.ctx, membership),
            "Only an organisation that has joined can be suspended.")
    leaving.restore(cast.coordinator.ctx, membership)
    assert cast.member.seat == seat and cast.member.membership == membership
    refuses(lambda: leaving.restore(cast.coordinator.ctx, membership), "This organisation is not suspended.")


def test_a_feed_ends_with_the_suspension(cast):
    new_feed(cast.member.ctx)
    leaving.suspend(cast.coordinator.ctx, cast.member.membership)
    assert Feed.select().count() == 0


def test_who_was_expelled_meanwhile_does_not_come_back_with_it(cast):
    membership, rosa = cast.member.membership, colleague(cast)
    leaving.suspend(cast.coordinator.ctx, membership)
    members.end_seat(cast.coordinator.ctx, find(cast.coordinator.ctx, Seat, rosa.uid))
    leaving.restore(cast.coordinator.ctx, membership)
    assert cast.member.seat is not None
    assert Seat.get_by_id(rosa.id).ended_at is not None


def test_who_also_acts_for_another_stays_in_with_that_one(cast):
    both = cast.memberships[:2]
    members.change_acts_for(cast.coordinator.ctx, cast.member.seat, both)
    leaving.suspend(cast.coordinator.ctx, both[0])
    assert cast.member.ctx.memberships == (both[1],)


@pytest.mark.parametrize("act", [leaving.suspend, leaving.end_membership])
def test_nobody_but_a_coordinator_changes_its_standing(cast, act):
    for actor in (cast.editor, cast.member, cast.other_member):
        refuses(lambda actor=actor: act(actor.ctx, cast.member.membership),
                "You may not do this here. A coordinator of the coalition can, or can give you the role.", Forbidden)


def test_the_only_coordinator_is_not_suspended_with_the_organisation(cast):
    members.change_acts_for(cast.coordinator.ctx, cast.coordinator.seat, cast.memberships[:1])
    refuses(lambda: leaving.suspend(cast.coordinator.ctx, cast.memberships[0]),
            "The coalition would have no coordinator. Make somebody else coordinator first.")


@pytest.mark.database
def test_of_two_who_decide_at_once_the_second_is_shown_the_choice(cast):
    membership = cast.member.membership
    first, second = (find(cast.coordinator.ctx, Membership, membership.uid) for _ in range(2))
    leaving.suspend(cast.coordinator.ctx, first, first.version)
    with pytest.raises(Conflict):
        leaving.end_membership(cast.coordinator.ctx, second, second.version)
    assert Membership.get_by_id(membership.id).status == "suspended"


@pytest.mark.database
def test_a_membership_that_is_ended_keeps_its_record_sealed(cast):
    membership, name = cast.member.membership, labels(cast.editor.ctx, cast.memberships)[cast.member.membership.id]
    leaving.end_membership(cast.coordinator.ctx, membership)
    assert labels(cast.editor.ctx, [membership])[membership.id] == name
    assert cast.member.seat is None and name_in(cast.member.person) != "erased"
    refuses(lambda: leaving.end_membership(cast.coordinator.ctx, membership), "This organisation has left already.")


@pytest.mark.database
def test_who_leaves_and_asks_for_it_is_erased_at_once(cast):
    membership, person = cast.member.membership, cast.member.person
    keys = {membership.organisation.key_reference, person.key_reference}
    assert set(current().keys(keys)) == keys
    with pytest.raises(SignInAgain):
        leaving.leave(cast.member.ctx, membership, True)
    assert set(current().keys(keys)) == keys
    leaving.leave(fresh(cast.member.ctx), membership, True)
    assert current().keys(keys) == {}
    gone = Person.get_by_id(person.id)
    assert (gone.sealed, gone.address_index, gone.password, name_in(gone)) == (None, None, None, "erased")
    assert person_label(cast.editor.ctx, gone) == "erased"
    assert labels(cast.editor.ctx, [membership])[membership.id] == "erased"
    assert unnarrowed(Seat).where(Seat.person == gone, Seat.ended_at.is_null()).count() == 0


def test_its_people_who_are_somewhere_else_keep_their_account(cast, world):
    person = cast.member.person
    members.add_person(world.elsewhere.coordinator.ctx, cast.member.address, "x", "member")
    leaving.leave(fresh(cast.member.ctx), cast.member.membership, True)
    assert name_in(Person.get_by_id(person.id)) != "erased" and address_of(person)
    members.change_acts_for(cast.coordinator.ctx, cast.editor.seat, cast.memberships[2:])
    editor = cast.editor
    leaving.leave(fresh(editor.ctx), editor.membership, True)
    assert editor.seat is not None and editor.ctx.memberships == () and name_in(editor.person) != "erased"


def test_nobody_else_leaves_for_it(cast):
    for actor in (cast.coordinator, cast.other_member, cast.editor):
        refuses(lambda actor=actor: leaving.leave(fresh(actor.ctx), cast.member.membership, True),
                "You may not do this here. A coordinator of the coalition can, or can give you the role.", Forbidden)


def test_the_page_of_leaving_gives_the_data_first(cast, browser_of):
    browser, membership = browser_of(cast.member), cast.member.membership
    page = browser.get(f"/c/meridia/organisations/{membership.uid}/leave")
    file = browser.get(f"/c/meridia/organisations/{membership.uid}/data")
    kept = json.loads(file.content)
    assert kept["organisation"]["name"] == labels(cast.member.ctx, [membership])[membership.id]
    assert [(one["address"], one["role"]) for one in kept["people"]] == [(cast.member.address, "member")]
    page = browser.submit(page.form("/leave"), status=422)
    assert "Choose one of the two ways." in page.words
    assert browser.submit(page.form("/leave"), how="destroy").location == "/"
    browser.get("/", status=303)
    assert Organisation.get_by_id(membership.organisation_id).sealed is None


def act_for_a_second(cast, seat):
    """This person also acts for one that nobody else acts for."""
    alone = members.add_organisation(cast.coordinator.ctx, "Reedwater Clinic", visibility="members")
    members.change_acts_for(cast.coordinator.ctx, seat, [cast.memberships[0], alone])
    return alone


def acts_for(seat, cast):
    return {one.id for one in members.context_of(seat.person, cast.coalition, cast.coordinator.ctx).memberships}


def test_whoever_takes_over_is_chosen_for_each_organisation_on_one_page(cast, browser_of):
    rosa, going = colleague(cast), cast.member.seat
    shared, alone = cast.memberships[0], act_for_a_second(cast, going)
    browser = browser_of(cast.coordinator)
    page = browser.get(f"/c/meridia/organisations/{shared.uid}/hand-over/{going.uid}")
    offered = {name: [(one.get("value"), one.get("checked") is not None)
                      for one in page.tree.xpath(f"//input[@name='{name}']")]
               for name in (f"to-{shared.uid}", f"to-{alone.uid}")}
    assert offered == {f"to-{shared.uid}": [("there", True)], f"to-{alone.uid}": [(rosa.uid, False)]}
    refused = browser.submit(page.form(f"/hand-over/{going.uid}"), status=422)
    assert "Nobody else acts for Reedwater Clinic. Choose who takes over, or add a colleague first." in refused.words
    browser.follow(browser.submit(page.form(f"/hand-over/{going.uid}"), **{f"to-{alone.uid}": rosa.uid}))
    assert acts_for(rosa, cast) == {shared.id, alone.id} and cast.member.seat is None


def test_what_is_handed_over_of_one_organisation_gives_nobody_another(cast):
    rosa, oskar = colleague(cast), cast.other_member.seat
    both = cast.memberships[:2]
    members.change_acts_for(cast.coordinator.ctx, cast.member.seat, both)
    organisations.hand_over(cast.coordinator.ctx, both[0], cast.member.seat, {both[0].id: oskar})
    assert (acts_for(rosa, cast), acts_for(oskar, cast)) == ({both[0].id}, {one.id for one in both})


def test_an_organisation_is_not_left_without_anybody_by_a_hand_over(cast, browser_of):
    own, seat = cast.member.membership, cast.member.seat
    name = label(cast.member.ctx, own)
    refuses(lambda: organisations.hand_over(cast.member.ctx, own, seat, {}),
            f"Nobody else acts for {name}. Choose who takes over, or add a colleague first.")
    refuses(lambda: organisations.hand_over(cast.member.ctx, own, seat, {own.id: seat}),
            "Choose somebody else who is in the coalition.")
    refuses(lambda: organisations.hand_over(cast.member.ctx, own, cast.other_member.seat, {}),
            "This person does not act for the organisation any more.")
    page = browser_of(cast.member).get(f"/c/meridia/organisations/{own.uid}/hand-over/{seat.uid}")
    assert f"Nobody else acts for {name}. Add a colleague first, or it leaves as a whole." in page.words
    assert page.tree.xpath("//main//button[contains(@class, 'danger')]") == []


def test_a_colleague_with_another_part_is_left_to_the_coordinators(cast, browser_of):
    """The page says so at once, without a form."""
    rosa, own = colleague(cast), cast.member.membership
    words = "This person also has another part in the coalition. A coordinator can end it."
    members.change_role(cast.coordinator.ctx, find(cast.coordinator.ctx, Seat, rosa.uid), "editor")
    refuses(lambda: organisations.hand_over(cast.member.ctx, own, find(cast.member.ctx, Seat, rosa.uid), {}), words)
    page = browser_of(cast.member).get(f"/c/meridia/organisations/{own.uid}/hand-over/{rosa.uid}", status=422)
    assert words in page.words and page.forms("/hand-over/" + rosa.uid) == []


def test_whoever_acts_for_two_hands_both_over_oneself(cast):
    rosa, seat = colleague(cast), cast.member.seat
    shared, alone = cast.memberships[0], act_for_a_second(cast, seat)
    organisations.hand_over(cast.member.ctx, shared, seat, {alone.id: rosa})
    assert acts_for(rosa, cast) == {shared.id, alone.id} and cast.member.seat is None


def test_the_page_shows_what_waits_for_the_one_who_leaves_and_what_stays_with_the_organisation(
        app, cast, browser_of, monkeypatch):
    going, own = cast.member.seat, cast.member.membership
    seen = WaitingItem("x", lazy("Assess 12 recommendations"), "/", cast.member.ctx.today, done=3, total=15)
    monkeypatch.setattr(app.host, "gather", lambda hook, kind, *more, **facts: [seen] if hook == "waiting_items"
                        and facts["ctx"].seat == going else [])
    organisations.invite_colleague(cast.member.ctx, own, "wren@invented.example", "Wren")
    organisations.invite_colleague(cast.coordinator.ctx, own, "rush@invented.example", "Rush")
    for actor in (cast.member, cast.coordinator):
        page = browser_of(actor).get(f"/c/meridia/organisations/{own.uid}/hand-over/{going.uid}")
        waits = page.one("//*[@aria-labelledby='h-open']")
        assert " ".join(waits.text_content().split()).startswith("What waits for them Assess 12 recommendations")
        assert "0 files, 1 invitation that nobody has accepted yet. 1 invitation that they made ends." in page.words
        assert "Circles of trust that they are in go on without them." in page.words


@pytest.mark.database
def test_a_person_erases_the_own_account(cast, browser_of):
    person, browser = cast.other_member.person, browser_of(cast.other_member)
    page = browser.get("/account/erase")
    page = browser.submit(page.form("/account/erase"), status=422)
    assert "Tick that you have understood." in page.words
    browser.submit(page.form("/account/erase"), understood="y")
    browser.get("/account", status=303)
    assert (name_in(Person.get_by_id(person.id)), current().keys([person.key_reference])) == ("erased", {})
    assert cast.memberships[1].organisation.sealed is not None


def test_the_last_coordinator_and_the_administrator_cannot_vanish(cast):
    refuses(lambda: leaving.erase_account(fresh(cast.coordinator.ctx)),
            "The coalition would have no coordinator. Make somebody else coordinator first.")
    refuses(lambda: leaving.erase_account(fresh(cast.administrator.ctx)),
            "You run this instance: without you nobody could. Make somebody else administrator first.")
    with pytest.raises(SignInAgain):
        leaving.erase_account(cast.member.ctx)


@pytest.mark.database
def test_what_was_refused_destroyed_no_key(cast):
    """A conflict is found when the act ends: until then its keys stay."""
    membership = cast.member.membership
    Membership.update(version=Membership.version + 1).where(Membership.id == membership.id).execute()
    with pytest.raises(Conflict):
        leaving.leave(fresh(cast.member.ctx), membership, True)
    assert set(current().keys({membership.organisation.key_reference, cast.member.person.key_reference})) == {
        membership.organisation.key_reference, cast.member.person.key_reference}
    assert name_in(Person.get_by_id(cast.member.person.id)) not in ("erased", "")
    assert DoomedKey.select().count() == 0


def test_an_invitation_withdrawn_while_they_join_erases_nobody(cast):
    made = joining.invite(cast.coordinator.ctx, "Newcomer House", "new@invented.example", "Newcomer")
    stale = unnarrowed(Membership).where(Membership.id == made.membership.id).get()
    person = accepted(made).person
    inside = members.context_of(person, cast.coalition, replace(cast.coordinator.ctx, person=person))
    visibility.choose(fresh(inside), inside.joining[0], "members")
    with pytest.raises(Conflict):
        joining.withdraw(cast.coordinator.ctx, stale)
    joined = unnarrowed(Membership).where(Membership.id == made.membership.id).get()
    assert (joined.status, name_in(joined.organisation)) == ("active", "Newcomer House")
    assert name_in(Person.get_by_id(person.id)) == "Newcomer"


@pytest.mark.database
def test_keys_at_which_something_broke_are_destroyed_by_the_next_who_looks(cast, monkeypatch):
    membership = cast.member.membership
    keys = {membership.organisation.key_reference, cast.member.person.key_reference}
    with monkeypatch.context() as broken, pytest.raises(OSError):
        broken.setattr(Keyring, "destroy", lambda self, references: raise_error(OSError("no room")))
        leaving.leave(fresh(cast.member.ctx), membership, True)
    assert {row.reference for row in DoomedKey.select()} == keys == set(current().keys(keys))
    assert name_in(Person.get_by_id(cast.member.person.id)) == "erased"
    assert destroy_doomed() == 2
    assert current().keys(keys) == {} and DoomedKey.select().count() == 0


def raise_error(error):
    raise error


@pytest.mark.parametrize("goes", ["end", "role", "suspend"])
def test_a_keeper_who_goes_keeps_no_name(cast, withheld, goes):
    ctx, keeper = replace(cast.coordinator.ctx, person=None, seat=None, via="command", memberships=()), cast.keeper
    pseudonym, seat = label(cast.coordinator.ctx, withheld.membership), keeper.seat

    def read():
        return labels(keeper.ctx, [withheld.membership], "keeper")[withheld.membership.id]
    assert read() == name_in(withheld.membership.organisation) != pseudonym
    if goes == "end":
        members.end_seat(ctx, seat)
        members.add_person(ctx, keeper.address, "x", "coordinator")
    elif goes == "role":
        members.change_role(ctx, seat, "editor")
        members.change_role(ctx, Seat.get_by_id(seat.id), "coordinator")
    else:
        [membership] = keeper.ctx.memberships or [cast.memberships[2]]
        members.change_acts_for(ctx, seat, [membership])
        leaving.suspend(ctx, membership)
        leaving.restore(ctx, Membership.get_by_id(membership.id))
    assert keeper.seat is not None and read() == pseudonym


LOST = ("Nobody else keeps the name of an organisation for which nobody acts, and it would be lost. Hand it on to "
        "another coordinator first, under “Names that you keep”. To put somebody out at once all the same, tick it on "
        "the coalition's page.")


def second_coordinator(cast):
    members.change_role(cast.coordinator.ctx, cast.editor.seat, "coordinator")
    return cast.editor


ENDINGS = {
    "another ends it": lambda cast: members.end_seat(cast.editor.ctx, cast.coordinator.seat),
    "ends it oneself": lambda cast: members.end_seat(cast.coordinator.ctx, cast.coordinator.seat),
    "another role": lambda cast: members.change_role(cast.editor.ctx, cast.coordinator.seat, "member"),
    "the account": lambda cast: leaving.erase_account(fresh(cast.coordinator.ctx)),
}


@pytest.mark.parametrize("way", ENDINGS)
def test_whoever_alone_keeps_a_name_that_would_be_lost_hands_it_on_first(cast, way):
    second_coordinator(cast)
    made = members.add_organisation(cast.coordinator.ctx, "Reedwater Clinic")
    refuses(lambda: ENDINGS[way](cast), LOST)
    keepers.hand_on(fresh(cast.coordinator.ctx), cast.editor.seat)
    ENDINGS[way](cast)
    assert labels(cast.editor.ctx, [made], "keeper")[made.id] == "Reedwater Clinic"


def test_nor_do_a_hand_over_and_a_suspension_lose_a_name(cast):
    members.change_acts_for(cast.coordinator.ctx, cast.coordinator.seat, cast.memberships[:1])
    second_coordinator(cast)
    members.add_organisation(cast.coordinator.ctx, "Reedwater Clinic")
    refuses(lambda: leaving.suspend(cast.editor.ctx, cast.memberships[0]), LOST)
    refuses(lambda: organisations.hand_over(cast.editor.ctx, cast.memberships[0], cast.coordinator.seat, {}), LOST)


def test_a_name_with_people_or_another_keeper_holds_nobody_back(cast, withheld):
    """Its own people say who keeps it, also when that is nobody."""
    members.end_seat(cast.coordinator.ctx, cast.keeper.seat)
    assert visibility.keepers_of(withheld.ctx, withheld.membership) == []


def test_whoever_must_go_at_once_is_put_out_all_the_same(cast, browser_of):
    made = members.add_organisation(cast.coordinator.ctx, "Reedwater Clinic")
    second_coordinator(cast)
    browser, seat = browser_of(cast.editor), cast.coordinator.seat
    page = browser.get("/c/meridia/coalition")
    told = browser.follow(browser.submit(page.form(f"{seat.uid}/end")))
    assert LOST in told.words and cast.coordinator.seat == seat
    browser.follow(browser.submit(told.form(f"{seat.uid}/end"), lost="y"))
    assert cast.coordinator.seat is None and keepers_seats(made) == []


def keepers_seats(membership):
    return [row.seat_id for row in Keeper.select().where(Keeper.membership == membership)]


@pytest.mark.database
def test_names_are_handed_on_by_their_keeper_alone_to_a_coordinator_who_is_told(cast, withheld):
    """And only those of organisations that have no people: the others say themselves who keeps their name."""
    made = members.add_organisation(cast.keeper.ctx, "Reedwater Clinic")
    to = cast.coordinator.seat
    refuses(lambda: keepers.hand_on(fresh(cast.keeper.ctx), cast.editor.seat),
            "Choose another coordinator, who keeps these names from now on.")
    refuses(lambda: keepers.hand_on(fresh(cast.keeper.ctx), cast.keeper.seat),
            "Choose another coordinator, who keeps these names from now on.")
    refuses(lambda: keepers.hand_on(fresh(cast.coordinator.ctx), cast.keeper.seat),
            "You keep no name of an organisation for which nobody acts, so there is none to hand on.")
    refuses(lambda: keepers.hand_on(fresh(cast.editor.ctx), to),
            "You may not do this here. A coordinator of the coalition can, or can give you the role.", Forbidden)
    with pytest.raises(SignInAgain):
        keepers.hand_on(cast.keeper.ctx, to)
    keepers.hand_on(fresh(cast.keeper.ctx), to)
    assert (keepers_seats(made), keepers_seats(withheld.membership)) == ([to.id], [cast.keeper.seat.id])
    assert [(row.person_id, row.kind) for row in Outbox.select()] == [(to.person_id, "handed-on")]
    line = AuditLine.select().order_by(AuditLine.number.desc()).first()
    assert (line.action, line.object_uid, line.others, line.fields) == ("names.hand_on", to.uid, 0, [])
