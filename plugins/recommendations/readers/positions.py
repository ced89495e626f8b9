"""The words with which documents say a State's position, in English, French and Spanish."""

import re

# In this order: the first that is found decides, so refusals stand before what they refuse.
WORDS = (
    (None, r"in principle|en principe|en principio"),       # neither: UPR Info counts it as noted, States as support
    ("supported-in-part", r"(?:partial|partly|in part\b)\w*(?:\W+\w+){0,2}?\W+(?:support|accept)\w*"
                          r"|(?:support|accept)\w*(?:\W+\w+){0,2}?\W+(?:partial|partly|in part\b)\w*"
                          r"|partial|partly|\bin part\b|partiel|parcial|en partie|en parte"
                          r"|(?:supported|accepted)\s*(?:/|and)\s*(?:noted|rejected)"),
    ("pending", r"pending|under (?:consideration|examination)|(?:to|will) be (?:examined|considered)|deferred"
                r"|en suspens|en cours d[’']examen|ser(?:a|ont) examinée?s?|pendiente|ser[áa]n? examinad"),
    ("noted", r"\bnot(?:ed|es?|ing)\b(?! that)|taken? note|took note|reject|refus|declin"
              r"|(?:not|cannot|n[’']t|unable to|never) (?:\w+ ){0,4}(?:support|accept|enjoy|agree)"
              r"|not (?:\w+ )?(?:supported|accepted)|without (?:the )?support"
              r"|pris(?:es?)? note|prend note|prend acte|notées?|rejetées?|(?:n[’']|ne )(?:\w+ )*pas"
              r"|toma nota|tom[óo] nota|tomado nota|tomada nota|anotad|rechaza|no (?:\w+ ){0,4}(?:apoy|acept)"),
    ("supported", r"support|accept|endorse|agreed|enjoy|appuy|appui|souscrit|recueill|apoy|aceptad|acepta\b|adhér"),
)
PATTERNS = tuple((position, re.compile(words, re.IGNORECASE)) for position, words in WORDS)


def position_in(words):
    """One of rows.POSITIONS, or None where the words say none that is known.

    `Supported` · `Accepted` · `Partially supported` · `Supported/Noted` · `Under consideration` · `does not support`
    """
    return next((position for position, pattern in PATTERNS if pattern.search(words)), None)


def positions_in(words):
    """[(start, end, position)] of each word of position in a text, in order; a refusal hides the words it refuses."""
    found = []
    for position, pattern in PATTERNS:
        for match in pattern.finditer(words):
            if not any(start < match.end() and match.start() < end for start, end, _position in found):
                found.append((*match.span(), position))
    return sorted(found, key=lambda span: span[0])
