"""OHCHR's matrices in the forms that are known of them, built here; nothing is taken from a real one."""

import docx
import pytest
from docx.oxml import OxmlElement

from core.errors import Refused
from plugins.recommendations.readers.matrix import read, sniff
from plugins.recommendations.tests.word_files import CYCLE_3, CYCLE_4, add_row, matrix, runs


def told(row):
    return row.number, row.part, row.text, row.states, row.position


def test_cycle_2_with_codes_and_affected_persons(tmp_path):
    path = matrix(tmp_path / "a.docx", [
        "Theme: A12 Care for trees ",
        ("21.3 Plant oaks (Malta, Chad); \nSource of position: A/HRC/99/9/Add.1 - Para. 3", "Supported",
         "A12 Care for trees\nB32 Forests: definition; general principles\nAffected persons:\n- general\n"
         "- owls/ hawks, and others", ""),
        ("21.1 Plant elms (Malta);\nSource of Position: A/HRC/99/9 - Para.3vv", "Noted", "A12 Care for trees\n"
         "Affected persons: ", "")], page_header="UPR of Eritrea (2nd Cycle – 20th session)\t\tThematic list\tPage 1")
    reading = read(path, {})
    assert (reading.form, reading.state, reading.cycle, reading.session) == ("matrix", "ERI", 2, 20)
    assert reading.problems == ()
    first, second = reading.rows
    assert told(first) == ("21.3", 0, "Plant oaks", ("MLT", "TCD"), "supported")
    assert first.themes == ("A12 Care for trees", "B32 Forests: definition; general principles")
    assert first.affected == ("general", "owls/ hawks, and others")
    assert (first.headings, first.source) == (("A12 Care for trees",), "A/HRC/99/9/Add.1 - Para. 3")
    assert (str(first.place), first.table_no, first.row_no) == ("table 1, row 3", 1, 3)
    assert told(second) == ("21.1", 0, "Plant elms", ("MLT",), "noted")
    assert (second.affected, second.source, second.row_no) == ((), "A/HRC/99/9 - Para.3vv", 4)


def test_cycle_3_with_names_only_goals_in_the_theme_cell_and_four_tables(tmp_path):
    row = ("88.{n} Plant tree {n} (Malta);\nSource of position: A/HRC/99/9 - Para 121", "Supported",
           "- Care for trees & shrubs\n- Forests, woods; parks\nSDGs:\n- 15 - LIFE ON LAND\n- 16.2\n"
           "Affected persons:\n- owls", "")
    tables = [[f"Theme: Part {n}", tuple(cell.format(n=n) for cell in row)] for n in (1, 2, 3, 4)]
    reading = read(matrix(tmp_path / "a.docx", *tables), {})
    assert [(r.number, r.headings, r.table_no, r.row_no) for r in reading.rows] == [
        (f"88.{n}", (f"Part {n}",), n, 3) for n in (1, 2, 3, 4)]
    assert {(r.themes, r.sdgs, r.affected) for r in reading.rows} == {
        (("Care for trees & shrubs", "Forests, woods; parks"), ("15", "16.2"), ("owls",))}
    assert (reading.cycle, reading.session) == (3, 32)


def test_cycle_4_with_a_column_of_goals(tmp_path):
    path = matrix(tmp_path / "a.docx", ["Theme: Trees", (
        "40.7 Plant oaks (Maldives) (Portugal);\nSource of Position: A/HRC/99/9/Add.1 - Para.3", "Supported/Noted",
        "- Trees\nGroups of Persons: \n- Owls & hawks", "- 1 - NO POVERTY\n- PEACE, JUSTICE AND STRONG INSTITUTIONS")],
        headers=CYCLE_4, page_header="UPR of Eritrea (4th Cycle - 45th Session)")
    [row] = read(path, {}).rows
    assert told(row) == ("40.7", 0, "Plant oaks", ("MDV", "PRT"), "supported-in-part")
    assert (row.themes, row.affected, row.sdgs) == (("Trees",), ("Owls & hawks",), ("1", "16"))


