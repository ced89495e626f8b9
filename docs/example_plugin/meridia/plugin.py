"""The plugin `meridia`, hook by hook: what Meridia has that no other country has."""

from core.api import Panel, Patch, Plugin, hookimpl, lazy
from plugins.meridia.hearing import HEARING, minutes_are_out
from plugins.meridia.ministries import ministries_for
from plugins.meridia.ministry_list import MINISTRY_LIST

PLUGIN = Plugin(name="meridia", title=lazy("Meridia"), version="0.1.0", requires=("recommendations",))


@hookimpl
def readers():
    return [MINISTRY_LIST]


@hookimpl
def workflow_patches():
    return [Patch(workflow="upr-cycle", after="answer", stages=(HEARING,),
                  conditions={"meridia.minutes-out": minutes_are_out})]


@hookimpl
def panels(ctx, place, objects):
    if place != "recommendation.aside":
        return None
    [recommendation] = objects
    return [Panel(lazy("Who answers in Meridia"), "meridia/ministries.html",
                  {"ministries": ministries_for(recommendation.text)})]
