"""A real PostgreSQL for the tests, made of the distribution's programs: one server per run, a database per test.

The server belongs to all workers of the run and dies with the last of them, however that ends: each worker holds a
shared lock, and a keeper process, which waits for the exclusive one, stops the server when it is granted.
"""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from core.testing.required import lacking

ROLE = "commonweal"
# Nothing here has to survive a power cut.
SETTINGS = {"listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
            "shared_buffers": "64MB", "max_connections": "60", "timezone": "UTC"}


class Server:
    """A running PostgreSQL, reached by the socket in `folder`."""

    def __init__(self, folder: str):
        self.folder = folder
        self._templates: dict[str, str] = {}

    def url(self, name: str) -> str:
        return f"postgresql://{ROLE}@/{name}?host={self.folder}"

    def create(self, template: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of the template that `template()` named."""
        name = f"t_{secrets.token_hex(8)}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._run(command.format(sql.Identifier(name), sql.Identifier(template or "template0")))
        return self.url(name)

    def drop(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def template(self, name: str, build) -> str:
        """The name of a database that `build(url)` filled, once per worker. `build` must leave no connection open."""
        if name not in self._templates:
            url = self.create()
            build(url)
            self._templates[name] = url.partition("@/")[2].partition("?")[0]
        return self._templates[name]

    def _run(self, command: sql.Composed) -> None:
        with psycopg.connect(host=self.folder, user=ROLE, dbname="postgres", autocommit=True) as connection:
            connection.execute(command)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """The PostgreSQL server of this run, as a `Server`; started by whoever asks first."""
    programs = find_programs()
    if programs is None:
        lacking("PostgreSQL", "Install the package postgresql.")
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    with (shared / "postgres.users").open("w") as users, (shared / "postgres.start").open("w") as start:
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(start, fcntl.LOCK_EX)
        note = shared / "postgres.json"
        if not note.exists():
            start_server(programs, note, shared / "postgres.users")
        fcntl.flock(start, fcntl.LOCK_UN)
        yield Server(json.loads(note.read_text())["folder"])


@pytest.fixture
def database_kind(request) -> str:
    """`sqlite`; a test that is marked `database` runs a second time with `postgresql`."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def database_url(database_kind, request, tmp_path):
    """The address of an empty database of this kind, for this test alone."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite3'}"
        return
    server = request.getfixturevalue("postgres")
    url = server.create()
    yield url
    server.drop(url)


def pytest_generate_tests(metafunc):
    if "database_kind" not in metafunc.fixturenames or metafunc.definition.get_closest_marker("sqlite"):
        return
    everywhere = os.environ.get("COMMONWEAL_TEST_DATABASES") == "all"
    if everywhere or metafunc.definition.get_closest_marker("database"):
        metafunc.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)


def find_programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs, or None."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    found = [folder for folder in folders if (folder / "initdb").exists()]
    if not found and (initdb := shutil.which("initdb")):
        return Path(initdb).resolve().parent
    return max(found, key=lambda folder: float(folder.parent.name), default=None)


def start_server(programs: Path, note: Path, users: Path) -> None:
    """Start a server with its keeper; write its folder to `note` when it answers."""
    folder = Path(tempfile.mkdtemp(prefix="commonweal-pg-"))
    log = (folder / "log").open("w")
    account = server_account()
    if account:
        shutil.chown(folder, account)
    data = folder / "data"
    subprocess.run([programs / "initdb", "-D", data, "-U", ROLE, "--auth=trust", "--encoding=UTF8",
                    "--locale=C.UTF-8", "--no-sync"],
                   cwd=folder, stdout=log, stderr=log, check=True, **as_account(account))
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    keeper = subprocess.Popen([sys.executable, "-m", __name__, users, note, folder, account,
                               programs / "postgres", "-D", data, "-k", folder, *options],
                              stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(host=str(folder), user=ROLE, dbname="postgres").close()
            break
        except psycopg.OperationalError:
            if keeper.poll() is not None or time.monotonic() > until:
                pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()}", pytrace=False)
            time.sleep(0.05)
    note.write_text(json.dumps({"folder": str(folder)}))


def server_account() -> str:
    """The account that runs the server; "" is this one. PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return ""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def as_account(account: str) -> dict:
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []} if account else {}


def keep(users: str, note: str, folder: str, account: str, *command: str) -> None:
    """Run the server until nobody holds the lock on `users` any more, then leave nothing of it."""
    server = subprocess.Popen(command, cwd=folder, **as_account(account))
    with open(users) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Path(note).unlink(missing_ok=True)
        server.send_signal(signal.SIGINT)       # PostgreSQL's fast shutdown: open connections are cut
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(*sys.argv[1:])
