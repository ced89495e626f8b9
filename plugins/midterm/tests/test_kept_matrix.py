"""The matrix is kept until something is written: the same words, marks of its own, never another person's."""

import re

from plugins.midterm.tests.factories import make_recommendations, share_all

MATRIX = "/c/meridia/midterm/matrix"


def test_a_kept_page_has_new_marks_each_time(cast, browser_of, queries):
    share_all(cast, make_recommendations(cast.coordinator.ctx, cast.review, 2))
    browser = browser_of(cast.coordinator)
    first = browser.get(MATRIX)
    with queries() as counted:
        second = browser.get(MATRIX)
    plain = [re.sub(r'name="(csrf_token|mark)" value="[^"]*"', "", page.text) for page in (first, second)]
    marks = [page.tree.xpath("//input[@name='mark']/@value") for page in (first, second)]
    assert plain[0] == plain[1]
    assert len(marks[0]) == len(marks[1]) > 1 and not set(marks[0]) & set(marks[1])
    assert len(counted) <= 4        # the session, the seat with its coalition, the memberships, and the audit's number


def test_a_form_of_a_kept_page_is_taken(cast, browser_of):
    share_all(cast, make_recommendations(cast.coordinator.ctx, cast.review, 2))
    browser = browser_of(cast.coordinator)
    browser.get(MATRIX)
    page = browser.follow(browser.submit(browser.get(MATRIX).form("/rounds"), title="Second round"))
    assert "Second round" in page.words


def test_what_anybody_writes_is_there_at_the_next_look(cast, browser_of):
    made = make_recommendations(cast.coordinator.ctx, cast.review, 1)
    browser = browser_of(cast.coordinator)
    assert "nobody was asked" in browser.get(MATRIX).words
    share_all(cast, made)
    assert "nobody was asked" not in browser.get(MATRIX).words


def test_a_kept_page_is_its_own_persons(cast, browser_of):
    share_all(cast, make_recommendations(cast.coordinator.ctx, cast.review, 1))
    ours = browser_of(cast.coordinator).get(MATRIX)
    theirs = browser_of(cast.member).get(MATRIX)
    assert "Open a new round" in ours.words and "Open a new round" not in theirs.words
    browser_of(cast.stranger).get(MATRIX, 404)


def test_a_message_of_the_moment_is_not_kept(cast, browser_of):
    share_all(cast, make_recommendations(cast.coordinator.ctx, cast.review, 1))
    browser = browser_of(cast.coordinator)
    page = browser.follow(browser.submit(browser.get(MATRIX).form("/rounds"), title="Second round"))
    assert "The round “Second round” is open." in page.words
    assert "The round “Second round” is open." not in browser.get(MATRIX).words
