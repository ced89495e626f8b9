"""The name guard: before something leaves the coalition it is compared with every withheld name that this person may
read, with the names and addresses of the people behind it. A hit stops the act and shows the place.

It never uses a name that the person may not read: it would answer guesses.
"""

from collections.abc import Iterable

from core.coalitions.models import Membership, Organisation, Person, Representation
from core.errors import Refused
from core.language import lazy
from core.people.labels import own_or_kept
from core.policy import visible
from core.sealing import open_rows
from core.tables.mapping import fold


def guard_names(ctx, pieces: Iterable[tuple[str, str]]) -> None:
    """Refused when a withheld name stands in one of these (place, text); the sentence says where, and not which."""
    guarded = _guarded(ctx)
    if not guarded:
        return
    for place, text in pieces:
        folded = f" {fold(text)} "
        for pseudonym, words in guarded:
            if f" {words} " in folded:
                raise Refused(lazy("This would give away who “%(pseudonym)s” is: %(place)s. Take it out there, then do "
                                   "it again. Nothing has left.", pseudonym=pseudonym, place=place))


def _guarded(ctx):
    """(pseudonym, folded words) of every withheld name, person and address that this person may read."""
    rows = list(visible(ctx, Membership, Membership, Organisation).join(Organisation)
                .where(Membership.id.in_(own_or_kept(ctx)), Membership.is_kept_back()))
    people = list(Representation.select(Representation, Person).join(Person)
                  .where(Representation.organisation.in_([row.organisation_id for row in rows])))
    open_rows([*(row.organisation for row in rows), *(one.person for one in people)])
    called = {row.organisation_id: row.pseudonym for row in rows}
    found = [(row.pseudonym, row.organisation.content()) for row in rows]
    found += [(called[one.organisation_id], one.person.content()) for one in people]
    return [(pseudonym, words) for pseudonym, content in found if content
            for name in ("name", "acronym", "address", "phone", "site")
            if len(words := fold(content.get(name, ""))) > 2]
