"""The plugin `midterm`, hook by hook."""

from core.api import Entry, Plugin, hookimpl, lazy
from plugins.midterm import beside, stage, today_views, views
from plugins.midterm.assess_page import views as assess_views  # noqa: F401 adds its routes to views.pages
from plugins.midterm.commands import COMMANDS
from plugins.midterm.demonstration import load
from plugins.midterm.found import hits
from plugins.midterm.matrix_page import views as matrix_views  # noqa: F401 adds its routes to views.pages
from plugins.midterm.models import TABLES
from plugins.midterm.own import own
from plugins.midterm.permissions import PERMISSIONS

PLUGIN = Plugin(name="midterm", title=lazy("Mid-term report"), version="0.1.0", requires=("recommendations",))


@hookimpl
def blueprints():
    return [views.pages]


@hookimpl
def permissions():
    return PERMISSIONS


@hookimpl
def tables():
    return TABLES


@hookimpl
def commands():
    return COMMANDS


@hookimpl
def workflow_patches():
    return [stage.PATCH]


@hookimpl
def navigation(ctx):
    return [Entry(lazy("Assess"), "midterm.begin", 30, ("midterm.assess", "midterm.save", "midterm.mine")),
            Entry(lazy("Matrix"), "midterm.matrix", 40, ("midterm.agree", "midterm.agree_equal"))]


@hookimpl
def waiting_items(ctx):
    return today_views.waiting(ctx)


@hookimpl
def panels(ctx, place, objects):
    return beside.panels(ctx, place, objects)


@hookimpl
def facets(ctx, place, objects):
    return beside.facets(ctx, place, objects)


@hookimpl
def search_hits(ctx, objects):
    return hits(ctx, objects)


@hookimpl
def own_data(ctx, membership):
    return own(ctx, membership)


@hookimpl
def demonstration(ctx):
    load(ctx)
