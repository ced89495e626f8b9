"""The numbers of recommendations as people type them into spreadsheets, and what spreadsheets make of them."""

import re

from core.files.reading import Problem
from core.language import lazy
from plugins.recommendations.readers.printed import clean_number, number_and_rest


def numbers_of(records, problems):
    """{row: number}; a number that a spreadsheet took for a decimal (121.10 became 121.1) is mended where both
    neighbours say so, and doubted where one does."""
    numbers = {}
    for index, record in enumerate(records):
        cell = record.values.get("number")
        if not cell:
            continue
        if record.typed.get("number") == "date":
            problems.append(Problem(record.place, lazy(
                "The spreadsheet made a date of the number. Format the column as text, and type the number again."),
                refused=False))
            continue
        lost = record.typed.get("number") == "number" and _lost_zero(records, index)
        if lost:
            numbers[record.row], reason = lost
            problems.append(Problem(record.place, reason, refused=False))
        else:
            numbers[record.row] = _clean(cell, record, problems)
    return {row: number for row, number in numbers.items() if number}


def _clean(cell, record, problems):
    number, rest = number_and_rest(re.sub(r"(?<=\d),(?=\d)", ".", cell))
    if number and not rest:
        return clean_number(number)
    if re.fullmatch(r"\d{1,4}[a-z]?\.?", cell):
        return cell.rstrip(".")
    problems.append(Problem(record.place, lazy(
        "“%(cell)s” is no number of a recommendation, such as 121.3. The row is kept without a number.", cell=cell),
        refused=False))
    return None


def _lost_zero(records, index):
    """(number, sentence) where the neighbours of 121.1 say that it is 121.10 (or .20, .30 …), else None."""
    def pair(place):
        cell = records[place].values.get("number", "") if 0 <= place < len(records) else ""
        found = re.fullmatch(r"(\d+)\.(\d+)", cell or "")
        return (found[1], int(found[2])) if found else None

    own, before, after = pair(index), pair(index - 1), pair(index + 1)
    if own is None or own[1] > 9 or before == (own[0], own[1] - 1) or after == (own[0], own[1] + 1):
        return None
    whole = (own[0], own[1] * 10)
    agreeing = [before == (whole[0], whole[1] - 1), after == (whole[0], whole[1] + 1)]
    if not any(agreeing):
        return None
    printed, meant = f"{own[0]}.{own[1]}", f"{whole[0]}.{whole[1]}"
    if all(agreeing):
        return meant, lazy("The number %(printed)s stands between its neighbours as %(meant)s and was read so. Format "
                           "the column as text, so that the zero stays.", printed=printed, meant=meant)
    return printed, lazy("The number %(printed)s may have lost a zero: should it be %(meant)s? Format the column as "
                         "text, and type it again.", printed=printed, meant=meant)
