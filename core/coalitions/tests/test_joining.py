"""How an organisation comes in: invited or asking, its choice first, and back again after it had left."""

import re
from dataclasses import replace
from datetime import timedelta

import lxml.html
import pytest

from core.audit import AuditLine
from core.coalitions import applying, claims, joining, leaving, members
from core.coalitions.models import Invitation, Membership, Organisation, Representation, Seat
from core.coalitions.tests import factories
from core.coalitions.tests.factories import accepted, applied, invite
from core.coalitions.today import waiting
from core.coalitions.visibility import choose, keepers_of
from core.context import Context
from core.errors import Forbidden, NotThere, Refused, SignInAgain
from core.notices import outbox
from core.notices.absent import context_for
from core.notices.models import Outbox
from core.notices.tests.waits import with_mail
from core.people.labels import address_of, all_labels, label, labels, name_in
from core.people.models import Person
from core.people.second_factor import picture
from core.policy import find, unnarrowed, visible
from core.sealing import current
from core.testing.canary import found_in, names_of
from core.web.outside import as_if_asked


def fresh(ctx):
    return replace(ctx, fresh_until=ctx.now + timedelta(minutes=5))


def counts():
    return [model.select().count() for model in (Organisation, Person, Representation, AuditLine)] + [
        unnarrowed(model).count() for model in (Membership, Seat, Invitation)]


def refuses(act, words):
    before = counts()
    with pytest.raises(Refused) as caught:
        act()
    assert str(caught.value) == words
    assert counts() == before


def ctx_of(person, cast):
    return members.context_of(person, cast.coalition, Context(person=person))


def test_an_invitation_is_a_sealed_organisation_and_a_sealed_offer_from_the_start(cast):
    people = Person.select().count()
    made = invite(cast)
    assert (made.membership.status, made.membership.visibility, made.invitation.role, len(made.token)) == (
        "invited", None, "member", 64)
    content = Organisation.get_by_id(made.membership.organisation_id).content()
    assert (content["name"], name_in(made.invitation)) == ("Wrenlock Refuge", "Petronella Gravesend")
    assert Person.select().count() == people            # nobody is there before they accept
    ctx = ctx_of(accepted(made).person, cast)
    assert (ctx.memberships, ctx.joining) == ((), (made.membership,))
    assert made.membership.id not in {one.id for one, _label in all_labels(cast.coordinator.ctx)}
    assert labels(cast.coordinator.ctx, [made.membership], "keeper")[made.membership.id] == "Wrenlock Refuge"


def test_who_invites_needs_the_right_and_a_name_and_an_address(cast):
    ctx = cast.coordinator.ctx
    refuses(lambda: joining.invite(ctx, " ", "rosa@invented.example", "Rosa"), "An organisation needs a name.")
    refuses(lambda: joining.invite(ctx, "Reedwater", "rosa", "Rosa"), (
        "“rosa” is no e-mail address. It needs a name, an @ and a host, such as amina@example.org."))
    before = counts()
    for actor in (cast.editor, cast.member, cast.other_member):
        with pytest.raises(Forbidden):
            joining.invite(actor.ctx, "Reedwater", "rosa@invented.example", "Rosa")
    assert counts() == before


def test_a_sheet_of_paper_says_how_to_come_in_in_the_language_of_who_is_invited_and_names_nobody(cast, browser_of):
    browser, sent = browser_of(cast.coordinator), {"organisation": "Wrenlock Refuge", "name": "Petra", "locale": "ar",
                                                   "address": "petra@invented.example"}
    page = browser.follow(browser.submit(browser.get("/c/meridia/invitations").form("/invitations"), **sent))
    sheet, address = page.one("//article"), page.one("//p[@class='once']").text
    words = " ".join(sheet.text_content().split())
    assert (sheet.get("lang"), sheet.get("dir")) == ("ar", "rtl") and "يعمل هذا العنوان مرة واحدة" in words
    assert address in words and re.fullmatch(r"http://127\.0\.0\.1:8000/invited/([a-z2-7]{4}-){12}[a-z2-7]{4}", address)
    assert not re.search("Petra|Wrenlock|[Mm]eridia", lxml.html.tostring(sheet, encoding="unicode"))
    path = sheet.xpath("string(.//*[name()='path'][2]/@d)")
    assert path == picture(address).path            # it is the address that a camera reads


