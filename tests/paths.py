"""Where tests find things: the project's own folders, and the shared pages beside it."""

import subprocess
from pathlib import Path

from core.testing.required import lacking

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def shared(*parts: str) -> Path:
    """A path in ../shared; the test is skipped (in CI: fails) where it is missing."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        lacking(f"../shared/{'/'.join(parts)}", "Put the shared pages beside the project's folder.")
    return path


def tracked_files() -> list[str]:
    """The project's files as git names them, those included that are new and not ignored; only what is on disk."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(path for path in told.split("\0") if path and (ROOT / path).is_file())
