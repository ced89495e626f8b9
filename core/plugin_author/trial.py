"""The child that tries one plugin on a fresh instance: python -m core.plugin_author.trial INSTANCE NAME OUT

Each finding is written to OUT at once, so that what a plugin does to the process takes nothing back.
"""

import csv
import importlib
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import plugins
from core import db
from core.app import create_app
from core.config import Settings
from core.context import Context
from core.demonstration import load_demonstration
from core.language import lazy, speaking
from core.plugin_author import said, source
from core.plugin_author.answers import Watch, check_answers
from core.plugin_author.findings import Finding, bad, ok
from core.plugin_author.tables import check_migrations
from core.plugins import available

GOES_ON = lazy("code that goes through; nothing further was looked at")


def findings(instance: Path, name: str) -> Iterator[Finding]:
    """Everything that can be said of the plugin; it ends early where what follows would rest on what is broken."""
    folder = instance / "plugins" / name
    try:
        module = importlib.import_module(f"plugins.{name}.plugin")
    except (Exception, SystemExit) as error:
        yield bad(lazy("plugin.py can be imported"), f"{type(error).__name__}: {error}", GOES_ON, _place(error, name))
        return
    first = list(said.check_manifest(module, name, available()))
    yield from first
    if not all(finding.is_well for finding in first):
        return
    found, answers = said.check_said(module, name)
    found = [said.check_hooks(module), *found, *_of_source(folder, module, answers)]
    yield from found
    yield from _running(instance, name, module, all(finding.is_well for finding in found))


def _place(error, name):
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if f"/plugins/{name}/" in frame.filename]
    return f"{own[-1].filename.partition(f'/plugins/{name}/')[2]}:{own[-1].lineno}" if own else "plugin.py"


def _of_source(folder, module, answers):
    manifest = module.PLUGIN
    try:
        yield from source.check_imports(folder, manifest.name, manifest.requires)
        yield from source.check_network(folder, manifest.network, manifest.mails)
    except SyntaxError as error:
        yield bad(lazy("Every .py file can be read"), error.msg, GOES_ON, f"{error.filename}:{error.lineno}")
    yield from source.check_templates(folder, manifest.name)
    yield from source.check_readme(folder, {
        "Hooks": said.hooks_of(module), "Permissions": [one.name for one in answers.get("permissions", ())],
        "Tables": [model._meta.table_name for model in answers.get("tables", ())]})


def _running(instance, name, module, is_well):
    """`is_well`: nothing bad was found so far. The demonstration takes seconds: it is walked when the rest is well."""
    names = dict.fromkeys([*(one for one in Settings.plugins if one in available()), *module.PLUGIN.requires, name])
    app = create_app(replace(Settings(instance), plugins=tuple(names)), check_database=False)
    what = lazy("Loaded by a fresh instance")
    if name in app.host.refused:
        yield bad(what, app.host.refused[name], lazy("a plugin that is loaded; see the lines above"))
        return
    yield ok(what, ", ".join(app.host.loaded))
    with app.app_context(), db.connection(), speaking("en"):
        found = [*_carefully(check_migrations(app, name), lazy("Migrations: they run"), name), *_templates(app, name),
                 *_access(app, name)]
        yield from found
        if not is_well or not all(finding.is_well for finding in found):
            yield bad(lazy("The demonstration is walked"), "not yet", lazy("the lines above put right first"))
            return
        watch = Watch(app.host, name)
        load_demonstration(Context(via="command", now=db.utc_now()), app.host)
    yield from _carefully(check_answers(app, name, watch), lazy("The demonstration is walked"), name)


def _carefully(steps, what, name):
    try:
        yield from steps
    except (Exception, SystemExit) as error:
        yield bad(what, f"{type(error).__name__}: {error}", GOES_ON, _place(error, name))


def _templates(app, name):
    what = lazy("Templates: each can be compiled")
    folder, wrong = app.host.loaded[name].folder / "templates", []
    for path in sorted(folder.rglob("*.html")):
        try:
            app.jinja_env.get_template(str(path.relative_to(folder)))
        except Exception as error:
            wrong.append(bad(what, f"{type(error).__name__}: {error}", lazy("a template that Jinja can read"),
                             f"{path.name}:{getattr(error, 'lineno', '?')}"))
    yield from wrong or [ok(what, len(list(folder.rglob("*.html"))))]


def _access(app, name):
    what = lazy("Access: a line of tests/access.csv for every route, and no other")
    routes = {(rule.endpoint, method) for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{name}.")
              for method in rule.methods - {"HEAD", "OPTIONS"}}
    rows = []
    for path in app.host.loaded[name].folder.rglob("tests/access.csv"):
        with path.open(encoding="utf-8", newline="") as text:
            rows += csv.DictReader(text)
    lines = {(row.get("endpoint"), row.get("method")) for row in rows}
    wrong = [bad(what, f"no line for {endpoint} {method}", lazy("a line that says who is answered how"),
                 "tests/access.csv") for endpoint, method in sorted(routes - lines)]
    wrong += [bad(what, f"a line for {endpoint} {method}", lazy("lines for routes that there are"),
                  "tests/access.csv") for endpoint, method in sorted(lines - routes, key=str)]
    yield from wrong or [ok(what, f"{len(lines)} lines")]


def main(instance: str, name: str, out: str) -> None:
    place = Path(instance)
    plugins.__path__[:] = [str(place / "plugins")]      # the plugin as it lies there, and no other of its name
    with open(out, "w", encoding="utf-8") as file:
        for finding in findings(place, name):
            file.write(finding.kept() + "\n")
            file.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
