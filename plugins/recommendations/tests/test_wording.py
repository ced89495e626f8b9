"""Keys and likeness of wordings and numbers."""

import pytest

from plugins.recommendations.wording import ALIKE, Likeness, number_key, text_key


@pytest.mark.parametrize("text", ["Ratify the “Convention” ;", "ratify the 'Convention'",
                                  "Ratify\u00a0the Con\u00advention.", "Ratify the Conven- tion"])
def test_signs_and_blanks_do_not_count_in_a_key(text):
    assert text_key(text) == "ratifytheconvention"


def test_accents_do_not_count_and_other_scripts_do():
    assert text_key("Évaluer l’œuvre") == "evaluerlœuvre"
    assert text_key("التصديق على") == "التصديقعلى"


@pytest.mark.parametrize(("number", "key"), [("140.12", "00140.00012"), ("5.3a", "00005.00003a"), ("7", "00007"),
                                             (None, ""), ("", "")])
def test_numbers_sort_by_their_value(number, key):
    assert number_key(number) == key


def test_numbers_in_their_order():
    assert sorted(["140.12", "140.2", "6.100", "140.2a"], key=number_key) == ["6.100", "140.2", "140.2a", "140.12"]


def test_likeness_is_the_same_both_ways_and_low_for_others():
    likeness = Likeness()
    one, other = "Abolish the death penalty in law and practice", "Abolish the death penalty in law and in practice"
    assert likeness.of(one, other) == likeness.of(other, one) >= ALIKE
    assert likeness.of(one, one + ".") == 1
    assert likeness.of(one, "Build more schools in the outer islands soon") < ALIKE
    assert likeness.of(one, "") < ALIKE
