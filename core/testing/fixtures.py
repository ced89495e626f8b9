"""The fixtures of every test with an app: what each gives stands in README.md."""

import importlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import argon2
import jinja2
import pytest
from click.testing import CliRunner
from werkzeug.routing import Rule

import plugins as plugin_folder
from core import db
from core.app import create_app, histories
from core.cli import commonweal
from core.config import Settings, make_instance, read_settings
from core.people import passwords
from core.testing.access import Stage
from core.testing.client import Browser, reopen
from core.testing.copying import copy_instance
from core.testing.guard import Guard, watching
from core.testing.plugin_home import plugins_for, shipped
from core.testing.world import Cast, World, build_withheld, build_world

# Compiling the addresses of some 200 routes is most of create_app(), and comes out the same each time.
_compile = Rule.compile
_compiled: dict = {}
OF_A_RULE = ("_parts", "_trace", "_converters", "arguments")


def _compiled_once(rule):
    key = rule.rule, rule.subdomain, rule.merge_slashes, repr(rule.defaults)
    if key not in _compiled:
        _compile(rule)
        _compiled[key] = ({name: getattr(rule, name) for name in OF_A_RULE},
                          rule._build.__func__, rule._build_unknown.__func__)
    made, build, build_unknown = _compiled[key]
    for name, value in made.items():
        setattr(rule, name, value)
    rule._build, rule._build_unknown = build.__get__(rule, None), build_unknown.__get__(rule, None)


Rule.compile = _compiled_once
# Nothing here has to survive a power cut: waiting for the disk at each commit would be most of a test's time.
db.SQLITE_PRAGMAS["synchronous"] = "off"
NEEDS_WORLD = {"world", "cast"}
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The worker's instances to copy from: `empty` (migrated), `world`, and `withheld` (the world with a withheld
    organisation); each is made when first asked for."""
    made = {}

    def folder(kind: str, plugins: tuple[str, ...] = shipped()) -> Path:
        if (kind, plugins) not in made:
            place = tmp_path_factory.mktemp("built") / kind
            make_instance(place)
            if plugins != Settings.plugins:
                (place / "commonweal.toml").write_text(f"plugins = {json.dumps(plugins)}\n")
            fill(settings_of(place), kind)
            made[kind, plugins] = place
        return made[kind, plugins]

    return folder


def settings_of(place: Path) -> Settings:
    """What stands in the folder; nothing of the shell in which the tests run."""
    return read_settings(place, {})


def fill(settings: Settings, kind: str) -> None:
    """Migrate the database of these settings, and put the world into it."""
    app = create_app(settings, check_database=False)
    with app.app_context(), db.connection():
        db.migrate(histories(app))
        if kind != "empty":
            build_world()
        if kind == "withheld":
            build_withheld()


@pytest.fixture
def instance(request, built, tmp_path, database_kind, monkeypatch):
    """Settings of a fresh instance with a migrated database, of the kind that the test runs on; with the world in it
    when the test asks for `world` or `cast`, and a withheld organisation when it asks for `withheld`."""
    # An app adds its instance's folder of plugins to those that can be imported.
    monkeypatch.setattr(plugin_folder, "__path__", list(plugin_folder.__path__))
    asked = set(request.fixturenames)
    kind = "withheld" if "withheld" in asked else "world" if NEEDS_WORLD & asked else "empty"
    plugins = plugins_for(request.path)
    source, place = built(kind, plugins), tmp_path / "instance"
    if database_kind == "sqlite":
        copy_instance(source, place)
        yield settings_of(place)
        return
    server = request.getfixturevalue("postgres")
    template = server.template(f"commonweal {kind} {' '.join(plugins)}",
                               lambda url: fill(replace(settings_of(source), database=url), kind))
    copy_instance(source, place)                # after it: the template's rows have keys of this keyring, too
    (place / "commonweal.sqlite3").unlink()
    url = server.create(template)
    yield replace(settings_of(place), database=url)
    server.drop(url)


@pytest.fixture
def guard(monkeypatch) -> Iterator[Guard]:
    """What the test's code did that it must not do (core.testing.guard); it fails the test unless forgotten."""
    seen, handler = watching(monkeypatch)
    yield seen
    logging.getLogger("commonweal").removeHandler(handler)
    if seen.faults:
        pytest.fail("The code did what it must not do:\n" + "\n".join(dict.fromkeys(seen.faults)), pytrace=False)


@pytest.fixture
def app(instance, guard, monkeypatch, tmp_path_factory):
    """The app of a fresh instance; a connection is open."""
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    passwords._nobodys_hash.cache_clear()
    made = create_app(instance)
    made.jinja_env.bytecode_cache = jinja2.FileSystemBytecodeCache(str(_kept(tmp_path_factory)))
    # No app context is held open: flask would share it, and its g, among all requests of the test.
    with db.connection():
        yield made


def _kept(tmp_path_factory):
    place = tmp_path_factory.getbasetemp() / "templates"
    place.mkdir(exist_ok=True)
    return place


@pytest.fixture
def world(app) -> World:
    """Two coalitions with organisations, people and a review each (core.testing.world)."""
    return World(Cast("meridia"), Cast("elsewhere"))


@pytest.fixture
def cast(world) -> Cast:
    """The people of the coalition meridia, by role; `cast.other` are those of elsewhere."""
    return world.meridia


@pytest.fixture
def withheld(cast):
    """The one who acts for a withheld organisation; `cast.keeper` is the coordinator who may read its name."""
    return cast.withheld


@pytest.fixture
def browser_of(app, guard):
    """`browser_of(cast.member)` gives a Browser in which that person is signed in; of nobody, one who is not."""
    def made(actor=None) -> Browser:
        return Browser(app, guard, actor.person if actor is not None else None)
    return made


@pytest.fixture(scope="module")
def stage(request, built, tmp_path_factory):
    """The access machine (core.testing.access), for the lines of an access.csv."""
    source, place = built("withheld", plugins_for(request.path)), tmp_path_factory.mktemp("stage") / "instance"
    with pytest.MonkeyPatch.context() as patch:
        yield Stage(source, place, patch)


@dataclass
class Counted:
    statements: list[str] = field(default_factory=list)

    def __len__(self):
        return len(self.statements)


@pytest.fixture
def queries(guard):
    """`with queries() as counted:` collects the SELECTs that are run inside; len(counted) is their number."""
    @contextmanager
    def counting():
        start, counted = len(guard.statements), Counted()
        yield counted
        counted.statements += [sql for sql in guard.statements[start:] if sql.lstrip("(").startswith("SELECT")]
    return counting


@pytest.fixture
def command(app, instance):
    """`command("review", "list", "--coalition", "meridia")` runs `commonweal` on the test's instance.

    Gives click's result: .exit_code, .stdout, .stderr. `input=` is standard input. A traceback fails the test.
    """
    importlib.import_module("core.commands")

    def run(*words, input=None):
        environment = {"COMMONWEAL_DATABASE": instance.database} if instance.database else {}
        result = CliRunner().invoke(commonweal, ["--instance", str(instance.instance), *map(str, words)], input=input,
                                    env=environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        reopen()
        return result
    yield run
    db.database.is_closed() or db.database.close()


def pytest_collection_modifyitems(items):
    for item in items:
        if {"instance", "stage"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("house")