@pytest.mark.parametrize(("separator", "heading"), [
    ("Theme: Trees", "Trees"), ("Right or area: 2.1 Trees", "2.1 Trees"), ("Right: Trees", "Trees"),
    ("THEME : Trees: oaks", "Trees: oaks"), ("2.1. Trees and shrubs", "2.1. Trees and shrubs"),
    ("Thème : Arbres", "Arbres"), ("Theme: Trees (continued)", "Trees"), ("Trees & shrubs", "Trees & shrubs")])
def test_a_separator_is_the_heading_of_what_follows(tmp_path, separator, heading):
    path = matrix(tmp_path / "a.docx", [separator, ("21.3 Plant oaks (Malta);", "Supported", "", "")])
    assert [row.headings for row in read(path, {}).rows] == [(heading,)]


def test_a_separator_can_be_one_filled_cell_of_four(tmp_path):
    path = matrix(tmp_path / "a.docx", [("Theme: Trees", "", "", ""), ("21.3 Plant oaks (Malta);", "Noted", "", ""),
                                        ("", "", "", "")])
    assert [(row.number, row.headings) for row in read(path, {}).rows] == [("21.3", ("Trees",))]


def test_a_row_under_several_separators_is_given_each_time(tmp_path):
    row = ("21.3 Plant oaks (Malta);", "Supported", "Trees", "")
    reading = read(matrix(tmp_path / "a.docx", ["Theme: Trees", row, "Theme: Oaks", row]), {})
    assert [(r.number, r.headings, r.row_no) for r in reading.rows] == [("21.3", ("Trees",), 3), ("21.3", ("Oaks",), 5)]


def test_a_number_with_two_recommendations_gives_two_parts_at_one_place(tmp_path):
    path = matrix(tmp_path / "a.docx", [("21.3 Plant oaks (Malta);plant elms (Chad, Iran (Islamic Republic of));\n"
                                         "Source of position: X", "Supported", "Trees", "")])
    rows = read(path, {}).rows
    assert [told(row) for row in rows] == [("21.3", 1, "Plant oaks", ("MLT",), "supported"),
                                           ("21.3", 2, "plant elms", ("TCD", "IRN"), "supported")]
    assert {(row.row_no, row.source, row.themes) for row in rows} == {(2, "X", ("Trees",))}


@pytest.mark.parametrize(("cell", "number", "text"), [
    ("121.15a Plant oaks (Malta);", "121.15a", "Plant oaks"),
    ("121.15 a Plant oaks (Malta);", "121.15", "a Plant oaks"),
    ("121.15 (a) Plant oaks (Malta);", "121.15a", "Plant oaks"),
    ("121.15. Plant oaks (Malta);", "121.15", "Plant oaks"),
    ("121.15\tPlant oaks (Malta);", "121.15", "Plant oaks"), ("121.15    Plant oaks (Malta);", "121.15", "Plant oaks"),
    ("121.15\u00a0Plant oaks (Malta);", "121.15", "Plant oaks"),
    ("121.15\nPlant oaks\n(Malta);", "121.15", "Plant oaks"),
    ("121.15Plant oaks (Malta);", "121.15", "Plant oaks"), ("15. Plant oaks (Malta);", "15", "Plant oaks"),
    ("121.15 Plant oaks on 12.5 hectares (Malta);", "121.15", "Plant oaks on 12.5 hectares"),
    ("121.15 “Plant” oaks (Malta);", "121.15", "“Plant” oaks"), ("121.15 2030 oaks (Malta);", "121.15", "2030 oaks")])
def test_the_number_is_parted_from_the_text_in_every_way(tmp_path, cell, number, text):
    [row] = read(matrix(tmp_path / "a.docx", [(cell, "Supported", "", "")]), {}).rows
    assert told(row) == (number, 0, text, ("MLT",), "supported")


