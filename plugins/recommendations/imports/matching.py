"""Which recommendation of a file is which of the collection: for the whole file at once, in passes, one to one.

1. An earlier import carried this number, part and wording, or they stand so now.
2. The same wording, once on each side; of several those with the same States, then in order. States that have none in
   common tell two recommendations apart.
3. The same number and part, and nearly the same wording.
4. Nearly the same wording, each the other's best, and the same States.
What is left afterwards is new, or its number is taken.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from plugins.recommendations.wording import ALIKE, Likeness

SAME, SAME_WORDING, SAME_NUMBER, ALIKE_WORDING = "same", "same wording", "same number", "alike"
RENUMBERING = (SAME_WORDING, ALIKE_WORDING)
COMPARED = 4


@dataclass(eq=False)
class Matches:
    """`of`: place in `entries` → (standing, which pass). `refused`: place in `entries` → the owner of its number."""

    entries: list
    standing: list
    of: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)

    def left(self):
        return [(index, entry) for index, entry in enumerate(self.entries) if index not in self.of]

    def free(self):
        taken = {id(standing) for standing, _how in self.of.values()}
        return [standing for standing in self.standing if id(standing) not in taken]

    def take(self, index, standing, how):
        self.of[index] = (standing, how)


def match(entries, standing) -> Matches:
    """Match the recommendations of a file (number, part, text, key, states) with those that stand."""
    matches = Matches(list(entries), list(standing))
    likeness = Likeness()
    _by_what_stands(matches, lambda one: {(one.number, one.part, one.key)})
    _by_what_stands(matches, lambda one: one.carried)
    _by_wording(matches)
    _by_number(matches, likeness)
    _by_likeness(matches, likeness)
    _refuse_taken_numbers(matches)
    return matches


def _by_what_stands(matches, names_of):
    known = defaultdict(list)
    for standing in matches.free():
        for name in names_of(standing):
            known[name].append(standing)
    taken = set()
    for index, entry in matches.left():
        candidates = [one for one in known[entry.number, entry.part, entry.key] if id(one) not in taken]
        if candidates:
            chosen = next((one for one in candidates if set(one.states) == set(entry.states)), candidates[0])
            taken.add(id(chosen))
            matches.take(index, chosen, SAME)


def _by_wording(matches):
    free = defaultdict(list)
    for standing in matches.free():
        free[standing.key].append(standing)
    groups = defaultdict(list)
    for index, entry in matches.left():
        if entry.key in free:
            groups[entry.key].append((index, entry))
    for key, waiting in groups.items():
        for is_wanted in (lambda one, entry: set(one.states) == set(entry.states), _may_share_states):
            for index, entry in waiting:
                chosen = next((one for one in free[key] if is_wanted(one, entry)), None)
                if chosen is not None and index not in matches.of:
                    free[key].remove(chosen)
                    matches.take(index, chosen, SAME_WORDING)


def _may_share_states(one, entry):
    return not one.states or not entry.states or bool(set(one.states) & set(entry.states))


def _by_number(matches, likeness):
    owners = {(one.number, one.part): one for one in matches.free() if one.number}
    for index, entry in matches.left():
        owner = owners.get((entry.number, entry.part)) if entry.number else None
        if owner is not None and likeness.of(owner.text, entry.text) >= ALIKE:
            matches.take(index, owner, SAME_NUMBER)


def _by_likeness(matches, likeness):
    by_states = defaultdict(list)
    for standing in matches.free():
        by_states[frozenset(standing.states)].append(standing)
    best_of_entry, best_of_standing = {}, {}
    for index, entry in matches.left():
        for standing in _likeliest(entry, by_states.get(frozenset(entry.states), ()), likeness):
            alike = likeness.of(standing.text, entry.text)
            if alike < ALIKE:
                continue
            if alike > best_of_entry.get(index, (0, None))[0]:
                best_of_entry[index] = (alike, standing)
            if alike > best_of_standing.get(id(standing), (0, None))[0]:
                best_of_standing[id(standing)] = (alike, index)
    for index, (_alike, standing) in best_of_entry.items():
        if best_of_standing[id(standing)][1] == index:
            matches.take(index, standing, ALIKE_WORDING)


def _likeliest(entry, candidates, likeness):
    """The few with most words in common: three hundred unlike wordings are not compared letter by letter."""
    if len(candidates) <= COMPARED:
        return candidates
    return sorted(candidates, key=lambda one: -likeness.words_in_common(one.text, entry.text))[:COMPARED]


def _refuse_taken_numbers(matches):
    """Refuse what would take a number whose owner keeps it; each refusal can make another owner keep its own."""
    owners = {(one.number, one.part): one for one in matches.standing if one.number}
    while True:
        leaving = {id(standing) for index, (standing, how) in matches.of.items()
                   if how in RENUMBERING and _takes_another(matches.entries[index], standing)}
        clash = next((index for index, (standing, how) in matches.of.items()
                      if how in RENUMBERING and _takes_another(matches.entries[index], standing)
                      and (owner := owners.get((matches.entries[index].number, matches.entries[index].part)))
                      and id(owner) not in leaving), None)
        if clash is None:
            break
        entry = matches.entries[clash]
        matches.refused[clash] = owners[entry.number, entry.part]
        del matches.of[clash]
    by_number = defaultdict(list)
    for one in matches.standing:
        if one.number and id(one) not in leaving:
            by_number[one.number].append(one)
    for index, entry in matches.left():
        owner = next((one for one in by_number.get(entry.number, ())
                      if one.part == entry.part or 0 in (one.part, entry.part)), None)
        if owner is not None:
            matches.refused.setdefault(index, owner)


def _takes_another(entry, standing):
    return bool(entry.number) and (entry.number, entry.part) != (standing.number, standing.part)
