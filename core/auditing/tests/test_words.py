"""Whatever the audit can hold has words: acts, kinds of objects and their fields."""

import ast

from core.auditing.words import (
    ACTS,
    FIELDS,
    UNTOLD,
    act_words,
    group_of,
    group_words,
    kind_words,
    models_by_table,
    value_words,
)
from core.coalitions.models import Coalition, Owned
from core.language import speaking
from core.people.models import Person
from core.policy import declared
from tests.paths import ROOT

WRITERS = {"change", "note", "write"}
# Of every row, and never told as changed; the command line's own acts are read there alone.
OF_EVERY_ROW = {"id", "uid", "version", "coalition"}


def written_acts():
    """Every act that the program writes under its own name: the text beside `ctx` in change(), note() and write()."""
    for path in sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("plugins/**/*.py")]):
        if "tests" in path.parts or "testing" in path.parts or "template" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in WRITERS and isinstance(node.args[1].value, str) and "." in node.args[1].value:
                    yield node.args[1].value


def told_models(app):
    """Of the tables of this app: other tests have tables of their own."""
    return [model for model in app.tables if model in (Coalition, Person) or issubclass(model, Owned)]


def test_every_act_has_words(app):
    acts = set(written_acts()) | {f"organisation.export_{door}" for door in ("members", "public", "keeper")}
    assert len(acts) > 50
    assert ", ".join(sorted(act for act in acts if not act_words(act))) == ""


def test_every_group_of_acts_has_words(app):
    titles = {name: loaded.manifest.title for name, loaded in app.host.loaded.items()}
    groups = {group_of(act) for act in {*written_acts(), *declared(), *ACTS}}
    assert sorted(group for group in groups if group_words(group, titles) == group) == []


def test_what_lies_as_codes_is_told_in_words(app):
    with app.app_context(), speaking("fr"):
        told = [value_words(Coalition, name, value) for name, value in (
            ("grants", {"circles.begin": ["editor", "member"], "gone.act": []}), ("languages", ["ar", "fr"]))]
    assert [words.replace("\N{NO-BREAK SPACE}", " ") for words in told] == [
        "Commencer un cercle de confiance : rédaction, membre; gone.act : –", "العربية, Français"]


def test_every_kind_of_object_has_words(app):
    models = models_by_table()
    lacking = [model.__name__ for model in told_models(app) if not kind_words(model._meta.table_name, models)]
    assert sorted(lacking) == ["Revision"]          # the audit's own


def test_every_field_has_words_or_is_untold(app):
    names = {name for model in told_models(app) if model.__name__ != "Revision" for name in model._meta.fields}
    assert ", ".join(sorted(names - set(FIELDS) - UNTOLD - OF_EVERY_ROW)) == ""
