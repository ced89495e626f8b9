"""The plugin `recommendations`, hook by hook."""

from core.api import Entry, Plugin, hookimpl, lazy
from plugins.recommendations.commands import COMMANDS
from plugins.recommendations.demonstration import meridia
from plugins.recommendations.editing import views as editing_views  # noqa: F401 adds its routes to views.pages
from plugins.recommendations.found import hits
from plugins.recommendations.imports import views as import_views  # noqa: F401 adds its routes to views.pages
from plugins.recommendations.models import TABLES
from plugins.recommendations.permissions import PERMISSIONS
from plugins.recommendations.readers.commonweal import COMMONWEAL
from plugins.recommendations.readers.matrix import MATRIX
from plugins.recommendations.readers.reply import REPLY
from plugins.recommendations.readers.report import REPORT
from plugins.recommendations.readers.table import TABLE
from plugins.recommendations.views import pages, waiting

PLUGIN = Plugin(name="recommendations", title=lazy("Recommendations"), version="0.1.0")
ENDPOINTS = tuple(f"recommendations.{name}" for name in ("show", "show_by_number", "add", "edit", "import_page",
                                                         "read_file", "look", "mapping"))


@hookimpl
def blueprints():
    return [pages]


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
def readers():
    return [MATRIX, REPORT, COMMONWEAL, TABLE, REPLY]


@hookimpl
def navigation(ctx):
    return Entry(lazy("Recommendations"), "recommendations.index", weight=10, endpoints=ENDPOINTS)


@hookimpl
def waiting_items(ctx):
    return waiting(ctx)


@hookimpl
def search_hits(ctx, objects):
    return hits(ctx, objects)


@hookimpl
def demonstration(ctx, files):
    meridia.load(ctx, files)
