"""doctor: looks at an installation and says what is well and what is not, each with the act that mends it."""

from dataclasses import dataclass
from datetime import timedelta

from core import db
from core.app import histories
from core.audit import broken_at
from core.circles.models import CircleFile
from core.coalitions.models import Coalition, Organisation
from core.db import utc_now
from core.errors import Refused
from core.files.models import AttachedVersion, Attachment
from core.files.store import StoredFile, cut_off, is_whole, path_of, stray
from core.instance.plugins_seen import changed_plugins
from core.keyring import Closed, lies_in_memory
from core.language import Words, lazy, lazy_plural, uncompiled
from core.notices.mail_server import mail_server
from core.notices.outbox import stuck
from core.notices.sending import REASONS
from core.people.models import Person
from core.policy import unnarrowed
from core.sealing import LOCKED, check_open
from core.search.index import stale
from core.search.searching import models_of


@dataclass(frozen=True)
class Finding:
    is_well: bool
    words: Words


def examine(app, reads_files=False) -> list[Finding]:
    """Findings on settings, migrations, translations, audit chain, files, search and plugins. Changes nothing.

    `reads_files`: every byte of the store is read, and compared with the name that it lies under.
    """
    missing, unknown = db.pending_migrations(histories(app))
    found = [Finding(True, lazy("Settings: the instance is in %(folder)s.", folder=str(app.settings.instance))),
             _migrations(missing, unknown), *_translations(app), *_cut_off(app)]
    if not missing:
        found += [_chain(), _files(app, reads_files), _search(app), _keys(app), *_changed(app), *_mail(app),
                  *_coalitions()]
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


def _translations(app):
    if paths := uncompiled(app.translations):
        yield Finding(False, lazy_plural(
            "Translations: %(num)d catalogue is not compiled, and what it says comes out in English (%(path)s). Run: "
            "make setup", "Translations: %(num)d catalogues are not compiled, and what they say comes out in English "
                          "(the first: %(path)s). Run: make setup", len(paths), path=str(paths[0])))


def _cut_off(app):
    return [Finding(False, lazy("Left over: %(folder)s holds, in clear, what a backup or an export had written when it "
                                "was cut off. The server deletes it within the hour; where none runs, delete it.",
                                folder=str(folder)))
            for folder in cut_off(app.settings.instance, utc_now())]


def _keys(app):
    try:
        check_open()
    except Closed as error:
        return Finding(False, error.sentence)
    if lies_in_memory(app.settings.key_file_path):
        return Finding(True, lazy("Keys: the key file lies in memory; who takes the machine away reads no name."))
    return Finding(True, lazy("Keys: the key file lies on the disk; who takes the machine takes the key with it. "
                              "docs/administrators.md says how to keep it in memory."))


def _chain():
    broken = broken_at()
    if broken is None:
        return Finding(True, lazy("Audit: the chain is whole."))
    return Finding(False, lazy("Audit: the chain is broken at line %(number)d. Somebody changed the database by "
                               "hand: compare with a backup.", number=broken))


def _changed(app):
    return [Finding(False, lazy("Plugin %(name)s: its code is another than since %(day)s. If you changed it, run: "
                                "commonweal upgrade", name=row.name, day=row.since.date().isoformat()))
            for row in changed_plugins(app.host)]


def _mail(app):
    try:
        server = mail_server(app.settings)
    except Refused as error:
        return [Finding(False, lazy("Mail: %(words)s", words=error.sentence))]
    if server is None:
        set_up = Finding(True, lazy("Mail: none is sent, since no mail server is set up (`mail` in commonweal.toml)."))
    else:
        set_up = Finding(True, lazy("Mail: goes through %(host)s, port %(port)d.", host=server.host, port=server.port))
    if not (rows := stuck()):
        return [set_up]
    reasons = [REASONS[reason] for reason in sorted({row.reason for row in rows})]
    return [set_up, *(Finding(False, lazy_plural("Mail: %(num)d could not be sent so far. %(reason)s",
                                                 "Mail: %(num)d could not be sent so far. %(reason)s",
                                                 sum(REASONS[row.reason] is reason for row in rows), reason=reason))
                      for reason in reasons)]


def _coalitions():
    """Those that are about to go, and those that came without something."""
    overdue = utc_now() - timedelta(days=1)
    for coalition in Coalition.select().order_by(Coalition.slug):
        if coalition.ends_at is not None:
            is_late = coalition.ends_at < overdue and not coalition.is_locked
            day = coalition.ends_at.date().isoformat()
            yield Finding(False, lazy("Coalition %(slug)s: it should be gone since %(day)s. The jobs are not done: run "
                                      "commonweal worker", slug=coalition.slug, day=day)) if is_late else \
                Finding(True, lazy("Coalition %(slug)s: it is going to be deleted on %(day)s.", slug=coalition.slug,
                                   day=day))
        if coalition.waits_for:
            yield Finding(False, lazy("Coalition %(slug)s: what the plugin %(names)s holds waits in the archive from "
                                      "which it came. Install the plugin, and import the archive again.",
                                      slug=coalition.slug, names=", ".join(coalition.waits_for)))
    if count := sum(model.select().where(model.key_reference == LOCKED, model.sealed.is_null()).count()
                    for model in (Organisation, Person)):
        yield Finding(False, lazy_plural(
            "Names: %(num)d came locked. Import the archive again with its key: commonweal coalition import FILE "
            "--key-file KEY",
            "Names: %(num)d came locked. Import the archive again with its key: commonweal coalition import FILE "
            "--key-file KEY", count))


def _files(app, reads_files):
    folder, lost, spoiled = app.settings.files, [], []
    for uid, sha256 in _named_files():
        if not path_of(folder, sha256).exists():
            lost.append(uid)
        elif reads_files and not is_whole(folder, sha256):
            spoiled.append(uid)
    if lost:
        return Finding(False, lazy("Files: %(count)d are gone from the store (%(uids)s). Restore them from a backup.",
                                   count=len(lost), uids=", ".join(lost[:5])))
    if spoiled:
        return Finding(False, lazy("Files: %(count)d are not what was brought (%(uids)s). Restore them from a backup.",
                                   count=len(spoiled), uids=", ".join(spoiled[:5])))
    if reads_files:
        return Finding(True, lazy("Files: all are there, and each is what was brought. %(count)d wait to be deleted.",
                                  count=len(stray(folder))))
    return Finding(True, lazy("Files: all are there."))


def _named_files():
    """(uid of what it belongs to, SHA-256) of all bytes that rows name."""
    for model in (StoredFile, CircleFile):
        yield from unnarrowed(model, model.uid, model.sha256).tuples()
    for uid, *both in (unnarrowed(Attachment, Attachment.uid, AttachedVersion.sha256, AttachedVersion.clean_sha256)
                       .join(AttachedVersion).tuples()):
        yield from ((uid, sha256) for sha256 in both)


def _search(app):
    if count := stale(models_of(app.host)):
        return Finding(False, lazy_plural(
            "Search: the words of %(num)d text are missing or old. Run: commonweal doctor --reindex",
            "Search: the words of %(num)d texts are missing or old. Run: commonweal doctor --reindex", count))
    return Finding(True, lazy("Search: it has the words of all that stands."))
