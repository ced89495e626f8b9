import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from core.documents.document import LONG_CELL, plain, printable
from core.documents.docx import TEXT_WIDTH, write_docx
from core.documents.marks import LOOKS
from core.documents.tests.meridia import ENGLISH_HEADINGS, PARTIAL, make_annex, make_row


def opened(document):
    return docx.Document(io.BytesIO(write_docx(document)))


def cells_of(table):
    return [["\n".join(paragraph.text for paragraph in docx.table._Cell(tc, table).paragraphs) for tc in tr.tc_lst]
            for tr in table._tbl.tr_lst]


def test_python_docx_reads_the_annex_as_it_was_written():
    key, table = opened(make_annex()).tables
    assert cells_of(key) == [["■ In practice: no progress", "◐ Partial implementation"], ["1", "1"]]
    themes = "Rights of the child; protection\n- Children"
    assert cells_of(table) == [
        list(ENGLISH_HEADINGS),
        ["Theme: Rights of the child"],
        ["121.4 Raise the age of responsibility (Kenya)\nA/HRC/55/99 - Para. 3", "Supported", themes,
         "◐ Partial implementation\nTabled in May."],
        ["121.10 Consult children & parents <soon> (Peru)\nA/HRC/55/99 - Para. 3", "Supported", themes,
         "● In law: implemented\n■ In practice: no progress\nNobody asked.\n"
         "Heron Institute holds another view: the register exists."],
        ["Theme: Prisons"],
        ["121.11 Reduce overcrowding (Fiji)\nA/HRC/55/99 - Para. 3", "Supported", themes, ""]]


def test_title_heading_and_emphasis_are_what_word_calls_so():
    paragraphs = opened(make_annex()).paragraphs
    assert [(paragraph.style.name, paragraph.text) for paragraph in paragraphs if paragraph.text] == [
        ("Title", "Meridia: mid-term annex"), ("Subtitle", "By the coalition"),
        ("Key title", "By level of implementation"), ("Heading 1", "The table"),
        ("Normal", "One bold and one slanted")]
    assert [(run.text, bool(run.bold), bool(run.italic)) for run in paragraphs[-2].runs] == [
        ("One ", False, False), ("bold", True, False), (" and one ", False, False), ("slanted", False, True)]


def test_the_page_lies_and_the_table_fills_it():
    word = opened(make_annex())
    section = word.sections[0]
    assert (section.page_width.twips, section.page_height.twips) == (16838, 11906)
    assert section.page_width.twips - section.left_margin.twips - section.right_margin.twips == TEXT_WIDTH
    grid = word.tables[1]._tbl.tblGrid.gridCol_lst
    assert abs(sum(column.w.twips for column in grid) - TEXT_WIDTH) <= len(grid)


def test_the_head_is_repeated_and_only_long_rows_may_split():
    long = make_row("121.5", "Ratify", PARTIAL, plain("x" * LONG_CELL))
    rows = opened(make_annex(make_row("121.4", "Ratify", PARTIAL), long)).tables[1]._tbl.tr_lst
    names = [[child.tag.split("}")[1] for child in row.trPr] for row in rows]
    assert names == [["cantSplit", "tblHeader"], ["cantSplit"], []]


def test_the_words_of_a_light_are_shaded_in_its_colours():
    cell = opened(make_annex(make_row("121.4", "Ratify", PARTIAL))).tables[1]._tbl.tr_lst[1].tc_lst[3]
    assert [shade.get(qn("w:fill")) for shade in cell.iter(qn("w:shd"))] == [LOOKS["partial"].fill]
    assert [ink.get(qn("w:val")) for ink in cell.iter(qn("w:color"))] == [LOOKS["partial"].ink]


def test_an_arabic_annex_runs_from_right_to_left_and_quotes_english_from_left_to_right():
    word = opened(make_annex(lang="ar"))
    assert all(table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in word.tables)
    assert word.sections[0]._sectPr.find(qn("w:bidi")) is not None
    table = word.tables[1]._tbl
    head, row = table.tr_lst[0], table.tr_lst[2]
    assert all(p.pPr.find(qn("w:bidi")) is not None for p in head.iter(qn("w:p")))
    assert all(run.rPr.find(qn("w:rtl")) is not None for run in head.iter(qn("w:r")))
    assert [p.pPr.find(qn("w:bidi")) for p in row.tc_lst[0].p_lst] == [None, None]


def test_an_english_annex_has_nothing_right_to_left():
    assert not [tag for tag in (b"bidi/", b"bidiVisual", b"w:rtl") if tag in zipfile.ZipFile(
        io.BytesIO(write_docx(make_annex()))).read("word/document.xml")]


def test_the_footer_counts_the_pages():
    footer = opened(make_annex()).sections[0].footer._element
    assert [field.get(qn("w:instr")).strip() for field in footer.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


def test_the_same_annex_gives_the_same_bytes_and_tells_nothing_of_who_made_it():
    data = write_docx(make_annex())
    assert data == write_docx(make_annex())
    package = zipfile.ZipFile(io.BytesIO(data))
    assert {(member.date_time, member.create_system) for member in package.infolist()} == {((1980, 1, 1, 0, 0, 0), 0)}
    core = docx.Document(io.BytesIO(data)).core_properties
    assert (core.author, core.last_modified_by, core.revision, core.title, core.created.isoformat(),
            core.modified.isoformat()) == ("Commonweal", "Commonweal", 1, "Meridia: mid-term annex",
                                           "2026-03-02T00:00:00+00:00", "2026-03-02T00:00:00+00:00")
    assert b"<Application>Commonweal</Application>" in package.read("docProps/app.xml")


# Word's schema is a sequence: a child out of its place makes the file "unreadable content" there, and only there.
ORDER = {
    "pPr": ("pStyle", "keepNext", "keepLines", "shd", "bidi", "spacing", "jc", "outlineLvl"),
    "rPr": ("rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "rtl", "lang"),
    "tcPr": ("tcW", "gridSpan", "tcBorders", "shd"),
    "tblPr": ("tblStyle", "bidiVisual", "tblW", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook",
              "tblCaption"),
    "trPr": ("cantSplit", "tblHeader"),
    "sectPr": ("footerReference", "pgSz", "pgMar", "bidi"),
}


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_part_is_well_formed_and_in_the_order_of_the_schema(lang):
    package = zipfile.ZipFile(io.BytesIO(write_docx(make_annex(lang=lang))))
    seen = set()
    for name in package.namelist():
        for element in etree.fromstring(package.read(name)).iter(etree.Element):
            kind = etree.QName(element).localname
            if kind in ORDER:
                seen.add(kind)
                places = [ORDER[kind].index(etree.QName(child).localname) for child in element]
                assert places == sorted(places), (name, kind)
    assert seen == set(ORDER)


@given(st.text())
def test_any_text_comes_back_as_it_was_but_for_what_no_file_holds(text):
    row = opened(make_annex(make_row("121.4", "Ratify", plain(text)))).tables[1].rows[1]
    assert row.cells[3].paragraphs[0].text == printable(text)
