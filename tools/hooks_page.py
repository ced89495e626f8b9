"""Writes docs/hooks.md from the docstrings of core/hooks.py: `.venv/bin/python tools/hooks_page.py`.

Each hook stands there with its contract and with the example that its docstring names, cut from the file that runs.
"""

import ast
import dataclasses
import inspect
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core import hooks  # noqa: E402

PAGE = ROOT / "docs" / "hooks.md"
PARTS = ("Asked by", "Gets", "Answers", "Order", "Failure", "Since", "Example")
HEAD = """# Hooks

What a plugin can answer. This page is made from the docstrings of `core/hooks.py`, which are the contract:
`.venv/bin/python tools/hooks_page.py` writes it anew.

A plugin marks a function of its `plugin.py` with `@hookimpl` and gives it the hook's name. It may leave out arguments
that it does not need. None, or an empty list, is "nothing from me". Nothing is asked while a `change()` is open. How to
write a plugin: [plugins.md](plugins.md).
"""


def hook_functions() -> dict:
    """Hook → the function whose docstring is its contract, in the order of core/hooks.py."""
    return {name: value for name, value in vars(hooks).items() if hasattr(value, "commonweal_spec")}


def parts_of(function) -> tuple[str, dict[str, str]]:
    """(what the hook is, in a sentence; its parts by their names, each in one line)."""
    first, _blank, rest = inspect.getdoc(function).partition("\n")
    parts, current = {}, ""
    for line in rest.splitlines():
        found = re.match(rf"({'|'.join(PARTS)})\s\s*(.*)", line)
        if found:
            current = found[1]
            parts[current] = found[2]
        elif line.strip():
            parts[current] += " " + line.strip()
    return first, parts


def example_of(place: str) -> str:
    """The source of `path/to/file.py::function`, with its decorators."""
    path, _colons, name = place.partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    [node] = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == name]
    return "\n".join(text.splitlines()[node.decorator_list[0].lineno - 1:node.end_lineno])


def page() -> str:
    """The whole text of docs/hooks.md."""
    return "\n".join([HEAD, *(_section(name, function) for name, function in hook_functions().items()), _answers()])


def _section(name, function):
    first, parts = parts_of(function)
    lines = [f"## {name}{inspect.signature(function)}", "", first, "", "| | |", "|---|---|"]
    lines += [f"| {part} | {_escaped(parts[part])} |" for part in PARTS[:-1] if part in parts]
    return "\n".join([*lines, "", f"`{parts['Example']}`:", "", "```python", example_of(parts["Example"]), "```", ""])


def _escaped(words):
    """For a cell of a table; a < in code stays as it is."""
    spans = words.replace("|", "\\|").split("`")
    return "`".join(span if place % 2 else span.replace("<", "&lt;") for place, span in enumerate(spans))


def _answers():
    """The dataclasses that answers are made of, each with its source."""
    kinds = [value for value in vars(hooks).values() if dataclasses.is_dataclass(value)]
    blocks = [f"### {kind.__name__}\n\n```python\n{inspect.getsource(kind).rstrip()}\n```\n" for kind in kinds]
    return "## What answers are made of\n\n`core.api` gives them to plugins.\n\n" + "\n".join(blocks)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
