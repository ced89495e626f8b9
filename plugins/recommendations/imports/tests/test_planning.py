"""plan(): rows of a file against what stands, without a database."""

import time

import pytest

from core.files.reading import Problem
from core.language import lazy
from plugins.recommendations.imports.planning import Existing, Standing, plan
from plugins.recommendations.rows import Row
from plugins.recommendations.wording import text_key

RATIFY = "Ratify the Optional Protocol to the Convention against Torture"
SHELTERS = "Open a shelter for women in each of the seven provinces"
SCHOOLS = "Connect the schools of the outer islands to electricity"


def row(number, text, states=("FRA",), part=0, place=None, **more):
    return Row(lazy("row %(row)s", row=place or number), number, text, part=part, states=states, **more)


def standing(number, text, states=("FRA",), part=0, uid=None, carried=(), said=None, **more):
    """As it stands after an import said exactly this; `carried` and `said` are what imports said besides."""
    own = {(number, part, text_key(text)), *((one, which, text_key(words)) for one, which, words in carried)}
    return Standing(uid or f"uid-{number}-{part}", number, part, text, states=tuple(states), carried=frozenset(own),
                    said=said or {"states": {frozenset(states)}}, **more)


def outcome(made):
    """(new, changed, unchanged, refused, missing) as numbers; a changed one as (old number, new number)."""
    return ([item.entry.number for item in made.new],
            [(item.standing.number, item.entry.number) for item in made.changed],
            [item.standing.number for item in made.unchanged],
            [refusal.number for refusal in made.refused],
            [one.number for one in made.missing])


def changes(made):
    return [[(change.name, change.before, change.after) for change in item.changes] for item in made.changed]


def test_a_first_file_is_all_new():
    made = plan([row("5.1", RATIFY), row("5.2", SHELTERS)], Existing())
    assert outcome(made) == (["5.1", "5.2"], [], [], [], [])


def test_the_same_file_again_is_all_unchanged_and_writes_nothing():
    made = plan([row("5.1", RATIFY), row("5.2", SHELTERS)],
                Existing((standing("5.1", RATIFY), standing("5.2", SHELTERS))))
    assert outcome(made) == ([], [], ["5.1", "5.2"], [], [])
    assert made.writes_nothing


def test_the_same_file_again_is_unchanged_after_edits_by_hand():
    edited = standing("5.9", SCHOOLS, states=("NOR",), position="noted", source="by hand",
                      carried=[("5.1", 0, RATIFY)],
                      said={"states": {frozenset({"FRA"})}, "position": {"supported"}, "source": {"A/HRC/1/2"}})
    made = plan([row("5.1", RATIFY, position="supported", source="A/HRC/1/2")], Existing((edited,)))
    assert outcome(made) == ([], [], ["5.9"], [], [])


def test_a_file_as_it_stands_now_is_unchanged_though_no_import_said_it():
    by_hand = Standing("a", "5.1", 0, RATIFY, states=("FRA", "NOR"), position="noted")
    made = plan([row("5.1", RATIFY, states=("NOR", "FRA"), position="noted")], Existing((by_hand,)))
    assert outcome(made) == ([], [], ["5.1"], [], [])


def test_a_final_meets_its_draft_by_wording_and_takes_the_finals_numbers():
    drafts = (standing("6.1", RATIFY), standing("6.2", SHELTERS))
    made = plan([row("140.1", SHELTERS), row("140.2", RATIFY)], Existing(drafts))
    assert outcome(made) == ([], [("6.2", "140.1"), ("6.1", "140.2")], [], [], [])
    assert changes(made) == [[("number", ("6.2", 0), ("140.1", 0))], [("number", ("6.1", 0), ("140.2", 0))]]


def test_the_draft_read_again_after_the_final_changes_nothing():
    renumbered = standing("140.1", RATIFY, carried=[("6.1", 0, RATIFY)])
    assert outcome(plan([row("6.1", RATIFY)], Existing((renumbered,)))) == ([], [], ["140.1"], [], [])


def test_two_numbers_that_change_places_are_one_set():
    stand = (standing("5.1", RATIFY), standing("5.2", SHELTERS))
    made = plan([row("5.2", RATIFY), row("5.1", SHELTERS)], Existing(stand))
    assert outcome(made) == ([], [("5.1", "5.2"), ("5.2", "5.1")], [], [], [])


def test_equal_words_under_two_numbers_meet_by_their_states():
    drafts = (standing("6.1", RATIFY, ("FRA",)), standing("6.2", RATIFY, ("CHL",)))
    made = plan([row("140.1", RATIFY, ("CHL",)), row("140.2", RATIFY, ("FRA",))], Existing(drafts))
    assert outcome(made)[1] == [("6.2", "140.1"), ("6.1", "140.2")]


def test_equal_words_of_quite_other_states_are_another_recommendation():
    made = plan([row("6.5", "Ratify the protocol", ("CHL",))],
                Existing([standing("140.7", "Ratify the protocol", ("FRA", "KEN"))]))
    assert [len(part) for part in (made.new, made.changed, made.unchanged, made.refused)] == [1, 0, 0, 0]


