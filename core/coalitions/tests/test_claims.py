"""An invitation is a claim: nobody has the seat before they accept, and nobody is told who has an account."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from core.coalitions import claims, joining, leaving, lock, members, organisations
from core.coalitions.expiring import forget_expired
from core.coalitions.models import Invitation, Membership, Seat
from core.coalitions.tests.factories import accepted, gone, invite
from core.context import Context
from core.db import utc_now
from core.errors import Forbidden, NotThere, Refused
from core.people.accounts import open_link
from core.people.labels import address_of, by_address, name_in
from core.people.models import Person, WebSession
from core.people.passwords import hash_password
from core.policy import seat_of, unnarrowed, visible
from core.sealing import current

pytestmark = pytest.mark.database
PASSWORD = "river stone window lamp"
NEW = "rosa@invented.example"
USED = "This link was used already, or its time is over. Ask the person who gave it to you for a new one."


def of_nobody(token):
    return claims.opened(Context(), token)


def accept(person, token):
    claims.accept(Context(person=person), of_nobody(token))


def addresses(cast):
    """Of nobody, twice, of somebody elsewhere, here, of a withheld organisation, and of one who was here."""
    return ["first@invented.example", NEW, cast.other.member.address, cast.other_member.address,
            cast.withheld.address, cast.expelled.address]


def forms(cast):
    """Every form in which an address is typed: who types it, on which page, in which form, with what else."""
    own = f"/c/meridia/organisations/{cast.member.membership.uid}"
    back = f"/c/meridia/organisations/{gone(cast).uid}"
    return {
        "person": (cast.coordinator, "/c/meridia/coalition", "/coalition/people", {"role": "editor"}),
        "organisation": (cast.coordinator, "/c/meridia/invitations", "/c/meridia/invitations",
                         {"organisation": "Wrenlock Refuge", "locale": "en"}),
        "colleague": (cast.member, own, "/people", {}),
        "colleague by a coordinator": (cast.coordinator, own, "/people", {}),
        "back": (cast.coordinator, back, "/come-back", {}),
        "coalition": (cast.administrator, "/coalitions/new", "/new", {
            "title": "Reedwater Coalition", "slug": "reedwater", "state": "XRW", "understood": "y"}),
    }


@pytest.mark.parametrize("where", ["person", "organisation", "colleague", "colleague by a coordinator", "back",
                                   "coalition"])
def test_whoever_has_an_account_the_answer_and_the_work_are_the_same(cast, withheld, browser_of, guard, where):
    actor, page, form, sends = forms(cast)[where]
    names = ("coordinator", "coordinator_name") if where == "coalition" else ("address", "name")
    told = []
    with time_machine.travel(utc_now(), tick=False):            # pages say until when the address lasts
        for number, address in enumerate(addresses(cast)):
            sends = {**sends, **({"slug": f"reedwater{number}"} if where == "coalition" else {})}
            browser = browser_of(actor)
            asked = browser.get(page).form(form)
            start = len(guard.statements)
            answer = browser.submit(asked, **sends, **dict(zip(names, (address, "Rosa Quill"), strict=True)))
            work = [sql for sql in guard.statements[start:]
                    if '"person"' in sql or sql.startswith(("INSERT", "UPDATE"))]
            shown = browser.follow(answer)
            [link] = shown.tree.find_class("once")
            drawn = "|".join(row.pseudonym for row in unnarrowed(Membership))
            words = re.sub(rf"\b({drawn})\b", "…", shown.words.replace(link.text, "…"))
            told.append((answer.location, words, work, len(link.text)))
            undo(cast)
    for answer in told[2:]:                     # the first of all makes rows that count how often
        for got, wanted in zip(answer, told[1], strict=True):
            assert got == wanted
    assert "/invited/" in link.text


def undo(cast):
    """As it was before somebody was invited."""
    for row in unnarrowed(Invitation).where(Invitation.coalition == cast.coalition):
        if row.membership is not None and row.membership.status == "invited":
            joining.withdraw(cast.coordinator.ctx, row.membership)
        else:
            claims.take_back(cast.coordinator.ctx, row)


def test_nobody_has_a_seat_before_they_accept_and_then_they_have_what_was_offered(cast, browser_of):
    there, membership = cast.other.member.person, cast.memberships[1]
    token = claims.invite_person(cast.coordinator.ctx, address_of(there), "Another Name", "editor", membership)
    assert seat_of(there, cast.coalition) is None and len(token) == 64
    browser = browser_of(cast.other.member)
    browser.get("/c/meridia/", status=404)
    page = browser.get(f"/invited/{token}")
    assert "You are invited to work with “Meridia UPR Coalition”, as editor." in page.words
    assert browser.submit(page.form(f"/invited/{token}"), step="accept").location == "/c/meridia/"
    seat = seat_of(there, cast.coalition)
    ctx = members.context_of(there, cast.coalition, Context(person=there))
    assert (seat.role, ctx.memberships) == ("editor", (membership,))
    assert name_in(Person.get_by_id(there.id)) == name_in(there)        # a coordinator renames nobody
    assert unnarrowed(Invitation).count() == 0
    browser.get(f"/invited/{token}", status=404)


def test_who_has_an_account_comes_back_from_the_door_to_accept(cast, browser_of):
    person = cast.other.member.person
    Person.update(password=hash_password(PASSWORD)).where(Person.id == person.id).execute()
    token = claims.invite_person(cast.coordinator.ctx, address_of(person), "x", "member")
    browser = browser_of()
    page = browser.get(f"/invited/{token}")
    assert "Meridia" not in page.words                      # a mail scanner that follows links reads nothing
    page = browser.submit(page.form(), 200, step="open")
    assert "/sign-in" in page.links
    door = browser.submit(browser.get("/sign-in").form("/sign-in"), address=address_of(person), password=PASSWORD)
    assert door.location == f"/invited/{token}"
    browser.submit(browser.follow(door).form(f"/invited/{token}"), step="accept")
    assert seat_of(person, cast.coalition).role == "member"


def test_who_has_none_sets_one_up_with_the_address_that_was_invited(cast, browser_of):
    token = claims.invite_person(cast.coordinator.ctx, f" {NEW.upper()} ", " Rosa ", "member")
    assert by_address(NEW) is None
    browser = browser_of()
    page = browser.submit(browser.get(f"/invited/{token}").form(), 200, step="open")
    assert page.form(f"/invited/{token}").fields["name"] == ["Rosa"]
    refused = browser.submit(page.form(f"/invited/{token}"), 422, password="short")
    browser.submit(refused.form(f"/invited/{token}"), password="quiet lantern over water", name="Rosa Quill")
    person = by_address(NEW)
    assert (name_in(person), address_of(person), seat_of(person, cast.coalition).role) == ("Rosa Quill", NEW, "member")
    assert browser.get("/c/meridia/").status == 200
    browser_of().get(f"/invited/{token}", status=404)


def test_the_page_speaks_the_language_of_the_invitation_until_its_visitor_chooses_another(cast, browser_of):
    token = joining.invite(cast.coordinator.ctx, "Wrenlock Refuge", NEW, "Rosa", "ar").token
    browser, english = browser_of(), {"Accept-Language": "en"}
    page = browser.get(f"/invited/{token}", headers=english)
    assert (page.tree.get("lang"), page.tree.get("dir")) == ("ar", "rtl") and "ابدأ" in page.words
    opened = browser.submit(page.form(f"/invited/{token}"), 200, step="open")
    assert (opened.tree.get("lang"), opened.form(f"/invited/{token}").fields["locale"]) == ("ar", ["ar"])
    browser.submit(page.form("/language"), language="fr")
    page = browser.get(f"/invited/{token}", headers=english)
    opened = browser.submit(page.form(f"/invited/{token}"), 200, step="open")
    assert (page.tree.get("lang"), opened.form(f"/invited/{token}").fields["locale"]) == ("fr", ["fr"])
    own = browser_of(cast.other.member).get(f"/invited/{token}")
    assert own.tree.get("lang") == "en"                     # who is signed in reads as always


def test_a_forwarded_invitation_is_of_no_use_to_another_account(cast, browser_of):
    token = claims.invite_person(cast.coordinator.ctx, NEW, "Rosa", "coordinator")
    browser = browser_of(cast.other_member)
    page = browser.submit(browser.get(f"/invited/{token}").form(f"/invited/{token}"), 422, step="accept")
    assert "This invitation was made for another address than that of your account." in page.words
    assert cast.other_member.seat.role == "member" and unnarrowed(Invitation).count() == 1


def test_an_account_is_not_taken_over_by_a_link(cast):
    there = cast.other.member.person
    token = claims.invite_person(cast.coordinator.ctx, address_of(there), "x", "member")
    with pytest.raises(Refused, match="There is an account with this address already"):
        claims.set_up(Context(), of_nobody(token), "quiet lantern over water", "x", "en", "UTC")
    assert seat_of(there, cast.coalition) is None and of_nobody(token) is not None


def test_who_is_in_already_keeps_the_role_and_acts_for_one_more(cast):
    token = claims.invite_person(cast.coordinator.ctx, cast.editor.address, "x", "member", cast.memberships[1])
    accept(cast.editor.person, token)
    assert cast.editor.seat.role == "editor"
    assert set(cast.editor.ctx.memberships) == {cast.memberships[1], cast.memberships[2]}


def test_who_was_here_comes_back_with_the_role_that_is_offered(cast):
    accept(cast.expelled.person, claims.invite_person(cast.coordinator.ctx, cast.expelled.address, "x", "editor"))
    assert cast.expelled.seat.role == "editor"


def test_nobody_accepts_for_an_organisation_that_they_would_give_away(cast, withheld):
    token = organisations.invite_colleague(withheld.ctx, withheld.membership, cast.member.address, "x")
    with pytest.raises(Refused, match="cannot act for one that is"):
        accept(cast.member.person, token)
    assert cast.member.membership != withheld.membership and of_nobody(token) is not None


def test_a_role_begins_with_a_new_session(cast, browser_of):
    person = cast.other.member.person
    token = claims.invite_person(cast.coordinator.ctx, address_of(person), "x", "member")
    browser = browser_of(cast.other.member)
    before = browser.cookie
    browser.submit(browser.get(f"/invited/{token}").form(f"/invited/{token}"), step="accept")
    assert browser.cookie != before and WebSession.select().where(WebSession.person == person).count() == 1


def test_to_accept_is_not_to_sign_in_again(cast, browser_of):
    """Who has only an open browser of somebody could offer that person a seat, and would be freshly signed in."""
    token = claims.invite_person(cast.coordinator.ctx, cast.coordinator.address, "x", "member")
    browser, then = browser_of(cast.coordinator), utc_now() - timedelta(hours=3)
    page = browser.get(f"/invited/{token}")
    WebSession.update(fresh_until=then, started_at=then).execute()
    browser.submit(page.form(f"/invited/{token}"), step="accept")
    assert [(row.fresh_until, row.started_at, row.needs_code) for row in WebSession.select()] == [(then, then, False)]
    assert browser.get("/c/meridia/names", 303).location == "/sign-in-again"


@pytest.mark.parametrize("ends", ["expelled", "made a member"])
def test_who_is_out_comes_back_by_no_invitation_that_was_left_open(cast, ends):
    """Neither by one for the own address, nor by a seat that was offered to another."""
    tokens = [claims.invite_person(cast.coordinator.ctx, NEW, "Rosa", "coordinator") for _ in range(2)]
    person = claims.set_up(Context(), of_nobody(tokens[0]), PASSWORD, "", "en", "UTC")
    rosa = members.context_of(person, cast.coalition, Context(person=person))
    offered = claims.invite_person(rosa, "olga@invented.example", "Olga", "coordinator")
    renewed = claims.renew(rosa, of_nobody(
        claims.invite_person(cast.coordinator.ctx, "petra@invented.example", "Petra", "coordinator")), 72)
    if ends == "expelled":
        members.end_seat(cast.coordinator.ctx, rosa.seat)
        with pytest.raises(NotThere) as caught:
            claims.opened(Context(person=Person.get_by_id(person.id)), tokens[1])
        assert str(caught.value) == USED
    else:
        members.change_role(cast.coordinator.ctx, rosa.seat, "member")
        accept(person, tokens[1])
        assert seat_of(person, cast.coalition).role == "member"
    for token in (offered, renewed):                # who made a link last may have kept it
        with pytest.raises(NotThere):
            of_nobody(token)
    assert {name_in(row) for row in unnarrowed(Invitation)} <= {"Rosa"}


@pytest.mark.parametrize("maker", ["coordinator", "member"])
def test_who_is_out_takes_over_no_account_by_a_set_up_address_that_they_made(cast, maker):
    members.change_acts_for(cast.coordinator.ctx, cast.other_member.seat, [cast.member.membership])
    nora, _link = members.add_person(Context(via="command").at(cast.coalition), NEW, "Nora", "coordinator")
    made = {"coordinator": lambda: members.new_set_up_link(cast.coordinator.ctx, cast.other_member.seat),
            "member": lambda: organisations.link_for_colleague(cast.member.ctx, cast.member.membership,
                                                               cast.other_member.seat, 1)}[maker]()
    members.end_seat(members.context_of(nora.person, cast.coalition, Context(person=nora.person)), cast[maker].seat)
    with pytest.raises(NotThere):
        open_link(Context(), made)


def test_who_erases_the_account_after_the_end_of_the_seat_sets_up_no_new_one_by_an_old_link(cast):
    token = claims.invite_person(cast.coordinator.ctx, cast.member.address, "x", "coordinator")
    members.end_seat(cast.coordinator.ctx, cast.member.seat)
    ctx = Context(person=cast.member.person)
    leaving.erase_account(replace(ctx, fresh_until=ctx.now + timedelta(minutes=1)))
    people = Person.select().count()
    with pytest.raises(NotThere):
        claims.set_up(Context(), of_nobody(token), PASSWORD, "", "en", "UTC")
    assert Person.select().count() == people
    newer = claims.renew(cast.coordinator.ctx, of_nobody(token), 72)        # whoever invites decides it anew
    assert claims.set_up(Context(), of_nobody(newer), PASSWORD, "", "en", "UTC")


def test_the_end_of_a_seat_tells_whoever_invited_nothing_of_an_address(cast, withheld, browser_of):
    """Else an organisation that is suspended would give away who acts for it."""
    def seen():
        return (browser_of(cast.coordinator).get("/c/meridia/invitations").words,
                browser_of().get(f"/invited/{token}").words)
    with time_machine.travel(utc_now(), tick=False):
        token = claims.invite_person(cast.coordinator.ctx, withheld.address, "Rosa Quill", "member")
        before = seen()
        leaving.suspend(cast.coordinator.ctx, withheld.membership)
        assert seen() == before and "Rosa Quill" in before[0]
    with pytest.raises(NotThere):
        accept(withheld.person, token)


def test_who_stops_acting_for_an_organisation_brings_nobody_to_it_and_comes_back_to_it_by_no_old_invitation(cast):
    ctx, membership = cast.coordinator.ctx, cast.member.membership
    offered = organisations.invite_colleague(cast.member.ctx, membership, NEW, "Rosa")
    own = organisations.invite_colleague(ctx, membership, cast.member.address, "x")
    members.change_acts_for(ctx, cast.member.seat, [])
    with pytest.raises(NotThere):
        of_nobody(offered)
    with pytest.raises(NotThere):
        accept(cast.member.person, own)
    assert cast.member.ctx.memberships == ()


@pytest.mark.parametrize("ends", ["suspended", "locked", "the inviter's end"])
def test_between_opening_and_accepting_it_is_asked_again(cast, ends):
    token = organisations.invite_colleague(cast.member.ctx, cast.member.membership, NEW, "Rosa")
    invitation, people = of_nobody(token), Person.select().count()
    if ends == "suspended":
        leaving.suspend(cast.coordinator.ctx, cast.member.membership)
    elif ends == "locked":
        type(cast.coalition).update(locked_at=utc_now()).where(type(cast.coalition).id == cast.coalition.id).execute()
    else:
        Seat.update(ended_at=utc_now()).where(Seat.id == cast.member.seat.id).execute()
    with pytest.raises(NotThere) as caught:
        claims.set_up(Context(), invitation, PASSWORD, "", "en", "UTC")
    assert (str(caught.value), Person.select().count(), by_address(NEW)) == (USED, people, None)


def test_a_link_ends_when_it_is_renewed_taken_back_or_over(cast):
    ctx = cast.coordinator.ctx
    token = claims.invite_person(ctx, NEW, "Rosa", "member")
    newer = claims.renew(ctx, of_nobody(token), 1)
    with pytest.raises(NotThere):
        of_nobody(token)
    with pytest.raises(NotThere):
        claims.opened(Context(now=ctx.now + timedelta(hours=2)), newer)
    invitation = of_nobody(newer)
    claims.take_back(ctx, invitation)
    assert current().keys([invitation.key_reference]) == {} and unnarrowed(Invitation).count() == 0


@pytest.mark.parametrize("ends", [leaving.suspend, leaving.end_membership])
def test_nobody_accepts_for_an_organisation_that_has_gone(cast, ends):
    token = organisations.invite_colleague(cast.member.ctx, cast.member.membership, NEW, "Rosa")
    ends(cast.coordinator.ctx, Membership.get_by_id(cast.member.membership.id))
    with pytest.raises(NotThere):
        of_nobody(token)


def test_the_lock_ends_all_links_and_one_that_is_made_anew_works_again(cast):
    ctx = cast.coordinator.ctx
    token, made = claims.invite_person(ctx, NEW, "Rosa", "member"), invite(cast)
    lock.lock(ctx)
    for ended in (token, made.token):
        with pytest.raises(NotThere):
            of_nobody(ended)
    lock.unlock(replace(ctx, coalition=type(ctx.coalition).get_by_id(ctx.coalition.id)))
    ctx = cast.coordinator.ctx
    [invitation] = claims.waiting(ctx)
    assert address_of(of_nobody(claims.renew(ctx, invitation, 72))) == NEW


def test_old_ones_are_destroyed_but_not_that_of_an_organisation_that_waits(cast):
    ctx = cast.coordinator.ctx
    claims.invite_person(ctx, NEW, "Rosa", "member")
    waits = invite(cast).invitation
    later = replace(ctx, now=ctx.now + timedelta(days=40))
    forget_expired(None, later.now)
    assert {name_in(row) for row in unnarrowed(Invitation)} == {name_in(waits)}


def test_old_ones_hinder_nobody_who_may_not_take_them_back(cast):
    claims.invite_person(cast.coordinator.ctx, NEW, "Rosa", "member")
    later = replace(cast.member.ctx, now=cast.member.ctx.now + timedelta(days=40))
    organisations.invite_colleague(later, cast.member.membership, "olga@invented.example", "Olga")
    forget_expired(None, later.now)
    assert [name_in(row) for row in unnarrowed(Invitation)] == ["Olga"]


def test_who_waits_is_listed_for_who_may_know(cast, withheld, browser_of):
    claims.invite_person(cast.coordinator.ctx, NEW, "Rosa Quill", "member")
    organisations.invite_colleague(cast.member.ctx, cast.member.membership, NEW, "Petra Reed")
    organisations.invite_colleague(withheld.ctx, withheld.membership, NEW, "Wren Rush")
    words = browser_of(cast.coordinator).get("/c/meridia/invitations").words
    assert [name in words for name in ("Rosa Quill", "Petra Reed", "Wren Rush")] == [True, True, False]
    path = f"/c/meridia/organisations/{withheld.membership.uid}"
    assert [("Wren Rush" in browser_of(actor).get(path).words) for actor in (
        withheld, cast.keeper, cast.coordinator, cast.member)] == [True, True, False, False]


def test_only_who_may_invite_renews_and_takes_back(cast):
    organisations.invite_colleague(cast.member.ctx, cast.member.membership, NEW, "Rosa")
    invitation = visible(cast.coordinator.ctx, Invitation).get()
    for actor in (cast.editor, cast.other_member, cast.stranger, cast.nobody):
        for act in (lambda ctx: claims.renew(ctx, invitation, 72), lambda ctx: claims.take_back(ctx, invitation)):
            with pytest.raises(Forbidden):
                act(actor.ctx)
    with pytest.raises(Forbidden):
        organisations.invite_colleague(cast.other_member.ctx, cast.member.membership, NEW, "Rosa")
    claims.take_back(cast.member.ctx, invitation)
    assert unnarrowed(Invitation).count() == 0


def test_an_invited_one_that_accepted_is_in(cast):
    made = invite(cast)
    seat = accepted(made)
    assert seat.role == "member" and unnarrowed(Seat).where(Seat.id == seat.id).exists()
    assert joining.invited(cast.coordinator.ctx) == [(made.membership, None)]
