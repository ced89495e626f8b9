"""Compiles the translations (.po → .mo) in place: `.venv/bin/python tools/catalogues.py [FOLDER]`.

Git holds the .po files only: a compiled one goes stale and makes conflicts that nobody can read.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def compile_catalogues(root):
    """Makes the .mo beside each .po under core, plugins and instance that is newer than its .mo; gives their count."""
    compiled = 0
    for folder in ("core", "plugins", "instance"):
        for source in (root / folder).rglob("translations/*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            with source.open("rb") as lines:
                catalogue = read_po(lines, locale=source.parent.parent.name)
            with target.open("wb") as compiled_file:
                write_mo(compiled_file, catalogue)
            compiled += 1
    return compiled


if __name__ == "__main__":
    compile_catalogues(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
