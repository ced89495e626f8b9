"""What the pages say is so: commands, settings, files and links exist, code is cut from files that run."""

import ast
import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import PurePath

import click
import pytest
from click.testing import CliRunner

from core.cli import commonweal
from core.config import Settings
from core.hooks import Plugin
from core.plugin_author.checking import check_plugin
from core.plugin_author.writing import new_plugin
from core.web.help_page import TEXT
from tests.paths import ROOT, tracked_files
from tools.hooks_page import PAGE, example_of, hook_functions, page, parts_of

importlib.import_module("core.commands")            # hangs core's commands on the group
EXAMPLE = ROOT / "docs" / "example_plugin" / "meridia"
PAGES = sorted(path for path in tracked_files() if path.endswith(".md") and "/template/" not in path)

needs_both_plugins = pytest.mark.skipif(
    not all((ROOT / "plugins" / name / "plugin.py").exists() for name in Settings.plugins),
    reason="a plugin that the pages speak of is not there")


@pytest.fixture(scope="module")
def texts():
    return {path: (ROOT / path).read_text(encoding="utf-8") for path in PAGES}


def blocks(text, *languages) -> list[str]:
    return [body for language, body in re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
            if language in languages]


# --- links ----------------------------------------------------------------------------------------------------------

def anchors(text) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.replace("`", "").lower()).strip().replace(" ", "-") for head in heads}


# What the pages of help call each other by: they are read in the product.
ADDRESSES = {"/help": "coordinators.md", "/help/stages": "stages.md"}


def test_every_link_between_pages_leads_somewhere(texts):
    dead = []
    for path, text in texts.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"https?:|mailto:", target):
                continue
            file, _hash, anchor = target.partition("#")
            place = ((ROOT / path).parent / ADDRESSES.get(file, file)).resolve() if file else ROOT / path
            if not place.is_file() or (anchor and anchor not in anchors(place.read_text(encoding="utf-8"))):
                dead.append(f"{path}: {target}")
    assert dead == []


def test_every_page_in_docs_stands_in_their_list(texts):
    listed = set(re.findall(r"\]\((\w+\.md)\)", texts["docs/README.md"]))
    assert listed == {path.removeprefix("docs/") for path in PAGES
                      if re.fullmatch(r"docs/\w+\.md", path) and path != "docs/README.md"}


# --- commands -------------------------------------------------------------------------------------------------------

def commands_in(text) -> list[list[str]]:
    """The words behind `commonweal` in code: each line of a shell block, and each code span of the prose."""
    lines = [line for block in blocks(text, "sh", "crontab", "ini") for line in block.splitlines()]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]
    found = []
    for line in lines + spans:
        if line.startswith("ln "):
            continue
        line = line.removeprefix("runuser -u commonweal -- ")
        if called := re.search(r"(?:^|/bin/|=\S*\s)commonweal((?: [^#;]*)?)$", line.partition(" # ")[0].strip()):
            found.append(called[1].split())
    return found


def unknown_in(words) -> str | None:
    """What of a command does not exist: the word or the option. None: all of it does."""
    command, context = commonweal, click.Context(commonweal)
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if word.startswith("--"):
            option = next((one for one in command.params if word in one.opts), None)
            if option is None:
                return f"{command.name} {word}"
            position += 0 if option.is_flag else 1
        elif isinstance(command, click.Group):
            below = command.get_command(context, word)
            if below is None:
                return None if word == "…" or word.startswith("<") else f"{command.name} {word}"
            command = below
    return None


@needs_both_plugins
def test_every_command_on_the_pages_exists_with_its_options(texts):
    called = [(path, words) for path, text in texts.items() for words in commands_in(text)]
    assert len(called) > 40
    assert [f"{path}: {wrong}" for path, words in called if (wrong := unknown_in(words))] == []


