"""Searching: policy first, then words. What a reader may not see is not looked through, so it cannot be filtered badly.

Names of organisations and people, and what circles of trust keep, stand in no table of words. Those that this reader
may read are looked through in memory, by the same rule and in the same number of queries, whatever is found.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from peewee import SQL, Case, fn

from core.circles.keeping import all_words
from core.coalitions.models import Owned, Seat
from core.db import is_sqlite
from core.errors import NotThere
from core.files.models import Attachment
from core.hooks import SearchHit
from core.language import lazy
from core.people.labels import all_labels, listed, seat_labels
from core.policy import visible
from core.search.hits import hits_of
from core.search.index import SearchText, is_searched, kind_of
from core.search.words import excerpt, finds, has, marked, query_words, words_of
from core.workflows.models import Consultation, Review

OWN_MODELS: tuple[type[Owned], ...] = (Review, Consultation, Attachment)
NAMES, CIRCLES = "names", "circles"     # the kinds of what is found in memory
GROUP_HITS, PAGE_HITS = 5, 25
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Hit:
    """One thing found. `title`, `text`: pieces, each with whether it is what was looked for."""

    title: Pieces
    text: Pieces
    detail: str
    endpoint: str
    values: dict


@dataclass(frozen=True)
class Group:
    """All of one kind. `first`: the number of the first of `hits` among `count`."""

    kind: str
    title: str
    count: int
    hits: list[Hit]
    first: int = 1


@dataclass
class Found:
    """What was found. `words`: none, where what was typed holds no word; `gaps`: plugins that could not say."""

    words: list[str]
    groups: list[Group] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def models_of(host, ctx=None) -> list[type[Owned]]:
    """The models that are searched: core's, and those of the plugins that are on here (without ctx: of all loaded)."""
    return [*OWN_MODELS, *(model for name, loaded in host.loaded.items() if host.is_on(name, ctx)
                           for model in loaded.said["tables"] if is_searched(model))]


def search(ctx, host, text: str, kind: str | None = None, page: int = 1, most: int | None = GROUP_HITS) -> Found:
    """The first of each kind that hold this phrase, `most` of them (None: all); with `kind` a page of that kind alone.

    NotThere beyond its end.
    """
    found = Found(query_words(text))
    if not found.words:
        return found
    models = [model for model in models_of(host, ctx) if kind in (None, kind_of(model))] if ctx.coalition else []
    if kind not in (None, NAMES, CIRCLES) and not models:
        raise _not_there()
    size = most if kind is None else PAGE_HITS
    first = (page - 1) * PAGE_HITS
    for own, title, look in IN_MEMORY:
        seen = look(ctx, found.words) if kind in (None, own) else []
        if seen[first:]:
            found.groups.append(Group(own, str(title), len(seen), seen[first:][:size], first + 1))
    counted = {model: _counted(ctx, model, found.words, size, first) for model in models}
    drawn = _drawn(ctx, host, [one for _count, some in counted.values() for one in some], found)
    for model, (count, some) in counted.items():
        hits = [drawn[one.uid] for one in some if one.uid in drawn]
        if hits:
            found.groups.append(Group(kind_of(model), hits[0][0], count, [hit for _group, hit in hits], first + 1))
    if page > 1 and not found.groups and not found.gaps:
        raise _not_there()
    return found


def _not_there():
    return NotThere(lazy("There is nothing at this address, or it is not yours to see."))


def _counted(ctx, model, words, size, first) -> tuple[int, list]:
    """(how many visible objects hold the phrase, some of them). Those whose texts begin with it come first: a number,
    a symbol; else they stand in the order that the model says."""
    # The words come first: written as an expression, the kind tempts no planner to read all of its rows instead.
    holding = SearchText.select(SearchText.object_id).where(
        SearchText.kind.concat("") == kind_of(model), SearchText.id.in_(_matching(words)))
    count = visible(ctx, model).where(model.id.in_(holding)).count()
    if count <= first:
        return count, []
    begins = " ".join(words) + " "
    is_head = (SearchText.piece == 0) & (fn.SUBSTR(SearchText.words.concat(" "), 1, len(begins)) == begins)
    ranked = holding.select_extend(fn.MIN(Case(None, [(is_head, 0)], 1)).alias("rank")).group_by(SearchText.object_id)
    rows = (visible(ctx, model, model).join_from(model, ranked, on=(ranked.c.object_id == model.id))
            .order_by(ranked.c.rank, *(getattr(model, name) for name in model.search_order)))
    return count, list(rows.limit(size).offset(first).objects())


def _matching(words):
    """A query for the rows of the table of words that hold the phrase. Words hold letters and digits only, so nothing
    in them can be read as an operator."""
    if is_sqlite():
        return SQL("(SELECT rowid FROM search_index WHERE search_index MATCH ?)", (f'"{" ".join(words)}" *',))
    phrase = " <-> ".join(f"'{word}'" for word in words) + ":*"
    return SQL("(SELECT id FROM search_index WHERE vector @@ CAST(%s AS tsquery))", (phrase,))


def _names(ctx, words) -> list[Hit]:
    """Organisations, then people, whose name this reader may read and holds the phrase; by name."""
    seats = listed(ctx, visible(ctx, Seat).where(Seat.ended_at.is_null()))
    people = seat_labels(ctx, seats)
    organisations = [(name, "members") for _membership, name in all_labels(ctx)]
    people_named = sorted(((people[seat.id], "people") for seat in seats), key=lambda pair: pair[0].casefold())
    return [Hit(marked(name, words), [], "", "coalitions.coalition", {"_anchor": anchor})
            for name, anchor in [*organisations, *people_named] if finds(words_of(name), words)]


def _in_circles(ctx, words) -> list[Hit]:
    """What the circles of trust of this reader keep, in words that hold the phrase; by title."""
    return sorted((Hit(marked(title, words), excerpt(text, words), "", endpoint, {"uid": uid})
                   for title, text, endpoint, uid in all_words(ctx)
                   if finds(words_of(title), words) or finds(words_of(text), words)),
                  key=lambda hit: "".join(piece for piece, _is_found in hit.title).casefold())


IN_MEMORY = ((NAMES, lazy("Organisations and people"), _names), (CIRCLES, lazy("Circles of trust"), _in_circles))


def _drawn(ctx, host, objects, found) -> dict[str, tuple[str, Hit]]:
    """Uid → (heading of its group, how it is shown). Plugins that fail are added to the gaps."""
    hits, gaps = hits_of(ctx, host, objects)
    found.gaps += gaps
    beside = _texts_of(objects, {hit.uid for hit in hits.values()
                                 if not has(hit.title, found.words) and not has(hit.text, found.words)})
    return {hit.uid: (str(hit.group), _hit(hit, found.words, beside.get(hit.uid, ()))) for hit in hits.values()}


def _texts_of(objects, uids) -> dict[str, list[str]]:
    """The texts by which these were found, where what is shown does not hold the phrase: a State's name, a theme."""
    texts: dict[str, list[str]] = {}
    for model in {type(one) for one in objects if one.uid in uids}:
        texts.update(model.search_texts([one for one in objects if type(one) is model and one.uid in uids]))
    return texts


def _hit(hit: SearchHit, words, beside: Iterable[str]) -> Hit:
    text = excerpt(hit.text, words)
    if holding := next((one for one in beside if has(one, words)), None):
        text = [*text, (" · ", False), *excerpt(holding, words)] if text else excerpt(holding, words)
    return Hit(marked(hit.title, words), text, hit.detail, hit.endpoint, hit.values)
