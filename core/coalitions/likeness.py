"""Names that may mean one organisation: written with other accents, in another order, or by the acronym."""

from collections.abc import Iterable, Iterator

from core.tables.mapping import fold

SMALL_WORDS = frozenset("the of for and in on a an de des du la le les et pour d l el los y para the".split())
SHORTEST_ACRONYM = 3


def keys_of(name: str, acronym: str = "") -> set[str]:
    """What two names that may mean one organisation have in common."""
    words = [word for word in fold(name).split() if word not in SMALL_WORDS]
    initials = "".join(word[0] for word in words)
    short = {fold(one).replace(" ", "") for one in (acronym, name if len(words) == 1 else "") if one}
    if len(words) >= SHORTEST_ACRONYM:
        short.add(initials)
    return {f"words {' '.join(sorted(words))}"} | {f"short {one}" for one in short if len(one) >= SHORTEST_ACRONYM}


def alike(names: Iterable[tuple[object, str, str]]) -> Iterator[tuple[object, object]]:
    """Pairs of what may be one, of (thing, name, acronym); each pair once, in the order given."""
    known: dict[str, list] = {}
    told = set()
    for thing, name, acronym in names:
        for key in sorted(keys_of(name, acronym)):
            for other in known.get(key, []):
                if (id(other), id(thing)) not in told:
                    told.add((id(other), id(thing)))
                    yield other, thing
            known.setdefault(key, []).append(thing)
