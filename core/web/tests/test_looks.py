"""What the default theme does with a page in a real Chromium: on paper, on a phone, and between the two widths."""

import pytest

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
