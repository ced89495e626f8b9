"""Brings the catalogues up to the sentences in the code: `python tools/messages.py [LANGUAGE …]`, of core and plugins.

Without a language it takes those that core has; `fr` begins one. With `--check` it writes nothing, names the sentences
that a language lacks, and ends with 1 when there are any.
A catalogue is a language of core or of a plugin: <package>/translations/<language>/LC_MESSAGES/messages.po.
"""

import csv
import io
import re
import sys
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
# What Babel writes at the head of a catalogue where nobody has said anything; a moment in it would change each time.
EMPTY_HEAD = re.compile(rb'^"(?:Project|Report|POT|PO|Last|Language-Team|Generated)-?[\w-]*: .*\\n"\n', re.MULTILINE)
KEYWORDS = {"_": None, "lazy": None, "ngettext": (1, 2), "lazy_plural": (1, 2)}
METHODS = [("**/tests/**", "ignore"), ("**/migrations/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2"),
           ("**/upr_cycle.toml", "tools.messages:stage_titles"),
           ("**/reference/data/themes.csv", "tools.messages:goal_titles")]


def packages() -> list[Path]:
    """The folders that have sentences of their own: core with the theme's templates, and each plugin."""
    return [ROOT / "core", *sorted(path.parent for path in ROOT.glob("plugins/*/plugin.py"))]


def stage_titles(file, keywords, comment_tags, options):
    """The sentences of a workflow's stages, as Babel wants them from an extractor."""
    for stage in tomllib.loads(file.read().decode())["stage"]:
        for words in (stage["title"], stage["purpose"], *(one["title"] for one in stage.get("documents", ()))):
            yield 1, "lazy", words, []


def goal_titles(file, keywords, comment_tags, options):
    """The titles of the Sustainable Development Goals, which core.reference.themes gives in the reader's language."""
    for line, row in enumerate(csv.DictReader(file.read().decode().splitlines()), start=2):
        if row["kind"] == "sdg":
            yield line, "_", row["name"], []


def extracted(package: Path) -> Catalog:
    """Every sentence of a package, without places: those would change with each line of code."""
    found = Catalog(project="Commonweal", charset="utf-8")
    folders = [package, ROOT / "themes"] if package.name == "core" else [package]
    for folder in folders:
        for _name, _line, message, comments, context in extract_from_dir(folder, METHODS, keywords=KEYWORDS):
            found.add(message, auto_comments=comments, context=context)
    return found


def languages() -> list[str]:
    """The languages that core has; each of them is whole, in core and in every plugin (tests/test_languages.py)."""
    return sorted(folder.name for folder in (ROOT / "core" / "translations").iterdir() if folder.is_dir())


def catalogue(package: Path, language: str) -> Path:
    return package / "translations" / language / "LC_MESSAGES" / "messages.po"


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, project="Commonweal", charset="utf-8", fuzzy=False, header_comment="")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(package: Path, language: str) -> Catalog:
    standing = read(catalogue(package, language), language)
    standing.update(extracted(package), no_fuzzy_matching=True, update_creation_date=False)
    standing.obsolete.clear()
    return standing


def lacking(standing: Catalog) -> list[str]:
    """The sentences without a translation, or with one that is only guessed."""
    def is_whole(message):
        words = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        return all(words) and not message.fuzzy
    return [str(message.id) for message in standing if message.id and not is_whole(message)]


def write(path: Path, standing: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    write_po(content, standing, width=118, sort_output=True)
    path.write_bytes(EMPTY_HEAD.sub(b"", content.getvalue()).lstrip())


def main(wanted: list[str], check: bool) -> int:
    missing = 0
    for package in packages():
        for language in wanted or languages():
            standing = updated(package, language)
            if not check:
                write(catalogue(package, language), standing)
            for sentence in lacking(standing):
                missing += 1
                print(f"{package.relative_to(ROOT)} {language}: {sentence}")
    print(f"{missing} sentences lack a translation", file=sys.stderr)
    return 1 if check and missing else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main([word for word in sys.argv[1:] if word != "--check"], "--check" in sys.argv[1:]))
