"""What stands at the addresses of a coalition's own pages, for the access machine."""

import pytest

from core.coalitions import applying, claims, joining, leaving, members, organisation_import, organisations
from core.coalitions.models import Invitation, Membership
from core.context import Context
from core.errors import Refused
from core.people.labels import name_in
from core.policy import seat_of, visible
from core.testing.plugin_home import shipped


def plugin(cast):
    if not shipped():
        pytest.skip("No plugin is there to be switched.")
    return {"name": shipped()[0]}


def invite(cast, organisation="Wrenlock Refuge", name="Petronella Gravesend"):
    """An organisation that was invited and has not joined yet."""
    address = f"{name.casefold().replace(' ', '.')}.{cast.coalition.slug}@invented.example"
    return joining.invite(cast.coordinator.ctx, organisation, address, name)


def accepted(made):
    """Who was invited has set up an account, and has a seat. Gives the seat."""
    invitation = claims.opened(Context(), made.token)
    person = claims.set_up(Context(), invitation, "quiet lantern over water", "", "en", "UTC")
    return seat_of(person, invitation.coalition)


def offer(cast):
    """An invitation that the member has made for a colleague."""
    organisations.invite_colleague(cast.member.ctx, cast.member.membership,
                                   f"rosa.{cast.coalition.slug}@invented.example", "Rosa")
    return visible(cast.coordinator.ctx, Invitation).get()


def token(cast):
    return {"token": invite(cast).token}


def applied(cast, organisation="Wrenlock Refuge"):
    """An organisation that asks to join."""
    applying.apply(cast.nobody.ctx, cast.coalition, organisation, f"petra.{cast.coalition.slug}@invented.example",
                  "Petra Gravesend", "We work on detention.")
    return visible(cast.coordinator.ctx, Membership).where(Membership.status == "applied").get()


def open_to_all(cast):
    joining.open_applications(cast.coordinator.ctx, True)
    return {"slug": cast.coalition.slug}


def leaver(cast):
    """A colleague of the member leaves, and the member takes over."""
    seat, _token = members.add_person(cast.coordinator.ctx, f"rosa.{cast.coalition.slug}@invented.example", "Rosa",
                                      "member", [cast.member.membership])
    return {"uid": cast.member.membership.uid, "seat": seat.uid, "to": cast.member.seat.uid}


def gone(cast):
    """An organisation that has left, and can come back. It is the editor's, who stays in the coalition."""
    leaving.end_membership(cast.coordinator.ctx, cast.memberships[2])
    return cast.memberships[2]


def kept_list(cast, text="Name\nReedwater Clinic\n"):
    """A list that waits for its confirmation."""
    rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines()]
    sheets = [{"name": "", "rows": rows, "merged": [], "typed": [], "broken": [], "encoding": None,
               "is_one_of_several": False}]
    stored = organisation_import.keep_for_preview(cast.coordinator.ctx, "members.csv", sheets)
    return {"uid": stored.uid, "fingerprint": fingerprint_of(cast, sheets)}


def fingerprint_of(cast, sheets):
    try:
        return organisation_import.planned(cast.coordinator.ctx, sheets, None)[0].fingerprint
    except Refused:                 # its columns are not known yet
        return ""


def names(cast):
    """The keeper keeps the name of an organisation for which nobody acts."""
    members.add_organisation(cast.keeper.ctx, "Wrenlock Refuge")
    return {"to": cast.coordinator.seat.uid}


def double(cast):
    """The member's organisation, and another record of it: the same words in another order."""
    name = " ".join(reversed(name_in(cast.member.membership.organisation).split()))
    made = members.add_organisation(cast.coordinator.ctx, name, visibility="members")
    return {"uid": cast.member.membership.uid, "other": made.uid, "stays": made.uid}


FACTORIES = {
    "seat": lambda cast: cast.member.seat, "plugin": plugin, "membership": lambda cast: cast.member.membership,
    "invited": lambda cast: invite(cast).membership, "applied": applied,
    "offer": offer, "token": token, "open": open_to_all, "leaver": leaver,
    "gone": gone, "list": kept_list, "double": double, "names": names,
    "slug": lambda cast: {"slug": cast.coalition.slug},
    "standing": lambda cast: {"uid": cast.member.membership.uid, "act": "suspend"},
}
