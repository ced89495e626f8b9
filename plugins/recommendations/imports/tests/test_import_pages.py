"""From the choice of a file to the list, page by page."""

import io
from datetime import datetime

import pytest

from core.api import reviews_of
from core.files.store import StoredFile
from plugins.recommendations.models import Import, Profile, Recommendation
from plugins.recommendations.tests.factories import LIST, OWN_TABLE, make_recommendation

PAGE = "/c/meridia/recommendations/import"
HEAD = "number,part,text,states,position,themes,theme_headings,affected,sdgs,source,session\n"


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.coordinator)


def send(browser, content, name="list.txt", status=303, **fields):
    """Choose this file on the import page; gives the preview, or the page that says what is wrong."""
    content = content if isinstance(content, bytes) else content.encode()
    answer = browser.post(PAGE, {"file": (io.BytesIO(content), name), "subject": "recommendations", **fields}, status,
                          content_type="multipart/form-data")
    return browser.follow(answer) if status == 303 else answer


def confirm(browser, page, **fields):
    form = next(form for form in page.forms() if "fingerprint" in form.fields)
    return browser.follow(browser.submit(form, **fields))


def counts(page):
    return [int(text) for text in page.tree.xpath("//nav[contains(@class, 'counts')]//b/text()")]


def test_from_the_file_to_the_list_in_three_pages(browser):
    page = send(browser, LIST)
    assert page.title.startswith("Check before anything changes")
    assert counts(page) == [0, 0, 2, 0]
    assert "Plant trees along the salt marsh (France) (Chile)" in page.words
    assert (Recommendation.select().count(), Import.select().count()) == (0, 0)
    page = confirm(browser, page)
    assert page.title.startswith("2 recommendations") and "Brought in: 2 new, 0 changed." in page.words


def test_the_same_file_again_offers_nothing_to_bring_in(browser):
    confirm(browser, send(browser, LIST))
    page = send(browser, LIST)
    assert counts(page) == [0, 0, 0, 2] and "The file holds nothing new." in page.words
    assert not page.tree.xpath("//form//button[contains(@class, 'main')]")


def test_an_import_is_taken_back_from_the_list_and_from_the_import_page(browser):
    page = confirm(browser, send(browser, LIST))
    page = browser.follow(browser.submit(page.form("/undo")))
    assert "Taken back: 2 are gone" in page.words and Recommendation.select().count() == 0
    confirm(browser, send(browser, LIST))
    page = browser.get(PAGE)
    assert "taken back" in page.words
    browser.follow(browser.submit(page.form("/undo")))
    assert Recommendation.select().count() == 0


def test_pasted_text_is_read_as_a_list(browser):
    page = browser.follow(browser.post(PAGE, {"text": LIST, "subject": "recommendations"}))
    assert counts(page) == [0, 0, 2, 0]


@pytest.mark.parametrize(("content", "name", "words"), [
    (b"", "empty.docx", "empty"), (b"%PDF-1.7", "a.docx", "PDF"), (b"Nothing of use.", "a.txt", "none of the forms"),
    (b"\x89PNG\r\n\x1a\n", "../../a.png", "image"), (b"PK\x03\x04cut", "a.docx", "cut or damaged")])
def test_a_useless_file_brings_the_form_back_with_a_sentence(browser, content, name, words):
    page = send(browser, content, name, 422, session="48")
    assert words in page.words and page.title.startswith("Error:")
    assert page.tree.xpath("string(//input[@id='session']/@value)") == "48"
    assert StoredFile.select().count() == 0


def test_nothing_chosen_and_a_strange_session_are_said(browser):
    assert "Choose a file, or paste a text." in browser.post(PAGE, {"subject": "recommendations"}, 422).words
    assert "whole number" in send(browser, LIST, status=422, session="soon").words


