"""Each form in which recommending States stand at the end of a text; all sentences are invented."""

import pytest

from plugins.recommendations.readers.states_at_end import Wording, doubts, wordings

ONE = [
    # text, wording, States
    ("Plant more trees (Greece);", "Plant more trees", "GRC"),
    ("Plant more trees (Greece).", "Plant more trees", "GRC"),
    ("Plant more trees (Greece)", "Plant more trees", "GRC"),
    ("Plant more trees (Greece); ", "Plant more trees", "GRC"),
    ("Plant more trees (Greece) ;", "Plant more trees", "GRC"),
    ("Plant more trees ( Greece );", "Plant more trees", "GRC"),
    ("Plant more trees (Greece, France, Mali);", "Plant more trees", "GRC FRA MLI"),
    ("Plant more trees (Greece, France and Mali);", "Plant more trees", "GRC FRA MLI"),
    ("Plant more trees (Greece; France; Mali).", "Plant more trees", "GRC FRA MLI"),
    ("Plant more trees (Greece / France);", "Plant more trees", "GRC FRA"),
    ("Plant more trees (Greece) (France) (Mali);", "Plant more trees", "GRC FRA MLI"),
    ("Plant more trees (Greece); (France);(Mali);", "Plant more trees", "GRC FRA MLI"),
    ("Plant more trees (Greece), (France) and (Mali).", "Plant more trees", "GRC FRA MLI"),
    ("Plant more trees; (Japan);", "Plant more trees", "JPN"),
    ("Plant more trees. (Japan)", "Plant more trees", "JPN"),
    ("Plant more trees(Japan);", "Plant more trees", "JPN"),
    ("Plant more trees (JAPAN);", "Plant more trees", "JPN"),
    ("Plant more trees (the Philippines);", "Plant more trees", "PHL"),
    ("Plant more trees (Greece);1", "Plant more trees", "GRC"),
    ("Plant more trees (Greece)*;", "Plant more trees", "GRC"),
    ("Plant more trees (Greece) (Greece);", "Plant more trees", "GRC"),
    ("Plant more trees (Netherlands (Kingdom of the));", "Plant more trees", "NLD"),
    ("Plant more trees (Iran (Islamic Republic of));", "Plant more trees", "IRN"),
    ("Plant more trees (Iran, Islamic Republic of);", "Plant more trees", "IRN"),
    ("Plant more trees (Bolivarian Republic of Venezuela) (Kingdom of the Netherlands);", "Plant more trees",
     "VEN NLD"),
    ("Plant more trees (Mali, Venezuela (Bolivarian Republic of),Peru, Chad);", "Plant more trees", "MLI VEN PER TCD"),
    ("Plant more trees (Bolivia (Plurinational State of)); (Chad);", "Plant more trees", "BOL TCD"),
    ("Plant more trees (Bosnia and Herzegovina and Trinidad and Tobago);", "Plant more trees", "BIH TTO"),
    ("Plant more trees (Congo, Democratic Republic of the);", "Plant more trees", "COD"),
    ("Plant more trees (Congo, Republic of Korea);", "Plant more trees", "COG KOR"),
    ("Plant more trees (Niger) (Nigeria) (Guinea-Bissau) (Guinea) (Equatorial Guinea);", "Plant more trees",
     "NER NGA GNB GIN GNQ"),
    ("Plant more trees (Dominica, Dominican Republic, Sudan, South Sudan);", "Plant more trees", "DMA DOM SDN SSD"),
    ("Plant more trees (Cote d ’ Ivoire) (Côte d'Ivoire);", "Plant more trees", "CIV"),
    ("Plant more trees (Timor- Leste);", "Plant more trees", "TLS"),
    ("Plant more trees (State of Palestine) (Holy See);", "Plant more trees", "PSE VAT"),
    ("Plant more trees (Norway, also on behalf of Denmark);", "Plant more trees", "NOR DNK"),
    # brackets that name no State
    ("Join the Tree Convention (TC) (Greece);", "Join the Tree Convention (TC)", "GRC"),
    ("Follow the guiding text (Oak Principles) (Greece);", "Follow the guiding text (Oak Principles)", "GRC"),
    ("Join it (OP-TC) (Greece); (Mali);", "Join it (OP-TC)", "GRC MLI"),
    ("Apply the treaty (Oak Convention) in the islands (Greece);", "Apply the treaty (Oak Convention) in the islands",
     "GRC"),
    ("Amend section 6(a) and paragraph 2 (b), of the Act (No. 12) (2025-2034) (Greece);",
     "Amend section 6(a) and paragraph 2 (b), of the Act (No. 12) (2025-2034)", "GRC"),
    ("Protect the forests(FOR) (Greece);", "Protect the forests(FOR)", "GRC"),
    ("Protect trees (oaks, elms and limes) (Greece);", "Protect trees (oaks, elms and limes)", "GRC"),
    # punctuation and blanks
    ("Plant\u00a0more\u202ftrees   now (Greece);", "Plant more trees now", "GRC"),
    ("\ufeffPlant mo\u00adre tr\u200bees (Gree\u00adce);", "Plant more trees", "GRC"),
    ("\u0421ontinue planting (Greece);", "Continue planting", "GRC"),
    ("Support the country ’ s trees (Greece);", "Support the country’s trees", "GRC"),
    # brackets that were forgotten
    ("Plant more trees (Greece;", "Plant more trees", "GRC"),
    ("Plant more trees (Greece", "Plant more trees", "GRC"),
    ("Plant more trees (Netherlands (Kingdom of the);", "Plant more trees", "NLD"),
    ("Plant more trees (Netherlands (Kingdom of the); (Greece);", "Plant more trees", "NLD GRC"),
    ("Plant more trees (Greece; (France); (Mali);", "Plant more trees", "GRC FRA MLI"),
    ("Plant more trees Greece);", "Plant more trees", "GRC"),
    ("Plant more trees (Greece); France); (Mali)", "Plant more trees", "GRC FRA MLI"),
    ("Plant more trees (Greece));", "Plant more trees", "GRC"),
    ("Join the Convention (TC and its protocol (Greece); (France);", "Join the Convention (TC and its protocol",
     "GRC FRA"),
    ("As proposed by the OHCR) plant trees (Chile) (Portugal);", "As proposed by the OHCR) plant trees", "CHL PRT"),
]