def test_a_whole_list_of_which_nothing_stands_here_is_asked_about():
    stands = Existing([standing("140.7", "Plant trees", ("FRA",))])

    def asked(count, first="Open archive"):
        rows = [row("6.1", first), *(row(f"6.{place}", f"Open archive {place}") for place in range(2, count + 1))]
        return [(str(one.place), str(one.reason)) for one in plan(rows, stands).warned]
    assert asked(20) == [("the whole file", "Not one of these recommendations stands in this review. If they belong to "
                          "another, stop, and read the file again with the session of that review.")]
    assert asked(19) == [] and asked(20, "Plant trees") == []
    assert plan([row(f"6.{place}", f"Open archive {place}") for place in range(30)], Existing([])).warned == ()


def test_equal_words_of_the_same_states_meet_in_their_order():
    drafts = (standing("6.1", RATIFY), standing("6.2", RATIFY))
    made = plan([row("140.1", RATIFY), row("140.2", RATIFY)], Existing(drafts))
    assert outcome(made)[1] == [("6.1", "140.1"), ("6.2", "140.2")]


def test_blanks_quotes_and_hyphens_make_no_other_wording():
    stand = standing("5.1", 'Pass the "anti- torture" bill')
    made = plan([row("5.1", "Pass  the “anti\u2011torture” bill")], Existing((stand,)))
    assert outcome(made) == ([], [], ["5.1"], [], [])


def test_a_corrected_wording_under_its_number_is_a_change_of_words():
    made = plan([row("5.1", RATIFY + "s")], Existing((standing("5.1", RATIFY),)))
    assert changes(made) == [[("text", RATIFY, RATIFY + "s")]]
    assert not made.changed[0].is_doubtful


def test_other_number_and_nearly_the_same_words_of_the_same_states_is_shown_apart():
    made = plan([row("140.7", RATIFY + "s")], Existing((standing("6.1", RATIFY),)))
    assert changes(made) == [[("number", ("6.1", 0), ("140.7", 0)), ("text", RATIFY, RATIFY + "s")]]
    assert made.changed[0].is_doubtful


def test_nearly_the_same_words_of_other_states_are_another_recommendation():
    made = plan([row("140.7", RATIFY + "s", ("CHL",))], Existing((standing("6.1", RATIFY, ("FRA",)),)))
    assert outcome(made) == (["140.7"], [], [], [], ["6.1"])


def test_each_must_be_the_others_best():
    near, nearer = RATIFY + " and its annexes", RATIFY + " and annexes"
    made = plan([row("140.1", near), row("140.2", nearer)], Existing((standing("6.1", RATIFY + " and annex"),)))
    assert outcome(made)[:2] == (["140.1"], [("6.1", "140.2")])


def test_a_number_that_stands_with_other_words_is_refused_and_both_are_shown():
    made = plan([row("5.1", SHELTERS)], Existing((standing("5.1", RATIFY),)))
    assert outcome(made) == ([], [], [], ["5.1"], ["5.1"])
    assert RATIFY in str(made.refused[0].reason) and made.refused[0].text == SHELTERS


def test_a_number_whose_owner_gets_another_one_is_free():
    made = plan([row("5.1", SHELTERS), row("5.2", RATIFY)], Existing((standing("5.1", RATIFY),)))
    assert outcome(made) == (["5.1"], [("5.1", "5.2")], [], [], [])


def test_a_wording_does_not_take_a_number_that_its_owner_keeps():
    made = plan([row("5.1", SHELTERS)], Existing((standing("5.1", RATIFY), standing("5.2", SHELTERS))))
    assert outcome(made) == ([], [], [], ["5.1"], ["5.1", "5.2"])


def test_a_refusal_that_keeps_a_number_makes_the_next_one_a_refusal_too():
    stand = (standing("5.1", RATIFY), standing("5.2", SHELTERS), standing("5.3", SCHOOLS))
    made = plan([row("5.1", SHELTERS), row("5.2", SCHOOLS)], Existing(stand))
    assert outcome(made) == ([], [], [], ["5.1", "5.2"], ["5.1", "5.2", "5.3"])


def test_a_row_that_is_repeated_under_another_theme_is_one_recommendation_with_both_headings():
    rows = [row("5.1", RATIFY, place="3", headings=("Torture",), themes=("Torture",)),
            row("5.1", RATIFY, place="9", headings=("Treaties",), themes=("Torture",))]
    made = plan(rows, Existing())
    assert [(item.entry.headings, item.entry.themes, len(item.entry.rows)) for item in made.new] == [
        (("Torture", "Treaties"), ("Torture",), 2)]


def test_several_recommendations_in_one_number_are_parts():
    rows = [row("5.1", RATIFY, ("FRA",), 1, place="4"), row("5.1", SHELTERS, ("CHL",), 2, place="4")]
    assert [(item.entry.number, item.entry.part) for item in plan(rows, Existing()).new] == [("5.1", 1), ("5.1", 2)]
    stand = (standing("5.1", RATIFY, ("FRA",), 1), standing("5.1", SHELTERS, ("CHL",), 2))
    assert outcome(plan(rows, Existing(stand))) == ([], [], ["5.1", "5.1"], [], [])


