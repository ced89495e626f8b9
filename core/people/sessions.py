"""Sessions of the web: a random token in one cookie, its hash in a row, so that a session can be ended at once.

Who is not signed in has no row: language and form mark then lie in the cookie itself, signed and worth nothing. What
the row of somebody signed in holds (messages for the next page, which name people) only their cookie opens.
"""

import hashlib
import json
import logging
import secrets
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from peewee import OperationalError
from werkzeug.datastructures import CallbackDict

from core.db import database, new_uid, transaction, utc_now
from core.errors import trace
from core.people.models import Person, WebSession

log = logging.getLogger("commonweal.sessions")

HALF_OPEN = timedelta(minutes=10)       # between password and code
USED_EVERY = timedelta(minutes=5)       # last use is written no more often: a plain page writes nothing
KEPT_UNUSED = timedelta(days=7)         # long over by any setting: when somebody was here last is kept no longer
GUEST_SECONDS = 12 * 3600
PADDED_TO = 256                         # so that the length of a name says nothing


class Session(CallbackDict, SessionMixin):
    """What flask calls session. `row` is the WebSession of a signed-in browser, else None. `broken`: it could not be
    looked up; the frame raises it, where a page can say so. `has_ended`: the cookie is that of a session that is over,
    or of none: the same for both."""

    def __init__(self, initial=None, row=None, broken=None, token="", is_saved=True, has_ended=False):
        def changed(session):
            session.modified = True
        super().__init__(initial, changed)
        self.row, self.broken, self.token, self.is_saved, self.has_ended = row, broken, token, is_saved, has_ended
        self.modified = False


class Sessions(SessionInterface):
    """Opens and saves them. `idle_minutes(person)` is asked at each request, so a change of role counts at once."""

    def __init__(self, settings, idle_minutes):
        self.settings, self.idle_minutes = settings, idle_minutes
        key = hashlib.sha256(b"guest\0" + settings.secret()).digest()
        self.signer = URLSafeTimedSerializer(key, salt="guest")

    @property
    def cookie(self) -> str:
        return "__Host-s" if self.settings.is_secure else "s"

    def open_session(self, app, request):
        value = request.cookies.get(self.cookie, "")
        if value.startswith("g."):
            try:
                return Session(self.signer.loads(value[2:], max_age=GUEST_SECONDS))
            except BadSignature:
                return Session()
        if request.path.startswith("/theme/"):
            # Not looked up, so nothing of it may be set either: a missing style sheet would sign the browser out.
            return Session(is_saved=False)
        if not value:
            return Session()
        try:
            return self._open(value)
        except OperationalError as error:
            return Session(broken=error)

    def _open(self, value):
        # Flask opens the session before anything else of a request: the connection begins here.
        database.connect(reuse_if_open=True)
        row = (WebSession.select(WebSession, Person).join(Person)
               .where(WebSession.token_hash == _hash(value)).first())
        if row is None or self._is_over(row):
            return Session(has_ended=True)
        who = {} if row.needs_code else {"_user_id": row.person.uid}
        return Session({**json.loads(opened_by(value, row.values.get("sealed")) or "{}"), **who}, row, token=value)

    def _is_over(self, row):
        now = utc_now()
        if now - row.started_at > (HALF_OPEN if row.needs_code else timedelta(hours=self.settings.session_most_hours)):
            return True
        idle = now - row.used_at
        shortest = min(self.settings.coordinator_idle_minutes, self.settings.session_idle_minutes)
        if idle <= timedelta(minutes=shortest):     # for whatever role; most pages need not ask for it
            return False
        return idle > timedelta(minutes=self.idle_minutes(row.person))

    def save_session(self, app, session, response):
        if not session.is_saved:
            return
        response.headers.add("Vary", "Cookie")
        if session.row is not None:
            try:
                self._save_row(session)
            except OperationalError as error:       # what the page did is committed: it must not say that it failed
                log.error("a session could not be saved: %s", trace(error))
        elif session.modified and session:
            value = "g." + self.signer.dumps(dict(session))
            self._set(response, value)
        elif session.modified:
            self._drop(response)
        if token := getattr(session, "new_token", None):
            self._set(response, token)

    def _save_row(self, session):
        """An update of a row that exists: an ended session never comes back."""
        now, values = utc_now(), {}
        if session.modified:
            kept = {name: value for name, value in session.items() if name != "_user_id"}
            values["values"] = {"sealed": sealed_by(session.token, json.dumps(kept))}
        if values or now - session.row.used_at > USED_EVERY:
            with transaction():
                WebSession.update(used_at=now, **values).where(WebSession.id == session.row.id).execute()

    def _set(self, response, value):
        response.set_cookie(self.cookie, value, secure=self.settings.is_secure, httponly=True, samesite="Lax",
                            path="/")

    def _drop(self, response):
        response.delete_cookie(self.cookie, secure=self.settings.is_secure, httponly=True, samesite="Lax", path="/")


def start(session, person, needs_code: bool = False) -> None:
    """Sign this browser in: a new row and a new token, whatever it held before is gone. With `needs_code` it is not in
    yet: nothing opens to it but the page that asks for the second factor."""
    now = utc_now()
    _start(session, person, needs_code, started_at=now, fresh_until=_fresh_until(now))


def go_on(session) -> None:
    """The person who is signed in goes on with a new row and a new token, as after start(); but nobody has proved
    anything: when they signed in, and until when that is fresh, stays as it was."""
    row = session.row
    _start(session, row.person, row.needs_code, started_at=row.started_at, fresh_until=row.fresh_until)


def _start(session, person, needs_code, **moments):
    now, token = utc_now(), secrets.token_urlsafe(32)
    end(session)
    with transaction():
        WebSession.delete().where(WebSession.used_at < now - KEPT_UNUSED).execute()
        session.row = WebSession.create(token_hash=_hash(token), uid=new_uid(), person=person, values={},
                                        used_at=now, needs_code=needs_code, **moments)
    if not needs_code:
        session["_user_id"] = person.uid
    session.new_token = session.token = token


def _fresh_until(now):
    return now + timedelta(minutes=current_app.settings.fresh_minutes)


def renew(session) -> None:
    """The person of this session has signed in again."""
    with transaction():
        WebSession.update(fresh_until=_fresh_until(utc_now())).where(WebSession.id == session.row.id).execute()


def end(session) -> None:
    """Sign this browser out: the row goes, and with it all that the token opened."""
    if session.row is not None:
        with transaction():
            WebSession.delete().where(WebSession.id == session.row.id).execute()
    session.row = None
    session.clear()


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()


def sealed_by(token: str, text: str) -> str:
    """The text so that only this browser's cookie opens it: who reads the database reads no name in it."""
    nonce, plain = secrets.token_bytes(12), text.encode()
    plain += b" " * (-len(plain) % PADDED_TO)
    return (nonce + _sealer(token).encrypt(nonce, plain, None)).hex()


def opened_by(token: str, sealed: str | None) -> str | None:
    """What sealed_by() was given; None for nothing, and for what another cookie sealed."""
    if not sealed:
        return None
    content = bytes.fromhex(sealed)
    try:
        return _sealer(token).decrypt(content[:12], content[12:], None).decode().rstrip(" ")
    except InvalidTag:
        return None


def _sealer(token):
    return AESGCM(hashlib.sha256(b"session values\0" + token.encode()).digest())
