"""The watch is tried on pages with one planted fault each: what it does not find here, it finds nowhere."""

import flask
import pytest

from core.testing.browser import NARROW, accessibility_faults, serving, too_wide

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'"
PAGES = {
    "good": "<h1>Good</h1><p id=told></p>",
    "inline-script": "<h1>Inline</h1><script>document.title = 'ran'</script>",
    "handler": "<h1>Handler</h1><button onclick='document.title = 1'>Press</button>",
    "other-host": "<h1>Other</h1><img alt='' src='http://198.51.100.7/picture.png'>",
    "missing-style": "<h1>Style</h1><link rel='stylesheet' href='/static/missing.css'>",
    "unlabelled": "<h1>Field</h1><main><input name='light'></main>",
    "wide": "<h1>Wide</h1><img alt='' width=600 height=10 src='/favicon.ico'>",
}


@pytest.fixture(scope="module")
def address():
    app = flask.Flask(__name__, static_folder=None)

    @app.get("/<name>")
    def page(name):
        if name == "favicon.ico":
            return "", 204
        body = PAGES.get(name, "<h1>There is no such page</h1>")
        html = f"<!doctype html><html lang=en><title>{name}</title><meta name=viewport content='width=device-width'>"
        return html + body, 200 if name in PAGES else 404, {"Content-Security-Policy": POLICY}

    with serving(app) as where:
        yield where


def test_a_good_page_and_a_missing_one_are_no_fault(open_page, address):
    page = open_page(address)
    page.goto("/good")
    assert page.title() == "good"
    assert page.goto("/nothing").status == 404
    assert page.watch.all_faults() == []


@pytest.mark.parametrize("name, word", [
    ("inline-script", "Content Security Policy"),
    ("other-host", "request to another host: http://198.51.100.7/picture.png"),
    ("missing-style", "Failed to load resource"),
])
def test_a_planted_fault_is_seen(open_page, address, name, word):
    page = open_page(address)
    page.goto(f"/{name}")
    faults = page.watch.all_faults()
    page.watch.forget()
    assert [fault for fault in faults if word in fault], faults


def test_a_handler_in_the_page_is_seen_when_it_is_used(open_page, address):
    page = open_page(address)
    page.goto("/handler")
    page.click("button")
    faults = page.watch.all_faults()
    page.watch.forget()
    assert page.title() == "handler"
    assert [fault for fault in faults if "Content Security Policy" in fault]


def test_without_script_a_page_of_the_phone_is_390_wide(open_page, address):
    page = open_page(address, script=False, width=NARROW)
    page.goto("/good")
    assert page.viewport_size == {"width": 390, "height": 900}
    assert page.locator("h1").inner_text() == "Good"


def test_a_page_that_is_too_wide_for_a_phone_is_measured(open_page, address):
    page = open_page(address, width=NARROW)
    page.goto("/wide")
    assert too_wide(page) > 200
    page.goto("/good")
    assert too_wide(page) == 0


def test_axe_finds_a_field_without_a_label(open_page, address):
    page = open_page(address)
    page.goto("/unlabelled")
    assert [line for line in accessibility_faults(page) if line.startswith("label: ")]
