"""Two records of one organisation made one: found by their names, and all that hangs on the one that goes moves."""


import pytest

from core.audit import AuditLine
from core.changes import change
from core.coalitions import merging
from core.coalitions.likeness import alike
from core.coalitions.members import add_organisation
from core.coalitions.models import Invitation, Membership, Organisation, Representation
from core.coalitions.organisation_import import bring_in, planned
from core.coalitions.organisations import invite_colleague
from core.coalitions.tests.test_organisation_import import everything, sheets_of
from core.db import database
from core.errors import Refused
from core.files.models import Attachment
from core.notices.models import Outbox
from core.people.labels import all_labels
from core.policy import unnarrowed
from core.sealing import current
from core.workflows.consultations import guests_of, log_consultation
from core.workflows.models import Consultation

pytestmark = pytest.mark.database


def test_doubles_among_the_names_that_one_keeps_are_shown_to_their_keeper_alone(cast, withheld, browser_of):
    made = add_organisation(cast.coordinator.ctx, "Legal Aid Lanternwick")          # it has not chosen yet
    page = browser_of(cast.coordinator).get("/c/meridia/directory/doubles")
    assert "No two names are alike." in page.words
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/directory/doubles/kept")
    assert "Lanternwick Legal Aid · Legal Aid Lanternwick" in page.words
    assert AuditLine.select().order_by(AuditLine.number.desc()).first().action == "names.read"
    assert "No two names are alike." in browser_of(cast.keeper).get("/c/meridia/directory/doubles/kept").words
    address = f"/c/meridia/directory/doubles/{cast.member.membership.uid}/{made.uid}"
    page = browser_of(cast.keeper).get(address)
    assert "Legal Aid Lanternwick" not in page.words and "An organisation that withholds its name" in page.words
    page = browser.get(address)
    assert "so it can only go, and “Lanternwick Legal Aid” stay." in page.words
    browser.submit(page.form(made.uid), stays=cast.member.membership.uid)
    assert not unnarrowed(Membership).where(Membership.id == made.id).exists()


def test_one_that_has_not_chosen_yet_goes_only_while_nothing_hangs_on_it(cast):
    made = add_organisation(cast.coordinator.ctx, "Legal Aid Lanternwick")
    with change(cast.coordinator.ctx, "coalition.members", made) as entry:
        entry.add(Attachment(membership=made, title="Letter"))
    with pytest.raises(Refused, match="“Legal Aid Lanternwick” has not chosen yet how it is shown, and something hang"):
        merging.merge(cast.coordinator.ctx, cast.member.membership, made)


def test_names_that_may_be_one_are_found_by_accents_order_and_acronym():
    names = [("Réseau des femmes", ""), ("Reseau Femmes", ""), ("Prison Watch Ansel", ""), ("Ansel Prison Watch", ""),
             ("PWA", ""), ("Legal Aid", "LA"), ("River Council", "")]
    things = [(name, name, acronym) for name, acronym in names]
    assert list(alike(things)) == [("Réseau des femmes", "Reseau Femmes"), ("Prison Watch Ansel", "Ansel Prison Watch"),
                                   ("Prison Watch Ansel", "PWA")]


def test_two_records_become_one_by_hand(cast, browser_of, tmp_path):
    text = "Name,Works on,Telephone,Visibility\nLegal Aid Lanternwick,Courts,+000 123,members\n"
    plan, rows, problems = planned(cast.coordinator.ctx, sheets_of(tmp_path, text), None)
    assert "may be the same as “Lanternwick Legal Aid”" in str(plan.warned[0].reason)
    bring_in(cast.coordinator.ctx, plan, rows, problems)
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/directory/doubles")
    assert "Lanternwick Legal Aid · Legal Aid Lanternwick" in page.words
    goes = next(one for one, label in all_labels(cast.coordinator.ctx) if label == "Legal Aid Lanternwick")
    reference, membership = goes.organisation.key_reference, cast.member.membership
    page = browser.get(f"/c/meridia/directory/doubles/{membership.uid}/{goes.uid}")
    browser.follow(browser.submit(page.form(goes.uid), stays=membership.uid))
    content = cast.member.membership.organisation.content()
    assert (content["name"], content["clusters"], content["phone"]) == ("Lanternwick Legal Aid", ["Courts"], "+000 123")
    assert current().keys([reference]) == {}
    assert not Organisation.select().where(Organisation.id == goes.organisation_id).exists()


def name_alike(cast):
    """The other member's organisation calls itself nearly as the member's."""
    with change(cast.other_member.ctx, "organisation.profile", cast.other_member.membership) as entry:
        entry.also(cast.other_member.membership.organisation).put(name="Legal Aid Lanternwick")


