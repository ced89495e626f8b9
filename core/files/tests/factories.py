"""Files of a coalition, put there without a child; and what stands at their addresses, for the access machine."""

import tempfile
from pathlib import Path

from core import db
from core.changes import change
from core.files.attaching import FileStore
from core.files.models import AttachedVersion, Attachment
from core.files.store import keep

TABLE = b"day,place\n2027-03-12,Harbour\n"


def store_here(quota_bytes=10 * 1024**2) -> FileStore:
    """The store of the instance whose database is open; on PostgreSQL, which has no folder, another."""
    folder = Path(db.database.obj.database).parent if db.is_sqlite() else Path(tempfile.mkdtemp())
    return FileStore(folder / "files", quota_bytes)


def make_attachment(ctx, membership=None, content=TABLE, original=None, kind="csv", name="raids.csv",
                    title="Raids in spring", store=None, **more):
    """A file whose copy for others is `content`, and whose original is `original`."""
    folder = (store or store_here()).folder
    made = Attachment(coalition=ctx.coalition, membership=membership, title=title, **more)
    with change(ctx, "files.add", made) as entry:
        entry.add(made)
        entry.add(AttachedVersion(
            attachment=made, number=1, kind=kind, name=name, at=ctx.now, seat=ctx.seat, membership=membership,
            sha256=keep(folder, original or content), size_bytes=len(original or content),
            clean_sha256=keep(folder, content), clean_bytes=len(content)))
    return made


def _of_the_member(cast):
    return {"uid": make_attachment(cast.member.ctx, cast.member.membership).uid, "number": 1}


FACTORIES = {"attachment": _of_the_member}
