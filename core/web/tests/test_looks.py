"""What the default theme does with a page in a real Chromium: on paper, on a phone, and between the two widths."""

from dataclasses import replace

import pytest

from core.coalitions.models import Coalition
from core.testing.browser import serving
from core.testing.client import reopen


@pytest.fixture
def opened(app, browser_of, open_page):
    """`opened(actor, width)` gives a playwright Page of somebody who is signed in, and their Browser."""
    with serving(app) as address:
        def one(actor, width):
            page, browser = open_page(address, width=width), browser_of(actor)
            page.context.add_cookies([{"name": app.session_interface.cookie, "value": browser.cookie,
                                       "url": address}])
            return page, browser
        yield one
    reopen()


def test_on_paper_the_one_time_address_stands_alone(cast, opened):
    page, browser = opened(cast.coordinator, 1280)
    form = browser.get("/c/meridia/invitations").form("/invitations")
    browser.submit(form, organisation="Wrenlock Refuge", name="Petra", address="petra@invented.example", locale="ar")
    page.goto("/c/meridia/invitations")
    assert "Petra" in page.inner_text("main")
    page.emulate_media(media="print")
    words = page.inner_text("body").strip()
    assert words == page.inner_text(".paper").strip() and "/invited/" in words and page.is_visible(".paper svg")


WIDEST = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONG = "The Meridian Coalition of Organisations for the Universal Periodic Review and its Follow-up"


@pytest.mark.parametrize("width", [970, 1280, 1364])
def test_with_a_long_name_of_the_coalition_all_of_the_bar_stays_on_the_screen(cast, opened, width):
    Coalition.update(title=LONG).where(Coalition.id == cast.coalition.id).execute()
    page, _browser = opened(cast.coordinator, width)
    page.goto("/c/meridia/coalition")
    account = page.locator(".whoami a").bounding_box()
    assert page.evaluate(WIDEST) == 0 and account["x"] + account["width"] <= width
    [height] = page.eval_on_selector_all(".masthead", "all => all.map(one => one.clientHeight)")
    assert height < 100


def test_on_a_phone_a_wide_logo_leaves_the_menu_on_its_line(app, cast, opened):
    app.settings = replace(app.settings, neutral_page="https://weather.example/")      # with the way to leave at once
    Coalition.update(title=LONG, logo="x", logo_alt="Ours").where(Coalition.id == cast.coalition.id).execute()
    page, _browser = opened(cast.coordinator, 390)
    wide = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="120"><path d="M0 0h900v120H0z"/></svg>'
    page.route("**/logo.png?*", lambda route: route.fulfill(body=wide, content_type="image/svg+xml"))
    page.goto("/c/meridia/coalition")
    logo, menu = page.locator(".logo").bounding_box(), page.locator(".to-menu").bounding_box()
    assert page.evaluate(WIDEST) == 0 and logo["width"] > 30
    name, leave = page.locator(".wordmark b").bounding_box(), page.locator(".exit button").bounding_box()
    for one in (menu, leave):
        assert one["y"] < logo["y"] + logo["height"] / 2 < one["y"] + one["height"]
    assert logo["x"] + logo["width"] <= name["x"] and name["x"] + name["width"] <= menu["x"]


def test_on_a_phone_the_pages_of_the_coalition_and_the_filters_wait_to_be_asked_for(cast, opened):
    page, _browser = opened(cast.coordinator, 390)
    page.goto("/c/meridia/directory")
    assert not page.is_visible(".places ul") and page.locator("h1").bounding_box()["y"] < 300
    page.click("text=Coalition: Directory")
    assert page.is_visible(".places ul") and page.url.endswith("#places")
    page.goto("/c/meridia/audit")
    assert not page.is_visible("#filters")
    page.click("text=Narrow the list")
    assert page.is_visible("#filters [name=group]")