def test_refused_rows_stand_first_with_their_place_and_what_to_do(browser):
    page = send(browser, HEAD + "5.1,0,Plant trees,Swazilnd,,,,,,,48\n5.2,0,Open the archives,NOR,,,,,,,48\n", "x.csv")
    assert counts(page) == [1, 0, 1, 0]
    cells = [" ".join(cell.text_content().split()) for cell in page.tree.xpath("//section[@id='refused']//tbody//*"
                                                                              "[self::th or self::td]")]
    assert cells == ["row 2", "5.1 Plant trees",
                     "The State “Swazilnd” is not known. Did you mean Eswatini? Correct its name."]


def test_a_change_shows_both_wordings_and_can_be_unticked(browser, cast):
    confirm(browser, send(browser, LIST))
    changed = LIST.replace("the salt marsh", "the whole salt marsh").replace("(Norway)", "(Norway) (Iceland)")
    page = send(browser, changed)
    assert counts(page) == [0, 2, 0, 0]
    assert page.tree.xpath("//section[@id='changed']//ins/text()") == ["whole", "Iceland"]
    trees = Recommendation.get(Recommendation.number == "5.1")
    archives = Recommendation.get(Recommendation.number == "5.2")
    page = confirm(browser, page, take=[archives.uid])
    assert "1 changed" in page.words and "Iceland" in page.words
    assert Recommendation.get_by_id(trees.id).text == "Plant trees along the salt marsh"


def test_what_changed_since_the_preview_is_shown_anew(browser, cast):
    page = send(browser, LIST)
    make_recommendation(cast.editor.ctx, cast.review, "5.1", "Build a harbour for the fishers")
    page = confirm(browser, page)
    assert "not what you saw" in page.words and counts(page) == [1, 0, 1, 0]
    assert Recommendation.select().count() == 1


def test_a_list_without_positions_asks_for_them_by_section_and_guesses_none(browser):
    page = send(browser, LIST + "6.1\tBuild a harbour for the fishers (Portugal);\n")
    form = page.form("/choices")
    assert {name: value for name, value in form.fields.items() if name.startswith("position-")} == {
        "position-5": [""], "position-6": [""]}
    page = browser.follow(browser.submit(form, **{"position-5": "supported"}))
    assert page.form("/choices").fields["position-5"] == ["supported"]
    confirm(browser, page)
    assert sorted((one.number, one.position) for one in Recommendation.select()) == [
        ("5.1", "supported"), ("5.2", "supported"), ("6.1", None)]


def test_a_file_of_another_session_goes_into_a_new_review_unless_one_chooses_otherwise(browser, cast):
    content = HEAD + "5.1,0,Plant trees,FRA,noted,,,,,,34\n"
    page = send(browser, content, "x.csv")
    assert "A new review is made: Meridia, session 34." in page.words
    assert [box.get("value") for box in page.tree.xpath("//input[@name='into']")] == ["new", cast.review.uid]
    page = browser.follow(browser.submit(page.form("/choices"), into=cast.review.uid))
    assert "Into the review" in page.words
    confirm(browser, page)
    assert [one.wg_session for one in reviews_of(cast.coordinator.ctx)] == [48]
    confirm(browser, send(browser, content.replace("5.1", "5.3").replace("Plant trees", "Open schools"), "y.csv"))
    assert [one.wg_session for one in reviews_of(cast.coordinator.ctx)] == [48, 34]


def test_the_states_reply_is_pasted_and_sets_positions(browser):
    confirm(browser, send(browser, LIST))
    reply = "It supports the following recommendations: 5.1, 5.7.\n\nIt notes recommendations 5.2, 5.8.\n"
    page = browser.follow(browser.post(PAGE, {"text": reply, "subject": "positions", "said_on": "2025-06-01",
                                              "source": "A/HRC/58/99/Add.1"}))
    assert counts(page) == [2, 2, 0, 0] and "There is no recommendation 5.7 in this review." in page.words
    confirm(browser, page, take=[one.uid for one in Recommendation.select()])
    assert sorted((one.number, one.position) for one in Recommendation.select()) == [("5.1", "supported"),
                                                                                    ("5.2", "noted")]


