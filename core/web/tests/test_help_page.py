"""The page behind "Help" in the foot of every page."""

import pytest

from core.people.models import Person
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


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_the_help_leads_to_the_stages_and_tells_of_circles_files_and_hand_over(cast, browser_of, language):
    Person.update(locale=language).where(Person.id == cast.member.person.id).execute()
    browser = browser_of(cast.member)
    page = browser.get("/help")
    heads = {"en": ["Files", "Circles of trust", "When somebody leaves"],
             "ar": ["الملفات", "حلقات الثقة", "عندما يغادر أحد"],
             "fr": ["Fichiers", "Cercles de confiance", "Quand quelqu’un s’en va"]}[language]
    assert "/help/stages" in page.links and set(heads) <= {one.text for one in page.tree.xpath("//article//h2")}
    assert "/help" in browser.get("/help/stages").tree.xpath("//article//a/@href")


def test_a_stranger_is_shown_no_help(browser_of):
    assert browser_of().get("/help", status=303).location == "/sign-in"
    assert browser_of().get("/sign-in").tree.xpath("//footer//a[@href='/help']") == []
