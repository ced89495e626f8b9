"""A coalition at work, with something in every table that travels."""

import hashlib
import json
import zipfile
from datetime import date, datetime
from types import UnionType
from typing import get_args, get_origin

from core import db, pieces
from core.changes import change
from core.coalitions.models import Keeper, Membership, Organisation, Representation, Seat
from core.context import Context
from core.db import utc_now
from core.files.store import keep
from core.people.models import Person
from core.portable.tables import SEALED_WHOLE, travelling
from core.sealing import SealedRow, address_index, seal_new

MOMENT = datetime(2026, 3, 1, 12, 30, 15)
WITHHELD = "Quenchwater Secret House"
MEMBER = "Zqx Hidden Person"
KEPT = "Mossgate Secret Mill"


def fill(app, cast, organisations=200, rows=300):
    """`organisations` more, every second one withheld, each with a member; and about `rows` rows in every other table
    of the coalition, of whatever plugin."""
    ctx = Context(via="command", now=utc_now()).at(cast.coalition)
    houses = [(Organisation(), {"name": f"{WITHHELD} {number}", "acronym": f"QSH{number}", "languages": ["fr"]})
              for number in range(organisations)]
    seal_new(houses)
    people = [Person(address_index=address_index(f"zqx{number}@hidden.example")) for number in range(organisations)]
    seal_new([(person, {"name": f"{MEMBER} {number}", "address": f"zqx{number}@hidden.example",
                        "phone": "+41 0", "totp": "ZQXFACTOR"})
              for number, person in enumerate(people)])
    with change(ctx, "coalition.members", cast.coalition) as entry:
        for number, ((house, _content), person) in enumerate(zip(houses, people, strict=True)):
            entry.add(house)
            entry.add(person)
            membership = entry.add(Membership(
                organisation=house, pseudonym=f"word{number}", joined_on=date(2026, 1, 1),
                visibility=("withheld", "members", None, "named")[number % 4], is_named_outside=number % 4 == 3))
            seat = entry.add(Seat(person=person, role="member", ended_at=MOMENT if number % 9 == 0 else None))
            entry.add(Representation(person=person, organisation=house, from_on=date(2026, 1, 1)))
            if number == 1:
                entry.add_parts(Keeper, [{"membership": membership, "seat": seat}])
    shas = [keep(app.settings.files, f"file {number} by {MEMBER}".encode() * 40) for number in range(40)]
    with db.transaction():
        for model in travelling(app.tables):
            if issubclass(model, SealedRow) and model in SEALED_WHOLE:
                _some_sealed(model, cast.coalition, min(rows, 12), shas)
            elif model not in (Organisation, Membership, Seat, Representation, Keeper) and model is not Person:
                _some(model, cast.coalition, rows, shas)


def _some(model, coalition, count, shas):
    for values in _values(model, coalition, count, shas):
        model.create(**values)


def _values(model, coalition, count, shas):
    """For rows: values of every column's kind, unique where they must be; keys lead to rows of the coalition."""
    targets = {}
    for key, led in model._meta.refs.items():
        if hasattr(led, "coalition"):
            targets[key.name] = [
                row.id for row in led.select(led.id).where(led.coalition == coalition).order_by(led.id)]
        elif led._meta.table_name != "coalition":
            targets[key.name] = [row.id for row in led.select(led.id).order_by(led.id)]
    lone = any(key.unique for key in model._meta.refs) or min(map(len, targets.values()), default=count) < 3
    for number in range(1 if any(key.unique for key in model._meta.refs) else 5 if lone else count):
        values = {}
        for field in model._meta.sorted_fields:
            if field.name in ("id", "uid", "version", "sealed", "key_reference"):
                continue
            values[field.name] = _value(field, number, coalition, targets, shas)
        yield values


def _some_sealed(model, coalition, count, shas):
    for number, values in enumerate(_values(model, coalition, count, shas)):
        row = model(**values)
        row.put(**dict.fromkeys(model.blank, f"{KEPT} {number}"))
        row.save(force_insert=True)


def _value(field, number, coalition, targets, shas):
    kind = type(field).__name__
    if field.name == "coalition":
        return coalition.id
    if field.name in targets:
        choice = targets[field.name]
        return choice[number % len(choice)] if choice else None
    if field.name in ("iso3", "state"):
        return ("SVN", "FRA", "KEN", "PER", "NPL")[number % 5]
    if field.choices:
        return field.choices[number % len(field.choices)][0]
    if field.name.endswith("sha256"):
        return shas[number % len(shas)]
    if kind == "JSONField":
        return _of_form(field.form, number)
    if field.name.endswith("_due") and kind == "CharField":
        return "2027-01-14 23:59 Europe/Zurich"
    if field.name == "url":
        return f"https://example.org/{number}/العربية"
    if kind == "CharField":
        return hashlib.sha256(f"{field.name} {number}".encode()).hexdigest()[:min(field.max_length, 12)]
    if kind == "TextField":
        return f"{field.name} {number}: العربية 中文 “x”.docx"
    return {"DateTimeField": MOMENT, "DateField": date(2026, 2, 3), "BooleanField": number % 2 == 0,
            "IntegerField": number, "AutoField": None}[kind]


def _of_form(form, number):
    """Plain data of this form, of no other."""
    if form in (list, dict):
        return ["Zażółć", number] if form is list else {"words": ["Zażółć", number], "more": None}
    kind, parts = get_origin(form) or form, get_args(form)
    if kind is UnionType:
        return _of_form(parts[number % len(parts)], number)
    if kind in (list, dict):
        inner = _of_form(parts[-1], number)
        return [inner, inner] if kind is list else {f"{number}": inner, "Zażółć": inner}
    return {str: f"Zażółć {number}", int: number, bool: number % 2 == 0}.get(kind)


def objects(path, key=None) -> dict:
    """All that an archive holds, as one value: tables, files, and what is sealed in it."""
    found = {}
    with zipfile.ZipFile(path) as pack:
        manifest = json.loads(pack.read("manifest.json"))
        for name in pack.namelist():
            if name.startswith("tables/"):
                found[name] = [json.loads(line) for line in pack.read(name).splitlines()]
            elif name.startswith("files/"):
                found[name] = pack.read(name)
        if key is not None:
            with pack.open("sealed") as sealed:
                place = path.with_name(f"{path.name}.sealed")
                place.write_bytes(sealed.read())
            with open(place, "rb") as file:
                inner = zipfile.ZipFile(pieces.Reader(file, pieces.key_of(pieces.read_head(open(place, "rb")), key)))
                for name in inner.namelist():
                    if name != "manifest.json":
                        found[f"sealed {name}"] = inner.read(name)
    assert set(manifest["tables"]) == {name[7:-6] for name in found if name.startswith("tables/")}
    return found


