"""What a plugin's files say without being run."""

import pytest

from core.plugin_author.source import check_imports, check_network, check_readme, check_templates, parts_of


@pytest.fixture
def written(tmp_path):
    """`written({"views.py": "text"})` writes the files of a plugin, and gives its folder."""
    def write(files):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path
    return write


def bad(found):
    return [(one.got, one.where) for one in found if not one.is_well]


@pytest.mark.parametrize("line", [
    "import core.api", "from core.api import change", "from core.files.reading import Row", "import json, flask",
    "from core.errors import Refused", "from core.web.frame import route", "from plugins.notes import notes",
    "import plugins.notes.a", "from plugins.recommendations.rows import Row", "from peewee import TextField"])
def test_what_keeps_its_name_may_be_imported(written, line):
    assert bad(check_imports(written({"a.py": line}), "notes", ("recommendations",))) == []


@pytest.mark.parametrize("line, got", [
    ("from core.people.models import Person", "core.people.models"), ("import core.db", "core.db"),
    ("import core", "core"), ("from core import policy", "core.policy"), ("from . import notes", "."),
    ("from plugins import midterm", "plugins.midterm"), ("from .notes import add", ".notes"),
    ("from plugins.midterm.models import Round", "plugins.midterm.models"), ("import core.apiary", "core.apiary"),
    ("from core.testing.world import Cast", "core.testing.world"), ("def f():\n    import core.audit", "core.audit")])
def test_what_may_change_tomorrow_is_named(written, line, got):
    place = "views/a.py:2" if line.startswith("def") else "views/a.py:1"
    assert bad(check_imports(written({"views/a.py": line}), "notes", ("recommendations",))) == [(got, place)]


@pytest.mark.parametrize("place", ["tests/test_a.py", "reading/tests/test_a.py"])
def test_a_test_may_use_more_than_the_plugin(written, place):
    folder = written({place: "from core.testing.world import Cast\nfrom core.people.models import Person"})
    assert bad(check_imports(folder, "notes", ())) == []


def test_a_migration_imports_nothing_of_ours(written):
    folder = written({"migrations/0001_first.py": "from peewee import *\nfrom core.api import Owned"})
    assert bad(check_imports(folder, "notes", ())) == [("core.api", "migrations/0001_first.py:2")]


@pytest.mark.parametrize("line, got", [
    ("import urllib.request", "urllib.request"), ("from urllib import request", "urllib.request"),
    ("import httpx", "httpx"), ("from http.client import HTTPConnection", "http.client"), ("import socket", "socket"),
    ("import smtplib", "smtplib"), ("def f():\n    import requests.sessions", "requests.sessions")])
def test_a_way_out_that_the_manifest_does_not_tell_is_named(written, line, got):
    folder = written({"a.py": line})
    assert [one[0] for one in bad(check_network(folder, False, False))] == [got]
    assert bad(check_network(folder, True, False)) == []


def test_addresses_may_be_taken_apart_and_mails_sent_where_it_is_told(written):
    folder = written({"a.py": "from urllib.parse import urlsplit\nfrom urllib import parse\nimport smtplib",
                      "tests/test_a.py": "import socket"})
    assert bad(check_network(folder, False, True)) == []


WHOLE = """# Notes

People keep notes.

## Hooks

`panels` and `tables`

## Permissions

`notes.see`

## Settings

None.

## Tables

`notes_note`

## What it keeps of people

Nothing.
"""
TOLD = {"Hooks": ["panels", "tables"], "Permissions": ["notes.see"], "Tables": ["notes_note"]}


def test_a_readme_that_tells_all_is_well(written):
    assert bad(check_readme(written({"README.md": WHOLE}), TOLD)) == []


@pytest.mark.parametrize("old, new, got", [
    ("People keep notes.", "", "nothing below the title"), ("## Settings", "Settings", "no such part"),
    ("`notes_note`", "`notes_notes`", "notes_note is not named"), ("panels", "panel", "panels is not named"),
    ("## What it keeps of people", "### What it keeps of people", "no such part")])
def test_what_a_readme_lacks_is_named(written, old, new, got):
    assert bad(check_readme(written({"README.md": WHOLE.replace(old, new)}), TOLD)) == [(got, "README.md")]


def test_a_heading_may_say_more_and_a_table_may_leave_its_beginning_out(written):
    text = WHOLE.replace("## Hooks", "## Hooks that it answers").replace("`notes_note`", "`…_note`")
    assert bad(check_readme(written({"README.md": text}), TOLD)) == []


def test_a_plugin_without_a_readme_is_told(tmp_path):
    assert bad(check_readme(tmp_path, {})) == [("no README.md", "")]


def test_a_readme_has_its_parts():
    assert parts_of("# T\nA\n\n## B\nC\nD\n## E") == {"": "A", "B": "C\nD", "E": ""}


@pytest.mark.parametrize("line", ['<p style="x">', "<style>", '<b onclick="x">', "<script>", "{{ a|safe }}",
                                  '<a href="javascript:x">'])
def test_a_template_that_the_policy_would_refuse_is_named(written, line):
    [(got, where)] = bad(check_templates(written({"templates/notes/a.html": f"<p>x</p>{line}"}), "notes"))
    assert (got.strip() in line, where) == (True, "templates/notes/a.html")


def test_a_template_in_the_place_of_another_is_named(written):
    folder = written({"templates/layout.html": "<p>x</p>", "templates/notes/a.html": '<script src="x"></script>'})
    assert bad(check_templates(folder, "notes")) == [("templates/layout.html", "")]
