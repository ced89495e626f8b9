"""The plugin `recommendations`, hook by hook."""

from core.api import Plugin, hookimpl, lazy
from plugins.recommendations.commands import COMMANDS
from plugins.recommendations.models import TABLES
from plugins.recommendations.permissions import PERMISSIONS
from plugins.recommendations.readers.commonweal import COMMONWEAL
from plugins.recommendations.readers.matrix import MATRIX
from plugins.recommendations.readers.reply import REPLY
from plugins.recommendations.readers.report import REPORT
from plugins.recommendations.readers.table import TABLE

PLUGIN = Plugin(name="recommendations", title=lazy("Recommendations"), version="0.1.0")


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
