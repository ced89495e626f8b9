"""A coalition's own table, in the forms that coalitions keep, becomes rows; what cannot is named with its place."""

import json

import pytest
import xlsxwriter

from core.errors import Refused
from core.files.child import ask_child, read_best, read_in_child
from plugins.recommendations.readers import table
from plugins.recommendations.readers.commonweal import COMMONWEAL
from plugins.recommendations.readers.table import TABLE


def read(tmp_path, content, **settings):
    path = tmp_path / "own.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return TABLE.read(str(path), settings)


def told(reading):
    """What a test compares: number, part, text, States, position."""
    return [(row.number, row.part, row.text, row.states, row.position) for row in reading.rows]


def refused(reading):
    return [(str(problem.place), str(problem.reason)) for problem in reading.problems if problem.refused]


def warned(reading):
    return [(str(problem.place), str(problem.reason)) for problem in reading.problems if not problem.refused]


def own_spreadsheet(tmp_path):
    """A cover sheet; then title rows, a head of two rows, separators, merged cells, notes, and some mistakes."""
    path = str(tmp_path / "own.xlsx")
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover").write(0, 0, "Coalition of Meridia")
        sheet = book.add_worksheet("Fourth cycle")
        sheet.merge_range("A1:G1", "Recommendations to Meridia")
        sheet.write("A2", "as of May")
        for area, words in (("A3:A4", "Rec. No."), ("B3:C3", "Recommendation"), ("D3:D4", "Government response"),
                            ("E3:E4", "Thematic area"), ("F3:F4", "SDG"), ("G3:G4", "Who")):
            sheet.merge_range(area, words)
        sheet.write("B4", "Wording")
        sheet.write("C4", "Recommending State(s)")
        sheet.merge_range("A5:G5", "Theme: Equality")
        sheet.write_row("A6", [6.8, "Adopt a law on care at home", "Chile; Iceland", "Accepted", "", "5, 16"])
        sheet.write_row("A7", [6.9, "Open a shelter in each province", "France", "Accepted (partially)", "", "5"])
        sheet.write_row("A8", [6.1, "Let women stand for the senate", "Turkey", "Rejected"])
        sheet.merge_range("E6:E8", "Women’s rights")
        for area, words in (("A9:A10", "6.11"), ("B9:B10", "Sign the Harbour Treaty (HT)"), ("D9:D10", "Noted")):
            sheet.merge_range(area, words)
        sheet.write("C9", "Peru")
        sheet.write("C10", "Iran, Islamic Republic of")
        sheet.merge_range("A11:G11", "Theme: Justice")
        sheet.write_row("A12", ["6.12", "Train judges in sign language", "Swazilnd", "Noted"])
        sheet.write_row("A13", ["6.13", "Build courts in the hills", "Togo", "Perhaps"])
        sheet.write_row("A14", ["6.14", "", "Togo", "Noted"])
        sheet.write_row("A15", ["6.15", "Count the prisons every year", "Togo and Benin", "Noted", "Detention"])
        sheet.write("A18", "* position at the adoption")
        sheet.write("B19", "Source: our own notes of the sitting")
    return path


OWN_ROWS = [
    ("6.8", 0, "Adopt a law on care at home", ("CHL", "ISL"), "supported"),
    ("6.9", 0, "Open a shelter in each province", ("FRA",), "supported-in-part"),
    ("6.10", 0, "Let women stand for the senate", ("TUR",), "noted"),
    ("6.11", 0, "Sign the Harbour Treaty (HT)", ("PER", "IRN"), "noted"),
    ("6.15", 0, "Count the prisons every year", ("TGO", "BEN"), "noted"),
]


def test_a_spreadsheet_with_merged_cells_and_notes_is_read_by_its_guess(tmp_path):
    reading = TABLE.read(own_spreadsheet(tmp_path), {})
    assert told(reading) == OWN_ROWS
    assert [row.themes for row in reading.rows] == [("Women’s rights",)] * 3 + [(), ("Detention",)]
    assert [row.headings for row in reading.rows] == [("Equality",)] * 4 + [("Justice",)]
    assert [row.sdgs for row in reading.rows] == [("5", "16"), ("5",), (), (), ()]
    assert refused(reading) == [
        ("sheet “Fourth cycle”, row 12", "The State “Swazilnd” is not known. Did you mean Eswatini? Correct its name."),
        ("sheet “Fourth cycle”, row 13", "The position “Perhaps” is not known. Write supported, supported-in-part, "
                                         "noted or pending, or say in the mapping what it means."),
        ("sheet “Fourth cycle”, row 14", "It has nothing under “Wording”. Fill the cell in, or take the row out.")]
    assert warned(reading) == [
        ("sheet “Fourth cycle”, row 8", "The number 6.1 stands between its neighbours as 6.10 and was read so. Format "
                                        "the column as text, so that the zero stays.")]


