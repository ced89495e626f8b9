"""M-2: the names of one coalition, and what it wrote, never come out to anybody else: pages, logs, audit, commands."""

import base64
import io
import logging
import zipfile
from urllib.parse import parse_qsl

import click
import pytest
from peewee import fn

from core import db
from core.audit import AuditLine
from core.testing.access import ACTORS, lines, values_of
from core.testing.canary import MARK, answer_bytes, found_in, names_of, never_written, plant, secrets_from
from core.testing.plugin_home import shipped
from core.testing.world import CIRCLES, Cast
from tests.paths import ROOT

LINES = lines(ROOT / "core", *(ROOT / "plugins" / name for name in shipped()))


class Kept(logging.Handler):
    """Every record of every logger, as it would be written."""

    def __init__(self):
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        self.written = []

    def emit(self, record):
        self.written.append(self.format(record))


@pytest.fixture
def log():
    kept, ours = Kept(), logging.getLogger("commonweal")
    ours.setLevel(logging.INFO)                 # as the server and the commands write it
    logging.getLogger().addHandler(kept)
    yield kept.written
    logging.getLogger().removeHandler(kept)
    ours.setLevel(logging.NOTSET)


def audit_bytes(after: int = 0) -> bytes:
    with db.connection():
        return repr(list(AuditLine.select().where(AuditLine.id > after).dicts())).encode()


@pytest.mark.parametrize("line", LINES, ids=str)
def test_no_page_no_log_and_no_audit_holds_what_is_anothers(stage, line, log):
    stage.begin()
    own, other = (values_of(line.factory()(stage.casts[slug])) for slug in ("meridia", "elsewhere"))
    plant(stage.app, stage.casts["elsewhere"])
    before = AuditLine.select(fn.MAX(AuditLine.id)).scalar()
    stage.keep()
    typed = {word for _name, word in parse_qsl(line.sends) if len(word) > 9 and word[0] not in "/{"}
    leaks = [f"making it leaves {word} in the audit" for word in found_in(audit_bytes(), never_written())]
    for actor in ACTORS:
        for slug, values in (("meridia", own), ("elsewhere", other)):
            page = stage.ask_line(actor, line, slug, values)
            # A one-time link is for whoever holds it: the page greets its person.
            hidden = secrets_from(actor, stage.casts["meridia"]) - typed if line.other == "404" else set()
            leaks += [f"{actor} at {slug} reads {word}" for word in found_in(answer_bytes(page), hidden)]
            leaks += [f"{actor} at {slug} leaves {word} in the audit"
                      for word in found_in(audit_bytes(before), never_written() | typed)]
    leaks += [f"the log holds {word}" for word in found_in("\n".join(log).encode(), never_written() | typed)]
    stage.guard.forget()
    assert leaks == []


def leaf_commands(group, words=()):
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from leaf_commands(command, (*words, name))
        else:
            yield (*words, name), command


def ways_to_ask(command) -> list[list[str]]:
    """The arguments with which a command tells what it knows of meridia; none for one that needs a file or a name."""
    ways: list[list[str]] = [[]]
    for parameter in command.params:
        options = [name for name in parameter.opts if name.startswith("--")]
        if options == ["--coalition"]:
            ways = [[*way, "--coalition", "meridia"] for way in ways]
        elif isinstance(parameter.type, click.Choice) and options:
            ways = [[*way, options[0], choice] for way in ways for choice in parameter.type.choices]
        elif options == ["--json"]:
            ways = [[*way, *more] for way in ways for more in ([], ["--json"])]
        elif parameter.required:
            return []
    return ways if any("--coalition" in way for way in ways) else []


def test_no_command_of_one_coalition_tells_of_the_other(app, world, command, log, tmp_path):
    from core.cli import commonweal
    made = [line.factory() for line in LINES if line.object]
    for factory in made:
        for cast in (world.meridia, world.elsewhere):
            try:
                factory(cast)
            except Exception as error:          # it was made for a database without the others' things
                db.database.in_transaction() and db.database.rollback()
                print(f"not made: {error!r}")
    plant(app, world.elsewhere)
    groups = [commonweal, *(click.Group(name, commands=loaded.said["commands"])
                            for name, loaded in app.host.loaded.items())]
    asked, leaks = [], []
    for group in groups:
        first = () if group is commonweal else (group.name,)
        for words, one in leaf_commands(group, first):
            for way in ways_to_ask(one):
                told = command(*words, *way)
                asked.append(words)
                leaks += [f"{' '.join([*words, *way])} tells {word}" for word in found_in(
                    told.stdout_bytes + told.stderr_bytes, names_of("elsewhere") | {MARK, *CIRCLES.values()})]
    assert leaks == []
    assert {("organisation", "list"), ("review", "list")} <= set(asked)
    assert found_in("\n".join(log).encode(), never_written()) == []


def test_the_marks_are_planted_and_their_own_people_read_them(stage):
    stage.begin()
    for line in LINES:
        if line.object and line.method == "GET" and "plugins" in str(line.place):
            line.factory()(stage.casts["elsewhere"])
            break
    else:
        pytest.skip("No plugin's page with an object is there.")
    assert plant(stage.app, stage.casts["elsewhere"]) > 0
    assert plant(stage.app, Cast("meridia")) == 0


DISGUISES = {
    "plain": lambda word: word.encode(),
    "in capitals": lambda word: word.upper().encode(),
    "in HTML": lambda word: word.replace("’", "&rsquo;").replace("'", "&#39;").encode(),
    "in an address": lambda word: word.replace(" ", "%20").encode(),
    "in a form": lambda word: word.replace(" ", "+").encode(),
    "as a file's name": lambda word: b"filename=" + word.replace(" ", "-").lower().encode() + b".docx",
    "in base64": lambda word: base64.b64encode(b"x" + word.encode() + b"yz"),
    "in UTF-16": lambda word: word.encode("utf-16-le"),
    "in a Word file": lambda word: packed(word.encode()),
    "as a name in an archive": lambda word: packed(b"", word),
}


def packed(content, name="word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("how", DISGUISES)
def test_a_planted_name_is_found_in_every_disguise(how):
    word = "Vexelmoor Observatory"
    content = DISGUISES[how](word)
    assert found_in(content if content.startswith(b"PK") else b"before " + content + b" after", {word}) == [word]
    assert found_in(b"Vexelmoor and an observatory", {word}) == []
