"""The State's reply in the ways in which States write it; all texts are invented."""

import docx
import pytest

from core.errors import Refused
from plugins.recommendations.readers.reply import read_reply, sniff

SLOW = """
          United Nations                                          A/HRC/99/9/Add.1
   Human Rights Council
          Eritrea

          Addendum
GE.24-05640 (E)
\fA/HRC/99/9/Add.1

       1.    This is the response of Eritrea to the review of 28 January 2025.
       2.    Eritrea received 19 recommendations, of which 14
       are supported and 5 noted.

   I. Accepted recommendations
       3.    The Government accepts the following recommendations: 5.1, 5.2, 5.3. 5.4,
       5.8.
       5.9.

  II. Accepted recommendations that Eritrea considers already implemented
       4.    The Government accepts the following recommendations and tells about them: 5.11-13,
       5.15, 16, 5.17, 5.18,


                                                                                  2
\f                                                             A/HRC/99/9/Add.1


       5.19.
       5.11-12
                 Oaks were planted on 30 January 2025 on 99.9% of the land.
       5.6
             Eritrea supports the planting of elms.
       5.15


2
\f                                                             A/HRC/99/9/Add.1


                 Limes will be planted. Eritrea does not accept other trees, see 5.1.

  III. Noted recommendations
       5.     The Government takes note of recommendations 5.5, 5.6, 5.7, 5.10, 5.14
       and wishes to tell the following:
              5.8-10
              Firs are not wanted.
"""


def told(reading):
    found = {}
    for row in reading.rows:
        found.setdefault(row.position, []).append(row.number)
    return {position: " ".join(numbers) for position, numbers in found.items()}


