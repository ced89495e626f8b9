"""A real Chromium for the tests: one per worker, a fresh context per page, and a watch on what the pages do.

A page fails its test by what a person would never see: a message in the console, a breach of the content security
policy, a request to another host, a script error. The watch is read when the test ends.
"""

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.testing.required import lacking

CHROMIUM = os.environ.get("COMMONWEAL_CHROMIUM", "/usr/bin/chromium")
WIDE, NARROW = 1280, 390                        # both are real sizes (DESIGN 6)
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             # Whatever a page may ask for, nothing leaves this machine.
             "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]


@dataclass
class Watch:
    """What the pages of one context did that they must not do, as sentences."""

    host: str
    faults: list[str] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)
    _messages: list[tuple[str, str, str]] = field(default_factory=list)

    def follow(self, context) -> None:
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", lambda message: self._messages.append(
            (message.type, message.text, message.location.get("url", ""))))
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))

    def _request(self, request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.host:
            self.faults.append(f"request to another host: {request.url}")

    def _response(self, response) -> None:
        if response.status >= 400 and response.request.is_navigation_request():
            self._refused.add(response.url)

    def all_faults(self) -> list[str]:
        """The faults so far. That a page itself answered 403, 404 or 422 is none; Chromium logs it like one."""
        said = [f"console {kind}: {text} ({url})" for kind, text, url in self._messages
                if not (url in self._refused and text.startswith("Failed to load resource"))]
        return self.faults + said

    def forget(self) -> None:
        """For a test that planted a fault, and has seen it found."""
        self.faults.clear()
        self._messages.clear()


@pytest.fixture(scope="session")
def chromium():
    """The worker's one Chromium."""
    if not Path(CHROMIUM).exists():
        lacking("Chromium", "Install the package chromium, or name its program in COMMONWEAL_CHROMIUM.")
    from playwright.sync_api import sync_playwright  # slow import

    manager = sync_playwright()
    try:
        playwright = manager.start()
    except Exception:                           # the driver ended at once: its loader found a library missing
        lacking("A library of Playwright's driver", "Install the package libatomic1.")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()
    playwright.stop()


@pytest.fixture
def open_page(chromium):
    """`open_page(address, script=True, width=WIDE, language="en")` gives a playwright Page of a context of its own.

    The page stands at no address yet; paths given to `page.goto` are taken from `address`. When the test ends, a
    fault of any of its pages fails it; `page.watch` is the Watch, for a test that plants one.
    """
    opened = []

    def open_one(address: str, script: bool = True, width: int = WIDE, language: str = "en"):
        context = chromium.new_context(base_url=address, java_script_enabled=script, locale=language,
                                       viewport={"width": width, "height": 900}, reduced_motion="reduce")
        context.set_default_timeout(15000)
        watch = Watch(urlsplit(address).netloc)
        watch.follow(context)
        opened.append((context, watch))
        page = context.new_page()
        page.watch = watch
        return page

    yield open_one
    faults = []
    for context, watch in opened:
        context.close()
        faults += watch.all_faults()
    if faults:
        pytest.fail("The pages did what they must not do:\n" + "\n".join(dict.fromkeys(faults)), pytrace=False)


@contextmanager
def serving(application, threads: int = 8):
    """The address at which this WSGI application answers while the block runs; on a free port of this machine."""
    from waitress.server import create_server  # slow import

    server = create_server(application, host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown(timeout=5)


def accessibility_faults(page) -> list[str]:
    """What axe finds on the page as it stands: one line for each element, `rule: what to do (where)`. Needs script."""
    from axe_playwright_python.sync_playwright import Axe  # slow import

    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['help']} ({node['target'][0]})" for fault in found for node in fault["nodes"]]


def too_wide(page) -> int:
    """By how many pixels the page is wider than its window; 0 on a good page. Needs script."""
    return page.evaluate("Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)")


def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
