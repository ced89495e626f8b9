"""Word's automatic numbers. The expected labels follow ECMA-376 part 1, 17.9; LibreOffice prints the same."""

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from plugins.recommendations.readers.numbering import Numbering
from plugins.recommendations.tests.word_files import define_numbers, number


def labels(document):
    numbering = Numbering(document)
    return [numbering.label(paragraph._p) for paragraph in document.paragraphs]


def numbered(levels, places, **definition):
    document = docx.Document()
    define_numbers(document, levels, **definition)
    for level in places:
        number(document.add_paragraph("words"), definition.get("num_id", 90), level)
    return document


def test_a_typed_beginning_is_no_counter():
    assert labels(numbered([(1, "decimal", "6.%1")], [0, 0, 0])) == ["6.1", "6.2", "6.3"]


def test_a_deep_level_counts_without_paragraphs_on_the_levels_above():
    levels = [(1, "decimal", "%1."), (1, "lowerLetter", "(%2)"), (1, "decimal", "6.%3")]
    assert labels(numbered(levels, [2, 2])) == ["6.1", "6.2"]


def test_deeper_levels_begin_again_under_a_new_one():
    levels = [(6, "decimal", "%1."), (1, "decimal", "%1.%2"), (1, "lowerLetter", "(%3)")]
    assert labels(numbered(levels, [0, 1, 2, 2, 1, 2, 0, 1])) == [
        "6.", "6.1", "(a)", "(b)", "6.2", "(a)", "7.", "7.1"]


def test_letters_and_roman_numbers():
    levels = [(26, "upperLetter", "%1"), (3, "lowerRoman", "%2)"), (9, "upperRoman", "%3"), (9, "decimalZero", "%4")]
    assert labels(numbered(levels, [0, 0, 1, 1, 2, 3])) == ["Z", "AA", "iii)", "iv)", "IX", "09"]


def test_several_numbers_share_the_counters_of_their_definition():
    document = numbered([(1, "decimal", "6.%1")], [0, 0])
    define_numbers(document, [], num_id=91)
    number(document.add_paragraph("words"), 91, 0)
    assert labels(document) == ["6.1", "6.2", "6.3"]


def test_a_start_of_its_own_holds_once():
    document = numbered([(1, "decimal", "6.%1")], [0, 0])
    define_numbers(document, [], num_id=91,
                   overrides='<w:lvlOverride w:ilvl="0"><w:startOverride w:val="40"/></w:lvlOverride>')
    for num_id in (91, 91, 90):
        number(document.add_paragraph("words"), num_id, 0)
    assert labels(document) == ["6.1", "6.2", "6.40", "6.41", "6.42"]


def test_a_level_can_be_replaced_for_one_number():
    document = numbered([(1, "decimal", "6.%1")], [0])
    define_numbers(document, [], num_id=91, overrides='<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
                   '<w:numFmt w:val="decimal"/><w:lvlText w:val="7.%1"/></w:lvl></w:lvlOverride>')
    number(document.add_paragraph("words"), 91, 0)
    assert labels(document) == ["6.1", "7.2"]


def test_the_number_can_come_from_the_style_or_the_style_below_it():
    document = numbered([(1, "decimal", "6.%1")], [])
    base = document.styles.add_style("Base", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    base.element.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="90"/></w:numPr>'))
    derived = document.styles.add_style("Derived", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    derived.base_style = base
    document.add_paragraph("words", style="Base")
    document.add_paragraph("words", style="Derived")
    taken_away = document.add_paragraph("words", style="Derived")
    number(taken_away, 0, 0)
    assert labels(document) == ["6.1", "6.2", None]


def test_plain_paragraphs_and_unknown_numbers_have_no_label():
    document = numbered([(1, "bullet", "•"), (1, "none", "")], [0, 1])
    document.add_paragraph("words")
    number(document.add_paragraph("words"), 77, 0)
    assert labels(document) == ["•", None, None, None]


def test_a_document_without_definitions_has_no_labels():
    document = docx.Document()
    part = document.part.numbering_part
    for relationship in [r for r, rel in document.part.rels.items() if rel.target_part is part]:
        del document.part.rels[relationship]
    number(document.add_paragraph("words"), 1, 0)
    assert labels(document) == [None]
