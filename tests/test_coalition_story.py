"""Four people in three organisations, one of which withholds its name: from the invitation to the review's next stage.

In a real Chromium, with a real mail server beside it. At the end the withheld name, its people and their addresses are
looked for in all that the others got: pages, files, feeds, mails, the log, and the raw bytes of what lies on the disk.
"""

import io
import logging
import re
from dataclasses import replace
from datetime import timedelta

import docx
import pytest

from core.backup import create_backup
from core.coalitions import members
from core.coalitions.models import Membership
from core.context import Context
from core.db import utc_now
from core.notices.jobs import run_due
from core.people.models import Person
from core.people.passwords import hash_password
from core.policy import unnarrowed
from core.testing.browser import serving
from core.testing.canary import found_in
from core.testing.client import reopen
from core.workflows.models import Review
from core.workflows.reviews import add_review

PASSWORD = "six herons under the bridge"
WITHHELD, WREN, WREN_ADDRESS = "Gorsemantle Shelter", "Ottoline Braithwick", "ottoline.braithwick@invented.example"
SECRETS = {WITHHELD, WREN, WREN_ADDRESS, "Gorsemantle", "Ottoline", "Braithwick"}
OPEN, OTTO, OTTO_ADDRESS = "Openfield Press", "Otto Fennimore", "otto@invented.example"
ILSE, ILSE_ADDRESS = "Ilse Varga", "ilse@invented.example"
CORA_ADDRESS = "cora@invented.example"


@pytest.fixture
def house(app, instance, mailbox):
    """A coalition with one organisation, its coordinator Cora and a review; gives the address at which it answers."""
    app.settings = replace(app.settings, mail=mailbox.url, mail_from="news@invented.example")
    operator = Context(via="command", now=utc_now())
    # Invented people on this machine need no second factor (tests/test_doors.py has one).
    at = operator.at(members.make_coalition(operator, "meridia", "XMD", "Meridia UPR Coalition", state_name="Meridia",
                                            is_demonstration=True))
    clinic = members.add_organisation(at, "Reedwater Clinic", visibility="named")
    members.add_person(at, CORA_ADDRESS, "Cora Aldermoor", "coordinator", [clinic])
    add_review(at, "XMD", None, 5)              # of the fifth cycle nothing is known yet but what is announced
    Review.update(window_closes_due=f"{utc_now() + timedelta(days=6):%Y-%m-%d} 23:59 Europe/Zurich").execute()
    Person.update(password=hash_password(PASSWORD)).execute()
    with serving(app) as address:
        app.settings = replace(app.settings, address=address)
        yield address
    reopen()


class Visitor:
    """A person with a browser, who keeps the content of every page that was seen."""

    def __init__(self, page):
        self.page, self.pages = page, []

    def goto(self, path):
        self.page.goto(path)
        self.pages.append(self.page.content().encode())
        return self

    def press(self, words):
        control = self.page.locator("button:visible, a:visible").filter(has_text=re.compile(words)).first
        with self.page.expect_navigation():
            control.click()
        self.pages.append(self.page.content().encode())
        return self

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.fill(f"[name={name}]", value)
        return self

    def download(self, path):
        """The bytes of a file, with its headers."""
        answer = self.page.request.get(path)
        assert answer.status == 200, f"{path} answered {answer.status}"
        self.pages.append(repr(answer.headers).encode() + answer.body())
        return answer.body()

    @property
    def words(self):
        return " ".join(self.page.inner_text("main").split())


def signed_in(page, address):
    visitor = Visitor(page).goto("/sign-in")
    return visitor.fill(address=address, password=PASSWORD).press("Sign in")


def set_up(page, link):
    """Somebody opens a one-time address, and chooses a password."""
    visitor = Visitor(page).goto(link).press("Begin")
    return visitor.fill(password=PASSWORD).press("Set up my account")


def a_report() -> bytes:
    """A Word file whose properties tell who wrote it."""
    document = docx.Document()
    document.add_paragraph("Two raids in May.")
    document.core_properties.author = WREN
    document.core_properties.comments = WITHHELD
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def log():
    written = []

    class Kept(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))
    kept, ours = Kept(), logging.getLogger("commonweal")
    ours.setLevel(logging.INFO)
    logging.getLogger().addHandler(kept)
    yield written
    logging.getLogger().removeHandler(kept)
    ours.setLevel(logging.NOTSET)


