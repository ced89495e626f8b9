"""A test that lies in a plugin's folder runs with that plugin loaded, wherever the folder is."""

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
    return tuple(dict.fromkeys([*Settings.plugins, home.name])) if home else Settings.plugins


def pytest_configure(config):
    """Make plugins that lie elsewhere importable as plugins.NAME before their tests are collected."""
    for word in config.args:
        path = Path(word.partition("::")[0])
        home = home_of(path / "test.py") if path.exists() else None
        if home is not None and home.parent not in SHIPPED and str(home.parent) not in plugins.__path__:
            plugins.__path__.append(str(home.parent))
