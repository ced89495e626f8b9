"""The demonstration's recommendations come in by the importers, and show what those can do."""

from collections import Counter

from core.api import find_review
from plugins.recommendations.collection import lists_of
from plugins.recommendations.demonstration import meridia
from plugins.recommendations.models import Import, Recommendation
from plugins.recommendations.positions import history


def test_a_hundred_recommendations_in_two_cycles_with_drafts_positions_and_a_change_of_mind(cast, instance):
    ctx = cast.coordinator.ctx
    meridia.load(ctx, instance.files)
    reviews = {session: find_review(ctx, str(session)) for session in (34, 47)}
    assert {session: review.cycle for session, review in reviews.items()} == {34: 3, 47: 4}
    held = {session: list(Recommendation.select().where(Recommendation.review == review))
            for session, review in reviews.items()}
    assert {session: len(found) for session, found in held.items()} == {34: 40, 47: 60}
    assert [(made.form, made.refused_count) for made in Import.select().order_by(Import.id)] == [
        ("matrix", 0), ("report", 0), ("matrix", 0)]
    assert Counter(bool(one.draft_number) for one in held[47]) == {True: 24, False: 36}
    assert {one.position for one in held[47]} == {"supported", "supported-in-part", "noted"}
    lists = lists_of(ctx, reviews[47])
    assert all(lists[one.id][name] for one in held[47] for name in ("states", "themes", "affected", "sdgs"))
    changed = next(one for one in held[47] if one.number == "121.13")
    assert [entry.position for entry in history(changed)] == ["pending", "noted", "supported"]


def test_no_state_of_the_invented_files_is_misspelt():
    for session in meridia.SECTIONS:
        assert not [line for line in meridia.read_lines(session) for code in line.states
                    if meridia.state_name(code) == code]
