"""A seat is offered by a one-time link, and whoever opens the link takes it: who has an account signs in and accepts,
who has none sets one up. Until then there is no seat.

An offer looks for no account, so that it is answered alike, in the same time, whoever has one: the address is compared
only when the link is opened.
"""

from dataclasses import replace
from datetime import timedelta

from core.changes import change
from core.coalitions.acting import in_turn, refuse_mixing, refuse_strangers, represent, with_people
from core.coalitions.links import forget
from core.coalitions.members import sit, unsaved_coalition
from core.coalitions.models import ROLES, Coalition, Invitation, Membership, Representation, Seat
from core.errors import NotThere, Refused
from core.language import lazy
from core.people.accounts import check_address, checked_password, new_person, one_time_token, token_hash
from core.people.labels import address_of, name_in, own_or_kept
from core.people.models import Person
from core.policy import unnarrowed, visible
from core.sealing import address_index, open_rows

USED = lazy("This link was used already, or its time is over. Ask the person who gave it to you for a new one.")
KEPT_UNUSED = timedelta(days=30)        # after its end; that of an organisation that has not joined stays with it


def offer(ctx, entry, address: str, name: str, role: str, membership: Membership | None, hours: int,
          locale: str = "") -> tuple[Invitation, str]:
    """Inside the open change: a seat for whoever opens the link, to act for this membership. Gives (invitation, token
    of the link). Refused where it is not for ctx to decide who acts for it."""
    refuse_strangers(ctx, [membership] if membership else [])
    return _offer(ctx, entry, address, name, role, membership, hours, locale)


def offer_back(ctx, entry, membership: Membership, hours: int) -> list[Invitation]:
    """Inside the open change: those who acted for it last are offered their seats again, at the addresses that they
    left here sealed; ctx reads none of it."""
    ended = Representation.select().where(Representation.organisation == membership.organisation_id,
                                          Representation.until_on.is_null(False)).order_by(Representation.until_on)
    until = {one.person: one.until_on for one in ended}
    people = [person for person, day in until.items() if day == list(until.values())[-1]]
    return [_offer(ctx, entry, address_of(person), name_in(person), "member", membership, hours, person.locale)[0]
            for person in people if address_of(person)]


def _offer(ctx, entry, address, name, role, membership, hours, locale):
    if role not in ROLES:
        raise Refused(lazy("“%(role)s” is no role. The roles are: %(roles)s.", role=role, roles=", ".join(ROLES)))
    if not name.strip():
        raise Refused(lazy("A person needs a name. Type how the others shall see them."))
    token = one_time_token()
    row = Invitation(role=role, membership=membership, seat=ctx.seat, token_hash=token_hash(token),
                     expires_at=ctx.now + timedelta(hours=hours))
    row.put(address=check_address(address), name=name.strip(), locale=locale or ctx.locale)
    return entry.add(row), token


def invite_person(ctx, address: str, name: str, role: str, membership: Membership | None = None,
                  hours: int = 72) -> str:
    """Offer a seat in the coalition. Gives the token of the link."""
    with change(ctx, "coalition.members", ctx.coalition) as entry:
        return offer(ctx, entry, address, name, role, membership, hours)[1]


def found_coalition(ctx, slug: str, state: str, title: str, address: str, name: str, hours: int = 72):
    """A new coalition with its first coordinator: whoever makes it, by their own address, or who is offered the seat.
    Gives (coalition, token of the link; None for oneself)."""
    coalition = unsaved_coalition(slug, state, title)
    at = ctx.at(coalition)
    is_own = ctx.person is not None and ctx.person.address_index == address_index(check_address(address))
    with change(at, "coalition.create", coalition) as entry:
        entry.add(coalition)
        if is_own:
            sit(at, entry, ctx.person, "coordinator")
            return coalition, None
        return coalition, offer(at, entry, address, name, "coordinator", None, hours)[1]


def renew(ctx, invitation: Invitation, hours: int) -> str:
    """The same seat is offered anew, from now on by ctx, also to whom it was closed. Gives the token of the link; the
    earlier one ends. NotThere where the invitation is gone."""
    locale = (invitation.content() or {}).get("locale", "")
    with change(ctx, "organisation.people", invitation) as entry:
        _refuse_strangers(ctx, invitation)
        if not forget(entry, [invitation]):
            raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
        return _offer(ctx, entry, address_of(invitation), name_in(invitation), invitation.role, invitation.membership,
                      hours, locale)[1]


