"""Reports, drafts and lists in the forms that are known of them, built here; nothing is taken from a real one."""

import docx
import pytest

from core.errors import Refused
from plugins.recommendations.readers.report import read, sniff
from plugins.recommendations.tests.word_files import define_numbers, number, report, runs, saved

OPENING = "6.\tThe following recommendations will be examined by Eritrea, which will provide responses in due time:"
BEFORE = ("Human Rights Council", "\t\tReport of the Working Group on the Universal Periodic Review", "\t\tEritrea",
          "1.\tThe Working Group held its forty-seventh session from 4 to 15 November. The review of Eritrea was held.",
          "4.\tA list of questions prepared by core group members (Costa Rica, Maldives and Slovenia) was sent.",
          "\t\t(a)\tA national report (France);", "\tII.\tConclusions and/or recommendations")
AFTER = ("7.\tAll conclusions and/or recommendations contained in the present report reflect the position of others.",
         "Annex", "Composition of the delegation", "Ms. Somebody, Adviser (France);")


def told(reading):
    return [(row.number, row.text, " ".join(row.states), row.position) for row in reading.rows]


def test_a_full_report_gives_its_recommendations_position_state_session_and_symbol(tmp_path):
    path = saved(report(tmp_path / "a.docx", *BEFORE, OPENING, "6.1\tPlant oaks (Malta); (Chad);",
                        "6.2\tPlant elms (OAK) (Mali).", *AFTER, page_header="A/HRC/99/9"))
    reading = read(path, {})
    assert told(reading) == [("6.1", "Plant oaks", "MLT TCD", "pending"), ("6.2", "Plant elms (OAK)", "MLI", "pending")]
    assert (reading.form, reading.state, reading.session, reading.cycle, reading.symbol) == (
        "report", "ERI", 47, 4, "A/HRC/99/9")
    assert reading.problems == ()
    assert str(reading.rows[0].place) == "paragraph 9, number 6.1"


def test_a_bare_list_has_no_positions_and_says_so(tmp_path):
    path = saved(report(tmp_path / "a.docx", "6.1\tPlant oaks (Malta);", "7.1\tPlant elms (Mali);", title="A/HRC/99/9"))
    reading = read(path, {})
    assert told(reading) == [("6.1", "Plant oaks", "MLT", None), ("7.1", "Plant elms", "MLI", None)]
    assert (reading.state, reading.session, reading.symbol) == (None, None, "A/HRC/99/9")
    assert [(str(p.place), p.refused) for p in reading.problems] == [("section 6", False), ("section 7", False)]
    assert str(reading.problems[0].reason) == (
        "The file does not say the State's position on the recommendations of section 6. They come without one: read "
        "in the State's reply, or set the positions by hand.")


def test_the_positions_of_sections_can_be_given_with_the_file(tmp_path):
    path = saved(report(tmp_path / "a.docx", "6.1\tPlant oaks (Malta);", "7.1\tPlant elms (Mali);"))
    reading = read(path, {"positions": {"6": "supported", "7": "noted"}})
    assert [row.position for row in reading.rows] == ["supported", "noted"]
    assert reading.problems == ()


@pytest.mark.parametrize(("opening", "position"), [
    ("6.\tThe following recommendations will be examined by Eritrea, which will provide responses in due time:",
     "pending"),
    ("6.\tThe recommendations formulated during the interactive dialogue/listed below have been examined by Eritrea "
     "and enjoy the support of Eritrea:", "supported"),
    ("6.\tThe recommendations listed below enjoy the support of Eritrea, which considers that they are already "
     "implemented or in the process of implementation:", "supported"),
    ("6.\tThe recommendations listed below did not enjoy the support of Eritrea and would thus be noted:", "noted"),
    ("6.\tEritrea has examined the recommendations listed below and they have been noted by Eritrea:", "noted"),
    ("6.\tThe following recommendations do not enjoy the support of Eritrea:", "noted"),
    ("6.\tEritrea cannot support the following recommendations:", "noted"),
    ("6.\tEritrea accepts the following recommendations:", "supported"),
    ("6.\tThe recommendations below enjoy the support of the State under review:", "supported"),
    ("Supported recommendations", "supported"), ("B. Noted", "noted"), ("Recommendations not accepted:", "noted"),
    ("II. Recommendations under consideration by Eritrea", "pending"), ("A. Trees", None),
    ("6.\tThe following recommendations enjoy the partial support of Eritrea:", "supported-in-part"),
    ("6.\tThe recommendations below are supported in part:", "supported-in-part"),
    ("6.\tThe following recommendations are listed:", None),
    ("6.\tLes recommandations ci-après recueillent l’appui de l’Érythrée :", "supported"),
    ("6.\tLas recomendaciones que figuran a continuación cuentan con el apoyo de Eritrea:", "supported")])
