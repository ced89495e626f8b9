"""What a browser sends is bounded before it is read, and holds nothing that cannot be kept."""

import io

import pytest

from core.testing.world import house_names
from core.web.sent import LONGEST_QUERY, STRANGERS_BYTES, Sent, keepable

FIELDS = "application/x-www-form-urlencoded"


def sent_to(app, body, **more):
    """The request as the app reads it."""
    with app.test_request_context("/x?q=a%00b", method="POST", data=body, **more) as context:
        context.request.form, context.request.files     # noqa: B018 read while the app stands
        return context.request


def test_a_form_of_millions_of_fields_is_refused_before_it_is_read(app, cast, browser_of):
    browser = browser_of(cast.coordinator)
    page = browser._ask("POST", "/c/meridia/coalition/organisations", 413, True, data=b"a&" * 5_000,
                         content_type=FIELDS)
    assert page.heading == "This is too large"
    assert len(sent_to(app, b"a&" * 4_999, content_type=FIELDS).form.getlist("a")) == 4_999


def test_a_form_of_one_endless_field_is_refused(app, cast, browser_of):
    app.config["MAX_FORM_MEMORY_SIZE"] = 10_000
    browser = browser_of(cast.coordinator)
    browser._ask("POST", "/c/meridia/coalition/organisations", 413, True, data=b"name=" + b"x" * 10_000,
                 content_type=FIELDS)


@pytest.mark.parametrize("path", ["/sign-in", "/c/meridia/recommendations/import"])
def test_who_is_not_signed_in_sends_no_file(browser_of, path):
    browser = browser_of()
    for field in ({"password": "x" * STRANGERS_BYTES}, {"file": (io.BytesIO(b"x" * STRANGERS_BYTES), "big.docx")}):
        page = browser._ask("POST", path, None, True, data=field)
        assert (page.status, page.heading) in [(413, "This is too large"), (401, "Your session has ended")]
        assert "xxxxx" not in page.text


@pytest.mark.parametrize(("typed", "kept"), [
    ("a\0b", "ab"), ("line\x0bline\x0cpage", "line\nline\npage"), ("a\tb\r\nc", "a\tb\r\nc"), ("\ud800\uffff", ""),
    ("سلام ₂ é", "سلام ₂ é")])
def test_characters_that_nothing_can_keep_are_left_out(typed, kept):
    assert keepable(typed) == kept


@pytest.mark.parametrize("is_multipart", [True, False])
def test_fields_names_files_and_the_query_hold_no_nul(app, is_multipart):
    more = {"content_type": "multipart/form-data"} if is_multipart else {}
    body = {"na\0me": "A\0B", **({"file": (io.BytesIO(b"\0kept"), "a\0.csv")} if is_multipart else {})}
    request = sent_to(app, body, **more)
    assert isinstance(request, Sent)
    assert (request.form.to_dict(), request.args["q"]) == ({"name": "AB"}, "ab")
    assert [file.filename for file in request.files.values()] == ["a.csv"] * is_multipart


@pytest.mark.database
def test_a_nul_in_a_form_is_no_fault_of_ours(cast, browser_of):
    browser_of(cast.coordinator).post("/c/meridia/coalition/organisations", {"name": "Fern\0water", "mark": "m\0" * 9})
    assert "Fernwater" in house_names()


@pytest.mark.database
def test_a_nul_in_an_address_is_no_address(cast, browser_of):
    browser = browser_of(cast.member)
    for path in ("/theme/%00", "/c/meridia%00/", "/set-up/%00", "/account/%00", "/c/%00/"):
        assert browser.get(path, 404).heading == "There is nothing here for you"


def test_an_address_without_end_is_no_address(cast, browser_of):
    """Fifteen thousand values of a filter kept a thread busy for minutes."""
    browser = browser_of(cast.member)
    path = "/c/meridia/?x="
    browser.get(path + "a" * (LONGEST_QUERY - 2))
    assert browser.get(path + "a" * (LONGEST_QUERY - 1), 404).heading == "There is nothing here for you"
