"""The second factor: six digits of an app on the person's own device, and ten recovery codes for the day it is gone.

The secret lies sealed in the person's record. A code works once: the step it was taken for is stored.
"""

import base64
import calendar
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import pyotp
import segno

from core import audit
from core.changes import change
from core.context import Context
from core.errors import Refused
from core.language import lazy
from core.people import tries
from core.people.models import Person, RecoveryCode, WebSession
from core.policy import Permission, standing_seats

PERMISSIONS = [
    Permission("people.second_factor", lazy("Set up one's own second factor"), frozenset({"person"})),
    Permission("people.reset_factor", lazy("Take a lost second factor from an account"), frozenset({"operator"})),
]

STEP_SECONDS = 30
RECOVERY_CODES = 10
RECOVERY_BYTES = 10             # 80 random bits: a plain hash of them cannot be guessed back
ROLES_THAT_NEED_IT = ("coordinator", "editor")


@dataclass(frozen=True)
class Picture:
    """The code for a camera, as one path of an SVG of so many units a side."""

    size: int
    path: str


def must_have(person: Person, seats) -> bool:
    """Whether this person works only with a second factor. `seats`: those that stand, with their coalitions."""
    return person.is_administrator or any(
        seat.role in ROLES_THAT_NEED_IT or seat.coalition.demands_second_factor for seat in seats)


def new_secret() -> str:
    return pyotp.random_base32()


def address_for_app(secret: str, host: str) -> str:
    """What the app on the phone reads. It shows the name of the host and nothing else: who finds the phone learns
    neither the person's address nor the coalition."""
    return pyotp.TOTP(secret).provisioning_uri(name=host)


def picture(text: str) -> Picture:
    """The text as a code for a camera."""
    rows = list(segno.make(text, error="m").matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return Picture(len(rows), path)


def set_up(ctx, secret: str, code: str) -> list[str]:
    """This secret is the person's second factor from now on, since a code of it was typed. Gives new recovery codes.

    All sessions of the person end: what they opened, they opened without it.
    """
    step = _step_of(secret, code, ctx.now, after=0)
    if step is None:
        raise Refused(lazy("This code does not fit. Type the six digits that the app shows at this moment; if they "
                           "never fit, the clock of the phone is wrong."))
    person = ctx.person
    with change(ctx, "people.second_factor", person):
        person.put(totp=secret)
        person.has_second_factor, person.factor_step = True, step
        _sign_out(person)
        return _new_codes(person)


def new_recovery_codes(ctx) -> list[str]:
    """Ten new ones; the old ones open nothing any more."""
    with change(ctx, "people.second_factor", ctx.person):
        return _new_codes(ctx.person)


def _new_codes(person):
    codes = [grouped(base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower())
             for _ in range(RECOVERY_CODES)]
    RecoveryCode.delete().where(RecoveryCode.person == person).execute()
    RecoveryCode.insert_many([{"person": person, "code_hash": _hashed(code)} for code in codes]).execute()
    return codes


def grouped(code: str) -> str:
    """In groups of four, as it can be read out."""
    return "-".join(code[at:at + 4] for at in range(0, len(code), 4))


def _hashed(code):
    return hashlib.sha256(_bare(code).encode()).hexdigest()


def _bare(code):
    return "".join(character for character in code.casefold() if character.isalnum())


def codes_left(person: Person) -> int:
    return RecoveryCode.select().where(RecoveryCode.person == person).count()


def remove(ctx) -> None:
    """One's own second factor goes. Refused to who must have one."""
    if must_have(ctx.person, standing_seats(ctx.person)):
        raise Refused(lazy("Your role needs a second factor, so it stays. You can move it to another device instead."))
    with change(ctx, "people.second_factor", ctx.person):
        take_away(ctx.person)


def reset(ctx, person: Person) -> None:
    """By command only: the person has lost both device and codes. All their sessions end, and they set up a new one
    after their password."""
    if not person.has_second_factor:
        raise Refused(lazy("This account has no second factor. Nothing was changed."))
    with change(ctx, "people.reset_factor", person):
        take_away(person)
        _sign_out(person)


def take_away(person: Person) -> None:
    """Inside an open change: the person has no second factor any more."""
    person.put(totp="")
    person.has_second_factor, person.factor_step = False, 0
    RecoveryCode.delete().where(RecoveryCode.person == person).execute()


def _sign_out(person):
    WebSession.delete().where(WebSession.person == person).execute()


def prove(ctx, person: Person, code: str, network: str = "") -> None:
    """Take a code of the app, or a recovery code: each works once. Refused when it is neither, and slower each time."""
    tries.begin("code", person.uid, ctx.now, network)
    if not _use(person, code, ctx.now):
        audit.note(Context(person=person, now=ctx.now, via=ctx.via), "people.code", person, result="refused")
        raise Refused(lazy("This code does not fit, or it was used already. Wait for the next six digits of the app, "
                           "or type one of your recovery codes."))
    tries.forget("code", person.uid, ctx.now, network)


def _use(person, code, now):
    content = person.content() or {}
    step = _step_of(content["totp"], code, now, after=person.factor_step) if content.get("totp") else None
    if step is not None:
        # Who comes at the same moment with the same code finds the step taken.
        return bool(Person.update(factor_step=step).where(Person.id == person.id, Person.factor_step < step).execute())
    return bool(RecoveryCode.delete().where(RecoveryCode.person == person,
                                            RecoveryCode.code_hash == _hashed(code)).execute())


def _step_of(secret, code, now, after):
    """The step, one before or after this moment's at most, whose code this is, after `after`; else None."""
    code, totp = _bare(code), pyotp.TOTP(secret)
    this = calendar.timegm(now.timetuple()) // STEP_SECONDS
    fitting = [step for step in (this - 1, this, this + 1)
               if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return next((step for step in fitting if step > after), None)