def test_the_guess_can_be_shown_corrected_and_given_back(tmp_path):
    path = own_spreadsheet(tmp_path)
    proposed = ask_child(table.propose, path, {})
    assert [(sheet["name"], sheet["header_row"]) for sheet in proposed["sheets"]] == [("Cover", 0), ("Fourth cycle", 4)]
    assert proposed["sheets"][1]["heads"][:3] == ["Rec. No.", "Wording", "Recommending State(s)"]
    mapping = proposed["mapping"]
    assert mapping["columns"]["number"] == "Rec. No." and mapping["split"] == {"states": ";"}
    mapping["values"]["position"]["Perhaps"] = "pending"
    reading = read_in_child(TABLE, path, {"mapping": json.loads(json.dumps(mapping))})
    assert ("6.13", 0, "Build courts in the hills", ("TGO",), "pending") in told(reading)
    assert ask_child(table.propose, path, {"mapping": mapping})["mapping"] == mapping


@pytest.mark.parametrize(("content", "rows"), [
    ("N°;Recommandation;État auteur;Position de l’État\n"
     "6.1;Créer un refuge par région;Côte d’Ivoire, France;Acceptée\n",
     [("6.1", 0, "Créer un refuge par région", ("CIV", "FRA"), "supported")]),
    ("Número;Recomendación;Estado;Posición\n6.1;Crear refugios en cada región;Chile, México y España;Tomada nota\n",
     [("6.1", 0, "Crear refugios en cada región", ("CHL", "MEX", "ESP"), "noted")]),
    ("الرقم,التوصية,الدولة الموصية,الموقف\n6.1,إنشاء ملاجئ في كل منطقة من البلد,تونس,أحيط علما\n6.2,"
     "نشر ميزانية السجون في كل سنة,مصر,مقبولة\n",
     [("6.1", 0, "إنشاء ملاجئ في كل منطقة من البلد", ("TUN",), "noted"),
      ("6.2", 0, "نشر ميزانية السجون في كل سنة", ("EGY",), "supported")]),
], ids=["French", "Spanish", "Arabic"])
def test_heads_and_positions_are_known_in_several_languages(tmp_path, content, rows):
    assert told(read(tmp_path, content)) == rows


def test_one_row_per_state_is_one_recommendation_with_all_its_states(tmp_path):
    reading = read(tmp_path, "Text,From,Response,Issue\n"
                             "Open a shelter in each province. ,Chile,Accepted,Housing\n"
                             "Build courts in the hills,Peru,Noted,Justice\n"
                             "Open a shelter in  each province,Togo,Accepted,Equality\n")
    assert told(reading) == [(None, 0, "Open a shelter in each province", ("CHL", "TGO"), "supported"),
                             (None, 0, "Build courts in the hills", ("PER",), "noted")]
    assert reading.rows[0].themes == ("Housing", "Equality")


def test_equal_words_under_two_numbers_stay_two_recommendations(tmp_path):
    reading = read(tmp_path, "No,Text,State\n6.1,Sign the Harbour Treaty,Chile\n6.2,Sign the Harbour Treaty,Chile\n"
                             "6.1,Sign the Harbour Treaty,Peru\n")
    assert told(reading) == [("6.1", 0, "Sign the Harbour Treaty", ("CHL", "PER"), None),
                             ("6.2", 0, "Sign the Harbour Treaty", ("CHL",), None)]


def test_a_number_that_stands_twice_with_other_words_is_left_to_the_plan(tmp_path):
    reading = read(tmp_path, "No,Text,State\n6.1,Sign the Harbour Treaty,Chile\n6.1,Build courts in the hills,Peru\n")
    assert [(row.number, row.text) for row in reading.rows] == [
        ("6.1", "Sign the Harbour Treaty"), ("6.1", "Build courts in the hills")]


def test_two_positions_for_one_recommendation_are_told(tmp_path):
    reading = read(tmp_path, "No,Text,State,Position\n6.1,Sign the Harbour Treaty,Chile,Noted\n"
                             "6.1,Sign the Harbour Treaty,Peru,Accepted\n")
    assert told(reading) == [("6.1", 0, "Sign the Harbour Treaty", ("CHL", "PER"), "noted")]
    assert warned(reading) == [("row 3", "The same recommendation has the position “supported” here and “noted” in "
                                         "row 2, which was kept.")]