def test_a_part_of_a_number_that_stands_whole_is_refused():
    made = plan([row("5.1", SHELTERS, part=2)], Existing((standing("5.1", RATIFY),)))
    assert outcome(made)[3] == ["5.1"]


def test_a_number_that_stands_twice_with_other_words_keeps_the_first_and_names_both_places():
    made = plan([row("5.1", RATIFY, place="3"), row("5.1", SHELTERS, place="8")], Existing())
    assert outcome(made) == (["5.1"], [], [], ["5.1"], [])
    assert (str(made.refused[0].place), made.new[0].entry.text) == ("row 8", RATIFY)
    assert "row 3" in str(made.refused[0].reason)


def test_what_was_refused_before_is_no_reason_to_write():
    rows = [row("5.1", RATIFY, place="3"), row("5.1", SHELTERS, place="8")]
    first = plan(rows, Existing())
    again = plan(rows, Existing((standing("5.1", RATIFY),), frozenset(one.mark for one in first.refused)))
    assert again.writes_nothing and not first.writes_nothing
    assert not plan(rows, Existing((standing("5.1", RATIFY),))).writes_nothing


def test_rows_without_a_number_meet_by_their_words_and_keep_the_number_that_stands():
    made = plan([row(None, RATIFY, place="3")], Existing((standing("5.1", RATIFY),)))
    assert outcome(made) == ([], [], ["5.1"], [], [])


def test_one_row_per_state_without_a_number_stays_apart_by_its_states():
    made = plan([row(None, RATIFY, ("FRA",)), row(None, RATIFY, ("CHL",)), row(None, RATIFY, ("FRA",))], Existing())
    assert [item.entry.states for item in made.new] == [("FRA",), ("CHL",)]


@pytest.mark.parametrize(("name", "before", "after"), [
    ("states", ("FRA",), ("FRA", "CHL")), ("themes", ("Torture",), ("Treaties",)), ("affected", (), ("Women",)),
    ("sdgs", ("5",), ("16",)), ("position", "pending", "supported"), ("source", None, "A/HRC/1/2")])
def test_what_a_new_file_says_otherwise_is_a_change(name, before, after):
    stand = standing("5.1", RATIFY, **{"said": {}, "states": ("FRA",), name: before})
    made = plan([row("5.1", RATIFY, **{name: after})], Existing((stand,)))
    assert changes(made) == [[(name, before, after)]]


def test_what_a_file_does_not_say_takes_nothing_away():
    stand = standing("5.1", RATIFY, themes=("Torture",), position="noted", source="A/HRC/1/2", sdgs=("16",))
    assert outcome(plan([row("5.1", RATIFY, states=())], Existing((stand,)))) == ([], [], ["5.1"], [], [])


def test_pending_never_follows_an_answer():
    stand = standing("5.1", RATIFY, position="supported")
    assert outcome(plan([row("5.1", RATIFY, position="pending")], Existing((stand,))))[2] == ["5.1"]


def test_the_readers_problems_are_refused_or_warned_of():
    problems = [Problem(lazy("row 4"), lazy("It has no wording.")), Problem(lazy("row 5"), lazy("Look."), False)]
    made = plan([row("5.1", RATIFY)], Existing(), problems)
    assert [str(one.place) for one in made.refused] == ["row 4"]
    assert [str(one.place) for one in made.warned] == ["row 5"]


def test_two_positions_for_one_recommendation_are_warned_of():
    rows = [row("5.1", RATIFY, place="3", position="noted"), row("5.1", RATIFY, place="9", position="supported")]
    made = plan(rows, Existing())
    assert (made.new[0].entry.position, [str(one.place) for one in made.warned]) == ("noted", ["row 9"])


def test_the_fingerprint_is_the_same_for_the_same_plan_and_another_for_another():
    rows = [row("5.1", RATIFY)]
    assert plan(rows, Existing()).fingerprint == plan(rows, Existing()).fingerprint
    others = [plan([row("5.1", SHELTERS)], Existing()), plan(rows, Existing((standing("5.1", RATIFY),))),
              plan([row("5.1", RATIFY, ("CHL",))], Existing())]
    assert len({plan(rows, Existing()).fingerprint, *(one.fingerprint for one in others)}) == 4


def test_three_hundred_meet_three_hundred_within_seconds():
    """No speed test: a comparison of each with each letter by letter would take minutes, and this one hangs no one."""
    words = [f"Take step {place * 7919 % 1000} to protect group {place * 104729 % 997} in region {place}, by law and "
             f"in practice, and report on measure {place * 31 % 613} to the committee" for place in range(300)]
    stand = tuple(standing(f"6.{number}", text + " without delay") for number, text in enumerate(words))
    began = time.monotonic()
    made = plan([row(f"140.{number}", text) for number, text in enumerate(words)], Existing(stand))
    assert len(made.changed) + len(made.new) == 300
    assert time.monotonic() - began < 60
