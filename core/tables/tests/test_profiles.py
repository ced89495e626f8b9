"""A mapping kept as a file: what is written reads back, and a mistake in it is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.language import lazy
from core.tables.mapping import Field, Mapping
from core.tables.profiles import kept, mapping_from, read_profile, write_profile

FIELDS = (Field("number", lazy("Number"), ()), Field("states", lazy("States"), (), many=True),
          Field("position", lazy("Position"), ()))
PROFILE = """\
sheet = "Recommendations"
header_row = 3

[columns]
number = "No."
states = ["State 1", "State 2"]

[values.position]
"Accepted" = "supported"

[split]
states = ";"
"""
MAPPING = Mapping("Recommendations", 3, {"number": ("No.",), "states": ("State 1", "State 2")},
                  {"position": {"Accepted": "supported"}}, {"states": ";"})
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=8)


def test_a_profile_is_the_mapping_and_the_mapping_its_profile():
    assert read_profile(PROFILE, FIELDS) == MAPPING
    assert write_profile(MAPPING) == PROFILE


def test_what_a_profile_does_not_say_is_left_to_the_sheet():
    assert read_profile('[columns]\nnumber = "No."', FIELDS) == Mapping("", None, {"number": ("No.",)}, {}, {})
    assert "header_row" not in write_profile(Mapping(columns={"number": ("No.",)}))


@given(st.builds(Mapping, st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8),
                 st.none() | st.integers(0, 99), st.fixed_dictionaries({"number": st.tuples(WORDS)}, optional={
                     "states": st.lists(WORDS, min_size=2, max_size=3).map(tuple)}),
                 st.dictionaries(st.just("position"), st.dictionaries(WORDS, WORDS, min_size=1, max_size=3)),
                 st.dictionaries(st.just("states"), WORDS)))
def test_every_mapping_survives_its_profile(mapping):
    assert read_profile(write_profile(mapping), FIELDS) == mapping
    assert mapping_from(kept(mapping), FIELDS) == mapping


@pytest.mark.parametrize(("text", "words"), [
    ("sheet = ", "cannot be read: "), ("shet = 'A'", "says “shet”, which is not known. It can say: sheet, header_row"),
    ("sheet = 3", "“sheet” must be the name of a sheet"), ("header_row = 'one'", "“header_row” must be the number"),
    ("header_row = -1", "“header_row” must be the number"), ("header_row = true", "“header_row” must be the number"),
    ("columns = 'A'", "[columns] must be a part of its own"),
    ("[columns]\nnumbr = 'No.'", "the field “numbr” under [columns], which is not known. Fields: number, states"),
    ("[columns]\nnumber = 3", "“number” must be the head of a column"),
    ("[columns]\nnumber = ''", "“number” must be the head of a column"),
    ("[columns]\nnumber = ['A', 'B']", "“number” has several columns"),
    ("[values]\nposition = 'A'", "[values.position] needs lines such as"),
    ("[values.position]\nAccepted = 1", "[values.position] needs lines such as"),
    ("[split]\nnumber = ';'", "“number” under [split] must be the sign"),
    ("[split]\nstates = ''", "“states” under [split] must be the sign"),
])
def test_a_mistake_in_a_profile_is_named(text, words):
    with pytest.raises(Refused) as refusal:
        read_profile(text, FIELDS)
    assert words in str(refusal.value)