def test_by_mail_the_link_is_made_only_when_the_mail_is_sent(app, cast, browser_of):
    browser, sent = browser_of(cast.coordinator), {"organisation": "Wrenlock Refuge", "name": "Petra", "locale": "en",
                                                   "address": "petra@invented.example", "by_mail": "y"}
    assert not browser.get("/c/meridia/invitations").tree.xpath("//input[@name='by_mail']")
    made = joining.invite(cast.coordinator.ctx, "Reedwater", "rosa@invented.example", "Rosa", by_mail=True)
    row = Outbox.get()
    assert (made.token, row.kind, row.person, row.invitation, row.parameters) == (
        None, "invitation", None, made.invitation, {})
    app.settings = replace(app.settings, mail="smtp://mail.example")
    page = browser.follow(browser.submit(browser.get("/c/meridia/invitations").form("/invitations"), **sent))
    assert "The mail is on its way." in page.words and not page.tree.find_class("once")
    assert Outbox.select().count() == 2


def test_before_the_choice_nothing_of_the_coalition_is_told_in_its_name(app, cast):
    made = invite(cast)
    ctx = context_for(accepted(made).person, cast.coalition, cast.coordinator.ctx.now)
    items, gaps = waiting(ctx, app.host)
    assert [str(item.plain) for item in items] == ["Choose how your organisation is shown"] and gaps == []


def test_a_keeper_is_added_by_who_has_just_signed_in_and_taken_away_at_once(cast, withheld):
    seats = [cast.keeper.seat, cast.coordinator.seat]
    with pytest.raises(SignInAgain):
        choose(withheld.ctx, withheld.membership, "withheld", keepers=seats)
    assert keepers_of(withheld.ctx, withheld.membership) == [cast.keeper.seat]
    choose(fresh(withheld.ctx), withheld.membership, "withheld", keepers=seats)
    assert len(keepers_of(withheld.ctx, withheld.membership)) == 2
    choose(withheld.ctx, withheld.membership, "withheld", keepers=[])
    assert keepers_of(withheld.ctx, withheld.membership) == []


def test_before_the_choice_all_pages_of_the_coalition_lead_to_it(cast, browser_of):
    made = invite(cast)
    browser = browser_of(accepted(made))
    for path in ("/c/meridia/", "/c/meridia/coalition", "/c/meridia/directory", "/c/meridia/recommendations/",
                 f"/c/meridia/organisations/{cast.member.membership.uid}"):
        assert browser.get(path, status=303).location == "/c/meridia/join"
    assert browser.post("/c/meridia/seen").location == "/c/meridia/join"
    page = browser.get("/c/meridia/join")
    assert "Wrenlock Refuge is invited into the coalition “Meridia UPR Coalition”" in page.words
    assert "Until you choose, it is shown to nobody." in page.words
    assert not [link for link in page.links if link.startswith("/c/meridia/") and link not in (
        "/c/meridia/", f"/c/meridia/organisations/{made.membership.uid}/leave")]


def test_with_its_choice_it_has_joined(cast, browser_of):
    made = invite(cast)
    browser = browser_of(accepted(made))
    form = browser.get("/c/meridia/join").form("/shown")
    browser.follow(browser.submit(form, visibility="withheld", keeper=[]))
    stands = Membership.get_by_id(made.membership.id)
    assert (stands.status, stands.visibility, stands.visibility_by) == ("active", "withheld", "organisation")
    assert keepers_of(cast.coordinator.ctx, stands) == []
    assert label(cast.coordinator.ctx, stands) == stands.pseudonym
    browser.get("/c/meridia/")
    assert browser.get("/c/meridia/join", status=303).location == "/c/meridia/"


def test_what_makes_it_more_visible_is_shown_to_it_first(cast, browser_of):
    made = invite(cast)
    browser = browser_of(accepted(made))
    page = browser.submit(browser.get("/c/meridia/join").form("/shown"), status=200, visibility="members")
    assert Membership.get_by_id(made.membership.id).visibility is None
    assert "See it as the others will" in page.words and "Petronella Gravesend" in page.words
    browser.follow(browser.submit(page.form("/shown")))
    assert label(cast.member.ctx, made.membership) == "Wrenlock Refuge"


def test_joining_by_name_wants_a_fresh_sign_in_too(cast):
    made = invite(cast)
    ctx = ctx_of(accepted(made).person, cast)
    with pytest.raises(SignInAgain):
        choose(ctx, made.membership, "members")
    assert Membership.get_by_id(made.membership.id).status == "invited"
    choose(fresh(ctx), made.membership, "members")
    assert Membership.get_by_id(made.membership.id).status == "active"


def test_nobody_chooses_for_an_invited_one(cast):
    made = invite(cast)
    with pytest.raises(Forbidden):
        choose(cast.member.ctx, made.membership, "withheld")
    with pytest.raises(Refused, match="Only the organisation itself"):
        choose(fresh(cast.coordinator.ctx), made.membership, "members")
    assert Membership.get_by_id(made.membership.id).status == "invited"


