"""The pages of circles of trust, as people use them."""

import io

from core.circles import keeping, people
from core.circles.tests.factories import BODY, TITLE, make_circle, proposed
from core.coalitions import members
from core.context import Context
from core.files.tests.telling import KEPT, SECRETS, a_docx
from core.people.models import Person
from core.testing.canary import found_in
from core.testing.world import WITHHELD

CIRCLES = "/c/meridia/circles"


def words_on(browser, path) -> str:
    return browser.get(path).words


def answer(browser, path, yes=True):
    """Follow the first question on this page, and answer it."""
    page = browser.get(browser.get(path).one("//a[contains(@href, '/asked/')]/@href"))
    [form] = [form for form in page.forms() if form.fields.get("answer") == ["yes" if yes else "no"]]
    return page, browser.follow(browser.submit(form))


def test_from_beginning_a_circle_to_a_list_that_three_read(browser_of, cast):
    first, second, third = map(browser_of, (cast.member, cast.other_member, cast.editor))
    page = first.follow(first.submit(first.get(CIRCLES).form("/circles"), title=TITLE, purpose="For nights",
                                     second=cast.other_member.seat.uid))
    assert page.heading == TITLE and "The circle begins when the second person has come in." in page.words
    asked, page = answer(second, "/c/meridia/")
    assert TITLE in asked.words and "Mirela Saltonstowe" in asked.words and page.heading == TITLE
    page = second.follow(second.submit(second.get(page.one("//a[contains(@href, '/write')]/@href")).form("/write"),
                                       title="Houses", body="| Place | Beds |\n|---|---|\n| The mill | 2 |"))
    assert page.heading == "Houses" and page.one("//td[1]").text == "The mill"
    assert [link for link in third.get(CIRCLES).links if "/asked/" in link] == []
    show = next(link for link in second.get(CIRCLES).links if link.startswith(f"{CIRCLES}/"))
    page = second.follow(second.submit(second.get(show).form("/come-in"), seat=cast.editor.seat.uid))
    assert "Oskar Fennimore proposes that Edric Pemberwell comes in. It waits for another in the circle." in page.words
    _asked, page = answer(first, show)
    assert "Confirmed. Now the person is asked." in page.words
    _asked, page = answer(third, CIRCLES)
    assert "proposed by Oskar Fennimore, confirmed by Mirela Saltonstowe" in page.words and "Houses" in page.words
    page = third.follow(third.submit(page.form("/leave")))
    assert page.heading == "Circles of trust" and TITLE not in page.words
    third.get(show, 404)


def test_a_coordinator_who_is_the_second_hand_reads_no_name_of_the_circle(browser_of, cast):
    circle = make_circle(cast.member, cast.other_member)
    people.leave(cast.other_member.ctx, circle)
    browser = browser_of(cast.member)
    page = browser.submit(browser.get(f"{CIRCLES}/{circle.uid}").form("/come-in"), 422, seat=cast.editor.seat.uid)
    assert page.title.startswith("Error: ") and "Choose a coordinator." in page.words
    browser.submit(page.form("/come-in"), seat=cast.editor.seat.uid, coordinator=cast.coordinator.seat.uid)
    asked, page = answer(browser_of(cast.coordinator), CIRCLES)
    assert "Edric Pemberwell" in asked.words and "You are asked as a coordinator" in asked.words
    assert "Quillhaven" not in asked.text + page.text and "For nights" not in asked.text
    assert browser_of(cast.coordinator).get(f"{CIRCLES}/{circle.uid}", 404).status == 404


def test_whoever_says_no_is_in_nothing(browser_of, cast):
    people.begin(cast.member.ctx, TITLE, "", cast.other_member.seat)
    _asked, page = answer(browser_of(cast.other_member), CIRCLES, yes=False)
    assert "Nothing comes of it." in page.words and TITLE not in page.words


def test_of_two_who_write_the_second_sees_both_and_loses_neither(browser_of, cast):
    circle = make_circle(cast.member, cast.other_member)
    text = keeping.write(cast.member.ctx, circle, TITLE, BODY)
    first, second = map(browser_of, (cast.member, cast.other_member))
    forms = [browser.get(f"{CIRCLES}/texts/{text.uid}/edit").form("/edit") for browser in (first, second)]
    first.submit(forms[0], title="Theirs", body="their words")
    page = second.submit(forms[1], 422, title="Mine", body="my words")
    assert "Somebody else changed this since you opened it." in page.words
    assert [area.text.strip() for area in page.tree.xpath("//textarea")] == ["their words", "my words"]
    page = second.follow(second.submit(page.form("/edit"), title="Both", body="their words, my words"))
    assert page.heading == "Both" and "3 versions" in page.words
    assert "These are earlier words." in words_on(second, f"{CIRCLES}/texts/{text.uid}?version=2")
    second.get(f"{CIRCLES}/texts/{text.uid}?version=9", 404)


