"""The arithmetic of contrast, and that nothing but colours can stand in a coalition's style sheet."""

import re

import pytest

from core.errors import Refused
from core.settings.colours import (
    DARK_GROUNDS,
    LIGHT_GROUNDS,
    NEEDED,
    checked_accent,
    contrast,
    dark_tokens,
    light_tokens,
    lowest,
    mixed,
    read_colour,
    style_sheet,
)
from tests.paths import ROOT

CHOSEN = ["#2a3788", "#7a1f5c", "#000000", "#004d40", "#8a3b00", "#5b0f33", "#014421", "#3b0000"]


@pytest.mark.parametrize(("one", "other", "known"), [
    ("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48),
    ("#0000ff", "#ffffff", 8.59), ("#ff0000", "#ffffff", 4.0)])
def test_contrast_is_that_of_wcag(one, other, known):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(known, abs=0.01)


def test_the_grounds_are_those_of_the_theme():
    css = (ROOT / "themes/default/static/theme.css").read_text(encoding="utf-8")
    found = [re.search(r"--paper: (#[0-9a-f]+); --sheet: (#[0-9a-f]+); --sunk: (#[0-9a-f]+);", part)
             for part in css.split("@media (prefers-color-scheme: dark)")[:2]]
    assert [tuple(read_colour(value) for value in match.groups()) for match in found] == [LIGHT_GROUNDS, DARK_GROUNDS]


@pytest.mark.parametrize("accent", CHOSEN)
def test_what_follows_from_an_accent_can_be_read_in_both_schemes(accent):
    assert checked_accent(accent) == accent
    for tokens, grounds in ((light_tokens(accent), LIGHT_GROUNDS), (dark_tokens(accent), DARK_GROUNDS)):
        for words in (tokens.accent, tokens.accent_2):
            assert lowest(words, (*grounds, tokens.wash)) >= NEEDED
            assert contrast(tokens.on_accent, words) >= NEEDED


def test_a_colour_that_cannot_be_read_is_refused_with_one_that_can():
    with pytest.raises(Refused) as caught:
        checked_accent("#8FA3FF")
    assert str(caught.value) == "On the pages' ground, the contrast of #8fa3ff is 2.0; it needs 4.5. Try #59659e."
    better = caught.value.sentence.values["better"]
    assert checked_accent(better) == better


@pytest.mark.parametrize("text", [
    "", "red", "#12345", "#1234567", "#12345g", "2a3788", "#2a3788; } body { display: none", "#2a3788}",
    "url(https://elsewhere.example/x)", "#2a3788/**/", "var(--red)", "rgb(0,0,0)", "#２a3788", "#2a3788\n}"])
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(Refused) as caught:
        read_colour(text)
    assert str(caught.value) == (f"“{text[:40]}” is no colour. Write it as # and six digits or letters a to f, such "
                                 "as #2a3788.")


def test_short_and_large_letters_are_read():
    assert (read_colour(" #ABC "), read_colour("#2A3788")) == ("#aabbcc", "#2a3788")


@pytest.mark.parametrize("kept", ["#2a3788}", "#2a3788;", "url(x)", "red", "#2A3788", "#2a378", "", "</style>"])
def test_what_stands_in_the_row_by_another_way_does_not_come_into_the_style_sheet(kept):
    assert style_sheet(kept) == ""


def test_the_style_sheet_sets_the_accent_and_nothing_else():
    value = r"#[0-9a-f]{6}"
    tokens = f"--accent: {value}; --accent-2: {value}; --on-accent: {value}; --wash: {value};"
    assert re.fullmatch(rf":root \{{ {tokens} \}}\n@media \(prefers-color-scheme: dark\) \{{ :root \{{ {tokens} \}} "
                        r"\}\n", style_sheet("#7a1f5c"))


def test_mixing_goes_from_one_colour_to_the_other():
    assert [mixed("#000000", "#ff8000", share) for share in (0, 0.5, 1)] == ["#000000", "#804000", "#ff8000"]
