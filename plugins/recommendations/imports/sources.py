"""Where files are kept and who can read them: what an import needs of the installation."""

import os
from dataclasses import dataclass
from pathlib import Path

from core.api import Refused, lazy
from core.files.child import NO_FORM, read_best, read_in_child
from core.files.reading import Reader, Reading
from core.files.store import with_suffix
from plugins.recommendations.readers.reply import NOTHING_HERE

READER_SETTINGS = ("mapping", "positions", "session", "state")


@dataclass(frozen=True)
class Sources:
    """`files`: the folder of the store. `readers`: of all plugins. `reference`: the instance's own facts."""

    files: Path
    readers: tuple[Reader, ...]
    reference: Path

    @classmethod
    def of(cls, app, ctx):
        answers = app.host.gather("readers", Reader, ctx=ctx)
        return cls(app.settings.files, tuple(one for one in answers if isinstance(one, Reader)),
                   app.settings.instance / "reference")

    def of_subject(self, subject) -> list[Reader]:
        return [reader for reader in self.readers if reader.subject == subject]

    def read(self, path, subject, settings) -> Reading:
        """What the file says. settings["form"] names the reader; without it the surest one reads. Raises Refused."""
        readers = self.of_subject(subject)
        given = {name: settings[name] for name in READER_SETTINGS if settings.get(name)}
        if settings.get("near_session"):            # of several reviews in one table, the one that is looked at
            given.setdefault("session", settings["near_session"])
        given["reference_folder"] = str(self.reference)
        wanted = settings.get("form")
        if not wanted and len(readers) > 1:
            return _read_best(readers, path, given, subject)
        chosen = [reader for reader in readers if wanted in (None, reader.name)]
        if not chosen:
            raise Refused(lazy("There is no form “%(form)s”. The forms are: %(known)s.", form=wanted,
                               known=", ".join(dict.fromkeys(reader.name for reader in readers))))
        suffix = os.path.splitext(path)[1].lower()
        fitting = [reader for reader in chosen if suffix in reader.suffixes] or chosen
        return read_in_child(fitting[0], path, given)

    def read_kept(self, stored, subject, settings) -> Reading:
        """As read(), of a file in the store."""
        with with_suffix(self.files, stored.sha256, stored.name) as path:
            return self.read(path, subject, settings)


def _read_best(readers, path, given, subject):
    try:
        return read_best(readers, path, given)
    except Refused as refusal:
        if subject == "positions" and refusal.sentence == NO_FORM:
            raise Refused(NOTHING_HERE) from refusal
        raise
