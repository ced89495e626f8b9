import re

from lxml import html

from core.documents.document import plain
from core.documents.html import write_html
from core.documents.tests.meridia import ENGLISH_HEADINGS, PARTIAL, make_annex, make_row


def page_of(document):
    return html.document_fromstring(write_html(document))


def test_the_page_holds_title_key_and_table():
    page = page_of(make_annex())
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    assert [heading.text_content() for heading in page.iter("h1", "h2")] == ["Meridia: mid-term annex", "The table"]
    assert [entry.text_content() for entry in page.xpath("//ul[@class='key']/li")] == [
        "■ In practice: no progress: 1", "◐ Partial implementation: 1"]
    assert [head.text_content() for head in page.xpath("//thead//th[@scope='col']")] == list(ENGLISH_HEADINGS)


def test_the_rows_of_a_theme_stand_together_under_its_name():
    bodies = [([name.text_content() for name in body.xpath(".//th[@scope='rowgroup']")],
               [row.xpath("string(td[1]/p[1])") for row in body.xpath("tr[td]")]) for body in page_of(
        make_annex()).xpath("//tbody")]
    assert bodies == [
        (["Theme: Rights of the child"], ["121.4 Raise the age of responsibility (Kenya)",
                                          "121.10 Consult children & parents <soon> (Peru)"]),
        (["Theme: Prisons"], ["121.11 Reduce overcrowding (Fiji)"])]


def test_what_a_person_typed_is_never_markup():
    typed = "</style><script>alert(1)</script> \" ' & <b>"
    document = make_annex(make_row("121.4", typed, PARTIAL, plain(typed)), title=typed)
    page = page_of(document)
    assert not page.xpath("//script | //b")
    assert len(page.xpath("//style")) == 1
    assert (page.xpath("string(//h1)"), page.xpath("string(//title)")) == (typed, typed)
    assert page.xpath("string(//td[4]/p[2])") == typed


def test_the_file_needs_nothing_else():
    data = write_html(make_annex()).decode()
    assert not re.findall(r"https?:|url\(|@import|\ssrc=|\shref=|\sstyle=|\son\w+=", data)


def test_lines_that_a_person_broke_stay_broken():
    page = page_of(make_annex(make_row("121.4", "Ratify", plain("one\ntwo"))))
    assert len(page.xpath("//td[4]/p/br")) == 1


def test_an_arabic_page_quotes_english_from_left_to_right():
    page = page_of(make_annex(lang="ar"))
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    assert page.xpath("//td[1]/p[1]/@dir") == ["ltr"] * 3


def test_the_same_annex_gives_the_same_bytes():
    assert write_html(make_annex()) == write_html(make_annex())
