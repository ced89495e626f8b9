"""doctor: looks at an installation and says what is well and what is not, each with the act that mends it."""

from dataclasses import dataclass

from core import db
from core.app import histories
from core.audit import broken_at
from core.files.store import StoredFile, path_of
from core.language import Words, lazy
from core.policy import unnarrowed


@dataclass(frozen=True)
class Finding:
    is_well: bool
    words: Words


def examine(app) -> list[Finding]:
    """Findings on settings, migrations, audit chain, files and plugins. Changes nothing."""
    missing, unknown = db.pending_migrations(histories(app))
    found = [Finding(True, lazy("Settings: the instance is in %(folder)s.", folder=str(app.settings.instance))),
             _migrations(missing, unknown)]
    if not missing:
        found += [_chain(), _files(app)]
    found += [Finding(True, lazy("Plugin %(name)s, version %(version)s.", name=name, version=loaded.manifest.version))
              for name, loaded in app.host.loaded.items()]
    return found + [Finding(False, words) for words in app.host.refused.values()]


def _migrations(missing, unknown):
    if missing:
        return Finding(False, lazy("The database lacks %(names)s. Run: commonweal upgrade", names=", ".join(missing)))
    if unknown:
        return Finding(False, lazy("The database is newer than the program: it has %(names)s. Install the newer "
                                   "program.", names=", ".join(unknown)))
    return Finding(True, lazy("Database: it has the form of this program."))


def _chain():
    broken = broken_at()
    if broken is None:
        return Finding(True, lazy("Audit: the chain is whole."))
    return Finding(False, lazy("Audit: the chain is broken at line %(number)d. Somebody changed the database by "
                               "hand: compare with a backup.", number=broken))


def _files(app):
    lost = [row.uid for row in unnarrowed(StoredFile) if not path_of(app.settings.files, row.sha256).exists()]
    if lost:
        return Finding(False, lazy("Files: %(count)d are gone from the store (%(uids)s). Restore them from a backup.",
                                   count=len(lost), uids=", ".join(lost[:5])))
    return Finding(True, lazy("Files: all are there."))
