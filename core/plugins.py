"""The plugin host: finds, loads, switches and contains plugins. gather() is the one way to ask them anything."""

import hashlib
import importlib
import logging
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import entry_points
from pathlib import Path

import pluggy

import plugins as plugin_folder
from core import hooks
from core.changes import is_open
from core.errors import trace
from core.hooks import Plugin
from core.language import Words, lazy

log = logging.getLogger("commonweal.plugins")

ENTRY_POINTS = "commonweal.plugins"
SAID_AT_START = ("blueprints", "permissions", "tables", "commands", "workflow_patches")


@dataclass(frozen=True)
class Gap:
    """What stands where a plugin's answer should: its part failed; the log says how."""

    plugin: str


@dataclass
class Loaded:
    """One plugin that runs, with what it said at start."""

    manifest: Plugin
    module: object
    folder: Path
    said: dict[str, list] = field(default_factory=dict)

    @property
    def migrations(self) -> Path:
        return self.folder / "migrations"

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the plugin's own .py files: it changes when its code does."""
        total = hashlib.sha256()
        for path in sorted(self.folder.rglob("*.py")):
            total.update(str(path.relative_to(self.folder)).encode() + b"\0" + path.read_bytes())
        return total.hexdigest()


class PluginHost:
    """The plugins of one app. `loaded` by name, in the order of `requires`; `refused`: name → why it does not run."""

    def __init__(self):
        self.manager = pluggy.PluginManager("commonweal")
        self.manager.add_hookspecs(hooks)
        self.loaded: dict[str, Loaded] = {}
        self.refused: dict[str, Words] = {}
        self.failed = 0                         # how many answers became a gap since the start
        self.instance: Path | None = None

    def load(self, names, instance: Path | None = None) -> None:
        """Load the plugins of these names; one that fails is kept out with a sentence, and so is what requires it."""
        self.instance = instance
        if instance is not None:
            _add_folder(instance / "plugins")
        found = {name: module for name in names if (module := self._import(name)) is not None}
        for name in self._in_order(found):
            try:
                self._load_one(name, found[name])
            except (Exception, SystemExit) as error:
                self._refuse(name, error)

    def _import(self, name):
        try:
            homes = _homes(name)
            if len(homes) > 1:
                raise LookupError("the name stands twice: " + ", ".join(str(home) for home in homes))
            for point in () if homes else entry_points(group=ENTRY_POINTS):
                if point.name == name:
                    return point.load()
            return importlib.import_module(f"plugins.{name}.plugin")
        except ModuleNotFoundError as error:
            if error.name in (f"plugins.{name}", f"plugins.{name}.plugin"):
                log.warning("plugin %s is named in the settings and is not there", name)
                self.refused[name] = lazy("The settings name the plugin %(name)s, and there is none in plugins/. Put "
                                          "it back, or take the name out of `plugins` in commonweal.toml.", name=name)
            else:
                self._refuse(name, error)
        except (Exception, SystemExit) as error:
            self._refuse(name, error)
        return None

    def _in_order(self, found):
        wanted = {name: set(getattr(module.PLUGIN, "requires", ())) for name, module in found.items()
                  if hasattr(module, "PLUGIN")}
        for name in set(found) - set(wanted):
            self._refuse(name, LookupError("plugin.py has no PLUGIN"))
        try:
            return [name for name in TopologicalSorter(wanted).static_order() if name in wanted]
        except CycleError as error:
            circle = set(error.args[1])
            for name in circle:
                self._refuse(name, error)
            return self._in_order({name: module for name, module in found.items() if name in set(wanted) - circle})

    def _load_one(self, name, module):
        manifest = module.PLUGIN
        if manifest.name != name:
            raise LookupError(f"PLUGIN.name is {manifest.name!r}, the folder is {name!r}")
        if missing := [required for required in manifest.requires if required not in self.loaded]:
            raise LookupError(f"it requires {', '.join(missing)}, which is not loaded")
        self.manager.register(module, name=name)
        try:
            self.manager.check_pending()
            loaded = Loaded(manifest, module, Path(module.__file__).parent)
            for hook in SAID_AT_START:
                said = getattr(module, hook, None)
                loaded.said[hook] = list(said() or ()) if said else []
            _check(loaded)
        except BaseException:
            self.manager.unregister(name=name)
            raise
        self.loaded[name] = loaded

    def _refuse(self, name, error):
        log.error("plugin %s is not loaded: %s: %s", name, type(error).__name__, error)
        self.refused[name] = lazy("The plugin %(name)s is not loaded: %(error)s.", name=name,
                                  error=f"{type(error).__name__}: {error}")

    def drop(self, name, error) -> None:
        """Take a loaded plugin out again, with what requires it: its pages cannot be served."""
        for other in [item.manifest.name for item in self.loaded.values() if name in item.manifest.requires]:
            self.drop(other, LookupError(f"it requires {name}, which is not loaded"))
        self.manager.unregister(name=name)
        del self.loaded[name]
        self._refuse(name, error)

    def said(self, hook) -> list:
        return [item for loaded in self.loaded.values() for item in loaded.said[hook]]

    def histories(self) -> dict[str, Path]:
        """Name → folder of migrations, in the order in which they are applied."""
        return {name: loaded.migrations for name, loaded in self.loaded.items() if loaded.migrations.is_dir()}

    def is_on(self, name, ctx) -> bool:
        coalition = getattr(ctx, "coalition", None)
        return coalition is None or name not in coalition.plugins_off

    def with_users(self, name) -> set[str]:
        """A plugin, and all that stand on it by `requires`: what goes off together."""
        found = {name}
        for other, loaded in self.loaded.items():       # what requires stands behind what it requires
            if found & set(loaded.manifest.requires):
                found.add(other)
        return found

    def gather(self, hook, kind, finish=None, /, **facts) -> list:
        """Ask every plugin that is on here. Gives their answers, all of `kind`, and a Gap for each that failed.

        `finish` turns an answer into its last form (a Panel into HTML) while failures are still contained.
        """
        if is_open():
            raise RuntimeError(f"{hook} was asked inside an open change()")
        answers: list = []
        for impl in getattr(self.manager.hook, hook).get_hookimpls():       # in the order in which they were loaded
            if not self.is_on(impl.plugin_name, facts.get("ctx")):
                continue
            try:
                answer = impl.function(*(facts[name] for name in impl.argnames))
                items = [answer] if isinstance(answer, kind) else list(answer or ())
                if wrong := [item for item in items if not isinstance(item, kind)]:
                    raise TypeError(f"{hook} answers {kind.__name__}, not {wrong[0]!r}")
                answers += [finish(item) if finish else item for item in items]
            except (Exception, SystemExit) as error:
                log.error("plugin %s failed in %s: %s", impl.plugin_name, hook, trace(error))
                self.failed += 1
                answers.append(Gap(impl.plugin_name))
        return answers


def _add_folder(folder):
    if folder.is_dir() and str(folder) not in plugin_folder.__path__:
        plugin_folder.__path__.append(str(folder))
        importlib.invalidate_caches()


def _homes(name):
    return [Path(place) / name for place in plugin_folder.__path__ if (Path(place) / name / "plugin.py").exists()]


def available() -> list[str]:
    """The names of all plugins that lie in a plugin folder or are installed."""
    lying = {path.parent.name for place in plugin_folder.__path__ for path in Path(place).glob("*/plugin.py")}
    return sorted(lying | {point.name for point in entry_points(group=ENTRY_POINTS)})


def _check(loaded):
    name = loaded.manifest.name
    for table in loaded.said["tables"]:
        if not table._meta.table_name.startswith(f"{name}_"):
            raise ValueError(f"its table {table._meta.table_name} must begin with {name}_")
    for permission in loaded.said["permissions"]:
        if not permission.name.startswith(f"{name}."):
            raise ValueError(f"its permission {permission.name} must begin with {name}.")
    for blueprint in loaded.said["blueprints"]:
        if blueprint.name != name:
            raise ValueError(f"its blueprint {blueprint.name} must be named {name}")
