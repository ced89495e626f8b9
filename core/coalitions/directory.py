"""The directory of a coalition's organisations: narrowed, counted, paged, and as a file.

Withheld organisations have no profile for others: no filter matches them, no breakdown counts them, and they stand
last, by pseudonym. All of it happens in memory, after the policy, on what was opened for this request.
"""

from collections import Counter
from dataclasses import dataclass, field

from core.audit import note
from core.coalitions.models import Membership, Organisation
from core.coalitions.name_guard import guard_names
from core.coalitions.organisations import ECOSOC, HEADS
from core.documents.csv import rows_as_csv
from core.errors import SignInAgain
from core.language import _
from core.people.labels import in_order
from core.policy import visible

FACETS = ("clusters", "languages", "regions", "ecosoc")
PAGE_ROWS = 50
FEWEST = 3              # a cell that counts fewer is not shown: it could point at one
DOORS = ("members", "public", "keeper")


@dataclass(frozen=True)
class Line:
    """One organisation as this reader sees it. `profile`: empty for one that is withheld, also from its own people
    here: a list that counts them for one reader counts them for all."""

    membership: Membership
    label: str
    is_withheld: bool
    profile: dict = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Shown:
    """One page of the directory. `previous`, `next`: the uid after which that page begins ("" for the first page,
    None: there is none). `options`: by facet (value, count or None for fewer than FEWEST)."""

    lines: list[Line]
    first: int
    matching: int
    total: int
    not_broken_down: int
    previous: str | None
    next: str | None
    options: dict[str, list[tuple[str, int | None]]]


def lines_of(ctx, door="members") -> list[Line]:
    """All organisations that have joined, in their order: three queries, for any number."""
    rows = list(visible(ctx, Membership, Membership, Organisation).join(Organisation)
                .where(Membership.status == "active"))
    return [Line(membership, label, membership.is_withheld,
                 {} if membership.is_withheld else membership.organisation.content() or {})
            for membership, label in in_order(ctx, rows, door)]


def narrowed(lines: list[Line], chosen: dict[str, tuple[str, ...]]) -> list[Line]:
    """Those that have one of the chosen values in each facet."""
    return [line for line in lines if all(set(values_of(line, name)) & set(wanted)
                                          for name, wanted in chosen.items() if wanted)]


def values_of(line: Line, name: str) -> list[str]:
    value = line.profile.get(name) or []
    return [value] if isinstance(value, str) else value


def directory(ctx, chosen: dict[str, tuple[str, ...]], after: str = "") -> Shown:
    """The page that begins after the organisation of this uid; an unknown one gives the first."""
    lines = lines_of(ctx)
    found = narrowed(lines, chosen)
    uids = [line.membership.uid for line in found]
    start = uids.index(after) + 1 if after in uids else 0
    page, before = found[start:start + PAGE_ROWS], max(0, start - PAGE_ROWS)
    return Shown(page, start + 1 if page else 0, len(found), len(lines), sum(line.is_withheld for line in lines),
                 None if not start else uids[before - 1] if before else "",
                 uids[start + PAGE_ROWS - 1] if start + PAGE_ROWS < len(found) else None,
                 {name: _counted(lines, name) for name in FACETS})


def _counted(lines, name):
    counts = Counter(value for line in lines for value in values_of(line, name))
    return [(value, counts[value] if counts[value] >= FEWEST else None)
            for value in sorted(counts, key=lambda value: (value.casefold(), value))]


def gone(ctx) -> list[tuple[Membership, str]]:
    """Those that are suspended or have left and can come back, with their labels."""
    rows = list(visible(ctx, Membership, Membership, Organisation).join(Organisation)
                .where(Membership.status.in_(("suspended", "left")), Organisation.sealed.is_null(False)))
    return in_order(ctx, rows)


def as_csv(ctx, door: str) -> bytes:
    """The directory as a file. "members": as members see it. "public": the names that may stand outside, and the number
    of the others. "keeper": also the names that this coordinator keeps; SignInAgain unless they have just signed in."""
    if door not in DOORS:
        raise ValueError(f"no such door: {door}")
    if door == "keeper" and not ctx.is_fresh:
        raise SignInAgain()
    lines = lines_of(ctx, "keeper" if door == "keeper" else "members")
    rows = list(_outside(lines) if door == "public" else _inside(lines))
    if door == "public":
        guard_names(ctx, ((_("row %(row)d", row=place), " ".join(row)) for place, row in enumerate(rows, 1)))
    note(ctx, f"organisation.export_{door}", ctx.coalition)
    return rows_as_csv(rows)


def _outside(lines):
    named = [line for line in lines if line.membership.visibility == "named" and line.membership.is_named_outside]
    yield [_("Name"), _("Acronym")]
    for line in named:
        yield [line.label, line.profile.get("acronym", "")]
    if len(named) < len(lines):
        yield [_("and others, not named here: %(count)d", count=len(lines) - len(named)), ""]


def _inside(lines):
    yield [_("Reference"), *map(str, HEADS.values()), _("Shown")]
    for line in lines:
        cells = [_cell(line, name) for name in HEADS]
        yield [line.membership.uid, line.label, *cells[1:], _shown_words(line)]


def _cell(line, name):
    value = line.profile.get(name, "")
    if name == "ecosoc":
        return str(ECOSOC[value]) if value else ""
    return "\n".join(value) if isinstance(value, list) else value


def _shown_words(line):
    return _("name withheld") if line.is_withheld else ""