@pytest.mark.parametrize(("text", "words", "states"), ONE, ids=[row[0][:60] for row in ONE])
def test_the_states_are_taken_and_the_words_stay(text, words, states):
    [wording] = wordings(text)
    assert (wording.text, wording.states, wording.unknown_states) == (words, tuple(states.split()), ())


SEVERAL = [
    ("Plant oaks (Egypt); continue with elms (Peru);plant far more limes (Oman);",
     [("Plant oaks", "EGY"), ("continue with elms", "PER"), ("plant far more limes", "OMN")]),
    ("Plant oaks (TC) (Libya); Consider elms (ICE) (Chad); (Mali);",
     [("Plant oaks (TC)", "LBY"), ("Consider elms (ICE)", "TCD MLI")]),
    ("Plant oaks (Libya). Consider elms (Chad).", [("Plant oaks", "LBY"), ("Consider elms", "TCD")]),
    ("Plant oaks now (Libya) Consider elms as well (Chad);", [("Plant oaks now", "LBY"),
                                                             ("Consider elms as well", "TCD")]),
    ("Plant oaks (Iran (Islamic Republic of)); plant elms (Netherlands (Kingdom of the));",
     [("Plant oaks", "IRN"), ("plant elms", "NLD")]),
    ("Plant oaks (Libya); and plant elms without delay", [("Plant oaks", "LBY"), ("and plant elms without delay", "")]),
]


