"""What a text file's bytes say, when nobody says how they were written."""

import codecs
import re

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SINGLE_BYTE = ("cp1252", "mac_roman")
NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252",
         "mac_roman": "Mac Roman"}
WELL_FORMED = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
LOST = re.compile("[\udc80-\udcff\ufffd]")
HIGH = re.compile(rb"[\x80-\xff]")
FREQUENT_LETTERS = set("éèêëàâäáãåçñóòôöõøúùûüíìîïßæœÉÈÀÁÇÖÜÄÅØÓÚÍÑ")
PUNCTUATION = set("’‘“”–—…«»•")
EVIDENCE = 5000         # so many high bytes decide


def decode(content):
    """(text, name of the encoding); a byte that the encoding does not have stays as a lone surrogate (U+DC80 …).

    A mark at the beginning decides; then whether the high bytes are UTF-8, at least most of them; else which of the
    two single-byte encodings makes the better words: Excel on Windows writes the one, old exports the other.
    """
    for mark, name in MARKS:
        if content.startswith(mark):
            return content[len(mark):].decode(name, "surrogateescape" if name == "utf-8" else "replace"), name
    if _is_mostly_utf8(content):
        return content.decode("utf-8", "surrogateescape"), "utf-8"
    name = max(SINGLE_BYTE, key=lambda encoding: _likelihood(content, encoding))
    return content.decode(name, "surrogateescape"), name


def has_lost_bytes(text):
    return LOST.search(text) is not None


def _is_mostly_utf8(content):
    try:
        content.decode("utf-8")
        return True
    except UnicodeDecodeError:
        rest, sequences = WELL_FORMED.subn(b"", content)
        return sequences > len(HIGH.findall(rest))


def _likelihood(content, encoding):
    """How well the high bytes sit between their neighbours when read so; CR alone ends the lines of old Mac files."""
    points = 0
    for match in list(HIGH.finditer(content))[:EVIDENCE]:
        at = match.start()
        before, letter, after = (content[place:place + 1].decode(encoding, "replace") if place >= 0 else " "
                                 for place in (at - 1, at, at + 1))
        points += _points(before, letter, after or " ")
    if encoding == "mac_roman" and b"\r" in content and b"\n" not in content:
        points += 3
    return points


def _points(before, letter, after):
    in_word = before.isalpha() or after.isalpha()
    if letter == "\ufffd":
        return -3
    if letter in PUNCTUATION:
        return 2 if in_word else 1
    if not letter.isalpha():
        return -2 if in_word else 0
    if letter.isupper() and before.islower():
        return -2
    return (2 if letter in FREQUENT_LETTERS else 0) if in_word else -1
