"""An archive tells no hour that the pages do not tell."""

import json
import zipfile

from core import db
from core.audit import note
from core.coalitions.models import Membership
from core.context import Context
from core.db import utc_now
from core.files.store import StoredFile, keep
from core.portable.exporting import export_coalition
from core.portable.tests.busy import fill


def test_an_archive_says_no_hour_at_which_a_withheld_organisation_worked(app, cast, tmp_path):
    fill(app, cast, organisations=4, rows=5)
    Membership.update(visibility="withheld").where(Membership.id == cast.member.membership.id).execute()
    seat = cast.member.seat
    with db.transaction():
        StoredFile.create(coalition=cast.coalition, sha256=keep(app.settings.files, b"a letter"), name="Letter.docx",
                          size_bytes=8, at=utc_now(), seat=cast.coordinator.seat)
        for person in (cast.member, cast.coordinator):
            note(person.ctx, "organisation.data", cast.coalition)
    export_coalition(Context(via="command", now=utc_now()).at(cast.coalition), app, tmp_path / "all.zip")
    export_coalition(cast.coordinator.ctx, app, tmp_path / "mine.zip")
    def lengths(name, actor):
        with zipfile.ZipFile(tmp_path / name) as pack:
            lines = map(json.loads, pack.read("audit.jsonl").splitlines())
        return {len(line["at"]) for line in lines if line["actor"] == actor.uid}
    assert lengths("mine.zip", seat) == {10} and lengths("mine.zip", cast.coordinator.seat) != {10}
    assert 10 not in lengths("all.zip", seat)                  # for the other server the operator takes all of it
    with zipfile.ZipFile(tmp_path / "mine.zip") as pack:
        files = [entry for entry in pack.infolist() if entry.filename.startswith("files/")]
    assert files and {entry.date_time for entry in files} == {(1980, 1, 1, 0, 0, 0)}
