"""A list of organisations that somebody kept in a spreadsheet: which column is what, and what each row says.

The file itself is read in a child process (core.tables.plain); what comes back is text.
"""

import re
from dataclasses import dataclass, field

from core.coalitions.organisations import HEADS
from core.db import is_uid
from core.documents.csv import unguarded
from core.errors import Refused
from core.files.reading import Problem
from core.language import Words, lazy, lazy_plural
from core.tables.guessing import guess_mapping, lacking
from core.tables.mapping import Field, Mapping, apply, column_name, fold, heads, locate
from core.tables.sheets import Sheet

MOST_ROWS = 2000
LONGEST = {"name": 300, "acronym": 40, "site": 300, "phone": 60, "address": 500, "registration": 80}
MOST_ENTRIES, LONGEST_ENTRY = 30, 80
ADDRESS = re.compile(r"\S+@\S+\.\S+")
SITE = re.compile(r"(https?://)?[^\s/:@.]+(\.[^\s/:@.]+)+(:\d+)?(/\S*)?", re.IGNORECASE)

STATUS_WORDS = {"general": "general", "special": "special", "roster": "roster", "none": "", "no": "", "general status":
                "general", "special status": "special", "general consultative": "general",
                "special consultative": "special", "general consultative status": "general",
                "special consultative status": "special", "aucun": "", "general consultatif": "general",
                "special consultatif": "special", "liste": "roster"}
VISIBILITY_WORDS = {"named": "named", "members": "members", "withheld": "withheld", "named to members": "members",
                    "named to members only": "members", "name withheld": "withheld", "public": "named", "anonymous":
                    "withheld", "": ""}


def _status(cell):
    return STATUS_WORDS.get(fold(cell))


FIELDS = (
    Field("name", HEADS["name"], (
        "name", "organisation", "organization", "name of the organisation", "name of organization", "ngo", "member",
        "nom", "association", "nombre", "organizacion", "اسم", "منظمة"), required=True),
    Field("acronym", HEADS["acronym"], ("acronym", "abbreviation", "short name", "sigle", "siglas")),
    Field("clusters", HEADS["clusters"], (
        "works on", "cluster", "clusters", "themes", "theme", "issues", "thematic area", "thematique", "temas"),
        many=True),
    Field("regions", HEADS["regions"], ("works in", "region", "regions", "province", "place", "city", "lieu", "ville"),
          many=True),
    Field("languages", HEADS["languages"], ("language", "languages", "langue", "langues", "idioma", "idiomas"),
          many=True),
    Field("ecosoc", HEADS["ecosoc"], ("ecosoc", "status with ecosoc", "ecosoc status", "consultative status"),
          means=_status),
    Field("site", HEADS["site"], ("web site", "website", "site", "web", "url", "homepage", "site web")),
    Field("phone", HEADS["phone"], ("telephone", "phone", "tel", "mobile", "telefono")),
    Field("address", HEADS["address"], ("postal address", "address", "street", "adresse", "direccion")),
    Field("registration", HEADS["registration"], ("registration number", "registration", "reg no", "registered",
                                                  "numero d enregistrement")),
    Field("visibility", lazy("How it chose to be shown, on paper"), ("visibility", "shown", "how it is shown")),
    Field("reference", lazy("Reference"), ("reference", "uid", "membership"), looks=is_uid, must_look=True),
)


@dataclass(frozen=True)
class Row:
    """One organisation of the file. `profile` has what the row says; what it leaves empty is absent."""

    place: Words
    profile: dict = field(hash=False)
    visibility: str = ""
    reference: str = ""
    reference_column: str = ""          # its head, for a sentence about it

    @property
    def name(self) -> str:
        return self.profile["name"]


def proposed(sheets: list[Sheet], said: Mapping | None) -> Mapping:
    """The mapping that was said, else the likeliest one."""
    if said is None or not said.columns:
        place = None if said is None else said.header_row
        chosen = sheets if said is None else [locate(sheets, said)[0]]
        return guess_mapping(chosen, FIELDS, place)
    return locate(sheets, said)[1]


