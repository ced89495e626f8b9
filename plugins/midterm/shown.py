"""Evidence as it is typed or stands in a table. Without a database: the child process that reads tables imports it."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from core.errors import Refused
from core.language import lazy
from core.tables.days import read_day

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
LONGEST_ADDRESS = 2000


@dataclass(frozen=True)
class Shown:
    """What shows it: exactly one of url and note; with a title for the link, its source and date."""

    url: str | None = None
    note: str | None = None
    title: str = ""
    source: str = ""
    dated_on: date | None = None


def read_shown(words: str, source: str = "", day: str = "", title: str = "") -> Shown:
    """Evidence as it was typed: an http or https address is a link, other words are a note. Refused with a sentence."""
    words = words.strip()
    if not words:
        raise Refused(lazy("Type the address of a page, or a note that says what shows it."))
    facts = {"title": title.strip(), "source": source.strip(), "dated_on": read_day(day)}
    if not _SCHEME.fullmatch(words):
        return Shown(note=words, **facts)
    try:
        address = urlsplit(words)
        is_link = address.scheme.lower() in ("http", "https") and bool(address.hostname)
    except ValueError:
        is_link = False
    if not is_link or len(words) > LONGEST_ADDRESS:
        raise Refused(lazy("“%(address)s” is no address of a page. It begins with https:// or http://.",
                           address=words[:60]))
    return Shown(url=words, **facts)


def read_line(line: str) -> Shown:
    """One line of a table: "URL or note | source | date"; source and date may be missing."""
    parts = [part.strip() for part in line.split("|")]
    if len(parts) > 3:
        raise Refused(lazy("Evidence is written as: URL or note | source | date."))
    return read_shown(*parts)
