"""What set-up installs: pinned by hash, whole, and nothing that nobody imports."""

import configparser
import importlib.metadata
import os
import re
import time

from babel.messages.mofile import read_mo

from tests.paths import ROOT, tracked_files
from tests.test_house import imports
from tools.catalogues import compile_catalogues

# Not imported by name, and needed all the same.
NEEDED_UNSEEN = {
    "tzdata": "zoneinfo reads it where the system has no zones",
    "mypy": "make check", "ruff": "make check", "import-linter": "make check", "types-peewee": "mypy reads it",
    "pytest-timeout": "ends a test that hangs", "pytest-xdist": "make test runs two workers",
    "setuptools": "builds the wheel", "wheel": "setuptools asks for it",
    "uv": "make lock", "coverage": "asked for by hand",
}
COME_WITH_FLASK = {"itsdangerous", "jinja2", "markupsafe", "werkzeug"}


def declared() -> set[str]:
    """The names of all dependencies in setup.cfg."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    extras = settings["options.extras_require"].values()
    lines = "\n".join([settings["options"]["install_requires"], *extras]).split()
    return {re.split(r"[\[<>=!~]", line)[0] for line in lines}


def locked() -> dict[str, str]:
    """Name → the text of its entry in requirements.lock."""
    text = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    return {entry.partition("==")[0].partition("[")[0]: entry for entry in entries}


def test_every_package_of_the_lock_is_pinned_with_its_hashes():
    entries = locked()
    loose = [name for name, entry in entries.items()
             if not re.match(r"[\w.-]+(\[\w+\])?==\S+( ;[^\\]*)? \\\n    --hash=sha256:[0-9a-f]{64}", entry)]
    assert len(entries) > 40 and loose == []


def test_every_dependency_that_is_declared_is_locked():
    assert declared() - set(locked()) == set()


def imported() -> set[str]:
    """The distributions that some module of the project imports."""
    names = set().union(*(imports(path) for path in tracked_files() if path.endswith(".py")))
    owners = importlib.metadata.packages_distributions()
    return {re.sub(r"[-_.]+", "-", owner).lower() for name in names for owner in owners.get(name, ())}


def test_every_dependency_that_is_declared_is_used():
    assert declared() - imported() == set(NEEDED_UNSEEN)


def test_everything_that_is_imported_is_declared():
    assert imported() - declared() - COME_WITH_FLASK - {"commonweal"} == set()


def test_a_translation_is_compiled_when_it_is_newer_than_what_was_compiled(tmp_path):
    source = tmp_path / "plugins/sample/translations/ar/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(head + 'msgid "Today"\nmsgstr "اليوم"\n', encoding="utf-8")
    assert compile_catalogues(tmp_path) == 1
    assert compile_catalogues(tmp_path) == 0
    source.write_text(head + 'msgid "Today"\nmsgstr "هذا اليوم"\n', encoding="utf-8")
    os.utime(source, (time.time() + 5, time.time() + 5))
    assert compile_catalogues(tmp_path) == 1
    with source.with_suffix(".mo").open("rb") as compiled:
        assert read_mo(compiled).get("Today").string == "هذا اليوم"