def test_two_that_are_not_alike_are_not_made_one(cast, browser_of):
    before = everything()
    with pytest.raises(Refused, match="Only two whose names are alike are merged."):
        merging.merge(cast.coordinator.ctx, cast.other_member.membership, cast.member.membership)
    uids = [actor.membership.uid for actor in (cast.other_member, cast.member)]
    browser_of(cast.coordinator).post(f"/c/meridia/directory/doubles/{'/'.join(uids)}", {"stays": uids[0]}, status=422)
    assert everything() == before


def test_the_people_of_a_double_act_for_the_one_that_stays(cast):
    name_alike(cast)
    merging.merge(cast.coordinator.ctx, cast.other_member.membership, cast.member.membership)
    assert {row.person_id for row in Outbox.select().where(Outbox.kind == "merged")} == {
        cast.member.person.id, cast.other_member.person.id}
    assert cast.member.ctx.memberships == (cast.other_member.membership,)
    assert Representation.select().where(Representation.person == cast.member.person).count() == 1


def hang_something_on(cast, membership, other):
    """A file of it, a consultation to which it alone was invited, and one to which both were and only it came; an
    invitation to act for it."""
    ctx = cast.coordinator.ctx
    with change(ctx, "coalition.members", ctx.coalition) as entry:
        entry.add(Attachment(membership=membership, title="Letter"))
    day = {"held_on": None, "notice_days": None}
    log_consultation(ctx, cast.review, {"title": "Hearing", **day}, {membership: True})
    log_consultation(ctx, cast.review, {"title": "Second hearing", **day}, {membership: True, other: False})
    invite_colleague(cast.member.ctx, membership, "rosa@invented.example", "Rosa")


def test_what_hangs_on_the_one_that_goes_moves_and_the_page_says_so_before(cast, browser_of):
    stays, goes = cast.other_member.membership, cast.member.membership
    name_alike(cast)
    hang_something_on(cast, goes, stays)
    browser = browser_of(cast.coordinator)
    page = browser.get(f"/c/meridia/directory/doubles/{stays.uid}/{goes.uid}")
    told = page.words.partition("If “Legal Aid Lanternwick” stays")[2].partition("If “Lantern")[0]
    assert "1 person of “Lanternwick Legal Aid” acts for it." in told
    assert "a file of the coalition 1 0 0" in told and "an invitation 1 0 0" in told
    assert "an invitation to a consultation 1 1 0" in told and "This cannot be undone." in page.words
    browser.follow(browser.submit(page.form(goes.uid), stays=stays.uid))
    assert [row.membership_id for row in unnarrowed(Attachment)] == [stays.id]
    assert [row.membership_id for row in unnarrowed(Invitation)] == [stays.id]
    assert [guests_of(one) for one in unnarrowed(Consultation).order_by(Consultation.id)] == [{stays.id: True}] * 2
    assert not unnarrowed(Membership).where(Membership.id == goes.id).exists()
    line = AuditLine.select().order_by(AuditLine.number.desc()).first()
    assert (line.action, line.object_uid, "membership" in line.fields) == ("coalition.members", stays.uid, True)


def test_what_only_a_plugin_that_is_gone_could_move_is_named_before_the_button(cast, browser_of):
    stays, goes = cast.other_member.membership, cast.member.membership
    name_alike(cast)
    database.execute_sql('CREATE TABLE lost_share (id INTEGER PRIMARY KEY, membership_id INTEGER NOT NULL '
                         'REFERENCES membership (id))')
    database.execute_sql(f"INSERT INTO lost_share VALUES (1, {goes.id})")
    page = browser_of(cast.coordinator).get(f"/c/meridia/directory/doubles/{stays.uid}/{goes.uid}")
    assert "A plugin that is not here has written something of “Lanternwick Legal Aid” (lost_share)" in page.words
    with pytest.raises(Refused, match="A plugin that is not here"):
        merging.merge(cast.coordinator.ctx, stays, goes)
    merging.merge(cast.coordinator.ctx, goes, stays)


def test_a_withheld_one_is_not_merged(cast, withheld):
    before = everything()
    for stays, goes in ((cast.member, withheld), (withheld, cast.member)):
        with pytest.raises(Refused, match="An organisation that withholds its name is not merged"):
            merging.merge(cast.coordinator.ctx, stays.membership, goes.membership)
    with pytest.raises(Refused, match="Choose two different organisations."):
        merging.merge(cast.coordinator.ctx, cast.member.membership, cast.member.membership)
    assert everything() == before
