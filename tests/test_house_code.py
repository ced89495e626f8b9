"""The house rules for code that a machine can hold: who starts queries, who writes, who asks plugins, who speaks."""

import ast
from functools import cache
from pathlib import Path

import pytest

from core.app import core_tables
from core.coalitions.models import Owned
from core.config import Settings
from core.plugins import PluginHost
from tests.paths import ROOT, tracked_files

# Each exemption has its reason, and the tests fail when one is no longer needed.
STARTS_A_QUERY = {
    "core/changes.py": "compares an object that it holds with the row that stands",
}
UNNARROWED = {
    "core/policy.py": "seats and memberships, before it is known who asks",
    "core/coalitions/claims.py": "whoever opens an invitation has no seat yet",
    "core/coalitions/expiring.py": "what is over goes in all coalitions, whoever brought it",
    "core/coalitions/members.py": "asks whether an account opens another coalition too",
    "core/coalitions/applying.py": "whoever asks to join has no seat yet",
    "core/coalitions/leaving.py": "whose keys are destroyed must be nowhere else",
    "core/circles/ending.py": "an account that is erased, or set up by another's link, has seats in several coalitions",
    "core/upgrading.py": "seals the rows of all coalitions",
    "core/doctor.py": "looks at the files of all coalitions, for their uids only",
    "core/ending/erasing.py": "deletes a whole coalition",
    "core/files/store.py": "the same bytes may be kept by two coalitions",
    "core/notices/counting.py": "counts what waits for the seats of all coalitions",
    "core/notices/discretion.py": "how much a mail may say is asked before anybody acts",
    "core/notices/reminding.py": "looks at the seats of all coalitions, each then in its own context",
    "core/search/index.py": "keeps the words of all coalitions; what is found starts with visible()",
    "core/portable/taking.py": "the operator takes all of a coalition along; a person what visible() gives",
    "core/portable/completing.py": "finds the rows of the coalition that came in before, by command",
    "core/portable/importing.py": "the coordinators of the coalition that came in just now, by command",
}
WRITES = {
    "core/changes.py": "is change()",
    "core/audit.py": "adds a line, inside the transaction that is open; cuts old ones",
    "core/backup.py": "VACUUM INTO writes another file",
    "core/db.py": "empties the write-ahead log of SQLite, after a commit",
    "core/coalitions/links.py": "makes a link while its mail is written",
    "core/coalitions/expiring.py": "lists and invitations that are over, of which the job sees none, inside change()",
    "core/coalitions/lock.py": "ends all links of invitations in one statement, inside change()",
    "core/coalitions/members.py": "ends all representations of a person in one statement, inside change()",
    "core/coalitions/applying.py": "whoever asks to join has no seat yet",
    "core/coalitions/merging.py": "moves representations and parts, which have no version, inside change()",
    "core/coalitions/leaving.py": "destroys keys and blanks what they sealed, inside change(); empties the write-ahead "
                                  "log after it",
    "core/ending/erasing.py": "deletes a whole coalition, inside change()",
    "core/keyring.py": "the keyring, which is another database",
    "core/sealing.py": "ties the database to its keyring; saves a sealed row as peewee does",
    "core/sweeping.py": "blanks rows that nobody can read any more, by command",
    "core/upgrading.py": "seals what stood in clear, by command",
    "core/instance/health.py": "asks the database for its version and size, and writes nothing",
    "core/instance/plugins_seen.py": "remembers fingerprints of plugins, of no coalition",
    "core/circles/ending.py": "what ends with a role or an account, or is closed to it, inside change()",
    "core/notices/counting.py": "the kept number of what waits",
    "core/notices/ending.py": "feed and outbox of a role that ends, inside change()",
    "core/notices/jobs.py": "leases of jobs",
    "core/notices/outbox.py": "leases and ends of messages; an administrator's retry and drop, inside change()",
    "core/notices/posting.py": "a row of the outbox, inside the open change",
    "core/notices/reminding.py": "what was told, in one transaction with the notice itself",
    "core/notices/seen.py": "the moment up to which a person has seen the news, which stands in no audit",
    "core/portable/completing.py": "the names of private files, inside change()",
    "core/portable/importing.py": "sets what leads to later rows, inside change()",
    "core/people/accounts.py": "set-up links, ended sessions; the first administrator, for whom nobody is asked",
    "core/people/second_factor.py": "recovery codes, ended sessions, inside change(); the step a code was taken for",
    "core/people/tries.py": "counts wrong passwords and codes, and what has a limit",
    "core/people/sessions.py": "sessions",
    "core/search/index.py": "the words of search: inside change(), by upgrade and by doctor --reindex",
    "core/web/frame.py": "where the answer of a form led",
    "plugins/recommendations/imports/saving.py": "clears numbers that are about to move, inside change()",
}
MARKUP = {
    "core/web/panels.py": "what came out of the autoescaping environment is HTML already",
    "core/web/prose.py": "nh3 has cleaned it, with a short list of what may stand",
}
# The hour at which somebody works can give them away: beside a person stands moment_beside().
TELLS_AN_HOUR = {
    "core/language.py": "is format_moment()",
    "core/api.py": "gives it to plugins",
    "core/people/labels.py": "is moment_beside()",
    "core/web/errors.py": "until when a page is closed to the reader",
    "core/people/views.py": "the reader's own sessions",
    "core/auditing/views.py": "asks hidden_hours() for a whole page at once",
    "core/instance/views.py": "acts of administrators, to administrators",
    "core/coalitions/views.py": "when the reader was here last",
    "core/coalitions/claim_views.py": "until when something can be said, and no act of a person",
    "core/coalitions/one_time.py": "until when an address works, on the sheet of whoever made it",
    "core/ending/commands.py": "when a coalition will be gone, to who runs the server",
    "core/notices/views.py": "mails that wait, without whose they are",
}
SPEAKS_TO_BABEL = {
    "core/app.py": "sets it up",
    "core/language.py": "is the one place that speaks",
}
ASKS_PLUGINS = {
    "core/plugins.py": "is gather()",
    "core/plugin_author/answers.py": "watches what a plugin's hooks are asked, and asks none itself",
}

