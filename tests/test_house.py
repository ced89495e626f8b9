"""The house rules that a machine can hold: sizes, folders, addresses, templates, and no words of real documents."""

import ast
import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.paths import ROOT, shared, tracked_files

TEXT_KINDS = {"", ".cfg", ".css", ".csv", ".html", ".in", ".js", ".json", ".lock", ".md", ".po", ".py", ".svg", ".toml",
              ".txt", ".typ", ".xml"}
MOST_LINES = 450

MACHINE_PATH = re.compile(r"(?<![\w.:<-])/(?:home|root|work|Users|tmp)/\w")
INDEX_ADDRESS = re.compile(r"pypi\.|pythonhosted|--find-links[ =]|--(?:extra-)?index-url[ =]|registry\.npm")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every text file of the project by its path."""
    paths = [path for path in tracked_files() if Path(path).suffix in TEXT_KINDS]
    return {path: (ROOT / path).read_text(encoding="utf-8") for path in paths if path != "tests/test_house.py"}


def test_no_file_names_a_folder_of_a_machine(texts):
    assert places(texts, MACHINE_PATH) == []


def test_no_file_names_a_package_index(texts):
    assert places(texts, INDEX_ADDRESS) == []


def test_no_module_is_longer_than_two_things(texts):
    lengths = {path: text.count("\n") for path, text in texts.items() if path.endswith(".py")}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_folder_and_no_file_is_empty():
    tracked = tracked_files()
    empty = [path for path in tracked if not (ROOT / path).stat().st_size and Path(path).name != "__init__.py"]
    assert empty == []
    # A package whose only file is an empty __init__.py holds nothing either.
    only_init = [path for path in tracked if Path(path).name == "__init__.py" and not (ROOT / path).read_text().strip()
                 and not [other for other in tracked if other.startswith(f"{Path(path).parent}/") and other != path]]
    assert only_init == []


def places(texts, pattern) -> list[str]:
    """`path:line: the words` for each place where the pattern stands."""
    return [f"{path}:{number}: {found.group()}" for path, text in texts.items()
            for number, line in enumerate(text.splitlines(), start=1) if (found := pattern.search(line))]


# --- imports -------------------------------------------------------------------------------------------------------

WEB = {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug"}
ROOMS_OF_THE_WEB = re.compile(r"(\w+_)?(views|forms|commands)\.py")        # views.py, lock_views.py, …
MAY_IMPORT_FLASK = {
    "core/app.py": "makes the application",
    "core/cli.py": "starts the server",
    "core/coalitions/one_time.py": "keeps an address in the session for the next page of the views beside it",
    "core/people/sessions.py": "is what Flask asks for a session",
    "core/plugin_author/answers.py": "signs in to walk the demonstration's pages",
    "core/plugin_author/said.py": "looks at a plugin's blueprints",
    "core/language.py": "asks whether there is an application to speak for",
    "conftest.py": "tests run an application",
}


def test_services_and_models_never_import_flask():
    found = {path for path in tracked_files() if path.endswith(".py") and imports(path) & WEB}
    outside = {path for path in found if not (path.startswith(("core/web/", "core/testing/", "tests/", "bench/"))
                                              or "/tests/" in path or ROOMS_OF_THE_WEB.fullmatch(Path(path).name))}
    assert outside - set(MAY_IMPORT_FLASK) == set()


def imports(path) -> set[str]:
    """The first words of what a module imports, at its top or inside."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


# --- templates -----------------------------------------------------------------------------------------------------

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)|\|\s*safe\b", re.IGNORECASE)
JINJA = re.compile(r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r"""\s(?:title|alt|placeholder|aria-label|label|summary)=["']([^"']*)["']""")
TAG = re.compile(r"<!--.*?-->|<(?:svg|code|kbd|script)\b.*?</(?:svg|code|kbd|script)>|<[^>]*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
# The product's name, codes and names of file forms are the same in every language.
SAME_EVERYWHERE = {"Commonweal", "UPR", "CSV", "csv", "docx", "html", "json", "pdf", "xlsx", "DOCTYPE", "Ctrl",
                   "amp", "nbsp", "middot", "rarr", "larr", "times", "mdash", "ndash", "hellip", "shy", "lt",
                   "gt", "quot"}


@pytest.fixture(scope="module")
def templates(texts):
    return {path: text for path, text in texts.items() if path.endswith(".html") and "/templates/" in path}


def test_no_template_holds_inline_script_or_style_or_lets_a_text_pass_unescaped(templates):
    assert places(templates, INLINE) == []


def test_every_word_of_a_template_is_translated(templates):
    found = {path: words for path, text in templates.items() if (words := untranslated(text))}
    assert found == {}


def test_the_check_finds_words_between_and_inside_tags():
    assert untranslated('<p title="Close it">{{ _("Seen") }} Hello <b>{% if x %}there{% endif %}</b></p>') == [
        "Close it", "Hello", "there"]
    assert untranslated("<p>{% trans %}Whole{% endtrans %} {{ name }} – {# a note #} <code>x.csv</code></p>") == []


def untranslated(template) -> list[str]:
    plain = JINJA.sub(" ", template)
    spoken = [words for words in SPOKEN_ATTRIBUTE.findall(plain) if set(WORD.findall(words)) - SAME_EVERYWHERE]
    return spoken + [word for word in WORD.findall(TAG.sub(" ", plain)) if word not in SAME_EVERYWHERE]


# --- nothing of the real documents ---------------------------------------------------------------------------------

WINDOW = 8
RUN = 3         # so many windows one after the other: ten words in a row that stand in one recommendation only


def test_no_sentence_of_a_real_document_stands_in_the_project(texts):
    known = windows_of_samples(shared("domain", "samples"))
    assert len(known) > 10_000
    found = [f"{path}: … {words} …" for path, text in texts.items() for words in copied(text, known)]
    assert found == []


def test_the_check_finds_a_sentence_that_was_copied():
    known = windows_of_texts({"Plant one lime tree in every street of the capital before the end of the year"})
    assert copied('text = "Plant one lime tree in every street, of the capital and more"', known) == [
        "plant one lime tree in every street of the capital"]
    assert copied("Plant one oak in every street of the town", known) == []


def windows_of_samples(folder) -> set[int]:
    truths = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / "expected").glob("*.json")]
    wordings = {entry["text"] for truth in truths if isinstance(truth.get("recommendations"), list)
                for entry in truth["recommendations"]}
    for path in folder.glob("*/*.csv"):
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            wordings |= {max(cells, key=len) for cells in csv.reader(lines) if cells}
    return windows_of_texts(wordings)


def windows_of_texts(wordings) -> set[int]:
    """Hashes of the windows that stand in one wording only: names of treaties stand in many, and are free."""
    counts = Counter(window for wording in wordings for window in set(hashes(words_of(wording))))
    return {window for window, count in counts.items() if count == 1}


def words_of(text) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def hashes(words) -> list[int]:
    return [hash(tuple(words[start:start + WINDOW])) for start in range(len(words) - WINDOW + 1)]


def copied(text, known) -> list[str]:
    """The first words of each run of windows that are known."""
    words = words_of(text)
    found, length = [], 0
    for start, window in enumerate([*hashes(words), None]):
        if window in known:
            length += 1
            continue
        if length >= RUN:
            found.append(" ".join(words[start - length:start + WINDOW - 1]))
        length = 0
    return found
