"""The plugin `recommendations`, hook by hook."""

from core.api import Plugin, hookimpl, lazy
from plugins.recommendations.models import TABLES

PLUGIN = Plugin(name="recommendations", title=lazy("Recommendations"), version="0.1.0")


@hookimpl
def tables():
    return TABLES
