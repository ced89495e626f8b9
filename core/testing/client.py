"""A browser without a screen: it asks the app as a person's browser does, and looks at every page that it gets."""

from urllib.parse import urlsplit

from flask import session

from core import db
from core.people.models import Person
from core.people.second_factor import must_have
from core.people.sessions import start
from core.policy import standing_seats
from core.testing.guard import GET_WRITES
from core.testing.page import Form, Page


class Browser:
    """Asks the app for one person. A page with a fault of form, and a GET that writes, fail the test."""

    def __init__(self, app, guard, person=None):
        self.app, self.guard, self.person = app, guard, person
        self.client = app.test_client()
        self.page: Page | None = None
        if person is not None:
            self.sign_in(person)

    def sign_in(self, person) -> None:
        """A session as the door makes it, without a password. Whose role needs a second factor has set one up."""
        reopen()
        if must_have(person, standing_seats(person)):
            Person.update(has_second_factor=True).where(Person.id == person.id).execute()
        with self.app.test_request_context():
            session.row = None
            start(session, person)
            token = session.new_token
        reopen()
        self.cookie = token

    @property
    def cookie(self) -> str | None:
        """What the browser shows at the door."""
        kept = self.client.get_cookie(self.app.session_interface.cookie, domain="127.0.0.1")
        return kept.value if kept else None

    @cookie.setter
    def cookie(self, value: str | None) -> None:
        if value is None:
            self.client.delete_cookie(self.app.session_interface.cookie, domain="127.0.0.1")
            return
        self.client.set_cookie(self.app.session_interface.cookie, value, domain="127.0.0.1")

    def get(self, path: str, status: int | None = 200, look: bool = True, **options) -> Page:
        """The page at this address, which must answer with this status. `look=False`: its form is not judged."""
        start_at, changes = len(self.guard.statements), self._row_changes()
        page = self._ask("GET", path, status, look, **options)
        written = self.guard.written_since(start_at)
        assert written <= GET_WRITES, f"GET {path} writes {', '.join(sorted(written - GET_WRITES))}"
        assert written or self._row_changes() == changes, f"GET {path} changes rows past the database's own door"
        return page

    def post(self, path: str, fields=None, status: int = 303, look: bool = True, **options) -> Page:
        """Send these fields, with the session's mark against forgery. `submit()` sends a form of a page instead."""
        sent = {"csrf_token": self.csrf_token(), **(fields or {})}
        return self._ask("POST", path, status, look, data=sent, **options)

    def submit(self, form: Form, status: int = 303, look: bool = True, **fields) -> Page:
        """Send a form as it stands on its page, with these fields filled in (a list for several values)."""
        sent = {**form.fields, **fields}
        return self._ask("POST", form.address, status, look, data=sent)

    def follow(self, page: Page, status: int = 200) -> Page:
        """The page to which an answer sends the browser."""
        assert page.location, f"{page.path} answered {page.status} and sends nowhere"
        place = urlsplit(page.location)
        return self.get(place.path + (f"?{place.query}" if place.query else ""), status)

    def csrf_token(self) -> str:
        """The mark against forgery of this session, from the last page with a form, else from one that has one."""
        place = "//input[@name='csrf_token']/@value"
        page = self.page
        if page is None or not page.tree.xpath(place):
            page = self._ask("GET", "/account" if self.person is not None else "/sign-in", None, False)
        return page.tree.xpath(f"string({place})")

    def _ask(self, method, path, status, look, **options) -> Page:
        answer = self.client.open(path, method=method, base_url="http://127.0.0.1:8000", **options)
        page = Page(path, answer.status_code, answer.headers, answer.data)
        reopen()
        if page.is_html:
            self.page = page
        if status is not None:
            words = page.words[:600] if page.is_html else repr(page.content[:300])
            assert page.status == status, f"{method} {path} answered {page.status}, not {status}: {words}"
        if look and page.faults():
            raise AssertionError(f"{method} {path} gives a page with faults:\n" + "\n".join(page.faults()))
        return page

    def _row_changes(self):
        reopen()
        return self.guard.row_changes + getattr(db.database.connection(), "total_changes", 0)


def reopen() -> None:
    """A request closes the connection when it ends; the test goes on with one."""
    db.database.connect(reuse_if_open=True)
