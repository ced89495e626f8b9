"""A plugin's pages are tried on an empty app before they are served."""

import re

import pytest
from flask import Blueprint, Flask

from core.web.frame import route
from core.web.plugin_pages import faults, put


def blueprint():
    made = Blueprint("notes", __name__)
    made.get("/seen")(route("notes.see")(lambda ctx: "seen"))
    return made


def test_pages_are_put_under_the_plugins_own_address():
    app = Flask("house", static_folder=None)
    put(app, "notes", [blueprint()])
    assert [rule.rule for rule in app.url_map.iter_rules()] == ["/c/<coalition>/notes/seen"]


def spoil_permission(made):
    made.get("/open", endpoint="open")(lambda: "x")


def spoil_address(made):
    made.record(lambda state: state.app.add_url_rule("/notes", "notes.out", route("notes.see")(lambda ctx: "x")))


def spoil_requests(made):
    made.before_app_request(lambda: None)


def spoil_errors(made):
    made.app_errorhandler(404)(lambda error: "nothing")


@pytest.mark.parametrize("spoil, fault", [
    (spoil_permission, "its route notes.open names no permission"),
    (spoil_address, "its address /notes lies outside /c/<coalition>/notes/"),
    (spoil_requests, "it changes the whole app by before_request_funcs"),
    (spoil_errors, "it changes the whole app by error_handler_spec")])
def test_pages_that_reach_further_are_not_served(spoil, fault):
    made = blueprint()
    spoil(made)
    assert faults("notes", [made]) == [fault]
    app = Flask("house", static_folder=None)
    with pytest.raises(ValueError, match=re.escape(fault)):
        put(app, "notes", [made])
    assert list(app.url_map.iter_rules()) == []
