"""The main job in a real Chromium, with JavaScript and without: from a UN document to the annex and the filled matrix.

A coordinator imports and shares out, two organisations set their lights, the coordinator agrees and takes the files.
What the files must hold comes from the truth beside the sample and from what was pressed here, never from the files.
"""

import json
import re
from urllib.parse import urlsplit

import docx
import pytest

from core.coalitions import members
from core.context import Context
from core.db import utc_now
from core.people.models import Person
from core.people.passwords import hash_password
from core.reference.states import state_name
from core.testing.browser import NARROW, WIDE, accessibility_faults, serving, too_wide
from core.testing.client import reopen
from core.testing.world import Actor
from plugins.midterm.models import Assessment
from plugins.midterm.tests.factories import make_recommendations, share_all
from tests.paths import shared

PASSWORD = "six herons under the bridge"
PEOPLE = {"cora": ("coordinator", None), "mira": ("member", 0), "otto": ("member", 1)}
ORGANISATIONS = ("Lantern House", "Open Harbour")
ASSESSMENT = "Assessment/comments on level of implementation"
HEAD = ["Recommendation", "Position", "Full list of themes and affected persons", ASSESSMENT]
WORDS = {"worse": "Worse than before", "none": "No progress towards implementation",
         "partial": "Partial implementation", "implemented": "Implemented", "no-information": "No information"}
POSITIONS = {"supported": "Supported", "noted": "Noted"}
# What Lantern House sets one by one, first to last in its list; all else it sets at once.
ONE_BY_ONE = ["implemented", "worse", "none", "partial", "implemented", "no-information", "none", "worse", "partial",
              "implemented"]
KEYS = {"worse": "1", "none": "2", "partial": "3", "implemented": "4", "no-information": "0"}
THE_REST = "partial"
# Where Open Harbour sees it otherwise, and how the coordinator settles it.
DIFFERS, AGREED_COMMENT = "140.1", "The law is there.\nThe offices are not."
COMMENT = "=1+1 is how the ministry counts; “half” of the offices opened."


def truth():
    rows = json.loads(shared("domain", "samples", "expected", "slovenia-cycle4.json").read_text())["recommendations"]
    return {row["number"]: row for row in rows}


def in_order(numbers):
    return sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])


def squeezed(text):
    """Without blanks: the sample has stray ones beside its apostrophes and hyphens (ODDITIES 1)."""
    return re.sub(r"\s+", "", text)


class Visitor:
    """A person with a browser: looks at every page that opens, and keeps where it was."""

    def __init__(self, page, script, seen):
        self.page, self.script, self.seen, self.path = page, script, seen, []
        page.on("framenavigated", self._moved)

    def _moved(self, frame):
        path = urlsplit(frame.url).path
        if frame == self.page.main_frame and path != "/" and self.path[-1:] != [path]:
            self.path.append(path)

    def sign_in(self, name):
        self.page.goto("/sign-in")
        self.look()
        self.page.fill("[name=address]", f"{name}@invented.example")
        self.page.fill("[name=password]", PASSWORD)
        self.press("Sign in")

    def press(self, words):
        """Press the button or link of these words, and look at the page that it opens."""
        control = self.page.locator("button:visible, a:visible").filter(has_text=re.compile(words)).first
        with self.page.expect_response(lambda answer: answer.request.resource_type in ("document", "fetch")):
            control.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self):
        """Each page once: it fits a phone, and axe finds nothing. Without script the first of these still holds."""
        page = self.page
        kind = (re.sub(r"[0-9a-z]{12}", "UID", urlsplit(page.url).path), page.inner_text("h1").split()[0], self.script)
        if kind in self.seen:
            return
        self.seen.add(kind)
        for width in (NARROW, WIDE):
            page.set_viewport_size({"width": width, "height": 900})
            assert too_wide(page) == 0, f"{page.url} is {too_wide(page)} px wider than {width}"
        if self.script:
            assert accessibility_faults(page) == [], page.url

    def download(self, control, folder):
        with self.page.expect_download() as waiting:
            control.click()
        place = folder / waiting.value.suggested_filename
        waiting.value.save_as(place)
        return place

    def words(self):
        return " ".join(self.page.inner_text("main").split())


