"""Who is in a coalition: making one, its organisations, its people, and the day somebody leaves."""

import re
from dataclasses import replace

from core import policy
from core.changes import change
from core.circles.ending import forget_circles
from core.coalitions.acting import acted_for, decides_people, in_turn, refuse_mixing, refuse_strangers, represent
from core.coalitions.keepers import refuse_losing_names
from core.coalitions.links import close_to, end_offers
from core.coalitions.models import (
    ROLES,
    Coalition,
    Invitation,
    Keeper,
    Membership,
    Organisation,
    Representation,
    Seat,
)
from core.coalitions.pseudonyms import draw_pseudonym, refuse_word_as_name
from core.errors import Refused
from core.language import lazy, lazy_plural
from core.notices.ending import forget_seat
from core.notices.posting import post, tell, tell_of_link
from core.notices.seen import hear_from
from core.people.accounts import end_links, end_sessions, end_ways_in, new_link, new_person
from core.people.labels import by_address, in_order, is_pseudonym, name_in
from core.people.models import Person
from core.policy import News, Permission, visible
from core.reference.states import find_state, is_state_code
from core.sealing import open_rows
from core.workflows.leaving import STAY, left_behind, move_out

PERMISSIONS = [
    Permission("coalition.create", lazy("Make a coalition, and name its first coordinator"),
               frozenset({"administrator", "operator"})),
    Permission("coalition.see", lazy("See the coalition: its organisations, people, reviews"),
               frozenset({"coordinator", "editor", "member"})),
    Permission("coalition.members", lazy("Add and end organisations, people and their roles"),
               frozenset({"coordinator", "operator"}), news=dict.fromkeys(("coalition", "membership", "seat"), News(
                   lazy_plural("A change of who takes part, by %(who)s",
                               "%(num)d changes of who takes part, by %(who)s", 0), "coalitions.coalition"))),
    Permission("coalition.settings", lazy("Change the coalition's title, reviews and plugins"),
               frozenset({"coordinator", "operator"}), news={"coalition": News(
                   lazy_plural("A change of the coalition's settings or reviews, by %(who)s",
                               "%(num)d changes of the coalition's settings or reviews, by %(who)s", 0),
                   "workflows.all_reviews")}),
    Permission("people.account", lazy("Change one's own name, password, language and time zone"),
               frozenset({"person"})),
    Permission("instance.see", lazy("See the instance: its plugins, its health"), frozenset({"administrator"})),
    Permission("instance.demonstration",
               lazy("Load the demonstration coalition, give its accounts new passwords, and delete it"),
               frozenset({"administrator", "operator"})),
]

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def make_coalition(ctx, slug: str, state: str, title: str, **more) -> Coalition:
    """A new coalition without people. `state` is an ISO3 code, also a user-assigned one, or a State's name."""
    coalition = unsaved_coalition(slug, state, title, **more)
    with change(ctx.at(coalition), "coalition.create", coalition) as entry:
        return entry.add(coalition)


def unsaved_coalition(slug: str, state: str, title: str, **more) -> Coalition:
    """A new coalition, not yet saved. Refused where its word is taken or cannot stand in an address, and so on."""
    slug, title = slug.strip().lower(), title.strip()
    if not SLUG.fullmatch(slug):
        raise Refused(lazy("“%(slug)s” cannot stand in an address. Use 1 to 40 small letters, digits and hyphens, "
                           "such as “meridia”.", slug=slug))
    if Coalition.get_or_none(Coalition.slug == slug):
        raise Refused(lazy("There is a coalition “%(slug)s” already. Choose another short name.", slug=slug))
    if not title:
        raise Refused(lazy("A coalition needs a title, such as “Meridia UPR Coalition”."))
    code = find_state(state) or state.strip().upper()
    if not is_state_code(code):
        raise Refused(lazy("“%(state)s” is no State known here. Use its name or its three-letter code, such as SVN.",
                           state=state))
    return Coalition(slug=slug, state=code, title=title, **more)