def read_rows(sheets: list[Sheet], mapping: Mapping) -> tuple[list[Row], list[Problem]]:
    """(rows that can be used, problems). Refused when no column holds the name."""
    sheet, mapping = locate(sheets, mapping)
    if len(sheet.rows) > MOST_ROWS:
        raise Refused(lazy("The table has %(count)d rows; at most %(most)d organisations are read at once. Split it.",
                           count=len(sheet.rows), most=MOST_ROWS))
    if lacking(mapping, FIELDS):
        raise Refused(lazy("No column holds the name of the organisation. Say which one it is."))
    records, problems = apply(mapping, sheet, FIELDS)
    rows: list[Row] = []
    for record in records:
        try:
            rows.append(_row(record, mapping))
        except Refused as refusal:
            problems.append(Problem(record.place, refusal.sentence, text=_printed(record)))
    return rows, problems


def unused_columns(sheets: list[Sheet], mapping: Mapping) -> list[str]:
    """The columns that have a head and of which nothing is taken."""
    sheet, mapping = locate(sheets, mapping)
    names = heads(sheet, mapping.header_row)
    used = {fold(head) for columns in mapping.columns.values() for head in columns}
    return [name for place in range(len(names)) if names[place]
            and fold(name := column_name(names, place)) not in used]


def _printed(record):
    return " · ".join(value for value in record.values.values() if isinstance(value, str) and value)[:300]


def _row(record, mapping):
    values = {name: _unguarded(value) for name, value in record.values.items()}
    profile = {name: _text(name, values.get(name, "")) for name in LONGEST}
    if not any(letter.isalpha() for letter in profile["name"]):
        raise Refused(lazy("“%(name)s” has no letter, so it is no name. Correct it.", name=profile["name"]))
    if ADDRESS.fullmatch(profile["name"]):
        raise Refused(lazy("In the column of the name stands an e-mail address. Look at the columns."))
    if profile["site"] and not SITE.fullmatch(profile["site"]):
        raise Refused(lazy("“%(site)s” is no address of a web site. It looks like example.org.", site=profile["site"]))
    if profile["phone"] and sum(letter.isdigit() for letter in profile["phone"]) < 3:
        raise Refused(lazy("“%(phone)s” is no telephone number. Correct it, or leave it empty.",
                           phone=profile["phone"]))
    for name in ("clusters", "regions", "languages"):
        profile[name] = _entries(name, values.get(name, ()), mapping)
    profile["ecosoc"] = _word(values.get("ecosoc", ""), STATUS_WORDS, lazy(
        "“%(word)s” is no status with ECOSOC. It is general, special, roster, or none.",
        word=values.get("ecosoc", "")))
    visibility = _word(values.get("visibility", ""), VISIBILITY_WORDS, lazy(
        "“%(word)s” is no way of being shown. It is named, members, or withheld.", word=values.get("visibility", "")))
    return Row(record.place, {name: value for name, value in profile.items() if value}, visibility,
               values.get("reference", "").strip()[:40], next(iter(mapping.columns.get("reference", ())), ""))


def _unguarded(value):
    return tuple(map(unguarded, value)) if isinstance(value, tuple) else unguarded(value)


def _text(name, value):
    value = " ".join(value.split())
    if len(value) > LONGEST[name]:
        raise Refused(lazy("%(field)s has %(count)d characters; at most %(most)d are kept. Shorten it.",
                           field=HEADS[name], count=len(value), most=LONGEST[name]))
    if any(not letter.isprintable() for letter in value):
        raise Refused(lazy("%(field)s holds a sign that cannot be printed. Type it anew.", field=HEADS[name]))
    return value


def _entries(name, values, mapping):
    """The entries of a cell: by what the mapping says parts them, a line each, or commas and semicolons."""
    parts = values if name in mapping.split else [part for value in values for part in re.split("[,;،]", value)]
    found = list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))
    if len(found) > MOST_ENTRIES:
        raise Refused(lazy_plural("%(field)s has %(num)d entry; at most %(most)d are kept.",
                                  "%(field)s has %(num)d entries; at most %(most)d are kept.", len(found),
                                  field=HEADS[name], most=MOST_ENTRIES))
    if long := next((one for one in found if len(one) > LONGEST_ENTRY), None):
        raise Refused(lazy("“%(entry)s…” is too long for one entry of “%(field)s”. Put a comma between entries.",
                           entry=long[:40], field=HEADS[name]))
    return found


def _word(cell, known, sentence):
    word = fold(cell)
    if word and word not in known:
        raise Refused(sentence)
    return known.get(word, "")