@pytest.fixture
def house(app):
    """The coalition of Slovenia with two organisations and a coordinator, and nothing else; gives its address."""
    operator = Context(via="command", now=utc_now())
    # Invented people on this machine need no second factor (tests/test_doors.py has one).
    at = operator.at(members.make_coalition(operator, "slovenia", "SVN", "Slovenia UPR Coalition",
                                            is_demonstration=True))
    memberships = [members.add_organisation(at, name, visibility="members") for name in ORGANISATIONS]
    for name, (role, place) in PEOPLE.items():
        chosen = [] if place is None else [memberships[place]]
        members.add_person(at, f"{name}@invented.example", name.capitalize(), role, chosen)
    Person.update(password=hash_password(PASSWORD)).execute()
    with serving(app) as address:
        yield address
    reopen()


@pytest.fixture
def visit(house, open_page):
    """`visit("cora", script)` gives a Visitor who has signed in at the door."""
    seen = set()

    def made(name, script):
        visitor = Visitor(open_page(house, script=script), script, seen)
        visitor.sign_in(name)
        return visitor
    return made


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_from_the_document_to_the_files(visit, script, tmp_path):
    sample, expected = shared("domain", "samples", "matrices", "slovenia-cycle4.docx"), truth()
    cora = visit("cora", script)
    assert "Bring in the recommendations" in cora.words()
    bring_in_and_share_out(cora, sample, len(expected))
    set_lights_of_lantern_house(visit("mira", script), len(expected))
    set_lights_of_open_harbour(visit("otto", script))
    annex, matrix = agree_and_take_the_files(cora, tmp_path)

    lights = agreed_lights(expected)
    check_annex(annex, expected, lights)
    check_filled_matrix(matrix, sample, lights)
    # The pages of the coordinator's own path; what is pressed on one leads back to it.
    assert [re.sub("[0-9a-z]{12}$", "UID", path) for path in cora.path] == [
        "/sign-in", "/c/slovenia/", "/c/slovenia/recommendations/", "/c/slovenia/recommendations/import/UID",
        "/c/slovenia/recommendations/", "/c/slovenia/midterm/matrix"]


def bring_in_and_share_out(cora, sample, count):
    cora.press("^Recommendations$")
    cora.page.set_input_files("[name=file]", sample)
    cora.press("Read the file and show me")
    assert f"{count} new" in cora.words() and "Nothing has been written yet." in cora.words()
    cora.press(f"Bring in {count} new ones")
    assert cora.page.inner_text("h1") == f"{count} recommendations"
    for name in ORGANISATIONS:
        if cora.script:
            cora.page.check("[data-select-all]")
        elif not cora.page.locator("[name=rec]:checked").count():
            cora.press(f"Tick all {count}")     # afterwards the page comes back with all ticked
        assert cora.page.locator("[name=rec]:checked").count() == count
        label = cora.page.locator("#organisation option").filter(has_text=name).inner_text()
        cora.page.select_option("#organisation", label=label)
        cora.press("^Share out")
        assert f"{name}: {count} recommendations shared out" in cora.words()


def set_lights_of_lantern_house(mira, count):
    mira.press("^Assess$")
    for place, light in enumerate(ONE_BY_ONE):
        assert mira.page.inner_text("h1") == f"Assess {place + 1} of {count}"
        if place == 0:
            mira.page.fill("[name=comment]", COMMENT)
            mira.page.locator("h1").evaluate("at => document.activeElement.blur()")
        with mira.page.expect_navigation():
            if mira.script:                     # two keystrokes a light
                mira.page.keyboard.press(KEYS[light])
                mira.page.keyboard.press("Enter")
            else:
                mira.page.check(f"[name=light][value={light}]")
                mira.page.click("button.main[name=next]")
    mira.look()
    assert f"{len(ONE_BY_ONE)} of {count} done" in mira.words()
    mira.press("The whole list")
    mira.press(r"^Not yet \(")
    set_many(mira, count - len(ONE_BY_ONE), THE_REST)


