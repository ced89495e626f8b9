import datetime
import io
import zipfile
from copy import deepcopy

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from core.documents.marks import LOOKS, Mark
from plugins.midterm.fill_matrix import Filling, fill
from plugins.midterm.tests.matrices import CYCLE_2, CYCLE_4, ROWS, WIDTHS, add_table, bytes_of, make_matrix
from plugins.recommendations.readers.matrix import read
from plugins.recommendations.readers.word import W_TC, inside, lines_of, rows_of, tables_of
from tests.paths import shared

MADE_ON = datetime.date(2026, 3, 2)
PARTIAL = Filling((Mark("Partial implementation", "partial"),), ("Tabled in May.", "Not voted on."))
IMPLEMENTED = Filling((Mark("Implemented", "implemented"),), ("In force.",), ("Peru",))
NOTHING = Filling((Mark("No progress", "none"),), (), ("Fiji", "Oman"))
HEADING = "Assessment/comments on level of implementation"


def tables_in(data):
    return tables_of(docx.Document(io.BytesIO(data)).element.body)


def texts_of(data, table_no=1):
    return [[list(lines_of(cell)) for cell in inside(row, W_TC)] for row in rows_of(tables_in(data)[table_no - 1])]


def canonical(element):
    return etree.tostring(element, method="c14n")


def cell_at(data, row, column):
    return list(inside(rows_of(tables_in(data)[0])[row], W_TC))[column]


def without_widths(cell):
    copy = deepcopy(cell)
    for width in copy.findall(f"{qn('w:tcPr')}/{qn('w:tcW')}"):
        width.attrib.clear()
    return canonical(copy)


# Where the matrix has the column (cycles 2 and 3)

def test_the_cell_under_assessment_gets_the_lights_words_and_the_comment():
    before, after = texts_of(make_matrix()), texts_of(fill(make_matrix(), {(1, 3): [PARTIAL]}, MADE_ON))
    assert after[2][3] == ["Partial implementation", "Tabled in May.", "Not voted on."]
    after[2][3] = []
    assert after == before


def test_but_for_the_filled_cells_the_whole_text_keeps_its_xml():
    original = make_matrix()
    bodies = [docx.Document(io.BytesIO(data)).element.body
              for data in (original, fill(original, {(1, 3): [PARTIAL], (1, 6): [IMPLEMENTED]}, MADE_ON))]
    assert canonical(bodies[0]) != canonical(bodies[1])
    for body in bodies:
        for row_no in (3, 6):
            row = rows_of(tables_of(body)[0])[row_no - 1]
            row.remove(row.tc_lst[3])
    assert canonical(bodies[0]) == canonical(bodies[1])


def test_several_recommendations_of_a_row_follow_each_other_each_after_its_states():
    filled = fill(make_matrix(), {(1, 4): [IMPLEMENTED, NOTHING]}, MADE_ON)
    assert texts_of(filled)[3][3] == ["(Peru) Implemented", "In force.", "(Fiji, Oman) No progress"]


def test_law_and_practice_stand_one_under_the_other():
    both = Filling((Mark("In law: implemented", "implemented"), Mark("In practice: worse", "worse")), ("Raids.",),
                   ("Peru",))
    assert texts_of(fill(make_matrix(), {(1, 3): [both]}, MADE_ON))[2][3] == [
        "(Peru) In law: implemented", "In practice: worse", "Raids."]


def test_what_stood_in_the_cell_stays_above():
    assert texts_of(fill(make_matrix(), {(1, 6): [PARTIAL]}, MADE_ON))[5][3] == [
        "Seen by X.", "Partial implementation", "Tabled in May.", "Not voted on."]