def add_organisation(ctx, name: str, acronym: str = "", visibility: str | None = None) -> Membership:
    """An organisation joins the coalition. `visibility`: what it chose on paper; without it, it is withheld until its
    own people choose. Who adds it knows its name, and stays among its keepers until it says otherwise."""
    organisation = new_organisation(name, acronym=acronym.strip())
    with change(ctx, "coalition.members", ctx.coalition) as entry:
        return join(ctx, entry, organisation, visibility)


def new_organisation(name: str, **more) -> Organisation:
    """An organisation, sealed and not yet saved. Refused without a name, or with one of our words."""
    name = " ".join(name.split())
    if not name:
        raise Refused(lazy("An organisation needs a name."))
    refuse_word_as_name(name)
    organisation = Organisation()
    organisation.put(name=name, **more)
    return organisation


def join(ctx, entry, organisation: Organisation, visibility: str | None = None, status: str = "active") -> Membership:
    """Inside the open change: this new organisation becomes a member. Refused when one of its name is one already, as
    far as this person may read names: for the others the answer would tell who hides behind a pseudonym."""
    name, standing = name_in(organisation), lock_memberships(ctx)
    for membership, label in in_order(ctx, standing, "keeper"):
        if label.casefold() == name.casefold() and not is_pseudonym(membership, label):
            raise Refused(lazy("“%(name)s” has left the coalition. Invite it again from its own page.", name=name)
                          if membership.status == "left" else
                          lazy("“%(name)s” is in the coalition already.", name=name))
    entry.add(organisation)
    membership = entry.add(Membership(
        organisation=organisation, visibility=visibility, visibility_by="paper" if visibility else None, status=status,
        pseudonym=draw_pseudonym({one.pseudonym for one in standing}), joined_on=ctx.today))
    become_keeper(ctx, entry, membership)
    return membership


def become_keeper(ctx, entry, membership) -> None:
    """Inside the open change: who has typed the name knows it, and stays among its keepers until it says otherwise."""
    if ctx.seat is not None and ctx.seat.role == "coordinator" and membership.is_withheld:
        entry.remove_parts(Keeper, Keeper.membership == membership, Keeper.seat == ctx.seat)
        entry.add_parts(Keeper, [{"membership": membership, "seat": ctx.seat}])


def lock_memberships(ctx):
    """Every membership of the coalition. Names are no index: two who add the same at once wait for each other here."""
    in_turn(ctx)
    return list(visible(ctx, Membership))


def add_person(ctx, address: str, name: str, role: str, memberships=(), hours: int = 72) -> tuple[Seat, str | None]:
    """A seat for a person, who acts for these memberships. Gives the seat, and the token of a one-time set-up link for
    one who has no password yet; else None: they sign in with the one they have."""
    if role not in ROLES:
        raise Refused(lazy("“%(role)s” is no role. The roles are: %(roles)s.", role=role, roles=", ".join(ROLES)))
    person = person_of(ctx, address, name)
    with change(ctx, "coalition.members", ctx.coalition) as entry:
        for membership in memberships:
            tell(ctx, membership)
        seat = seat_person(ctx, entry, person, role, memberships)
    return seat, link_for(ctx, person, hours)


def person_of(ctx, address: str, name: str, locale: str = "") -> Person:
    """The account of this address, or a new one that is not saved yet."""
    return by_address(address) or new_person(address, name, zone=ctx.zone, locale=locale or ctx.locale,
                                             is_demonstration=ctx.coalition.is_demonstration)


def seat_person(ctx, entry, person: Person, role: str, memberships) -> Seat:
    """Inside the open change: the person has a seat from now on, and acts for these memberships."""
    seat = sit(ctx, entry, person, role)
    refuse_mixing(ctx, person, memberships)
    for membership in memberships:
        represent(ctx, entry, person, membership)
    return seat


def link_for(ctx, person: Person, hours: int) -> str | None:
    """The token of a one-time set-up link; None for who has a password, or whose account opens more than this
    coalition."""
    return new_link(ctx, person, hours) if may_be_given_a_link(person, ctx.coalition) else None


def may_be_given_a_link(person, coalition):
    return not person.password and not opens_more(person, coalition)


def opens_more(person: Person, coalition: Coalition) -> bool:
    """Whose account opens more than this coalition: who holds a link to it could go there in that person's name."""
    elsewhere = policy.unnarrowed(Seat).where(Seat.person == person, Seat.coalition != coalition,
                                              Seat.ended_at.is_null())
    return person.is_administrator or elsewhere.exists()


