"""Serving: one process with threads, one of which does the jobs."""

import logging
import signal
import sys
from contextlib import suppress

import waitress

from core.context import Context
from core.db import connection
from core.instance.plugins_seen import look_at_plugins
from core.keyring import Closed
from core.notices.jobs import Runner
from core.sealing import check_open


def see_plugins(app) -> None:
    """At the start of a server: write down whose code is new or another than before. Nothing while it is closed."""
    with app.app_context(), connection(), suppress(Closed):
        check_open()
        look_at_plugins(Context(via="job"), app.host)


def serve(app, host: str, port: int) -> None:
    """Answer at this address until the process is told to stop."""
    # What it says of an exception holds the address; ours is in the log already (core.web.errors).
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    stop_gracefully()
    jobs = Runner(app).start()
    try:
        _serve(app, host, port)
    finally:
        jobs.stop()


def work(app) -> None:
    """Do the jobs alone, until the process is told to stop; the job that runs is finished first."""
    stop_gracefully()
    jobs = Runner(app).start()
    try:
        jobs.wait()
    finally:
        jobs.stop()


def stop_gracefully() -> None:
    """Told to stop (SIGTERM), the process leaves as with Ctrl+C: what runs is finished, nothing new is begun."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))


def _serve(app, host, port):
    waitress.serve(app, host=host, port=port, threads=app.settings.threads, ident=None,
                   # Beyond this the line is cut without a word; up to it, the page says what is too large.
                   max_request_body_size=app.config["MAX_CONTENT_LENGTH"] * 2,
                   max_request_header_size=32 * 1024, clear_untrusted_proxy_headers=True,
                   _quiet=True)         # else it sets up logging of its own, and each line stands there twice
