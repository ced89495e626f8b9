"""Numbers from forms: what no column holds, and what only looks like a number, is no fault of ours."""

import pytest

from core.people.models import Person
from core.web.forms import optional_number, seen_version, small_number
from core.workflows.models import Review

NONSENSE = ("9" * 5000, "9999999999", "-1", "²", "1e5", "NaN", "0x10", " 1", "")


@pytest.mark.parametrize("text", NONSENSE)
def test_what_is_no_small_number_is_none(text):
    assert small_number(text) is None


def test_digits_of_any_script_are_digits():
    assert (small_number("48"), small_number("٤٨"), small_number("999999999")) == (48, 48, 999999999)


@pytest.mark.parametrize("text", ["²", "9" * 5000, "1000", "-48", "forty"])
def test_a_session_that_is_none_is_refused_with_a_sentence_of_ours(cast, browser_of, text):
    before = Review.select().count()
    page = browser_of(cast.coordinator).post("/c/meridia/coalition/reviews", {"session": text}, status=422)
    assert "The session is a whole number, such as 48; or leave it empty." in page.words
    assert Review.select().count() == before
    assert optional_number("", "The session") is None


@pytest.mark.parametrize(("sent", "seen"), [("3", 3), ("", None), ("²", -1), ("9" * 5000, -1), ("-2", -1), ("x", -1)])
def test_a_version_of_nonsense_is_one_that_no_row_has(app, sent, seen):
    with app.test_request_context(method="POST", data={"version": sent, "version-abc": "7"}):
        assert (seen_version(), seen_version("version-abc"), seen_version("version-none")) == (seen, 7, None)


@pytest.mark.parametrize("sent", [
    {"name": "Else"}, {"name": {"a": 1}}, {"name": 7}, ["name"], "name", None, {"name": "A\0"}])
def test_json_is_no_form(cast, browser_of, sent):
    browser = browser_of(cast.member)
    before = Person.get_by_id(cast.member.person.id).__data__
    page = browser._ask("POST", "/account", None, True, json=sent, headers={"X-CSRFToken": browser.csrf_token()})
    assert page.status in (303, 422)
    assert Person.get_by_id(cast.member.person.id).__data__ == before
