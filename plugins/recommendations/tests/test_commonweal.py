"""Our own forms, edited by people: the good entries are kept, each bad one is named."""

import json

import pytest

from core.errors import Refused
from core.files.child import read_in_child
from plugins.recommendations.readers.commonweal import COMMONWEAL, sniff

GOOD = {"number": "6.1", "part": 0, "text": "Sign it", "states": ["CHL"], "position": "noted", "themes": [],
        "theme_headings": [], "affected": [], "sdgs": [], "source": None, "session": 48}


def written(tmp_path, content, name="ours.json"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return str(path)


def read(tmp_path, content, name="ours.json", **settings):
    reading = COMMONWEAL.read(written(tmp_path, content, name), settings)
    return [row.number for row in reading.rows], [(str(one.place), str(one.reason)) for one in reading.problems]


@pytest.mark.parametrize(("change", "sentence"), [
    ({"text": ""}, "It has no wording under “text”. Fill it in, or take the entry out."),
    ({"text": None}, "It has no wording under “text”. Fill it in, or take the entry out."),
    ({"text": 5}, "Under “text” stands no text, or a sign that is none. Type it anew, in quotation marks."),
    ({"text": "a\0b"}, "Under “text” stands no text, or a sign that is none. Type it anew, in quotation marks."),
    ({"text": "a\ud800b"}, "Under “text” stands no text, or a sign that is none. Type it anew, in quotation marks."),
    ({"number": 6.2}, "Under “number” stands no text, or a sign that is none. Type it anew, in quotation marks."),
    ({"states": "CHL"}, "Under “states” must stand a list."),
    ({"states": ["Swazilnd"]}, "The State “Swazilnd” is not known. Did you mean Eswatini? Correct its name."),
    ({"states": ["ABC"]}, "The State “ABC” is not known. Correct its name."),
    ({"themes": [1]}, "Under “themes” stands no text, or a sign that is none. Type it anew, in quotation marks."),
    ({"position": "maybe"}, "The position “maybe” is not known. Write supported, supported-in-part, noted or pending."),
    ({"part": -1}, "Under “part” must stand a whole number, or nothing."),
    ({"part": True}, "Under “part” must stand a whole number, or nothing."),
    ({"session": "next"}, "Under “session” must stand a whole number, or nothing."),
])
def test_a_bad_entry_is_named_and_the_others_stay(tmp_path, change, sentence):
    assert read(tmp_path, [GOOD, {**GOOD, "number": "6.2", **change}, {**GOOD, "number": "6.3"}]) == (
        ["6.1", "6.3"], [("entry 2", sentence)])


def test_an_entry_that_is_no_object_is_named(tmp_path):
    reason = "It is no object with the names of our columns. Export a list from here to see its form."
    assert read(tmp_path, [GOOD, 5]) == (["6.1"], [("entry 2", reason)])


def test_states_may_be_named_and_columns_may_be_missing_or_more(tmp_path):
    path = written(tmp_path, b"remarks,text,number,position,states\r\nours,Sign it,6.1,,\"Chile\nXMD\"\r\n", "ours.csv")
    row, = COMMONWEAL.read(path, {}).rows
    assert (sniff(path), row.text, row.states, row.position) == (1, "Sign it", ("CHL", "XMD"), None)


def test_bad_rows_of_a_csv_are_named_in_order(tmp_path):
    content = (b"number,text,states,position\n6.1,Sign it,Swazilnd,noted\n6.2,Sign it\n6.3,Si\0gn,CHL,noted\n"
               b"6.4,'=Sign it,CHL,noted\n\n6.5,Sign it,CHL,perhaps\n")
    numbers, problems = read(tmp_path, content, "ours.csv")
    assert (numbers, [place for place, _reason in problems]) == (["6.4"], ["row 2", "row 3", "row 4", "row 7"])


@pytest.mark.parametrize(("content", "words"), [
    (b'[{"number": "6.1",', "not well formed"), (b"[" * 100_000, "not well formed"),
    (b'{"number": "6.1"}', "no list of recommendations"), (b"[]", "holds no recommendation"),
])
def test_a_json_that_is_no_list_of_ours_is_refused(tmp_path, content, words):
    with pytest.raises(Refused, match=words):
        read_in_child(COMMONWEAL, written(tmp_path, content), {})


def test_a_file_of_two_sessions_gives_the_one_that_is_chosen(tmp_path):
    entries = [GOOD, {**GOOD, "number": "7.1", "session": 20}]
    assert read(tmp_path, entries, session=20) == (["7.1"], [])
    with pytest.raises(Refused, match="of the sessions 20, 48. Choose one"):
        read(tmp_path, entries)


@pytest.mark.parametrize("content", [b"[1, 2]", b"[]", b'[{"a": 1}]'])
def test_another_json_is_not_taken_for_ours(tmp_path, content):
    assert sniff(written(tmp_path, content)) == 0
