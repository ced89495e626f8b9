"""Search over 100,000 texts against plain sqlite3 with FTS5 over the same words: how many, and the first five."""

import random
import sqlite3
import tempfile
import time
from pathlib import Path

from core import db
from core.app import create_app, histories
from core.coalitions.models import Coalition
from core.config import Settings, make_instance
from core.context import Context
from core.search import searching
from core.search.index import reindex
from core.search.words import query_words, words_of
from core.workflows.models import Review

ROWS, ROUNDS = 100_000, 40
QUERIES = ("A/HRC/43/13", "140.10", "word31 word7", "word4", "word2999 wor", "none of these")


def texts():
    chance = random.Random(43)          # noqa: S311 the same texts at each run
    common = [f"word{number}" for number in range(3000)]
    weights = [1 / (number + 1) for number in range(3000)]
    for number in range(ROWS):
        words = " ".join(chance.choices(common, weights, k=25))
        yield f"{130 + number % 40}.{number % 240} {words} A/HRC/{number % 60}/{number % 90}"


def ours(folder):
    """An instance whose reviews bear the texts as titles: what is searched least cheaply, a row each."""
    make_instance(folder)
    app = create_app(Settings(folder), check_database=False)
    db.database.connect()
    db.migrate(histories(app))
    coalition = Coalition.create(slug="meridia", title="Meridia", state="XMD")
    with db.transaction():
        rows = [{"uid": f"{number:012}", "coalition": coalition, "state": "XMD", "wg_session": None, "title": text}
                for number, text in enumerate(texts())]
        for start in range(0, ROWS, 500):
            Review.insert_many(rows[start:start + 500]).execute()
    began = time.perf_counter()
    reindex([Review])
    return Context(coalition=coalition, via="command"), time.perf_counter() - began


def plain(folder):
    """A table of texts, and FTS5 over it, as its manual shows it."""
    connection = sqlite3.connect(folder / "plain.sqlite3")
    connection.execute("CREATE TABLE one (id INTEGER PRIMARY KEY, title TEXT, words TEXT)")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5(words, content='one', content_rowid='id')")
    began = time.perf_counter()
    with connection:
        connection.executemany("INSERT INTO one (title, words) VALUES (?, ?)",
                               ((text, " ".join(words_of(text))) for text in texts()))
        connection.execute("INSERT INTO found (found) VALUES ('rebuild')")
    return connection, time.perf_counter() - began


def seconds(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def main():
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        connection, plain_built = plain(folder)
        ctx, built = ours(folder / "instance")
        print(f"search: {ROWS} texts indexed in {built:.1f} s, plain FTS5 {plain_built:.1f} s, "
              f"ratio {built / plain_built:.1f}")
        for typed in QUERIES:
            words = query_words(typed)
            phrase = f'"{" ".join(words)}" *'

            def by_us(words=words):
                return searching._counted(ctx, Review, words, searching.GROUP_HITS, 0)

            def by_hand(phrase=phrase):
                # What the page needs all the same: how many there are, and the first few.
                connection.execute("SELECT count(*) FROM found WHERE found MATCH ?", (phrase,)).fetchone()
                return connection.execute("SELECT one.* FROM one JOIN found ON one.id = found.rowid WHERE found MATCH ?"
                                          " ORDER BY one.id LIMIT 5", (phrase,)).fetchall()
            pairs = [(seconds(by_us), seconds(by_hand)) for _ in range(ROUNDS)]
            mine, theirs = (min(side) for side in zip(*pairs, strict=True))     # both by turns, on a busy machine
            count = connection.execute("SELECT count(*) FROM found WHERE found MATCH ?", (phrase,)).fetchone()[0]
            print(f"search: “{typed}”, {count} hits: {mine * 1000:.2f} ms, plain FTS5 {theirs * 1000:.2f} ms, "
                  f"ratio {mine / theirs:.1f}")
        db.database.close()


if __name__ == "__main__":
    main()
