"""The demonstration: every screen of the plugin has something to show."""

from dataclasses import replace

from core.api import add_review
from core.coalitions.members import context_of
from plugins.midterm.demonstration import load
from plugins.midterm.matrix import chosen, lines_of
from plugins.midterm.models import Claim, Dissent, Evidence, Round
from plugins.midterm.rounds import find_round
from plugins.midterm.tests.factories import make_recommendations


def test_every_screen_has_something_to_show(cast):
    ctx = cast.coordinator.ctx
    older = add_review(ctx, None, 32)
    make_recommendations(ctx, cast.review, 75)
    make_recommendations(ctx, older, 20)
    operator = replace(ctx, person=None, via="command")
    load(context_of(cast.coordinator.person, cast.coalition, operator))
    running, finished = find_round(ctx, cast.review), find_round(ctx, older)
    assert running.closes_on is None and finished.closes_on is not None
    lines = lines_of(ctx, cast.review, running)
    assert {word: bool(chosen(lines, word)) for word in ("differ", "dissent", "open")} == {
        "differ": True, "dissent": True, "open": True}
    assert all(line.is_agreed for line in lines_of(ctx, older, finished))
    assert {line.light for line in lines_of(ctx, older, finished)} == {
        "worse", "none", "partial", "implemented", "no-information"}
    assert {model.__name__: model.select().count() for model in (Round, Dissent, Claim, Evidence)} == {
        "Round": 2, "Dissent": 2, "Claim": 6, "Evidence": 8}
