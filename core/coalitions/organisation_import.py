"""Bringing a list of organisations in: read it, show what would happen, and do exactly that. Page and command line call
the same. Between preview and confirmation the list lies sealed, and its key is destroyed when it has been used.

An organisation is known by its reference or its name, as far as this person may read names. What a row leaves empty
stays as it stands; an organisation that withholds its name is never written to from a list.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta

from core.changes import change
from core.coalitions.likeness import alike
from core.coalitions.members import become_keeper, lock_memberships
from core.coalitions.models import Membership, Organisation, OrganisationFile
from core.coalitions.organisation_table import Row, proposed, read_rows
from core.coalitions.pseudonyms import draw_pseudonym, refuse_word_as_name
from core.errors import Refused
from core.files.reading import Problem
from core.language import Words, lazy
from core.people.labels import in_order, is_pseudonym
from core.policy import visible
from core.sealing import seal_new
from core.tables.mapping import Mapping, fold
from core.tables.plain import sheets_from

KEPT_UNCONFIRMED = timedelta(hours=24)
ACTION = "coalition.members"


class PlanDiffers(Refused):
    """What stands has changed since the person saw the preview: it is shown anew, and nothing was written."""


@dataclass(frozen=True)
class Changed:
    """`before`: the values that the row would replace, by field. One that renames an organisation is brought in only
    where a person says so: a typing error looks the same."""

    row: Row
    membership: Membership
    before: dict = field(hash=False)

    @property
    def renames(self) -> bool:
        return "name" in self.before


@dataclass(frozen=True)
class Plan:
    """`doubtful`: the names of the new ones that may be the same as another."""

    new: list[Row]
    changed: list[Changed]
    unchanged: list[Row]
    refused: list[Problem]
    warned: list[Problem]
    doubtful: set[str] = field(default_factory=set)

    @property
    def fingerprint(self) -> str:
        said = [[row.profile, row.visibility] for row in self.new] + [
            [item.membership.uid, item.row.profile, item.before] for item in self.changed]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def plan(ctx, rows: list[Row], problems: list[Problem]) -> Plan:
    """What bringing these rows in would do."""
    made = Plan([], [], [], [one for one in problems if one.refused], [one for one in problems if not one.refused])
    standing = _standing(ctx)
    by_name = {fold(name): membership for membership, name in standing}
    by_uid = {membership.uid: membership for membership, _name in standing}
    first: dict[str, Words] = {}
    for row in rows:
        membership = by_uid.get(row.reference) or by_name.get(fold(row.name))
        try:
            _refuse_row(row, membership, first)
        except Refused as refusal:
            made.refused.append(Problem(row.place, refusal.sentence, text=row.name))
            continue
        first[fold(row.name)] = row.place
        if membership is None:
            made.new.append(row)
        else:
            _compare(made, row, membership)
    _warn_of_likeness(made, standing)
    return made


def _refuse_row(row, membership, first):
    if fold(row.name) in first:
        raise Refused(lazy("The same name stands in %(place)s. Take one of the two out.", place=first[fold(row.name)]))
    if row.reference and (membership is None or membership.uid != row.reference):
        raise Refused(lazy("Under “%(column)s” stands “%(uid)s”, and no organisation that you can read has this "
                           "reference. Correct it, leave it empty, or say that this column holds nothing that is "
                           "needed.", column=row.reference_column, uid=row.reference))
    if membership is None or not membership.is_withheld:
        refuse_word_as_name(row.name)
    if membership is not None and membership.status == "left":
        raise Refused(lazy("It has left the coalition. Invite it again from its own page."))


def _standing(ctx):
    """(membership, name) of all whose names this person may read, those that have left too."""
    rows = list(visible(ctx, Membership, Membership, Organisation).join(Organisation)
                .where(Membership.status != "applied"))
    return [(membership, label) for membership, label in in_order(ctx, rows, "keeper")
            if not is_pseudonym(membership, label)]


def _compare(made, row, membership):
    content = membership.organisation.content() or {}
    before = {name: content[name] for name, value in row.profile.items() if content.get(name) != value}
    if membership.is_withheld:
        made.unchanged.append(row)
        if before:
            made.warned.append(Problem(row.place, lazy("It withholds its name, so only its own people write what it "
                                                       "says of itself. Nothing was taken over."), False, row.name))
        return
    if row.visibility and row.visibility != membership.visibility:
        made.warned.append(Problem(row.place, lazy("How it is shown is not changed by a list. Its own people do that."),
                                   False, row.name))
    if before:
        made.changed.append(Changed(row, membership, before))
    else:
        made.unchanged.append(row)


def _warn_of_likeness(made, standing):
    names = [(membership, name, (membership.organisation.content() or {}).get("acronym", ""))
             for membership, name in standing]
    called = {id(membership): name for membership, name, _acronym in names}
    for one, other in alike([*names, *((row, row.name, row.profile.get("acronym", "")) for row in made.new)]):
        if isinstance(other, Row):
            made.doubtful.add(other.name)
            alike_to = one.name if isinstance(one, Row) else called[id(one)]
            made.warned.append(Problem(other.place, lazy(
                "“%(name)s” may be the same as “%(other)s”. If it is, leave it out; the page “Possible duplicates” "
                "makes one of two afterwards.", name=other.name, other=alike_to), False, other.name))


def bring_in(ctx, seen: Plan, rows: list[Row], problems: list[Problem], left_out=frozenset(), file=None) -> Plan:
    """Write what the plan says, all or nothing; gives the plan that was carried out. `left_out`: the uids of
    changes, and the names of new ones, that are not wanted. `file`: the sealed list, which goes with it. Raises
    PlanDiffers when something else was written meanwhile."""
    made = [(row, Organisation()) for row in seen.new if row.name not in left_out]
    seal_new((organisation, row.profile) for row, organisation in made)
    with change(ctx, ACTION, ctx.coalition) as entry:
        taken = {membership.pseudonym for membership in lock_memberships(ctx)}
        ctx.known.clear()                       # labels that were read before the lock may be old
        now = plan(ctx, rows, problems)
        if now.fingerprint != seen.fingerprint:
            raise PlanDiffers(lazy("The organisations have changed since you looked. Look again at what would happen "
                                   "now: nothing was written."))
        for row, organisation in made:
            taken.add(_add(ctx, entry, row, organisation, taken))
        for item in now.changed:
            if item.membership.uid not in left_out:
                entry.also(item.membership.organisation).put(**item.row.profile)
        if file is not None:
            entry.erase_keys([file])
            entry.remove(file)
    ctx.known.clear()
    return now


def _add(ctx, entry, row, organisation, taken):
    entry.add(organisation)
    pseudonym = draw_pseudonym(taken)
    membership = entry.add(Membership(
        organisation=organisation, visibility=row.visibility or None, pseudonym=pseudonym, joined_on=ctx.today,
        visibility_by="paper" if row.visibility else None))
    become_keeper(ctx, entry, membership)
    return pseudonym


# Between preview and confirmation.

def keep_for_preview(ctx, name: str, sheets: list[dict]) -> OrganisationFile:
    """Keep what was read, sealed, until it is confirmed; it goes after 24 hours."""
    kept = OrganisationFile(expires_at=ctx.now + KEPT_UNCONFIRMED, seat=ctx.seat)
    kept.put(file=name, sheets=sheets)
    with change(ctx, ACTION, ctx.coalition) as entry:
        return entry.add(kept)


def choose_columns(ctx, file: OrganisationFile, mapping: dict) -> None:
    """Read the kept list by this mapping from now on."""
    with change(ctx, ACTION, file):
        file.put(mapping=mapping)


def opened(ctx, file: OrganisationFile) -> dict:
    """What was kept. Refused when its time is over."""
    content = file.content()
    if content is None or file.expires_at < ctx.now:
        raise Refused(lazy("This list is no longer here: it was not brought in within 24 hours. Choose it again."))
    return content


def planned(ctx, sheets: list[dict], mapping: Mapping | None) -> tuple[Plan, list[Row], list[Problem]]:
    """What would happen with these sheets, read by this mapping or by the likeliest one."""
    read = sheets_from(sheets)
    rows, problems = read_rows(read, proposed(read, mapping))
    return plan(ctx, rows, problems), rows, problems
