"""Two people wrote the same row: what each of them really changed, so that a choice is asked only where both did."""

from core.api import Revision, visible


def merged(ctx, standing, fields: dict, seen: int | None) -> tuple[dict, dict]:
    """(mine, theirs) by field. A field that I left as I saw it takes what stands now, on both sides.

    `fields`: what I was about to save; `seen`: the version that I had before me.
    """
    theirs = {name: getattr(standing, name) for name in fields}
    saw = dict(theirs)
    # From the newest back to the one I saw: what stood before each of them.
    for (before,) in (visible(ctx, Revision, Revision.before)
                      .where(Revision.kind == standing._meta.table_name, Revision.object_uid == standing.uid,
                             Revision.object_version >= (seen or 0)).order_by(Revision.object_version.desc()).tuples()):
        saw.update({name: value for name, value in before.items() if name in saw})
    mine = {name: theirs[name] if value == saw[name] else value for name, value in fields.items()}
    return mine, theirs
