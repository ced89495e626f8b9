"""What an import would do: rows of a file and what stands, to new, changed, unchanged and refused. Nothing is written.

Pure: no database, no page. The page, the command line and the tests call plan() alike.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace

from core.files.reading import Problem
from core.language import Words, lazy
from plugins.recommendations.imports import matching
from plugins.recommendations.imports.matching import match
from plugins.recommendations.rows import Row
from plugins.recommendations.wording import text_key

LISTS = ("states", "themes", "headings", "affected", "sdgs")
SAID = (*LISTS, "position", "source")
A_WHOLE_LIST = 20       # as many new ones, and none that is known, are rather another review's than an addition


@dataclass(eq=False)
class Standing:
    """A recommendation as it stands, and what imports have said of it.

    `carried`: the (number, part, key) of every row that an import held for it. `said`: by field what imports said.
    Lists hold ISO3 codes, and names of terms as printed.
    """

    uid: str
    number: str | None
    part: int
    text: str
    states: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    sdgs: tuple[str, ...] = ()
    position: str | None = None
    source: str | None = None
    carried: frozenset = frozenset()
    said: dict[str, set] = field(default_factory=dict)
    id: int = 0
    key: str = ""

    def __post_init__(self):
        self.key = self.key or text_key(self.text)


@dataclass(frozen=True)
class Existing:
    """What stands in the review. `refused`: the marks of what earlier imports refused."""

    standing: tuple[Standing, ...] = ()
    refused: frozenset[str] = frozenset()


@dataclass(eq=False)
class Entry:
    """One recommendation of the file, with all rows that hold it."""

    number: str | None
    part: int
    text: str
    key: str
    rows: list[Row]
    states: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    sdgs: tuple[str, ...] = ()
    position: str | None = None
    source: str | None = None

    @property
    def place(self) -> Words:
        return self.rows[0].place

    @property
    def said(self) -> dict:
        """What the file says of it, as plain data."""
        return {name: list(value) if name in LISTS else value for name in SAID if (value := getattr(self, name))}


@dataclass(frozen=True)
class Change:
    """One field that would become another: text, number (with its part as a pair), or one of SAID."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, eq=False)
class Item:
    """One recommendation of the file and what becomes of it. `how`: one of the words of matching; "" for a new one."""

    entry: Entry
    standing: Standing | None = None
    how: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Wording and number both differ: shown apart."""
        return self.how == matching.ALIKE_WORDING


@dataclass(frozen=True, eq=False)
class Refusal:
    """A row that stays out. `text`: its wording; `printed`: what stands there, of a row that could not be read;
    `is_known`: an earlier import refused the same."""

    place: Words
    reason: Words
    text: str = ""
    number: str | None = None
    part: int = 0
    row: Row | None = None
    is_known: bool = False
    printed: str = ""

    @property
    def key(self) -> str:
        return text_key(self.text)

    @property
    def mark(self) -> str:
        return json.dumps([self.number or "", self.part, self.key, self.reason.kept()],
                          ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, eq=False)
class Plan:
    """What would happen. `missing`: what stands and the file lacks; nothing happens to it."""

    new: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()
    unchanged: tuple[Item, ...] = ()
    refused: tuple[Refusal, ...] = ()
    missing: tuple[Standing, ...] = ()
    warned: tuple[Problem, ...] = ()

    @property
    def writes_nothing(self) -> bool:
        return not self.new and not self.changed and all(refusal.is_known for refusal in self.refused)

    @property
    def fingerprint(self) -> str:
        """The same for the same plan: what a person has seen is what is done, or it is shown again."""
        said = [[[item.entry.number, item.entry.part, item.entry.text, item.entry.said] for item in self.new],
                [[item.standing.uid, [[change.name, change.before, change.after] for change in item.changes]]
                 for item in self.changed],
                sorted(item.standing.uid for item in self.unchanged), [refusal.mark for refusal in self.refused]]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def plan(rows, existing: Existing, problems=()) -> Plan:
    """What importing these rows would do to what stands; `problems` are the reader's."""
    entries, refused, warned = _entries(rows)
    matches = match(entries, existing.standing)
    new, changed, unchanged = [], [], []
    for index, entry in enumerate(entries):
        if index in matches.refused:
            refused.append(_number_taken(entry, matches.refused[index]))
        elif index in matches.of:
            standing, how = matches.of[index]
            changes = _changes(entry, standing, how)
            (changed if changes else unchanged).append(Item(entry, standing, how, changes))
        else:
            new.append(Item(entry))
    if existing.standing and len(new) >= A_WHOLE_LIST and not (changed or unchanged):
        warned.insert(0, Problem(lazy("the whole file"), lazy(
            "Not one of these recommendations stands in this review. If they belong to another, stop, and read the "
            "file again with the session of that review."), refused=False))
    refused = [*(Refusal(problem.place, problem.reason, printed=problem.text) for problem in problems
                 if problem.refused), *refused]
    return Plan(tuple(new), tuple(changed), tuple(unchanged), tuple(_known(one, existing) for one in refused),
                tuple(matches.free()), (*(problem for problem in problems if not problem.refused), *warned))


