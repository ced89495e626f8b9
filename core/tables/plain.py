"""Sheets as plain data, so that they can leave the child process that has read them, and lie sealed for a while."""

from dataclasses import asdict

from core.language import Words
from core.tables.sheets import Sheet, read_sheets


def plain_sheets(path, settings):
    """The sheets of a file as plain data; to be called in the child process."""
    return [{**asdict(sheet), "typed": [[*cell, kind] for cell, kind in sheet.typed.items()],
             "broken": [[row, words.kept()] for row, words in sheet.broken.items()]} for sheet in read_sheets(path)]


def sheets_from(plain) -> list[Sheet]:
    """The sheets that plain_sheets() gave."""
    return [Sheet(**{**one, "merged": [tuple(cells) for cells in one["merged"]],
                     "typed": {(row, column): kind for row, column, kind in one["typed"]},
                     "broken": {row: Words.from_kept(words) for row, words in one["broken"]}}) for one in plain]
