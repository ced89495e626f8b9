"""Names that documents give to human rights themes, to affected persons and to the Sustainable Development Goals.

Codes such as "A12" stand in matrices of cycle 2; those of cycles 3 and 4 have names only. data/themes.csv says of each
name which scheme it is from.
"""

from core.language import _
from core.reference.files import made_from_tables, table
from core.reference.states import folded_name

CODED = ("uhri_coded_cycle2", "uhri_coded_level2")      # where both name a code, the first holds


def theme_name(code):
    """The name of a theme's code: "Acceptance of international norms" of "A12"; None of an unknown one."""
    return _names_by_code().get(code)


def theme_code(name):
    """The code of a theme's name in any case and spelling of blanks and hyphens; None where it has none."""
    return _codes_by_name().get(folded_name(name))


def terms(kind, scheme=None):
    """The names of a kind ("theme", "affected"), in the order of the file; of one scheme where it is given."""
    names = (row["name"] for row in table("themes.csv") if row["kind"] == kind and scheme in (None, row["scheme"]))
    return list(dict.fromkeys(names))


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


@made_from_tables
def _names_by_code():
    names = {}
    for scheme in CODED:
        for row in table("themes.csv"):
            if row["scheme"] == scheme and row["code"]:
                names.setdefault(row["code"], row["name"])
    return names


@made_from_tables
def _codes_by_name():
    return {folded_name(row["name"]): row["code"] for scheme in reversed(CODED) for row in table("themes.csv")
            if row["scheme"] == scheme and row["code"]}
