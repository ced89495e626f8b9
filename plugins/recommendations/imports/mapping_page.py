"""The mapping of a table's columns as a page shows it, and as its form sends it back."""

from core.tables.mapping import column_letters
from plugins.recommendations.positions import POSITION_WORDS
from plugins.recommendations.readers.fields import FIELDS, position_of

SAMPLES = 3
SPARE_WORDS = 2


def shown_mapping(proposal: dict) -> dict:
    """What mapping.html shows of what the reader of tables proposes; its first comment says what is in it."""
    mapping = proposal["mapping"]
    sheet = next((one for one in proposal["sheets"] if one["name"] == mapping["sheet"]), proposal["sheets"][0])
    of_head = {head: name for name, heads in mapping["columns"].items()
               for head in ([heads] if isinstance(heads, str) else heads)}
    words = {**_unknown_words(sheet, of_head), **mapping["values"].get("position", {})}
    return {
        "sheet": sheet["name"], "header_row": mapping["header_row"],
        "sheets": [{"name": one["name"], "chosen": one is sheet} for one in proposal["sheets"]],
        "columns": [{"head": head, "letters": column_letters(place), "field": of_head.get(head, ""),
                     "samples": _samples(sheet["rows"], place)} for place, head in enumerate(sheet["heads"])],
        "fields": [{"name": one.name, "title": str(one.title), "required": one.required} for one in FIELDS],
        "words": [*({"word": word, "position": position} for word, position in words.items()),
                  *({"word": "", "position": ""} for _spare in range(SPARE_WORDS))],
        "positions": [{"value": value, "words": str(said)} for value, said in POSITION_WORDS.items() if value],
        "splits": [{"name": one.name, "title": str(one.title), "sign": mapping["split"].get(one.name, "")}
                   for one in FIELDS if one.many and one.name in mapping["columns"]],
    }


def _unknown_words(sheet, of_head):
    """Words of the position's column that mean nothing yet."""
    places = [place for place, head in enumerate(sheet["heads"]) if of_head.get(head) == "position"]
    cells = [row[place].strip() for place in places for row in sheet["rows"] if place < len(row)]
    return {cell: "" for cell in cells if cell and position_of(cell) is None}


def _samples(rows, place):
    return [row[place] for row in rows if place < len(row) and row[place].strip()][:SAMPLES]


def mapping_of_form(form) -> dict:
    """The mapping as plain data, from the fields that mapping.html sends."""
    is_other_head = (form.get("sheet", ""), form.get("header_row", "")) != (form.get("shown_sheet", ""),
                                                                          form.get("shown_header_row", ""))
    row = form.get("header_row", "1").strip()
    plain: dict = {"sheet": form.get("sheet", ""), "header_row": int(row) if row.isdecimal() and len(row) < 7 else row,
                   "columns": {}, "values": {}, "split": {}}
    if is_other_head:                       # these columns are not those of the chosen head
        return plain
    for place in range(len([name for name in form if name.startswith("head-")])):
        field, head = form.get(f"field-{place}", ""), form.get(f"head-{place}", "")
        if field:
            plain["columns"].setdefault(field, []).append(head)
    words = {word.strip(): meaning for word, meaning in zip(form.getlist("word"), form.getlist("meaning"),
                                                              strict=False)
             if word.strip() and meaning}
    if words:
        plain["values"]["position"] = words
    many = {one.name for one in FIELDS if one.many}
    plain["split"] = {name.removeprefix("split-"): sign for name, sign in form.items()
                      if name.startswith("split-") and sign and name.removeprefix("split-") in many}
    return plain
