"""Taking an act back, and telling people whose words were replaced; both from the revisions that change() keeps."""

from core.changes import Revision, change
from core.coalitions.models import Coalition, Owned
from core.errors import Refused
from core.language import Words, lazy
from core.policy import visible


def kept_models() -> dict[str, type[Owned]]:
    """Table name → model, for every model whose earlier values are kept."""
    found, waiting = {}, list(Owned.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if model.keeps:
            found[model._meta.table_name] = model
    return found


def undo(ctx, change_uid: str, action: str, model=None, refuse=None) -> tuple[int, int]:
    """Give every object of one's own act its earlier values, where nobody has changed it since.

    `action` is the permission under which the act was done, `model` what it may have changed (None: anything).
    `refuse(obj)` raises Refused where an object must stay. Gives (taken back, left as they are).
    Refused when the act is not this person's or holds nothing that can be taken back.
    """
    revisions = [revision for revision in visible(ctx, Revision).where(Revision.change_uid == change_uid)
                 if revision.kind in kept_models() and ctx.seat is not None and revision.seat_id == ctx.seat.id]
    objects = _objects_of(ctx, revisions)
    standing = [(objects[revision.object_uid], revision) for revision in revisions
                if revision.object_uid in objects and isinstance(objects[revision.object_uid], model or Owned)
                and objects[revision.object_uid].version == revision.object_version + 1]
    if not standing:
        raise Refused(lazy("This can no longer be taken back: it was changed again since."))
    for obj, _revision in standing if refuse else ():
        refuse(obj)
    with change(ctx, action, standing[0][0]) as entry:
        for obj, revision in standing:
            entry.also(obj)
            for name in set(obj.keeps) & set(revision.before):
                setattr(obj, name, type(obj)._meta.fields[name].python_value(revision.before[name]))
    return len(standing), len(revisions) - len(standing)


def _objects_of(ctx, revisions):
    models, found = kept_models(), {}
    for kind in {revision.kind for revision in revisions} & set(models):   # a plugin that is gone takes its models
        model = models[kind]
        uids = [revision.object_uid for revision in revisions if revision.kind == kind]
        found.update({obj.uid: obj for obj in visible(ctx, model).where(model.uid.in_(uids))})
    return found


def standing(ctx, revisions) -> dict[str, Owned | Coalition]:
    """uid → the object of each of these revisions that still stands and that this reader may see; one query a kind.

    The coalition's own revisions are its settings'.
    """
    settings = Coalition._meta.table_name
    found = _objects_of(ctx, [revision for revision in revisions if revision.kind != settings])
    if any(revision.kind == settings for revision in revisions):
        found[ctx.coalition.uid] = ctx.coalition
    return found


def overwritten(ctx, limit=5) -> list[Revision]:
    """What this person wrote and another has replaced since, newest first, until they say that they saw it."""
    if ctx.seat is None:
        return []
    return list(visible(ctx, Revision).where(Revision.over == ctx.seat, Revision.is_told == 0)
                .order_by(Revision.id.desc()).limit(limit))


def replaced_words(ctx) -> list[tuple[Revision, Words]]:
    """overwritten(), each with the sentence of its model. One query when there is nothing to tell."""
    revisions = overwritten(ctx)
    objects = _objects_of(ctx, revisions)
    gone = lazy("What you wrote was replaced, and then removed.")
    return [(revision, objects[revision.object_uid].replaced(revision.before)
             if revision.object_uid in objects else gone) for revision in revisions]


def say_seen(ctx, uids=None) -> None:
    """The person has seen what was replaced, all or these revisions; it is not shown again."""
    with change(ctx, "coalition.see", ctx.coalition) as entry:
        for revision in visible(ctx, Revision).where(Revision.over == ctx.seat, Revision.is_told == 0):
            if uids is None or revision.uid in uids:
                entry.also(revision).is_told = 1
