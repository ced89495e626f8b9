"""`commonweal plugin check`: a plugin is broken in each way, and each is found, with what, where and what to do."""

import shutil
import subprocess
import sys

import pytest

from core.errors import Refused
from core.plugin_author.checking import check_plugin
from core.plugin_author.findings import Finding
from core.plugin_author.writing import new_plugin
from core.testing.plugin_home import shipped
from tests.paths import ROOT

pytestmark = pytest.mark.skipif("recommendations" not in shipped(), reason="what is written stands on recommendations")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return new_plugin("notes", tmp_path_factory.mktemp("sound"))


@pytest.fixture
def notes(sound, tmp_path):
    """The folder of a plugin without a fault, to be broken."""
    return shutil.copytree(sound, tmp_path / "notes")


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def wrong(folder):
    """(what, got, where) of each finding that is bad."""
    return [(str(one.what), one.got, one.where) for one in check_plugin(folder) if not one.is_well]


@pytest.mark.parametrize("name", shipped())
def test_the_plugins_that_ship_are_without_a_fault(name):
    assert wrong(ROOT / "plugins" / name) == []


def test_a_finding_says_what_was_got_what_was_expected_and_where(notes):
    replace(notes / "models.py", '"notes_note"', '"boards_note"')
    [found] = [one for one in check_plugin(notes) if str(one.what).startswith("Tables")]
    assert str(found) == ("BAD  Tables: named notes_… (models.py)\n       got       boards_note\n"
                          "       expected  notes_… for each")
    assert Finding.from_kept(found.kept()) == found


# file, what is replaced by what, what is found: (what begins with, got, where)
LOADING = [
    ("plugin.py", "import Entry", "import Nothing, Entry", "plugin.py can be imported",
     "ImportError: cannot import name 'Nothing' from 'core.api'", "plugin.py:3"),
    ("views.py", "from flask", "raise SystemExit(7)\nfrom flask", "plugin.py can be imported", "SystemExit: 7",
     "views.py:3"),
    ("views.py", "def write(", "def write((", "plugin.py can be imported", "SyntaxError", "plugin.py:7"),
    ("plugin.py", 'PLUGIN = Plugin(name="notes"', 'PLUGIN = dict(name="notes"', "Manifest", "PLUGIN is {'name'",
     "plugin.py"),
    ("plugin.py", 'Plugin(name="notes"', 'Plugin(name="boards"', "Manifest", "name='boards'", "plugin.py"),
    ("plugin.py", 'title=lazy("Notes")', 'title="Notes"', "Manifest", "title='Notes'", "plugin.py"),
    ("plugin.py", '("recommendations",)', '("recommendations", "moon")', "Requires", "moon", "PLUGIN.requires"),
]


@pytest.mark.parametrize("file, old, new, what, got, where", LOADING)
def test_what_cannot_be_loaded_is_named(notes, file, old, new, what, got, where):
    replace(notes / file, old, new)
    [found] = wrong(notes)
    assert (found[0].startswith(what), found[1].startswith(got), found[2]) == (True, True, where), found


SAID = [
    ("plugin.py", "def navigation(ctx)", "def navigaton(ctx)", "Hooks", "navigaton", "plugin.py"),
    ("plugin.py", "def panels(ctx, place, objects)", "def panels(ctx, place, obj)", "Hooks", "panels(obj)",
     "plugin.py"),
    ("plugin.py", "return notes.PERMISSIONS", 'return ["notes.see"]', "permissions: answers", "'notes.see'",
     "plugin.py, permissions"),
    ("plugin.py", "return [Note]", "return [notes]", "tables: answers", "<module", "plugin.py, tables"),
    ("plugin.py", "return [pages]", "return [1 / 0]", "blueprints: answers", "ZeroDivisionError",
     "plugin.py, blueprints"),
    ("notes.py", '"notes.see"', '"boards.see"', "Permissions", "boards.see", "permissions()"),
    ("models.py", '"notes_note"', '"note"', "Tables", "note", "models.py"),
    ("views.py", '@route("notes.see")\n', "", "Pages", "its route notes.all_notes names no permission", "views.py"),
    ("views.py", 'Blueprint("notes"', 'Blueprint("boards"', "Pages", "Blueprint('boards')", "views.py"),
    ("views.py", "\n\n\nclass NoteForm", "\npages.before_app_request(lambda: None)\n\n\nclass NoteForm", "Pages",
     "it changes the whole app by before_request_funcs", "views.py"),
    ("views.py", "\n\n\nclass NoteForm", "\npages.record(lambda s: s.app.add_url_rule("
     "'/x', 'x', route('notes.see')(str)))\n\n\nclass NoteForm", "Pages",
     "its address /x lies outside /c/<coalition>/notes/", "views.py"),
]


