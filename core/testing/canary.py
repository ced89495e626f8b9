"""The canary: words that stand in one coalition only, looked for in everything that others get, in every disguise."""

import base64
import html
import io
import json
import quopri
import re
import zipfile
import zlib
from functools import cache
from urllib.parse import quote, quote_plus

from peewee import TextField

from core import db
from core.coalitions.models import Owned
from core.db import JSONField, Part
from core.people.labels import address_of as sealed_address
from core.people.labels import name_in
from core.testing.world import ADMINISTRATOR, CIRCLES, COALITIONS, NAMES, WITHHELD, address_of

MARK = "zqxcanary"
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def names_of(slug: str) -> set[str]:
    """What nobody outside the coalition may read: its title, its organisations, its people with their addresses."""
    title, _state, _session, organisations = COALITIONS[slug]
    people = [*NAMES[slug].values(), WITHHELD[slug][4]]
    return {title, *organisations, *people, *(address_of(name) for name in people)} | withheld_names(slug)


def withheld_names(slug: str) -> set[str]:
    """What of its withheld organisation nobody reads but its own people and its keeper."""
    _pseudonym, name, acronym, member, _keeper = WITHHELD[slug]
    return {name, acronym, member, address_of(member), *member.split()}


def secrets_from(actor: str, cast) -> set[str]:
    """What this actor of meridia may not read. Who has no seat there may not read meridia's names either."""
    hidden = names_of("elsewhere") | {MARK, CIRCLES["elsewhere"]}
    if actor not in ("member", "other_member"):
        hidden.add(CIRCLES["meridia"])
    if actor not in ("withheld", "keeper"):
        hidden |= withheld_names("meridia")
    if actor in ("nobody", "administrator", "expelled"):
        hidden |= names_of("meridia")
    person = cast[actor].person
    return hidden - ({name_in(person), sealed_address(person)} if person is not None else set())


def never_written() -> set[str]:
    """What stands in no log and no line of the audit, whoever acts."""
    return names_of("meridia") | names_of("elsewhere") | {ADMINISTRATOR, address_of(ADMINISTRATOR), MARK,
                                                           *CIRCLES.values()}


def plant(app, cast) -> int:
    """Put the mark into every free text that belongs to this coalition; gives how many rows have one."""
    models = [model for model in app.host.said("tables") if issubclass(model, (Owned, Part))]
    count = 0
    with db.connection(), db.transaction():
        for model in models:
            texts = [field for field in model._meta.sorted_fields
                     if isinstance(field, TextField) and not isinstance(field, JSONField)]
            rows = model.select(model.id).where(rows_of(model, cast.coalition))
            for field in texts:
                count += (model.update({field: field.concat(f" {MARK}")})
                          .where(model.id.in_([row.id for row in rows]), field.is_null(False), field != "").execute())
    return count


def rows_of(model, coalition):
    """The condition for the rows of one coalition, of an owned model or of a part at any depth."""
    if issubclass(model, Owned):
        return model.coalition == coalition
    parent = model._meta.fields[model.parent]
    return parent.in_(parent.rel_model.select(parent.rel_model.id).where(rows_of(parent.rel_model, coalition)))


@cache
def disguises(word: str) -> set[bytes]:
    """The word as it may stand in an answer: plain, escaped, quoted, encoded."""
    found = {word, word.casefold(), word.upper(), html.escape(word), quote(word), quote_plus(word),
             json.dumps(word)[1:-1], word.encode("unicode_escape").decode(), word.replace(" ", "-").casefold(),
             word.replace(" ", "_").casefold(), "".join(word.split()).casefold()}
    plain = word.encode()
    encoded = {text.encode() for text in found}
    encoded |= {word.encode("utf-16-le"), word.encode("utf-16-be"), plain.hex().encode(), quopri.encodestring(plain)}
    # In base64 a word begins at one of three places; its first and last signs depend on its neighbours.
    for before in range(3):
        encoded.add(base64.b64encode(b"\0" * before + plain)[-(-before * 8 // 6):-4])
    return encoded


def found_in(content: bytes, words: set[str]) -> list[str]:
    """Which of the words stand in these bytes, or in what is packed in them."""
    parts = [content, *unpacked(content)]
    return sorted(word for word in words if any(shape in part for shape in disguises(word) for part in parts))


def unpacked(content: bytes) -> list[bytes]:
    """The members of an archive, the streams of a PDF."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            return [part for name in pack.namelist() for part in (name.encode(), pack.read(name))]
    if content.startswith(b"%PDF"):
        return [plain for packed in STREAM.findall(content) if (plain := inflated(packed))]
    return []


def inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return b""


def answer_bytes(page) -> bytes:
    """All that a browser gets: headers and content."""
    return "\n".join(f"{name}: {value}" for name, value in page.headers.items()).encode() + b"\n\n" + page.content