def set_lights_of_open_harbour(otto):
    """The same as Lantern House, but for the first one; set by kinds, on the list."""
    otto.press("^Assess$")
    otto.page.check("[name=light][value=none]")
    with otto.page.expect_navigation():
        otto.page.click("button.main[name=next]")
    otto.press("The whole list")
    for light in dict.fromkeys(ONE_BY_ONE[1:]):
        places = [place for place, one in enumerate(ONE_BY_ONE) if one == light and place > 0]
        for place in places:
            otto.page.locator("[name=task]").nth(place).check()
        set_many(otto, len(places), light, ticked=True)
    otto.press(r"^Not yet \(")
    set_many(otto, 254 - len(ONE_BY_ONE), THE_REST)


def set_many(visitor, count, light, ticked=False):
    if not ticked and visitor.script:
        visitor.page.check("[data-select-all]")
    elif not ticked:
        visitor.press(f"^Tick all {count}")
    visitor.page.select_option("#light", light)
    visitor.press("Set the chosen lights")
    said = "1 light is set" if count == 1 else f"{count} lights are set"
    assert f"{said}: {WORDS[light]}." in visitor.words()


def agree_and_take_the_files(cora, folder):
    cora.press("^Matrix$")
    cora.press("Agree the 253 on which all say the same")
    assert "253 lights are agreed." in cora.words()
    page = cora.page
    page.select_option("select[name^=light-]", "implemented")
    page.select_option("select[name^=light_in_practice-]", "none")
    page.fill("textarea[name^=comment-]", AGREED_COMMENT)
    cora.press("Agree the lights that are chosen")
    assert "1 light is agreed." in cora.words()
    return [cora.download(page.get_by_role("link", name=name), folder)
            for name in ("Annex as .docx", "Fill the OHCHR matrix (.docx)")]


def agreed_lights(expected):
    """number → the lines that stand for its agreed light, in a file that says it in words."""
    first, *others = in_order(expected)
    assert first == DIFFERS
    lights = dict.fromkeys(others, [WORDS[THE_REST]])
    for number, light in zip(others, ONE_BY_ONE[1:], strict=False):
        lights[number] = [WORDS[light]]
    lights[DIFFERS] = [f"In law: {WORDS['implemented']}", f"In practice: {WORDS['none']}", *AGREED_COMMENT.split("\n")]
    return lights


def lines_of(cell):
    """The cell's lines; a light without the shape before its words."""
    return [re.sub(r"^[^\w“(=] ", "", paragraph.text) for paragraph in cell.paragraphs if paragraph.text]


def check_annex(path, expected, lights):
    key, table = docx.Document(path).tables
    head, *rows = [row.cells for row in table.rows]
    assert [cell.text for cell in head] == HEAD
    counted = dict.fromkeys(WORDS, 0)
    found, theme, themes = {}, None, []
    for cells in rows:
        if cells[0]._tc is cells[-1]._tc:
            theme = cells[0].text.removeprefix("Theme: ")
            themes.append(theme)
            continue
        number = cells[0].text.split(" ", 1)[0]
        assert number not in found
        found[number] = [theme, squeezed(cells[0].paragraphs[0].text), cells[0].paragraphs[1].text, cells[1].text,
                         cells[2].text.split("\n"), lines_of(cells[3])]
    assert found == {number: [
        row["theme_headings"][0],
        squeezed(f"{number} {row['text']} " + "".join(f"({state_name(code)})" for code in row["states"])),
        row["source"], POSITIONS[row["position"]],
        [*row["themes"], *(["Affected persons:", *row["affected"]] if row["affected"] else []),
         *([f"SDGs: {', '.join(dict.fromkeys(row['sdgs']))}"] if row["sdgs"] else [])], lights[number]]
        for number, row in expected.items()}
    assert len(themes) == len(set(themes))
    for lines in lights.values():               # where law and practice differ, the lower counts
        words = lines[1].removeprefix("In practice: ") if lines[0].startswith("In law") else lines[0]
        counted[next(light for light, said in WORDS.items() if said == words)] += 1
    assert [re.sub(r"^\W+", "", cell.text) for row in key.rows for cell in row.cells] == [
        *WORDS.values(), *map(str, counted.values())]


