"""kill -9 in the middle of saving and of importing: what was acknowledged is there, once; nothing is there by half."""

import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from urllib.parse import urlencode

import pytest

from core import db
from core.audit import AuditLine, broken_at
from core.changes import FormMark
from core.coalitions.models import Membership
from core.files.store import StoredFile
from core.people.labels import name_in
from core.policy import unnarrowed
from core.testing.world import house_names
from tests.paths import ROOT

TIMES = int(os.environ.get("COMMONWEAL_KILLS", "20"))


class Forking:
    """tests.forking, as a process."""

    def __init__(self, instance):
        self.process = subprocess.Popen([sys.executable, "-m", "tests.forking", instance], cwd=ROOT, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tell(self, *words) -> dict:
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return self.hear()

    def hear(self) -> dict:
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)


@pytest.fixture
def forking(instance, world):
    db.database.close()
    made = Forking(instance.instance)
    yield made
    made.end()
    db.database.connect(reuse_if_open=True)


def send(port, cookie, fields) -> int | None:
    """The status of a form that was answered; None when the answer never came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/c/meridia/coalition/organisations", urlencode(fields), {
            "Cookie": f"s={cookie}", "Content-Type": "application/x-www-form-urlencoded"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def test_every_form_that_was_answered_is_saved_once_however_the_server_dies(app, cast, browser_of, forking):
    chance = random.Random(48)
    db.database.connect(reuse_if_open=True)
    browser = browser_of(cast.coordinator)
    cookie, token = browser.cookie, browser.csrf_token()
    db.database.close()
    acknowledged, retried, lost, number = [], 0, None, 0
    for _ in range(TIMES):
        child = forking.tell("serve")
        threading.Timer(chance.uniform(0.02, 0.25), os.kill, (child["pid"], signal.SIGKILL)).start()
        while True:
            if lost is not None:                # the bad line: the same form, with the same mark, once more
                fields, retried = lost, retried + 1
            else:
                number += 1
                fields = {"csrf_token": token, "name": f"House {number}", "mark": f"mark-of-house-{number:04}"}
            status = send(child["port"], cookie, fields)
            if status is None:
                lost = fields
                break
            assert status == 303
            lost = None
            acknowledged.append(fields["name"])
        assert forking.hear() == {"ended": child["pid"], "status": -signal.SIGKILL}
    db.database.connect(reuse_if_open=True)

    saved = [name for name in house_names() if name.startswith("House ")]
    assert len(acknowledged) > TIMES and retried >= TIMES - 1
    assert sorted(set(saved)) == sorted(saved)
    assert set(acknowledged) <= set(saved) and len(set(saved) - set(acknowledged)) <= 1
    # No half object: each has its membership, its line and its mark, and no mark stands alone.
    houses = [name_in(membership.organisation) for membership in unnarrowed(Membership)]
    assert sorted(name for name in houses if name.startswith("House ")) == saved
    assert FormMark.select().count() == len(saved)
    lines = AuditLine.select().where(AuditLine.via == "web", AuditLine.action == "coalition.members")
    assert lines.count() == len(saved)
    assert broken_at() is None
    assert db.database.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)


# --- importing -----------------------------------------------------------------------------------------------------

def write_table(path, count=120):
    lines = [f"140.{number},Plant {number} lime trees on the {number}th pier of the harbour,Slovenia,supported"
             for number in range(1, count + 1)]
    path.write_text("\n".join(["number,recommendation,states,position", *lines]) + "\n", encoding="utf-8")
    return path


def rows_of_import(app) -> dict[str, int]:
    with db.connection():
        assert broken_at() is None
        counts = {model._meta.table_name: unnarrowed(model).count() for model in app.host.said("tables")
                  if model._meta.table_name.startswith("recommendations_")}
        counts["stored_file"] = unnarrowed(StoredFile).count()
        counts["lines"] = AuditLine.select().where(AuditLine.action == "recommendations.import").count()
        return counts


def test_an_import_that_is_killed_is_there_whole_or_not_at_all(app, instance, forking, tmp_path):
    if "recommendations" not in app.host.loaded:
        pytest.skip("The plugin recommendations is not there.")
    table = write_table(tmp_path / "table.csv")
    words = ["recommendations", "import", str(table), "--coalition", "meridia", "--session", "48"]
    database, kept = instance.instance / "commonweal.sqlite3", tmp_path / "kept.sqlite3"
    shutil.copyfile(database, kept)

    def restore():
        for end in ("-wal", "-shm"):
            database.with_name(database.name + end).unlink(missing_ok=True)
        shutil.copyfile(kept, database)

    nothing = rows_of_import(app)
    statements = forking.tell("run", 0, *words)["statements"]
    assert forking.hear()["status"] == 0
    everything = rows_of_import(app)
    assert everything["recommendations_recommendation"] == 120 and everything["lines"] == 1

    # The end is the most delicate: half of the kills fall on the last statements, audit and commit among them.
    chance = random.Random(48)
    late = range(statements - TIMES // 2 + 1, statements + 1)
    for number in [*late, *(chance.randrange(1, statements) for _ in range(TIMES - len(late)))]:
        restore()
        assert forking.tell("run", number, *words)["status"] == -signal.SIGKILL
        assert rows_of_import(app) in (nothing, everything), f"killed before statement {number} of {statements}"
    # After the last of them the same import is done as if nothing had been.
    assert forking.tell("run", 0, *words)["statements"] > 0 and forking.hear()["status"] == 0
    assert rows_of_import(app) == everything
