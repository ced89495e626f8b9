"""The matrix of 300 recommendations against a bare Flask view that returns the same bytes: at most eight times as long.

Both are asked over HTTP on loopback, each from waitress with the same settings, by turns in one run, each time by a new
connection. The page is a coordinator's, signed in; every recommendation has three organisations' lights and an agreed
one; 50 rows stand on a page. The page is kept until anything is written (core.web.kept_pages): the bound is for the
page as it is opened again and again; what the first look after a change takes is printed beside it. Of each the best
time counts: what else the machine does only adds.
"""

import http.client
import tempfile
import threading
import time
from pathlib import Path

import waitress.server
from flask import Flask, session

from core import db
from core.app import create_app, histories
from core.config import make_instance, read_settings
from core.people.sessions import start
from core.testing.world import Cast, build_world
from core.web.kept_pages import KeptPages
from plugins.midterm import agreeing, assessing, rounds, sharing
from plugins.midterm.lights import LIGHTS
from plugins.midterm.tests.factories import make_recommendations

COUNT, ROUNDS, WARMING, TIMES_ALLOWED = 300, 60, 5, 8
THEMES = tuple(f"Right number {number}" for number in range(1, 31))
PATH = "/c/meridia/midterm/matrix"


def filled_app(folder):
    """An app whose coalition has 300 recommendations, each with three lights and an agreed one; and a session."""
    make_instance(folder)
    app = create_app(read_settings(folder, {}), check_database=False)
    with app.app_context(), db.connection():
        db.migrate(histories(app))
        build_world()
        cast = Cast("meridia")
        made = make_recommendations(cast.coordinator.ctx, cast.review, COUNT, themes=THEMES)
        for actor in (cast.member, cast.other_member, cast.editor):
            sharing.share(cast.coordinator.ctx, cast.review, rounds.find_round(cast.coordinator.ctx, cast.review), made,
                          actor.membership)
            assessment_round = rounds.find_round(cast.coordinator.ctx, cast.review)
            work = assessing.tasks(actor.ctx, assessment_round, actor.membership)
            for place, light in enumerate(LIGHTS):
                uids = [task.uid for task in work[place::len(LIGHTS)]]
                assessing.set_many(actor.ctx, assessment_round, actor.membership, uids, light)
        agreeing.decide(cast.coordinator.ctx, assessment_round, [
            agreeing.Decision(one, LIGHTS[place % len(LIGHTS)], comment="The bill was tabled in May and waits since.")
            for place, one in enumerate(made)])
        with app.test_request_context():
            session.row = None
            start(session, cast.coordinator.person)
            token = session.new_token
    return app, {"Cookie": f"{app.session_interface.cookie}={token}"}


def serving(app):
    """A waitress server in a thread of its own; gives its port."""
    server = waitress.server.create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
    threading.Thread(target=server.run, daemon=True).start()
    return server.effective_port


def bare_app(content, headers):
    bare = Flask("bare")

    @bare.get(PATH)
    def same():
        return content, headers
    return bare


def ask(port, headers):
    """(seconds, the bytes)"""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", PATH, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    seconds = time.perf_counter() - begun
    if answer.status != 200:
        raise SystemExit(f"{PATH} answered {answer.status}")
    return seconds, content


def main():
    with tempfile.TemporaryDirectory() as place:
        app, cookie = filled_app(Path(place) / "instance")
        ours = serving(app)
        _seconds, content = ask(ours, cookie)
        bare = serving(bare_app(content, {"Content-Type": "text/html; charset=utf-8"}))
        taken = {"again": [], "first": [], "bare": []}
        for turn in range(ROUNDS + WARMING):
            app.kept_pages = KeptPages()
            now = {"first": ask(ours, cookie)[0], "again": ask(ours, cookie)[0], "bare": ask(bare, {})[0]}
            if turn >= WARMING:
                for name, seconds in now.items():
                    taken[name].append(seconds)
    again, first, plain = (min(taken[name]) for name in ("again", "first", "bare"))
    print(f"matrix: {COUNT} recommendations, {len(content) // 1024} KiB in {1000 * again:.1f} ms, a bare Flask view "
          f"{1000 * plain:.2f} ms, ratio {again / plain:.1f} (at most {TIMES_ALLOWED}); first look after a change "
          f"{1000 * first:.0f} ms, ratio {first / plain:.0f}")
    if again / plain > TIMES_ALLOWED:
        raise SystemExit("matrix: too slow")


if __name__ == "__main__":
    main()
