import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest


@pytest.mark.database
def test_a_marked_test_runs_on_both_databases(database_kind, database_url):
    assert database_url.startswith(f"{database_kind}://")


def test_a_database_of_a_template_holds_what_the_template_held(postgres):
    def build(url):
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE note AS SELECT 'kept' AS words")

    copies = [postgres.create(postgres.template("notes", build)) for _ in range(2)]
    for url in copies:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT words FROM note").fetchall() == [("kept",)]
            connection.execute("DELETE FROM note")
        postgres.drop(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(copies[0])


def test_the_server_is_gone_after_the_run_even_when_a_worker_is_killed(tmp_path):
    inner = tmp_path / "test_inner.py"
    inner.write_text("import os, signal\n"
                     "def test_it(postgres):\n"
                     "    print('FOLDER', postgres.folder, flush=True)\n"
                     "    os.kill(os.getpid(), signal.SIGKILL)\n")
    ran = subprocess.run([sys.executable, "-m", "pytest", "-s", "-p", "core.testing.postgres", "-p", "no:cacheprovider",
                          f"--basetemp={tmp_path / 'base'}", "--rootdir", tmp_path, inner],
                         cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == -9, ran.stdout + ran.stderr
    folder = Path(ran.stdout.partition("FOLDER ")[2].split()[0])
    until = time.monotonic() + 20
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not folder.exists()