def check_filled_matrix(path, sample, lights):
    """One column more, filled at the right rows; of every cell that was there, each paragraph as it was."""
    [filled], [original] = docx.Document(path).tables, docx.Document(sample).tables
    assert len(filled.rows) == len(original.rows)
    filled_in = {}
    for ours, theirs in zip(filled.rows, original.rows, strict=True):
        cells = ours._tr.tc_lst
        kept = cells[:len(theirs._tr.tc_lst)]
        assert [[each.xml for each in cell.p_lst] for cell in kept] == [
            [each.xml for each in cell.p_lst] for cell in theirs._tr.tc_lst]
        if len(cells) > len(kept):
            filled_in[theirs.cells[0].text.split(" ", 1)[0]] = lines_of(ours.cells[-1])
    head = next(iter(filled_in))
    assert (head, filled_in.pop(head)) == ("Recommendation", [ASSESSMENT])
    assert filled_in == lights


@pytest.fixture
def two_of_one(app, cast, browser_of, open_page):
    """Visitors of two people of one organisation, who have the same two recommendations to assess."""
    share_all(cast, make_recommendations(cast.coordinator.ctx, cast.review, 2))
    seat, _token = members.add_person(cast.coordinator.ctx, "olga@invented.example", "Olga", "member",
                                      [cast.member.membership])
    with serving(app) as address:
        def signed_in(actor):
            page = open_page(address)
            page.context.add_cookies([{"name": app.session_interface.cookie, "value": browser_of(actor).cookie,
                                       "url": address}])
            page.goto("/c/meridia/midterm/assess")
            return Visitor(page, True, set())
        yield signed_in(cast.member), signed_in(Actor("member", seat.person, cast.coalition))
    reopen()


def standing_lights():
    reopen()
    return [(one.light, one.comment) for one in Assessment.select().order_by(Assessment.id)]


def test_two_people_assess_the_same_at_once_and_nothing_is_lost(two_of_one):
    """The second is shown both versions at once; the first is told on the next page, until it is seen."""
    first, second = two_of_one
    for visitor, light, comment in ((first, "implemented", "The act is in force."),
                                    (second, "none", "Nobody knows it.")):
        visitor.page.check(f"[name=light][value={light}]")
        visitor.page.fill("[name=comment]", comment)
    first.press("^Save")
    assert "121.1: Implemented" in first.words()
    second.press("^Save")
    assert second.page.inner_text("h1") == "Two versions of the same"
    for words in ("Yours, not saved yet No progress towards implementation", "The other, saved Implemented",
                  "Yours, not saved yet Nobody knows it.", "The other, saved The act is in force."):
        assert words in second.words()
    assert standing_lights() == [("implemented", "The act is in force."), (None, "")]
    second.page.fill("textarea[name=comment]", "In force, but nobody knows it.")
    second.press("Save what I chose")
    assert standing_lights() == [("none", "In force, but nobody knows it."), (None, "")]

    first.press("^Recommendations$")
    told = first.page.inner_text("body")
    assert "Olga" in told and "your light of 121.1 was changed" in told
    assert "Implemented, “The act is in force.”" in told and "“In force, but nobody knows it.”" in told
    first.press("I have seen it")
    first.press("^Recommendations$")
    assert "was changed" not in first.page.inner_text("body")