def test_several_numbers_in_one_cell_are_several_recommendations(tmp_path):
    path = matrix(tmp_path / "a.docx", [("21.3 Plant oaks (Malta);\n21.4 Plant elms\n2.5 metres high (Chad);", "Noted",
                                         "", "")])
    assert [told(row) for row in read(path, {}).rows] == [
        ("21.3", 0, "Plant oaks", ("MLT",), "noted"), ("21.4", 0, "Plant elms 2.5 metres high", ("TCD",), "noted")]


@pytest.mark.parametrize("header", ["No.", "Number", "Recommendation number", "Rec. No.", "Paragraph"])
def test_number_and_states_can_have_columns_of_their_own(tmp_path, header):
    path = matrix(tmp_path / "a.docx", [("21.3", "Plant oaks (OAK)", "Malta\nIran (Islamic Republic of)", "Accepted")],
                  headers=(header, "Recommendation", "Recommending State(s)", "Position"))
    [row] = read(path, {}).rows
    assert told(row) == ("21.3", 0, "Plant oaks (OAK)", ("MLT", "IRN"), "supported")


@pytest.mark.parametrize(("words", "position"), [
    ("Supported", "supported"), ("Accepted", "supported"), ("Noted", "noted"), ("Not supported", "noted"),
    ("Not accepted", "noted"), ("Rejected", "noted"), ("Partially supported", "supported-in-part"),
    ("Supported in part", "supported-in-part"), ("Supported/Noted", "supported-in-part"), ("Pending", "pending"),
    ("Under consideration", "pending"), ("Does not enjoy support", "noted"), ("Acceptée", "supported"),
    ("Notée", "noted"), ("Aceptada", "supported"), ("Tomada nota", "noted"), ("", None)])
def test_the_position_is_known_by_its_words(tmp_path, words, position):
    reading = read(matrix(tmp_path / "a.docx", [("21.3 Plant oaks (Malta);", words, "", "")]), {})
    assert [row.position for row in reading.rows] == [position]
    assert reading.problems == ()


def test_an_unknown_position_is_told_and_the_row_kept(tmp_path):
    reading = read(matrix(tmp_path / "a.docx", [("21.3 Plant oaks (Malta);", "Blue", "", "")]), {})
    assert [row.position for row in reading.rows] == [None]
    assert [(str(p.place), str(p.reason), p.refused) for p in reading.problems] == [
        ("table 1, row 2", "The position “Blue” is not known. It was left open: set it by hand.", False)]


def test_an_unknown_state_is_kept_and_told(tmp_path):
    reading = read(matrix(tmp_path / "a.docx", [("21.3 Plant oaks (Swazilnd) (Malta);", "Noted", "", "")]), {})
    [row] = reading.rows
    assert (row.text, row.states, row.unknown_states) == ("Plant oaks", ("MLT",), ("Swazilnd",))
    assert [(str(p.place), p.refused, "Did you mean Eswatini?" in str(p.reason)) for p in reading.problems] == [
        ("table 1, row 2", False, True)]


def test_rows_that_are_no_recommendations_are_refused_with_their_place(tmp_path):
    reading = read(matrix(tmp_path / "a.docx", [("21.3 Plant oaks (Malta);", "Noted", "", ""),
                                                ("21.4", "Noted", "", ""),
                                                ("Some words", "and others", "", "")]), {})
    assert [row.number for row in reading.rows] == ["21.3"]
    assert [(str(p.place), str(p.reason), p.refused) for p in reading.problems] == [
        ("table 1, row 3", "The number 21.4 has no words. Complete the row in the document.", True),
        ("table 1, row 4", "The position “and others” is not known. It was left open: set it by hand.", False),
        ("table 1, row 4", "This row has no number, no recommending State and no position: it was left out.", True)]


def test_a_row_without_a_number_is_kept_and_told(tmp_path):
    reading = read(matrix(tmp_path / "a.docx", [("Plant oaks (Malta);", "Noted", "Trees", "")]), {})
    assert [told(row) for row in reading.rows] == [(None, 0, "Plant oaks", ("MLT",), "noted")]
    assert [(str(p.reason), p.refused) for p in reading.problems] == [
        ("The recommendation has no number. Give it one by hand.", False)]


