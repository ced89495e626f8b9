"""A table as somebody keeps it: head somewhere, cells merged, notes below; the guess, and what a mapping makes."""

import re

import pytest

from core.errors import Refused
from core.language import lazy
from core.tables.guessing import guess_mapping, lacking
from core.tables.mapping import Field, Mapping, apply, column_name, heads, locate
from core.tables.sheets import Sheet

GRADES = {"yes": "kept", "oui": "kept", "no": "broken", "non": "broken"}
FIELDS = (
    Field("number", lazy("Number"), ("no", "number", "numéro"), looks=re.compile(r"\d+\.\d+").fullmatch,
          is_told_by_cells=True),
    Field("promise", lazy("Promise"), ("promise", "promesse", "text of the promise"), required=True),
    Field("towns", lazy("Towns"), ("town", "towns", "ville"), many=True,
          looks=lambda cell: cell in {"Albora", "Brisk", "Port St. John, New", "Caldas"}),
    Field("topics", lazy("Topics"), ("topic",), many=True),
    Field("grade", lazy("Grade"), ("grade", "état"), means=lambda cell: GRADES.get(cell.casefold())),
)
NAMED = Mapping("", 1, {"number": ("No",), "promise": ("Promise",), "towns": ("Town",), "grade": ("Grade",)})
HEAD = ["No", "Promise", "Town", "Grade"]


def sheet_of(*rows, merged=(), **more):
    return Sheet("", [list(row) for row in rows], list(merged), **more)


def applied(*rows, mapping=NAMED, merged=(), **more):
    records, problems = apply(mapping, sheet_of(*rows, merged=merged, **more), FIELDS)
    return [record.values for record in records], [(str(problem.place), str(problem.reason)) for problem in problems]


def guessed(*rows, merged=()):
    return guess_mapping([sheet_of(*rows, merged=merged)], FIELDS)


def test_a_row_becomes_its_fields():
    assert applied(HEAD, ["6.1", "A bridge", "Albora\nBrisk", "Yes"]) == (
        [{"number": "6.1", "promise": "A bridge", "towns": ("Albora", "Brisk"), "grade": "kept"}], [])


def test_the_words_of_the_mapping_go_before_our_own_and_its_separator_parts():
    mapping = Mapping("", 1, NAMED.columns, {"grade": {"Half": "kept", "yes": "broken"}}, {"towns": ";"})
    values, _problems = applied(HEAD, ["6.1", "A", "Albora; Brisk", "half"], ["6.2", "B", "", "yes"], mapping=mapping)
    assert [(one["towns"], one["grade"]) for one in values] == [(("Albora", "Brisk"), "kept"), ((), "broken")]


def test_a_merged_cell_counts_for_all_its_rows():
    values, problems = applied(HEAD, ["6.1", "A bridge", "Albora", "Yes"], ["", "", "Brisk", ""],
                               ["6.2", "A road", "", ""], merged=[(1, 0, 2, 0), (1, 1, 2, 1), (1, 3, 2, 3)])
    assert values == [{"number": "6.1", "promise": "A bridge", "towns": ("Albora",), "grade": "kept"},
                      {"number": "6.1", "promise": "A bridge", "towns": ("Brisk",), "grade": "kept"},
                      {"number": "6.2", "promise": "A road", "towns": (), "grade": ""}]
    assert problems == []


def test_a_separator_is_the_heading_of_what_follows_and_a_note_below_is_nothing():
    records, problems = apply(NAMED, sheet_of(
        HEAD, ["Roads", "", "", ""], ["6.1", "A bridge", "", ""], ["", "", "", ""], ["Health", "", "", ""],
        ["6.2", "A nurse", "", ""], ["", "", "", ""], ["* as of May", "", "", ""], ["", "Source: the press", "", ""]),
        FIELDS)
    assert [(record.values["promise"], record.heading) for record in records] == [
        ("A bridge", "Roads"), ("A nurse", "Health")]
    assert problems == []


def test_below_the_table_a_row_of_several_cells_is_named_and_not_guessed():
    _values, problems = applied(HEAD, ["6.1", "A bridge", "", "Yes"], ["Total", "", "", "1"])
    assert problems == [("row 3", "It has nothing under “Promise”. Fill the cell in, or take the row out.")]


def test_a_number_alone_is_a_row_without_its_words():
    _values, problems = applied(HEAD, ["6.1", "A bridge", "", "Yes"], ["6.2", "", "", ""])
    assert problems == [("row 3", "It has nothing under “Promise”. Fill the cell in, or take the row out.")]


def test_words_alone_are_a_row_inside_the_table():
    values, problems = applied(HEAD, ["", "A bridge", "", ""], ["6.2", "A road", "", ""])
    assert ([one["promise"] for one in values], problems) == (["A bridge", "A road"], [])


def test_a_head_that_is_printed_again_is_no_row():
    values, problems = applied(HEAD, ["6.1", "A bridge", "", ""], HEAD, ["6.2", "A road", "", ""])
    assert ([one["number"] for one in values], problems) == (["6.1", "6.2"], [])


def test_ragged_and_broken_rows_are_named_and_the_others_stay():
    values, problems = applied(HEAD, ["6.1", "A", "bridge", "Albora", "Yes"], ["6.2", "A road"],
                               ["6.3", "A well", "", ""], ["6.4", "?", "", ""], broken={4: lazy("It is torn.")})
    assert [one["number"] for one in values] == ["6.3"]
    words = "Look for a missing or a spare delimiter."
    assert problems == [("row 2", f"It has 5 cells, the head of the table 4. {words}"),
                        ("row 3", f"It has 2 cells, the head of the table 4. {words}"), ("row 5", "It is torn.")]


