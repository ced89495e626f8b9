"""What a mail says: plain or discreet, in the reader's language, with answers that go to a person."""

import re
from datetime import timedelta

import pytest

from core.changes import change
from core.coalitions import claims, joining, members
from core.coalitions.models import Coalition, Membership
from core.context import Context
from core.db import transaction
from core.errors import Refused
from core.notices import outbox, reminding
from core.notices.choosing import change_choice, change_rules
from core.notices.discretion import is_discreet
from core.notices.kinds import KINDS
from core.notices.models import MailRules
from core.notices.posting import post, post_invitation
from core.notices.tests.waits import CONTENT, MONDAY, MORNING, item, let_wait, with_mail
from core.people.labels import address_of
from core.policy import unnarrowed
from core.testing.canary import found_in, names_of

DAY = timedelta(days=1)
SAID_WHILE = {"deletion": {"ends_at": MORNING + 7 * DAY}, "deletion-asked": {"ending_asked_by": "somebody"}}


@pytest.fixture
def reminded(app, cast, mailbox, monkeypatch):
    """Two things wait for the member, one of them late; gives the mail that arrives."""
    def mail():
        let_wait(monkeypatch, item("a", MONDAY + DAY), item("b", MONDAY - DAY, plain=None), only=cast.member.seat)
        reminding.remind(with_mail(app, mailbox), MORNING)
        outbox.send_due(app, MORNING)
        [received] = mailbox.received
        return received
    return mail


def withhold(membership, choice="withheld"):
    Membership.update(visibility=choice).where(Membership.id == membership.id).execute()


def test_a_plain_mail_names_the_coalition_and_what_waits_without_its_content(reminded, cast):
    mail = reminded()
    assert (mail.subject, mail.message["From"]) == ("2 things wait for you", "post@server.example")
    assert mail.words == (
        "Meridia UPR Coalition\n\nThese things wait for you:\n"
        "– Something waits for you. (it was due on 19 September 2027)\n"
        "– Answer the comments (by 21 September 2027)\n\n"
        "https://upr.example.org/c/meridia/\n\n"
        "Nobody reads answers to this address. Ask a coordinator of the coalition.\n\n"
        "What you hear by mail, you choose here:\nhttps://upr.example.org/account/notices\n")
    assert mail.message.get_content_type() == "text/plain"
    assert CONTENT not in mail.words


def quiet_by_choice(cast):
    change_choice(cast.member.ctx, True, True, [7, 1], 0)


def quiet_by_coalition(cast):
    change_rules(cast.coordinator.ctx, True, None)


@pytest.mark.parametrize("ask", [
    quiet_by_choice, quiet_by_coalition, lambda cast: withhold(cast.member.membership),
    lambda cast: withhold(cast.member.membership, None)])
def test_a_discreet_mail_says_only_that_something_waits_whoever_asks_for_it(reminded, cast, ask):
    ask(cast)
    mail = reminded()
    assert (mail.subject, mail.words) == (
        "News for you", "Something waits for you.\n\nhttps://upr.example.org/\n")
    assert mail.message["Reply-To"] is None


def test_the_stricter_of_coalition_and_person_wins_and_others_are_not_touched(cast):
    quiet_by_choice(cast)
    withhold(cast.other_member.membership, None)
    asked = {name: is_discreet(cast[name].person, cast.coalition)
             for name in ("coordinator", "editor", "member", "other_member")}
    assert asked == {"coordinator": False, "editor": False, "member": True, "other_member": True}
    quiet_by_coalition(cast)
    assert is_discreet(cast.coordinator.person, cast.coalition)
    assert not is_discreet(cast.coordinator.person, None)
    assert is_discreet(cast.other_member.person, None)
    assert not is_discreet(cast.stranger.person, cast.other.coalition)


def test_whoever_no_longer_acts_for_a_withheld_organisation_hears_plainly_again(cast):
    withhold(cast.member.membership)
    members.change_acts_for(Context(via="command").at(cast.coalition), cast.member.seat, [])
    assert not is_discreet(cast.member.person, cast.coalition)


def test_answers_go_to_the_coordinator_who_offered_to_read_them(reminded, cast):
    ctx = cast.coordinator.ctx
    with pytest.raises(Refused, match="Only the person themselves"):
        change_rules(ctx, False, cast.editor.seat)
    assert unnarrowed(MailRules).count() == 0
    change_rules(ctx, False, ctx.seat)
    mail = reminded()
    assert mail.message["Reply-To"] == address_of(cast.coordinator.person)
    assert "Your answer goes to a person of the coalition." in mail.words


def test_answers_go_to_nobody_who_has_left(reminded, cast):
    members.change_role(cast.coordinator.ctx, cast.editor.seat, "coordinator")
    change_rules(cast.editor.ctx, False, cast.editor.seat)
    members.end_seat(cast.coordinator.ctx, cast.editor.seat)
    assert reminded().message["Reply-To"] is None


