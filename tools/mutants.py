"""Breaks the code on purpose, one place at a time, on a copy of the tree, and wants the machine to notice.

    python tools/mutants.py                # all of tests/mutants/*.toml
    python tools/mutants.py access         # those of one file

A mutant is `name`, `file`, `find` (stands there once), `put` (in its place) and `run` (what pytest is given; it must
fail). A machine that has not been seen failing does not count. Status 1: a mutant lived, or no longer fits the code;
2: there is no such file.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "tests" / "mutants"
SECONDS = 900


def main(*names: str) -> int:
    subjects = [path.stem for path in sorted(PLACE.glob("*.toml"))]
    if strange := sorted(set(names) - set(subjects)):
        print(f"There is no {', '.join(strange)} in tests/mutants. There is: {', '.join(subjects)}.", file=sys.stderr)
        return 2
    lived = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copy_tree(copy)
        for subject in names or subjects:
            mutants = tomllib.loads((PLACE / f"{subject}.toml").read_text(encoding="utf-8"))["mutant"]
            for run in sorted({mutant["run"] for mutant in mutants}):
                if status(copy, run) != 0:
                    print(f"{run} fails without a mutant: it proves nothing.")
                    return 1
            for mutant in mutants:
                verdict = try_one(copy, mutant)
                print(f"{verdict:8} {subject}: {mutant['name']}", flush=True)
                if verdict != "noticed":
                    lived.append(mutant["name"])
    print(f"{len(lived)} were not noticed." if lived else "Every mutant was noticed.")
    return 1 if lived else 0


def copy_tree(target: Path) -> None:
    """The files of the project as git names them, new ones too; in a repository of its own, for tests that ask git."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for path in filter(None, told.split("\0")):
        if (ROOT / path).is_file():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, target / path)
    subprocess.run(["git", "init", "--quiet"], cwd=target, check=True)  # noqa: S607
    subprocess.run([sys.executable, "tools/catalogues.py"], cwd=target, check=True)


def try_one(copy: Path, mutant: dict) -> str:
    """`noticed`, `LIVED`, or `MISFIT` where the text to find does not stand there once."""
    place = copy / mutant["file"]
    good = place.read_text(encoding="utf-8") if place.exists() else ""
    if good.count(mutant["find"]) != 1:
        return "MISFIT"
    place.write_text(good.replace(mutant["find"], mutant["put"]), encoding="utf-8")
    try:
        # 1: tests failed. Anything else (nothing collected, a wrong argument) proves nothing.
        found = status(copy, mutant["run"])
        return {0: "LIVED", 1: "noticed"}.get(found, f"ODD {found}")
    finally:
        place.write_text(good, encoding="utf-8")


def status(copy: Path, run: str) -> int:
    """pytest's exit status for these words, in the copy."""
    words = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *run.split()]
    return subprocess.run(words, cwd=copy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