def test_an_invitation_works_once(cast, browser_of):
    made = invite(cast)
    path = f"/invited/{made.token}"
    browser = browser_of()
    browser.post(path, {"step": "open"}, status=200)
    browser.post(path, {"step": "save", "password": "quiet lantern over water", "name": "Petronella", "locale": "en",
                        "zone": "UTC"})
    assert browser.get("/", status=303).location == "/c/meridia/"
    page = browser_of().get(path, status=404)
    assert "There is nothing here for you" in page.words


def test_an_invitation_that_is_taken_back_leaves_nothing(cast):
    made = invite(cast)
    keys = {made.membership.organisation.key_reference, made.invitation.key_reference}
    joining.withdraw(cast.coordinator.ctx, made.membership)
    assert current().keys(keys) == {} and unnarrowed(Invitation).count() == 0
    assert Organisation.get_by_id(made.membership.organisation_id).sealed is None
    with pytest.raises(NotThere):
        claims.opened(Context(), made.token)


def test_one_that_is_taken_back_after_somebody_accepted_leaves_nothing_of_them(cast):
    made = invite(cast)
    person = accepted(made).person
    joining.withdraw(cast.coordinator.ctx, made.membership)
    assert current().keys([person.key_reference]) == {}
    person = Person.get_by_id(person.id)
    assert (person.sealed, person.address_index, members.context_of(person, cast.coalition, Context())) == (
        None, None, None)
    refuses(lambda: joining.withdraw(cast.coordinator.ctx, cast.member.membership),
            "This organisation has joined. End its membership on its own page.")


def test_a_person_who_acts_for_a_withheld_one_cannot_join_by_name(cast, withheld):
    made = joining.invite(cast.coordinator.ctx, "Wrenlock Refuge", address_of(withheld.person), "x")
    claims.accept(Context(person=withheld.person), claims.opened(Context(), made.token))
    ctx = ctx_of(withheld.person, cast)
    assert ctx.seat == withheld.seat
    refuses(lambda: choose(fresh(ctx), made.membership, "members"), (
        "Somebody who acts for this organisation also acts, or has acted, for one that is withheld, which would be "
        "given away. Give them an account of their own for this organisation first."))


def test_the_page_to_ask_on_is_there_only_where_it_was_opened(cast, browser_of):
    nobody = browser_of()
    closed, nowhere = (nobody.get(f"/apply/{slug}", status=404) for slug in ("meridia", "nowhere"))
    assert closed.words == nowhere.words
    joining.open_applications(cast.coordinator.ctx, True)
    assert "Meridia UPR Coalition" in nobody.get("/apply/meridia").words
    with pytest.raises(Forbidden):
        joining.open_applications(cast.editor.ctx, False)


def test_who_asks_is_answered_alike_for_every_address_and_gets_no_account(cast, browser_of):
    joining.open_applications(cast.coordinator.ctx, True)
    people, answers = Person.select().count(), []
    for address in ("petra@invented.example", cast.other_member.address):
        browser = browser_of()
        form = browser.get("/apply/meridia").form("/apply/meridia")
        answers.append(browser.submit(form, status=200, organisation="Wrenlock", name="Petra", address=address,
                                      reason="We work on detention.").words)
    assert answers[0] == answers[1] and Person.select().count() == people
    waiting = joining.applications(cast.coordinator.ctx)
    assert [content["applicant"]["address"] for _membership, content in waiting] != []
    assert AuditLine.select().order_by(AuditLine.number.desc()).first().action == "names.read"
    assert visible(cast.member.ctx, Membership).where(Membership.status == "applied").count() == 0
    with pytest.raises(NotThere):
        find(cast.member.ctx, Membership, waiting[0][0].uid)


def test_a_joke_does_not_fill_the_list(cast, monkeypatch):
    monkeypatch.setattr(applying, "MOST_WAITING", 1)
    applied(cast)
    refuses(lambda: applied(cast), "More organisations have asked than the coordinators can read. Try again in a few "
                                   "days, or write to somebody whom you know there.")


def test_an_application_is_approved_once_and_becomes_an_invitation(cast):
    membership = applied(cast)
    made = joining.approve(cast.coordinator.ctx, find(cast.coordinator.ctx, Membership, membership.uid))
    content = Organisation.get_by_id(membership.organisation_id).content()
    assert (made.membership.status, content["name"], content["applicant"]) == ("invited", "Wrenlock Refuge", {})
    assert address_of(made.invitation) == "petra.meridia@invented.example" and len(made.token) == 64
    refuses(lambda: joining.approve(cast.coordinator.ctx, find(cast.coordinator.ctx, Membership, membership.uid)),
            "Somebody has decided on this already.")


