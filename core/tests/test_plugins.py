"""The plugin host: what is wrong with a plugin stays the plugin's, in words; the rest runs."""

import shutil
import sys
from pathlib import Path

import pytest

import plugins as plugin_folder
from core.changes import change
from core.coalitions.members import switch_plugin
from core.context import Context
from core.hooks import Entry, Panel, WaitingItem
from core.plugins import Gap, PluginHost
from core.testing.plugin_home import forget_modules


@pytest.fixture
def write(write_plugin):
    return write_plugin


def load(tmp_path, *names) -> PluginHost:
    host = PluginHost()
    host.load(names, tmp_path / "instance")
    return host


def refused(host) -> dict[str, str]:
    return {name: str(words) for name, words in host.refused.items()}


def test_a_good_plugin_is_loaded_from_the_instances_folder(write, tmp_path):
    write("orchard")
    host = load(tmp_path, "orchard")
    assert (list(host.loaded), host.refused) == (["orchard"], {})
    assert host.loaded["orchard"].folder == tmp_path / "instance" / "plugins" / "orchard"


def test_one_that_is_named_and_not_there_is_told_in_words(write, tmp_path):
    write("orchard")
    host = load(tmp_path, "vineyard", "orchard")
    assert list(host.loaded) == ["orchard"]
    assert refused(host) == {"vineyard": (
        "The settings name the plugin vineyard, and there is none in plugins/. Put it back, or take the name out of "
        "`plugins` in commonweal.toml.")}


BAD = {
    "raises at import": ("1 / 0", "ZeroDivisionError: division by zero"),
    "ends the program at import": ("raise SystemExit(3)", "SystemExit: 3"),
    "imports what is not there": ("import nothing_of_this_name", "No module named 'nothing_of_this_name'"),
    "is no Python": ("def (", "SyntaxError: "),
    "answers a hook that does not exist": ("@hookimpl\ndef panel_of_judges():\n    return []", "panel_of_judges"),
    "takes an argument that a hook does not give": ("@hookimpl\ndef panels(ctx, weather):\n    return []", "weather"),
    "has a table under another name": (
        "import peewee\nclass Tree(peewee.Model):\n    class Meta:\n        table_name = 'coalition_tree'\n"
        "@hookimpl\ndef tables():\n    return [Tree]", "its table coalition_tree must begin with orchard_"),
    "has a permission under another name": (
        "from core.api import Permission\n@hookimpl\ndef permissions():\n"
        "    return [Permission('coalition.members', lazy('All'), frozenset({'member'}))]",
        "its permission coalition.members must begin with orchard."),
    "has a blueprint under another name": (
        "from flask import Blueprint\n@hookimpl\ndef blueprints():\n    return [Blueprint('coalitions', __name__)]",
        "its blueprint coalitions must be named orchard"),
    "raises when it is asked at start": ("@hookimpl\ndef tables():\n    return 1 / 0", "division by zero"),
    "ends the program when it is asked at start": ("@hookimpl\ndef tables():\n    raise SystemExit", "SystemExit"),
}


@pytest.mark.parametrize("wrong", BAD)
def test_a_plugin_that_is_wrong_at_start_is_not_loaded_and_what_stands_on_it_neither(write, tmp_path, wrong):
    code, words = BAD[wrong]
    write("orchard", code)
    write("cider", requires=("orchard",))
    write("beehive")
    host = load(tmp_path, "cider", "orchard", "beehive")
    assert list(host.loaded) == ["beehive"]
    told = refused(host)
    assert set(told) == {"orchard", "cider"}
    assert told["orchard"].startswith("The plugin orchard is not loaded: ") and words in told["orchard"]
    assert told["cider"] == ("The plugin cider is not loaded: LookupError: it requires orchard, which is not loaded.")
    assert [name for name, _module in host.manager.list_name_plugin()] == ["beehive"]


def test_a_plugin_without_a_manifest_or_with_anothers_name_is_not_loaded(write, tmp_path):
    write("orchard", manifest="")
    write("cider", manifest="from core.api import Plugin\nPLUGIN = Plugin('wine', 'Wine', '1')\n")
    assert refused(load(tmp_path, "orchard", "cider")) == {
        "orchard": "The plugin orchard is not loaded: LookupError: plugin.py has no PLUGIN.",
        "cider": "The plugin cider is not loaded: LookupError: PLUGIN.name is 'wine', the folder is 'cider'."}


def test_plugins_that_require_each_other_are_not_loaded_and_the_others_are(write, tmp_path):
    write("orchard", requires=("cider",))
    write("cider", requires=("orchard",))
    write("beehive")
    host = load(tmp_path, "orchard", "cider", "beehive")
    assert set(refused(host)) == {"orchard", "cider"}
    assert list(host.loaded) == ["beehive"]


