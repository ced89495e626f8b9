"""The contract of the limits: which routes are counted, how often each may be asked for, and what comes after that."""

import pytest

from core.db import utc_now
from core.people.models import Attempt
from core.testing.plugin_home import shipped
from core.web import limits
from core.web.limits import Limit

# Written by hand: every route that is counted. A route with a limit that does not stand here fails, and a line without.
ROUTES = {
    "sign-in": ["people.sign_in_page"],
    "code": ["people.code", "people.second_factor"],
    "set-up": ["invitations.claim", "people.set_up"],
    "sign-in-again": ["coalitions.unlock", "people.sign_in_again"],
    "password": ["people.password"],
    "invitation": ["coalitions.add_person", "coalitions.seat_link", "invitations.approve", "invitations.invite",
                   "invitations.link", "organisations.add_colleague", "organisations.call_back",
                   "organisations.colleague_link", "organisations.come_back"],
    "application": ["invitations.apply"],
    "upload": ["circles.keep_file", "files.add", "files.new_version", "midterm.give_evidence",
               "organisation_lists.read_file",
               "recommendations.read_file", "settings.put_logo"],
    "export": ["auditing.take", "directory.keeper_file", "directory.members_file", "directory.public_file",
               "midterm.export", "organisations.data", "portable.download"],
    "search": ["search.find"],
}
TIMES = {"sign-in": (100, 600), "code": (100, 600), "set-up": (100, 600), "sign-in-again": (20, 600),
         "password": (20, 600), "invitation": (300, 3600), "application": (15, 86400),
         "upload": (120, 3600), "export": (120, 3600), "search": (600, 600)}


def test_each_route_has_the_limit_that_is_written_here(app):
    found = {}
    for endpoint, view in app.view_functions.items():
        if view.limit:
            found.setdefault(view.limit, []).append(endpoint)
    there = {word: [name for name in names if name.partition(".")[0] in shipped() or name in app.view_functions]
             for word, names in ROUTES.items()}
    assert {word: sorted(names) for word, names in found.items()} == {word: names for word, names in there.items()
                                                                      if names}


def test_the_limits_are_those_that_are_promised():
    assert {word: (limit.times, limit.seconds) for word, limit in limits.LIMITS.items()} == TIMES
    assert {word for word, limit in limits.LIMITS.items() if limit.by == "network"} == {"sign-in", "code", "set-up",
                                                                                        "application"}


@pytest.fixture
def few(monkeypatch):
    """Three times in ten minutes, for everything."""
    monkeypatch.setattr(limits, "LIMITS", {word: Limit(3, 600, limit.by, limit.counts_reading)
                                           for word, limit in limits.LIMITS.items()})


def test_over_the_limit_a_page_says_when_and_gives_back_what_was_typed(few, cast, browser_of):
    browser = browser_of(cast.coordinator)
    sent = {"name": "Rosa Fernwater", "address": "no address", "role": "member"}
    for _ in range(3):
        browser.post("/c/meridia/coalition/people", sent, 422)
    page = browser.post("/c/meridia/coalition/people", sent, 429)
    assert page.heading == "Too often"
    assert "Wait until the hour below, then send it again." in page.words
    assert "It can be asked for again from " in page.words
    assert {area.text.strip() for area in page.tree.xpath("//textarea")} == {"Rosa Fernwater", "no address", "member"}
    assert 0 < int(page.headers["Retry-After"]) <= 600
    browser.get("/c/meridia/coalition")
    browser_of(cast.other.coordinator).post("/c/elsewhere/coalition/people", sent, 422)
    assert cast.coordinator.person.uid not in str(list(Attempt.select().dicts()))


@pytest.mark.parametrize("path", ["/sign-in", "/set-up/nothing"])
def test_a_network_address_has_its_limit_at_the_door_and_another_is_served(few, app, browser_of, path):
    def ask(remote):
        browser = browser_of()
        return browser.post(path, {"address": "no.one@invented.example", "password": "not the password at all"}, None,
                            environ_overrides={"REMOTE_ADDR": remote}).status
    assert [ask("198.51.100.7") for _ in range(4)][-1] == 429
    assert ask("203.0.113.9") in (404, 422)


def test_what_only_reads_is_counted_where_the_limit_says_so(few, cast, browser_of, monkeypatch):
    # Hours, so that no window ends between two of the requests.
    monkeypatch.setattr(limits, "LIMITS", {word: Limit(3, 36000, limit.by, limit.counts_reading)
                                           for word, limit in limits.LIMITS.items()})
    if "midterm" not in shipped():
        pytest.skip("No plugin's export is there.")
    browser = browser_of(cast.coordinator)
    answers = [browser.get("/c/meridia/midterm/export/annex.docx", None).status for _ in range(4)]
    assert answers[-1] == 429 and 429 not in answers[:3]
    for _ in range(5):
        browser.get("/sign-in", 200)
    assert {row.count for row in Attempt.select()} == {4} and Attempt.get().last_at <= utc_now()
