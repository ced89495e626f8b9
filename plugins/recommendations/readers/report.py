"""Reports of the Working Group, drafts of them, and bare lists of recommendations: .docx, or text from the PDF.

    6.⇥The following recommendations will be examined by Meridia, which will provide responses …:
    6.1⇥Ratify the Convention (A); (B);
    7.⇥The recommendations listed below enjoy the support of Meridia:
    7.1⇥…

The opening paragraph of a section tells the State's position; a bare list has none. The number is typed, or Word's own.
"""

import os
import re
from itertools import takewhile

from core.errors import Refused
from core.files.containers import open_docx
from core.files.reading import Problem, Reader, Reading
from core.language import lazy
from core.reference.files import look_first_in
from plugins.recommendations.readers import matrix
from plugins.recommendations.readers.paragraphs import first_lines, paragraphs_of_document, paragraphs_of_text
from plugins.recommendations.readers.positions import position_in
from plugins.recommendations.readers.printed import folded
from plugins.recommendations.readers.source_facts import facts_in
from plugins.recommendations.readers.states_at_end import doubts, wordings
from plugins.recommendations.readers.text_file import text_of_file
from plugins.recommendations.readers.word import header_texts
from plugins.recommendations.rows import Row

RECOMMENDATIONS = re.compile(r"recommendations|recommandations|recomendaciones", re.IGNORECASE)
# A heading that is no more than a position: "Supported recommendations", "B. Noted", "Recommendations not accepted".
POSITION_TITLE = re.compile(
    r"(?:(?:[IVX]+|[A-H]|\d{1,2})[.)]\s*)?(?:the )?(?:recommendations?\W*)?(?:(?:that|which) )?"
    r"(?:are |were |have been )?(?:fully |partially |not )?"
    r"(?:supported|accepted|noted|pending|rejected|under consideration|to be examined)\b"
    r"(?: recommendations?)?(?: by [^.;(]{1,60})?\s*:?", re.IGNORECASE)
LONGEST_OPENING = 700       # characters; longer paragraphs tell about recommendations, they do not open a list
TOLD_BEFORE = 60            # paragraphs before the first recommendation that may name State and session
ENOUGH_TO_BE_SURE = 3       # numbered paragraphs that end with States

NOTHING_HERE = lazy("No recommendation was found in this file. A report has paragraphs such as “6.12 Ratify … "
                    "(France);”, with a number and the recommending State: check that this is the right file.")


def sniff(path):
    """How sure it is that the file lists recommendations: by numbered paragraphs that end with States."""
    if path.lower().endswith(".docx") and matrix.sniff(path):
        return 0.0
    found = 0
    for paragraph in _paragraphs(path)[0]:
        if paragraph.number and paragraph.text and wordings(paragraph.text)[-1].states:
            found += 1
            if found == ENOUGH_TO_BE_SURE:
                return 0.9
    return 0.2 * found


def read(path, settings):
    """The recommendations in the order of the file; Refused where there is none.

    settings["positions"] may say the position of a section that the file leaves open: {"7": "supported"}.
    """
    if folder := settings.get("reference_folder"):
        look_first_in(folder)
    paragraphs, telling = _paragraphs(path)
    paragraphs = list(paragraphs)
    given = settings.get("positions") or {}
    rows, problems = [], []
    for place, number, text, position in _recommendations(paragraphs):
        position = position or given.get(number.split(".")[0])
        _take(rows, problems, place, number, text, position)
    if not rows:
        raise Refused(NOTHING_HERE)
    for section in dict.fromkeys(row.number.rpartition(".")[0] for row in rows if row.position is None):
        problems.append(Problem(lazy("section %(section)s", section=section), _without_position(section), False))
    before = takewhile(lambda paragraph: not paragraph.number, paragraphs[:TOLD_BEFORE])
    facts = facts_in([*telling, *(paragraph.text for paragraph in before)])
    return Reading("report", tuple(rows), tuple(problems), facts.state, facts.cycle, facts.session, facts.symbol)


def _without_position(section):
    return lazy("The file does not say the State's position on the recommendations of section %(section)s. They come "
                "without one: read in the State's reply, or set the positions by hand.", section=section)


def _paragraphs(path):
    """The paragraphs, and the texts beside them that tell what the document is."""
    if os.path.splitext(path)[1].lower() == ".docx":
        document = open_docx(path)
        properties = document.core_properties
        return paragraphs_of_document(document), [*header_texts(document), properties.title or "",
                                                  properties.subject or ""]
    text = text_of_file(path)
    return paragraphs_of_text(text), first_lines(text)


def _take(rows, problems, place, number, text, position):
    where = lazy("%(place)s, number %(number)s", place=place, number=number)
    if not text:
        problems.append(Problem(where, lazy("The number %(number)s has no words. Complete it in the document.",
                                            number=number)))
        return
    parts = wordings(text)
    for part_no, part in enumerate(parts, 1):
        problems.extend(Problem(where, doubt, False) for doubt in doubts(part))
        rows.append(Row(where, number, part.text, part_no if len(parts) > 1 else 0, part.states, part.unknown_states,
                        position))


def _recommendations(paragraphs):
    """(place, number, text, position) of each numbered recommendation; what has no number is read with the one before
    as long as that has no States."""
    begun, position, list_section = None, None, None
    for paragraph in paragraphs:
        if paragraph.number:
            yield from _finished(begun)
            begun = (paragraph.place, paragraph.number, paragraph.text, position)
        elif list_section and paragraph.section and _ends_with_states(paragraph.text):
            yield from _finished(begun)         # cycle 1 numbers recommendations 1., 2. under the section's paragraph
            begun = (paragraph.place, f"{list_section}.{paragraph.section}", paragraph.text, position)
        elif paragraph.section or paragraph.is_heading or _is_opening(paragraph):
            yield from _finished(begun)
            begun = None
            if _is_opening(paragraph):
                position = position_in(folded(paragraph.text))
                list_section = paragraph.section or list_section
            elif paragraph.section:
                position = list_section = None
        elif begun and paragraph.text and not _ends_with_states(begun[2]):
            begun = (begun[0], begun[1], f"{begun[2]} {paragraph.text}".strip(), begun[3])
    yield from _finished(begun)


def _finished(begun):
    if begun:
        yield begun[0], begun[1], folded(begun[2]), begun[3]


def _is_opening(paragraph):
    """Whether a paragraph opens a list: it speaks of recommendations, and of the position or of a list (":")."""
    text = folded(paragraph.text)
    if POSITION_TITLE.fullmatch(text):
        return True
    if not RECOMMENDATIONS.search(text) or len(text) > LONGEST_OPENING or _ends_with_states(text):
        return False
    return text.endswith(":") or bool((paragraph.is_heading or len(text) < 200) and position_in(text))


def _ends_with_states(text):
    last = wordings(text)[-1]
    return bool(last.states or last.unknown_states)


REPORT = Reader("report", lazy("Report of the Working Group, draft or list of recommendations"), "recommendations",
                (".docx", ".txt", ".md"), sniff, read, Row)