def test_what_stands_in_a_row_that_is_named_goes_with_it():
    sheet = sheet_of(HEAD, ["6.1", " A\nbridge", "", "Brisk", "Yes"], ["6.4", "w\0hat" + "?" * 400],
                     broken={2: lazy("Torn.")})
    _records, problems = apply(NAMED, sheet, FIELDS)
    assert [problem.text for problem in problems] == ["6.1 · A bridge · Brisk · Yes", "6.4 · what" + "?" * 290]


def test_empty_cells_beyond_the_head_do_no_harm():
    values, problems = applied(HEAD, ["6.1", "A bridge", "", "", "", ""])
    assert ([one["number"] for one in values], problems) == (["6.1"], [])


def test_what_the_sheet_types_is_told():
    records, _problems = apply(NAMED, sheet_of(HEAD, ["6.1", "A", "", ""], typed={(1, 0): "number"}), FIELDS)
    assert records[0].typed == {"number": "number"}


@pytest.mark.parametrize(("mapping", "sentence"), [
    (Mapping("", 1, {"promise": ("Pledge",)}),
     "The table has no column “Pledge”. Its columns: No, Promise, Town, Grade. Correct the mapping."),
    (Mapping("", 9, {"promise": ("Promise",)}),
     "The head of the table should stand in row 9, but the sheet ends before. Correct the mapping."),
])
def test_a_mapping_that_does_not_fit_is_refused(mapping, sentence):
    with pytest.raises(Refused) as refusal:
        apply(mapping, sheet_of(HEAD), FIELDS)
    assert str(refusal.value) == sentence


def test_a_column_without_a_head_of_its_own_goes_by_its_letters():
    names = heads(sheet_of(["No", "Town", "Town", ""]), 1)
    assert [column_name(names, column) for column in range(4)] == ["No", "column B", "column C", "column D"]
    mapping = Mapping("", 1, {"promise": ("column D",), "towns": ("column B", "column C")})
    values, _problems = applied(["No", "Town", "Town", ""], ["1", "Albora", "Brisk", "A bridge"], mapping=mapping)
    assert values == [{"promise": "A bridge", "towns": ("Albora", "Brisk")}]


def test_a_mapping_finds_sheet_and_head_row_that_it_does_not_name():
    cover, table = Sheet("Cover", [["Meridia"]]), Sheet("List", [["Promises"], [], HEAD, ["6.1", "A", "", ""]])
    sheet, mapping = locate([cover, table], Mapping(columns=NAMED.columns))
    assert (sheet.name, mapping.header_row) == ("List", 3)
    assert locate([cover, table], Mapping("list", 3, NAMED.columns)) == (table, Mapping("list", 3, NAMED.columns))
    with pytest.raises(Refused, match="no sheet “Other”. Its sheets: Cover, List"):
        locate([cover, table], Mapping("Other", 3, NAMED.columns))


def test_the_head_is_guessed_below_title_rows_and_its_columns_by_their_words():
    mapping = guessed(["Promises to Meridia", "", "", ""], ["as of May", "", "", ""], [],
                      ["Numéro", "Text of the promise", "Ville", "État"],
                      ["6.1", "A bridge", "Albora; Brisk", "Oui"], ["6.2", "A road", "Caldas", "non"])
    assert mapping == Mapping("", 4, {"number": ("Numéro",), "promise": ("Text of the promise",), "towns": ("Ville",),
                                      "grade": ("État",)},
                              {"grade": {"Oui": "kept", "non": "broken"}}, {"towns": ";"})


def test_a_head_of_two_rows_is_read_as_one():
    rows = [["No", "Promise", "", "Grade"], ["", "Text of the promise", "Town", ""],
            ["6.1", "A bridge", "Albora", "yes"]]
    merged = [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3)]
    for mapping in (guessed(*rows, merged=merged), guessed(*rows)):
        assert (mapping.header_row, mapping.columns) == (2, {
            "number": ("No",), "promise": ("Text of the promise",), "towns": ("Town",), "grade": ("Grade",)})


def test_cells_tell_a_column_that_its_head_does_not():
    mapping = guessed(["Ref. of our own", "Promise"], ["6.1", "A bridge"], ["6.2", "A road"])
    assert mapping.columns == {"number": ("Ref. of our own",), "promise": ("Promise",)}


def test_a_running_number_gives_way_to_the_real_one():
    mapping = guessed(["No", "UN no", "Promise"], ["1", "6.1", "A bridge"], ["2", "6.2", "A road"])
    assert mapping.columns["number"] == ("UN no",)


def test_names_with_commas_are_parted_only_where_the_column_itself_says_so():
    together = guessed(HEAD, ["6.1", "A", "Port St. John, New", ""], ["6.2", "B", "Albora", ""])
    apart = guessed(HEAD, ["6.1", "A", "Albora, Brisk", ""], ["6.2", "B", "Caldas", ""])
    assert (together.split, apart.split) == ({}, {"towns": ","})
    topics = guessed(["Promise", "Topic"], ["A", "Roads,Health"], ["B", "Health"], ["C", "Roads"])
    assert topics.split == {"topics": ","}
    assert guessed(["Promise", "Topic"], ["A", "Bread, water and salt"], ["B", "Health"]).split == {}


def test_numbered_columns_of_many_belong_together():
    mapping = guessed(["Promise", "Topic 1", "Topic 2"], ["A bridge", "Roads", "Money"])
    assert mapping.columns == {"promise": ("Promise",), "topics": ("Topic 1", "Topic 2")}


def test_what_is_lacking_is_named():
    mapping = guessed(["Name", "Mail"], ["Amal", "a@example.org"])
    assert [wanted.name for wanted in lacking(mapping, FIELDS)] == ["promise"]
