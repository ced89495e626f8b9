"""The access machine: every route and method, asked for by every actor, in the own coalition and in the other.

What is expected stands in the access.csv of each subject and plugin, written by hand; README.md has its form.
"""

import csv
import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from core import db, policy, sealing
from core.app import create_app
from core.coalitions.models import Coalition
from core.config import read_settings
from core.db import utc_now
from core.people.models import Person
from core.testing.client import Browser, reopen
from core.testing.copying import copy_instance
from core.testing.guard import watching
from core.testing.page import Page
from core.testing.world import Cast
from core.web.kept_pages import KeptPages

# Written in the tables; keeper and withheld may be left out where they are as coordinator and other_member.
WRITTEN = ("nobody", "administrator", "coordinator", "editor", "member", "other_member", "expelled")
LIKE = {"keeper": "coordinator", "withheld": "other_member"}
ACTORS = (*WRITTEN, *LIKE)
COLUMNS = ("endpoint", "method", "object", "sends", *WRITTEN, "other")
# What a coordinator is answered whose second factor is still to be set up (written by hand, as the lines are); all else
# sends to its set-up.
BEFORE_SECOND_FACTOR = {
    ("theme_static", "GET"): "200", ("help.coordinators", "GET"): "200",
    ("people.sign_in_page", "GET"): "200", ("people.sign_in_page", "POST"): "422",
    ("people.code", "GET"): "door", ("people.code", "POST"): "door",
    ("people.sign_in_again", "GET"): "200", ("people.sign_in_again", "POST"): "422",
    ("people.second_factor", "GET"): "200", ("people.second_factor", "POST"): "422",
    ("people.sign_out", "POST"): "door", ("people.leave", "POST"): "200", ("people.language", "POST"): "303",
    ("notices.feed", "GET"): "200", ("people.set_up", "GET"): "200", ("people.set_up", "POST"): "200",
    ("invitations.claim", "GET"): "200", ("invitations.claim", "POST"): "200",
    ("invitations.apply", "GET"): "200", ("invitations.apply", "POST"): "200",
}
SECOND_FACTOR = "/account/second-factor"
# Who is asked for at a locked coalition's addresses: whoever may do most, and whoever may do least.
AT_THE_LOCK = ("coordinator", "member")
# What may differ between two pages that say the same: marks, and the address to come back to.
# After statements of these kinds the database is as it was.
READS = re.compile(r"\s*\(*(?:SELECT|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)\b")
PASSING = re.compile(rb'(name="(?:csrf_token|mark|next)" value=")[^"]*')


@dataclass(frozen=True)
class Line:
    """One line of an access.csv: a route, a method, and the answer to each actor."""

    place: Path
    endpoint: str
    method: str
    object: str
    sends: str
    expected: dict[str, str]
    other: str

    def __str__(self):
        return f"{self.endpoint}-{self.method}"

    def factory(self):
        if not self.object:
            return lambda cast: {}
        made = factories(self.place.parent / "factories.py")
        if self.object not in made:
            raise LookupError(f"{self.place.parent / 'factories.py'} has no factory {self.object!r}")
        return made[self.object]


def lines(*folders: Path) -> list[Line]:
    """The lines of every tests/access.csv below these folders."""
    return [line for folder in folders for place in sorted(folder.rglob("tests/access.csv")) for line in read(place)]


def read(place: Path) -> list[Line]:
    with place.open(encoding="utf-8", newline="") as text:
        rows = csv.DictReader(text)
        if tuple(name for name in rows.fieldnames or () if name not in LIKE) != COLUMNS:
            raise ValueError(f"{place}: the columns are {','.join(COLUMNS)}, and if need be {', '.join(LIKE)}")
        return [Line(place, row["endpoint"], row["method"], row["object"], row["sends"],
                     {**{actor: row[actor] for actor in WRITTEN},
                      **{actor: row.get(actor) or row[like] for actor, like in LIKE.items()}},
                     row["other"] or "404") for row in rows]


