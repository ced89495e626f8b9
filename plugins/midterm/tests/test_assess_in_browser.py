"""Assessing in a real Chromium: two keystrokes a light, on a phone, and whole without script."""

import pytest

from core.testing.browser import NARROW, WIDE, accessibility_faults, serving, too_wide
from core.testing.client import reopen
from plugins.midterm.models import Assessment
from plugins.midterm.tests.factories import make_recommendations, share_all

COUNT = 12


@pytest.fixture
def signed_in(app, cast, browser_of, open_page):
    """signed_in(actor, script=…, width=…): a page of that person, with what the member has to assess."""
    share_all(cast, make_recommendations(cast.coordinator.ctx, cast.review, COUNT))
    with serving(app) as address:
        def opened(actor, **options):
            page = open_page(address, **options)
            name = app.session_interface.cookie
            page.context.add_cookies([{"name": name, "value": browser_of(actor).cookie, "url": address}])
            return page
        yield opened
    reopen()


def lights():
    reopen()
    return [one.light for one in Assessment.select().order_by(Assessment.id)]


def test_two_keystrokes_set_a_light_and_lead_on(signed_in, cast):
    page = signed_in(cast.member)
    page.goto("/c/meridia/midterm/assess")
    for number, key in enumerate("12340" * 2 + "12"):
        assert page.title().startswith(f"Assess {number + 1} of {COUNT}")
        page.keyboard.press(key)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert lights() == ["worse", "none", "partial", "implemented", "no-information"] * 2 + ["worse", "none"]
    assert "All 12 lights are set." in page.inner_text("main")


def test_letters_that_are_typed_are_words_and_set_nothing(signed_in, cast):
    page = signed_in(cast.member)
    page.goto("/c/meridia/midterm/assess")
    page.focus("textarea")
    page.keyboard.type("2 of 14 s")
    assert page.query_selector("input[name=light]:checked") is None
    assert page.input_value("textarea") == "2 of 14 s" and page.title().startswith("Assess 1 of 12")


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("script", [True, False])
def test_it_works_on_a_phone_and_without_script(signed_in, cast, width, script):
    page = signed_in(cast.member, width=width, script=script)
    page.goto("/c/meridia/midterm/assess")
    page.locator("label.choice", has_text="Partial").first.click()
    page.get_by_role("button", name="Save and go to 121.2").click()
    page.wait_for_url("**/assess/*")
    page.get_by_role("button", name="Later").click()
    page.wait_for_url("**/assess/*")
    assert page.title().startswith("Assess 3 of 12") and lights()[:3] == ["partial", None, None]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("path", ["assess", "mine", "matrix"])
def test_the_pages_fit_and_are_reachable_by_all(signed_in, cast, path, width):
    page = signed_in(cast.coordinator if path == "matrix" else cast.member, width=width)
    page.goto(f"/c/meridia/midterm/{path}")
    assert too_wide(page) == 0
    assert accessibility_faults(page) == []
