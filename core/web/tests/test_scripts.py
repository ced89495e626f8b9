"""The scripts of the default theme in a real Chromium, on bare pages under the product's content policy."""

import flask
import pytest

from core.testing.browser import serving
from core.web.headers import CONTENT_POLICY
from themes import __path__ as themes_path

STATIC = f"{themes_path[0]}/default/static"
HEAD = """<!doctype html><html lang=en><title>{title}</title><link rel=icon href=data:,>
<script type=module src=/theme/fragments.js></script><script type=module src=/theme/select.js></script>
<script type=module src=/theme/keys.js></script><main><h1>{title}</h1><div id=messages>{said}</div>"""
LIST = """<form action=/list data-fragment=#list><input name=q value="{q}"><input type=checkbox name=x value=1>
<input type=checkbox name=x value=2><button id=find>Find</button></form>
<form id=list data-select method=post action=/list data-fragment=#list><p id=shown>{shown}</p>
<a id=next href="/list?q=next" data-fragment=#list>Next</a><input type=checkbox data-select-all id=all>
<input type=checkbox name=rec value=0 data-select-item id=i0>
<input type=checkbox name=rec value=1 data-select-item id=i1>
<input type=checkbox name=rec value=2 data-select-item id=i2>
<fieldset data-select-bar><b data-select-count id=count>0</b><button name=act value=share id=share>Share</button>
<button name=act value=fail id=fail>Fail</button></fieldset></form>"""
WORK = """<p id=shown>{shown}</p><p hidden><input type=checkbox data-keys-switch id=switch></p>
<form method=post action=/work data-keys><input type=radio name=light value=worse data-key=1 id=worse>
<input type=radio name=light value=partial data-key=3 id=partial><textarea name=comment id=comment></textarea>
<button class=main type=submit name=next value=1>Save</button>
<button type=submit name=later value=1 data-key=s>Later</button></form><a href="/work?went=on" data-key=j>On</a>"""

INSIDE = """<script type=module src=/theme/exit.js></script><input id=words>
<form class=exit method=post action=/in><button>Leave at once</button></form>"""


@pytest.fixture(scope="module")
def place():
    app = flask.Flask(__name__, static_folder=None)
    app.asked = []

    @app.get("/theme/<name>")
    def theme(name):
        return flask.send_from_directory(STATIC, name)

    @app.route("/list", methods=["GET", "POST"])
    def listed():
        request, form = flask.request, flask.request.form
        is_part = "X-Fragment" in request.headers
        if request.method == "POST":
            app.asked.append((form["act"], form.getlist("rec"), is_part))
            if form["act"] == "fail" and is_part:
                return "no page", 500, {"Content-Type": "text/plain"}
            return flask.redirect(f"/list?q={form['act']}-{'.'.join(form.getlist('rec'))}", 303)
        q = request.args.get("q", "")
        shown = f"{q} {','.join(request.args.getlist('x'))}"
        return HEAD.format(title=f"List {q}", said="Shared out." if q.startswith("share") else "") + LIST.format(
            q=q, shown=shown)

    @app.route("/work", methods=["GET", "POST"])
    def work():
        sent = (flask.request.form or flask.request.args).items()
        shown = " ".join(f"{name}={value}" for name, value in sent if value)
        return HEAD.format(title="Work", said="") + WORK.format(shown=shown)

    @app.route("/in", methods=["GET", "POST"])
    def inside():
        if flask.request.method == "POST":
            app.asked.append("left")
            return ('<!doctype html><meta http-equiv="refresh" content="0; url=/weather">'
                    '<link rel=icon href=data:,><title>…</title>')
        return HEAD.format(title="In", said="") + INSIDE

    @app.get("/weather")
    def weather():
        return "<!doctype html><html lang=en><title>Weather</title><link rel=icon href=data:,><h1>Sunny</h1>"

    @app.after_request
    def policy(response):
        response.headers["Content-Security-Policy"] = CONTENT_POLICY.replace("img-src 'self'", "img-src 'self' data:")
        return response

    with serving(app) as address:
        yield address, app.asked


def wait_for(page, text):
    page.locator("#shown", has_text=text).wait_for(state="attached")


