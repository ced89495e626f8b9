"""How an organisation goes: suspended for a while, its membership ended, or left with its record destroyed; and how a
person does. What was published and who did what stays, by references; labels say "erased" then.

To erase is to destroy the key: what it sealed can be read nowhere any more, in no backup either.
"""

from core.audit import note
from core.changes import change
from core.circles.ending import forget_circles, forget_erased
from core.coalitions.acting import in_turn
from core.coalitions.claims import forget_of
from core.coalitions.links import close_to, end_offers
from core.coalitions.members import end_seat_now, put_out, refuse_losing
from core.coalitions.models import Keeper, Membership, Organisation, Representation, Seat
from core.errors import Refused, SignInAgain
from core.files.models import Attachment
from core.hooks import OwnData
from core.language import lazy
from core.notices.ending import forget_seat
from core.notices.posting import post, tell, tell_out
from core.people.accounts import end_links, end_ways_in
from core.people.models import Person, RecoveryCode
from core.plugins import Gap
from core.policy import Permission, standing_seats, unnarrowed, visible
from core.sealing import open_rows

PERMISSIONS = [
    Permission("organisation.standing", lazy("Suspend organisations, let them back, end their membership"),
               frozenset({"coordinator", "operator"})),
    Permission("organisation.leave", lazy("Take one's own organisation out of the coalition, with or without its "
                                          "record"),
               frozenset({"coordinator", "editor", "member"}), own="membership"),
]


def people_of(ctx, membership: Membership) -> list[Seat]:
    """The seats of those who act for this organisation now."""
    return list(visible(ctx, Seat, Seat, Person).join(Person)
                .join(Representation, on=(Representation.person == Person.id))
                .where(Representation.organisation == membership.organisation_id, Representation.until_on.is_null(),
                       Seat.ended_at.is_null()))


def only_here(ctx, membership: Membership, seats: list[Seat]) -> list[Seat]:
    """Of these seats those whose people act for no other organisation of the coalition."""
    others = set(visible(ctx, Membership, Representation.person).join(Organisation).join(Representation)
                 .where(Membership.id != membership.id, Membership.status.in_(("active", "invited")),
                        Representation.until_on.is_null(),
                        Representation.person.in_([seat.person_id for seat in seats])).tuples())
    return [seat for seat in seats if (seat.person_id,) not in others]


def suspend(ctx, membership: Membership, version=None) -> None:
    """Out for a while: who acts for no other organisation here is out at this second, whatever the role. Nothing of
    what was written is touched, nor who is in circles of trust."""
    if membership.status != "active":
        raise Refused(lazy("Only an organisation that has joined can be suspended."))
    with change(ctx, "organisation.standing", membership, version=version) as entry:
        in_turn(ctx)
        membership.status = "suspended"
        going = only_here(ctx, membership, people_of(ctx, membership))
        refuse_losing(ctx, *going)
        tell(ctx, membership)
        for seat in going:
            end_seat_now(ctx, entry, entry.also(seat))
        tell_out(ctx, membership, going)


def restore(ctx, membership: Membership, version=None) -> None:
    """Back in, as it was: its people have their seats and roles again."""
    if membership.status != "suspended":
        raise Refused(lazy("This organisation is not suspended."))
    acting = Representation.select(Representation.person).where(
        Representation.organisation == membership.organisation_id, Representation.until_on.is_null())
    with change(ctx, "organisation.standing", membership, version=version) as entry:
        membership.status = "active"
        for seat in visible(ctx, Seat).where(Seat.person.in_(acting), Seat.ended_at.is_null(False)):
            entry.also(seat)
            seat.role_since, seat.ended_at = ctx.now, None
            post(ctx, seat.person_id, "back")
            end_links([seat.person_id])         # made elsewhere meanwhile, it would open more than was meant
        tell(ctx, membership)


def end_membership(ctx, membership: Membership, version=None) -> None:
    """A coordinator ends it. The record stays sealed, and its keepers stay, so that the organisation can come back."""
    _refuse_gone(membership)
    with change(ctx, "organisation.standing", membership, version=version) as entry:
        tell(ctx, membership)
        _acted, going = _go(ctx, entry, membership)
        tell_out(ctx, membership, going)


def leave(ctx, membership: Membership, destroys: bool, version=None) -> None:
    """The organisation goes by its own will. `destroys`: the keys of its record, and of its people who are nowhere
    else, are destroyed. SignInAgain where the person has not just signed in: there is no way back."""
    _refuse_gone(membership)
    if destroys and not ctx.is_fresh:
        raise SignInAgain()
    with change(ctx, "organisation.leave", membership, version=version) as entry:
        entry.remove_parts(Keeper, Keeper.membership == membership)
        _leave(ctx, entry, membership, destroys)


def erase(ctx, action: str, membership: Membership) -> None:
    """An invitation or application that comes to nothing: it and its people are erased. One that was here before has
    left again, with its record and its keepers."""
    was_here = Representation.select().where(Representation.organisation == membership.organisation_id,
                                             Representation.until_on.is_null(False)).exists()
    with change(ctx, action, membership) as entry:
        tell(ctx, membership)
        _leave(ctx, entry, membership, destroys=not was_here)


