"""What the plugin does. Run: pytest -p core.testing PATH-OF-THE-PLUGIN"""

from core.api import Review, change
from core.files.child import read_best
from plugins.meridia.ministries import ministries_for
from plugins.meridia.ministry_list import MINISTRY_LIST
from plugins.recommendations.models import Recommendation
from plugins.recommendations.plugin import readers

LIST = """MINISTRY OF FOREIGN AFFAIRS

No. 140.12
Asks: Train every judge of the family courts
By: Kenya, Chile
Answer: accepted

No. 140.14
Asks: Pay teachers alike
By: Atlantis
Answer: accepted
"""


def test_the_ministrys_list_is_known_among_all_forms_and_a_bad_entry_is_named(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(LIST)
    reading = read_best([*readers(), MINISTRY_LIST], str(path), {})
    assert reading.form == "ministry"
    assert [(row.number, row.text, row.states, row.position) for row in reading.rows] == [
        ("140.12", "Train every judge of the family courts", ("KEN", "CHL"), "supported")]
    assert [(str(problem.place), str(problem.reason)) for problem in reading.problems] == [
        ("entry No. 140.14", "The State “Atlantis” is not known. Correct its name.")]


def test_a_ministry_answers_for_the_words_of_its_portfolio():
    assert ministries_for("Train every judge in schools") == ["Ministry of Justice", "Ministry of Education"]
    assert ministries_for("Plant a tree") == []


def test_the_ministry_stands_beside_the_recommendation(cast, browser_of):
    with change(cast.coordinator.ctx, "recommendations.edit", cast.review) as entry:
        recommendation = entry.add(Recommendation(review=cast.review, number="140.12", text="Train every judge",
                                                  text_key="trainjudge"))
    page = browser_of(cast.member).get(f"/c/meridia/recommendations/r/{recommendation.uid}")
    [panel] = page.tree.xpath("//section[.//h2='Who answers in Meridia']//li")
    assert panel.text_content() == "Ministry of Justice"


def test_the_hearing_comes_behind_the_answer_and_lasts_until_its_minutes_are_out(cast, browser_of):
    Review.update(stage="meridia-hearing", symbols={}).execute()
    browser, place = browser_of(cast.coordinator), f"/c/meridia/review/{cast.review.uid}"
    blocked = browser.post(f"{place}/move", {"stage": "adoption"}, status=422)
    assert ("The review cannot move on to “Adoption” yet. The minutes of the hearing are not out: their symbol is not "
            "written down.") in blocked.words
    browser.post(f"{place}/stages/meridia-hearing", {"symbol-meridia-minutes": "P/2027/88"})
    browser.post(f"{place}/move", {"stage": "adoption"})
    assert cast.review.stage == "adoption"
