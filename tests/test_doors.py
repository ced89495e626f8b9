"""The doors in a real Chromium, with JavaScript and without: the first administrator's second factor, the code at the
door, signing in again in the middle of a form, the lock and its key."""

from datetime import timedelta

import pyotp
import pytest

from core.coalitions.models import Coalition
from core.context import Context
from core.db import utc_now
from core.people.accounts import new_link
from core.people.models import Person, WebSession
from core.testing.browser import NARROW, WIDE, accessibility_faults, serving, too_wide
from core.testing.client import reopen

PASSWORD = "six herons under the bridge"


@pytest.fixture
def address(app):
    with serving(app) as served:
        yield served
    reopen()


class Phone:
    """The app for one-time codes. It gives each code once, as the door takes it; a test does not wait half a minute."""

    def __init__(self, secret):
        self.totp = pyotp.TOTP(secret.replace(" ", ""))

    def code(self):
        reopen()
        Person.update(factor_step=0).execute()
        return self.totp.now()


def look(page, script):
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        assert not script or too_wide(page) == 0, f"{page.url} is wider than {width}"
    if script:
        assert accessibility_faults(page) == [], page.url


def press(page, words, script):
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).first.click()
    look(page, script)


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_from_the_first_address_to_the_lock_and_back(address, open_page, script):
    token = new_link(Context(via="command"), None, 72)
    page = open_page(address, script=script)
    page.goto(f"/set-up/{token}")
    press(page, "Begin", script)
    for name, value in (("address", "ada@invented.example"), ("name", "Ada"), ("password", PASSWORD)):
        page.fill(f"[name={name}]", value)
    press(page, "Set up my account", script)

    assert page.inner_text("h1") == "Set up a second factor"
    phone = Phone(page.inner_text(".once"))
    page.fill("[name=code]", phone.code())
    press(page, "Set it up", script)
    codes = page.locator("ol.codes li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have written them down").click()
    assert page.url == f"{address}/coalitions/new"
    for name, value in (("title", "Reedwater Coalition"), ("slug", "reedwater"), ("state", "XRW")):
        page.fill(f"[name={name}]", value)
    page.check("[name=understood]")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{address}/c/reedwater/")

    page.goto("/c/reedwater/coalition")
    reopen()
    WebSession.update(fresh_until=utc_now() - timedelta(seconds=1)).execute()
    press(page, "Demand it of everybody", script)
    assert page.inner_text("h1") == "Sign in again"
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=code]", phone.code())
    press(page, "Go on", script)
    press(page, "Do it now", script)
    assert "Everybody here needs a second factor." in page.inner_text("#safety")

    page.get_by_role("link", name="Lock the coalition").click()
    look(page, script)
    key = page.inner_text(".once").replace("http://127.0.0.1:8000", address)
    press(page, "Lock it now", script)
    assert page.url == f"{address}/sign-in"
    sign_in(page, codes[0], script)
    assert page.goto("/c/reedwater/").status == 404
    page.goto(key)
    look(page, script)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=code]", phone.code())
    press(page, "Open it", script)
    assert page.url == f"{address}/c/reedwater/"
    reopen()
    assert not Coalition.get().is_locked


def sign_in(page, code, script):
    page.fill("[name=address]", "ada@invented.example")
    page.fill("[name=password]", PASSWORD)
    press(page, "Sign in", script)
    assert page.inner_text("h1") == "Your second factor"
    page.fill("[name=code]", code)
    press(page, "Sign in", script)
