"""Where facts that ship as data files are found: the instance's own file first, then the one that comes with us."""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).parent / "data"
_own_folder: Path | None = None


def look_first_in(folder):
    """From now on a file of the same name in this folder replaces the shipped one; None: the shipped ones only."""
    global _own_folder
    _own_folder = Path(folder) if folder else None
    table.cache_clear()
    for forget in _made_from_tables:
        forget()


@cache
def table(name):
    """The rows of a data file such as "states.csv": a tuple of dicts of stripped text, an absent cell as ""."""
    own = _own_folder / name if _own_folder else None
    path = own if own and own.is_file() else SHIPPED / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple({key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file))


_made_from_tables: list[Callable[[], None]] = []


def made_from_tables(function):
    """As functools.cache, and forgotten together with the tables."""
    cached = cache(function)
    _made_from_tables.append(cached.cache_clear)
    return cached
