"""Where tests find things: the project's own folders, and the shared pages beside it."""

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