def test_a_sections_opening_tells_the_position(tmp_path, opening, position):
    path = saved(report(tmp_path / "a.docx", opening, "6.1\tPlant oaks (Malta);"))
    assert told(read(path, {})) == [("6.1", "Plant oaks", "MLT", position)]


def test_each_section_has_its_own_position(tmp_path):
    path = saved(report(
        tmp_path / "a.docx", "7.\tThe recommendations below enjoy the support of Eritrea:", "7.1\tPlant oaks (Malta);",
        "8.\tThe following recommendations will be examined by Eritrea:", "8.1\tPlant elms (Malta);",
        "9.\tThe recommendations below have been noted by Eritrea:", "9.1\tPlant limes (Malta);",
        "10.\tEritrea thanks everyone.", "11.1\tPlant firs (Malta);"))
    assert [row.position for row in read(path, {}).rows] == ["supported", "pending", "noted", None]


def test_words_automatic_numbers_are_computed(tmp_path):
    document, path = report(tmp_path / "a.docx", OPENING)
    define_numbers(document, [(1, "decimal", "%1."), (1, "lowerLetter", "(%2)"), (1, "decimal", "6.%3")])
    for text in ("Plant oaks (Malta);", "Plant elms (Mali);"):
        number(document.add_paragraph(text), 90, 2)
    assert told(read(saved((document, path)), {})) == [("6.1", "Plant oaks", "MLT", "pending"),
                                                       ("6.2", "Plant elms", "MLI", "pending")]


@pytest.mark.parametrize(("typed", "number"), [
    ("6.1\tPlant oaks (Malta);", "6.1"), ("6.1   Plant oaks (Malta);", "6.1"), ("6.1. Plant oaks (Malta);", "6.1"),
    ("6.1.\tPlant oaks (Malta);", "6.1"), ("\t6.1\tPlant oaks (Malta);", "6.1"), ("6.1a\tPlant oaks (Malta);", "6.1a"),
    ("6.1Plant oaks (Malta);", "6.1"), ("136.101 Plant oaks (Malta);", "136.101"), ("6.1:\tPlant oaks (Malta)", "6.1")])
def test_a_typed_number_is_read_in_every_way(tmp_path, typed, number):
    assert told(read(saved(report(tmp_path / "a.docx", typed)), {})) == [(number, "Plant oaks", "MLT", None)]


def test_a_recommendation_can_stand_in_several_paragraphs(tmp_path):
    path = saved(report(tmp_path / "a.docx", "6.1", "Plant oaks, elms", "and limes (Malta);", "An ordinary paragraph.",
                        "6.2\tPlant firs, and support", "accepted recommendations (Chad);"))
    assert told(read(path, {})) == [("6.1", "Plant oaks, elms and limes", "MLT", None),
                                    ("6.2", "Plant firs, and support accepted recommendations", "TCD", None)]