def test_a_command_that_does_not_exist_is_found():
    text = ("`commonweal plugin frobnicate x`\n\n```sh\ncommonweal --instance d run --prot 1\n"
            ".venv/bin/commonweal doctor\n```")
    assert commands_in(text) == [["--instance", "d", "run", "--prot", "1"], ["doctor"], ["plugin", "frobnicate", "x"]]
    assert [unknown_in(words) for words in commands_in(text)] == ["run --prot", None, "plugin frobnicate"]


def test_every_command_is_on_a_page(texts):
    told = {tuple(words) for text in texts.values() for words in commands_in(text)}
    names = [name for name in commonweal.commands if name not in ("demo",)]
    assert [name for name in names if not any(name in words for words in told)] == []


# --- settings, files, make ------------------------------------------------------------------------------------------

FILE = r"`((?:[\w-][\w.-]*/)+(?:[\w-]+\.(?:cfg|css|csv|html|lock|md|py|toml|txt))?)(?:::\w+)?`"
OF_AN_INSTANCE = {"backups", "play/commonweal.toml"}
OTHER_VARIABLES = {"INSTANCE": "core/cli.py", "CHROMIUM": "core/testing/browser.py",
                   "TEST_DATABASES": "core/testing/postgres.py"}
SETTINGS = {field.name for field in fields(Settings)} - {"instance"}


def test_every_setting_on_the_pages_exists(texts):
    for path, text in texts.items():
        for name in re.findall(r"\bCOMMONWEAL_([A-Z_]+)", text):
            assert name.lower().rstrip("_") in SETTINGS | {""} or name in OTHER_VARIABLES, f"{path}: COMMONWEAL_{name}"
        for block in blocks(text, "toml"):
            assert set(tomllib.loads(block)) <= SETTINGS, f"{path}: {block}"
    for name, path in OTHER_VARIABLES.items():
        assert f"COMMONWEAL_{name}" in (ROOT / path).read_text(encoding="utf-8")


def test_the_administrators_page_tells_every_setting(texts):
    text = texts["docs/administrators.md"]
    assert {name for name in SETTINGS if f"`{name}`" not in text} == set()


def test_every_file_on_the_pages_exists(texts, tmp_path):
    known = {*tracked_files(), *(str(folder) for path in tracked_files() for folder in PurePath(path).parents),
             *map(str, new_plugin("boards", tmp_path).rglob("*"))}
    missing = []
    for path, text in texts.items():
        for name in re.findall(FILE, text):
            name = name.removeprefix("play/plugins/").rstrip("/")
            if "NAME" not in name and name not in OF_AN_INSTANCE and not any(
                    f"/{other}".endswith(f"/{name}") for other in known):
                missing.append(f"{path}: {name}")
    assert missing == []


def test_every_target_of_make_on_the_pages_exists(texts):
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = {name for text in texts.values() for name in re.findall(r"(?:`|^)make (\w+)", text, re.MULTILINE)}
    assert told - targets == set() and {"run", "test", "setup", "check"} <= told


# --- what coordinators read -----------------------------------------------------------------------------------------

@needs_both_plugins
def test_every_word_in_bold_on_the_help_page_stands_in_the_product():
    said = set(re.findall(r"\*\*([^*]+)\*\*", TEXT.read_text(encoding="utf-8")))
    sources = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in tracked_files()
                        if path.endswith((".html", ".py")) and "/tests/" not in path)
    own = {"A spreadsheet of your own", ".docx", ".pdf", ".html", ".xlsx", ".csv"}
    missing = {words for words in said - own if not any(f"{quote}{part}" in sources for quote in "'\"“"
                                                        for part in [words.partition(" …")[0]])}
    assert len(said) > 30 and missing == set()


# --- plugins --------------------------------------------------------------------------------------------------------

@needs_both_plugins
def test_the_page_of_hooks_is_what_the_docstrings_say():
    assert PAGE.read_text(encoding="utf-8") == page(), "Run: .venv/bin/python tools/hooks_page.py"