def test_a_mail_speaks_the_language_of_who_gets_it(reminded, cast):
    person = cast.member.person
    with change(cast.member.ctx, "people.account", person):
        person.locale = "ar"
    mail = reminded()
    assert "21 سبتمبر 2027" in mail.words
    assert found_in(mail.raw, {CONTENT}) == []


def test_headers_say_nothing_of_an_organisation_and_are_the_same_at_a_second_try(app, cast, mailbox):
    with transaction():
        row = post(cast.member.ctx, cast.member.person, "roles-by-command")
    mailbox.answers[address_of(cast.member.person)] = "452 later"
    outbox.send_due(with_mail(app, mailbox), MORNING + 3650 * DAY)
    mailbox.answers.clear()
    outbox.send_due(app, MORNING + 3651 * DAY)
    [mail] = mailbox.received
    assert set(mail.message.keys()) == {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
                                        "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "X-Peer"} - (
        set() if "X-Peer" in mail.message else {"X-Peer"})
    assert mail.message["Message-ID"] == f"<{row.uid}@server.example>"
    assert found_in(mail.raw.partition(b"\r\n\r\n")[0], names_of("meridia") - {address_of(cast.member.person)}) == []


@pytest.mark.parametrize(("visibility", "subject"), [("members", "An invitation"), (None, "News for you")])
@pytest.mark.parametrize("who", ["nobody", "of another coalition"])
def test_an_invitation_holds_a_link_that_was_made_for_it_and_says_the_same_to_who_has_an_account(
        app, cast, mailbox, visibility, subject, who):
    address = "rosa@invented.example" if who == "nobody" else cast.other.member.address
    membership, ctx = cast.memberships[1], cast.coordinator.ctx
    withhold(membership, visibility)
    with change(ctx, "coalition.members", ctx.coalition) as entry:
        invitation, _token = claims.offer(ctx, entry, address, "Rosa", "member", membership, 72)
        post_invitation(ctx, invitation)
    outbox.send_due(with_mail(app, mailbox), ctx.now)
    [mail] = mailbox.received
    assert (mail.subject, mail.to) == (subject, (address,))
    [token] = re.findall(r"https://upr\.example\.org/invited/(\S+)", mail.words)
    assert claims.opened(Context(), token) == invitation
    assert "Open this address once, within 72 hours, to accept:" in mail.words
    named = {"Meridia UPR Coalition"} if visibility else set()
    assert set(found_in(mail.raw, names_of("meridia"))) == named


def test_an_invitation_that_is_taken_back_is_not_sent(app, cast, mailbox):
    made = joining.invite(cast.coordinator.ctx, "Wrenlock Refuge", "rosa@invented.example", "Rosa", by_mail=True)
    joining.withdraw(cast.coordinator.ctx, made.membership)
    assert outbox.send_due(with_mail(app, mailbox), cast.coordinator.ctx.now) == 0 and mailbox.received == []


@pytest.mark.parametrize("is_quiet", [False, True])
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"invitation"}))
def test_no_kind_says_more_than_it_may(app, cast, mailbox, monkeypatch, kind, is_quiet):
    from core.notices.kinds import key_hash
    thing = item(due=MONDAY)
    let_wait(monkeypatch, thing)
    if said_while := SAID_WHILE.get(kind):
        with transaction():
            Coalition.update(said_while).where(Coalition.id == cast.coalition.id).execute()
    change_choice(cast.member.ctx, True, is_quiet, [7, 1], 0)
    change_rules(cast.coordinator.ctx, False, cast.coordinator.ctx.seat)
    with transaction():
        post(cast.member.ctx, cast.member.person, kind, keys=[key_hash(thing)], by="coordinator")
    outbox.send_due(with_mail(app, mailbox), cast.member.ctx.now)
    [mail] = mailbox.received
    allowed = {address_of(cast.member.person)}
    if not is_quiet:
        allowed |= {"Meridia UPR Coalition", address_of(cast.coordinator.person)}
    said = found_in(mail.raw, names_of("meridia") | names_of("elsewhere") | {CONTENT, "Harbourlight"})
    assert set(said) - allowed == set()
    if is_quiet:
        assert not re.search(r"UPR(?!\.example)|Meridia|meridia/", mail.words)


def test_whoever_is_handed_names_reads_where_they_stand_and_no_name(app, cast, mailbox):
    with transaction():
        post(cast.coordinator.ctx, cast.coordinator.person, "handed-on")
    outbox.send_due(with_mail(app, mailbox), MORNING + 3650 * DAY)
    [mail] = mailbox.received
    assert mail.subject == "Names that you keep"
    assert mail.words.startswith(
        "Meridia UPR Coalition\n\nAnother coordinator has handed on to you the names of organisations for which nobody "
        "acts yet. You read them under “Names that you keep”, and can invite their people.\n\n"
        "https://upr.example.org/c/meridia/names\n")