def _known(refusal, existing):
    return replace(refusal, is_known=refusal.mark in existing.refused)


def _entries(rows):
    """The recommendations of the file: repeated rows as one; of a number with two wordings the first."""
    entries, refused, warned, words_of = {}, [], [], {}
    for row in rows:
        key = text_key(row.text)
        if row.number:
            first = words_of.setdefault((row.number, row.part), (key, row))
            if first[0] != key:
                refused.append(_stands_twice(row, first[1]))
                continue
        name = (row.number, row.part, key, () if row.number else frozenset(row.states))
        if name not in entries:
            entries[name] = Entry(row.number, row.part, row.text, key, [])
        _join(entries[name], row, warned)
    return list(entries.values()), refused, warned


def _join(entry, row, warned):
    entry.rows.append(row)
    for name in LISTS:
        setattr(entry, name, tuple(dict.fromkeys(getattr(entry, name) + getattr(row, name))))
    if row.position and entry.position and row.position != entry.position:
        warned.append(Problem(row.place, lazy(
            "%(number)s has another position here than at %(other)s. The first was taken.",
            number=row.number or "–", other=entry.rows[0].place), refused=False))
    entry.position, entry.source = entry.position or row.position, entry.source or row.source


def _changes(entry, standing, how):
    found = []
    pair, stands = (entry.number, entry.part), (standing.number, standing.part)
    if how in matching.RENUMBERING and entry.number and pair != stands:
        found.append(Change("number", stands, pair))
    if how in (matching.SAME_NUMBER, matching.ALIKE_WORDING):
        found.append(Change("text", standing.text, entry.text))
    for name in SAID:
        value = getattr(entry, name)
        if value and not _says_nothing_new(name, value, standing):
            found.append(Change(name, getattr(standing, name), value))
    return tuple(found)


def _says_nothing_new(name, value, standing):
    if name == "position" and value == "pending" and standing.position:
        return True                             # it never follows an answer
    said = standing.said.get(name, set())
    if name in LISTS:
        return set(value) == set(getattr(standing, name)) or frozenset(value) in said
    return value == getattr(standing, name) or value in said


def _stands_twice(row, first):
    return Refusal(row.place, lazy(
        "The number %(number)s stands twice with different words: here and at %(other)s, which was kept. Give one of "
        "them its right number, or a part.", number=row.number, other=first.place), row.text, row.number, row.part, row)


def _number_taken(entry, owner):
    return Refusal(entry.place, lazy(
        "The collection holds the number %(number)s with other words: “%(words)s”. Correct the number in the file, or "
        "change the one that is held by hand.", number=entry.number, words=owner.text), entry.text, entry.number,
        entry.part, entry.rows[0])
