"""A document as .pdf, tagged for screen readers (PDF/UA-1), set by Typst in a child process."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path

from core.documents.document import LONG_CELL, Heading, Key, Mark, Paragraph, Separator, direction_of, printable
from core.errors import Refused
from core.language import lazy

_CHILD = Path(__file__).parent / "pdf_child.py"
SECONDS = 60
_ENVIRONMENT = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}      # each thread reserves memory of the limit
# First with the fonts that we ship, so that the print is the same everywhere. They have no Chinese, and PDF/UA
# refuses a missing letter: then with what the machine has. Only what is missing there too is printed as boxes.
_ATTEMPTS: tuple[tuple[bool, list[str]], ...] = ((False, ["ua-1"]), (True, ["ua-1"]), (True, []))
_MISSING_LETTER = "could not be displayed"

log = logging.getLogger(__name__)


def write_pdf(document):
    """bytes. Raises Refused where Typst takes too long, wants too much memory, or cannot set the document."""
    content = _content(document)
    complaint = ""
    for system_fonts, standards in _ATTEMPTS:
        done = _typeset(content, system_fonts, standards)
        if done.returncode == 0:
            if not standards:
                log.warning("a .pdf has letters that no font of this machine has, and no tags; "
                            "Debian's fonts-noto-cjk has the Chinese ones")
            return done.stdout
        complaint = done.stderr.decode(errors="replace").strip()
        if _MISSING_LETTER not in complaint:
            break
    # Typst quotes the document between backticks: that stays out of the log.
    log.error("typst ended with %s: %s", done.returncode, re.sub("`[^`]*`", "`…`", complaint)[:500])
    raise Refused(lazy("The PDF could not be made. Take the Word file instead, and tell the administrator."))


def _typeset(content, system_fonts, standards):
    order = {"document": content, "system_fonts": system_fonts, "standards": standards}
    try:
        return subprocess.run([sys.executable, "-I", str(_CHILD)],      # noqa: S603 - our own program, no shell
                              input=json.dumps(order).encode(), capture_output=True, timeout=SECONDS,
                              env=_ENVIRONMENT)
    except subprocess.TimeoutExpired:
        raise Refused(lazy("The PDF takes too long to make. Export fewer recommendations at a time, "
                           "or take the Word file.")) from None


def _content(document):
    base = document.direction
    date = document.made_on
    return {"title": printable(document.title), "subtitle": printable(document.subtitle), "lang": document.lang,
            "direction": base, "made_on": {"year": date.year, "month": date.month, "day": date.day},
            "blocks": [_block(block, base) for block in document.blocks]}


def _block(block, base):
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, **_text(block.text, base)}
        case Paragraph():
            runs = [{"text": printable(run.text), "bold": run.bold, "italic": run.italic} for run in block.runs]
            return {"kind": "paragraph", "runs": runs, "small": block.small,
                    "direction": direction_of(block.text, base)}
        case Mark():
            look = block.look
            return {"kind": "mark", "word": printable(block.word), "ink": look.ink, "fill": look.fill,
                    "shape": look.shape, "direction": direction_of(block.word, base)}
        case Key():
            return {"kind": "key", "title": printable(block.title),
                    "entries": [{"mark": _block(entry.mark, base), "count": entry.count} for entry in block.entries]}
        case _:
            return {"kind": "table", "rows": [_row(row, base) for row in block.rows],
                    "columns": [{"heading": printable(column.heading), "width": column.width}
                                for column in block.columns]}


def _row(row, base):
    if isinstance(row, Separator):
        return {"kind": "separator", **_text(row.text, base)}
    return {"kind": "row", "long": row.length > LONG_CELL,
            "cells": [[_block(part, base) for part in cell.parts] for cell in row.cells]}


def _text(text, base):
    return {"text": printable(text), "direction": direction_of(text, base)}
