"""The command line: data to standard output, words to standard error, and the status says how it went."""

import json

import pytest

from core import db
from core.audit import AuditLine
from core.coalitions.models import Coalition, Organisation
from core.notices.models import Outbox
from core.people.models import Person


def lines():
    return [(line.action, line.actor, line.via) for line in AuditLine.select().order_by(AuditLine.number)]


@pytest.mark.database
def test_a_coalition_an_organisation_a_person_and_a_review_by_command(app, command):
    made = command("coalition", "create", "reedwater", "--state", "xrw", "--title", "Reedwater Coalition")
    assert (made.exit_code, made.stdout, made.stderr) == (
        0, "reedwater\n", "The coalition “Reedwater Coalition” is made.\n")
    added = command("organisation", "add", "-", "--coalition", "reedwater", "--visibility", "members",
                    input="Reedwater Clinic\n")
    assert added.exit_code == 0 and added.stdout.startswith("“Reedwater Clinic” is in the coalition: ")
    uid = added.stdout.split()[-1]
    person = command("person", "add", "-", "--name", "Rosa", "--coalition", "reedwater", "--role", "member",
                     "--organisation", uid, input="rosa@invented.example\n")
    assert person.exit_code == 0 and person.stdout.startswith("http://127.0.0.1:8000/set-up/")
    assert person.stderr == "Give this one-time address to the person; it lasts 72 hours:\n"
    assert command("review", "add", "--coalition", "reedwater", "--session", "48").stdout == "48\n"
    listed = [json.loads(command(*words, "--json").stdout) for words in (
        ("coalition", "list"), ("organisation", "list", "--coalition", "reedwater"),
        ("review", "list", "--coalition", "reedwater"))]
    assert listed == [
        {"coalitions": [{"slug": "reedwater", "state": "XRW", "title": "Reedwater Coalition"}]},
        {"organisations": [{"uid": uid, "name": "Reedwater Clinic"}]},
        {"reviews": [{"key": "48", "state": "XRW", "cycle": 4, "session": 48, "title": "XRW"}]}]
    assert {(actor, via) for _action, actor, via in lines()} == {("operator", "command")}


