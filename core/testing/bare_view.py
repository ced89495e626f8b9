"""How long a page takes, in times of a bare Flask view that returns the same bytes: for `bench/`.

Both are asked over HTTP on loopback, each from waitress with the same settings, by turns in one run, each time by a new
connection. What counts is the processor's time of this process, which does not depend on what else the machine does,
and of many looks the median.
"""

import http.client
import statistics
import threading
import time

import waitress.server
from flask import Flask, session

from core.people.models import Person
from core.people.second_factor import must_have
from core.people.sessions import start
from core.policy import standing_seats
from core.web.kept_pages import KeptPages

ROUNDS, WARMING, TIMES_ALLOWED = 60, 5, 8
SETTLED = 0.003         # seconds: until the server has put the last connection away


def cookie_of(app, actor) -> dict:
    """The headers of a browser in which this person is signed in, with the second factor if they need one."""
    if must_have(actor.person, standing_seats(actor.person)):
        Person.update(has_second_factor=True).where(Person.id == actor.person.id).execute()
    with app.test_request_context():
        session.row = None
        start(session, actor.person)
        return {"Cookie": f"{app.session_interface.cookie}={session.new_token}"}


def compare(name: str, app, path: str, headers: dict) -> None:
    """Print how long the page takes when it is looked at again, which is kept (core.web.kept_pages) and must stay below
    TIMES_ALLOWED, and at the first look after a change."""
    ours = _serving(app)
    _seconds, content = _ask(ours, path, headers)
    bare = _serving(_bare_app(path, content))
    taken: dict[str, list[float]] = {"first": [], "again": [], "bare": []}
    for turn in range(ROUNDS + WARMING):
        app.kept_pages = KeptPages()
        for look, port in (("first", ours), ("again", ours), ("bare", bare)):
            seconds, _content = _ask(port, path, headers)
            if turn >= WARMING:
                taken[look].append(seconds)
    first, again, plain = (1000 * statistics.median(taken[look]) for look in ("first", "again", "bare"))
    print(f"{name}, {len(content) // 1024} KiB in {again:.1f} ms, a bare Flask view {plain:.2f} ms, "
          f"ratio {again / plain:.1f} (at most {TIMES_ALLOWED}); first look after a change {first:.0f} ms, "
          f"ratio {first / plain:.0f}")
    if again / plain > TIMES_ALLOWED:
        raise SystemExit(f"{name}: too slow")


def _serving(app):
    """A waitress server in a thread of its own; gives its port."""
    server = waitress.server.create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
    threading.Thread(target=server.run, daemon=True).start()
    return server.effective_port


def _bare_app(path, content):
    bare = Flask("bare")

    @bare.get(path)
    def same():
        return content, {"Content-Type": "text/html; charset=utf-8"}
    return bare


def _ask(port, path, headers):
    """(seconds, the bytes)"""
    time.sleep(SETTLED)
    begun = time.process_time()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    seconds = time.process_time() - begun
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return seconds, content
