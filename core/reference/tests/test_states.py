"""States by any of their names. The expected codes are ISO 3166-1's."""

import csv

import pytest

from core.reference.files import SHIPPED, look_first_in, table
from core.reference.states import (
    all_states,
    find_state,
    folded_name,
    group_name,
    group_of,
    groups,
    is_state_code,
    near_states,
    state_name,
)

NAMES = [
    ("Turkey", "TUR"), ("Türkiye", "TUR"), ("TÜRKİYE", "TUR"), ("Turkiye", "TUR"), ("Türkiye\n", "TUR"),
    ("Swaziland", "SWZ"), ("Eswatini", "SWZ"), ("Czech Republic", "CZE"), ("Czechia", "CZE"),
    ("the former Yugoslav Republic of Macedonia", "MKD"), ("The former Yugoslav Republic of Macedonia", "MKD"),
    ("Macedonia FYR", "MKD"), ("North Macedonia", "MKD"), ("Cape Verde", "CPV"), ("Cabo Verde", "CPV"),
    ("Netherlands", "NLD"), ("Netherlands (Kingdom of the)", "NLD"), ("Kingdom of the Netherlands", "NLD"),
    ("the Netherlands", "NLD"), ("Netherlands, Kingdom of the", "NLD"),
    ("Iran", "IRN"), ("Iran (Islamic Republic of)", "IRN"), ("Islamic Republic of Iran", "IRN"),
    ("Iran, Islamic Republic of", "IRN"), ("Iran  ( Islamic Republic of )", "IRN"),
    ("Venezuela", "VEN"), ("Venezuela (Bolivarian Republic of)", "VEN"), ("Bolivarian Republic of Venezuela", "VEN"),
    ("Venezuela, Bolivarian Republic of", "VEN"), ("Bolivia", "BOL"), ("Plurinational State of Bolivia", "BOL"),
    ("Bolivia (Plurinational State of)", "BOL"), ("Micronesia", "FSM"), ("Micronesia, Federated States of", "FSM"),
    ("Côte d’Ivoire", "CIV"), ("Côte d'Ivoire", "CIV"), ("Cote d'Ivoire", "CIV"), ("Cote d ’ Ivoire", "CIV"),
    ("Côte d´Ivoire", "CIV"), ("Ivory Coast", "CIV"), ("Timor- Leste", "TLS"), ("Timor-Leste", "TLS"),
    ("Timor‑Leste", "TLS"), ("DPR Korea", "PRK"), ("Democratic People’s Republic of Korea", "PRK"),
    ("Korea, Democratic People's Republic of", "PRK"), ("Republic of Korea", "KOR"), ("Korea, Republic of", "KOR"),
    ("South Korea", "KOR"), ("Republic of Congo", "COG"), ("Congo", "COG"), ("Republic of the Congo", "COG"),
    ("Democratic Republic of Congo", "COD"), ("Democratic Republic of the Congo", "COD"), ("DRC", "COD"),
    ("Congo, Democratic Republic of the", "COD"), ("State of Palestine", "PSE"), ("Palestine", "PSE"),
    ("Holy See", "VAT"), ("the Holy See", "VAT"), ("St Kitts & Nevis", "KNA"), ("Saint Kitts and Nevis", "KNA"),
    ("St. Kitts and Nevis", "KNA"), ("St Vincent & the Grenadines", "VCT"), ("Trinidad & Tobago", "TTO"),
    ("Antigua & Barbuda", "ATG"), ("Sao Tome & Principe", "STP"), ("São Tomé and Príncipe", "STP"), ("Laos", "LAO"),
    ("Lao People's Democratic Republic", "LAO"), ("Lao PDR", "LAO"), ("Syria", "SYR"), ("Syrian Arab Republic", "SYR"),
    ("United Kingdom", "GBR"), ("UK", "GBR"), ("Great Britain and Northern Ireland", "GBR"),
    ("United Kingdom of Great Britain and Northern Ireland", "GBR"), ("United States", "USA"), ("U.S.A.", "USA"),
    ("United States of America", "USA"), ("Russia", "RUS"), ("Russian Federation", "RUS"), ("Tanzania", "TZA"),
    ("United Republic of Tanzania", "TZA"), ("Tanzania, United Republic of", "TZA"), ("Moldova", "MDA"),
    ("Republic of Moldova", "MDA"), ("Vietnam", "VNM"), ("Viet Nam", "VNM"), ("Brunei", "BRN"), ("Burma", "MMR"),
    ("Libyan Arab Jamahiriya", "LBY"), ("The Gambia", "GMB"), ("Gambia (the)", "GMB"),
    ("Gambia (Republic of The)", "GMB"), ("Bahamas", "BHS"),
    ("Niger", "NER"), ("Nigeria", "NGA"), ("Guinea", "GIN"), ("Guinea-Bissau", "GNB"), ("Guinea Bissau", "GNB"),
    ("Equatorial Guinea", "GNQ"), ("Papua New Guinea", "PNG"), ("Dominica", "DMA"), ("Dominican Republic", "DOM"),
    ("Sudan", "SDN"), ("South Sudan", "SSD"), ("Samoa", "WSM"), ("Ireland", "IRL"), ("Allemagne", "DEU"),
    ("Reino Unido", "GBR"), ("TimorLeste", "TLS"),
    ("République démocratique du Congo", "COD"), ("الأردن", "JOR"), ("Bosnia-Herzegovina", "BIH"),
]


