"""What a plugin's files say without being run: what they import, what the README tells, where templates lie."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.api import PUBLIC_MODULES
from core.language import lazy
from core.plugin_author.findings import Finding, bad, ok

NETWORK = ("aiohttp", "ftplib", "http", "httpx", "imaplib", "nntplib", "poplib", "requests", "smtplib", "socket",
           "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc")
MAIL = ("smtplib",)
README_PARTS = ("Hooks", "Permissions", "Settings", "Tables", "What it keeps of people")
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)|\|\s*safe\b", re.IGNORECASE)


@dataclass(frozen=True)
class Import:
    module: str
    place: str              # "views.py:3"
    kind: str               # test, migration, or own


def imports_of(folder: Path) -> Iterator[Import]:
    """Every import in the plugin's .py files, at the top of a file or inside a function."""
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder)
        kind = "test" if "tests" in inside.parts else "migration" if inside.parts[0] == "migrations" else "own"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(inside))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from (Import(module, f"{inside}:{node.lineno}", kind) for module in _modules(node))


def _modules(node):
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if node.module in ("urllib", "core", "plugins"):            # `from urllib import request` names a module too
        return [f"{node.module}.{name.name}" for name in node.names]
    return ["." * node.level + (node.module or "")]


def _is_of(module, packages):
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def check_imports(folder: Path, name: str, requires: tuple[str, ...]) -> list[Finding]:
    """Only what core has promised, the plugin's own modules, and the plugins that it requires."""
    what = lazy("Imports: only what keeps its name")
    mine = [f"plugins.{other}" for other in (name, *requires)]
    found = []
    for one in imports_of(folder):
        if one.module.startswith("."):
            found.append(bad(what, one.module, lazy("whole names: from plugins.%(name)s.… import …", name=name),
                             one.place))
        elif one.kind == "migration" and _is_of(one.module, ("core", "plugins")):
            found.append(bad(what, one.module, lazy("a migration that imports nothing of ours: it is a frozen copy"),
                             one.place))
        elif _is_of(one.module, ("core",)) and one.kind != "test" and not _is_of(one.module, PUBLIC_MODULES):
            found.append(bad(what, one.module, lazy("core.api, or one of: %(names)s",
                                                    names=", ".join(PUBLIC_MODULES[1:])), one.place))
        elif _is_of(one.module, ("plugins",)) and one.module != "plugins" and not _is_of(one.module, mine):
            found.append(bad(what, one.module, lazy("its plugin named in PLUGIN.requires, or no such import"),
                             one.place))
    return found or [ok(what)]


def check_network(folder: Path, network: bool, mails: bool) -> list[Finding]:
    """A plugin that reaches other hosts says so in its manifest, where an administrator reads it."""
    what = lazy("Network: none that the manifest does not tell")
    free = {module for module in NETWORK if network or (mails and module in MAIL)}
    found = [bad(what, one.module, lazy("no such import, or PLUGIN with network=True (for mail: mails=True)"),
                 one.place)
             for one in imports_of(folder) if one.kind == "own" and _is_of(one.module, NETWORK)
             and not _is_of(one.module, free)]
    return found or [ok(what)]


def check_readme(folder: Path, told: dict[str, list[str]]) -> list[Finding]:
    """`told`: part → names that it must mention, such as {"Hooks": ["panels"]}; a table may begin with “…”."""
    what = lazy("README.md: says what the plugin does, adds and keeps")
    path = folder / "README.md"
    if not path.exists():
        return [bad(what, "no README.md", lazy("a README.md with the parts %(parts)s", parts=", ".join(README_PARTS)))]
    parts = parts_of(path.read_text(encoding="utf-8"))
    found = []
    if not parts.get(""):
        found.append(bad(what, "nothing below the title", lazy("a sentence that says what the plugin does"),
                         "README.md"))
    for part in README_PARTS:
        words = next((below for heading, below in parts.items() if heading.startswith(part)), None)
        if words is None:
            found.append(bad(what, "no such part", lazy("a heading “## %(part)s”", part=part), "README.md"))
            continue
        for name in told.get(part, ()):
            if not re.search(rf"(?<!\w)(?:{re.escape(name)}|…_{re.escape(name.partition('_')[2] or name)})\b", words):
                found.append(bad(what, f"{name} is not named", lazy("%(name)s under “## %(part)s”", name=name,
                                                                    part=part), "README.md"))
    return found or [ok(what)]


def parts_of(text: str) -> dict[str, str]:
    """Heading (second level) → the words below it; "" is what stands before the first one, the title left out."""
    parts, current = {"": ""}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            current = line[3:].strip()
            parts[current] = ""
        elif not line.startswith("# "):
            parts[current] += line + "\n"
    return {heading: words.strip() for heading, words in parts.items()}


def check_templates(folder: Path, name: str) -> list[Finding]:
    """They lie under the plugin's own name, since only themes replace what others draw; and hold nothing inline."""
    what = lazy("Templates: in templates/%(name)s/, without inline script or style", name=name)
    own, found = folder / "templates" / name, []
    for path in sorted((folder / "templates").rglob("*.html")):
        place = str(path.relative_to(folder))
        if own not in path.parents:
            found.append(bad(what, place, lazy("templates/%(name)s/%(file)s", name=name, file=path.name)))
        if inline := INLINE.search(path.read_text(encoding="utf-8")):
            found.append(bad(what, inline.group(), lazy("classes of the theme's sheet; the pages' policy refuses the "
                                                        "rest"), place))
    return found or [ok(what)]