def test_a_reply_without_numbers_is_told_what_a_reply_says(browser):
    confirm(browser, send(browser, LIST))
    page = browser.post("/c/meridia/recommendations/import",
                        {"subject": "positions", "text": "We accept everything."}, 422)
    assert "No list of recommendations with a position was found in this text." in page.words


def test_a_reply_with_a_day_that_is_none_is_told_before_the_file_is_kept(browser):
    confirm(browser, send(browser, LIST))
    page = browser.post(PAGE, {"text": "It supports recommendation 5.1.", "subject": "positions", "said_on": "soon"},
                        422)
    assert "“soon” is no date. Write it as 2026-03-12." in page.words
    assert StoredFile.select().where(StoredFile.expires_at.is_null(False)).count() == 0


def test_a_reply_that_names_another_session_goes_to_the_review_that_is_shown(browser, cast):
    confirm(browser, send(browser, LIST))
    reply = "UPR of Meridia (4th Cycle – 47th session)\n\nThe following recommendations are supported: 5.1, 5.2.\n"
    page = browser.follow(browser.post(PAGE, {"text": reply, "subject": "positions"}))
    assert counts(page) == [0, 2, 0, 0] and "Into the review: Meridia, session 48." in page.words


# A table of one's own.

def test_columns_are_mapped_on_the_screen_and_the_mapping_is_kept(browser):
    page = send(browser, OWN_TABLE, "own.csv")
    assert counts(page) == [0, 0, 2, 0]
    page = browser.get(page.tree.xpath("string(//a[contains(@href, '/mapping')]/@href)"))
    form = page.form("/mapping")
    fields = {name: value for name, value in form.fields.items() if name.startswith(("field-", "head-"))}
    assert fields == {"head-0": ["Ref"], "field-0": ["number"], "head-1": ["What was said"], "field-1": ["text"],
                      "head-2": ["By whom"], "field-2": ["states"], "head-3": ["Answer"], "field-3": [""]}
    page = browser.follow(browser.submit(form, **{
        "field-3": "position", "word": ["Thumbs up", "Thumbs down"], "meaning": ["supported", "noted"],
        "save_as": "Our list"}))
    confirm(browser, page)
    assert sorted((one.number, one.position) for one in Recommendation.select()) == [("5.1", "supported"),
                                                                                    ("5.2", "noted")]
    assert [profile.name for profile in Profile.select()] == ["Our list"]


def test_a_table_whose_wording_is_not_found_leads_to_the_mapping(browser):
    table = "A,B\n5.1,Trees\n5.2,Schools\n"
    page = send(browser, table, "own.csv")
    assert page.title.startswith("Which column is what") and "No column with the wording" in page.words
    form = page.form("/mapping")
    page = browser.follow(browser.submit(form, header_row="1", again="1"))
    page = browser.follow(browser.submit(page.form("/mapping"), **{"field-0": "number", "field-1": "text"}))
    assert counts(page) == [0, 0, 2, 0]


def test_two_columns_for_one_field_are_refused_in_words(browser):
    page = send(browser, OWN_TABLE, "own.csv")
    page = browser.get(page.tree.xpath("string(//a[contains(@href, '/mapping')]/@href)"))
    page = browser.submit(page.form("/mapping"), 422, **{"field-0": "text"})
    assert "several columns" in page.words and page.title.startswith("Error:")


def test_of_a_hidden_persons_import_the_day_is_told(cast, withheld, browser_of):
    at = datetime(2026, 3, 1, 12, 34, 15)
    for seat in (withheld.seat, cast.coordinator.seat):
        file = StoredFile.create(coalition=cast.coalition, sha256="0" * 64, name="x.csv", size_bytes=1, at=at,
                                 seat=seat)
        Import.create(coalition=cast.coalition, review=cast.review, file=file, sha256="0" * 64, form="table", seat=seat,
                      at=at)
    words = browser_of(cast.coordinator).get("/c/meridia/recommendations/import").words
    assert words.count("12:34") == 1 and words.count("1 Mar 2026") == 2