def factories(path: Path) -> dict:
    spec = importlib.util.spec_from_file_location(f"factories_of_{path.parts[-3]}", path)
    if spec is None or spec.loader is None or not path.exists():
        raise LookupError(f"{path} is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FACTORIES


def routes(app) -> set[tuple[str, str]]:
    """Every (endpoint, method) that the app answers."""
    return {(rule.endpoint, method) for rule in app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


class Stage:
    """One instance with the world, everybody signed in; `again()` puts its database back to where it was kept."""

    def __init__(self, source: Path, place: Path, patch: pytest.MonkeyPatch):
        copy_instance(source, place)
        self.brought: tuple | None = None       # the keyring as again() last brought it: most acts leave it as it is
        self.nothing: dict[tuple[str, str, str], tuple] = {}
        self.as_kept: int | None = None         # the statements up to which the database is known to be as it was kept
        self.settings, self.kept = read_settings(place, {}), place.with_name("kept.sqlite3")
        self.guard, _handler = watching(patch)
        self.app = create_app(self.settings)
        if self.app.host.refused:
            raise RuntimeError(" ".join(map(str, self.app.host.refused.values())))
        self.permissions = list(policy.declared().values())
        with db.connection():
            self.casts = {slug: Cast(slug) for slug in ("meridia", "elsewhere")}
            self.browsers = {actor: Browser(self.app, self.guard, self.casts["meridia"][actor].person)
                             for actor in ACTORS}
            self.marks = {actor: browser.csrf_token() for actor, browser in self.browsers.items()}
            self.cookies = {actor: browser.cookie for actor, browser in self.browsers.items()}
        self.keep(self.settings.instance / "start.sqlite3")

    @property
    def database(self) -> Path:
        return self.settings.instance / "commonweal.sqlite3"

    @property
    def keyring(self) -> Path:
        return self.settings.instance / "keyring.sqlite3"

    def keep(self, place: Path | None = None) -> None:
        """Remember the database and its keyring as they stand."""
        db.database.close()
        self.brought = self.as_kept = None
        shutil.copyfile(self.database, place or self.kept)
        shutil.copyfile(self.keyring, _beside(place or self.kept))

    def bring(self, place: Path) -> None:
        """From now on again() goes back to what keep(place) kept."""
        self.brought = self.as_kept = None
        shutil.copyfile(place, self.kept)
        shutil.copyfile(_beside(place), _beside(self.kept))

    def again(self, place: Path | None = None) -> None:
        self.app.kept_pages = KeptPages()       # they go by a number that another database may have too
        if place is None and self._is_as_kept():
            return
        db.database.is_closed() or db.database.close()
        for end in ("-wal", "-shm"):
            Path(f"{self.database}{end}").unlink(missing_ok=True)
        shutil.copyfile(place or self.kept, self.database)
        if self.brought != (place or self.kept, self.app.keyring.state()):
            self._bring_keyring(_beside(place or self.kept))
            self.brought = place or self.kept, self.app.keyring.state()
        reopen()
        self.as_kept = len(self.guard.statements) if place is None else None

    def _is_as_kept(self):
        """Whether nothing was written since again() has put everything back: most acts only read."""
        return (self.as_kept is not None and self.brought == (self.kept, self.app.keyring.state())
                and all(READS.match(sql) for sql in self.guard.statements[self.as_kept:]))

    def _bring_keyring(self, place: Path) -> None:
        """An act has made keys, or destroyed some. The file is as old as can be: whatever is written shows."""
        for end in ("-wal", "-shm"):
            Path(f"{self.keyring}{end}").unlink(missing_ok=True)
        shutil.copyfile(place, self.keyring)
        os.utime(self.keyring, (0, 0))
        self.app.keyring._forget()

    def sign_in_again(self) -> None:
        """New sessions for everybody, of this moment: for a test that stands in another time."""
        for actor, browser in self.browsers.items():
            if browser.person is not None:
                browser.sign_in(browser.person)
            self.marks[actor], self.cookies[actor] = browser.csrf_token(), browser.cookie

    def begin(self) -> None:
        """Back to the world as it was built; another test's app may have been there since."""
        db.database.is_closed() or db.database.close()
        db.open_database(self.settings.database_url)
        sealing.use(self.app.keyring)
        policy.declare(self.permissions)
        self.again(self.settings.instance / "start.sqlite3")
        self.guard.forget()

    def address(self, endpoint: str, method: str, slug: str, values: dict) -> str:
        adapter = self.app.url_map.bind("127.0.0.1")
        expecting = self.app.url_map.is_endpoint_expecting(endpoint, "coalition")
        return adapter.build(endpoint, {**values, **({"coalition": slug} if expecting else {})}, method)

    def parts(self, line: Line) -> set[str]:
        """What has to be filled in the address of a line's route."""
        return {name for rule in self.app.url_map.iter_rules(line.endpoint) for name in rule.arguments}

    def ask_line(self, actor: str, line: Line, slug: str, values: dict, before=lambda: None) -> Page:
        """What this actor is answered at the line's route, its address and what is sent filled with these values."""
        inside = {name: value for name, value in values.items() if name in self.parts(line)}
        sends = dict(parse_qsl(line.sends.format(**values), keep_blank_values=True))
        address, start = self.address(line.endpoint, line.method, slug, inside), len(self.guard.statements)
        page = self.ask(actor, line.method, address, sends, before)
        counts = getattr(self.app.view_functions[line.endpoint], "limit", None)
        if "attempt" in self.guard.written_since(start) and not counts:
            self.guard.faults.append(f"{line.endpoint} touches the counters and has no limit")
        return page

    def of_nothing(self, actor: str, line: Line, slug: str, values: dict) -> tuple:
        """The answer to this actor where there is nothing; in a coalition that does not exist it gives back only what
        was typed."""
        if slug != "nowhere":
            return plain(self.ask_line(actor, line, slug, values))
        asked = actor, line.method, line.sends.format(**values)
        if asked not in self.nothing:
            self.nothing[asked] = plain(self.ask_line(actor, line, slug, values))
        return self.nothing[asked]

    def without_second_factor(self) -> None:
        """Now the coordinator has yet to set it up."""
        Person.update(has_second_factor=False).where(Person.id == self.casts["meridia"].coordinator.person.id).execute()

    def locked(self) -> None:
        """Now meridia is locked, and sessions that a slip has left over are still there."""
        Coalition.update(locked_at=utc_now()).where(Coalition.slug == "meridia").execute()

    def ask(self, actor: str, method: str, address: str, sends: dict, before=lambda: None) -> Page:
        """What this actor is answered, on the database as it was kept, once before() has changed it."""
        browser = self.browsers[actor]
        browser.cookie = self.cookies[actor]
        self.again()
        before()
        if method == "GET":
            return browser.get(address, status=None)
        return browser._ask(method, address, None, True, data={"csrf_token": self.marks[actor], **sends})


def _beside(place: Path) -> Path:
    return place.with_name(f"{place.name}.keyring")


def values_of(made) -> dict:
    """What a factory gave, as the values of an address."""
    return made if isinstance(made, dict) else {"uid": made.uid}


def check(stage: Stage, line: Line) -> list[str]:
    """What differs from the line, as sentences."""
    stage.begin()
    make = line.factory()
    own, other = (values_of(make(stage.casts[slug])) for slug in ("meridia", "elsewhere"))
    stage.keep()
    parts = stage.parts(line)

    def answer(actor, slug, values):
        return stage.ask_line(actor, line, slug, values)

    found = [f"{actor}: {said(page)}, not {line.expected[actor]}" for actor in ACTORS
             if said(page := answer(actor, "meridia", own)) != line.expected[actor]]
    for actor in ACTORS[1:]:
        for where, slug, values in elsewhere(parts, own, other):
            if said(page := answer(actor, slug, values)) != line.other:
                found.append(f"{actor} {where}: {said(page)}, not {line.other}")
            elif line.other == "404" and plain(page) != stage.of_nothing(actor, line, *nowhere(slug, values, parts)):
                found.append(f"{actor} {where}: this 404 is not the same as that of what does not exist")
    page = stage.ask_line("coordinator", line, "meridia", own, stage.without_second_factor)
    wanted = BEFORE_SECOND_FACTOR.get((line.endpoint, line.method), "set-up")
    if (got := said_before_second_factor(page)) != wanted:
        found.append(f"coordinator without a second factor: {got}, not {wanted}")
    for actor in AT_THE_LOCK if "coalition" in parts else ():
        if said(page := stage.ask_line(actor, line, "meridia", own, stage.locked)) != "404" \
                or plain(page) != stage.of_nothing(actor, line, *nowhere("elsewhere", own, parts)):
            found.append(f"{actor} at the locked coalition: {said(page)}, not the 404 of what does not exist")
    return found + stage.guard.forget()


def said_before_second_factor(page: Page) -> str:
    """As said(); `set-up` for a page that leads to the set-up of the second factor, and does nothing else."""
    leads = page.location if page.status == 303 else page.is_html and page.tree.xpath("string(//main//a[1]/@href)")
    return "set-up" if page.status in (303, 403) and leads == SECOND_FACTOR else said(page)


def elsewhere(parts, own, other):
    """(words, coalition, values) of the addresses that are the other coalition's, in whole or in part."""
    if "coalition" in parts:
        yield "at the other coalition's address", "elsewhere", other
    if other and own != other and parts - {"coalition"}:
        yield "with the other coalition's object", "meridia", other


def nowhere(slug, values, parts):
    """An address of the same form at which there is nothing."""
    if slug == "meridia":
        return slug, {**values, **dict.fromkeys(parts & {"uid"}, "nothing2here")}
    return "nowhere", values


def said(page: Page) -> str:
    """The status as a line writes it. 401 gives a form back to who is not signed in, and shows the way to the door."""
    at_the_door = page.status == 401 or (page.status == 303 and page.location == "/sign-in")
    return "door" if at_the_door else str(page.status)


def plain(page: Page) -> tuple:
    headers = {name: value for name, value in page.headers.items() if name not in ("Set-Cookie", "Content-Length")}
    return headers, PASSING.sub(rb"\1", page.content)
