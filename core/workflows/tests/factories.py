"""What stands at the addresses of a review's pages, for the access machine."""

import pytest

from core.testing.plugin_home import shipped
from core.workflows import engine
from core.workflows.consultations import log_consultation
from core.workflows.copying import as_kept
from core.workflows.moving import force

CONSULTATION = {"title": "Hearing at the ministry", "held_on": None, "notice_days": 3, "others_invited": "Press",
                "others_came": "", "outcome": "A protocol"}


def review(cast):
    """One that stands where the next move is one back: any stage may be left."""
    force(cast.coordinator.ctx, cast.review, "adoption", "It is over")
    return {"uid": cast.review.uid, "session": str(cast.review.wg_session), "membership": cast.member.membership.uid}


def make_consultation(ctx, review, **values):
    return log_consultation(ctx, review, CONSULTATION | values, {})


def typed_stage(**values):
    """What the form of the first stage holds, changed by these values."""
    stage = as_kept(engine.shipped().stages[0])
    return {"title": stage["title"], "purpose": stage["purpose"], "start_days": "-365", "start_anchor": "review",
            "end_days": "0", "end_anchor": "opening", "documents": "",
            "links": "\n".join(f"{one['title']} | {one['url']} | {one['source']}" for one in stage["links"]), **values}


def plugin(cast):
    if not shipped():
        pytest.skip("No plugin is there to be switched.")
    return {"name": shipped()[0]}


FACTORIES = {
    "review": review,
    "stage": lambda cast: {"uid": cast.review.uid, "stage": "consultation"},
    "workflow_stage": lambda cast: {"stage": "consultation"},
    "consultation": lambda cast: make_consultation(cast.coordinator.ctx, cast.review),
    "plugin": plugin,
}