def _leave(ctx, entry, membership, destroys):
    acted, going = _go(ctx, entry, membership)
    if destroys:
        entry.remove_parts(Keeper, Keeper.membership == membership)
        lone = [seat.person for seat in acted if not _is_somewhere_else(seat.person, going)]
        _erase(entry, lone, [] if _is_a_member_elsewhere(membership) else [membership.organisation])


def _refuse_gone(membership):
    if membership.status not in ("active", "suspended", "invited"):
        raise Refused(lazy("This organisation has left already."))


def _go(ctx, entry, membership):
    """Inside the open change. Gives (the seats of those who acted for it, also while it was suspended; those of them
    that end now)."""
    in_turn(ctx)
    membership.status = "left"
    forget_of(ctx, entry, membership)
    acted = list(visible(ctx, Seat, Seat, Person).join(Person)
                 .join(Representation, on=(Representation.person == Person.id))
                 .where(Representation.organisation == membership.organisation_id, Representation.until_on.is_null()))
    going = [seat for seat in only_here(ctx, membership, acted) if seat.role == "member" and seat.ended_at is None]
    for seat in going:
        put_out(ctx, entry, entry.also(seat))
    for seat in acted:
        if seat.ended_at is not None:           # with the suspension, which had left them in their circles
            forget_circles(seat)
    (Representation.update(until_on=ctx.utc_day)
     .where(Representation.organisation == membership.organisation_id, Representation.until_on.is_null()).execute())
    return acted, going


def _is_somewhere_else(person, going):
    acts = Representation.select().where(Representation.person == person, Representation.until_on.is_null())
    seats = unnarrowed(Seat).where(Seat.person == person, Seat.ended_at.is_null(),
                                   Seat.id.not_in([seat.id for seat in going]))
    return person.is_administrator or acts.exists() or seats.exists()


def _is_a_member_elsewhere(membership):
    return unnarrowed(Membership).where(Membership.organisation == membership.organisation_id,
                                        Membership.id != membership.id, Membership.status != "left").exists()


def _erase(entry, people, organisations):
    """Inside the open change: what is sealed goes, and the keys as soon as that has held."""
    rows = [*people, *organisations]
    entry.erase_keys(rows)
    forget_erased(entry, people)
    end_ways_in([person.id for person in people])
    RecoveryCode.delete().where(RecoveryCode.person.in_([person.id for person in people])).execute()
    Person.update(sealed=None, key_reference="", address_index=None, password=None).where(
        Person.id.in_([person.id for person in people])).execute()
    Organisation.update(sealed=None, key_reference="").where(
        Organisation.id.in_([one.id for one in organisations])).execute()
    for row in rows:
        row.sealed = None


def own_data(ctx, membership: Membership, host) -> dict:
    """All that core and the plugins keep of this organisation, as plain data for the organisation itself. "missing":
    the plugins that could not say."""
    seats = people_of(ctx, membership)
    open_rows([membership.organisation, *(seat.person for seat in seats)])
    note(ctx, "organisation.data", membership)
    answers = host.gather("own_data", OwnData, ctx=ctx, membership=membership)
    profile = {name: value for name, value in (membership.organisation.content() or {}).items() if value}
    return {
        "coalition": {"title": ctx.coalition.title, "state": ctx.coalition.state},
        "organisation": profile,
        "membership": {"reference": membership.uid, "pseudonym": membership.pseudonym, "status": membership.status,
                       "visibility": membership.visibility, "named_outside": membership.is_named_outside,
                       "since": membership.joined_on.isoformat()},
        "people": [{"reference": seat.uid, "role": seat.role, "language": seat.person.locale,
                    **{name: value for name, value in (seat.person.content() or {}).items()
                       if value and name in ("name", "address", "phone", "zone")}} for seat in seats],
        "files": [{"title": file.title, "source": file.source, "place": file.place, "note": file.note,
                   "dated": file.dated_on and file.dated_on.isoformat()}
                  for file in visible(ctx, Attachment).where(Attachment.membership == membership)
                  .order_by(Attachment.title, Attachment.uid)],
        **{answer.name: list(answer.rows) for answer in answers if isinstance(answer, OwnData)},
        "missing": [answer.plugin for answer in answers if isinstance(answer, Gap)],
    }


def erase_account(ctx) -> None:
    """A person erases the own account: out of all coalitions, and the key destroyed. SignInAgain where they have not
    just signed in; Refused for the last coordinator of a coalition, for the only keeper of a name that would be lost,
    and for who runs the instance."""
    person = ctx.person
    if person.is_administrator:
        raise Refused(lazy("You run this instance: without you nobody could. Make somebody else administrator first."))
    if not ctx.is_fresh:
        raise SignInAgain()
    with change(ctx.at(None), "people.account", person) as entry:
        for seat in standing_seats(person):
            at = ctx.at(seat.coalition, seat)
            refuse_losing(at, seat)
            end_offers(at, entry, seat)
            close_to(at, person)
            forget_seat(seat)
        Seat.update(ended_at=ctx.now).where(Seat.person == person, Seat.ended_at.is_null()).execute()
        Representation.update(until_on=ctx.utc_day).where(Representation.person == person,
                                                          Representation.until_on.is_null()).execute()
        _erase(entry, [person], [])