READING = {"select", "get", "get_or_none", "get_by_id", "filter", "raw"}
WRITING = {"create", "insert", "insert_many", "insert_from", "update", "delete", "replace_many", "get_or_create",
           "bulk_create", "bulk_update", "set_by_id", "delete_by_id", "truncate_table"}
SAVING = {"save", "delete_instance", "execute_sql"}
OPENS_CONNECTIONS = {
    "core/notices/sending.py": "hands mail to the one server that the settings name",
}
OUTSIDE_WORLD = {"socket", "ftplib", "smtplib", "imaplib", "telnetlib", "xmlrpc", "requests", "httpx", "aiohttp",
                 "urllib3"}


def code() -> list[str]:
    return [path for path in tracked_files() if path.endswith(".py") and path.startswith(("core/", "plugins/"))
            and "/tests/" not in path and "/migrations/" not in path and not path.startswith("core/testing/")]


@cache
def tree(path):
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def calls(path):
    """(name of the receiver, name of the method, line) of each call of a method."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver = node.func.value
            yield getattr(receiver, "id", getattr(receiver, "attr", "")), node.func.attr, node.lineno


def judged(found: dict[str, list], exempt: dict[str, str]):
    assert {path: what for path, what in found.items() if path not in exempt} == {}
    there = {path for path in exempt if (ROOT / path).exists()}
    assert there - set(found) == set(), "an exemption is no longer needed"


@pytest.fixture(scope="module")
def owned() -> set[str]:
    """The names of all owned models, core's and the plugins'."""
    host = PluginHost()
    host.load(Settings.plugins)
    return {model.__name__ for model in [*core_tables(), *host.said("tables")] if issubclass(model, Owned)}


def test_every_query_on_a_coalitions_rows_starts_with_visible(owned):
    assert {"Seat", "Membership", "Review"} <= owned
    found = {path: places for path in code()
             if (places := [f"{line}: {receiver}.{method}()" for receiver, method, line in calls(path)
                            if receiver in owned and method in READING])}
    judged(found, STARTS_A_QUERY)


def test_only_core_starts_a_query_without_the_coalition():
    found = {path: "unnarrowed()" for path in code()
             if any(isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) ==
                    "unnarrowed" for node in ast.walk(tree(path)))}
    judged(found, UNNARROWED)


def test_nothing_writes_outside_change():
    found = {path: places for path in code() if (places := [
        f"{line}: {receiver}.{method}()" for receiver, method, line in calls(path)
        if (method in WRITING and (receiver[:1].isupper() or receiver == "model"))
        or (method in SAVING and receiver not in ("document", "book", "image"))])}
    judged(found, WRITES)


def test_markup_is_made_in_the_named_places_only():
    found = {path: "Markup" for path in code() if any(
        isinstance(node, ast.alias) and node.name == "Markup" or getattr(node, "id", "") == "Markup"
        for node in ast.walk(tree(path)))}
    judged(found, MARKUP)


def imported(path) -> set[str]:
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def test_only_core_language_speaks_to_babel():
    found = {path: "flask_babel" for path in code()
             if any(name.partition(".")[0] == "flask_babel" for name in imported(path))}
    judged(found, SPEAKS_TO_BABEL)


def test_an_hour_is_told_in_the_named_places_only():
    found = {path: "format_moment" for path in code() if any(
        isinstance(node, ast.Name) and node.id == "format_moment" or isinstance(node, (ast.alias, ast.FunctionDef))
        and node.name == "format_moment" for node in ast.walk(tree(path)))}
    judged(found, TELLS_AN_HOUR)


def test_plugins_are_asked_through_gather_alone():
    found = {path: "hook" for path in code() if any(
        isinstance(node, ast.Attribute) and node.attr == "hook" for node in ast.walk(tree(path)))}
    judged(found, ASKS_PLUGINS)


def test_no_code_opens_a_connection_to_another_host():
    found = {path: names for path in code() if (names := {
        name for name in imported(path) if name.partition(".")[0] in OUTSIDE_WORLD
        or name.startswith(("urllib.request", "http.client"))})}
    judged(found, OPENS_CONNECTIONS)


def test_core_asks_for_no_plugin_by_name():
    names = {folder.name for folder in (ROOT / "plugins").iterdir() if (folder / "plugin.py").exists()}
    found = {path: sorted(words) for path in code() if path.startswith("core/") and (words := {
        node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and (node.value in names or node.value.partition(".")[0] in names) and " " not in node.value})}
    # The settings name what is loaded where nothing else is said.
    assert found.pop("core/config.py") == sorted(names & set(Settings.plugins))
    assert found == {}


def test_every_file_has_a_name_that_says_something():
    empty_words = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
    assert [path for path in code() if Path(path).stem in empty_words] == []
