"""Any States, in any spelling, in any form of list, behind any words: always found, and the words left whole."""

from hypothesis import given
from hypothesis import strategies as st

from core.reference.files import table
from plugins.recommendations.readers.states_at_end import wordings

SPELLINGS = [(row["iso3"], name) for row in table("states.csv")
             for name in [row["name"], row["name_fr"], row["name_es"], *filter(None, row["aliases"].split("|"))]]
JOINED = ("({})", lambda names: [", ".join(names)]), ("({})", lambda names: ["; ".join(names)]), (
    "({})", lambda names: [",".join(names)])
APART = " ", "; ", ";", ", ", " and "
WORDS = ("Ratify the Tree Convention (TC)", "Amend section 6(a) of the Act (No. 12) by 2030", "Make a plan (2025-2034)",
         "Join the Treaty on Oaks; and plant them", "Comply with the text (Oak Principles)", "Plant trees",
         "End the felling of oaks (elms, limes)", "Make schools free for all (primary and secondary)")
ENDS = ";", ".", "", "; ", " ;", ".;"


@given(words=st.sampled_from(WORDS), states=st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=9),
       data=st.data())
def test_states_are_found_in_every_form(words, states, data):
    names = [name for _code, name in states]
    if data.draw(st.booleans(), label="one bracket"):
        form, join = data.draw(st.sampled_from(JOINED))
        printed = form.format(join(names)[0])
    else:
        printed = data.draw(st.sampled_from(APART)).join(f"({name})" for name in names)
    [wording] = wordings(f"{words} {printed}{data.draw(st.sampled_from(ENDS))}")
    assert (wording.text, wording.states, wording.unknown_states, wording.inside) == (
        words, tuple(dict.fromkeys(code for code, _name in states)), (), ())


@given(parts=st.lists(st.tuples(st.sampled_from(WORDS), st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=4)),
                      min_size=2, max_size=4), end=st.sampled_from((";", "; ", ". ")))
def test_parts_are_found_in_every_form(parts, end):
    text = end.join(f"{words} " + " ".join(f"({name})" for _code, name in states) for words, states in parts)
    assert [(part.text, part.states) for part in wordings(text)] == [
        (words, tuple(dict.fromkeys(code for code, _name in states))) for words, states in parts]


@given(text=st.text(alphabet="()[] ;,.ab/MaltGrec1é’-\n", max_size=200))
def test_no_text_stops_the_reader_and_none_is_lost(text):
    found = wordings(text)
    assert found
    if not any(part.states or part.unknown_states for part in found):
        assert "".join(found[0].text.split()) in "".join(text.split())