def test_the_number_and_the_states_can_stand_in_the_text_which_is_the_truth(tmp_path):
    reading = read(tmp_path, "countries_concerned,text,upr_reccomending_states,upr_position,document_symbol,"
                             "upr_session\n"
                             "Norway,36.1 Sign the Harbour Treaty (HT) (Chile) (Fiji) (Niger);,Niger,,A/HRC/62/13,51\n"
                             "Norway,36.2. Build courts &amp; schools (Peru); open shelters (Togo).,Peru,"
                             "Supported/Noted,A/HRC/62/13,51\n")
    assert told(reading) == [("36.1", 0, "Sign the Harbour Treaty (HT)", ("CHL", "FJI", "NER"), None),
                             ("36.2", 1, "Build courts & schools", ("PER",), "supported-in-part"),
                             ("36.2", 2, "open shelters", ("TGO",), "supported-in-part")]
    assert (reading.state, reading.session, reading.cycle, reading.symbol) == ("NOR", 51, 4, "A/HRC/62/13")


def test_annotations_of_the_index_name_the_state_under_review_as_country(tmp_path):
    reading = read(tmp_path, "AnnotationId,Symbol,Text,AnnotationType,Countries,AffectedPersons,Themes,Sdgs,Body\n"
                             "a1,A/HRC/59/15,140.1 Build courts &amp; schools (Chile);,- Recommendations,- Norway,"
                             "- Women - Children,- Asylum - Courts,- 5 - GENDER EQUALITY - 16 - PEACE,- UPR\n"
                             "a2,CEDAW/C/1,12. The Committee regrets that,- Concerns,- Norway,,,,- CEDAW\n")
    assert told(reading) == [("140.1", 0, "Build courts & schools", ("CHL",), None)]
    assert (reading.state, reading.rows[0].themes, reading.rows[0].affected, reading.rows[0].sdgs) == (
        "NOR", ("Asylum", "Courts"), ("Women", "Children"), ("5", "16"))
    assert refused(reading) == [("row 3", "It comes from CEDAW, not from the UPR.")]


def test_a_head_that_is_chosen_gets_its_own_guess(tmp_path):
    path = own_spreadsheet(tmp_path)
    proposed = table.propose(path, {"mapping": {"sheet": "Fourth cycle", "header_row": 3}})
    assert proposed["mapping"]["header_row"] == 3
    assert proposed["mapping"]["columns"]["text"] == "Recommendation"
    assert proposed["sheets"][1]["heads"][:3] == ["Rec. No.", "Recommendation", "column C"]


def test_a_bracket_that_is_no_state_stays_in_a_text_whose_states_have_a_column(tmp_path):
    reading = read(tmp_path, "No,Text,State\n6.1,Sign the treaty of the sea (Harbour Treaty),Chile\n")
    assert told(reading) == [("6.1", 0, "Sign the treaty of the sea (Harbour Treaty)", ("CHL",), None)]


@pytest.mark.parametrize(("state", "sentence"), [
    ("Swazilnd", "The State “Swazilnd” is not known. Did you mean Eswatini? Correct its name."),
    ("Freedonia", "The State “Freedonia” is not known. Correct its name."),
    ("\"Chile, Freedonia\"", "The State “Freedonia” is not known. Correct its name."),
])
def test_an_unknown_state_refuses_its_row_and_no_other(tmp_path, state, sentence):
    reading = read(tmp_path, f"No,Text,State\n6.1,Sign the Harbour Treaty,{state}\n6.2,Build courts,Peru\n")
    assert [row.number for row in reading.rows] == ["6.2"]
    assert refused(reading) == [("row 2", sentence)]


def test_a_misspelt_state_in_the_text_refuses_its_row_too(tmp_path):
    reading = read(tmp_path, "Recommendation\nSign the Harbour Treaty of the seas (Swazilnd)\nBuild courts (Peru)\n")
    reason = "The State “Swazilnd” is not known. Did you mean Eswatini? Correct its name."
    assert refused(reading) == [("row 2", reason)]
    assert told(reading) == [(None, 0, "Build courts", ("PER",), None)]


def test_a_state_that_the_table_calls_unknown_is_no_state(tmp_path):
    reading = read(tmp_path, "Text,State\nSign the Harbour Treaty,&#40;Unknown&#41;\n")
    assert told(reading) == [(None, 0, "Sign the Harbour Treaty", (), None)]
    assert warned(reading) == [("row 2", "It names no recommending State (“(Unknown)”). Add it by hand.")]


def test_good_rows_are_kept_beside_a_nul_a_ragged_row_and_a_foreign_encoding(tmp_path):
    reading = read(tmp_path, "No,Text,State\n6.1,Créer un refuge à Évora,Chile\n".encode()
                   + b"6.2,Build\0courts,Peru\n6.3,Open shelters\n6.4,Train, judges,Togo\n"
                   + "6.5,Égalité,Togo\n".encode("cp1252") + b"6.6,Count the prisons,Benin\n")
    assert told(reading) == [("6.1", 0, "Créer un refuge à Évora", ("CHL",), None),
                             ("6.6", 0, "Count the prisons", ("BEN",), None)]
    assert [place for place, _reason in refused(reading)] == ["row 3", "row 4", "row 5", "row 6"]