def test_four_people_from_the_invitation_to_the_next_stage(app, house, instance, mailbox, open_page, log, tmp_path):
    cora = signed_in(open_page(house), CORA_ADDRESS)
    cora.goto("/c/meridia/invitations").fill(organisation=WITHHELD, name=WREN, address=WREN_ADDRESS)
    link = cora.press("Invite this organisation").page.inner_text(".once")
    typed_by_cora = len(cora.pages)             # up to here she has the name before her: she typed it

    wren = set_up(open_page(house), link)
    assert "Before you join" in wren.words
    wren.page.goto("/c/meridia/files")          # nothing else is reached before the choice
    assert "Before you join" in wren.words
    wren.page.check("[name=visibility][value=withheld]", force=True)
    for box in wren.page.query_selector_all("[name=keeper]"):
        box.uncheck()
    wren.press("Join like this")
    pseudonym = unnarrowed(Membership).where(Membership.visibility == "withheld").get().pseudonym

    cora.goto("/c/meridia/invitations").fill(organisation=OPEN, name=OTTO, address=OTTO_ADDRESS)
    cora.page.check("[name=by_mail]")
    cora.press("Invite this organisation")
    run_due(app, utc_now())
    [invitation] = [mail for mail in mailbox.received if mail.to == (OTTO_ADDRESS,)]
    otto = set_up(open_page(house), re.search(r"http://\S+/invited/\S+", invitation.words)[0])
    otto.page.check("[name=visibility][value=members]", force=True)
    otto.press("Join like this").press("Show us like this")     # more visible: first it is seen as others will see it
    otto.goto("/c/meridia/directory").press(f"^{OPEN}")
    otto.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    otto.page.locator("form[action$='/people']").locator("[name=name]").fill(ILSE)
    otto.page.locator("form[action$='/people']").locator("[name=address]").fill(ILSE_ADDRESS)
    ilse = set_up(open_page(house), otto.press("Add, and show the one-time address").page.inner_text(".once"))

    wren.goto("/c/meridia/files")
    wren.page.set_input_files("[name=file]", {"name": f"{WITHHELD}.docx", "buffer": a_report(), "mimeType":
                              "application/vnd.openxmlformats-officedocument.wordprocessingml.document"})
    wren.fill(title="Raids in May")
    wren.page.select_option("[name=membership]", label=WITHHELD)
    wren.press("Bring this file")
    wren.goto("/c/meridia/calendar").press("Make an address")
    feed = re.search(r"http://\S+\.ics", wren.words)[0]

    move_on(cora)
    remind(app)
    others_look(cora, otto, ilse, pseudonym)
    feeds = wren.page.request.get(feed)
    assert feeds.status == 200 and b"BEGIN:VCALENDAR" in feeds.body()

    for name, pages in (("Cora", cora.pages[typed_by_cora:]), ("Otto", otto.pages), ("Ilse", ilse.pages)):
        assert [found for page in pages if (found := found_in(page, SECRETS))] == [], name
        assert any(pseudonym.encode() in page for page in pages), f"{name} never saw the pseudonym"
    assert found_in(feeds.body(), SECRETS) == []
    for mail in mailbox.received:               # the address on the envelope is how it gets there
        own_address = {WREN_ADDRESS, "Ottoline", "Braithwick"} if mail.to == (WREN_ADDRESS,) else set()
        assert found_in(mail.raw, SECRETS - own_address) == []
    assert (WREN_ADDRESS,) in [mail.to for mail in mailbox.received]
    assert found_in("\n".join(log).encode(), SECRETS) == []
    lies_on_the_disk(app, instance, tmp_path)


def move_on(cora):
    """The review does not leave its first stage before a consultation is written down; then it does."""
    cora.goto("/c/meridia/review")
    assert "No consultation is written down yet" in cora.words and "Move on to “Submission”" not in cora.words
    cora.goto("/c/meridia/review/consultations").press("Write a consultation down")
    cora.fill(title="Hearing at the Ministry of Justice", held_on="2026-05-11", notice_days="3", outcome="Promises.")
    for box in cora.page.query_selector_all("[name=invited]"):
        box.check()
    cora.press("Write it down")
    cora.goto("/c/meridia/review").press("Move on to “Submission”")
    assert cora.page.locator("main h2").first.inner_text().startswith("Submission")


def remind(app):
    """A week of mornings, so that whatever waits for somebody is told."""
    for day in range(8):
        for hour in (6, 9, 12):
            run_due(app, utc_now() + timedelta(days=day, hours=hour))


def others_look(cora, otto, ilse, pseudonym):
    """All that the others can open, search and take along."""
    for visitor in (cora, otto, ilse):
        for path in ("", "coalition", "directory", "files", "calendar", "review", "audit", "recommendations/",
                     "midterm/matrix", f"search?q={pseudonym}", "search?q=Raids"):
            visitor.goto(f"/c/meridia/{path}")
        visitor.page.goto(f"/c/meridia/search?q={WITHHELD.split()[0]}")     # a guess; it stands in its own field
        assert visitor.page.locator("main mark").count() == 0
        visitor.download("/c/meridia/directory/members.csv")
        visitor.goto("/c/meridia/files").press("Raids in May")
        copy = visitor.page.locator("a[download]").first.get_attribute("href")
        assert b"PK" in visitor.download(copy)[:2]
        visitor.goto("/c/meridia/directory").press(f"^{pseudonym}")
    for path in ("audit.csv", "directory/public.csv", "settings", "mail"):
        cora.download(f"/c/meridia/{path}")


def lies_on_the_disk(app, instance, tmp_path):
    """Nothing in clear in the database, its log, the keyring, a backup; the original of the file is Wren's own."""
    create_backup(instance, str(tmp_path / "backup"))
    places = [path for path in instance.instance.rglob("*") if path.is_file() and "files" not in path.parts]
    assert {"commonweal.sqlite3", "keyring.sqlite3"} <= {path.name for path in places}
    for path in [*places, *tmp_path.glob("backup*"), *tmp_path.glob("keyring.latest")]:
        assert found_in(path.read_bytes(), SECRETS) == [], path.name
