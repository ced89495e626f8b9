import pytest

from core.documents.document import Column, Table, direction_of, plain, printable
from core.documents.marks import LOOKS, Mark, lowest
from core.documents.tests.meridia import IN_LAW, IN_PRACTICE, PARTIAL, make_annex, make_row


def luminance(colour):
    """Relative luminance. Source: WCAG 2.2, definition of the same name."""
    parts = [int(colour[at:at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_the_words_of_a_light_can_be_read_on_its_colour(look):
    assert (luminance(look.fill) + 0.05) / (luminance(look.ink) + 0.05) >= 4.5


def test_no_two_lights_have_the_same_shape():
    assert len({look.sign for look in LOOKS.values()}) == len({look.shape for look in LOOKS.values()}) == 5


def test_a_mark_without_a_word_is_refused():
    with pytest.raises(ValueError, match="a mark has a word"):
        Mark(" ", "partial")


def test_a_light_that_nobody_knows_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'red'; there are worse, none, partial, implemented, no-information"):
        Mark("Red", "red")


def test_the_lower_of_two_lights_colours_the_row():
    assert make_row("121.10", "Consult", IN_LAW, IN_PRACTICE).mark == IN_PRACTICE
    assert lowest([Mark("No information", "no-information"), PARTIAL]) == PARTIAL
    assert make_row("121.11", "Reduce").mark is None


def test_a_row_with_a_cell_too_few_is_refused():
    with pytest.raises(ValueError, match="a row has 4 cells, the table 1 columns"):
        Table("One column", (Column("Recommendation", 1),), (make_row("1.1", "Ratify"),), "Theme", "Light")


def test_a_document_finds_its_tables():
    assert [table.title for table in make_annex().tables()] == ["Recommendations"]


@pytest.mark.parametrize("text, base, direction", [
    ("Ratify the Optional Protocol (Kenya)", "ltr", "ltr"),
    ("Ratify the Optional Protocol (Kenya)", "rtl", "ltr"),
    ("121.4 Ratify the Optional Protocol", "rtl", "ltr"),
    ("التصديق على البروتوكول", "rtl", "rtl"),
    ("التصديق على البروتوكول", "ltr", "rtl"),
    ("CEDAW: تغيَّر القانون والمحاكم تطبقه", "rtl", "rtl"),
    ("المصدر: A/HRC/55/99/Add.1 - Para. 3", "rtl", "rtl"),
    ("The word عدل means justice", "ltr", "ltr"),
    ("121.4", "rtl", "rtl"),
    ("", "rtl", "rtl"),
])
def test_a_paragraph_turns_only_when_it_begins_so_and_mostly_is_so(text, base, direction):
    assert direction_of(text, base) == direction


def test_what_no_file_can_hold_is_left_out_and_lines_end_alike():
    assert printable("a\0b\x0bc\ud800d\ufffe\te\r\nf\rg") == "abcd\te\nf\ng"


def test_a_paragraph_says_its_text():
    assert plain("Tabled in May.", bold=True).text == "Tabled in May."