def test_a_guessed_encoding_is_warned_of(tmp_path):
    reading = read(tmp_path, "No,Text,State\n6.1,Créer un refuge,Chile\n".encode("cp1252"))
    assert [row.text for row in reading.rows] == ["Créer un refuge"]
    assert warned(reading) == [("the whole file", "It is not in UTF-8 and was read as Windows-1252: check the accents "
                                                  "in a few names.")]


def numbers_of(tmp_path, *numbers):
    path = str(tmp_path / "numbers.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["No", "Text"])
        for row, number in enumerate(numbers, 1):
            sheet.write_row(row, 0, [number, f"Wording of the row {row} in the list"])
    return TABLE.read(path, {})


@pytest.mark.parametrize(("cells", "numbers", "warnings"), [
    ([121.9, 121.1, 121.11], ["121.9", "121.10", "121.11"], 1),
    ([121.19, 121.2, 121.21], ["121.19", "121.20", "121.21"], 1),
    ([121.1, 121.2, 121.3], ["121.1", "121.2", "121.3"], 0),
    ([121.9, 121.1], ["121.9", "121.1"], 1),                    # one neighbour only: doubted, not mended
    (["121.9", "121.1", "121.11"], ["121.9", "121.1", "121.11"], 0),       # typed as text: it is what it is
    ([5, 6, 7], ["5", "6", "7"], 0),
])
def test_a_number_that_lost_its_zero_is_told_by_its_neighbours(tmp_path, cells, numbers, warnings):
    reading = numbers_of(tmp_path, *cells)
    assert [row.number for row in reading.rows] == numbers
    assert len(reading.problems) == len(warned(reading)) == warnings


@pytest.mark.parametrize(("printed", "number"), [
    ("121.15 (a)", "121.15a"), ("6.1.", "6.1"), ('"121,3"', "121.3"), ("A-121.3", "121.3"), ("7", "7"), ("new", None),
])
def test_a_number_is_read_as_people_write_it(tmp_path, printed, number):
    reading = read(tmp_path, f"No,Text\n{printed},Sign the Harbour Treaty\n")
    assert [row.number for row in reading.rows] == [number]
    assert len(warned(reading)) == (number is None)


MANY = ("To,Text,From,Session\nNorway,Build courts in the hills,Peru,5\nNorway,Open a shelter each year,Chile,19\n"
        "Sweden,Sign the Harbour Treaty,Peru,8\n")


def test_a_table_of_several_reviews_gives_the_one_that_is_chosen(tmp_path):
    reading = read(tmp_path, MANY, state="NOR", session=19)
    assert told(reading) == [(None, 0, "Open a shelter each year", ("CHL",), None)]
    assert (reading.state, reading.session, reading.cycle) == ("NOR", 19, 2)
    assert warned(reading) == [("rows of other reviews",
                                "2 rows are about other States or sessions and were left out.")]


def test_a_table_of_several_reviews_is_not_mixed(tmp_path):
    with pytest.raises(Refused, match="recommendations to 2 States, but none to the State of this coalition"):
        read(tmp_path, MANY, state="DNK")
    with pytest.raises(Refused, match="of the sessions 5, 19. Choose one"):
        read(tmp_path, MANY, state="NOR")


def test_a_table_of_one_other_state_says_whose_it_is(tmp_path):
    reading = read(tmp_path, "To,Text,From\nNorway,Build courts in the hills,Peru\n", state="DNK")
    assert (reading.state, len(reading.rows)) == ("NOR", 1)


def test_a_pledge_is_no_recommendation(tmp_path):
    reading = read(tmp_path, "Text,From,Response\nWe will build courts,Norway,Voluntary Pledge\n"
                             "Build courts in the hills,Peru,Accepted\n")
    assert [row.text for row in reading.rows] == ["Build courts in the hills"]
    assert refused(reading) == [("row 2", "It is a voluntary pledge, not a recommendation.")]


@pytest.mark.parametrize(("content", "sentence"), [
    ("Name,Mail\nAmal,amal@example.org\n", "No column with the wording"),
    ("No,Recommendation,State\n", "The table holds no recommendation below its head"),
])
def test_a_table_without_recommendations_is_refused(tmp_path, content, sentence):
    with pytest.raises(Refused, match=sentence):
        read(tmp_path, content)


def test_our_own_form_is_known_before_any_table(tmp_path):
    path = tmp_path / "ours.csv"
    path.write_text("number,text,states,position\n6.1,Sign it,CHL,noted\n")
    assert read_best([TABLE, COMMONWEAL], str(path), {}).form == "commonweal"
    path.write_text("number,wording,state\n6.1,Sign the Harbour Treaty,Chile\n")
    assert read_best([TABLE, COMMONWEAL], str(path), {}).form == "table"
