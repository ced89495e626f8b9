"""What a plugin says at start, looked at piece by piece: manifest, permissions, tables, pages, commands."""

from collections.abc import Iterator

import click
from flask import Blueprint

from core import hooks
from core.db import Base
from core.hooks import Patch, Plugin
from core.language import Words, lazy
from core.plugin_author.findings import Finding, bad, ok
from core.policy import Permission
from core.web import plugin_pages
from core.workflows.engine import BadPatch, patched, shipped

SAID: dict[str, type] = {"blueprints": Blueprint, "permissions": Permission, "tables": Base, "commands": click.Command,
                         "workflow_patches": Patch}


def hooks_of(module) -> list[str]:
    """The names of the hooks that a plugin.py answers, known ones and misspelt ones."""
    return sorted(name for name, value in vars(module).items() if hasattr(value, "commonweal_impl"))


def known_hooks() -> set[str]:
    return {name for name, value in vars(hooks).items() if hasattr(value, "commonweal_spec")}


def check_manifest(module, name: str, available: list[str]) -> Iterator[Finding]:
    what = lazy("Manifest: PLUGIN in plugin.py")
    manifest = getattr(module, "PLUGIN", None)
    if not isinstance(manifest, Plugin):
        yield bad(what, f"PLUGIN is {manifest!r}", lazy("PLUGIN = Plugin(name=…, title=lazy(…), version=…)"),
                  "plugin.py")
        return
    wrong = []
    if manifest.name != name:
        wrong.append(bad(what, f"name={manifest.name!r}", lazy("the folder's name, %(name)s", name=name), "plugin.py"))
    if not isinstance(manifest.title, Words):
        wrong.append(bad(what, f"title={manifest.title!r}", lazy("title=lazy(…), so that it is translated"),
                         "plugin.py"))
    if not manifest.version:
        wrong.append(bad(what, "version=''", lazy("a version such as 0.1.0"), "plugin.py"))
    yield from wrong or [ok(what, f"{manifest.name} {manifest.version}")]
    missing = [other for other in manifest.requires if other not in available]
    needs = lazy("Requires: plugins that are there")
    yield bad(needs, ", ".join(missing), lazy("names of: %(names)s", names=", ".join(available)),
              "PLUGIN.requires") if missing else ok(needs, ", ".join(manifest.requires))


def check_hooks(module) -> Finding:
    what = lazy("Hooks: known ones, with known arguments")
    strange = [name for name in hooks_of(module) if name not in known_hooks()]
    if strange:
        return bad(what, ", ".join(strange), lazy("names of: %(names)s", names=", ".join(sorted(known_hooks()))),
                   "plugin.py")
    for name in hooks_of(module):
        spec, impl = getattr(hooks, name).__code__, getattr(module, name).__code__
        known = spec.co_varnames[:spec.co_argcount]
        if extra := [word for word in impl.co_varnames[:impl.co_argcount] if word not in known]:
            return bad(what, f"{name}({', '.join(extra)})", lazy("of the arguments: %(names)s",
                                                                 names=", ".join(known) or "–"), "plugin.py")
    return ok(what, ", ".join(hooks_of(module)))


def check_said(module, name: str) -> tuple[list[Finding], dict[str, list]]:
    """(findings, what the plugin said by hook). What it could not say is missing from the second."""
    found, said = [], {}
    for hook, kind in SAID.items():
        try:
            said[hook] = list(getattr(module, hook)() or ()) if hasattr(module, hook) else []
        except (Exception, SystemExit) as error:
            found.append(bad(lazy("%(hook)s: answers", hook=hook), f"{type(error).__name__}: {error}",
                             lazy("a list, and no exception"), f"plugin.py, {hook}"))
            continue
        if wrong := [item for item in said[hook] if not _is_of_kind(item, kind)]:
            found.append(bad(lazy("%(hook)s: answers", hook=hook), repr(wrong[0]),
                             lazy("a list of %(kind)s", kind="models" if kind is Base else kind.__name__),
                             f"plugin.py, {hook}"))
            del said[hook]
    found += [*_check_prefixes(name, said), *_check_pages(name, said.get("blueprints", [])),
              *_check_patches(name, said.get("workflow_patches", []))]
    return found, said


def _is_of_kind(item, kind):
    """Models are classes of their kind, everything else an object of it."""
    return isinstance(item, type) and issubclass(item, Base) if kind is Base else isinstance(item, kind)


def _check_prefixes(name, said):
    tables = lazy("Tables: named %(name)s_…", name=name)
    wrong = [model._meta.table_name for model in said.get("tables", ())
             if not model._meta.table_name.startswith(f"{name}_")]
    yield bad(tables, ", ".join(wrong), lazy("%(name)s_… for each", name=name), "models.py") if wrong else ok(
        tables, ", ".join(model._meta.table_name for model in said.get("tables", ())))
    permissions = lazy("Permissions: named %(name)s.…", name=name)
    strange = [one.name for one in said.get("permissions", ()) if not one.name.startswith(f"{name}.")]
    yield bad(permissions, ", ".join(strange), lazy("%(name)s.… for each", name=name), "permissions()") \
        if strange else ok(permissions, ", ".join(one.name for one in said.get("permissions", ())))


def _check_pages(name, blueprints):
    what = lazy("Pages: under their own address, each with @route")
    wrong = [bad(what, f"Blueprint({blueprint.name!r})", lazy("Blueprint(%(name)s)", name=repr(name)), "views.py")
             for blueprint in blueprints if blueprint.name != name]
    try:
        wrong += [bad(what, fault, lazy("routes of the plugin's own blueprint, each below @route(…), and nothing else"),
                      "views.py") for fault in plugin_pages.faults(name, blueprints)]
    except Exception as error:
        wrong.append(bad(what, f"{type(error).__name__}: {error}", lazy("blueprints that an app can take"), "views.py"))
    yield from wrong or [ok(what)]


def _check_patches(name, patches):
    what = lazy("Workflow: each patch fits, every stage can be reached")
    workflow = shipped()
    for patch in patches:
        try:
            workflow = patched(workflow, name, patch)
        except BadPatch as error:
            yield bad(what, str(error), lazy("a patch as the docstring of core.hooks.Patch says (docs/hooks.md)"),
                      "workflow_patches()")
            return
    yield ok(what, ", ".join(stage.id for patch in patches for stage in patch.stages))