def test_numbers_can_stand_in_the_first_cell_of_a_table(tmp_path):
    document, path = report(tmp_path / "a.docx", OPENING)
    table = document.add_table(0, 2)
    for typed, text in (("6.1", "Plant oaks (Malta);"), ("6.2", "Plant elms (Chad);")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = typed, text
    reading = read(saved((document, path)), {})
    assert told(reading) == [("6.1", "Plant oaks", "MLT", "pending"), ("6.2", "Plant elms", "TCD", "pending")]
    assert str(reading.rows[1].place) == "paragraph 2, row 2 of the table, number 6.2"


def test_two_recommendations_in_one_number_are_parts(tmp_path):
    path = saved(report(tmp_path / "a.docx", "6.4\tPlant oaks (OAK) (Libya); Consider elms (ELM) (Chad);"))
    assert [(row.number, row.part, row.text, row.states) for row in read(path, {}).rows] == [
        ("6.4", 1, "Plant oaks (OAK)", ("LBY",)), ("6.4", 2, "Consider elms (ELM)", ("TCD",))]


def test_tracked_changes_are_read_as_accepted(tmp_path):
    document, path = report(tmp_path / "a.docx", "6.1\tPlant oaks ")
    runs(document.paragraphs[0], '<w:del w:id="1" w:author="x"><w:r><w:delText>(Chad)</w:delText></w:r></w:del>'
                                 '<w:ins w:id="2" w:author="x"><w:r><w:t>(Malta);</w:t></w:r></w:ins>')
    joined = document.add_paragraph("6.2\tPlant elms (Chad); ")
    joined._p.get_or_add_pPr().append(docx.oxml.parse_xml(
        '<w:rPr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:del w:id="3"/></w:rPr>'))
    document.add_paragraph("plant firs (Mali);")
    assert told(read(saved((document, path)), {})) == [
        ("6.1", "Plant oaks", "MLT", None), ("6.2", "Plant elms", "TCD", None), ("6.2", "plant firs", "MLI", None)]


def test_a_number_that_stands_twice_is_given_twice(tmp_path):
    path = saved(report(tmp_path / "a.docx", "6.1\tPlant oaks (Malta);", "6.1\tPlant elms (Malta);"))
    assert [row[:2] for row in told(read(path, {}))] == [("6.1", "Plant oaks"), ("6.1", "Plant elms")]


def test_an_unknown_state_and_a_number_without_words_are_told(tmp_path):
    path = saved(report(tmp_path / "a.docx", OPENING, "6.1\tPlant oaks (Swazilnd);", "6.2", AFTER[0]))
    reading = read(path, {})
    assert [(row.number, row.text, row.unknown_states) for row in reading.rows] == [
        ("6.1", "Plant oaks", ("Swazilnd",))]
    assert [(str(p.place), p.refused) for p in reading.problems] == [
        ("paragraph 2, number 6.1", False), ("paragraph 3, number 6.2", True)]


def test_a_file_without_recommendations_is_refused_in_words(tmp_path):
    path = saved(report(tmp_path / "a.docx", *BEFORE[:5], *AFTER))
    assert sniff(path) == 0
    with pytest.raises(Refused) as refusal:
        read(path, {})
    assert str(refusal.value).startswith("No recommendation was found in this file.")


TEXT = """
          United Nations                                          A/HRC/99/9
          General Assembly
   Human Rights Council
          Report of the Working Group on the Universal Periodic Review*

          Eritrea

      * The annex is being circulated as received.
GE.24-01234 (E)    210324 210324
\fA/HRC/99/9

       Introduction
       1.    The Working Group held its forty-seventh session from 4 to 15 November. The
       review of Eritrea was held at the 13th meeting. Questions were sent (Costa Rica and
       Maldives).
   II. Conclusions and/or recommendations
       140. The following recommendations will be examined by Eritrea, which will
       provide responses in due time:
             140.1    Plant oaks in every village, and care for them for no less than
             12.5 Years (Algeria) (Bolivarian Republic
             of Venezuela);
             140.2     Plant elms, in line with Convention No.
             189. Of the trees (Egypt);
             140.3     Plant limes and long-
             lived trees in gardens,

  1  A/HRC/WG.6/47/ERI/1.
  2  A/HRC/WG.6/47/ERI/2.


12                                                                       GE.24-01234
                                                                          A/HRC/99/9


             and in parks (Chad); Plant firs everywhere and at
             once (Mali);1
             140.4     Plant pines, also in the mountains



GE.24-01234                                                                       13
\fA/HRC/99/9


             and by the sea (Iraq).
       141. All conclusions and/or recommendations contained in the present report reflect
       the position of the submitting State (France);
Annex
             Ms. Somebody, Adviser (France);
"""


@pytest.mark.parametrize("suffix", [".txt", ".md"])
@pytest.mark.parametrize("is_paged", [True, False])
def test_text_from_a_published_pdf_is_read_across_its_pages(tmp_path, suffix, is_paged):
    path = tmp_path / f"a{suffix}"
    path.write_text(TEXT if is_paged else TEXT.replace("\f", ""), encoding="utf-8")
    reading = read(str(path), {})
    assert [(row.number, row.part, row.text, " ".join(row.states)) for row in reading.rows] == [
        ("140.1", 0, "Plant oaks in every village, and care for them for no less than 12.5 Years", "DZA VEN"),
        ("140.2", 0, "Plant elms, in line with Convention No. 189. Of the trees", "EGY"),
        ("140.3", 1, "Plant limes and long-lived trees in gardens, and in parks", "TCD"),
        ("140.3", 2, "Plant firs everywhere and at once", "MLI"),
        ("140.4", 0, "Plant pines, also in the mountains and by the sea", "IRQ")]
    assert {row.position for row in reading.rows} == {"pending"}
    assert (reading.state, reading.session, reading.cycle, reading.symbol) == ("ERI", 47, 4, "A/HRC/99/9")
    assert reading.problems == ()


def test_a_pasted_list_needs_no_pages(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("6.1 Plant oaks (Côte d’Ivoire);\r\n6.2 Plant elms (Malta);\r\n".encode("cp1252"))
    assert told(read(str(path), {})) == [("6.1", "Plant oaks", "CIV", None), ("6.2", "Plant elms", "MLT", None)]
    assert sniff(str(path)) > 0


def test_cycle_1_numbers_recommendations_under_the_sections_paragraph(tmp_path):
    path = saved(report(tmp_path / "a.docx", "60.\tThe recommendations listed below enjoy the support of Eritrea:",
                        "1.\tPlant oaks (Malta);", "2.\tPlant elms (Chad);",
                        "61.\tThe following recommendations will be examined by Eritrea:", "1.\tPlant firs (Mali).",
                        "62.\tAll conclusions reflect the position of others."))
    assert told(read(path, {})) == [("60.1", "Plant oaks", "MLT", "supported"),
                                    ("60.2", "Plant elms", "TCD", "supported"),
                                    ("61.1", "Plant firs", "MLI", "pending")]


def test_a_typed_number_in_a_numbered_paragraph_is_the_recommendations(tmp_path):
    document, path = report(tmp_path / "a.docx", OPENING)
    define_numbers(document, [(1, "decimal", "%1."), (1, "decimal", "(7.%2)")])
    number(document.add_paragraph("6.1\tPlant oaks (Malta);"), 90, 0)
    number(document.add_paragraph("12.5 metres of oaks (Malta);"), 90, 1)
    assert [row[:2] for row in told(read(saved((document, path)), {}))] == [
        ("6.1", "Plant oaks"), ("7.1", "12.5 metres of oaks")]


def test_spanish_and_french_documents_are_read_by_their_own_names(tmp_path):
    path = saved(report(tmp_path / "a.docx", "6.\tLas recomendaciones siguientes cuentan con el apoyo de Eritrea:",
                        "6.1\tPlantar robles (España, Países Bajos (Reino de los) y Trinidad y Tabago);",
                        "6.2\tPlanter des chênes (Allemagne et Côte d’Ivoire) ;"))
    assert told(read(path, {})) == [("6.1", "Plantar robles", "ESP NLD TTO", "supported"),
                                    ("6.2", "Planter des chênes", "DEU CIV", "supported")]
