"""M-2 for what is kept and written beside the mails: tables, log and audit hold no name, no address and no content."""

import logging

from core import db
from core.audit import AuditLine
from core.coalitions.models import Membership
from core.notices import feeds, jobs
from core.notices.models import TABLES, Job, Outbox, Reminder
from core.notices.tests.waits import CONTENT, MONDAY, MORNING, item, let_wait, with_mail
from core.people.labels import address_of
from core.testing.canary import found_in, never_written

SECRETS = {CONTENT, "Two raids in May", "Answer the comments", "secret-key-of-a-thing"}


def test_no_table_no_log_and_no_audit_holds_a_name_an_address_or_content(app, cast, mailbox, monkeypatch, caplog):
    let_wait(monkeypatch, item("secret-key-of-a-thing", MONDAY))
    Membership.update(visibility="withheld").where(Membership.id == cast.member.membership.id).execute()
    feeds.new_feed(cast.member.ctx)
    for actor in (cast.member, cast.coordinator, cast.stranger):
        mailbox.answers[address_of(actor.person)] = f"550 {address_of(actor.person)}: no such person, {CONTENT}"
    with caplog.at_level(logging.INFO):
        jobs.run_due(with_mail(app, mailbox), MORNING)
        jobs.run_due(app, MORNING + jobs.WORKS[0].every)
    assert (len(mailbox.received), Outbox.select().count(), Reminder.select().count()) == (5, 3, 8)
    assert Job.select().count() == len(jobs.WORKS)
    kept = repr([db.database.execute_sql(f'SELECT * FROM "{table._meta.table_name}"').fetchall() for table in TABLES])
    written = "\n".join([kept, caplog.text, repr(list(AuditLine.select().dicts()))])
    assert found_in(written.encode(), never_written() | SECRETS) == []


def test_a_mail_of_a_withheld_organisation_s_person_holds_nothing_of_it(app, cast, mailbox, monkeypatch):
    let_wait(monkeypatch, item(due=MONDAY), only=cast.member.seat)
    Membership.update(visibility="withheld").where(Membership.id == cast.member.membership.id).execute()
    jobs.run_due(with_mail(app, mailbox), MORNING)
    jobs.run_due(app, MORNING + jobs.WORKS[0].every)
    [mail] = mailbox.received
    own = {address_of(cast.member.person)}                      # the envelope's own address
    assert found_in(mail.raw, (never_written() | SECRETS) - own) == []
    assert b"/c/" not in mail.raw
