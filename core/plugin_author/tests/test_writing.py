"""`commonweal plugin new`: what it writes runs, passes its own tests, and reads as the house does."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.cli import commonweal
from core.errors import Refused
from core.plugin_author.writing import TEMPLATE, new_plugin
from core.testing.plugin_home import shipped
from tests.paths import ROOT

importlib.import_module("core.commands")        # hangs core's commands on the group
RULES = ["--isolated", "--line-length", "120", "--target-version", "py311", "--select", "B,C4,E,F,I,PIE,UP,W",
         "--config", 'lint.isort.known-first-party=["core","plugins"]', "--extend-exclude", "migrations"]


def run(*words):
    return subprocess.run([Path(sys.executable), "-m", *map(str, words)], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["boards", "treaties", "abcdefghijklmnopqrst"])
def test_what_is_written_passes_the_linter_under_any_name(tmp_path, name):
    new_plugin(name, tmp_path)
    ran = run("ruff", "check", *RULES, tmp_path)
    assert (ran.stdout, ran.returncode) == ("All checks passed!\n", 0)


def test_a_file_is_written_for_each_idea_and_none_keeps_the_name_of_the_template(tmp_path):
    folder = new_plugin("boards", tmp_path)
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert written == {
        "README.md", "models.py", "notes.py", "plugin.py", "reader.py", "views.py", "migrations/0001_first_tables.py",
        "templates/boards/notes.html", "templates/boards/panel.html", "templates/boards/write.html",
        "tests/access.csv", "tests/factories.py", "tests/test_boards.py"}
    assert [path for path in written if "newplugin" in (folder / path).read_text().lower()] == []
    assert "newplugin" in (TEMPLATE / "plugin.py.txt").read_text()


@pytest.mark.skipif("recommendations" not in shipped(), reason="what is written stands on recommendations")
def test_it_passes_its_own_tests_and_the_check(tmp_path):
    folder = new_plugin("boards", tmp_path)
    tested = run("pytest", "-q", "-p", "no:cacheprovider", "-p", "core.testing", folder)
    assert tested.returncode == 0, tested.stdout
    checked = run("core", "plugin", "check", folder)
    assert (checked.returncode, "BAD" in checked.stdout) == (0, False), checked.stdout
    assert checked.stderr == "All is well with this plugin.\n"


@pytest.mark.parametrize("name, sentence", [
    ("Boards", "“Boards” cannot be a plugin's name"), ("9lives", "“9lives” cannot"),
    ("two_words", "“two_words” cannot"),
    ("a", "“a” cannot"), ("x" * 21, "cannot be a plugin's name"), ("../boards", "“../boards” cannot"),
    ("help", "“help” is a word of the house itself."), ("audit", "“audit” is a word of the house itself."),
    ("backup", "“backup” is a word of the house itself.")])
def test_a_name_that_cannot_be_one_writes_nothing(tmp_path, name, sentence):
    with pytest.raises(Refused) as refused:
        new_plugin(name, tmp_path, commonweal.commands)
    assert sentence in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", shipped())
def test_a_name_that_is_in_use_writes_nothing(tmp_path, name):
    with pytest.raises(Refused, match=f"There is a plugin “{name}” already."):
        new_plugin(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_lies_there_already_is_left_alone(tmp_path):
    (tmp_path / "boards").mkdir()
    (tmp_path / "boards" / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="is there already"):
        new_plugin("boards", tmp_path)
    assert [path.name for path in (tmp_path / "boards").iterdir()] == ["mine.txt"]


def test_the_command_writes_into_the_instance_and_says_how_to_go_on(tmp_path):
    ran = CliRunner().invoke(commonweal, ["--instance", str(tmp_path), "plugin", "new", "boards"])
    assert (ran.exit_code, ran.stdout) == (0, f"{tmp_path}/plugins/boards\n")
    assert 'plugins = ["recommendations", "midterm", "boards"]' in ran.stderr
    assert (tmp_path / "plugins/boards/plugin.py").exists()
