"""The list of a review's recommendations: what narrows it, how often each value stands, in which order.

Everything is counted in memory over the rows of one review, so thirty and three hundred cost the same queries.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from core.api import Facet, FacetValue, lazy
from core.reference.states import group_name, group_of, groups, state_name
from core.reference.themes import sdg_title
from core.search.words import finds, query_words, words_of
from plugins.recommendations.collection import lists_of, recommendations_of
from plugins.recommendations.models import Recommendation
from plugins.recommendations.positions import POSITION_WORDS
from plugins.recommendations.rows import POSITIONS

PAGE_ROWS = 300
SHOWN_VALUES = 8
ABSENT = "-"
SORTS = {"number": lazy("By number"), "position": lazy("By position"), "states": lazy("Most recommending States first"),
         "wording": lazy("By wording")}


@dataclass(eq=False)
class Row:
    """One recommendation with its lists. `words`: as the search of the house sees them."""

    one: Recommendation
    states: tuple[str, ...]
    themes: tuple[str, ...]
    headings: tuple[str, ...]
    affected: tuple[str, ...]
    sdgs: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """What the address of a list says. `chosen`: facet name → keys, of which one must hold."""

    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    search: str = ""
    sort: str = "number"
    page: int = 1


@dataclass(frozen=True)
class Option:
    """One value of a facet, counted. `light` and `pos` draw it with its mark."""

    value: str
    words: str
    count: int
    chosen: bool
    light: str | None = None
    pos: str | None = None


@dataclass(frozen=True)
class CountedFacet:
    """A facet as the page shows it. `more_count`: values that are not among `options` yet."""

    name: str
    title: str
    options: tuple[Option, ...]
    more_count: int = 0


def rows_of(ctx, review) -> list[Row]:
    """Every recommendation of the review, by number; three queries."""
    lists = lists_of(ctx, review)
    return [_row(one, lists[one.id], ctx.locale) for one in recommendations_of(ctx, review)]


def _row(one, lists, locale):
    names = " ".join(f"{state_name(code, locale)} {state_name(code)} {code}" for code in lists["states"])
    words = words_of(f"{one.number or ''} {one.draft_number or ''} {one.text} {names}")
    return Row(one, words=tuple(words), **lists)


def own_facets(rows, locale="en") -> list[Facet]:
    """The facets that this plugin knows of itself, in the order in which they are shown."""
    def by_row(values_of):
        return {row.one.uid: tuple(dict.fromkeys(values_of(row))) for row in rows}

    def named(names):
        return tuple(FacetValue(name, name) for name in names)

    return [
        Facet("theme", lazy("Theme"), by_row(lambda row: named(row.themes or row.headings)),
              absent=lazy("No theme")),
        Facet("position", lazy("Position"),
              by_row(lambda row: [FacetValue(row.one.position, str(POSITION_WORDS[row.one.position]))]
                     if row.one.position else ()), order=POSITIONS, absent=POSITION_WORDS[None]),
        Facet("group", lazy("Regional group of the recommending State"),
              by_row(lambda row: [FacetValue(group, group_name(group)) for code in row.states
                                  if (group := group_of(code))]), order=groups()),
        Facet("state", lazy("Recommending State"),
              by_row(lambda row: [FacetValue(code, state_name(code, locale)) for code in row.states]),
              absent=lazy("No State")),
        Facet("affected", lazy("Affected persons"), by_row(lambda row: named(row.affected))),
        Facet("sdg", lazy("Sustainable Development Goal"),
              by_row(lambda row: [FacetValue(goal, _goal(goal)) for goal in
                                  dict.fromkeys(target.split(".")[0] for target in row.sdgs)])),
    ]


def _goal(number):
    title = sdg_title(number)
    return f"{number} {title}" if title else number


def narrowed(rows, facets, view: View) -> tuple[list[Row], list[CountedFacet]]:
    """The rows that the view leaves, sorted, and every facet counted with all the others applied."""
    # Each of the typed words somewhere, in any order; "140.12" is a phrase of two.
    wanted = [phrase for typed in view.search.split() if (phrase := query_words(typed))]
    chosen = {facet.name: set(view.chosen[facet.name]) for facet in facets if view.chosen.get(facet.name)}
    by_name = {facet.name: facet for facet in facets}
    failed = {row.one.uid: frozenset(name for name, keys in chosen.items() if not keys & _keys(by_name[name], row))
              for row in rows if all(finds(row.words, phrase) for phrase in wanted)}
    left = [row for row in rows if row.one.uid in failed and not failed[row.one.uid]]
    counted = []
    for facet in facets:
        inside = [row for row in rows if row.one.uid in failed and failed[row.one.uid] <= {facet.name}]
        counted.append(_counted(facet, inside, chosen.get(facet.name, set())))
    return _sorted(left, view.sort), counted


def _keys(facet, row):
    return {value.key for value in facet.values.get(row.one.uid, ())} or {ABSENT}


def _counted(facet, rows, chosen):
    labels, counts = {}, Counter()
    for row in rows:
        values = facet.values.get(row.one.uid, ())
        for value in values:
            labels.setdefault(value.key, value)
        counts.update([value.key for value in values] or [ABSENT])
    for values in facet.values.values() if chosen - set(labels) else ():
        labels.update({value.key: value for value in values if value.key in chosen})
    shown = [_option(facet, labels, key, counts[key], key in chosen) for key in {*counts, *chosen}
             if key != ABSENT or facet.absent is not None]
    place = {key: number for number, key in enumerate(facet.order)}
    shown.sort(key=lambda option: (option.value == ABSENT, place.get(option.value, len(place)),
                                   0 if facet.order else -option.count, option.words.casefold()))
    return CountedFacet(facet.name, str(facet.title), tuple(shown))


def _option(facet, labels, key, count, is_chosen):
    value = labels.get(key)
    words = value.label if value else str(facet.absent) if key == ABSENT and facet.absent else key
    return Option(key, words, count, is_chosen, value.mark if value else None,
                  (key if key != ABSENT else "") if facet.name == "position" else None)


def shortened(facet: CountedFacet, is_whole: bool) -> CountedFacet:
    """The first values of a facet, and those that are chosen; all of them where they were asked for."""
    if is_whole or len(facet.options) <= SHOWN_VALUES + 2:
        return facet
    options = tuple(option for place, option in enumerate(facet.options) if place < SHOWN_VALUES or option.chosen)
    return CountedFacet(facet.name, facet.title, options, len(facet.options) - len(options))


def _sorted(rows, sort):
    place = {position: number for number, position in enumerate(POSITIONS)}
    keys = {"position": lambda row: place.get(row.one.position, len(place)), "states": lambda row: -len(row.states),
            "wording": lambda row: row.one.text_key}
    return sorted(rows, key=keys[sort]) if sort in keys else rows


def neighbours(rows, uid) -> tuple[Recommendation | None, Recommendation | None]:
    """The recommendations before and after this one in a list; None at its ends, or where it is not in it."""
    uids = [row.one.uid for row in rows]
    if uid not in uids:
        return None, None
    at = uids.index(uid)
    return (rows[at - 1].one if at else None), (rows[at + 1].one if at + 1 < len(rows) else None)


def shown_beside(facets, uids) -> dict[str, list[FacetValue]]:
    """By uid the values that a facet of another plugin wants beside each row."""
    found = defaultdict(list)
    for facet in facets:
        if facet.shown:
            for uid in uids:
                found[uid] += facet.values.get(uid, ())
    return found