def take_back(ctx, invitation: Invitation) -> None:
    """Nobody takes this seat any more; what was sealed in the invitation is destroyed."""
    with change(ctx, "organisation.people", invitation) as entry:
        _refuse_strangers(ctx, invitation)
        forget(entry, [invitation])


def _refuse_strangers(ctx, invitation):
    refuse_strangers(ctx, [invitation.membership] if invitation.membership else [])


def forget_of(ctx, entry, membership: Membership) -> None:
    """Inside the change in which an organisation goes: who was invited for it takes no seat any more."""
    forget(entry, visible(ctx, Invitation).where(Invitation.membership == membership))


def waiting(ctx, membership: Membership | None = None) -> list[Invitation]:
    """The invitations that nobody has accepted: of one's own or kept organisation; else, without one, those of the
    coalition that say nothing of a withheld one."""
    query = (visible(ctx, Invitation, Invitation, Membership).left_outer_join(Membership)
             .order_by(Invitation.expires_at, Invitation.id))
    if membership is not None:
        found = list(query.where(Invitation.membership == membership)) \
            if membership.id in own_or_kept(ctx) or not membership.is_withheld else []
    else:
        found = list(query.where(Invitation.membership.is_null()
                                 | ~Membership.is_kept_back() & (Membership.status == "active")))
    open_rows(found)
    return found


def opened(ctx, token: str) -> Invitation:
    """The invitation of this link while it lasts; NotThere when it was used, replaced or taken back, or has ended, also
    with the seat of who offered it, or of the person who opens it."""
    found = _standing(ctx, token_hash(token))
    if found.content()["is_closed"] and ctx.person is not None and _is_to(ctx.person, found):
        raise NotThere(USED)
    return found


def _standing(ctx, hashed):
    found = (unnarrowed(Invitation, Invitation, Coalition, Membership).join(Coalition)
             .switch(Invitation).left_outer_join(Membership)
             .switch(Invitation).left_outer_join(Seat)
             .where(Invitation.token_hash == hashed, Coalition.locked_at.is_null(), Seat.ended_at.is_null()).first())
    if found is None or found.expires_at < ctx.now or found.content() is None or (
            found.membership is not None and found.membership.status not in ("invited", "active")):
        raise NotThere(USED)
    return found


def _is_to(person, invitation):
    return person.address_index == address_index(address_of(invitation))


def accept(ctx, invitation: Invitation) -> None:
    """The person of ctx takes the seat. Refused where the invitation was made for another address than their own."""
    person: Person = ctx.person
    if not _is_to(person, invitation):
        raise Refused(lazy("This invitation was made for another address than that of your account. Ask for one to "
                           "your address."))
    at = ctx.at(invitation.coalition)
    with change(at, "people.account", person) as entry:
        _take(at, entry, invitation.token_hash)


def set_up(ctx, invitation: Invitation, password: str, name: str, locale: str, zone: str) -> Person:
    """A new account with the invitation's address, which takes the seat. Refused where there is such an account."""
    address, name = address_of(invitation), name.strip() or name_in(invitation)
    hashed = checked_password(password, name, address, zone)
    person = new_person(address, name, zone, locale=locale, password=hashed,
                        is_demonstration=invitation.coalition.is_demonstration)
    at = replace(ctx, person=person).at(invitation.coalition)
    with change(at, "people.account", invitation.coalition) as entry:
        entry.add(person)
        _take(at, entry, invitation.token_hash)
    return person


def _take(at, entry, hashed):
    """Inside the open change: the person of `at` has the seat, and the invitation is used up. What has ended since the
    link was opened is NotThere."""
    in_turn(at)
    invitation = _standing(at, hashed)
    if invitation.content()["is_closed"]:
        raise NotThere(USED)
    if not visible(at, Seat).where(Seat.person == at.person, Seat.ended_at.is_null()).exists():
        sit(at, entry, at.person, invitation.role)      # who is in already keeps the role
    membership, ends = invitation.membership, [invitation]
    if membership is not None:
        refuse_mixing(at, at.person, [membership])
        if membership.is_withheld and not with_people([membership]):    # from now on its own people say who else comes
            ends = visible(at, Invitation).where(Invitation.membership == membership)
        represent(at, entry, at.person, membership, is_offered=True)
    forget(entry, ends)