@pytest.mark.parametrize("file, old, new, what, got, where", SAID)
def test_what_is_said_at_start_is_looked_at(notes, file, old, new, what, got, where):
    replace(notes / file, old, new)
    found = wrong(notes)
    assert [one for one in found if one[0].startswith(what) and one[1].startswith(got) and one[2] == where], found
    # And the house itself would not have it either.
    assert [one for one in found if one[0].startswith("Loaded by a fresh instance")], found


FILES = [
    ("templates/notes/panel.html", "{%- endif %}", "", "Templates: each", "TemplateSyntaxError", "panel.html:14"),
    ("tests/access.csv", "notes.write,POST", "notes.write,PUT", "Access", "no line for notes.write POST",
     "tests/access.csv"),
    ("tests/access.csv", "notes.all_notes,GET", "notes.none,GET", "Access", "a line for notes.none GET",
     "tests/access.csv"),
    ("notes.py", "from core.api", "import core.audit\nfrom core.api", "Imports", "core.audit", "notes.py:3"),
    ("notes.py", "from core.api", "import ssl\nfrom core.api", "Network: none that", "ssl", "notes.py:3"),
    ("templates/notes/panel.html", "<ul>", '<ul style="color: red">', "Templates: in", " style=",
     "templates/notes/panel.html"),
    ("README.md", "`notes.write`", "`notes.scribble`", "README.md", "notes.write is not named", "README.md"),
    ("README.md", "`notes_note`", "notes", "README.md", "notes_note is not named", "README.md"),
    ("README.md", "`panels`", "panel", "README.md", "panels is not named", "README.md"),
]


@pytest.mark.parametrize("file, old, new, what, got, where", FILES)
def test_what_the_files_say_is_looked_at(notes, file, old, new, what, got, where):
    replace(notes / file, old, new)
    found = wrong(notes)
    assert [one for one in found if one[0].startswith(what) and one[1].startswith(got) and one[2] == where], found


TABLES = [
    ("models.py", "    text = TextField()", "    text = TextField()\n    more = TextField(default='')",
     "Migrations: from empty", "the models still ask: add column notes_note.more"),
    ("models.py", "    text = TextField()", "    text = TextField(index=True)", "Migrations: from empty",
     "the models still ask: add index notes_note (text)"),
    ("migrations/0001_first_tables.py", "    migrator.migrate(migrator.drop_table('notes_note'))", "    pass",
     "Migrations: down", "notes_note stays after down()"),
    ("migrations/0001_first_tables.py", "def down(", "def back(", "Migrations: they run", "MigrationError"),
    ("migrations/0001_first_tables.py", "db.create_tables([Note])",
     "db.create_tables([Note]); db.execute_sql('CREATE TABLE elsewhere (id integer)')", "Migrations: from empty",
     "elsewhere"),
]


@pytest.mark.parametrize("file, old, new, what, got", TABLES)
def test_migrations_make_what_the_models_say_and_can_go_back(notes, file, old, new, what, got):
    replace(notes / file, old, new)
    found = wrong(notes)
    assert [one for one in found if one[0].startswith(what) and one[1].startswith(got)], found


# Each walk of the demonstration takes seconds, so one plugin is broken in several ways: edits, and what is found.
BAR = 'return [Entry(PLUGIN.title, "notes.all_notes", weight=80)]'
REACHES_OUT = """module = __import__("importlib").import_module("socket")
    try:
        module.create_connection(("127.0.0.1", 9), timeout=1)
    except OSError:
        pass
    return [BARS]"""
