"""Accounts: set-up links, signing in, changing one's password, language and zone."""

import base64
import hashlib
import re
import secrets
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from core import audit
from core.changes import change
from core.circles.ending import close_circles
from core.context import Context
from core.db import transaction
from core.errors import NotThere, Refused
from core.language import lazy
from core.people import passwords, second_factor, tries
from core.people.labels import address_of, by_address, name_in, normal_address
from core.people.models import Person, SetUpLink, WebSession
from core.sealing import address_index

LONGEST_ADDRESS = 254           # RFC 5321
# One address: in a mail's head a comma or a bracket would make it two, or a name.
_PART = r"""[^\s@,;:<>()"\[\]\\]+"""
ADDRESS = re.compile(rf"{_PART}@{_PART}\.{_PART}")


def one_time_token() -> str:
    """256 random bits as small letters and digits in groups of four: they can be read out, and typed from paper."""
    return second_factor.grouped(base64.b32encode(secrets.token_bytes(32)).decode().lower().rstrip("="))


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_link(ctx, person: Person | None, hours: int, made_by: str | None = None) -> str:
    """A one-time token for this person, or (None) for the first administrator; an earlier one ends. `made_by`: the
    reference of who had it made, where that is not who acts."""
    token = one_time_token()
    if made_by is None:
        made_by = "" if person == ctx.person else ctx.actor
    with transaction():
        SetUpLink.delete().where(SetUpLink.person == person if person else SetUpLink.person.is_null()).execute()
        SetUpLink.create(token_hash=token_hash(token), person=person, expires_at=ctx.now + timedelta(hours=hours),
                         made_by=made_by)
        audit.write(ctx, "people.link", person)
    return token


def open_link(ctx, token: str) -> SetUpLink:
    """The link of this token while it lasts; NotThere when it was used, replaced or has ended."""
    link = SetUpLink.get_or_none(SetUpLink.token_hash == token_hash(token))
    if link is None or link.expires_at < ctx.now:
        raise NotThere(lazy("This link was used already, or its time is over. Ask the person who gave it to you for a "
                            "new one."))
    return link


def check_address(address: str) -> str:
    """The address in its normal form; Refused when it is none."""
    address = normal_address(address)
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise Refused(lazy("“%(address)s” is no e-mail address. It needs a name, an @ and a host, such as "
                           "amina@example.org.", address=address))
    return address


def new_person(address: str, name: str, zone: str = "UTC", **more) -> Person:
    """An account without a password, sealed and not yet saved. Refused when the address is none, or has an account."""
    address = check_address(address)
    if by_address(address):
        raise Refused(lazy("There is an account with this address already."))
    if not name.strip():
        raise Refused(lazy("A person needs a name. Type how the others shall see them."))
    person = Person(address_index=address_index(address), **more)
    person.put(address=address, name=name.strip(), zone=zone)
    return person


def is_in_use(person: Person) -> bool:
    """Somebody has set this account up already."""
    return person.password is not None or person.has_second_factor


def link_hours(settings, person: Person) -> int:
    """How long a one-time link of this account lasts: shorter where it is in use, since it takes the account over."""
    return settings.reset_hours if is_in_use(person) else settings.set_up_hours


def set_up(ctx, link, password: str, name: str, locale: str, zone: str) -> Person:
    """The person of the link sets the new account up: name, password, language, zone. The link is used up."""
    person: Person = link.person
    hashed = checked_password(password, name, address_of(person), zone)
    with change(Context(person=person, now=ctx.now, via=ctx.via), "people.account", person):
        person.put(name=name.strip() or name_in(person), zone=zone)
        person.locale = locale
        _take_over(link, person, hashed)
    return person


def reset(ctx, link, password: str, code: str = "", network: str = "") -> Person:
    """The person of the link, who has lost the password, has this one from now on. The link is used up. `code`: of the
    second factor, where the account has one: who finds the link does not have that. Where somebody else made the link,
    the circles of trust are closed to the account: they may have kept it for themself."""
    person: Person = link.person
    passwords.check_password(password, name_in(person), address_of(person))
    if person.has_second_factor:
        second_factor.prove(ctx, person, code, network)
    with change(Context(person=person, now=ctx.now, via=ctx.via), "people.account", person):
        _take_over(link, person, passwords.hash_password(password))
        if link.made_by:
            close_circles(person, link.made_by, ctx.now)
    return person


def _take_over(link, person, hashed):
    person.password = hashed
    _use_up(link)
    end_sessions(person)


