"""The plugin `midterm`, hook by hook."""

from core.api import Plugin, hookimpl, lazy
from plugins.midterm.access import PERMISSIONS
from plugins.midterm.commands import COMMANDS
from plugins.midterm.models import TABLES

PLUGIN = Plugin(name="midterm", title=lazy("Mid-term report"), version="0.1.0", requires=("recommendations",))


@hookimpl
def permissions():
    return PERMISSIONS


@hookimpl
def tables():
    return TABLES


@hookimpl
def commands():
    return COMMANDS