ANSWERS = [
    ([("plugin.py", BAR, "return 1 / 0"), ("plugin.py", "return [BARS]", "return (BARS for _ in range(1 // 0))"),
      ("plugin.py", "notes.add_first_notes(ctx)", "raise RuntimeError('no')"),
      ("templates/notes/panel.html", "{%- if texts %}", "{%- if nothing_of_this_name %}")],
     [("navigation", "ZeroDivisionError: division by zero", "plugin.py:32"),
      ("readers", "ZeroDivisionError: integer division or modulo by zero", "plugin.py:47"),
      ("demonstration", "RuntimeError: no", "plugin.py:52"),
      ("panels", "UndefinedError: 'nothing_of_this_name' is undefined", "panel.html:8")]),
    ([("plugin.py", '"recommendation.aside"', '"recommendation.nowhere"'), ("plugin.py", "return [BARS]", REACHES_OUT),
      ("templates/notes/notes.html", "{%- if notes %}", "{%- if nothing_of_this_name %}"),
      ("reader.py", "sniff, read, Row)", "lambda path: 1.0, read, Row)")],
     [("panels", "nothing; asked for recommendation.aside, recommendation.main, recommendations.bar, "
      "review.stage, today.aside", ""),
      ("Network: nothing was opened", "1 × socket.connect", ""), ("Reader bars", "<lambda>", "plugins.notes.reader"),
      ("Pages: the demonstration", "500; fault ", "/c/demo/notes/")]),
    ([("plugin.py", BAR, 'return "Notes"'), ("reader.py", 'Reader("bars"', 'Reader("table"')],
     [("navigation", "TypeError: navigation answers Entry, not 'N'", "plugin.py, navigation"),
      ("Reader table", "2 readers are called table", "plugins.notes.reader")]),
    ([("plugin.py", "notes.add_first_notes(ctx)", "import os; os._exit(3)")],
     [("The trial comes to its end", "status 3", "")]),
]


@pytest.mark.parametrize("edits, expected", ANSWERS)
def test_answers_to_the_demonstration_are_watched(notes, edits, expected):
    for file, old, new in edits:
        replace(notes / file, old, new)
    found = wrong(notes)
    assert len(found) == len(expected), found
    for what, got, where in expected:
        assert [one for one in found if one[0].startswith(what) and one[1].startswith(got) and one[2] == where], found


def test_the_demonstration_waits_until_the_rest_is_well(notes):
    replace(notes / "README.md", "## Settings", "## Setting")
    assert [one[0] for one in wrong(notes)] == ["README.md: says what the plugin does, adds and keeps",
                                                "The demonstration is walked"]


def test_a_plugin_that_goes_out_and_says_so_may(notes):
    replace(notes / "notes.py", "from core.api", "import urllib.request  # noqa: F401\nfrom core.api")
    replace(notes / "plugin.py", 'version="0.1.0"', 'version="0.1.0", network=True')
    assert wrong(notes) == []


def test_a_plugin_that_never_ends_is_stopped(notes):
    replace(notes / "views.py", "from flask", "import time\ntime.sleep(60)\nfrom flask")
    found = check_plugin(notes, seconds=3)
    assert [(str(one.what), one.got) for one in found] == [
        ("The trial comes to its end", "it was stopped after 3 seconds")]


def test_a_folder_without_a_plugin_is_refused(tmp_path):
    with pytest.raises(Refused, match="There is no plugin.py in"):
        check_plugin(tmp_path)


def test_the_command_ends_with_1_when_something_is_bad(notes):
    replace(notes / "README.md", "## Settings", "## Setting")
    ran = subprocess.run([sys.executable, "-m", "core", "plugin", "check", str(notes)], cwd=ROOT, capture_output=True,
                         text=True)
    assert (ran.returncode, ran.stderr) == (1, "2 things to put right.\n")
    assert "BAD  README.md: says what the plugin does, adds and keeps (README.md)\n       got       no such part\n" \
           "       expected  a heading “## Settings”" in ran.stdout