def text_file(tmp_path, text, name="reply.txt"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_lists_set_positions_and_lines_above_an_explanation_do_not(tmp_path):
    path = text_file(tmp_path, SLOW)
    reading = read_reply(path, {})
    assert told(reading) == {
        "supported": "5.1 5.2 5.3 5.4 5.8 5.9 5.11 5.12 5.13 5.15 5.16 5.17 5.18 5.19",
        "noted": "5.5 5.6 5.7 5.10 5.14"}
    assert reading.problems == ()
    assert (reading.form, reading.state, reading.symbol) == ("reply", "ERI", "A/HRC/99/9/Add.1")
    assert sniff(path) >= 0.8


def test_a_total_that_the_lists_do_not_reach_is_told(tmp_path):
    reading = read_reply(text_file(tmp_path, SLOW.replace("14\n       are", "15\n       are")), {})
    assert [(str(p.reason), p.refused) for p in reading.problems] == [
        ("The reply speaks of 15 recommendations that are supported; 14 were found in its lists. Check them.", False)]


WAYS = [
    ("The following recommendations enjoy the support of Eritrea: 5.1, 5.3-5.5, 5.12.\n\n"
     "The following recommendations do not enjoy the support of Eritrea: 5.2 and 5.6",
     {"supported": "5.1 5.3 5.4 5.5 5.12", "noted": "5.2 5.6"}),
    ("Eritrea accepts recommendations 5.1, 5.2 and 5.3, and takes note of recommendations 5.4 and 5.5.",
     {"supported": "5.1 5.2 5.3", "noted": "5.4 5.5"}),
    ("Recommendations 5.1, 5.2 and 5.3 are accepted. Recommendations 5.4 and 5.5 are noted.",
     {"supported": "5.1 5.2 5.3", "noted": "5.4 5.5"}),
    ("Eritrea partially supports the following recommendations: 5.1; 5.2.\n\nEritrea rejects the following "
     "recommendations: 5.3", {"supported-in-part": "5.1 5.2", "noted": "5.3"}),
    ("The following recommendations are supported in part: 5.1 and 5.2", {"supported-in-part": "5.1 5.2"}),
    ("Recommendations that enjoy the support of Eritrea\n\n5.1, 5.2,\n5.3, 5.4\n\nRecommendations that are "
     "noted\n\n5.5, 5.6",
     {"supported": "5.1 5.2 5.3 5.4", "noted": "5.5 5.6"}),
    ("The following recommendations enjoy the support of Eritrea:\n5.1, 5.2, 5.3\n\nThese are noted:\n5.4, 5.5",
     {"supported": "5.1 5.2 5.3", "noted": "5.4 5.5"}),
    ("Recommendation 5.1: Supported\nRecommendation 5.2: Noted. It is too early.\nRecommendation 5.3: Partially "
     "accepted",
     {"supported": "5.1", "noted": "5.2", "supported-in-part": "5.3"}),
    ("Rec. 5.1: Supported\nRec. 5.2 - Noted", {"supported": "5.1", "noted": "5.2"}),
    ("5.1 Supported\n5.2 Noted\n5.3 Not supported\n5.4 Accepted", {"supported": "5.1 5.4", "noted": "5.2 5.3"}),
    ("5.1, 5.2 and 5.3 – Accepted\n\n5.4 – Noted", {"supported": "5.1 5.2 5.3", "noted": "5.4"}),
    ("Supported: 5.1, 5.2\n\nNoted: 5.3", {"supported": "5.1 5.2", "noted": "5.3"}),
    ("The following recommendations will be examined further: 5.1 to 5.3", {"pending": "5.1 5.2 5.3"}),
    ("The following recommendations are considered already implemented: 5.1, 5.2", {"supported": "5.1 5.2"}),
    ("Eritrea accepts the following recommendations: 121.1, 121.15a, 121.15b", {"supported": "121.1 121.15a 121.15b"}),
    ("Eritrea is not in a position to accept the following recommendations: 5.1, 5.2", {"noted": "5.1 5.2"}),
    ("Les recommandations suivantes recueillent l’appui de l’Érythrée : 5.1, 5.2\n\nL’Érythrée prend note des "
     "recommandations suivantes : 5.3, 5.4", {"supported": "5.1 5.2", "noted": "5.3 5.4"}),
]


@pytest.mark.parametrize(("text", "expected"), WAYS, ids=[row[0][:50] for row in WAYS])
def test_other_ways_to_say_it(tmp_path, text, expected):
    assert told(read_reply(text_file(tmp_path, text), {})) == expected


def test_a_number_under_two_positions_is_refused_with_both_places(tmp_path):
    path = text_file(tmp_path, "Eritrea accepts the following recommendations: 5.1, 5.2, 5.3\n\n"
                               "Eritrea notes the following recommendations: 5.3, 5.4")
    reading = read_reply(path, {})
    assert told(reading) == {"supported": "5.1 5.2", "noted": "5.4"}
    assert [(str(p.place), str(p.reason), p.refused) for p in reading.problems] == [
        ("line 1", "5.3 stands under two positions, here and at line 3. Set its position by hand.", True)]


def test_a_mention_in_passing_does_not_stand_against_a_list(tmp_path):
    path = text_file(tmp_path, "Eritrea notes the following recommendations: 5.1, 5.2, 5.3\n\n"
                               "With regard to 5.2, Eritrea supports the planting of oaks.")
    assert told(read_reply(path, {})) == {"noted": "5.1 5.2 5.3"}


def test_a_word_file_of_the_same_form(tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "A/HRC/99/9/Add.1"
    for text in ("Eritrea", "3.\tThe Government accepts the following recommendations: 5.1, 5.3-5.4.", "5.3",
                 "Oaks were planted.", "4.\tThe Government notes recommendations 5.2 and 5.5."):
        document.add_paragraph(text)
    document.save(tmp_path / "a.docx")
    reading = read_reply(str(tmp_path / "a.docx"), {})
    assert told(reading) == {"supported": "5.1 5.3 5.4", "noted": "5.2 5.5"}
    assert (reading.state, reading.symbol) == ("ERI", "A/HRC/99/9/Add.1")


def test_a_table_of_numbers_and_positions(tmp_path):
    document = docx.Document()
    table = document.add_table(0, 3)
    for row in (("No.", "Position", "Comment"), ("5.1", "Supported", "Oaks"), ("5.2", "Noted", "Elms, see 5.1")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(tmp_path / "a.docx")
    assert told(read_reply(str(tmp_path / "a.docx"), {})) == {"supported": "5.1", "noted": "5.2"}


def test_a_table_of_whole_recommendations_and_positions(tmp_path):
    document = docx.Document()
    table = document.add_table(0, 3)
    for row in (("Recommendation", "Position", "Comment"), ("5.1 Plant oaks (Malta)", "Supported", "Oaks"),
                ("5.2 Plant elms (Chad)", "Noted", "Elms")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(tmp_path / "a.docx")
    assert told(read_reply(str(tmp_path / "a.docx"), {})) == {"supported": "5.1", "noted": "5.2"}


@pytest.mark.parametrize("text", ["Eritrea thanks all delegations.", "5.1, 5.2", "Trees grew by 5.1 and 5.2 per cent.",
                                  "6.1 Plant oaks (Malta);\n6.2 Plant elms (Chad);\n6.3 Plant firs (Mali);"])
def test_a_text_without_positions_is_refused_in_words(tmp_path, text):
    path = text_file(tmp_path, text)
    assert sniff(path) == 0
    with pytest.raises(Refused) as refusal:
        read_reply(path, {})
    assert str(refusal.value).startswith("No list of recommendations with a position was found in this text.")