def test_an_application_that_is_turned_down_is_erased(cast):
    membership = applied(cast)
    reference = membership.organisation.key_reference
    joining.decline(cast.coordinator.ctx, membership)
    assert current().keys([reference]) == {}
    assert Organisation.get_by_id(membership.organisation_id).sealed is None
    refuses(lambda: joining.decline(cast.coordinator.ctx, find(cast.coordinator.ctx, Membership, membership.uid)),
            "Somebody has decided on this already.")


def test_who_comes_back_keeps_its_uid_and_chooses_anew(cast):
    ctx, before = cast.coordinator.ctx, cast.member.membership
    leaving.end_membership(ctx, before)
    assert cast.member.seat is None
    made = joining.come_back(ctx, find(ctx, Membership, before.uid), "petra@invented.example", "Petra")
    assert (made.membership.uid, made.membership.pseudonym, made.membership.status, made.membership.visibility) == (
        before.uid, before.pseudonym, "invited", None)
    refuses(lambda: joining.come_back(ctx, cast.other_member.membership, "x@invented.example", "X"), (
        "This organisation has not left, or its record was erased when it did. An erased one joins as a new one."))


def test_the_name_of_one_that_has_left_is_not_taken_twice(cast):
    ctx, name = cast.coordinator.ctx, label(cast.coordinator.ctx, cast.member.membership)
    leaving.end_membership(ctx, cast.member.membership)
    with pytest.raises(Refused, match="has left the coalition. Invite it again from its own page."):
        joining.invite(cast.coordinator.ctx, name, "petra@invented.example", "Petra")


def test_today_asks_those_whose_choice_was_entered_by_others(cast, browser_of):
    words = "Look at how your organisation is shown: somebody else has entered it"
    Membership.update(visibility_by="paper").where(Membership.id == cast.member.membership.id).execute()
    browser = browser_of(cast.member)
    assert words in browser.get("/c/meridia/").words
    page = browser.get(f"/c/meridia/organisations/{cast.member.membership.uid}/shown")
    browser.follow(browser.submit(page.form("/shown")))
    assert cast.member.membership.visibility_by == "organisation"
    assert words not in browser.get("/c/meridia/").words


def test_who_asked_to_join_is_written_to_when_it_is_approved_and_when_it_comes_back(app, cast, browser_of, mailbox):
    app.settings = replace(app.settings, mail="smtp://mail.example")
    browser, membership = browser_of(cast.coordinator), applied(cast)
    browser.post(f"/c/meridia/applications/{membership.uid}/approve")
    assert [(row.kind, address_of(row.invitation)) for row in Outbox.select()] == [
        ("invitation", "petra.meridia@invented.example")]
    gone_one = factories.gone(cast)
    form = browser.get(f"/c/meridia/organisations/{gone_one.uid}").form("/come-back")
    page = browser.follow(browser.submit(form, name="Rosa", address="rosa@invented.example"))
    assert "The mail is on its way." in page.words and not page.tree.find_class("once")
    assert [address_of(row.invitation) for row in Outbox.select().order_by(Outbox.id)][1:] == ["rosa@invented.example"]


def test_the_people_of_one_that_was_suspended_are_written_to_when_it_is_back(app, cast, mailbox):
    leaving.suspend(cast.coordinator.ctx, cast.member.membership)
    assert Outbox.select().count() == 0
    leaving.restore(cast.coordinator.ctx, Membership.get_by_id(cast.memberships[0].id))
    assert [(row.kind, row.person) for row in Outbox.select()] == [("back", cast.member.person)]
    assert outbox.send_due(with_mail(app, mailbox), cast.member.ctx.now) == 1
    [mail] = mailbox.received
    assert mail.subject == "Your organisation is back" and set(found_in(mail.raw, names_of("meridia"))) == {
        "Meridia UPR Coalition", cast.member.address}


def test_the_promise_is_in_plain_words(cast, browser_of):
    page = browser_of(cast.member).get("/c/meridia/promise")
    assert "Each of these lines is checked by a machine" in page.words and not re.search(r"\bM-\d", page.words)


def test_whoever_decides_on_applications_finds_them_on_today_and_nobody_else(app, cast, browser_of):
    def told(actor):
        return [str(item.sentence) for item in waiting(actor.ctx, app.host)[0] if "ask" in item.key]
    with as_if_asked(app, cast.coordinator.ctx):
        assert told(cast.coordinator) == []
    for count, name in enumerate(("Wrenlock Refuge", "Reedwater Clinic"), 1):
        applied(cast, name)
        words = "1 organisation asks to join" if count == 1 else "2 organisations ask to join"
        with as_if_asked(app, cast.coordinator.ctx):
            assert (told(cast.coordinator), told(cast.editor), told(cast.member)) == ([words], [], [])
    page = browser_of(cast.coordinator).get("/c/meridia/")
    assert words in page.words and "/c/meridia/applications" in page.links
