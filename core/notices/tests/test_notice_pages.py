"""The pages: one's own choices, the coalition's mail, and what an administrator sees of stuck mails."""

import pytest

from core.db import transaction, utc_now
from core.notices import outbox
from core.notices.discretion import choice_of, rules_of
from core.notices.models import MailRules, NoticeChoice, Outbox
from core.notices.posting import post
from core.notices.tests.waits import with_mail
from core.people.labels import address_of
from core.policy import unnarrowed
from core.testing.canary import found_in, names_of


@pytest.mark.database
def test_a_person_chooses_and_changes_it_again(cast, browser_of):
    browser = browser_of(cast.member)
    page = browser.get("/account/notices")
    assert "This server sends no mail yet." in page.words
    browser.submit(page.form("/account/notices"), is_on="", style="discreet", days="3, 10 1", digest_day="4")
    kept = choice_of(cast.member.person)
    assert (kept.is_on, kept.is_discreet, kept.days_before, kept.digest_day) == (False, True, [10, 3, 1], 4)
    page = browser.get("/account/notices")
    assert page.form("/account/notices").fields["days"] == ["10, 3, 1"]
    browser.submit(page.form("/account/notices"), is_on="y", style="plain")
    kept = choice_of(cast.member.person)
    assert (kept.is_on, kept.is_discreet, kept.version) == (True, False, 2)
    assert choice_of(cast.other_member.person).id is None


@pytest.mark.parametrize(("days", "said"), [
    ("soon", "Write whole numbers with commas between them, such as: 7, 1."),
    ("-1", "Write whole numbers with commas between them, such as: 7, 1."),
    ("61", "Name at most 5 numbers of days, none above 60, such as: 7, 1."),
    ("1 2 3 4 5 6", "Name at most 5 numbers of days, none above 60, such as: 7, 1.")])
def test_days_that_are_none_come_back_with_what_was_typed(cast, browser_of, days, said):
    browser = browser_of(cast.member)
    page = browser.submit(browser.get("/account/notices").form("/account/notices"), 422, days=days)
    assert said in page.words and page.form("/account/notices").fields["days"] == [days]
    assert NoticeChoice.select().count() == 0


def test_who_acts_for_a_withheld_organisation_is_told_that_mails_are_discreet(cast, browser_of):
    from core.notices.tests.test_calendar import withhold
    withhold(cast)
    sentence = "mails about that coalition are discreet, whatever you choose here."
    assert sentence in browser_of(cast.member).get("/account/notices").words
    assert sentence not in browser_of(cast.other_member).get("/account/notices").words


def test_a_coordinator_decides_how_much_mails_say_and_reads_the_answers(cast, browser_of):
    browser = browser_of(cast.coordinator)
    page = browser.get("/c/meridia/mail")
    assert "Corvina Aldermoor" in page.words
    browser.submit(page.form("/mail"), style="discreet", reply_to=cast.coordinator.seat.uid)
    rules = rules_of(cast.coalition)
    assert (rules.is_discreet, rules.reply_to) == (True, cast.coordinator.seat)
    browser.submit(browser.get("/c/meridia/mail").form("/mail"), reply_to="")
    assert rules_of(cast.coalition).reply_to is None and rules_of(cast.coalition).is_discreet
    browser.post("/c/meridia/mail", {"style": "plain", "reply_to": cast.editor.seat.uid}, 422)
    assert unnarrowed(MailRules).count() == 1 and rules_of(cast.coalition).is_discreet


def test_an_administrator_sees_what_is_stuck_in_words_and_without_names(app, cast, browser_of, mailbox):
    browser = browser_of(cast.administrator)
    page = browser.get("/mail")
    assert "Nothing is stuck" in page.words and "No mail server is set up." in page.words
    with transaction():
        post(cast.member.ctx, cast.member.person, "roles-by-command")
    mailbox.answers[address_of(cast.member.person)] = "550 nobody"
    outbox.send_due(with_mail(app, mailbox), utc_now())
    page = browser.get("/mail")
    assert "a notice of roles that were changed by a command of the coalition “meridia”" in page.words
    assert "The mail server does not know this address." in page.words and "given up" in page.words
    assert "1 mail could not be sent." in browser.get("/").words
    assert found_in(page.content, names_of("meridia")) == []
    mailbox.answers.clear()
    page = browser.follow(browser.submit(page.form("/mail/retry")))
    assert "1 mail is tried again now." in page.words
    outbox.send_due(app, utc_now())
    assert mailbox.addresses == [address_of(cast.member.person)]


def test_an_administrator_drops_a_stuck_mail(app, cast, browser_of):
    with transaction():
        row = post(cast.member.ctx, cast.member.person, "roles-by-command")
    outbox.send_due(app, utc_now())
    browser = browser_of(cast.administrator)
    browser.submit(browser.get("/mail").form(f"/{row.uid}/drop"))
    assert Outbox.select().count() == 0
    browser.post(f"/mail/{row.uid}/drop", status=404)


def test_a_test_mail_goes_to_the_administrator_s_own_address(app, cast, browser_of, mailbox):
    browser = browser_of(cast.administrator)
    browser.submit(browser.get("/mail").form("/mail/test"))
    outbox.send_due(with_mail(app, mailbox), utc_now())
    assert mailbox.addresses == [address_of(cast.administrator.person)]
    assert mailbox.received[0].words.startswith("Mail works: this server can reach you.\n")


def test_whether_the_mail_server_is_there_changes_no_answer_to_the_web(app, cast, browser_of, mailbox):
    from core.testing.access import plain
    answers = []
    for url in (mailbox.url, "smtp://127.0.0.1:1"):
        mailbox.url = url
        with_mail(app, mailbox)
        browser = browser_of(cast.administrator)
        answers.append((plain(browser.post("/mail/test")), Outbox.select().count()))
        Outbox.delete().execute()
    assert answers[0] == answers[1]


def test_doctor_says_whether_mail_is_set_up_and_what_is_stuck(app, cast, command, instance):
    from core.notices.models import Outbox
    assert "ok   Mail: none is sent, since no mail server is set up" in command("doctor").stdout
    file = instance.instance / "commonweal.toml"
    written = file.read_text() if file.exists() else ""
    file.write_text('mail = "smtp://upr%40example.org@mail.example.org"\n' + written)
    assert "ok   Mail: goes through mail.example.org, port 587.\n" in command("doctor").stdout
    for _ in range(2):
        Outbox.create(person=cast.member.person, coalition=cast.coalition, kind="test", due_at=utc_now(), tries=1,
                      reason="sign-in")
    told = command("doctor")
    assert told.exit_code == 1
    assert ("BAD  Mail: 2 could not be sent so far. The mail server does not take the user and the password.\n"
            in told.stdout)
    file.write_text('mail = "mail.example.org"\n' + written)
    assert "BAD  Mail: The setting `mail` is no address of a mail server." in command("doctor").stdout


@pytest.mark.sqlite
def test_init_writes_the_mail_server_and_no_password(tmp_path, command):
    place = tmp_path / "new"
    made = command("--instance", place, "init", "--address", "https://upr.example.org", "--mail",
                   "smtp://upr%40example.org@mail.example.org")
    assert made.exit_code == 0
    assert (place / "commonweal.toml").read_text() == (
        'mail = "smtp://upr%40example.org@mail.example.org"\naddress = "https://upr.example.org"\n')