def test_a_search_replaces_the_list_and_gives_it_an_address(open_page, place):
    page = open_page(place[0])
    page.goto("/list")
    page.evaluate("document.body.dataset.stayed = 'yes'")
    page.fill("[name=q]", "custody")
    page.check("[name=x][value='1']")
    page.check("[name=x][value='2']")
    page.click("#find")
    wait_for(page, "custody 1,2")
    assert page.url == f"{place[0]}/list?q=custody&x=1&x=2"
    assert (page.title(), page.evaluate("document.body.dataset.stayed")) == ("List custody", "yes")
    page.go_back()
    page.wait_for_url("**/list")


def test_a_link_pressed_by_keyboard_keeps_the_focus(open_page, place):
    page = open_page(place[0])
    page.goto("/list")
    page.focus("#next")
    page.keyboard.press("Enter")
    wait_for(page, "next")
    assert page.evaluate("document.activeElement.id") == "next"


def test_a_form_sends_the_button_that_was_pressed_and_brings_the_message(open_page, place):
    page = open_page(place[0])
    page.goto("/list")
    page.check("#i1")
    page.check("#i2")
    page.click("#share")
    wait_for(page, "share-1.2")
    assert (place[1][-1], page.inner_text("#messages")) == (("share", ["1", "2"], True), "Shared out.")


def test_an_answer_without_the_part_lets_the_browser_do_it_plainly(open_page, place):
    page = open_page(place[0])
    page.goto("/list")
    page.check("#i0")
    page.click("#fail")
    page.wait_for_url("**/list?q=fail-0")
    assert place[1][-2:] == [("fail", ["0"], True), ("fail", ["0"], False)]
    page.watch.forget()                         # Chromium reports the 500 that the test asked for


def test_choosing_many_opens_the_bar_and_counts(open_page, place):
    page = open_page(place[0])
    page.goto("/list")
    page.locator("#share:disabled").wait_for()
    page.click("#i0")
    page.click("#i2", modifiers=["Shift"])
    assert (page.inner_text("#count"), page.is_checked("#all"), page.is_enabled("#share")) == ("3", True, True)
    page.uncheck("#all")
    assert (page.inner_text("#count"), page.is_enabled("#share")) == ("0", False)


def test_two_keys_set_a_light_and_go_on(open_page, place):
    page = open_page(place[0])
    page.goto("/work")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    wait_for(page, "light=partial next=1")


def test_single_keys_press_what_names_them_but_never_while_typing(open_page, place):
    page = open_page(place[0])
    page.goto("/work")
    page.click("#comment")
    page.keyboard.type("1s3j")
    page.keyboard.press("Enter")
    assert (page.input_value("#comment"), page.is_checked("#worse")) == ("1s3j\n", False)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+1")
    assert not page.is_checked("#worse")
    page.keyboard.press("j")
    page.wait_for_url("**went=on")              # and its scripts: the next key needs them
    page.keyboard.press("s")
    wait_for(page, "later=1")


def test_single_keys_can_be_switched_off_and_stay_off(open_page, place):
    page = open_page(place[0])
    page.goto("/work")
    page.uncheck("#switch")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("1")
    page.reload()
    page.keyboard.press("1")
    assert (page.is_checked("#worse"), page.is_checked("#switch")) == (False, False)
    page.check("#switch")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("1")
    assert page.is_checked("#worse")


def test_three_presses_of_shift_leave_and_going_back_finds_no_page_of_ours(open_page, place):
    page = open_page(place[0])
    page.goto("/weather?before")
    page.goto("/in")
    for _press in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/weather")
    assert place[1][-1] == "left"
    page.go_back()
    assert page.url == f"{place[0]}/weather?before"


def test_capital_letters_leave_nothing(open_page, place):
    page = open_page(place[0])
    page.goto("/in")
    page.click("#words")
    for letter in ("A", "B", "C", "D"):
        page.keyboard.press(f"Shift+{letter}")
    assert (page.input_value("#words"), page.url) == ("ABCD", f"{place[0]}/in")


@pytest.mark.parametrize("script", [True, False])
def test_the_button_leaves_with_and_without_script(open_page, place, script):
    page = open_page(place[0], script=script)
    page.goto("/in")
    page.click("text=Leave at once")
    page.wait_for_url("**/weather")
    assert place[1][-1] == "left"


def test_without_script_the_same_forms_do_the_same(open_page, place):
    page = open_page(place[0], script=False)
    page.goto("/list")
    page.check("#i1")
    page.click("#share")
    assert page.url == f"{place[0]}/list?q=share-1"