@pytest.mark.parametrize(("printed", "iso3"), NAMES, ids=[repr(row[0]) for row in NAMES])
def test_a_state_is_found_by_every_spelling_of_its_name(printed, iso3):
    assert find_state(printed) == iso3


@pytest.mark.parametrize("printed", ["", " ", "Korea", "Republic", "OPCAT", "Northern Ireland", "Swazilnd",
                                     "Kingdom of the", "Islamic Republic of", "and", "the", "Greece and Malta", "&"])
def test_nothing_else_is_taken_for_a_state(printed):
    assert find_state(printed) is None


@pytest.mark.parametrize(("printed", "first"), [
    ("Swazilnd", "SWZ"), ("Phillipines", "PHL"), ("Marocco", "MAR"), ("Kyrgistan", "KGZ"), ("Columbia", "COL"),
    ("Timor-Lest", "TLS"), ("Isreal", "ISR"), ("Untied Kingdom", "GBR"), ("Republic of Koera", "KOR")])
def test_a_misprint_gets_its_state_suggested_first(printed, first):
    near = near_states(printed)
    assert (find_state(printed), near[:1], len(near) <= 3) == (None, [first], True)


def test_a_name_like_no_state_gets_no_suggestion():
    assert near_states("Atlantis") == near_states("OPCAT") == near_states("") == []


def test_the_names_are_the_uns():
    assert [state_name("COD"), state_name("COD", "fr"), state_name("PSE", "fr_CA"), state_name("TUR", "es"),
            state_name("TUR", "ru"), state_name("GRC", "ar"), state_name("GRC", "xx"), state_name("XQZ")] == [
        "Democratic Republic of the Congo", "République démocratique du Congo", "État de Palestine", "Türkiye",
        "Турция", "اليونان", "Greece", "XQZ"]


def test_codes_left_to_users_are_codes_and_others_are_not():
    assert [code for code in ("AAA", "QMA", "QZZ", "XAA", "XZZ", "ZZZ", "SVN", "ABA", "QLZ", "ZYZ", "xaa", "", None)
            if is_state_code(code)] == ["AAA", "QMA", "QZZ", "XAA", "XZZ", "ZZZ", "SVN"]


def test_every_state_has_a_group_and_names_in_four_languages_and_no_name_is_two_states():
    rows = table("states.csv")
    assert len(rows) == 195 and {row["iso3"] for row in rows} >= {"VAT", "PSE"}
    must_hold = ("name", "name_fr", "name_es", "name_ar", "source")
    assert [row["iso3"] for row in rows if not all(row[column] for column in must_hold)] == []
    assert {row["regional_group"] for row in rows} == set(groups())
    owners = {}
    for row in rows:
        for name in [*(row[column] for column in must_hold[:4]), *filter(None, row["aliases"].split("|"))]:
            owners.setdefault(folded_name(name), set()).add(row["iso3"])
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


def test_groups_have_names():
    assert (group_of("SVN"), group_of("VAT"), group_of("XQZ")) == ("EEG", "Observer", None)
    assert group_name("GRULAC") == "Latin American and Caribbean States"
    assert len(all_states()) == 195 and all_states()[0] == "AFG"


def test_an_instances_own_file_stands_before_ours(tmp_path):
    rows = list(csv.reader((SHIPPED / "states.csv").open(encoding="utf-8")))
    with (tmp_path / "states.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[0], ["XQZ", "XQ", "Ruritania", "EEG", "Old Ruritania", "Ruritanie", "r",
                                                "ر", "x"]])
    try:
        look_first_in(tmp_path)
        assert (find_state("old ruritania"), state_name("XQZ", "fr"), find_state("Greece")) == (
            "XQZ", "Ruritanie", None)
    finally:
        look_first_in(None)
    assert (find_state("old ruritania"), find_state("Greece")) == (None, "GRC")