@pytest.mark.parametrize("run", [False, True])
def test_blank_lines_of_the_form_make_room(run):
    document = docx.Document(io.BytesIO(make_matrix()))
    for paragraph in document.tables[0].rows[2].cells[3].paragraphs if run else ():
        paragraph.add_run().bold = True         # as LibreOffice saves a blank line
    cell = cell_at(fill(bytes_of(document), {(1, 3): [PARTIAL]}, MADE_ON), 2, 3)
    assert len(cell.findall(qn("w:p"))) == 3


def test_a_blank_line_that_is_a_place_of_reference_stays():
    document = docx.Document(io.BytesIO(make_matrix()))
    document.tables[0].rows[2].cells[3].paragraphs[1]._p.append(OxmlElement("w:bookmarkStart"))
    filled = fill(bytes_of(document), {(1, 3): [PARTIAL]}, MADE_ON)
    assert len(list(tables_in(filled)[0].iter(qn("w:bookmarkStart")))) == 1


def test_the_words_are_shaded_bold_and_dark_and_the_comment_takes_after_the_cell():
    cell = cell_at(fill(make_matrix(), {(1, 6): [PARTIAL]}, MADE_ON), 5, 3)
    look = LOOKS["partial"]
    runs = [[(etree.QName(child).localname, dict(child.attrib).get(qn("w:fill")) or child.get(qn("w:val")))
             for child in run.find(qn("w:rPr"))] for run in cell.iter(qn("w:r"))]
    letters = [("rFonts", None), ("sz", "20")]
    word = [("rFonts", None), ("b", None), ("bCs", None), ("color", look.ink), ("sz", "20"), ("shd", look.fill)]
    assert runs == [letters, word, letters, letters]
    spacing = [p.find(f"{qn('w:pPr')}/{qn('w:spacing')}").get(qn("w:before")) for p in cell.iter(qn("w:p"))]
    assert spacing == ["40"] * 4


def test_a_list_item_is_not_continued_by_the_comment():
    document = docx.Document(io.BytesIO(make_matrix()))
    paragraph = document.tables[0].rows[5].cells[3].paragraphs[0]
    paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 1
    cell = cell_at(fill(bytes_of(document), {(1, 6): [PARTIAL]}, MADE_ON), 5, 3)
    assert [p.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None for p in cell.iter(qn("w:p"))] == [
        True, False, False, False]


def test_an_arabic_comment_runs_from_right_to_left():
    arabic = Filling((Mark("تنفيذ جزئي", "partial"),), ("قُدم مشروع القانون.", "In English."))
    cell = cell_at(fill(make_matrix(), {(1, 3): [arabic]}, MADE_ON), 2, 3)
    paragraphs = cell.findall(qn("w:p"))
    assert [[etree.QName(child).localname for child in p.find(qn("w:pPr"))] for p in paragraphs] == [
        ["bidi", "spacing", "rPr"], ["bidi", "spacing", "rPr"], ["spacing", "rPr"]]
    assert [p.find(f"{qn('w:r')}/{qn('w:rPr')}/{qn('w:rtl')}") is not None for p in paragraphs] == [True, True, False]


def test_lines_stay_broken_and_what_xml_cannot_hold_is_left_out():
    filled = fill(make_matrix(), {(1, 3): [Filling((Mark("Implemented", "implemented"),), ("one\ntwo\x0b <&>",))]},
                  MADE_ON)
    assert texts_of(filled)[2][3] == ["Implemented", "one", "two <&>"]


# Where it has none (cycle 4)

def test_a_matrix_without_the_column_gets_one():
    filled = texts_of(fill(make_matrix(CYCLE_4), {(1, 3): [PARTIAL], (1, 4): [IMPLEMENTED, NOTHING]}, MADE_ON))
    before = texts_of(make_matrix(CYCLE_4))
    assert [row[:4] for row in filled] == before
    assert [row[4:] for row in filled] == [
        [[HEADING]], [], [["Partial implementation", "Tabled in May.", "Not voted on."]],
        [["(Peru) Implemented", "In force.", "(Fiji, Oman) No progress"]], [], [[]]]


