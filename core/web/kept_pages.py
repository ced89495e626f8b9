"""Large pages kept as they were drawn, for the same person, until anything at all is written.

The audit's running number tells: every change raises it, in every process. What belongs to one answer alone (the mark
against forgery, the one-time marks of forms) is put in anew each time. A kept page is sealed by the cookie of the
browser it was drawn for, so that names stand in memory no longer than a request lasts.
"""

import hashlib
import re
import secrets
from collections import OrderedDict
from threading import Lock

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app, g, request, session
from flask_wtf.csrf import generate_csrf

from core import audit

MOST_BYTES = 16_000_000         # of all pages together
# Random for each process: no text of a person can look like one.
CSRF_GAP, MARK_GAP = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
GAPS = re.compile(f"({CSRF_GAP}|{MARK_GAP})")


class KeptPages:
    """The pages of one app since the last write, the least lately asked for going first. Older ones are let go at once:
    nobody can be given them any more, and their words need not stay in memory."""

    def __init__(self):
        self._pages: OrderedDict[tuple, bytes] = OrderedDict()
        self._number, self._bytes = -1, 0
        self._lock = Lock()

    def get(self, number, key):
        """A page, sealed, as it was when the audit's last line had this number; None where it is not kept."""
        with self._lock:
            if number != self._number or key not in self._pages:
                return None
            self._pages.move_to_end(key)
            return self._pages[key]

    def put(self, number, key, page) -> None:
        with self._lock:
            if number != self._number:
                self._pages.clear()
                self._number, self._bytes = number, 0
            self._bytes += len(page) - len(self._pages.pop(key, b""))
            self._pages[key] = page
            while self._bytes > MOST_BYTES:
                self._bytes -= len(self._pages.popitem(last=False)[1])

    def let_go(self) -> None:
        """Forget all of them: the people they were drawn for may be out by now."""
        with self._lock:
            self._pages.clear()
            self._number, self._bytes = -1, 0


def new_mark() -> str:
    """A form's one-time mark, or the gap for it while a page is drawn to be kept."""
    return MARK_GAP if g.get("draws_to_keep") else secrets.token_urlsafe(24)


def kept_page(ctx, draw):
    """What draw() gives for the address of this request, from memory where it stands there.

    For a page that changes with the day, the person and what is written, and with nothing else. A page with a message
    of the moment, or with the gap of a plugin that failed, is drawn and not kept; nor is what is no page (a redirect).
    """
    if session.get("_flashes"):
        return draw()
    number, pages = audit.newest_number(), current_app.kept_pages
    sealer = AESGCM(hashlib.sha256(b"kept page\0" + session.token.encode()).digest())
    key = (session.row.id, ctx.seat.id, ctx.locale, ctx.zone, ctx.today, request.full_path)
    page = pages.get(number, key)
    if page is not None:
        drawn = sealer.decrypt(page[:12], page[12:], None).decode()
    else:
        failed = current_app.host.failed
        drawn = _drawn_with_gaps(draw)
        if not isinstance(drawn, str):
            return drawn
        if current_app.host.failed == failed:
            nonce = secrets.token_bytes(12)
            pages.put(number, key, nonce + sealer.encrypt(nonce, drawn.encode(), None))
    fill = {CSRF_GAP: generate_csrf, MARK_GAP: new_mark}
    return "".join(fill[piece]() if piece in fill else piece for piece in GAPS.split(drawn))


def _drawn_with_gaps(draw):
    g.csrf_token, g.draws_to_keep = CSRF_GAP, True
    try:
        return draw()
    finally:
        del g.csrf_token, g.draws_to_keep