def set_up_first(ctx, link: SetUpLink, address: str, password: str, name: str, locale: str, zone: str) -> Person:
    """The first administrator's account, from the link that `commonweal init` printed. The link is used up."""
    hashed = checked_password(password, name, address, zone)
    person = new_person(address, name, zone, locale=locale, password=hashed, is_administrator=True)
    with transaction():
        _use_up(link)
        person.save(force_insert=True)
        audit.write(Context(person=person, now=ctx.now, via=ctx.via), "people.first_administrator", person)
    return person


def checked_password(password: str, name: str, address: str, zone: str) -> str:
    """The password as it is kept. Refused when it is too easy to guess, or the zone is none."""
    check_zone(zone)
    passwords.check_password(password, name, address)
    return passwords.hash_password(password)


def _use_up(link):
    if not SetUpLink.delete().where(SetUpLink.id == link.id).execute():
        raise Refused(lazy("This link was used already. Sign in, or ask for a new one."))


@cache
def known_zones() -> set[str]:
    """The time zones that this machine knows; another may know more."""
    return available_timezones()


def check_zone(zone: str) -> None:
    if zone not in known_zones():
        raise Refused(lazy("“%(zone)s” is no time zone. Choose one from the list, such as Europe/Zurich.", zone=zone))


def sign_in(ctx, address: str, password: str, network: str = "") -> Person:
    """The person with this address and password. Refused, in the same words whoever is or is not there. A person who
    `has_second_factor` is not in yet.

    `network`: the network address that asks; it is kept only as a keyed hash of this day.
    """
    address = normal_address(address)
    tries.begin("password", address, ctx.now, network)
    person = by_address(address)
    if not passwords.is_right(password, person.password if person else None) or person is None:
        audit.note(ctx, "people.sign_in", result="refused")
        raise Refused(lazy("Address and password do not fit together. Look at both; capital letters count in the "
                           "password. If you have lost it, a coordinator can give you a new set-up link."))
    tries.forget("password", address, ctx.now, network)
    audit.note(Context(person=person, now=ctx.now, via=ctx.via), "people.sign_in", person)
    return person


def prove_password(ctx, password: str, network: str = "") -> None:
    """The person of ctx types the own password once more. Who has only an open browser of the person guesses it no
    faster here than at the door."""
    address = address_of(ctx.person)
    tries.begin("password", address, ctx.now, network)
    if not passwords.is_right(password, ctx.person.password):
        audit.note(ctx, "people.sign_in_again", ctx.person, result="refused")
        raise Refused(lazy("The password you have now is not this one. Nothing was changed."))
    tries.forget("password", address, ctx.now, network)


def sign_in_again(ctx, password: str, code: str = "", network: str = "") -> None:
    """The person of ctx proves anew who they are: the password, and a code where they have a second factor."""
    prove_password(ctx, password, network)
    if ctx.person.has_second_factor:
        second_factor.prove(ctx, ctx.person, code, network)
    audit.note(ctx, "people.sign_in_again", ctx.person)


def change_password(ctx, old: str, new: str, network: str = "") -> None:
    """A new password for oneself; all other sessions of the person end."""
    person = ctx.person
    prove_password(ctx, old, network)
    passwords.check_password(new, name_in(person), address_of(person))
    hashed = passwords.hash_password(new)
    with change(ctx, "people.account", person):
        person.password = hashed
        end_sessions(person)


def change_account(ctx, name: str, locale: str, zone: str) -> None:
    check_zone(zone)
    if not name.strip():
        raise Refused(lazy("A person needs a name. Type how the others shall see you."))
    with change(ctx, "people.account", ctx.person):
        ctx.person.put(name=name.strip(), zone=zone)
        ctx.person.locale = locale


def change_language(ctx, locale: str) -> None:
    with change(ctx, "people.account", ctx.person):
        ctx.person.locale = locale


def end_sessions(person, uid: str | None = None) -> int:
    """End all sessions of a person, or the one with this uid; inside an open change. Gives how many there were."""
    query = WebSession.delete().where(WebSession.person == person)
    return (query.where(WebSession.uid == uid) if uid else query).execute()


def end_ways_in(people) -> None:
    """Inside an open change: the sessions and the set-up links of these people, or of these ids, end."""
    WebSession.delete().where(WebSession.person.in_(list(people))).execute()
    end_links(people)


def end_links(people) -> None:
    """Inside an open change: the set-up links of these people, or of these ids, end."""
    SetUpLink.delete().where(SetUpLink.person.in_(list(people))).execute()


def end_own_session(ctx, uid: str | None) -> int:
    with change(ctx, "people.account", ctx.person):
        return end_sessions(ctx.person, uid)