def sit(ctx, entry, person, role):
    """Inside the open change: the person has a seat from now on. A one-time link that was made before for the account
    does not open what it opens now."""
    if person.id is None:
        entry.add(person)
    end_links([person.id])
    seat = visible(ctx, Seat).where(Seat.person == person).first()
    if seat is None:
        seat = entry.add(Seat(person=person, role=role, role_since=ctx.now))
        hear_from(seat, ctx.now)
        return seat
    if seat.ended_at is None:
        raise Refused(lazy("This person is in the coalition already. Change their role on the coalition's page."))
    entry.also(seat)
    seat.role, seat.role_since, seat.ended_at = role, ctx.now, None
    hear_from(seat, ctx.now)
    return seat


def seats_here(ctx) -> list[Seat]:
    """The seats of the coalition that stand, each with its person."""
    seats = list(visible(ctx, Seat, Seat, Person).join(Person).where(Seat.ended_at.is_null()))
    open_rows([seat.person for seat in seats])
    return seats


def new_set_up_link(ctx, seat: Seat, hours: int = 72, sends_mail: bool = False) -> str | None:
    """A new one-time link for a person who lost the password; the earlier one ends, and so do their sessions. None: it
    goes to the person alone, by mail, since whoever opens it reads a name that is not for ctx.

    Refused where the account opens more than this coalition: it is not this coordinator's to take over.
    """
    if opens_more(seat.person, ctx.coalition):
        raise Refused(lazy("This account is not this coalition's alone, so a coordinator cannot reset it. The person "
                           "signs in with the password they have; if it is lost, the administrator can help."))
    entrusted = _reads_more(ctx, seat)
    if entrusted and not sends_mail:
        raise Refused(lazy("This person reads a name that is withheld, so the address goes to nobody else, and this "
                           "server sends no mail. A colleague of the person's organisation can make one, or whoever "
                           "runs the server."))
    with change(ctx, "coalition.members", seat):
        end_ways_in([seat.person_id])
        tell_of_link(ctx, seat.person)
        if entrusted:
            post(ctx, seat.person, "reset", by=ctx.actor)
            for membership in acted_for(ctx, seat.person):
                tell(ctx, membership)
    return None if entrusted else new_link(ctx, seat.person, hours)


def _reads_more(ctx, seat):
    """Whether this person reads a withheld name that is not for ctx: their own organisation's, or one that they
    keep."""
    memberships = acted_for(ctx, seat.person)
    if {one.id for one in memberships} - decides_people(ctx, memberships):
        return True
    kept = visible(ctx, Membership).join(Keeper).where(Keeper.seat == seat, Membership.is_kept_back())
    return seat != ctx.seat and "operator" not in ctx.roles and kept.exists()


def end_seat(ctx, seat: Seat, loses_names: bool = False) -> None:
    """The person is out at this second: seat, sessions, and acting for the coalition's organisations end together.
    `loses_names`: also where they alone keep a name that nobody can read afterwards; else that is refused."""
    with change(ctx, "coalition.members", seat) as entry:
        refuse_losing(ctx, seat, loses_names=loses_names)
        refuse_strangers(ctx, acted_for(ctx, seat.person))
        put_out(ctx, entry, seat)


def end_seat_now(ctx, entry, seat: Seat) -> None:
    """Inside the open change that holds this seat: it ends, with the keeping of names, with what it offered, and with
    the ways in. Who has a seat elsewhere stays signed in: seats are read at each request, so nothing of this coalition
    opens any more."""
    in_turn(ctx)
    seat.ended_at = ctx.now
    end_offers(ctx, entry, seat)
    close_to(ctx, seat.person)
    if not opens_more(seat.person, ctx.coalition):
        end_ways_in([seat.person_id])
    forget_seat(seat)
    entry.remove_parts(Keeper, Keeper.seat == seat)


