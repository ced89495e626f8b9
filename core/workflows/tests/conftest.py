"""A plugin that brings a stage, put into the host of the test's app."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from core.hooks import Patch, Plugin, StageSpec, TrainingLink, Verdict
from core.language import lazy
from core.plugins import SAID_AT_START, Loaded
from core.workflows.engine import take_patches

HEARING = StageSpec("hearings-hearing", lazy("Hearing"), lazy("Parliament hears the State on its answers."), "state us",
                    (TrainingLink(lazy("How a hearing goes"), "https://hearings.example/guide", lazy("Parliament")),))


class Hearings:
    """What the plugin's condition says, changeable by the test: `answer` is a Verdict, or an exception to raise."""

    answer: object = Verdict(False, lazy("The minutes of the hearing are not out."), "https://hearings.example/minutes")

    def minutes_out(self, ctx, review):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    @property
    def patch(self):
        return Patch("upr-cycle", "answer", (HEARING,), {"hearings.minutes-out": self.minutes_out})


def loaded(name, *patches) -> Loaded:
    said = {hook: [] for hook in SAID_AT_START} | {"workflow_patches": list(patches)}
    return Loaded(Plugin(name, lazy(name.capitalize()), "1"), SimpleNamespace(), Path("/"), said)


@pytest.fixture
def hearings(app):
    """The plugin `hearings`, loaded and on: a stage behind the answer, which is left once the minutes are out."""
    plugin = Hearings()
    app.host.manager.register(plugin, name="hearings")
    app.host.loaded["hearings"] = loaded("hearings", plugin.patch)
    take_patches(app.host)
    yield plugin
    take_patches(SimpleNamespace(loaded={}))
