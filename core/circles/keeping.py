"""What a circle of trust keeps: texts with their earlier versions, and files. All of it lies sealed."""

import io
import secrets
from dataclasses import dataclass
from datetime import date

from peewee import fn

from core import pieces
from core.changes import change
from core.circles.ending import take_turns
from core.circles.models import Circle, CircleFile, CircleText, CircleWords
from core.circles.people import EVERYBODY, circles_here, words_of
from core.errors import NotThere, Refused
from core.files.attaching import FileStore, Upload, cleaned, refuse_over_quota, safe_name
from core.files.store import keep, path_of, sweep, there
from core.keyring import KEY_BYTES
from core.language import lazy
from core.policy import Permission, visible
from core.sealing import open_rows

PERMISSIONS = [
    Permission("circles.write", lazy("Write and keep files in a circle of trust that one is in"), EVERYBODY),
]
MOST_LETTERS = 50_000


@dataclass(frozen=True)
class Kept:
    """A text or a file, as its circle lists it. `by` is the id of a seat."""

    row: CircleText | CircleFile
    title: str
    on: date
    by: int | None
    body: str = ""
    kind: str = ""


def texts_of(ctx, circle: Circle | None = None) -> list[Kept]:
    """The texts of a circle, or of all that the person is in, with their newest words; by title. One query."""
    query = visible(ctx, CircleText, CircleText, CircleWords).join(
        CircleWords, on=(CircleWords.text == CircleText.id) & (CircleWords.number == CircleText.number), attr="newest")
    texts = list(query.where(CircleText.circle == circle) if circle is not None else query)
    open_rows([text.newest for text in texts])
    return _by_title(Kept(text, words_of(text.newest)["title"], text.newest.written_on, text.newest.seat_id,
                          body=words_of(text.newest)["body"]) for text in texts)


def files_of(ctx, circle: Circle | None = None) -> list[Kept]:
    """The files of a circle, or of all that the person is in; by title. One query."""
    query = visible(ctx, CircleFile)
    rows = list(query.where(CircleFile.circle == circle) if circle is not None else query)
    open_rows(rows)
    return _by_title(Kept(row, words_of(row)["title"], row.brought_on, row.seat_id, kind=words_of(row)["kind"])
                     for row in rows)


def _by_title(kept):
    return sorted(kept, key=lambda one: (one.title.casefold(), one.row.uid))


def all_words(ctx) -> list[tuple[str, str, str, str]]:
    """(title, text, endpoint, uid) of everything in the person's circles, for looking through it in memory."""
    circles = {circle.id: circle for circle in circles_here(ctx)}
    return [*((words_of(one)["title"], words_of(one)["purpose"], "circles.show", one.uid) for one in circles.values()),
            *((one.title, one.body, "circles.text", one.row.uid) for one in texts_of(ctx)),
            *((one.title, "", "circles.show", circles[one.row.circle_id].uid) for one in files_of(ctx))]


def versions_of(text: CircleText) -> list[CircleWords]:
    """All words of a text, the newest first."""
    rows = list(CircleWords.select().where(CircleWords.text == text).order_by(CircleWords.number.desc()))
    open_rows(rows)
    return rows


def words_in(text: CircleText, number: int | None = None) -> CircleWords:
    """The words of this number, or the newest; NotThere where there are none."""
    found = CircleWords.get_or_none(CircleWords.text == text, CircleWords.number == (number or text.number))
    if found is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return found


def write(ctx, circle: Circle, title: str, body: str) -> CircleText:
    _refuse_not_begun(circle)
    words = _sealed(title, body)
    with change(ctx, "circles.write", circle) as entry:
        text = entry.add(CircleText(circle=circle))
        _add_words(entry, text, words)
    return text


def rewrite(ctx, text: CircleText, title: str, body: str, version=None) -> None:
    """New words; the earlier ones stay. Conflict where the person saw other words than those that stand."""
    words = _sealed(title, body)
    with change(ctx, "circles.write", text, version=version) as entry:
        take_turns(ctx.coalition.id)
        newest = CircleWords.select(fn.MAX(CircleWords.number)).where(CircleWords.text == text).scalar()
        text.number = newest + 1            # of two at once the second is told by its version
        _add_words(entry, text, words)


def _sealed(title, body):
    if not title:
        raise Refused(lazy("Say what it is: a title, the name of a list, the name of a person."))
    if len(body) > MOST_LETTERS:
        raise Refused(lazy("This is longer than a text may be here (%(most)d letters). Keep it as a file, or as "
                           "several texts.", most=MOST_LETTERS))
    words = CircleWords()
    words.put(title=title, body=body)
    return words


def _add_words(entry, text, words):
    words.text, words.number, words.written_on, words.seat = text, text.number, entry.ctx.today, entry.ctx.seat
    entry.add(words)


def delete_text(ctx, text: CircleText) -> None:
    """It goes with its earlier versions, and the keys to them."""
    with change(ctx, "circles.write", text) as entry:
        entry.erase_keys(CircleWords.select().where(CircleWords.text == text))
        entry.remove(text)


def keep_file(ctx, store: FileStore, circle: Circle, upload: Upload, title: str) -> dict:
    """A file that the circle keeps. Only the copy without the names in it is kept; gives what that lacks, and how much
    of it. Refused says what is wrong with the file."""
    _refuse_not_begun(circle)
    if not title:
        raise Refused(lazy("Say what this file is, such as “Letter to the Ministry of Justice”."))
    refuse_over_quota(ctx, store, len(upload.content))
    said, copy = cleaned(upload, store.folder)
    key = secrets.token_bytes(KEY_BYTES)
    sealed = sealed_bytes(copy, key)
    file = CircleFile(circle=circle, sha256=keep(store.folder, sealed), size_bytes=len(sealed), seat=ctx.seat,
                      brought_on=ctx.today)
    file.put(title=title, kind=said["kind"], key=key.hex())
    with change(ctx, "circles.write", circle) as entry:
        take_turns(ctx.coalition.id)
        refuse_over_quota(ctx, store, file.size_bytes)
        entry.add(file)
    sweep(store.folder, ctx.now)
    return said["left_out"]


def sealed_bytes(content, key):
    out = io.BytesIO()
    head, own = pieces.begin("circle", key, {})
    writer = pieces.Writer(out, head, own)
    writer.write(content)
    writer.finish()
    return out.getvalue()


def opened(store: FileStore, file: CircleFile) -> tuple[io.BytesIO, int, str, str]:
    """(the file's content, its size, its kind, its name). Refused where it is gone, or cannot be read."""
    words = file.content()
    if words is None:
        raise Refused(lazy("This record cannot be read."))
    with there(path_of(store.folder, file.sha256)).open("rb") as sealed:
        key = pieces.key_of(pieces.read_head(sealed), bytes.fromhex(words["key"]))
        content = io.BufferedReader(pieces.Reader(sealed, key), pieces.PIECE).read()
    return io.BytesIO(content), len(content), words["kind"], f"{safe_name(words['title']) or 'file'}.{words['kind']}"


def delete_file(ctx, store: FileStore, file: CircleFile) -> None:
    with change(ctx, "circles.write", file) as entry:
        entry.erase_keys([file])
        entry.remove(file)
    sweep(store.folder, ctx.now)


def _refuse_not_begun(circle):
    if circle.began_on is None:
        raise Refused(lazy("The circle begins when the second person has come in. Then it can keep something."))
