"""Serving: one process with threads."""

import logging
from contextlib import suppress

import waitress

from core.context import Context
from core.db import connection
from core.instance.plugins_seen import look_at_plugins
from core.keyring import Closed
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
    waitress.serve(app, host=host, port=port, threads=app.settings.threads, ident=None,
                   # Beyond this the line is cut without a word; up to it, the page says what is too large.
                   max_request_body_size=app.config["MAX_CONTENT_LENGTH"] * 2,
                   max_request_header_size=32 * 1024, clear_untrusted_proxy_headers=True,
                   _quiet=True)         # else it sets up logging of its own, and each line stands there twice