def test_the_table_keeps_its_width_and_the_narrow_column_its_own():
    table = tables_in(fill(make_matrix(CYCLE_4), {}, MADE_ON))[0]
    grid = [int(column.get(qn("w:w"))) for column in table.tblGrid.gridCol_lst]
    assert (len(grid), sum(grid), grid[1]) == (5, sum(WIDTHS[CYCLE_4]), 1134)
    assert all(new < old for new, old in zip(grid[::2], WIDTHS[CYCLE_4][::2], strict=False))
    for row in rows_of(table):
        widths = [int(cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}").get(qn("w:w"))) for cell in inside(row, W_TC)]
        assert widths == (grid if len(widths) == 5 else [sum(grid)])


def test_separators_span_one_column_more():
    table = tables_in(fill(make_matrix(CYCLE_4), {}, MADE_ON))[0]
    spans = [[cell.grid_span for cell in inside(row, W_TC)] for row in rows_of(table)]
    assert spans == [[1] * 5, [5], [1] * 5, [1] * 5, [5], [1] * 5]


def test_the_added_header_has_the_letters_of_the_header_row():
    filled = fill(make_matrix(CYCLE_4), {}, MADE_ON)
    last, added = cell_at(filled, 0, 3), cell_at(filled, 0, 4)
    for cell in (last, added):
        next(cell.iter(qn("w:t"))).text = ""
    assert without_widths(last) == without_widths(added)


def test_but_for_their_width_all_cells_that_were_there_are_as_they_were():
    original = make_matrix(CYCLE_4)
    filled = fill(original, {(1, 3): [PARTIAL]}, MADE_ON)
    for old, new in zip(rows_of(tables_in(original)[0]), rows_of(tables_in(filled)[0]), strict=True):
        cells = list(inside(old, W_TC))
        if len(cells) == 4:
            assert [without_widths(cell) for cell in cells] == [without_widths(cell) for cell in
                                                                list(inside(new, W_TC))[:4]]


def test_a_row_that_ends_before_the_last_column_reaches_the_end_with_the_new_cell():
    document = docx.Document(io.BytesIO(make_matrix(CYCLE_4)))
    row = document.tables[0].rows[2]._tr
    row.remove(row.tc_lst[3])
    after = OxmlElement("w:gridAfter")
    after.set(qn("w:val"), "1")
    row.get_or_add_trPr().append(after)
    table = tables_in(fill(bytes_of(document), {(1, 3): [PARTIAL]}, MADE_ON))[0]
    cells = list(inside(rows_of(table)[2], W_TC))
    assert [cell.grid_span for cell in cells] == [1, 1, 1, 2]
    assert lines_of(cells[3])[0] == "Partial implementation"
    assert not list(table.iter(qn("w:gridAfter")))


def test_a_cell_as_wide_as_two_columns_gives_way_like_both_of_them():
    document = docx.Document(io.BytesIO(make_matrix(CYCLE_4)))
    row = document.tables[0].rows[2]
    row.cells[0].merge(row.cells[1])
    table = tables_in(fill(bytes_of(document), {}, MADE_ON))[0]
    grid = [int(column.get(qn("w:w"))) for column in table.tblGrid.gridCol_lst]
    assert [cell.width.twips for cell in inside(rows_of(table)[2], W_TC)] == [
        grid[0] + grid[1], grid[2], grid[3], grid[4]]


@pytest.mark.parametrize("headings, column", [(CYCLE_2, 3), (CYCLE_4, 4)])
def test_what_is_filled_into_an_empty_cell_has_the_letters_of_its_row(headings, column):
    cell = cell_at(fill(make_matrix(headings), {(1, 3): [PARTIAL]}, MADE_ON), 2, column)
    assert [[(etree.QName(child).localname, child.get(qn("w:val"))) for child in run.find(qn("w:rPr"))]
            for run in cell.iter(qn("w:r"))][1:] == [[("rFonts", None), ("sz", "20")]] * 2


def test_the_added_header_shares_no_identifier_with_the_one_it_was_copied_from():
    para_id = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
    document = docx.Document(io.BytesIO(make_matrix(CYCLE_4)))
    document.tables[0].rows[0].cells[3].paragraphs[0]._p.set(para_id, "6EAF2739")
    table = tables_in(fill(bytes_of(document), {}, MADE_ON))[0]
    assert [paragraph.get(para_id) for paragraph in table.iter(qn("w:p")) if paragraph.get(para_id)] == ["6EAF2739"]


# What other files of this kind do

def test_the_reader_finds_the_same_recommendations_in_the_filled_file(tmp_path):
    for headings in (CYCLE_2, CYCLE_4):
        before, after = tmp_path / "before.docx", tmp_path / "after.docx"
        before.write_bytes(make_matrix(headings))
        after.write_bytes(fill(before.read_bytes(), {(1, 3): [PARTIAL], (1, 4): [IMPLEMENTED, NOTHING]}, MADE_ON))
        assert len(read(str(before), {}).rows) == 5
        assert read(str(after), {}).rows == read(str(before), {}).rows


def test_rows_and_tables_are_counted_as_the_reader_counts_them():
    document = docx.Document(io.BytesIO(make_matrix()))
    table = document.tables[0]._tbl
    cell = document.tables[0].rows[2].cells[0]
    cell.add_table(rows=2, cols=2)                      # a table inside a cell is not counted, nor are its rows
    cell.add_paragraph()
    wrapper, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    row = table.tr_lst[3]
    row.addprevious(wrapper)
    wrapper.append(content)
    content.append(row)                                 # a row in a content control is
    add_table(document, CYCLE_2, ROWS)
    filled = fill(bytes_of(document), {(1, 4): [NOTHING], (1, 6): [PARTIAL], (2, 3): [IMPLEMENTED]}, MADE_ON)
    assert [row[-1][:1] for row in texts_of(filled)] == [
        [HEADING], ["Theme: A12 Acceptance of international norms"], [], ["(Fiji, Oman) No progress"],
        ["Theme: D43 Assembly"], ["Seen by X."]]
    assert texts_of(filled, 2)[2][3] == ["(Peru) Implemented", "In force."]


def test_a_cell_merged_with_the_one_above_is_filled_where_it_shows():
    document = docx.Document(io.BytesIO(make_matrix()))
    rows = document.tables[0].rows
    rows[2].cells[3].merge(rows[3].cells[3])
    filled = fill(bytes_of(document), {(1, 3): [PARTIAL], (1, 4): [NOTHING]}, MADE_ON)
    assert texts_of(filled)[2][3] == ["Partial implementation", "Tabled in May.", "Not voted on.",
                                      "(Fiji, Oman) No progress"]
    assert texts_of(filled)[3][3] == []


def test_a_table_without_a_header_goes_on_with_the_columns_of_the_one_before():
    for headings in (CYCLE_2, CYCLE_4):
        document = docx.Document(io.BytesIO(make_matrix(headings)))
        table = add_table(document, headings, ROWS)
        table._tbl.remove(table._tbl.tr_lst[0])
        filled = texts_of(fill(bytes_of(document), {(2, 2): [PARTIAL]}, MADE_ON), 2)
        assert [len(row) for row in filled] == ([1, 4, 4, 1, 4] if headings is CYCLE_2 else [1, 5, 5, 1, 5])
        assert filled[1][-1] == ["Partial implementation", "Tabled in May.", "Not voted on."]


def test_a_table_that_is_no_matrix_stays_as_it_is():
    document = docx.Document(io.BytesIO(make_matrix(CYCLE_4)))
    add_table(document, ("Abbreviation", "Meaning", "Since"), (("UPR", "Universal Periodic Review", "2008"),))
    original = bytes_of(document)
    assert canonical(tables_in(fill(original, {}, MADE_ON))[1]) == canonical(tables_in(original)[1])


def test_a_row_that_the_file_does_not_have_is_an_error_that_names_it():
    with pytest.raises(ValueError, match=r"no table and row \[\(1, 99\), \(2, 1\)\]"):
        fill(make_matrix(), {(1, 3): [PARTIAL], (1, 99): [PARTIAL], (2, 1): [PARTIAL]}, MADE_ON)


# The package

def test_every_other_part_has_its_bytes_and_the_properties_tell_nobody():
    original = make_matrix()
    filled = fill(original, {(1, 3): [PARTIAL]}, MADE_ON)
    before, after = zipfile.ZipFile(io.BytesIO(original)), zipfile.ZipFile(io.BytesIO(filled))
    assert before.namelist() == after.namelist()
    assert [name for name in after.namelist() if before.read(name) != after.read(name)] == [
        "docProps/core.xml", "docProps/app.xml", "word/document.xml"]
    assert {member.date_time for member in after.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    told = docx.Document(io.BytesIO(filled)).core_properties
    assert (told.author, told.last_modified_by, told.title, told.revision, told.created.isoformat()) == (
        "Commonweal", "Commonweal", "UPR48_Meridia_ThematicList", 1, "2026-03-02T00:00:00+00:00")
    assert b"Alma" in before.read("docProps/core.xml")
    assert not any(b"Alma" in after.read(name) for name in after.namelist())


def test_a_text_part_of_another_name_is_found():
    source = zipfile.ZipFile(io.BytesIO(make_matrix()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as renamed:
        for name in source.namelist():
            data = source.read(name)
            if name in ("_rels/.rels", "[Content_Types].xml"):
                data = data.replace(b"word/document.xml", b"word/document2.xml")
            renamed.writestr(name.replace("document.xml", "document2.xml"), data)
    assert texts_of(fill(out.getvalue(), {(1, 3): [PARTIAL]}, MADE_ON))[2][3][0] == "Partial implementation"


def test_the_same_fillings_give_the_same_bytes():
    assert fill(make_matrix(), {(1, 3): [PARTIAL]}, MADE_ON) == fill(make_matrix(), {(1, 3): [PARTIAL]}, MADE_ON)


# The real files

@pytest.mark.parametrize("name, added", [("slovenia-cycle2.docx", 0), ("slovenia-cycle4.docx", 1)])
def test_a_real_matrix_keeps_all_but_the_assessments(name, added):
    path = shared("domain", "samples", "matrices", name)
    original = path.read_bytes()
    rows = read(str(path), {}).rows
    fills = {(row.table_no, row.row_no): [PARTIAL] for row in rows[::2]}
    filled = fill(original, fills, MADE_ON)
    assert len(fills) > 60
    old_rows, new_rows = (rows_of(tables_in(data)[0]) for data in (original, filled))
    for row_no, (old, new) in enumerate(zip(old_rows, new_rows, strict=True), 1):
        was, now = list(inside(old, W_TC)), list(inside(new, W_TC))
        wanted = ("Partial implementation", "Tabled in May.", "Not voted on.") if (1, row_no) in fills else ()
        if len(was) == 1:
            assert (lines_of(now[0]), now[0].grid_span) == (lines_of(was[0]), was[0].grid_span + added)
            continue
        if row_no > 1:
            assert lines_of(now[-1]) == wanted
        untouched = len(was) - (0 if added else bool(wanted))
        assert len(now) == len(was) + added
        assert [without_widths(cell) for cell in was[:untouched]] == [without_widths(cell) for cell in now[:untouched]]
    before, after = zipfile.ZipFile(io.BytesIO(original)), zipfile.ZipFile(io.BytesIO(filled))
    assert before.namelist() == after.namelist()
    assert {name for name in after.namelist() if before.read(name) != after.read(name)} == {
        "docProps/core.xml", "docProps/app.xml", "word/document.xml"}