def test_a_header_that_is_repeated_is_no_row(tmp_path):
    reading = read(matrix(tmp_path / "a.docx", [("21.3 Plant oaks (Malta);", "Noted", "", ""), CYCLE_3,
                                                ("21.4 Plant elms (Malta);", "Noted", "", "")]), {})
    assert [(row.number, row.row_no) for row in reading.rows] == [("21.3", 2), ("21.4", 4)]
    assert reading.problems == ()


def test_columns_are_found_by_their_header_wherever_they_stand(tmp_path):
    path = matrix(tmp_path / "a.docx", [("Trees\nAffected persons:\n- owls", "", "Supported",
                                         "21.3 Plant oaks (Malta);")],
                  headers=("Full list of themes", "Level of implementation", "Position", "Recommendation"))
    [row] = read(path, {}).rows
    assert (told(row), row.themes, row.affected) == (("21.3", 0, "Plant oaks", ("MLT",), "supported"), ("Trees",),
                                                     ("owls",))


def test_merged_cells_hold_for_every_row_that_they_cover(tmp_path):
    path = matrix(tmp_path / "a.docx", [("21.3 Plant oaks (Malta);", "Noted", "Trees", ""),
                                        ("21.4 Plant elms (Malta);", "", "Shrubs", ""),
                                        ("", "Supported", "Parks", "")])
    document = docx.Document(path)
    table = document.tables[0]
    table.cell(1, 1).merge(table.cell(2, 1))
    table.cell(2, 0).merge(table.cell(3, 0))
    document.save(path)
    rows = read(path, {}).rows
    assert [(row.number, row.position, row.themes) for row in rows] == [
        ("21.3", "noted", ("Trees",)), ("21.4", "noted", ("Shrubs", "Parks"))]


def test_a_cell_that_covers_two_columns_belongs_to_the_first(tmp_path):
    path = matrix(tmp_path / "a.docx", [("21.3 Support oaks (Malta);", "", "Trees", "")])
    document = docx.Document(path)
    document.tables[0].cell(1, 0).merge(document.tables[0].cell(1, 1))
    document.save(path)
    [row] = read(path, {}).rows
    assert (told(row), row.themes) == (("21.3", 0, "Support oaks", ("MLT",), None), ("Trees",))


def test_a_separator_can_tell_the_position_where_the_rows_do_not(tmp_path):
    path = matrix(tmp_path / "a.docx", ["Supported recommendations", "Theme: Trees",
                                        ("21.3 Plant oaks (Malta);", "", "", ""), "Recommendations that were noted",
                                        ("21.4 Plant elms (Malta);", "", "", ""),
                                        ("21.5 Plant firs (Malta);", "Supported", "", "")])
    assert [(row.number, row.position, row.headings) for row in read(path, {}).rows] == [
        ("21.3", "supported", ("Trees",)), ("21.4", "noted", ()), ("21.5", "supported", ())]


def test_what_word_wraps_around_words_is_read_as_printed(tmp_path):
    path = matrix(tmp_path / "a.docx", [("", "Noted", "", "")])
    document = docx.Document(path)
    paragraph = document.tables[0].cell(1, 0).paragraphs[0]
    runs(paragraph, """
      <w:r><w:t xml:space="preserve">21.3 Plant </w:t></w:r>
      <w:del w:id="1" w:author="x"><w:r><w:delText>no </w:delText></w:r></w:del>
      <w:ins w:id="2" w:author="x"><w:r><w:t xml:space="preserve">many </w:t></w:r></w:ins>
      <w:hyperlink><w:r><w:t xml:space="preserve">oaks </w:t></w:r></w:hyperlink>
      <w:sdt><w:sdtContent><w:r><w:t>anti</w:t><w:noBreakHyphen/><w:t>storm</w:t><w:softHyphen/></w:r></w:sdtContent></w:sdt>
      <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF a </w:instrText></w:r>
      <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t xml:space="preserve"> now</w:t></w:r>
      <w:r><w:fldChar w:fldCharType="end"/></w:r>
      <w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>
      <w:r><w:pict><w:txbxContent><w:p><w:r><w:t>a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>
      <w:r><w:br/><w:t xml:space="preserve">(Malta);</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>
      <w:r><w:br/><w:t>Source of position: X</w:t></w:r>""")
    document.save(path)
    [row] = read(path, {}).rows
    assert (told(row), row.source) == (("21.3", 0, "Plant many oaks anti-storm now", ("MLT",), "noted"), "X")


