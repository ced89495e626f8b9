"""Recommendations and files on their way in, as the plugin's own people make them."""

import tempfile
from pathlib import Path

from core import db
from core.files.store import as_file
from plugins.recommendations.editing.editing import Written, add_recommendation
from plugins.recommendations.imports.importing import bring_in, drafted, keep_for_preview
from plugins.recommendations.imports.sources import Sources
from plugins.recommendations.readers.commonweal import COMMONWEAL
from plugins.recommendations.readers.matrix import MATRIX
from plugins.recommendations.readers.reply import REPLY
from plugins.recommendations.readers.report import REPORT
from plugins.recommendations.readers.table import TABLE

LIST = "5.1\tPlant trees along the salt marsh (France) (Chile);\n5.2\tOpen the archives to the families (Norway);\n"
OWN_TABLE = ("Ref,What was said,By whom,Answer\n"
             "5.1,Plant trees along the salt marsh,France; Chile,Thumbs up\n"
             "5.2,Open the archives to the families,Norway,Thumbs down\n")


def sources_in(folder) -> Sources:
    """What an import needs, with the readers of this plugin; files are kept in the folder."""
    return Sources(Path(folder) / "files", (MATRIX, REPORT, COMMONWEAL, TABLE, REPLY), Path(folder) / "reference")


def _sources():
    # Beside the database, where there is a file of it; PostgreSQL's has a name, which is no path.
    return sources_in(Path(db.database.obj.database).parent if db.is_sqlite() else tempfile.mkdtemp())


def make_recommendation(ctx, review, number="5.1", text="Plant trees along the salt marsh", states=("FRA",),
                        position=None, **more):
    return add_recommendation(ctx, review, Written(text, number, states=states, **more), position)


def make_import(ctx, sources, content, name="list.txt", review=None, left_out=frozenset(), **settings):
    """Bring these bytes in, as the page and the command do; gives the Import or None."""
    content = content if isinstance(content, bytes) else content.encode()
    subject = settings.pop("subject", "recommendations")
    with as_file(content, name, sources.files) as path:
        reading = sources.read(path, subject, settings)
    return bring_in(ctx, sources, drafted(ctx, reading, settings, review), name, content, left_out=left_out)


def _stored(cast):
    sources = _sources()
    settings = {"subject": "recommendations", "form": "report"}
    stored = keep_for_preview(cast.coordinator.ctx, sources, "list.txt", LIST.encode(), settings)
    with as_file(LIST.encode(), "list.txt", sources.files) as path:
        reading = sources.read(path, "recommendations", settings)
    draft = drafted(cast.coordinator.ctx, reading, settings, cast.review)
    return {"uid": stored.uid, "fingerprint": draft.fingerprint}


def _table(cast):
    return keep_for_preview(cast.coordinator.ctx, _sources(), "own.csv", OWN_TABLE.encode(),
                            {"subject": "recommendations", "form": "table"})


FACTORIES = {
    "import": lambda cast: make_import(cast.coordinator.ctx, _sources(), LIST, review=cast.review),
    "number": lambda cast: {"key": cast.review.key,
                            "number": make_recommendation(cast.coordinator.ctx, cast.review).number},
    "recommendation": lambda cast: make_recommendation(cast.coordinator.ctx, cast.review),
    "stored": _stored,
    "table": _table,
}
