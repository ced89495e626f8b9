"""The page behind "Help" in the foot of every page."""

from core.web.help_page import TEXT
from core.web.prose import split_title


def test_the_foot_leads_to_the_help(cast, browser_of):
    browser = browser_of(cast.member)
    page = browser.get("/c/meridia/")
    assert page.one("//footer//a").get("href") == "/help"
    answer = browser.get("/help")
    title, _text = split_title(TEXT.read_text(encoding="utf-8"))
    assert answer.heading == title and "an address that works once" in answer.words
    assert answer.one("//article").get("lang") == "en"


def test_a_stranger_is_shown_no_help(browser_of):
    assert browser_of().get("/help", status=303).location == "/sign-in"
    assert browser_of().get("/sign-in").tree.xpath("//footer//a[@href='/help']") == []
