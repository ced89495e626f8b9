"""Since I was last here: what others did, by act; nobody learns from it who was here, or at which hour."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.audit import AuditLine
from core.coalitions.members import add_organisation, change_role
from core.coalitions.models import Membership
from core.notices.models import SeatNote
from core.notices.news import news, say_seen
from core.workflows.reviews import add_review

pytestmark = pytest.mark.database


def later(actor, **after):
    ctx = actor.ctx
    return replace(ctx, now=ctx.now + timedelta(**after))


def told(ctx):
    return [(str(words), count) for words, count in news(ctx).acts]


MEMBERS = "Add and end organisations, people and their roles"
SETTINGS = "Change the coalition's title, reviews and plugins"


def test_what_others_did_is_counted_by_act_until_it_is_seen(cast):
    say_seen(later(cast.member, minutes=1))
    assert told(later(cast.member, minutes=2)) == []
    at = later(cast.coordinator, minutes=5)
    for name in ("Fernwater Clinic", "Quillhouse"):
        add_organisation(at, name)
    add_review(at, session=51)
    assert told(later(cast.member, minutes=6)) == [(MEMBERS, 2), (SETTINGS, 1)]
    say_seen(later(cast.member, minutes=6))
    assert told(later(cast.member, minutes=7)) == []


def test_one_s_own_acts_and_those_of_another_coalition_are_no_news(cast):
    before = told(later(cast.coordinator, minutes=1))
    add_organisation(cast.coordinator.ctx, "Fernwater Clinic")
    add_organisation(cast.stranger.ctx, "Thither House")
    assert told(later(cast.coordinator, minutes=1)) == before


def test_an_act_for_a_withheld_organisation_is_told_from_the_next_day_on_for_a_whole_day(cast):
    change_role(cast.coordinator.ctx, cast.member.seat, "coordinator")
    Membership.update(visibility="withheld").where(Membership.id == cast.member.membership.id).execute()
    start = later(cast.editor, days=2).now.replace(hour=8)
    act = replace(cast.member.ctx, now=start.replace(hour=10))
    say_seen(replace(cast.editor.ctx, now=start.replace(hour=12)))          # after the act, on its day
    add_organisation(act, "Fernwater Clinic")
    assert told(replace(cast.editor.ctx, now=start.replace(hour=23))) == []
    assert told(replace(cast.editor.ctx, now=start + timedelta(days=1))) == [(MEMBERS, 1)]
    say_seen(replace(cast.editor.ctx, now=start + timedelta(days=1)))
    assert told(replace(cast.editor.ctx, now=start + timedelta(days=2))) == []


def test_that_somebody_has_seen_it_stands_in_no_audit(cast, browser_of):
    browser = browser_of(cast.member)
    page = browser.get("/c/meridia/")
    before = AuditLine.select().count()
    browser.submit(page.form("/news/seen"))
    assert AuditLine.select().count() == before and SeatNote.select().count() == 1
    say_seen(later(cast.member, minutes=1))
    page = browser.get("/c/meridia/")
    assert "The others have changed nothing." in page.words and page.forms("/news/seen") == []