def test_rows_and_tables_are_counted_as_they_stand_in_the_file(tmp_path):
    """So that the assessment can be filled into the same row: deleted rows count, tables inside cells do not."""
    path = matrix(tmp_path / "a.docx", [("21.1 Plant oaks (Malta);", "Noted", "", ""),
                                        ("21.2 Plant elms (Malta);", "Noted", "", ""),
                                        ("21.3 Plant limes (Malta);", "Noted", "", "")])
    document = docx.Document(path)
    rows = document.tables[0].rows
    properties = rows[1]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:del"))
    rows[2].cells[3].add_table(2, 2).cell(0, 0).text = "Recommendation"
    wrapper, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    wrapper.append(content)
    rows[3]._tr.addprevious(wrapper)
    content.append(rows[3]._tr)
    document.save(path)
    assert [(row.number, row.table_no, row.row_no) for row in read(path, {}).rows] == [("21.2", 1, 3), ("21.3", 1, 4)]


def test_a_second_table_without_a_header_goes_on_with_the_columns_of_the_first(tmp_path):
    path = matrix(tmp_path / "a.docx", [("21.1 Plant oaks (Malta);", "Noted", "", "")])
    document = docx.Document(path)
    document.add_paragraph("Page two")
    add_row(document.add_table(0, 4), ("21.2 Plant elms (Malta);", "Supported", "Trees", ""))
    document.save(path)
    assert [(row.number, row.position, row.themes, row.table_no) for row in read(path, {}).rows] == [
        ("21.1", "noted", (), 1), ("21.2", "supported", ("Trees",), 2)]


@pytest.mark.parametrize(("page_header", "title", "expected"), [
    ("UPR of Eritrea (2nd Cycle – 18th session)", "", ("ERI", 2, 18)),
    ("UPR of Iran (Islamic Republic of) (3rd Cycle – 34th session)", "", ("IRN", 3, 34)),
    ("UPR of the Netherlands (Third Cycle - 27th Session)\tPage 1", "", ("NLD", 3, 27)),
    ("UPR of Guinea-Bissau (4th Cycle - 48th Session)", "", ("GNB", 4, 48)),
    ("Universal Periodic Review of Trinidad and Tobago, 39th session", "", ("TTO", 3, 39)),
    ("Thematic list of recommendations – Côte d’Ivoire\tThird cycle", "", ("CIV", 3, None)),
    ("", "UPR18_ Eritrea_ThematicListRecommendations_E", ("ERI", 2, 18)),
    ("Page 1", "", (None, None, None))])
def test_state_cycle_and_session_stand_in_the_pages_header_or_the_title(tmp_path, page_header, title, expected):
    path = matrix(tmp_path / "a.docx", [("21.1 Plant oaks (Malta);", "Noted", "", "")], page_header=page_header,
                  title=title)
    reading = read(path, {})
    assert (reading.state, reading.cycle, reading.session) == expected


def test_a_file_without_a_matrix_is_refused_in_words(tmp_path):
    document = docx.Document()
    document.add_table(2, 2).cell(0, 0).text = "Delegation"
    document.save(tmp_path / "a.docx")
    assert sniff(str(tmp_path / "a.docx")) == 0
    with pytest.raises(Refused) as refusal:
        read(str(tmp_path / "a.docx"), {})
    assert str(refusal.value) == (
        "No recommendation was found in the tables of this file. A matrix of OHCHR has a table whose first row says "
        "Recommendation and Position: check that this is the right file.")


def test_a_matrix_is_known_by_its_header(tmp_path):
    assert sniff(matrix(tmp_path / "a.docx", [("21.1 Plant oaks (Malta);", "Noted", "", "")])) == 1
