"""The Sustainable Development Goals, by number and title.

data/themes.csv also holds the names that UN documents give to human rights themes and to affected persons; nothing asks
for those yet.
"""

from core.language import _
from core.reference.files import made_from_tables, table
from core.reference.states import folded_name


def sdg_title(number):
    """The title of a Sustainable Development Goal in the language of the moment: "No poverty" of "1"; of a target
    ("16.2") that of its goal; None of a number that is no goal's."""
    title = _goals().get(str(number).split(".")[0])
    return _(title) if title else None


def sdg_number(title):
    """The number, as text, of the goal with this title; None where no goal has it."""
    wanted = folded_name(title)
    return next((number for number, name in _goals().items() if folded_name(name) == wanted), None)


@made_from_tables
def _goals():
    return {row["code"]: row["name"] for row in table("themes.csv") if row["kind"] == "sdg"}