def test_a_name_that_stands_twice_is_not_loaded(write, tmp_path):
    write("orchard")
    shutil.copytree(tmp_path / "instance" / "plugins", tmp_path / "second")
    plugin_folder.__path__.append(str(tmp_path / "second"))
    told = refused(load(tmp_path, "orchard"))
    assert "the name stands twice: " in told["orchard"]


def test_plugins_are_loaded_in_the_order_of_what_they_require(write, tmp_path):
    write("orchard", requires=("water",))
    write("cider", requires=("orchard", "water"))
    write("water")
    assert list(load(tmp_path, "cider", "orchard", "water").loaded) == ["water", "orchard", "cider"]


SIX_FAILURES = {
    "raising": "def waiting_items(ctx):\n    return 1 / 0",
    "midway": "def waiting_items(ctx):\n    yield WaitingItem('a', 'A', '/a')\n    yield 1 / 0",
    "a_string": "def waiting_items(ctx):\n    return 'nothing'",
    "ending": "def waiting_items(ctx):\n    import sys\n    sys.exit()",
    "the_wrong_thing": "def waiting_items(ctx):\n    return [Panel('A', 'a.html')]",
    "a_number": "def waiting_items(ctx):\n    return 7",
}


def test_of_eight_plugins_six_fail_and_the_others_are_heard(write, tmp_path, guard):
    write("good", "@hookimpl\ndef waiting_items(ctx):\n    return [WaitingItem('g', 'Good', '/g')]")
    write("silent", "@hookimpl\ndef waiting_items(ctx):\n    return None")
    for name, code in SIX_FAILURES.items():
        write(name, f"@hookimpl\n{code}")
    host = load(tmp_path, "good", "silent", *SIX_FAILURES)
    answers = host.gather("waiting_items", WaitingItem, ctx=Context())
    assert {answer.plugin for answer in answers if isinstance(answer, Gap)} == set(SIX_FAILURES)
    assert [answer for answer in answers if not isinstance(answer, Gap)] == [WaitingItem("g", "Good", "/g")]
    assert len(guard.forget()) == 6


def test_what_fails_in_its_last_form_is_a_gap_too(write, tmp_path, guard):
    write("orchard", "@hookimpl\ndef panels(ctx, place, objects):\n"
                     "    return [Panel('A', 'a.html'), Panel('B', 'b.html')]")
    write("beehive", "@hookimpl\ndef panels(place):\n    return Panel(place, 'c.html')")
    host = load(tmp_path, "orchard", "beehive")

    def finish(panel):
        return {"a.html": "A", "c.html": "C"}[panel.template]
    answers = host.gather("panels", Panel, finish, ctx=Context(), place="here", objects=[])
    assert answers == [Gap("orchard"), "C"]
    assert len(guard.forget()) == 1


def test_no_plugin_is_asked_inside_a_change(write, tmp_path, cast):
    write("orchard")
    host = load(tmp_path, "orchard")
    with change(cast.coordinator.ctx, "coalition.members", cast.coalition), \
            pytest.raises(RuntimeError, match="navigation was asked inside an open change"):
        host.gather("navigation", Entry, ctx=cast.coordinator.ctx)


def test_a_plugin_that_is_switched_off_is_not_asked_there_and_goes_with_what_stands_on_it(write, tmp_path, cast):
    answer = "@hookimpl\ndef waiting_items(ctx):\n    return [WaitingItem(PLUGIN.name, 'A', '/a')]"
    write("orchard", answer)
    write("cider", answer, requires=("orchard",))
    host = load(tmp_path, "orchard", "cider")

    def heard(actor):
        return [item.key for item in host.gather("waiting_items", WaitingItem, ctx=actor.ctx)]
    switch_plugin(cast.coordinator.ctx, "orchard", False, host)
    assert (heard(cast.member), heard(cast.other.member)) == ([], ["orchard", "cider"])
    switch_plugin(cast.coordinator.ctx, "cider", True, host)
    assert heard(cast.member) == ["orchard", "cider"]
    switch_plugin(cast.coordinator.ctx, "cider", False, host)
    assert heard(cast.member) == ["orchard"]


def test_the_fingerprint_of_a_plugin_changes_with_its_code(write, tmp_path):
    write("orchard", more="one = 1\n")
    before = load(tmp_path, "orchard").loaded["orchard"].fingerprint
    forget_modules("orchard")
    (tmp_path / "instance" / "plugins" / "orchard" / "more.py").write_text("one = 2\n")
    assert load(tmp_path, "orchard").loaded["orchard"].fingerprint != before


def test_modules_of_a_plugin_are_forgotten_and_no_others(write, tmp_path):
    write("orchard")
    write("orchards")
    load(tmp_path, "orchard", "orchards")
    forget_modules("orchard")
    assert [name for name in sorted(sys.modules) if name.startswith("plugins.orchard")] == [
        "plugins.orchards", "plugins.orchards.plugin"]
    assert Path(sys.modules["plugins.orchards"].__file__).parent == tmp_path / "instance" / "plugins" / "orchards"
