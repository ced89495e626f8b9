"""The words of a text: what counts as the same, what is found, what is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search.words import EXCERPT_LETTERS, excerpt, finds, has, marked, query_words, words_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60) | st.text(
    "aAéß œ-/.’140酷刑反ال قضةىأ\u0301\u200cﷺ㊗ᾳİ٣", max_size=30)


@pytest.mark.parametrize("text, words", [
    ("Égalité ÉGALITÉ égalité", "egalite egalite egalite"),
    ("Œuvre, Straße, Łódź, Ærø, ISTANBUL, ıstanbul", "oeuvre strasse lodz aero istanbul istanbul"),
    ("A/HRC/43/15 – para. 140.12", "a hrc 43 15 para 140 12"),
    ("women’s snake_case l'État", "women s snake case l etat"),
    ("أحمد إلى آمال ٱلله", "احمد الي امال الله"),
    ("مُحَافَظَة", "محافظه"),
    ("القضاء والحق بالعدل الحق", "قضاء حق عدل الحق"),
    ("حقـــوق الإنسان ١٤٠٫١٢", "حقوق انسان 140 12"),
    ("反酷刑会议", "反酷 酷刑 刑会 会议 议"),
    ("第48届", "第 48 届"),
    ("co\u00adoperate e\u0301tat ﬁnance Ⅻ ℌ", "cooperate etat finance xii h"),
    ("  \"' — … ", ""),
    ("x" * 300, "x" * 100),
])
def test_what_counts_as_the_same_word(text, words):
    assert " ".join(words_of(text)) == words


@pytest.mark.parametrize("typed, words", [
    ("酷刑", ["酷刑"]), ("刑", ["刑"]), ("反酷刑", ["反酷", "酷刑"]), ("酷刑 2020", ["酷刑", "刑", "2020"]),
    ('"', []), ("140.1", ["140", "1"]), (" ".join("abcdefghijklmnopqrst"), list("abcdefghijklmnop")),
])
def test_the_words_of_a_query(typed, words):
    assert query_words(typed) == words


@pytest.mark.parametrize("typed, is_found", [
    ("A/HRC/43/1", True), ("hrc 43", True), ("HRC/4", True), ("rc/43", False), ("43/15/2", False), ("15 of", True),
    ("hrc 15", False), ('"hrc', True), ("", False), ("…", False)])
def test_a_phrase_stands_in_its_order_and_its_last_word_may_be_a_beginning(typed, is_found):
    assert finds(words_of("Report A/HRC/43/15 of the Working Group"), query_words(typed)) is is_found


def test_marks_stand_on_the_text_as_it_is_written():
    assert marked("La Straße, la rue; LA STRASSE", query_words("la strass")) == [
        ("La Straße", True), (", la rue; ", False), ("LA STRASSE", True)]
    assert marked("反酷刑会议", query_words("酷刑")) == [("反", False), ("酷刑", True), ("会议", False)]
    assert marked("وزارة القضاء", query_words("القضا")) == [("وزارة ", False), ("القضاء", True)]
    assert marked("", query_words("x")) == [] and marked("nothing", query_words("x")) == [("nothing", False)]


def test_an_excerpt_stands_around_the_first_find():
    text = " ".join(f"word{number}" for number in range(200))
    found = excerpt(text, query_words("word150"))
    assert ("word150", True) in found and (found[0], found[-1]) == (("… ", False), (" …", False))
    assert len("".join(piece for piece, _is_found in found)) <= EXCERPT_LETTERS + 4
    assert excerpt(text, query_words("absent"))[0][0].startswith("word0 word1 ")
    assert excerpt("x" * 1000, query_words("x"))[0] == ("x" * EXCERPT_LETTERS, True)


@given(TEXTS, TEXTS)
def test_what_is_marked_is_what_is_found_and_nothing_is_lost(text, typed):
    query = query_words(typed)
    assert has(text, query) == finds(words_of(text), query)
    assert "".join(piece for piece, _is_found in marked(text, query)) == text
    excerpt(text, query)


@given(TEXTS)
def test_words_are_letters_and_digits_only_and_stay_what_they_are(text):
    for word in words_of(text):
        assert word.isalnum() and word == word.casefold()
