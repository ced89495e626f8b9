"""Error pages: each says what happened and what to do, and gives back what was typed."""

import errno
import json
import logging
import re
import secrets

from flask import g, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from peewee import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from core import audit
from core.changes import AlreadyAnswered, FormMark
from core.context import Context
from core.db import UID_LENGTH, UID_LETTERS
from core.errors import Conflict, Forbidden, NotThere, Refused, SecondFactorFirst, SignInAgain, TooMany, trace
from core.keyring import Closed
from core.language import _, format_moment
from core.people.forms import AgainForm
from core.web.frame import Frame, SignedOut, came_from, first_answer

log = logging.getLogger("commonweal.web")

SECRETS = {"password", "old", "new", "code"}
NOT_TYPED = {"csrf_token", "mark", "version", "offered", "kept", *SECRETS}
# Ticks and hidden fields hold names of objects (core.db.new_uid), which nobody typed.
UIDS = re.compile(f"[{UID_LETTERS}]{{{UID_LENGTH}}}(,[{UID_LETTERS}]{{{UID_LENGTH}}})*")


def install(app) -> None:
    """Give the app its error pages."""
    handlers = {Closed: _closed, NotThere: _not_there, 404: _not_there, 405: _not_there, Forbidden: _forbidden,
                Conflict: _conflict, SignInAgain: _again, SecondFactorFirst: _factor_first, TooMany: _too_many,
                Refused: _refused, CSRFError: _forged, 413: _too_large, AlreadyAnswered: _answered,
                SignedOut: _signed_out, OperationalError: _busy, DataError: _unkeepable, OverflowError: _overflown,
                IntegrityError: _at_once, OSError: _no_room, HTTPException: _other, Exception: _fault}
    for error, handler in handlers.items():
        app.register_error_handler(error, handler)
    # Flask's own line holds the address, and with it the token of a set-up link.
    app.log_exception = lambda info: log.error("fault outside any page: %s", trace(info[1]))


def typed() -> list[dict]:
    """What the person had typed into the form that could not be taken, by field, without secrets and marks."""
    try:
        fields = list(request.form.items(multi=True))
    except (RequestEntityTooLarge, OSError):    # it was not read
        return []
    return [{"name": name, "value": value} for name, value in fields
            if name not in NOT_TYPED and value.strip() and not UIDS.fullmatch(value)]


def _page(template, status, **values):
    if "ctx" not in g:
        g.ctx = Context()
    return render_template(f"web/{template}.html", typed=typed(), **values), status


def _closed(error):
    """The keys are away. The page says no more than that: whoever opens it may not be one of ours."""
    g.ctx = Context()
    session.is_saved = False                    # nothing is written now, not even when somebody was here
    return render_template("web/closed.html", frame=None), 503


def _not_there(error):
    """The same bytes for what is absent, another coalition's, or hidden: nothing of the place asked for is in them."""
    ctx = g.get("ctx") or Context()
    return _page("404", 404, frame=Frame(ctx.at(None), here="/"))


def _forbidden(error):
    ctx = g.ctx
    audit.note(ctx, f"refused:{request.endpoint}"[:60], ctx.coalition, result="refused")
    return _page("403", 403, sentence=str(error.sentence))


def _refused(error):
    return _page("422", 422, sentence=str(error.sentence), back=_back())


def _conflict(error):
    return _page("409", 409, sentence=str(error.sentence), mine=error.mine, theirs=error.theirs, version=error.version,
                 action=request.full_path.rstrip("?"), fields=_resent(error.mine),
                 back=came_from() or request.full_path.rstrip("?"))


def _again(error):
    """The way to the page for signing in again and back; what a form held goes along on it and comes back whole."""
    if request.method != "POST":
        session["again"] = request.full_path.rstrip("?")
        return redirect(url_for("people.sign_in_again"), 303)
    fields = [[name, value] for name, value in request.form.items(multi=True)
              if name not in SECRETS | {"csrf_token"}]
    kept = json.dumps({"to": request.full_path.rstrip("?"), "fields": fields})
    return render_template("people/sign_in_again.html", form=AgainForm(None, person=g.ctx.person), kept=kept,
                           had_files=bool(request.files)), 403


def _factor_first(error):
    if request.method != "POST":
        session["next"] = request.full_path.rstrip("?")
        return redirect(url_for("people.second_factor"), 303)
    return _page("403", 403, sentence=str(error.sentence), back=url_for("people.second_factor"))


def _too_many(error):
    body, status = _page("429", 429, sentence=str(error.sentence), until=format_moment(error.until, "short"))
    seconds = max(1, int((error.until - g.ctx.now).total_seconds() + 0.999))
    return body, status, {"Retry-After": str(seconds)}


def _resent(mine):
    """Everything that was sent, so that the choice can be sent again; the fields in question are chosen anew."""
    return [(name, value) for name, value in request.form.items(multi=True)
            if name not in ("csrf_token", "mark", "version") and name not in mine]


def _forged(error):
    return _page("400", 400)


def _signed_out(error):
    return _page("signed_out", 401, back=url_for("people.sign_in_page"))


def _too_large(error):
    return _page("413", 413)


def _answered(error):
    ctx = g.ctx
    return first_answer(FormMark.get_or_none(FormMark.actor == ctx.actor, FormMark.mark == ctx.mark))


def _busy(error):
    log.error("request %s: the database is busy or away: %s", request.endpoint, type(error).__name__)
    return _page("503", 503, frame=None)


def _unkeepable(error):
    """PostgreSQL's word for a text or number that its column cannot hold."""
    log.warning("request %s sent what cannot be kept: %s", request.endpoint, type(error).__name__)
    return _page("422", 422, sentence=_("One of the entries is too long, or a number in it too large. Shorten it, and "
                                        "send it again."), back=_back())


def _at_once(error):
    """Two wrote what may stand only once; each had looked before the other wrote."""
    log.warning("request %s: %s", request.endpoint, trace(error))
    return _page("422", 422, sentence=_("Somebody else wrote the same at this moment. Open the page again, and look at "
                                        "what stands there now."), back=_back())


def _overflown(error):
    """The same on SQLite, which gets no further than Python's own driver."""
    return _unkeepable(error) if "SQLite" in str(error) else _fault(error)


def _back():
    """The page that the form came from, when it is one of ours."""
    return came_from() or url_for("coalitions.home")


def _no_room(error):
    """A full disk is nobody's fault who uses the page, and waiting alone does not mend it."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return _fault(error)
    log.error("request %s: the disk is full: %s", request.endpoint, trace(error))
    return _page("503", 503, frame=None, sentence=_("The server's disk is full. Nothing was saved by this press. Tell "
                                                    "the administrator; what you typed stands below."))


def _other(error):
    if error.code and error.code < 400:
        return error
    if isinstance(error, SecurityError):        # another host's name: no address can be made, so no page either
        return _("This server does not answer to that name. Look at the address."), 400, {"Content-Type": "text/plain"}
    return _page("400" if error.code == 400 else "500", error.code or 500,
                 **({} if error.code == 400 else {"number": ""}))


def _fault(error):
    """A fault of ours: the log gets the place without values, the person a number to name it by."""
    number = secrets.token_hex(3).upper()
    log.error("fault %s in %s: %s", number, request.endpoint, trace(error))
    return _page("500", 500, number=number, frame=None)
