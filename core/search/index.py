"""The table of words, and how it is kept: by change() in its own transaction, anew by `doctor --reindex`.

Search finds what a model of a coalition names in `searched`. No name of a person or an organisation may stand in such a
field: this table is not sealed.
"""

from collections.abc import Iterable, Iterator

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from core.coalitions.models import Coalition, Owned
from core.db import Base, Shared, is_sqlite, locked, transaction
from core.policy import unnarrowed
from core.search.words import MOST_QUERY_WORDS, words_of

# PostgreSQL keeps 256 places of a word: longer texts lie in several rows, which share as many words as a phrase has
# but one, so that each phrase stands whole in one of them.
ROW_WORDS = 250
SHARED_WORDS = MOST_QUERY_WORDS - 1
AT_ONCE = 500


class SearchText(Shared):
    """The folded words of one object. `kind`: its table. Each database keeps its own index beside it, by triggers."""

    coalition = ForeignKeyField(Coalition, on_delete="CASCADE", backref="+")
    kind = CharField(max_length=60)
    object_id = IntegerField()
    piece = IntegerField()
    words = TextField()

    class Meta:
        table_name = "search_text"
        indexes = ((("kind", "object_id", "piece"), True),)


def is_searched(model) -> bool:
    return issubclass(model, Owned) and bool(model.searched)


def kind_of(model) -> str:
    return model._meta.table_name


def keep_words(model: type[Owned], ids: Iterable[int]) -> int:
    """Write the words of these objects, as they stand in the open transaction; gives how many rows were not so.

    Few statements for any number of objects: an import brings hundreds.
    """
    count = 0
    for some in _in_parts(sorted(ids)):
        missing, extra = _differences(model, some, is_written=True)
        SearchText.delete().where(SearchText.id.in_(extra)).execute()
        for few in _in_parts(missing, 100):
            (SearchText.insert_many(few).on_conflict(
                conflict_target=[SearchText.kind, SearchText.object_id, SearchText.piece],
                preserve=[SearchText.coalition, SearchText.words]).execute())
        count += len(missing) + len(extra)
    return count


def forget_lost(model: type[Owned]) -> int:
    """Delete the words of objects that are gone, such as those that went with another; gives how many rows."""
    return SearchText.delete().where(SearchText.kind == kind_of(model),
                                     SearchText.object_id.not_in(unnarrowed(model, model.id))).execute()


def going_with(model: type[Base]) -> set[type[Owned]]:
    """The searched models whose rows the database deletes with a row of this one."""
    found: set[type[Base]] = set()
    waiting: list[type[Base]] = [model]
    while waiting:
        for key, child in waiting.pop()._meta.backrefs.items():
            if str(key.on_delete).upper() == "CASCADE" and child not in found:
                found.add(child)
                waiting.append(child)
    return {one for one in found if issubclass(one, Owned) and is_searched(one)}


def reindex(models: Iterable[type[Owned]]) -> int:
    """Make the words of all objects of these models anew; gives how many rows were not as they should be."""
    count = 0
    with transaction():
        for model in models:
            count += forget_lost(model)
            count += sum(keep_words(model, ids) for ids in _all_ids(model))
        merge_pages()
    return count


def merge_pages() -> None:
    """What was deleted stays in the pages of SQLite's index until they are merged."""
    if is_sqlite():
        SearchText._meta.database.execute_sql("INSERT INTO search_index(search_index) VALUES('optimize')")


def stale(models: Iterable[type[Owned]]) -> int:
    """How many rows of words are missing, old, or of nothing that is there. Writes nothing."""
    count = 0
    for model in models:
        count += (SearchText.select().where(SearchText.kind == kind_of(model), SearchText.object_id.not_in(
            unnarrowed(model, model.id))).count())
        count += sum(len(missing) + len(extra) for missing, extra in (_differences(model, ids)
                                                                      for ids in _all_ids(model)))
    return count


def texts_beside(objects: Iterable[Owned], key, field) -> list[tuple[str, str]]:
    """(uid of the object, text) of what the parts of these objects lead to: `key` is the parts' foreign key, `field`
    the text there. For a model's search_texts(); one query.

        texts_beside(objects, RecommendationTerm.term, Term.name)
    """
    parent = key.model._meta.fields[key.model.parent]
    uids = {one.id: one.uid for one in objects}
    rows = (unnarrowed(field.model, parent, field).join(key.model, on=(key == field.model.id))
            .where(parent.in_(list(uids))).order_by(key.model.id).tuples())
    return list(dict.fromkeys((uids[id], text) for id, text in rows))


def _all_ids(model) -> Iterator[list[int]]:
    yield from _in_parts([id for (id,) in unnarrowed(model, model.id).order_by(model.id).tuples()])


def _in_parts(items: list, size: int = AT_ONCE) -> Iterator[list]:
    for start in range(0, len(items), size):
        yield items[start:start + size]


def _differences(model, ids, is_written=False):
    """(rows to write, ids of rows to delete) for these objects."""
    query = unnarrowed(model).where(model.id.in_(ids)).order_by(model.id)
    # Two acts at once may each bring something of one object: the second reads what the first has written.
    objects = list(locked(query) if is_written else query)
    texts = model.search_texts(objects) if objects else {}
    wanted = {(one.id, piece): {"coalition": one.coalition_id, "kind": kind_of(model), "object_id": one.id,
                                "piece": piece, "words": words}
              for one in objects for piece, words in enumerate(_rows_of(texts.get(one.uid, ())))}
    standing = {(row.object_id, row.piece): row for row in SearchText.select().where(
        SearchText.kind == kind_of(model), SearchText.object_id.in_(ids))}
    missing = [row for key, row in wanted.items()
               if key not in standing or (standing[key].words, standing[key].coalition_id) != (row["words"],
                                                                                              row["coalition"])]
    return missing, [row.id for key, row in standing.items() if key not in wanted]


def _rows_of(texts):
    words = [word for text in texts for word in words_of(text)]
    step = ROW_WORDS - SHARED_WORDS
    return [" ".join(words[start:start + ROW_WORDS]) for start in range(0, max(len(words) - SHARED_WORDS, 1), step)
            if words]
