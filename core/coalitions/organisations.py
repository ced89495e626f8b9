"""An organisation's own page: what it says of itself, its people, and who takes over from whom."""

from collections import Counter
from dataclasses import dataclass

from core.changes import change
from core.coalitions.acting import refuse_mixing, refuse_strangers, represent
from core.coalitions.claims import offer, waiting
from core.coalitions.leaving import only_here, people_of
from core.coalitions.members import opens_more, put_out, refuse_losing
from core.coalitions.models import Membership, Seat
from core.coalitions.pseudonyms import refuse_word_as_name
from core.coalitions.today import waiting_in_plugins
from core.errors import Refused
from core.files.models import Attachment
from core.hooks import WaitingItem
from core.language import lazy
from core.notices.absent import context_for
from core.notices.posting import tell_of_link
from core.people.accounts import end_sessions, new_link
from core.people.labels import label
from core.policy import Permission, visible
from core.web.outside import as_if_asked

PERMISSIONS = [
    Permission("organisation.see", lazy("See an organisation of the coalition, as far as it shows itself"),
               frozenset({"coordinator", "editor", "member"})),
    Permission("organisation.profile", lazy("Write what one's own organisation says of itself"),
               frozenset({"coordinator", "editor", "member"}), own="membership"),
    Permission("organisation.people", lazy("Add colleagues to one's own organisation, and hand over when one leaves"),
               frozenset({"coordinator", "coordinator:any", "editor", "member"}), own="membership"),
]

# Shown in this order. The lists are typed with commas between; ECOSOC's words are its own.
TEXTS = ("name", "acronym", "address", "phone", "site", "registration")
LISTS = ("clusters", "languages", "regions")
HEADS = {"name": lazy("Name"), "acronym": lazy("Acronym"), "clusters": lazy("Works on"), "regions": lazy("Works in"),
         "languages": lazy("Languages"), "ecosoc": lazy("Status with ECOSOC"), "site": lazy("Web site"),
         "phone": lazy("Telephone"), "address": lazy("Postal address"), "registration": lazy("Registration number")}
ECOSOC = {"": lazy("none"), "general": lazy("general"), "special": lazy("special"), "roster": lazy("roster")}


def profile_of(ctx, membership: Membership) -> dict | None:
    """What the organisation says of itself, for who may read it: its own people, and all while it shows its name.
    None: nothing of it may be read, or it was erased."""
    if membership.is_withheld and membership.id not in {own.id for own in ctx.own}:
        return None
    return membership.organisation.content()


def save_profile(ctx, membership: Membership, values: dict, version=None) -> None:
    """Write the profile anew: TEXTS, LISTS and "ecosoc"."""
    values = tidy(values)
    if not values["name"]:
        raise Refused(lazy("An organisation needs a name."))
    organisation = membership.organisation
    if values["name"] != (organisation.content() or {}).get("name"):
        refuse_word_as_name(values["name"])
    with change(ctx, "organisation.profile", membership, version=version if version is not None
                else membership.version) as entry:
        entry.also(organisation).put(**values)


def tidy(values: dict) -> dict:
    """The values of a profile as they are kept: lists without doubles, ECOSOC's status among the known ones."""
    ecosoc = values.get("ecosoc", "")
    if ecosoc not in ECOSOC:
        raise Refused(lazy("“%(status)s” is no status with ECOSOC. It is general, special, roster, or none.",
                           status=ecosoc))
    return {**{name: " ".join(values.get(name, "").split()) for name in TEXTS},
            **{name: list(dict.fromkeys(" ".join(entry.split()) for entry in values.get(name, []) if entry.strip()))
               for name in LISTS}, "ecosoc": ecosoc}


def invite_colleague(ctx, membership: Membership, address: str, name: str, hours: int = 72) -> str:
    """Offer a member's seat to one more person who will act for this organisation. Gives the token of the link."""
    with change(ctx, "organisation.people", membership) as entry:
        return offer(ctx, entry, address, name, "member", membership, hours)[1]