@pytest.mark.parametrize(("words", "said"), [
    (("review", "list", "--coalition", "nowhere"),
     "There is no coalition “nowhere”. There are: elsewhere, meridia.\n"),
    (("review", "add", "--coalition", "meridia", "--session", "48"),
     "The coalition follows the review of session 48 already.\n"),
    (("coalition", "create", "New One", "--state", "SVN", "--title", "T"),
     "“new one” cannot stand in an address. Use 1 to 40 small letters, digits and hyphens, such as “meridia”.\n"),
    (("coalition", "create", "one", "--state", "Atlantis", "--title", "T"),
     "“Atlantis” is no State known here. Use its name or its three-letter code, such as SVN.\n"),
    (("organisation", "add", "lanternwick LEGAL  aid", "--coalition", "meridia"),
     "“lanternwick LEGAL aid” is in the coalition already.\n"),
    (("person", "add", "no address", "--name", "N", "--coalition", "meridia", "--role", "member"),
     "“no address” is no e-mail address. It needs a name, an @ and a host, such as amina@example.org.\n"),
    (("person", "add", "rosa@invented.example", "--name", "Rosa", "--coalition", "meridia", "--role", "emperor"),
     "“emperor” is no role. The roles are: coordinator, editor, member.\n"),
    (("person", "add", "rosa@invented.example", "--name", "R", "--coalition", "meridia", "--role", "member",
      "--organisation", "nothing2here"), "There is nothing at this address, or it is not yours to see.\n"),
    (("--as", "nobody@invented.example", "review", "list", "--coalition", "meridia"),
     "No account has the address nobody@invented.example.\n"),
    (("--as", "zebulona.kvistgaard@invented.example", "review", "list", "--coalition", "meridia"),
     "zebulona.kvistgaard@invented.example has no seat in this coalition.\n"),
    (("--as", "mirela.saltonstowe@invented.example", "organisation", "add", "Theirs", "--coalition", "meridia"),
     "You may not do this here. A coordinator of the coalition can, or can give you the role.\n"),
    (("run", "--demo", "--host", "0.0.0.0"),
     "The demonstration is served on this machine only. Leave out --host, or --demo.\n"),
    (("demo",), "A real coalition lives here. The demonstration needs an instance of its own: commonweal --instance "
                "OTHER run --demo.\n"),
    (("init",), "This instance has an administrator already. Nothing was changed.\n"),
])
def test_what_is_refused_ends_with_status_2_one_sentence_and_nothing_changed(world, command, words, said):
    before = lines(), Organisation.select().count(), Person.select().count(), Coalition.select().count()
    result = command(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", said)
    assert (lines(), Organisation.select().count(), Person.select().count(), Coalition.select().count()) == before


def test_a_folder_without_an_instance_is_told_how_to_make_one(command, tmp_path):
    result = command("--instance", tmp_path / "none", "coalition", "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (f"There is no instance in {tmp_path / 'none'}. Make one: commonweal --instance "
                             f"{tmp_path / 'none'} init\n")


def test_a_plugin_that_cannot_be_loaded_takes_no_command_of_the_others(world, command, instance, write_plugin):
    write_plugin("beehive", "import click\n@hookimpl\ndef commands():\n"
                            "    return [click.Command('hum', callback=lambda: click.echo('hum'))]")
    (instance.instance / "commonweal.toml").write_text('plugins = ["vineyard", "beehive"]\n')
    listed = json.loads(command("plugin", "list", "--json").stdout)["plugins"]
    assert [(row["name"], row["loaded"]) for row in listed] == [("beehive", True), ("vineyard", False)]
    assert command("beehive", "hum").stdout == "hum\n"
    assert command("coalition", "list").exit_code == 0


def test_with_as_one_acts_with_ones_own_rights_and_it_is_marked(world, command):
    coordinator = world.meridia.coordinator
    result = command("--as", coordinator.address, "organisation", "add", "By Command", "--coalition", "meridia")
    assert result.exit_code == 0
    assert lines()[-1] == ("coalition.members", coordinator.seat.uid, "command")


@pytest.mark.parametrize("words", [(), ("coalition",), ("organisation", "add"), ("backup", "create"), ("doctor",)])
def test_every_command_tells_of_itself(command, words):
    told = command(*words, "--help")
    assert told.exit_code == 0 and "Usage: " in told.stdout


def test_help_lists_the_commands_of_this_instances_plugins(command, instance, write_plugin):
    write_plugin("beehive", "import click\n@hookimpl\ndef commands():\n    return [click.Command('hum')]")
    (instance.instance / "commonweal.toml").write_text('plugins = ["beehive"]\n')
    told = command("--help").stdout
    assert told.rstrip().endswith("\n  beehive       Title")


@pytest.mark.parametrize("words", [("--help",), ("doctor",), ("beehive", "hum")])
def test_settings_that_cannot_be_understood_are_one_sentence_for_every_command(command, instance, words):
    (instance.instance / "commonweal.toml").write_text("tone = 3\n")
    result = command(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "commonweal.toml names the setting tone, which does not exist. The settings are: " in result.stderr


def test_init_of_an_instance_that_is_lived_in_changes_no_setting(world, command, instance):
    settings = instance.instance / "commonweal.toml"
    with settings.open("a") as file:
        file.write('zone = "Europe/Zurich"\n')
    written = settings.read_text()
    assert command("init", "--address", "https://other.example").exit_code == 2
    assert settings.read_text() == written


def test_upgrade_refuses_a_newer_database_and_makes_no_backup_of_it(world, command, instance):
    db.runner("core", db.CORE_MIGRATIONS).History.create(name="0099_tomorrow")
    result = command("upgrade")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == ("The database is newer than the program: it has core/0099_tomorrow. Install the newer "
                             "program, or restore an older backup.\n")
    assert not instance.backups.exists()


def test_upgrade_says_at_the_end_what_is_not_well(world, command, instance):
    assert command("upgrade").stderr == "The database has the form of this program.\n"
    (instance.instance / "commonweal.toml").write_text('plugins = ["vineyard"]\n')
    result = command("upgrade")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("BAD  The settings name the plugin vineyard, and there is none")


def test_the_coordinators_are_told_of_a_role_that_was_given_by_command(cast, command):
    given = command("person", "add", "rosa@invented.example", "--name", "Rosa", "--coalition", "meridia", "--role",
                    "editor")
    assert given.exit_code == 0
    assert [(row.kind, row.person) for row in Outbox.select()] == [("roles-by-command", cast.coordinator.person)]
    refused = command("person", "add", "rosa@invented.example", "--name", "Rosa", "--coalition", "meridia", "--role",
                      "editor")
    assert (refused.exit_code, Outbox.select().count()) == (2, 1)
