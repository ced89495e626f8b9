"""Notes, the owned thing that the spine's tests act on; and plugins written for one test."""

import pytest

import plugins as plugin_folder
from core.testing.plugin_home import forget_modules
from core.tests.note import make_tables

MANIFEST = '''
from core.api import Plugin, hookimpl, lazy, WaitingItem, Panel
PLUGIN = Plugin(name="{name}", title=lazy("Title"), version="1", requires={requires})
'''


@pytest.fixture
def notes(world):
    make_tables()


@pytest.fixture
def write_plugin(tmp_path):
    """`write_plugin("orchard", code, requires=(…))` makes instance/plugins/orchard/plugin.py, the manifest in front."""
    before, written = list(plugin_folder.__path__), []

    def one(name, code="", requires=(), manifest=MANIFEST, **files):
        folder = tmp_path / "instance" / "plugins" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "plugin.py").write_text(manifest.format(name=name, requires=requires) + code)
        for file, text in files.items():
            (folder / f"{file}.py").write_text(text)
        written.append(name)
    yield one
    plugin_folder.__path__[:] = before
    for name in written:
        forget_modules(name)