def test_what_somebody_writes_runs_nothing_and_leaves_the_page_whole(browser_of, cast):
    circle = make_circle(cast.member, cast.other_member)
    text = keeping.write(cast.member.ctx, circle, "A <b>list", "## Main\n\n<script>evil()</script> [x](javascript:y) "
                                                              "![seen](https://elsewhere.example/x.png)")
    page = browser_of(cast.other_member).get(f"{CIRCLES}/texts/{text.uid}")
    assert page.heading == "A <b>list" and page.one("//main//h2[text()='Main']").get("id") is None
    assert "evil" not in page.text and "javascript:" not in page.text and "elsewhere.example" not in page.text


def test_a_file_comes_in_without_its_authors_and_what_it_lacks_is_said(browser_of, cast):
    circle = make_circle(cast.member, cast.other_member)
    browser = browser_of(cast.member)
    form = browser.get(f"{CIRCLES}/{circle.uid}").form("/files")
    page = browser.submit(form, 422, title="A letter", file=(io.BytesIO(b"%PDF-1.7"), "letter.csv"))
    assert "This is a PDF, but its name ends with .csv." in page.words
    page = browser.follow(browser.submit(form, title="A letter", file=(io.BytesIO(a_docx()), "mossbridge.docx")))
    assert "It is kept in the circle. 1 comment is not in the copy. 3 tracked changes stand as accepted." in page.words
    got = browser_of(cast.other_member).get(page.one("//a[@download]/@href"))
    assert found_in(got.content, SECRETS) == [] and found_in(got.content, {KEPT}) == [KEPT]


def test_who_is_withheld_is_called_by_the_pseudonym_in_a_circle_too(browser_of, cast, withheld):
    pseudonym, name, acronym, member, _keeper = WITHHELD["meridia"]
    circle = make_circle(cast.member, withheld)
    people.propose_in(withheld.ctx, circle, cast.editor.seat)
    text = keeping.write(withheld.ctx, circle, TITLE, BODY)
    browser = browser_of(cast.member)
    for path in (f"/{circle.uid}", f"/asked/{proposed(cast.editor.seat).uid}", f"/texts/{text.uid}"):
        page = browser.get(f"{CIRCLES}{path}")
        assert pseudonym in page.text and found_in(page.content, {name, acronym, member, *member.split()}) == []


def test_a_list_counts_nobody_who_goes_by_a_pseudonym_and_their_word_lets_them_in(browser_of, cast, withheld):
    for name in ("Wren", "Lark"):
        members.add_person(Context(via="command").at(cast.coalition), f"{name}@invented.example", name, "member",
                           [withheld.membership])
    browser = browser_of(cast.member)
    page = browser.get(CIRCLES)
    assert WITHHELD["meridia"][0] not in page.text
    assert cast.editor.seat.uid in page.tree.xpath("//select/option/@value")
    page = browser.submit(page.form("/circles"), 422, title=TITLE, word="nobody")
    assert "Nobody here has this word. Ask the person for it once more." in page.words
    word = browser_of(withheld).get(CIRCLES).one("//section[h2[@id='h-word']]//b").text
    page = browser.follow(browser.submit(page.form("/circles"), title=TITLE, word=word))
    assert f"{WITHHELD['meridia'][0]} is asked to come in." in page.words
    page = browser.submit(browser.get(CIRCLES).form("/circles"), 422, title=TITLE)
    assert "Choose the second person." in page.words


def test_a_circle_says_to_whom_it_is_closed_and_why_and_another_opens_it(browser_of, cast):
    circle = make_circle(cast.member, cast.other_member)
    Person.update(password="x").where(Person.id == cast.member.person.id).execute()
    token = members.new_set_up_link(cast.coordinator.ctx, cast.member.seat)
    taken = browser_of()
    page = taken.submit(taken.get(f"/set-up/{token}").form(), 200, step="open")
    taken.submit(page.form(), step="save", password="river stone window lamp")
    page = taken.get(CIRCLES)
    assert "No circle" in page.words and TITLE not in page.text
    taken.get(f"{CIRCLES}/{circle.uid}", 404)
    browser = browser_of(cast.other_member)
    page = browser.get(f"{CIRCLES}/{circle.uid}")
    assert "for seven days: a link for a new password was made by somebody else" in page.words
    page = browser.follow(browser.submit(page.form("/let-in")))
    assert "The circle is open to this person again." in page.words and "for seven days" not in page.words
    assert TITLE in taken.get(CIRCLES).words
