"""Who is in a coalition: made, joined, changed, and out at that second."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.audit import AuditLine
from core.coalitions import claims, members
from core.coalitions.models import Coalition, Membership, Organisation, Representation, Seat
from core.context import Context
from core.db import database
from core.errors import Forbidden, Refused
from core.people.labels import address_of, all_labels, label, labels, name_in, seat_labels
from core.people.models import Person, SetUpLink, WebSession
from core.policy import unnarrowed, visible
from core.testing.world import COALITIONS, NAMES


def counts():
    return [model.select().count() for model in (Coalition, Organisation, Person, Representation)] + [
        unnarrowed(model).count() for model in (Membership, Seat)]


def refuses(act, words):
    before = counts(), AuditLine.select().count()
    with pytest.raises(Refused) as caught:
        act()
    assert str(caught.value) == words
    assert (counts(), AuditLine.select().count()) == before


def test_the_administrator_makes_a_coalition_and_has_no_seat_in_it(cast):
    ctx = cast.administrator.ctx
    coalition, token = claims.found_coalition(ctx, " Reedwater ", "Slovenia", " Reedwater Coalition ",
                                               "rosa@invented.example", "Rosa")
    assert (coalition.slug, coalition.state, coalition.title, token is None) == (
        "reedwater", "SVN", "Reedwater Coalition", False)
    seats = unnarrowed(Seat).where(Seat.coalition == coalition)
    assert seats.count() == 0
    invitation = claims.opened(Context(), token)
    person = claims.set_up(Context(), invitation, "quiet lantern over water", "Rosa", "en", "UTC")
    assert [(seat.person, seat.role) for seat in seats] == [(person, "coordinator")]


def test_by_the_own_address_the_administrator_is_coordinator_at_once(cast):
    ctx = cast.administrator.ctx
    coalition, token = claims.found_coalition(ctx, "reedwater", "SVN", "Reedwater", cast.administrator.address, "x")
    seats = unnarrowed(Seat).where(Seat.coalition == coalition)
    assert (token, [(seat.person, seat.role) for seat in seats]) == (None, [(ctx.person, "coordinator")])


@pytest.mark.parametrize("name", ["coordinator", "editor", "member", "expelled", "stranger", "nobody"])
def test_nobody_else_makes_one(cast, name):
    before = counts()
    with pytest.raises(Forbidden):
        claims.found_coalition(cast[name].ctx, "reedwater", "SVN", "Reedwater", "rosa@invented.example", "Rosa")
    assert counts() == before


def test_what_cannot_stand_is_refused_in_words(cast):
    ctx = cast.administrator.ctx

    def found(slug="one", state="SVN", title="One", address="rosa@invented.example", name="Rosa"):
        return lambda: claims.found_coalition(ctx, slug, state, title, address, name)
    refuses(found(slug="two words"), "“two words” cannot stand in an address. Use 1 to 40 small letters, digits and "
                                     "hyphens, such as “meridia”.")
    refuses(found(slug="meridia"), "There is a coalition “meridia” already. Choose another short name.")
    refuses(found(title=" "), "A coalition needs a title, such as “Meridia UPR Coalition”.")
    refuses(found(state="Atlantis"),
            "“Atlantis” is no State known here. Use its name or its three-letter code, such as SVN.")
    refuses(found(address="rosa"),
            "“rosa” is no e-mail address. It needs a name, an @ and a host, such as amina@example.org.")
    for address in ("a@b.example,c@d.example", "a@b.example;c@d.example", "a <c@d.example>", "a@b@c.example", "a@b."):
        refuses(found(address=address), f"“{address}” is no e-mail address. It needs a name, an @ and a host, such as "
                                        "amina@example.org.")
    refuses(found(name=" "), "A person needs a name. Type how the others shall see them.")


def test_an_organisation_joins_once(cast):
    ctx = cast.coordinator.ctx
    membership = members.add_organisation(ctx, "  Reedwater   Clinic ", " RC ")
    content = membership.organisation.content()
    assert (content["name"], content["acronym"], membership.status, membership.visibility, membership.joined_on) == (
        "Reedwater Clinic", "RC", "active", None, ctx.today)
    refuses(lambda: members.add_organisation(ctx, "REEDWATER clinic"),
            "“REEDWATER clinic” is in the coalition already.")
    refuses(lambda: members.add_organisation(ctx, "  "), "An organisation needs a name.")
    # Whether another coalition has it, nobody here is told.
    members.add_organisation(ctx, COALITIONS["elsewhere"][3][0])


def test_a_person_gets_a_seat_a_link_and_those_for_whom_they_act(cast):
    ctx = cast.coordinator.ctx
    membership = cast.memberships[1]
    seat, token = members.add_person(ctx, " Rosa@Invented.Example ", " Rosa ", "editor", [membership])
    assert (seat.role, name_in(seat.person), address_of(seat.person)) == ("editor", "Rosa", "rosa@invented.example")
    assert len(token) == 64
    made = members.context_of(seat.person, cast.coalition, ctx)
    assert made.memberships == (membership,) and made.roles == {"person", "editor"}
    refuses(lambda: members.add_person(ctx, "rosa@invented.example", "Rosa", "member"),
            "This person is in the coalition already. Change their role on the coalition's page.")
    refuses(lambda: members.add_person(ctx, "new@invented.example", "New", "guest"),
            "“guest” is no role. The roles are: coordinator, editor, member.")


def test_one_person_sits_in_two_coalitions_and_each_sees_its_own(cast):
    there = cast.other.member.person
    Person.update(password="x").where(Person.id == there.id).execute()
    seat, token = members.add_person(cast.coordinator.ctx, address_of(there), "Another Name", "member")
    assert (seat.person, token) == (there, None)
    assert name_in(Person.get_by_id(there.id)) == name_in(there)    # a coordinator renames nobody
    assert members.context_of(there, cast.coalition, Context()).memberships == ()


@pytest.mark.parametrize("password", ["x", None])
def test_a_coordinator_gets_no_link_to_an_account_that_opens_more_than_this_coalition(cast, password):
    ctx = cast.coordinator.ctx
    for person in (cast.other.member.person, cast.administrator.person):
        Person.update(password=password).where(Person.id == person.id).execute()
        seat, token = members.add_person(ctx, address_of(person), name_in(person), "member")
        assert token is None
        refuses(lambda seat=seat: members.new_set_up_link(ctx, seat), (
            "This account is not this coalition's alone, so a coordinator cannot reset it. The person signs in with "
            "the password they have; if it is lost, the administrator can help."))
        assert not SetUpLink.select().where(SetUpLink.person == person).exists()
    members.end_seat(cast.stranger.ctx, cast.other.member.seat)
    assert len(members.new_set_up_link(ctx, visible(ctx, Seat).where(
        Seat.person == cast.other.member.person).get())) == 64


def test_who_is_out_is_out_at_that_second(cast, browser_of):
    browser, seat = browser_of(cast.member), cast.member.seat
    browser.get("/c/meridia/")
    members.end_seat(cast.coordinator.ctx, seat)
    browser.get("/c/meridia/", status=303)
    assert WebSession.select().where(WebSession.person == cast.member.person).count() == 0
    assert cast.member.seat is None and cast.member.ctx.coalition is None
    again = browser_of(cast.member)             # the account is theirs still
    again.get("/c/meridia/", status=404)
    assert again.get("/").links.count("/c/meridia/") == 0


def test_whoever_comes_back_acts_for_their_organisation_again(cast):
    ctx, membership = cast.coordinator.ctx, cast.member.membership
    members.end_seat(ctx, cast.member.seat)
    members.add_person(ctx, cast.member.address, "x", "member", [membership])
    assert cast.member.membership == membership


def test_a_coalition_is_never_without_a_coordinator(cast):
    ctx = cast.coordinator.ctx
    words = "The coalition would have no coordinator. Make somebody else coordinator first."
    refuses(lambda: members.end_seat(ctx, ctx.seat), words)
    refuses(lambda: members.change_role(ctx, ctx.seat, "member"), words)
    members.change_role(ctx, cast.editor.seat, "coordinator")
    members.end_seat(ctx, cast.coordinator.seat)
    assert cast.editor.ctx.roles == {"person", "coordinator"}


def test_a_role_counts_from_the_next_session_on_and_ends_those_before(cast, browser_of):
    browser = browser_of(cast.member)
    assert browser.get("/c/meridia/coalition").forms("/organisations") == []
    members.change_role(cast.coordinator.ctx, cast.member.seat, "coordinator")
    browser.get("/c/meridia/coalition", status=303)         # with the old rights nobody goes on
    assert len(browser_of(cast.member).get("/c/meridia/coalition").forms("/organisations")) == 1


def test_a_representation_counts_on_its_days_only(cast):
    today = cast.member.ctx.utc_day
    Representation.update(from_on=today + timedelta(days=1)).where(
        Representation.person == cast.member.person).execute()
    assert cast.member.ctx.memberships == ()
    Representation.update(from_on=today - timedelta(days=9), until_on=today).where(
        Representation.person == cast.member.person).execute()
    assert cast.member.ctx.memberships == ()


def test_who_acts_for_whom_counts_at_once_in_whatever_zones_the_two_are(cast):
    person, noon = cast.member.person, datetime(2027, 3, 1, 12)
    far_ahead = replace(cast.coordinator.ctx, zone="Pacific/Kiritimati", now=noon)      # there it is the second already
    assert (str(far_ahead.today), str(far_ahead.utc_day)) == ("2027-03-02", "2027-03-01")

    def acts_for():
        ctx = Context(person=person, zone="America/Los_Angeles", now=noon)
        return [one.id for one in members.context_of(person, cast.coalition, ctx).memberships]
    members.change_acts_for(far_ahead, cast.member.seat, [])
    assert acts_for() == []
    members.change_acts_for(far_ahead, cast.member.seat, cast.memberships[1:2])
    assert acts_for() == [cast.memberships[1].id]


def test_names_are_read_for_ones_own_coalition_in_one_query(cast, queries):
    ctx, theirs = cast.member.ctx, cast.other.memberships
    with queries() as counted:
        named = labels(ctx, [*cast.memberships, *theirs])
    assert sorted(named.values()) == sorted(COALITIONS["meridia"][3])
    assert len([sql for sql in counted.statements if "organisation" in sql and "sealed" in sql]) == 1
    with queries() as counted:
        assert label(ctx, cast.member.ctx.memberships[0]) == COALITIONS["meridia"][3][0]
    assert [name for _membership, name in all_labels(ctx)] == sorted(COALITIONS["meridia"][3])
    seats = [cast.member.seat, cast.stranger.seat, None]
    assert list(seat_labels(ctx, seats).values()) == [NAMES["meridia"]["member"]]


def test_the_page_shows_a_set_up_address_once(cast, browser_of):
    browser = browser_of(cast.coordinator)
    form = browser.get("/c/meridia/coalition").form("/people")
    page = browser.follow(browser.submit(form, address="rosa@invented.example", name="Rosa", role="member"))
    address = page.one("//p[@class='once']").text
    assert address.startswith("http://127.0.0.1:8000/invited/")
    assert browser.get("/c/meridia/coalition").tree.find_class("once") == []
    browser_of().get(address.removeprefix("http://127.0.0.1:8000"))


def test_a_person_acts_for_the_organisations_that_are_ticked_and_for_no_other(cast):
    def acting():
        rows = Representation.select().where(Representation.person == cast.coordinator.person)
        return sorted((row.organisation_id, row.until_on) for row in rows)

    def told():
        return [one.id for one in members.context_of(cast.coordinator.person, cast.coalition, ctx).memberships]
    ctx, (one, two) = cast.coordinator.ctx, cast.memberships[:2]
    members.change_acts_for(ctx, cast.coordinator.seat, [one])
    assert (told(), acting()) == ([one.id], [(one.organisation_id, None)])
    members.change_acts_for(ctx, cast.coordinator.seat, [one, two])
    assert told() == [one.id, two.id]
    members.change_acts_for(ctx, cast.coordinator.seat, [two])
    assert (told(), acting()) == ([two.id], sorted([(one.organisation_id, ctx.utc_day), (two.organisation_id, None)]))
    members.change_acts_for(ctx, cast.coordinator.seat, [])
    assert told() == []


def test_of_two_coordinators_who_tick_at_once_the_second_is_shown_the_choice(cast, browser_of):
    browser = browser_of(cast.coordinator)
    form = next(form for form in browser.get("/c/meridia/coalition").forms("/acts-for")
                if cast.member.seat.uid in form.address)
    members.change_acts_for(cast.coordinator.ctx, cast.member.seat, cast.memberships[1:2], cast.member.seat.version)
    page = browser.post(form.address, {**form.fields, "membership": [cast.memberships[0].uid]}, 409,
                        headers={"Referer": "http://127.0.0.1:8000/c/meridia/coalition"})
    assert [one.id for one in cast.member.ctx.memberships] == [cast.memberships[1].id]
    assert page.one("//a[@class='button']").get("href") == "/c/meridia/coalition"
    browser.follow(browser.submit(page.form("/acts-for")))
    assert [one.id for one in cast.member.ctx.memberships] == [cast.memberships[0].id]


@pytest.mark.parametrize("name", ["editor", "member", "expelled", "stranger", "nobody"])
def test_nobody_else_says_for_whom_a_person_acts(cast, name):
    before = counts()
    with pytest.raises(Forbidden):
        members.change_acts_for(cast[name].ctx, cast.member.seat, [])
    assert counts() == before


def test_what_a_person_does_for_organisations_elsewhere_stays(cast, world):
    ctx, elsewhere = cast.coordinator.ctx, world.elsewhere
    person = cast.member.person
    Representation.create(person=person, organisation=elsewhere.memberships[0].organisation_id, from_on=ctx.utc_day)
    members.change_acts_for(ctx, cast.member.seat, [])
    rows = Representation.select().where(Representation.person == person, Representation.until_on.is_null())
    assert [row.organisation_id for row in rows] == [elsewhere.memberships[0].organisation_id]


def everything_kept():
    """All text of the database, as who takes the file reads it."""
    tables = database.get_tables()
    return "\n".join(str(row) for table in tables for row in database.execute_sql(f'SELECT * FROM "{table}"'))


@pytest.mark.parametrize("where", ["a person", "a lost password", "a coalition"])
def test_a_set_up_address_lies_nowhere_in_the_database_before_and_after_it_is_shown(cast, browser_of, where):
    if where == "a coalition":
        browser = browser_of(cast.administrator)
        form = browser.get("/coalitions/new").form("/new")
        answer = browser.submit(form, title="Reedwater Coalition", slug="reedwater", state="XRW", understood="y",
                                coordinator="rosa@invented.example", coordinator_name="Rosa")
    else:
        browser = browser_of(cast.coordinator)
        page = browser.get("/c/meridia/coalition")
        answer = browser.submit(page.form("/people"), address="rosa@invented.example", name="Rosa", role="member") \
            if where == "a person" else browser.submit(page.form(f"{cast.member.seat.uid}/link"))
    kept = everything_kept()
    token = browser.follow(answer).one("//p[@class='once']").text.rpartition("/")[2]
    assert len(token) == 64 and "web_session" in database.get_tables()
    assert token not in kept and token not in everything_kept()
    assert browser.follow(answer).tree.find_class("once") == []


def test_whoever_makes_a_coalition_and_coordinates_it_begins_there(cast, browser_of):
    browser = browser_of(cast.administrator)
    told = [browser.submit(browser.get("/coalitions/new").form("/new"), title="Reedwater Coalition", slug=slug,
                           state="XRW", understood="y", **coordinator).location
            for slug, coordinator in (("own", {}), ("other", {"coordinator": "rosa@invented.example"}))]
    assert told == ["/c/own/", "/"]
    assert "Invite the organisations of the coalition" in browser.get("/c/own/").words


@pytest.mark.parametrize(("password", "hours", "words"), [(None, 72, "lasts 72 hours"), ("x", 1, "lasts 1 hour.")])
def test_a_link_for_a_lost_password_lasts_an_hour(cast, browser_of, password, hours, words):
    Person.update(password=password).where(Person.id == cast.member.person.id).execute()
    browser = browser_of(cast.coordinator)
    page = browser.follow(browser.post(f"/c/meridia/coalition/people/{cast.member.seat.uid}/link"))
    assert words in page.words
    lasts = SetUpLink.get(SetUpLink.person == cast.member.person).expires_at - cast.coordinator.ctx.now
    assert timedelta(hours=hours - 0.1) < lasts <= timedelta(hours=hours)


def test_whoever_adds_an_organisation_is_told_under_which_word_it_stands_and_who_reads_its_name(cast, browser_of):
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/coalition")
    assert "Until the organisation has chosen, it stands here under a random word, and you alone read its name." \
        in page.words
    told = browser.follow(browser.submit(page.form("/organisations"), name="Reedwater Clinic")).words
    word = visible(cast.coordinator.ctx, Membership).order_by(Membership.id.desc()).get().pseudonym
    assert f"“Reedwater Clinic” is added. Until it has chosen how it is shown, it stands here as {word}; you read " \
           "its name under “Names that you keep”, and invite its first person there." in told
