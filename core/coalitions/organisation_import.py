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
from core.coalitions.pseudonyms import draw_pseudonym
from core.errors import Refused
from core.files.reading import Problem
from core.language import lazy
from core.people.labels import in_order, is_pseudonym
from core.policy import unnarrowed, visible
from core.sealing import seal_new
from core.tables.mapping import Mapping, fold
from core.tables.plain import sheets_from

KEPT_UNCONFIRMED = timedelta(hours=24)
ACTION = "coalition.members"


class PlanDiffers(Refused):
    """What stands has changed since the person saw the preview: it is shown anew, and nothing was written."""


@dataclass(frozen=True)
class Changed:
    """`before`: the values that the row would replace, by field."""

    row: Row
    membership: Membership
    before: dict = field(hash=False)


@dataclass(frozen=True)
class Plan:
    new: list[Row]
    changed: list[Changed]
    unchanged: list[Row]
    refused: list[Problem]
    warned: list[Problem]

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
    for row in rows:
        membership = by_uid.get(row.reference) or by_name.get(fold(row.name))
        if row.reference and row.reference not in by_uid:
            made.refused.append(Problem(row.place, lazy("No organisation that you can read has the reference "
                                                        "“%(uid)s”. Correct it, or leave it empty.",
                                                        uid=row.reference), text=row.name))
        elif membership is None:
            made.new.append(row)
        elif membership.status == "left":
            made.refused.append(Problem(row.place, lazy("It has left the coalition. Invite it again from its own "
                                                        "page."), text=row.name))
        else:
            _compare(made, row, membership)
    _warn_of_likeness(made, standing)
    return made


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
            made.warned.append(Problem(other.place, lazy(
                "“%(name)s” may be the same as “%(other)s”. If it is, take it out, or merge the two afterwards.",
                name=other.name, other=one.name if isinstance(one, Row) else called[id(one)]), False, other.name))


def bring_in(ctx, seen: Plan, rows: list[Row], problems: list[Problem], left_out=frozenset(), file=None) -> Plan:
    """Write what the plan says, all or nothing; gives the plan that was carried out. `left_out`: uids whose change is
    not wanted. `file`: the sealed list, which goes with it. Raises PlanDiffers when something else was written
    meanwhile."""
    made = [(row, Organisation()) for row in seen.new]
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
            _drop(entry, [file])
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
    expired = list(unnarrowed(OrganisationFile).where(OrganisationFile.coalition == ctx.coalition,
                                                      OrganisationFile.expires_at < ctx.now))
    with change(ctx, ACTION, ctx.coalition) as entry:
        _drop(entry, expired)
        return entry.add(kept)


def _drop(entry, files):
    if files:
        entry.erase_keys(files)
    for file in files:
        entry.remove(file)


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
