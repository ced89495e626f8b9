"""A mapping as a file that a person can read, keep and correct: TOML.

    sheet = "Recommendations"
    header_row = 3
    [columns]
    number = "No."
    [values.position]
    "Accepted" = "supported"
    [split]
    states = ";"
"""

import json
import tomllib

from core.errors import Refused
from core.language import lazy
from core.tables.mapping import Mapping

WORDS = ("sheet", "header_row", "columns", "values", "split")


def read_profile(text, fields):
    """The Mapping that a profile's text says; Refused with a sentence that names the mistake."""
    try:
        kept = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(lazy("The mapping cannot be read: %(error)s. Correct it there.", error=str(error))) from None
    return mapping_from(kept, fields)


def write_profile(mapping):
    """The profile's text; read_profile gives the same mapping back."""
    lines = [f"sheet = {_quoted(mapping.sheet)}"]
    if mapping.header_row is not None:
        lines.append(f"header_row = {mapping.header_row}")
    lines += ["", "[columns]"]
    for name, columns in mapping.columns.items():
        listed = ", ".join(map(_quoted, columns))
        lines.append(f"{name} = {listed if len(columns) == 1 else f'[{listed}]'}")
    for name, values in mapping.values.items():
        lines += ["", f"[values.{name}]", *(f"{_quoted(word)} = {_quoted(value)}" for word, value in values.items())]
    if mapping.split:
        lines += ["", "[split]", *(f"{name} = {_quoted(separator)}" for name, separator in mapping.split.items())]
    return "\n".join(lines) + "\n"


def kept(mapping):
    """The mapping as plain data, as its profile has it: for a reader's settings and for a database."""
    columns = {name: columns[0] if len(columns) == 1 else list(columns) for name, columns in mapping.columns.items()}
    return {"sheet": mapping.sheet, "header_row": mapping.header_row, "columns": columns,
            "values": mapping.values, "split": mapping.split}


def mapping_from(kept, fields):
    """The Mapping in plain data; Refused names what is not understood."""
    if strange := set(kept) - set(WORDS):
        raise Refused(lazy("The mapping says “%(word)s”, which is not known. It can say: %(words)s.",
                           word=min(strange), words=", ".join(WORDS)))
    sheet, header_row = kept.get("sheet", ""), kept.get("header_row")
    if not isinstance(sheet, str):
        raise Refused(lazy("In the mapping, “sheet” must be the name of a sheet in quotation marks."))
    if header_row is not None and (type(header_row) is not int or header_row < 0):
        raise Refused(lazy("In the mapping, “header_row” must be the number of a row; 0 if the table has no head."))
    known = {wanted.name: wanted for wanted in fields}
    columns = {name: _columns_of(known, name, said) for name, said in _table(kept, "columns", known).items()}
    values = _table(kept, "values", known)
    splits = _table(kept, "split", known)
    for name, meanings in values.items():
        if not isinstance(meanings, dict) or not all(isinstance(value, str) for value in meanings.values()):
            raise Refused(lazy("In the mapping, [values.%(field)s] needs lines such as \"Accepted\" = \"supported\".",
                               field=name))
    for name, separator in splits.items():
        if not isinstance(separator, str) or not separator or not known[name].many:
            raise Refused(lazy("In the mapping, “%(field)s” under [split] must be the sign between the entries of a "
                               "cell, of a field that has several: such as states = \";\".", field=name))
    return Mapping(sheet, header_row, columns, values, splits)


def _table(kept, word, known):
    said = kept.get(word, {})
    if not isinstance(said, dict):
        raise Refused(lazy("In the mapping, [%(word)s] must be a part of its own.", word=word))
    if strange := set(said) - set(known):
        raise Refused(lazy("The mapping names the field “%(field)s” under [%(word)s], which is not known. Fields: "
                           "%(fields)s.", field=min(strange), word=word, fields=", ".join(known)))
    return said


def _columns_of(known, name, said):
    columns = (said,) if isinstance(said, str) else tuple(said) if isinstance(said, list) else ()
    if not columns or not all(isinstance(column, str) and column for column in columns):
        raise Refused(lazy("In the mapping, “%(field)s” must be the head of a column in quotation marks.", field=name))
    if len(columns) > 1 and not known[name].many:
        raise Refused(lazy("In the mapping, “%(field)s” has several columns, but one row has only one of it.",
                           field=name))
    return columns


def _quoted(text):
    """A TOML basic string: JSON's escapes are TOML's, but for DEL and for what lies beyond the first plane."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
