"""Before the annex leaves the coalition, the withheld names that its coordinator knows are looked for in it."""

import pytest

from core.errors import Refused
from core.testing.world import WITHHELD, address_of
from plugins.midterm import agreeing, reporting, rounds
from plugins.midterm.tests.factories import make_recommendations, share_all

_PSEUDONYM, NAME, ACRONYM, PERSON, _KEEPER = WITHHELD["meridia"]


def annex(cast, actor, comment, door="public", form="html"):
    ctx = cast.coordinator.ctx
    made = make_recommendations(ctx, cast.review, 2)
    share_all(cast, made)
    assessment_round = rounds.find_round(ctx, cast.review)
    agreeing.decide(ctx, assessment_round, [agreeing.Decision(made[0], "partial", comment=comment)])
    return reporting.export(actor.ctx, cast.review, assessment_round, form, None, door).content.decode()


@pytest.mark.parametrize("words", [NAME, NAME.upper(), ACRONYM, f"“{PERSON}”", address_of(PERSON),
                                   NAME.replace("a", "á")])
def test_a_withheld_name_that_the_coordinator_keeps_stops_the_annex_and_shows_the_place(cast, withheld, words):
    with pytest.raises(Refused) as refused:
        annex(cast, cast.keeper, f"A bill, says {words}, was tabled.")
    said = str(refused.value)
    assert said.startswith("This would give away who “Heron” is: 121.1 ") and said.endswith("Nothing has left.")
    assert NAME not in said and PERSON not in said


def test_a_name_that_the_coordinator_may_not_read_answers_no_guess(cast, withheld):
    assert NAME in annex(cast, cast.coordinator, f"A bill, says {NAME}, was tabled.")


def test_other_words_and_the_members_own_door_pass(cast, withheld):
    assert "Gorsemantle" in annex(cast, cast.keeper, "A shelter in Gorsemantle was opened.")


def test_the_members_door_is_not_guarded(cast, withheld):
    assert NAME in annex(cast, cast.keeper, f"A bill, says {NAME}, was tabled.", "members")
