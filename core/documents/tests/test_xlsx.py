import io
import zipfile

from openpyxl import load_workbook

from core.documents.document import Column, Document, Table, plain
from core.documents.marks import LOOKS
from core.documents.tests.meridia import ENGLISH_HEADINGS, make_annex, make_row
from core.documents.xlsx import LONGEST_CELL, write_xlsx


def sheet_of(document):
    return load_workbook(io.BytesIO(write_xlsx(document))).active


def test_title_key_and_table_stand_in_the_sheet():
    themes = "Rights of the child; protection\n- Children"
    values = [[cell for cell in row if cell is not None] for row in sheet_of(make_annex()).iter_rows(values_only=True)]
    assert [row for row in values if row] == [
        ["Meridia: mid-term annex"],
        ["By the coalition"],
        ["By level of implementation"],
        ["■ In practice: no progress", 1],
        ["◐ Partial implementation", 1],
        [*ENGLISH_HEADINGS, "Theme", "Light"],
        ["Theme: Rights of the child", "Rights of the child"],
        ["121.4 Raise the age of responsibility (Kenya)\nA/HRC/55/99 - Para. 3", "Supported", themes,
         "Partial implementation\nTabled in May.", "Rights of the child", "Partial implementation"],
        ["121.10 Consult children & parents <soon> (Peru)\nA/HRC/55/99 - Para. 3", "Supported", themes,
         "In law: implemented\nIn practice: no progress\nNobody asked.\n"
         "Heron Institute holds another view: the register exists.", "Rights of the child",
         "In law: implemented\nIn practice: no progress"],
        ["Theme: Prisons", "Prisons"],
        ["121.11 Reduce overcrowding (Fiji)\nA/HRC/55/99 - Para. 3", "Supported", themes, "Prisons"]]


def test_the_head_stays_in_view_and_can_filter():
    sheet = sheet_of(make_annex())
    assert sheet["A8"].value == "Recommendation"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A9", "A8:F13")


def test_the_light_has_its_colour_beside_its_words_and_long_text_wraps():
    light = sheet_of(make_annex())["F11"]
    assert light.value == "In law: implemented\nIn practice: no progress"
    assert (light.fill.fgColor.rgb, light.font.color.rgb) == (f"FF{LOOKS['none'].fill}", f"FF{LOOKS['none'].ink}")
    assert light.alignment.wrap_text


def test_what_looks_like_a_formula_a_number_or_a_link_stays_text():
    texts = ["=1+1", "+1", "@SUM(A1)", "121.10", "https://example.org", "{=1}"]
    sheet = sheet_of(make_annex(*(make_row("1", "Ratify", plain(text)) for text in texts)))
    cells = [sheet.cell(9 + index, 4) for index in range(len(texts))]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [(text, "s", None) for text in texts]


def test_a_text_longer_than_a_cell_is_cut_where_everybody_sees_it():
    value = sheet_of(make_annex(make_row("1", "Ratify", plain("x" * 40_000))))["D9"].value
    assert (len(value), value[-2:]) == (LONGEST_CELL, "x…")


def test_an_arabic_sheet_begins_at_the_right():
    assert sheet_of(make_annex(lang="ar")).sheet_view.rightToLeft
    assert not sheet_of(make_annex()).sheet_view.rightToLeft


def test_titles_that_excel_takes_for_no_sheet_are_mended_and_kept_apart():
    tables = tuple(Table("[2026] Recommendations: all/most'" + "x" * 40, (Column("Recommendation", 1),), (), "T", "L")
                   for _ in range(2))
    document = make_annex()
    document = Document(document.title, "", "en", "ltr", document.made_on, tables)
    names = load_workbook(io.BytesIO(write_xlsx(document))).sheetnames
    assert len(set(names)) == 2 and all(len(name) <= 31 for name in names)


def test_the_same_annex_gives_the_same_bytes_and_tells_nothing_of_who_made_it():
    data = write_xlsx(make_annex())
    assert data == write_xlsx(make_annex())
    assert len({member.date_time for member in zipfile.ZipFile(io.BytesIO(data)).infolist()}) == 1
    told = load_workbook(io.BytesIO(data)).properties
    assert (told.creator, told.title, told.created.isoformat()) == (
        "Commonweal", "Meridia: mid-term annex", "2026-03-02T00:00:00")