@needs_both_plugins
@pytest.mark.parametrize("hook", hook_functions())
def test_every_hook_has_its_contract_a_caller_and_an_answerer(hook):
    first, parts = parts_of(hook_functions()[hook])
    assert first.endswith(".") and {"Asked by", "Answers", "Failure", "Since", "Example"} <= set(parts)
    assert ("Gets" in parts) == bool(hook_functions()[hook].__code__.co_argcount)
    assert example_of(parts["Example"]).startswith("@hookimpl\n")
    callers = [path for path in tracked_files() if path.startswith(("core/", "plugins/")) and path.endswith(".py")
               and "/tests/" not in path and path != "core/hooks.py" and "plugin_author" not in path
               and f'"{hook}"' in (ROOT / path).read_text(encoding="utf-8")]
    assert callers != []


def code_of_the_example():
    files = [*EXAMPLE.rglob("*.py"), *EXAMPLE.rglob("*.html"), *EXAMPLE.parent.glob("*.txt")]
    return "\n\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_piece_of_code_in_the_tutorial_is_cut_from_the_example(texts):
    pieces = blocks(texts["docs/plugins.md"], "python", "html", "text")
    assert len(pieces) > 8
    assert [piece for piece in pieces if piece not in code_of_the_example()] == []


def test_every_piece_of_python_on_the_other_pages_can_be_read(texts):
    for path, text in texts.items():
        for piece in blocks(text, "python"):
            ast.parse(piece, path)


@needs_both_plugins
def test_the_example_passes_its_tests_and_the_check(tmp_path):
    folder = shutil.copytree(EXAMPLE, tmp_path / "meridia", ignore=shutil.ignore_patterns("__pycache__"))
    ran = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "core.testing", folder],
                         cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    assert "4 passed" in ran.stdout
    assert [str(one) for one in check_plugin(folder) if not one.is_well] == []


@needs_both_plugins
def test_the_tutorials_commands_do_what_it_says(tmp_path, texts):
    def run(*words):
        return subprocess.run([sys.executable, "-m", "core", *words], cwd=ROOT, capture_output=True, text=True)
    play = ["--instance", str(tmp_path / "play")]
    assert run(*play, "init").returncode == run(*play, "demo").returncode == 0
    shutil.copytree(EXAMPLE, tmp_path / "play/plugins/meridia")
    [settings] = blocks(texts["docs/plugins.md"], "toml")
    (tmp_path / "play/commonweal.toml").write_text(settings)
    lines = [line for block in blocks(texts["docs/plugins.md"], "sh") for line in block.splitlines()
             if "recommendations import" in line]
    tried, done = (run(*play, *line.split()[3:]) for line in
                   (line.replace("ministry-list.txt", str(EXAMPLE.parent / "ministry-list.txt")) for line in lines))
    refused = "entry No. 140.14: The State “Atlantis” is not known. Correct its name."
    assert (tried.returncode, done.returncode) == (1, 1)
    assert "2 new" in tried.stderr and refused in tried.stderr and "2 new" in done.stderr
    again = run(*play, "recommendations", "export", "--coalition", "demo", "--session", "48", "--format", "json")
    assert '"Train every judge of the family courts"' in again.stdout
    boards = run(*play, "plugin", "new", "boards")
    assert boards.returncode == 0
    path = tmp_path / "play/plugins/boards/models.py"
    path.write_text(path.read_text().replace("    text = T", "    more = TextField(default='')\n    text = T"))
    nothing = run(*play, "plugin", "migration", "meridia", "none")
    assert (nothing.returncode, "make all that its models say" in nothing.stderr) == (2, True)
    written = run(*play, "plugin", "migration", "boards", "add_a_date")
    assert written.stdout.endswith("/migrations/0002_add_a_date.py\n"), written.stderr


def test_the_manifest_of_the_example_names_every_part_that_the_page_explains():
    assert {field.name for field in fields(Plugin)} >= {"name", "title", "version", "requires", "network"}


def test_help_of_a_command_begins_with_a_verb_and_its_page_can_be_shown():
    for name in ("new", "check", "migration", "list"):
        shown = CliRunner().invoke(commonweal, ["plugin", name, "--help"])
        assert shown.exit_code == 0 and re.search(r"\n  (Write|Try|List) ", shown.output)
