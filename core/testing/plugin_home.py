"""A test that lies in a plugin's folder runs with that plugin loaded, wherever the folder is."""

import ast
import sys
from pathlib import Path

import plugins
from core.config import Settings

SHIPPED = [Path(home).resolve() for home in plugins.__path__]


def home_of(path: Path) -> Path | None:
    """The plugin's folder in which this file lies; None outside of all plugins."""
    return next((folder for folder in Path(path).resolve().parents if (folder / "plugin.py").is_file()), None)


def plugins_for(path: Path) -> tuple[str, ...]:
    """The plugins with which a test in this file runs: those that ship, and the one in whose folder it lies."""
    home = home_of(path)
    return tuple(dict.fromkeys([*shipped(), home.name])) if home else shipped()


def shipped() -> tuple[str, ...]:
    """The plugins that ship, without one whose folder was taken away and without what requires it."""
    requires = {name: required_by(place) for name in Settings.plugins for home in SHIPPED
                if (place := home / name / "plugin.py").is_file()}
    while lacking := [name for name, needed in requires.items() if needed - set(requires)]:
        del requires[lacking[0]]
    return tuple(requires)


def required_by(place: Path) -> set[str]:
    """What PLUGIN names in this plugin.py, read without running it."""
    for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Plugin":
            return {name for word in node.keywords if word.arg == "requires" for name in ast.literal_eval(word.value)}
    return set()


def pytest_configure(config):
    """Make plugins that lie elsewhere importable as plugins.NAME before their tests are collected."""
    for word in config.args:
        path = Path(word.partition("::")[0])
        home = home_of(path / "test.py") if path.exists() else None
        if home is not None and home.parent not in SHIPPED and str(home.parent) not in plugins.__path__:
            plugins.__path__.append(str(home.parent))


def pytest_ignore_collect(collection_path):
    """The tests of a plugin that stands on one that was taken away wait for it, as the plugin does."""
    home = home_of(collection_path)
    if home is not None and home.parent in SHIPPED and home.name in set(Settings.plugins) - set(shipped()):
        return True
    return None


def forget_modules(name) -> None:
    """Drop a plugin's modules, so that a test can load it anew from another place."""
    for module in [module for module in sys.modules if module == f"plugins.{name}" or
                   module.startswith(f"plugins.{name}.")]:
        del sys.modules[module]
