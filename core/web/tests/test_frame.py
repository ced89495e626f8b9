"""The frame: a form counts once, a plugin's failure leaves a gap, and the language is the reader's."""

import pytest

from core.hooks import Entry, WaitingItem
from core.testing.world import house_names
from core.web.headers import HEADERS


def named(name):
    return house_names().count(name)


def test_a_second_press_of_the_same_form_leads_where_the_first_led(cast, browser_of):
    browser = browser_of(cast.coordinator)
    form = browser.get("/c/meridia/coalition").form("/organisations")
    first = browser.submit(form, name="Fernwater Clinic")
    second = browser.submit(form, name="Fernwater Clinic")
    assert (first.location, second.location, named("Fernwater Clinic")) == (
        "/c/meridia/coalition", "/c/meridia/coalition", 1)
    page = browser.follow(second)
    assert "“Fernwater Clinic” is added." in page.words
    browser.submit(page.form("/organisations"), name="Another House")
    assert named("Another House") == 1


def test_a_form_that_was_refused_may_be_sent_again_with_its_mark(cast, browser_of):
    browser = browser_of(cast.coordinator)
    form = browser.get("/c/meridia/coalition").form("/organisations")
    page = browser.submit(form, 422, name="")
    assert "Type the organisation's name." in page.words
    browser.submit(form, name="Fernwater Clinic")
    assert named("Fernwater Clinic") == 1


def test_one_person_s_mark_is_nothing_to_another(cast, browser_of):
    here, there = browser_of(cast.coordinator), browser_of(cast.stranger)
    mark = here.get("/c/meridia/coalition").form("/organisations").fields["mark"][0]
    here.post("/c/meridia/coalition/organisations", {"name": "Fernwater Clinic", "mark": mark})
    there.post("/c/elsewhere/coalition/organisations", {"name": "Thither House", "mark": mark})
    assert (named("Fernwater Clinic"), named("Thither House")) == (1, 1)


def test_a_plugin_that_fails_leaves_a_gap_that_names_it_and_the_page_stands(app, cast, browser_of, guard):
    class Broken:
        @staticmethod
        def answer(ctx):
            raise LookupError("broken")
    original = app.host.gather

    def gather(hook, kind, finish=None, /, **facts):
        if hook in ("navigation", "waiting_items"):
            from core.plugins import Gap
            return [Gap("orchard"), *original(hook, kind, finish, **facts)]
        return original(hook, kind, finish, **facts)
    app.host.gather = gather
    page = browser_of(cast.member).get("/c/meridia/")
    assert page.gaps == ["The part of the plugin orchard could not be shown."] * 2
    assert guard.faults == []


def test_what_waits_is_shown_by_date_with_its_words(app, cast, browser_of):
    from datetime import timedelta
    today = cast.member.ctx.today
    items = [WaitingItem("c", "Without a date", "/account"),
             WaitingItem("b", "Later", "/account", due=today + timedelta(days=3), act="Begin", done=2, total=5),
             WaitingItem("a", "Late", "/account", due=today - timedelta(days=1))]
    original = app.host.gather
    app.host.gather = lambda hook, kind, *more, **facts: items if hook == "waiting_items" else original(
        hook, kind, *more, **facts)
    page = browser_of(cast.member).get("/c/meridia/")
    assert [" ".join(entry.text_content().split()) for entry in page.tree.xpath("//h3")] == [
        "Late", "Later", "Without a date"]
    for words in ("1 day late", "in 3 days", "2 of 5 done", "Begin"):
        assert words in page.words


def test_entries_stand_in_the_bar_by_weight_and_the_rest_under_more(app, cast, browser_of):
    entries = [Entry(f"Plugin {weight}", "people.account", weight) for weight in range(90, 10, -10)]
    original = app.host.gather
    app.host.gather = lambda hook, kind, *more, **facts: entries if hook == "navigation" else original(
        hook, kind, *more, **facts)
    page = browser_of(cast.member).get("/c/meridia/")
    bar = [" ".join(link.text_content().split()) for link in page.tree.xpath("//nav[@id='menu']/ul/li/a")]
    more = [" ".join(link.text_content().split()) for link in page.tree.xpath("//nav[@id='menu']//details//a")]
    assert bar[0].startswith("Today") and bar[1:3] == ["Plugin 20", "Plugin 30"] and len(bar) <= 8
    assert "Plugin 90" in more


def test_the_page_speaks_the_language_of_its_reader(cast, browser_of):
    browser = browser_of(cast.member)
    page = browser.get("/c/meridia/coalition")
    browser.post("/language", {"language": "ar", "next": "/c/meridia/coalition"})
    page = browser.get("/c/meridia/coalition")
    assert (page.tree.get("lang"), page.tree.get("dir")) == ("ar", "rtl")
    visitor = browser_of()
    assert visitor.get("/sign-in").tree.get("dir") == "ltr"
    visitor.post("/language", {"language": "ar"})
    assert visitor.get("/sign-in").tree.get("dir") == "rtl"
    visitor.post("/language", {"language": "xx"})
    assert visitor.get("/sign-in").tree.get("dir") == "rtl"


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/nothing", "/theme/theme.css", "/c/elsewhere/"])
def test_every_answer_has_the_headers_and_pages_are_kept_by_nobody(cast, browser_of, path):
    page = browser_of(cast.member).get(path, status=None)
    assert {name: page.headers[name] for name in HEADERS} == HEADERS
    kept = page.headers["Cache-Control"]
    assert "ETag" not in page.headers or path.startswith("/theme/")
    assert ("no-store" in kept) is not path.startswith("/theme/")
    assert "Server" not in page.headers or "Werkzeug" in page.headers["Server"]


def test_a_page_of_a_coalition_costs_few_queries_whatever_its_size(cast, browser_of, queries):
    from core.coalitions.members import add_organisation, add_person
    browser = browser_of(cast.coordinator)
    browser.get("/c/meridia/coalition")
    with queries() as few:
        browser.get("/c/meridia/coalition")
    ctx = cast.coordinator.ctx
    for number in range(30):
        membership = add_organisation(ctx, f"House {number}")
        add_person(ctx, f"person{number}@invented.example", f"Person {number}", "member", [membership])
    browser.get("/c/meridia/coalition")         # the new keys are read once
    with queries() as many:
        browser.get("/c/meridia/coalition")
    assert len(many) == len(few)