def put_out(ctx, entry, seat: Seat) -> None:
    """Inside the open change that holds this seat: it ends, with all acting for organisations here, and being in
    circles of trust."""
    organisations = [row.organisation_id for row in visible(ctx, Membership)]
    end_seat_now(ctx, entry, seat)
    forget_circles(seat)
    (Representation.update(until_on=ctx.utc_day)
     .where(Representation.person == seat.person, Representation.organisation.in_(organisations),
            Representation.until_on.is_null()).execute())


def change_role(ctx, seat: Seat, role: str, version=None) -> None:
    """Another role. The person's sessions end: what they may do now, they do in one that began with it. What a
    coordinator offered ends when they are none any more."""
    if role not in ROLES:
        raise Refused(lazy("“%(role)s” is no role. The roles are: %(roles)s.", role=role, roles=", ".join(ROLES)))
    with change(ctx, "coalition.members", seat, version=version) as entry:
        if role != "coordinator":
            refuse_losing(ctx, seat)
            entry.remove_parts(Keeper, Keeper.seat == seat)
            if seat.role == "coordinator":
                end_offers(ctx, entry, seat)
        if role != seat.role:
            end_sessions(seat.person)
            for membership in acted_for(ctx, seat.person):
                tell(ctx, membership)
            seat.role, seat.role_since = role, ctx.now


def refuse_losing(ctx, *going: Seat, loses_names: bool = False) -> None:
    """Inside the open change in which these go, or coordinate no longer: refused where the coalition would lose its
    last coordinator, or (unless it `loses_names`) a name its only keeper. Two who go in one moment wait for each other
    here."""
    if all(seat.role != "coordinator" for seat in going):
        return
    in_turn(ctx)
    if not visible(ctx, Seat).where(Seat.role == "coordinator", Seat.ended_at.is_null(),
                                    Seat.id.not_in([seat.id for seat in going])).exists():
        raise Refused(lazy("The coalition would have no coordinator. Make somebody else coordinator first."))
    if not loses_names:
        refuse_losing_names(ctx, *going)


def change_acts_for(ctx, seat: Seat, memberships, version=None) -> None:
    """This person acts for these organisations of the coalition from now on, and for no other of them."""
    wanted = {membership.organisation_id for membership in memberships}
    own = [row.organisation_id for row in visible(ctx, Membership)]
    refuse_mixing(ctx, seat.person, memberships)
    stops = [one for one in acted_for(ctx, seat.person) if one.organisation_id not in wanted]
    refuse_strangers(ctx, stops)
    with change(ctx, "coalition.members", seat, version=version) as entry:
        (Representation.update(until_on=ctx.utc_day)
         .where(Representation.person == seat.person, Representation.organisation.in_(own),
                Representation.organisation.not_in(wanted), Representation.until_on.is_null()).execute())
        end_offers(ctx, entry, seat, Invitation.membership.in_(stops))
        close_to(ctx, seat.person, Invitation.membership.in_(stops))
        for membership in memberships:
            represent(ctx, entry, seat.person, membership)


def switch_plugin(ctx, name: str, is_on: bool, host, where: str = STAY) -> None:
    """Switch a loaded plugin on or off for this coalition, with what it needs or what needs it. Off, its pages answer
    404 and its data waits. `where`: what stands in a stage that it added goes (core.workflows.leaving)."""
    requires = {other: set(loaded.manifest.requires) for other, loaded in host.loaded.items()}
    off = set(ctx.coalition.plugins_off)
    if is_on:
        off -= {name} | requires.get(name, set())
    else:
        off |= host.with_users(name)
    left = [] if is_on else left_behind(ctx, host.with_users(name))
    with change(ctx, "coalition.settings", ctx.coalition) as entry:
        move_out(ctx, entry, left, where)
        ctx.coalition.plugins_off = sorted(off)


def demand_second_factor(ctx, is_on: bool) -> None:
    """Whether everybody in the coalition needs a second factor; who coordinates or edits needs one in any case."""
    with change(ctx, "coalition.settings", ctx.coalition):
        ctx.coalition.demands_second_factor = is_on


def context_of(person: Person, coalition: Coalition, ctx):
    """The context of this person in this coalition, or None where they have no seat."""
    seat = policy.seat_of(person, coalition)
    if seat is None:
        return None
    inside = replace(ctx, person=person)
    return inside.at(coalition, seat, policy.memberships_of(person, coalition, ctx.utc_day))
