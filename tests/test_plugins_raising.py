"""Each plugin, raising in every hook that it is asked at run time: every page stands, with a gap that names it."""

import pytest

from core.plugins import SAID_AT_START
from core.testing.access import lines, said, values_of
from core.testing.plugin_home import shipped
from tests.paths import ROOT

PAGES = [line for line in lines(ROOT / "core", *(ROOT / "plugins" / name for name in shipped()))
         if line.method == "GET" and line.expected["coordinator"] == "200" and not line.endpoint.startswith("theme")]
GAP = "The part of the plugin {} could not be shown."


def hooks_of(app, name) -> list:
    """(hook, its implementation) of everything that the plugin is asked while pages are served."""
    hooks = [caller for caller in vars(app.host.manager.hook).values() if hasattr(caller, "get_hookimpls")]
    return [(caller.name, impl) for caller in hooks if caller.name not in SAID_AT_START
            for impl in caller.get_hookimpls() if impl.plugin_name == name]


@pytest.fixture
def raising(stage):
    """`raising(name)`: all hooks of this plugin raise; gives which were asked."""
    changed, asked = [], set()

    def spoil(name):
        for hook, impl in hooks_of(stage.app, name):
            changed.append((impl, impl.function))

            def broken(*arguments, hook=hook):
                asked.add(hook)
                raise SystemExit(f"{hook} is broken")
            impl.function = broken
        return asked
    yield spoil
    for impl, function in changed:
        impl.function = function


@pytest.mark.parametrize("name", shipped())
def test_every_page_stands_while_a_plugin_raises(stage, raising, name):
    made, kept = [], stage.settings.instance
    for number, line in enumerate(PAGES):
        stage.begin()
        made.append(values_of(line.factory()(stage.casts["meridia"])))
        stage.keep(kept / f"{number}.sqlite3")
    asked, gaps = raising(name), 0
    for number, line in enumerate(PAGES):
        stage.bring(kept / f"{number}.sqlite3")
        page = stage.ask_line("coordinator", line, "meridia", made[number])
        # A page of another plugin that cannot do without the answer says so; it does not break.
        assert said(page) in ("200", "422"), f"{line.endpoint}: {page.status} {page.words[:300]}"
        if page.is_html:
            assert set(page.gaps) <= {GAP.format(name)}, line.endpoint
            gaps += bool(page.gaps)
    faults = stage.guard.forget()
    assert gaps and asked
    assert {fault.split(" failed in ")[0] for fault in faults} == {f"log: plugin {name}"}
