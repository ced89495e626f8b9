"""What the headers do in a real browser: script, style, picture, frame or form that was slipped in is stopped."""

from core.testing.browser import serving

# What is slipped in → a word of Chromium's message that it was stopped.
SLIPPED_IN = {
    "<script>document.title = 'taken'</script>": "inline script",
    "<img src='x:y' onerror=\"document.title = 'taken'\">": "inline event handler",
    "<script src='http://127.0.0.1:9/x.js'></script>": "127.0.0.1:9/x.js",
    "<style>h1 { display: none }</style>": "inline style",
    "<img src='http://127.0.0.1:9/x.png'>": "127.0.0.1:9/x.png",
    "<iframe src='/sign-in'></iframe>": "frame",
    "<base href='http://127.0.0.1:9/'>": "base-uri",
}


def test_what_is_slipped_into_a_page_is_stopped(app, open_page):
    @app.after_request
    def slip_in(response):
        if response.mimetype == "text/html":
            response.set_data(response.get_data(as_text=True).replace("</main>", "".join(SLIPPED_IN) + "</main>"))
        return response
    with serving(app) as address:
        page = open_page(address)
        page.goto("/sign-in")
        page.wait_for_load_state("networkidle")
        assert page.title().startswith("Sign in") and page.locator("h1").is_visible()
        said = [fault for fault in page.watch.all_faults() if "Content Security Policy" in fault]
        assert {words for words in SLIPPED_IN.values() if not any(words in fault for fault in said)} == set(), said
        page.watch.forget()


def test_a_form_slipped_in_sends_nothing_to_another_host(app, open_page):
    @app.after_request
    def slip_in(response):
        if response.mimetype == "text/html":
            form = "<form action='http://127.0.0.1:9/take'><button id='take'>Take</button></form>"
            response.set_data(response.get_data(as_text=True).replace("</main>", f"{form}</main>"))
        return response
    with serving(app) as address:
        page = open_page(address)
        page.goto("/sign-in")
        page.locator("#take").dispatch_event("click")
        page.wait_for_timeout(200)
        assert page.url == f"{address}/sign-in"
        assert any("form-action" in fault for fault in page.watch.all_faults())
        page.watch.forget()


def test_the_page_itself_breaks_nothing(app, open_page):
    with serving(app) as address:
        page = open_page(address)
        page.goto("/sign-in")
        assert page.title().startswith("Sign in")
