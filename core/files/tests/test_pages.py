"""The pages of a coalition's files, as people use them."""

import io

import pytest

from core.coalitions.models import Membership
from core.files.attaching import FileStore
from core.files.tests.factories import make_attachment
from core.files.tests.telling import KEPT, SECRETS, a_docx
from core.files.views import left_out_words
from core.testing.canary import answer_bytes, found_in

LETTER = "/c/meridia/files"


@pytest.fixture
def store(app):
    return FileStore.of(app.settings)


def test_what_is_hidden_leads_out_or_is_guarded_in_a_copy_is_told(app):
    with app.test_request_context():
        assert left_out_words({"hidden_lines": 1, "formulas": 2, "guarded": 1}) == [
            "1 hidden row or column is in the copy; everybody can show it.",
            "2 formulas that lead out of the file are not in the copy; what they showed is.",
            "1 cell begins with an apostrophe in the copy, so that no program runs it."]


def test_a_member_brings_a_file_and_others_get_a_copy_without_its_authors(browser_of, cast):
    browser, letter = browser_of(cast.member), a_docx()
    page = browser.submit(browser.get(LETTER).form("/files"), title="Letter to the Ministry",
                          membership=cast.member.membership.uid, source="The Ministry", dated_on="2027-03-12",
                          file=(io.BytesIO(letter), "mossbridge-letter.docx"))
    page = browser.follow(page)
    assert page.heading == "Letter to the Ministry"
    for words in ("Lanternwick Legal Aid", "The Ministry", "1 comment is not in the copy.",
                  "3 tracked changes stand as accepted.", "Letter to the Ministry.docx"):
        assert words in page.words
    assert "mossbridge" not in page.text                    # the name on their disk is kept nowhere
    original = browser.get(page.one("//a[contains(@href, 'original')]/@href"))
    assert original.content == letter

    browser = browser_of(cast.other_member)
    listed = browser.get(LETTER)
    assert "Letter to the Ministry" in listed.words
    page = browser.get(listed.one("//table//a/@href"))
    assert "original" not in page.text and "mossbridge" not in page.text
    copy = browser.get(page.one("//a[@download]/@href"))
    assert copy.headers["Content-Disposition"] == 'attachment; filename="Letter to the Ministry.docx"'
    assert copy.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert copy.headers["X-Content-Type-Options"] == "nosniff" and copy.headers["Cache-Control"] == "no-store"
    assert {"Last-Modified", "ETag"} & set(copy.headers.keys()) == set()
    assert found_in(answer_bytes(copy), SECRETS) == [] and found_in(copy.content, SECRETS) == []
    assert found_in(copy.content, {KEPT}) == [KEPT]


def test_the_file_of_who_is_not_named_is_called_by_its_day(browser_of, cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store, name="lanternwick.csv")
    Membership.update(visibility="withheld").where(Membership.id == cast.member.membership.id).execute()
    copy = browser_of(cast.other_member).get(f"{LETTER}/{made.uid}/1")
    assert copy.headers["Content-Disposition"].startswith("attachment; filename=file-20")


def test_what_was_typed_comes_back_with_the_sentence_beside_the_file(browser_of, cast):
    browser = browser_of(cast.member)
    page = browser.submit(browser.get(LETTER).form("/files"), 422, title="A drawing", note="From the roof",
                          file=(io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "roof.png"))
    assert page.title.startswith("Error: ")
    assert "This is a drawing (SVG), which can hold programs. Save it as .png or .pdf, and try again." in page.words
    assert page.one("//input[@name='title']/@value") == "A drawing"
    assert "From the roof" in page.words
    page = browser.submit(browser.get(LETTER).form("/files"), 422, title="Nothing")
    assert "Choose a file." in page.words
    page = browser.submit(browser.get(LETTER).form("/files"), 422, title="A table", dated_on="yesterday",
                          file=(io.BytesIO(b"a;b\n"), "a.csv"))
    assert "“yesterday” is no date. Write it as 2026-03-12." in page.words
    assert "No files yet" in browser.get(LETTER).words


def test_a_new_version_stands_first_and_the_details_can_be_mended(browser_of, cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store)
    browser = browser_of(cast.member)
    page = browser.get(f"{LETTER}/{made.uid}")
    page = browser.follow(browser.submit(page.form("/versions"), file=(io.BytesIO(b"day\n2027-04-01\n"), "b.csv")))
    assert "2 versions" in page.words and page.words.index("Version 2") < page.words.index("Version 1")
    stale = page.form("/details")
    page = browser.follow(browser.submit(stale, title="Raids in April", source="Harbour police"))
    assert page.heading == "Raids in April" and "Harbour police" in page.words
    page = browser.submit(stale, 409, title="Raids in May", mark="another")
    assert "Somebody else changed this since you opened it." in page.words
    assert browser.get(f"{LETTER}/{made.uid}/1").content != browser.get(f"{LETTER}/{made.uid}/2").content
    browser.get(f"{LETTER}/{made.uid}/3", 404)


def test_a_wrong_new_version_leaves_the_file_as_it_is(browser_of, cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store)
    browser = browser_of(cast.member)
    page = browser.submit(browser.get(f"{LETTER}/{made.uid}").form("/versions"), 422,
                          file=(io.BytesIO(b"%PDF-1.7"), "b.csv"))
    assert "This is a PDF, but its name ends with .csv." in page.words and "1 version" in page.words


def test_a_deleted_file_is_gone(browser_of, cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store)
    browser = browser_of(cast.member)
    page = browser.follow(browser.submit(browser.get(f"{LETTER}/{made.uid}").form("/delete")))
    assert "“Raids in spring” is deleted, with all its versions." in page.words and "No files yet" in page.words
    browser.get(f"{LETTER}/{made.uid}/1", 404)


def test_other_members_see_no_form_that_is_not_theirs(browser_of, cast, store):
    made = make_attachment(cast.member.ctx, cast.member.membership, store=store)
    page = browser_of(cast.other_member).get(f"{LETTER}/{made.uid}")
    assert not any("/versions" in each or "/delete" in each for each in page.tree.xpath("//form/@action"))


def test_a_long_list_has_pages(browser_of, cast, store):
    for number in range(51):
        make_attachment(cast.member.ctx, cast.member.membership, store=store, title=f"File {number:02}")
    browser = browser_of(cast.other_member)
    first = browser.get(LETTER)
    assert "1 to 50 of 51" in first.words and "File 50" not in first.words
    assert "File 50" in browser.get(f"{LETTER}?page=2").words
    assert "File 50" in browser.get(f"{LETTER}?page=99999999999").words
    assert "File 00" in browser.get(f"{LETTER}?page=nonsense").words


def test_the_page_says_how_much_room_is_left(browser_of, cast, store):
    make_attachment(cast.member.ctx, cast.member.membership, b"x" * 5000, store=store)
    assert "5 KB of 2 GB" in browser_of(cast.member).get(LETTER).words