def link_for_colleague(ctx, membership: Membership, seat: Seat, hours: int) -> str:
    """A one-time link for a colleague who lost the password; their sessions end. Refused where the account opens more
    than this organisation."""
    _refuse_no_colleague(ctx, membership, seat)
    refuse_strangers(ctx, [membership])
    if seat.role != "member" or not only_here(ctx, membership, [seat]) or opens_more(seat.person, ctx.coalition):
        raise Refused(lazy("This account opens more than your organisation, so you cannot reset it. A coordinator can "
                           "help, or whoever runs the server."))
    with change(ctx, "organisation.people", membership) as entry:
        entry.also(seat)
        end_sessions(seat.person)
        tell_of_link(ctx, seat.person)
    return new_link(ctx, seat.person, hours)


def _refuse_no_colleague(ctx, membership, seat):
    if seat.id not in {one.id for one in people_of(ctx, membership)}:
        raise Refused(lazy("This person does not act for the organisation any more."))


@dataclass(frozen=True)
class Part:
    """What a person does for one organisation: who else acts for it, how much stays there, and how many invitations
    end, because the person made them."""

    membership: Membership
    others: list[Seat]
    file_count: int
    invitation_count: int
    ending_count: int


def handed_over(ctx, membership: Membership, seat: Seat) -> list[Part]:
    """What goes with a person who leaves, organisation by organisation. Refused as hand_over() is."""
    _refuse_no_colleague(ctx, membership, seat)
    memberships = acting_for(ctx, seat)
    _refuse_another_part(ctx, seat, memberships)
    files = Counter(file.membership_id for file in visible(ctx, Attachment, Attachment.membership).where(
        Attachment.membership.in_([one.id for one in memberships])))
    offers = {one.id: Counter(offer.seat_id == seat.id for offer in waiting(ctx, one)) for one in memberships}
    return [Part(one, [other for other in people_of(ctx, one) if other.id != seat.id], files[one.id],
                 offers[one.id][False], offers[one.id][True]) for one in memberships]


def open_for(ctx, seat: Seat, app) -> tuple[list[WaitingItem], list[str]]:
    """(what the plugins have waiting for this person, by date; the plugins that could not say). Nothing of core's own:
    a circle of trust is nobody else's to know."""
    going = context_for(seat.person, ctx.coalition, ctx.now)
    with as_if_asked(app, going):
        return waiting_in_plugins(going, app.host)


def acting_for(ctx, seat: Seat) -> list[Membership]:
    """The memberships of the coalition for which this person acts now."""
    standing = visible(ctx, Membership).where(Membership.status.in_(("active", "invited", "suspended")))
    return [membership for membership in standing
            if seat.id in {one.id for one in people_of(ctx, membership)}]


def _refuse_another_part(ctx, seat, memberships):
    """Who is no coordinator hands over only what is wholly their own organisations'."""
    refuse_strangers(ctx, memberships)
    own = {membership.id for membership in ctx.own}
    if "coordinator" not in ctx.roles and (seat.role != "member" or {one.id for one in memberships} - own):
        raise Refused(lazy("This person also has another part in the coalition. A coordinator can end it."))


def hand_over(ctx, membership: Membership, seat: Seat, to: dict[int, Seat]) -> None:
    """This person leaves. `to`: membership id → who acts from now on for that organisation, of all for which they did;
    one that is not in it goes to those who are there already, which is refused where nobody is."""
    _refuse_no_colleague(ctx, membership, seat)
    memberships = acting_for(ctx, seat)
    _refuse_another_part(ctx, seat, memberships)
    for one in memberships:
        taker = to.get(one.id)
        if taker is not None and (taker.id == seat.id or taker.ended_at is not None):
            raise Refused(lazy("Choose somebody else who is in the coalition."))
        if taker is None and len(people_of(ctx, one)) == 1:
            raise Refused(lazy("Nobody else acts for %(name)s. Choose who takes over, or add a colleague first.",
                               name=label(ctx, one)))
    with change(ctx, "organisation.people", membership) as entry:
        refuse_losing(ctx, seat)
        for one in memberships:
            if taker := to.get(one.id):
                refuse_mixing(ctx, taker.person, [one])
                represent(ctx, entry, taker.person, one)
        put_out(ctx, entry, entry.also(seat))
