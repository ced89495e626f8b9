"""States: whole names in, ISO 3166-1 alpha-3 codes out, and back to the UN's names.

Facts in data/states.csv: UN names, and every spelling known from UN documents and exports of UPR Info and UHRI.
"""

import difflib
import re
import unicodedata

from core.language import lazy
from core.reference.files import made_from_tables, table

GROUPS = {
    "African": lazy("African States"), "Asia-Pacific": lazy("Asia-Pacific States"),
    "EEG": lazy("Eastern European States"), "GRULAC": lazy("Latin American and Caribbean States"),
    "WEOG": lazy("Western European and other States"), "Observer": lazy("Observer States"),
}
USER_ASSIGNED = re.compile("AA[A-Z]|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZ[A-Z]")      # ISO 3166-1, never given to a country
UN_LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
# How near a misprint must come to be worth suggesting: 0.75 takes "Swazilnd" and leaves "Atlantis" alone.
NEAR = 0.75


def find_state(printed):
    """The ISO3 code of the State with this name, in any of its spellings; None if no State has it.

    Whole names only: "Guinea" is never found in "Guinea-Bissau". Case, accents, white space, kinds of apostrophes
    and hyphens, brackets and commas do not count, so "Iran, Islamic Republic of" is "Iran (Islamic Republic of)".
    """
    return _codes_by_name().get(folded_name(printed))


def near_states(printed):
    """Up to three ISO3 codes whose names look like this one, best first. To suggest to a person, never to take."""
    wanted = folded_name(printed)
    if len(wanted) < 4:
        return []
    names = difflib.get_close_matches(wanted, _codes_by_name(), n=12, cutoff=NEAR)
    return list(dict.fromkeys(_codes_by_name()[name] for name in names))[:3]


def state_name(iso3, locale="en"):
    """The name: the UN's in English, French, Spanish and Arabic, else Babel's; the code itself if it is no State's."""
    row = _rows_by_code().get(iso3)
    if row is None:
        return iso3
    language = str(locale).replace("-", "_").split("_")[0].lower()
    if language == "en":
        return row["name"]
    return row.get(f"name_{language}") or _babel_name(row["iso2"], language) or row["name"]


def state_names(iso3):
    """Its names in the UN's six languages, and its code: by each of them people look for it."""
    return list(dict.fromkeys([*(state_name(iso3, language) for language in UN_LANGUAGES), iso3]))


def is_state_code(code):
    """Whether this is the code of a State of our list, or one that ISO leaves to its users (AAA, QMA, XAA, ZZA …)."""
    return isinstance(code, str) and (code in _rows_by_code() or bool(USER_ASSIGNED.fullmatch(code)))


def read_state(typed):
    """The ISO3 code that a person typed as a name or as a code; None for what is neither."""
    code = typed.strip().upper()
    return find_state(typed) or (code if is_state_code(code) else None)


def all_states():
    """Every ISO3 code of the list, in the order of the English names."""
    return sorted(_rows_by_code(), key=lambda code: folded_name(_rows_by_code()[code]["name"]))


def groups():
    """The regional groups by code, in the order in which they are listed."""
    return tuple(GROUPS)


def group_of(iso3):
    """The code of the State's regional group, such as "GRULAC"; None for a code that is no State's."""
    row = _rows_by_code().get(iso3)
    return row["regional_group"] if row else None


def group_name(group):
    """What a group is called, in the language of the moment."""
    return str(GROUPS.get(group, group))


def folded_name(printed):
    """What is compared of a name: small letters and digits in words; the same for every spelling of one name."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", str(printed).casefold())
                    if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf")
    plain = plain.replace("ı", "i").replace("&", " and ")
    plain = re.sub(r"\s*['’‘‛ʼ`´′]\s*", "", plain)
    plain = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", plain)                       # U.S.A. is USA
    words = re.sub(r"[^\w]|_", " ", plain).split()
    words = words[1:] if words[:1] == ["the"] else words
    return " ".join(words[:-1] if words[-1:] == ["the"] else words)       # Gambia (the)


@made_from_tables
def _rows_by_code():
    return {row["iso3"]: row for row in table("states.csv")}


@made_from_tables
def _codes_by_name():
    codes = {}
    for row in table("states.csv"):
        names = [value for key, value in row.items() if key == "name" or key.startswith("name_")]
        for name in names + row["aliases"].split("|"):
            for form in _forms(name):
                if form:
                    codes.setdefault(form, row["iso3"])
    return codes


def _forms(name):
    """A name as it stands, and turned: "X (Y of)" is also "Y of X"."""
    yield folded_name(name)
    if bracketed := re.fullmatch(r"(.+?)\s*\((.+?)(?:\s*-)?\)", name):
        yield folded_name(f"{bracketed[2]} {bracketed[1]}")


@made_from_tables
def _babel_names(language):
    from babel import Locale, UnknownLocaleError  # slow import: only for languages whose UN names we do not have

    try:
        return dict(Locale(language).territories)
    except (UnknownLocaleError, ValueError):
        return {}


def _babel_name(iso2, language):
    return _babel_names(language).get(iso2)