@pytest.mark.parametrize(("text", "expected"), SEVERAL, ids=[row[0][:60] for row in SEVERAL])
def test_a_number_can_hold_several_recommendations(text, expected):
    assert [(part.text, part.states) for part in wordings(text)] == [
        (words, tuple(states.split())) for words, states in expected]


def test_states_with_their_verbs_all_recommend_and_the_text_stays_whole():
    text = "Consider joining (Brazil) / Join (Azerbaijan ) / At once join (Mexico) the Tree Convention"
    assert wordings(text) == (Wording(text, ("BRA", "AZE", "MEX")),)


def test_what_stands_in_brackets_before_the_end_is_named_and_not_taken():
    [wording] = wordings("Plant trees with neighbours (Georgia and Armenia) in the valley (France);")
    assert wording == Wording("Plant trees with neighbours (Georgia and Armenia) in the valley", ("FRA",),
                              inside=("GEO", "ARM"))
    assert [str(doubt) for doubt in doubts(wording)] == [
        "The text names States in brackets before its end (Georgia, Armenia). They were not taken as recommending: "
        "check it."]


def test_a_remark_after_the_states_is_left_out_and_told():
    [wording] = wordings("Plant trees (Latvia); Comments: More was sent by letter")
    assert wording == Wording("Plant trees", ("LVA",), remark="Comments: More was sent by letter")
    assert [str(doubt) for doubt in doubts(wording)] == [
        "After the recommending States stands “Comments: More was sent by letter”. It was left out."]


UNKNOWN = [
    ("Plant trees (Swazilnd);", "Plant trees", "", ("Swazilnd",)),
    ("Plant trees (Swazilnd) (Greece);", "Plant trees", "GRC", ("Swazilnd",)),
    ("Plant trees (Greece) (Swazilnd);", "Plant trees", "GRC", ("Swazilnd",)),
    ("Plant trees (Greece, Swazilnd);", "Plant trees", "GRC", ("Swazilnd",)),
    ("Plant trees (Greece); (Ruritania);", "Plant trees", "GRC", ("Ruritania",)),
    ("Plant trees (Ruritania).", "Plant trees", "", ("Ruritania",)),
    ("Plant trees (Swazilnd;", "Plant trees", "", ("Swazilnd",)),
    ("Plant oaks (Swazilnd); plant elms (Greece);", "Plant oaks", "", ("Swazilnd",)),
]


@pytest.mark.parametrize(("text", "words", "states", "unknown"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_a_state_that_nobody_knows_is_kept_as_printed(text, words, states, unknown):
    wording = wordings(text)[0]
    assert (wording.text, wording.states, wording.unknown_states) == (words, tuple(states.split()), unknown)


def test_a_near_name_is_suggested_and_not_taken():
    [wording] = wordings("Plant trees (Swazilnd);")
    assert [str(doubt) for doubt in doubts(wording)] == [
        "The State “Swazilnd” is not known. Did you mean Eswatini? The recommendation is kept without it: add the "
        "State by hand."]


@pytest.mark.parametrize("text", ["Join the Tree Convention (TC);", "Plant trees", "Join it (Oak Convention).", "",
                                  "Plant trees by 2030 (2025-2034)."])
def test_a_text_without_states_is_kept_and_told(text):
    [wording] = wordings(text)
    assert (wording.text, wording.states, wording.unknown_states) == (text.rstrip(";."), (), ())
    assert [str(doubt) for doubt in doubts(wording)] == [
        "No recommending State stands at the end of the text. Look it up in the document, and add it by hand."]


def test_a_mended_bracket_is_told():
    [wording] = wordings("Plant trees (Greece;")
    assert [str(doubt) for doubt in doubts(wording)] == [
        "A bracket is missing around the recommending States. Check which States were read."]


@pytest.mark.parametrize("text", ["(" * 7000, ")" * 7000, "(Greece" * 1000, "(a " * 2500, "Mali) " * 1200])
def test_a_text_of_nothing_but_brackets_does_not_stop_the_reader(text):
    assert wordings(text)
