"""A plugin's answers to the demonstration coalition: its pages are walked, and every hook it is asked is watched."""

import logging
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import lxml.html
from flask import session

from core.db import connection, database
from core.demonstration import SLUG
from core.files.reading import Reader
from core.language import lazy
from core.people.labels import by_address
from core.people.sessions import start
from core.plugin_author.findings import Finding, bad, ok
from core.plugin_author.said import SAID, hooks_of

MOST_PAGES = 120
MOST_PER_ENDPOINT = 3


class Watch(logging.Handler):
    """What one plugin answered, counted by hook, and how it failed."""

    def __init__(self, host, name):
        super().__init__(logging.ERROR)
        self.name, self.asked, self.answered = name, Counter(), Counter()
        self.places = {}            # hook → the places that it was asked for
        self.failures = []          # (hook, exception or None)
        self.page_faults = []       # what the log says of pages that broke
        for hook in hooks_of(host.loaded[name].module):
            for impl in getattr(host.manager.hook, hook).get_hookimpls():
                if impl.plugin_name == name:
                    self._watch(impl, hook)
        logging.getLogger("commonweal").addHandler(self)

    def _watch(self, impl, hook):
        function, names = impl.function, impl.argnames

        def watched(*arguments):
            self.asked[hook] += 1
            if "place" in names:
                self.places.setdefault(hook, set()).add(arguments[names.index("place")])
            answer = function(*arguments)
            items = answer if isinstance(answer, list | tuple) or answer is None else [answer]
            self.answered[hook] += len(items or ())
            return answer
        impl.function = watched

    def emit(self, record):
        if record.name == "commonweal.plugins" and record.args and record.args[0] == self.name:
            # The log names the place only; the author also gets the message, of the error that is being handled now.
            self.failures.append((str(record.args[1]), sys.exc_info()[1]))
        elif record.name == "commonweal.web":
            self.page_faults.append(record.getMessage())


def walk(app) -> dict[str, int]:
    """Follow the links of the demonstration from Today on, as its coordinator and as a member. Path → status."""
    seen: dict[str, int] = {}
    for address in ("ruben@demo.example", "tamsin@demo.example"):
        client, counts = _signed_in(app, address), Counter[object]()
        waiting = [f"/c/{SLUG}/", f"/c/{SLUG}/search?q=the"]         # no link leads to what is found
        while waiting and len(counts) < MOST_PAGES:
            path = waiting.pop(0)
            answer = client.get(path, base_url="http://127.0.0.1:8000")
            seen[path] = max(answer.status_code, seen.get(path, 0))
            if answer.content_type.startswith("text/html") and answer.data:
                waiting += [link for link in _links(answer.data) if _is_new(app, link, counts, waiting, path)]
    return seen


def _signed_in(app, address):
    with connection(), app.test_request_context():
        session.row = None
        start(session, by_address(address))
        token = session.new_token
    client = app.test_client()
    client.set_cookie(app.session_interface.cookie, token, domain="127.0.0.1")
    return client


def _links(content):
    for link in lxml.html.document_fromstring(content).xpath("//a/@href"):
        place = urlsplit(link)
        if not place.netloc and place.path.startswith(f"/c/{SLUG}/"):
            yield place.path + (f"?{place.query}" if place.query else "")


def _is_new(app, link, counts, waiting, here):
    """A few addresses of each page are enough: a list's filters have no end."""
    try:
        endpoint, _values = app.url_map.bind("127.0.0.1").match(urlsplit(link).path)
    except Exception:           # a link that leads nowhere: the walk that follows it tells its status
        endpoint = link
    if link in waiting or link == here or (endpoint, link) in counts or counts[endpoint] >= MOST_PER_ENDPOINT:
        return False
    counts[endpoint] += 1
    counts[endpoint, link] += 1
    return True


def check_answers(app, name, watch: Watch) -> Iterator[Finding]:
    """Walk the demonstration, ask for readers, and tell what came of each hook that the plugin answers."""
    opened = []
    sys.addaudithook(lambda event, _arguments: opened.append(event) if event == "socket.connect" else None)
    database.is_closed() or database.close()
    pages = walk(app)
    with connection(), app.app_context():
        readers = [one for one in app.host.gather("readers", Reader) if isinstance(one, Reader)]
    yield from _check_hooks(app, name, watch)
    yield from _check_statuses(name, pages, watch.page_faults)
    yield from _check_readers(app, name, readers)
    what = lazy("Network: nothing was opened in the demonstration")
    if opened and not app.host.loaded[name].manifest.network:
        yield bad(what, f"{len(opened)} × socket.connect", lazy("PLUGIN with network=True, or no connection"))
    else:
        yield ok(what)


def _check_hooks(app, name, watch):
    for hook in hooks_of(app.host.loaded[name].module):
        if hook in SAID:
            continue
        what = lazy("%(hook)s: answers for the demonstration", hook=hook)
        failures = [error for failed, error in watch.failures if failed == hook]
        if failures:
            yield bad(what, _words(failures[0]), lazy("what its docstring in core/hooks.py says (docs/hooks.md)"),
                      _place(failures[0], name) or f"plugin.py, {hook}")
        elif not watch.asked[hook]:
            yield bad(what, "never asked", lazy("a hook that the demonstration reaches"))
        elif not watch.answered[hook] and hook in watch.places:         # else it may well have nothing to say there
            yield bad(what, "nothing; asked for " + ", ".join(sorted(watch.places[hook])),
                      lazy("an answer for one of these places; let the hook demonstration make what it needs"))
        else:
            yield ok(what, f"asked {watch.asked[hook]} ×, answers: {watch.answered[hook]}")


def _words(error):
    return f"{type(error).__name__}: {error}" if error is not None else "it failed"


def _place(error, name):
    """The last place in the plugin's own files; "" where it failed outside of them."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    own = [frame for frame in frames if f"/{name}/" in frame.filename]
    return f"{own[-1].filename.rsplit('/', 1)[-1]}:{own[-1].lineno}" if own else ""


def _check_statuses(name, pages, faults):
    what = lazy("Pages: the demonstration is walked without a fault")
    broken = {path: status for path, status in pages.items() if status >= 500 or status == 404}
    if broken:
        path, status = next(iter(broken.items()))
        yield bad(what, "; ".join([str(status), *faults[:1]]), lazy("200 for every link that is offered"), path)
        return
    own = [path for path in pages if f"/{name}/" in f"{urlsplit(path).path}/"]
    yield ok(what, f"{len(pages)} pages, {len(own)} of the plugin")


def _check_readers(app, name, readers):
    known = Counter(reader.name for reader in readers)
    for reader in readers:
        module = reader.read.__module__
        if not module.startswith(f"plugins.{name}."):
            continue
        what = lazy("Reader %(reader)s: found again in a child process", reader=reader.name)
        wrong = [function.__qualname__ for function in (reader.sniff, reader.read)
                 if getattr(sys.modules[function.__module__], function.__qualname__, None) is not function]
        if wrong:
            yield bad(what, ", ".join(wrong), lazy("functions at the top of their module"), module)
        elif known[reader.name] > 1:
            yield bad(what, f"{known[reader.name]} readers are called {reader.name}", lazy("a name of its own"), module)
        elif not reader.suffixes or not all(suffix.startswith(".") for suffix in reader.suffixes):
            yield bad(what, reader.suffixes, lazy("suffixes such as .txt"), module)
        else:
            yield ok(what, ", ".join(reader.suffixes))
