"""Since I was last here: who did how much of what, and where it stands; nobody learns who was here, or hidden hours."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from core.audit import AuditLine
from core.coalitions.members import add_organisation, add_person, change_role, context_of
from core.coalitions.models import Membership
from core.context import Context
from core.language import format_date
from core.notices.models import SeatNote
from core.notices.news import news, say_seen
from core.workflows.reviews import add_review
from core.workflows.tests.factories import make_consultation

pytestmark = pytest.mark.database


def later(actor, **after):
    ctx = actor.ctx
    return replace(ctx, now=ctx.now + timedelta(**after))


NO_PLUGINS = SimpleNamespace(gather=lambda *_asked, **_facts: [])


def told(ctx):
    return [str(one.words) for one in news(ctx, NO_PLUGINS)[1]]


MEMBERS = "A change of who takes part, by Corvina Aldermoor"
SETTINGS = "A change of the coalition's settings or reviews, by Corvina Aldermoor"


def test_what_others_did_is_told_by_who_did_it_until_it_is_seen(cast):
    say_seen(later(cast.member, minutes=1))
    assert told(later(cast.member, minutes=2)) == []
    at = later(cast.coordinator, minutes=5)
    for name in ("Fernwater Clinic", "Quillhouse"):
        add_organisation(at, name)
    add_review(replace(at, now=at.now + timedelta(minutes=1)), session=51)
    assert told(later(cast.member, minutes=6)) == [SETTINGS, "2 changes of who takes part, by Corvina Aldermoor"]
    say_seen(later(cast.member, minutes=7))
    assert told(later(cast.member, minutes=8)) == []


def test_one_s_own_acts_and_those_of_another_coalition_are_no_news(cast):
    before = told(later(cast.coordinator, minutes=1))
    add_organisation(cast.coordinator.ctx, "Fernwater Clinic")
    add_organisation(cast.stranger.ctx, "Thither House")
    assert told(later(cast.coordinator, minutes=1)) == before


def test_an_act_for_a_withheld_organisation_is_told_from_the_next_day_on_for_a_whole_day(cast):
    change_role(cast.coordinator.ctx, cast.member.seat, "coordinator")
    Membership.update(visibility="withheld").where(Membership.id == cast.member.membership.id).execute()
    word = cast.member.membership.pseudonym
    start = later(cast.editor, days=2).now.replace(hour=8)
    act = replace(cast.member.ctx, now=start.replace(hour=10))
    say_seen(replace(cast.editor.ctx, now=start.replace(hour=12)))          # after the act, on its day
    add_organisation(act, "Fernwater Clinic")
    assert told(replace(cast.editor.ctx, now=start.replace(hour=23))) == []
    assert told(replace(cast.editor.ctx, now=start + timedelta(days=1))) == [f"A change of who takes part, by {word}"]
    say_seen(replace(cast.editor.ctx, now=start + timedelta(days=1)))
    assert told(replace(cast.editor.ctx, now=start + timedelta(days=2))) == []


def test_a_newcomer_hears_nothing_from_before_the_seat_began(cast):
    add_organisation(cast.coordinator.ctx, "Fernwater Clinic")
    seat, _token = add_person(later(cast.coordinator, minutes=5), "new@invented.example", "Nona Brackwell", "member")
    ctx = replace(context_of(seat.person, cast.coalition, Context(person=seat.person)),
                  now=later(cast.coordinator, minutes=6).now)
    assert told(ctx) == [MEMBERS]               # that they came, themselves
    add_review(later(cast.coordinator, minutes=7), session=51)
    assert told(replace(ctx, now=later(cast.coordinator, minutes=8).now, known={})) == [SETTINGS, MEMBERS]


def test_news_name_the_object_with_its_page_and_stand_on_today_with_their_moment(cast, browser_of):
    say_seen(cast.member.ctx)
    make_consultation(cast.coordinator.ctx, cast.review, title="Hearing at the ministry")
    [news] = browser_of(cast.member).get("/c/meridia/").tree.xpath(
        "//ul[contains(@class, 'news')]/li[contains(., 'consultation')]")
    assert " ".join(news.text_content().split()).endswith(
        "A consultation, written down by Corvina Aldermoor: Hearing at the ministry")
    assert news.xpath(".//a/@href") == ["/c/meridia/review/consultations?review=48"]
    assert news.xpath("string(time)").startswith(format_date(cast.member.ctx.today, "EEE d MMM"))


def test_that_somebody_has_seen_it_stands_in_no_audit(cast, browser_of):
    browser = browser_of(cast.member)
    page = browser.get("/c/meridia/")
    before = AuditLine.select().count()
    browser.submit(page.form("/news/seen"))
    assert AuditLine.select().count() == before and SeatNote.get(SeatNote.seat == cast.member.seat).seen_at
    say_seen(later(cast.member, minutes=1))
    page = browser.get("/c/meridia/")
    assert "The others have changed nothing." in page.words and page.forms("/news/seen") == []
