"""The command `commonweal` with core's own commands. Plugins bring theirs by the hook `commands`."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from core import backup_commands, db, key_commands
from core.app import create_app, histories, refuse_wrong_database
from core.auditing import commands as auditing_commands  # noqa: F401 hangs its commands on the group
from core.cli import STATUS_SOME_REFUSED, coalition_option, commonweal, json_option, say
from core.coalitions import commands as coalition_commands  # noqa: F401 the same
from core.coalitions import lock, members
from core.coalitions.models import Coalition
from core.config import Settings, make_instance
from core.demonstration import load_demonstration
from core.doctor import examine
from core.ending import commands as ending_commands
from core.errors import Refused
from core.instance.plugins_seen import look_at_plugins
from core.language import _, lazy, lazy_plural, ngettext
from core.people.accounts import new_link
from core.people.models import Person
from core.plugin_author.checking import check_plugin
from core.plugin_author.migrating import write_migration
from core.plugin_author.writing import new_plugin
from core.plugins import PluginHost
from core.portable import commands as portable_commands
from core.search import searching
from core.search.index import reindex
from core.search.searching import models_of
from core.server import see_plugins, serve, stop_gracefully, work
from core.upgrading import seal_what_waits
from core.workflows import commands as workflow_commands  # noqa: F401 the same


@commonweal.command()
@click.option("--address", metavar="URL", help="Where people reach the server, such as https://upr.example.org.")
@click.option("--mail", metavar="URL", help="The mail server, such as smtp://user@mail.example.org; the password comes "
                                            "from COMMONWEAL_MAIL_PASSWORD, or a file.")
@click.pass_obj
def init(instance, address, mail):
    """Make the instance, and print a one-time address for the first administrator."""
    make_instance(instance.folder)
    _refuse_lived_in(instance)
    for name, value in (("address", address), ("mail", mail)):
        if value:
            _write_setting(instance.folder / "commonweal.toml", name, value)
    with instance.working(check_database=False) as (app, ctx):
        _bring_up(app)
        token = new_link(ctx, None, app.settings.set_up_hours)
        key_commands.tell_of_key_file(app.settings)
        say(_("The instance is in %(folder)s. Start it (commonweal run), then open this address once, within %(hours)d "
              "hours:", folder=str(instance.folder.resolve()), hours=app.settings.set_up_hours))
        click.echo(f"{app.settings.address.rstrip('/')}/set-up/{token}")


def _refuse_lived_in(instance):
    """Before settings and database are touched: `upgrade` makes a backup before it migrates, `init` does not."""
    with instance.working(check_database=False):
        if db.database.table_exists(Person) and Person.select().where(Person.is_administrator).exists():
            raise Refused(lazy("This instance has an administrator already. Nothing was changed."))


def _bring_up(app):
    """Migrate, and fill the words of search: only the program can fold them, and a plugin may have more to find."""
    done = db.migrate(histories(app))
    if done:
        reindex(models_of(app.host))
    return done


def _write_setting(path, name, value):
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = [line for line in written.splitlines() if not line.replace(" ", "").startswith(f"{name}=")]
    path.write_text("\n".join([f"{name} = {json.dumps(value)}", *lines]) + "\n", encoding="utf-8")


@commonweal.command()
@click.pass_obj
def upgrade(instance):
    """Bring the database to this program's form, after a backup: core first, then each plugin; then look as doctor."""
    with instance.working(check_database=False) as (app, ctx):
        missing, unknown = db.pending_migrations(histories(app))
        if unknown:
            refuse_wrong_database(app)
        if missing:
            backup_commands.back_up_before_upgrade(app, ctx)
        for name in _bring_up(app):
            say(_("Applied %(name)s.", name=name))
        if seal_what_waits(app.settings):
            key_commands.tell_of_key_file(app.settings)
            say(_("Names and addresses are sealed now. Older backups hold them in clear, the one from just now too: "
                  "destroy them all, as soon as you have seen that the server works."))
        look_at_plugins(ctx, app.host)
        say(_("The database has the form of this program."))
        bad = [finding for finding in examine(app) if not finding.is_well]
    for finding in bad:
        say(_line(finding))
    if bad:
        raise SystemExit(STATUS_SOME_REFUSED)


@commonweal.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Load the demonstration first; only on loopback.")
@click.pass_obj
def run(instance, host, port, demo):
    """Serve the pages. Example: commonweal run --port 8080"""
    own_machine, settings = host in ("127.0.0.1", "localhost", "::1"), instance.settings()
    if demo:
        if not own_machine:
            raise Refused(lazy("The demonstration is served on this machine only. Leave out --host, or --demo."))
        make_instance(instance.folder)
    if demo or own_machine and settings.address == Settings.address:
        settings = replace(settings, address=f"http://{host}:{port}")   # one-time addresses lead to this port
    if demo:
        with instance.working(check_database=False) as (app, ctx):
            _bring_up(app)
            _tell_demonstration(load_demonstration(ctx, app.host))
    app = create_app(settings) if (instance.folder / "secret").exists() else instance.app()
    see_plugins(app)
    say(_("Commonweal answers at %(address)s. Stop it with Ctrl+C.", address=f"http://{host}:{port}"))
    serve(app, host, port)


@commonweal.command()
@click.pass_obj
def worker(instance):
    """Do the jobs (mail, reminders) beside the web processes, until it is told to stop."""
    app = instance.app()
    stop_gracefully()                          # before it is said: whoever hears it may stop it at once
    say(_("The jobs are being done. Stop it with Ctrl+C."))
    work(app)


def _tell_demonstration(accounts):
    say(_("The demonstration's accounts, with passwords that are new at each start:"))
    for address, password, role in accounts:
        click.echo(f"  {address:22} {password}   ({role})")
    sys.stdout.flush()


@commonweal.command()
@click.pass_obj
def demo(instance):
    """Load the demonstration coalition, `demo`, and print its accounts."""
    with instance.working() as (app, ctx):
        _tell_demonstration(load_demonstration(ctx, app.host))


@commonweal.command()
@click.option("--files", is_flag=True, help="Read every byte of the files too, and compare it with what was brought.")
@click.option("--reindex", "anew", is_flag=True, help="First make the words of search anew.")
@click.pass_obj
def doctor(instance, files, anew):
    """Look at settings, database, migrations, audit chain, files, search and plugins."""
    with instance.working(check_database=False) as (app, _ctx):
        if anew:
            refuse_wrong_database(app)
            say(lazy_plural("Search: the words of %(num)d text were missing or old.",
                            "Search: the words of %(num)d texts were missing or old.", reindex(models_of(app.host))))
        found = examine(app, files)
    for finding in found:
        click.echo(_line(finding))
    if not all(finding.is_well for finding in found):
        raise SystemExit(STATUS_SOME_REFUSED)


def _line(finding):
    return f"{'ok  ' if finding.is_well else 'BAD '} {finding.words}"


@commonweal.group()
def coalition():
    """Coalitions of this instance."""


coalition.add_command(portable_commands.coalition_export)
coalition.add_command(portable_commands.coalition_import)
coalition.add_command(ending_commands.coalition_delete)


@coalition.command("create")
@click.argument("slug")
@click.option("--state", required=True, help="The State's name or three-letter code.")
@click.option("--title", required=True)
@click.pass_obj
def coalition_create(instance, slug, state, title):
    """Make a coalition. Example: commonweal coalition create meridia --state SVN --title "Meridia UPR Coalition\""""
    with instance.working() as (_app, ctx):
        made = members.make_coalition(ctx, slug, state, title)
        say(_("The coalition “%(title)s” is made.", title=made.title))
        click.echo(made.slug)


@coalition.command("list")
@json_option
@click.pass_obj
def coalition_list(instance, as_json):
    """List the coalitions."""
    with instance.working() as (_app, _ctx):
        rows = [{"slug": row.slug, "state": row.state, "title": row.title}
                for row in Coalition.select().order_by(Coalition.slug)]
    if as_json:
        click.echo(json.dumps({"coalitions": rows}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['slug']}\t{row['state']}\t{row['title']}")


@coalition.command("lock")
@click.argument("slug")
@click.pass_obj
def coalition_lock(instance, slug):
    """Close a coalition at once: signs its people out, closes its pages, stops its mails."""
    with instance.in_coalition(slug) as (_app, ctx):
        lock.lock(ctx)
        say(_("The coalition is locked. To open it: commonweal coalition unlock %(slug)s", slug=slug))


@coalition.command("unlock")
@click.argument("slug")
@click.pass_obj
def coalition_unlock(instance, slug):
    """Open a locked coalition again."""
    with instance.in_coalition(slug) as (_app, ctx):
        lock.unlock(ctx)
        say(_("The coalition is open again. Everybody signs in anew; one-time addresses have to be made anew."))


@commonweal.command()
@click.argument("words")
@coalition_option
@json_option
@click.pass_obj
def search(instance, words, slug, as_json):
    """Look for a phrase; its last word may be a beginning. Example: commonweal search 140.1 --coalition meridia"""
    with instance.in_coalition(slug) as (app, ctx):
        found = searching.search(ctx, app.host, words, most=None)
        rows = [{"group": group.title, "title": _plain(hit.title), "text": _plain(hit.text), "detail": hit.detail}
                for group in found.groups for hit in group.hits]
    for name in found.gaps:
        say(lazy("The part of the plugin %(name)s could not be shown.", name=name))
    if as_json:
        click.echo(json.dumps({"count": found.count, "hits": rows}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo("\t".join(row.values()))


def _plain(pieces):
    return "".join(text for text, _is_found in pieces)


@commonweal.group()
def plugin():
    """Plugins of this instance."""


@plugin.command("list")
@json_option
@click.pass_obj
def plugin_list(instance, as_json):
    """List the plugins: what runs, and what does not and why."""
    app = instance.app(check_database=False)
    rows = [{"name": name, "version": loaded.manifest.version, "title": str(loaded.manifest.title), "loaded": True,
             "reason": None} for name, loaded in app.host.loaded.items()]
    rows += [{"name": name, "version": None, "title": None, "loaded": False, "reason": str(words)}
             for name, words in app.host.refused.items()]
    if as_json:
        click.echo(json.dumps({"plugins": rows}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['name']}\t{row['version'] or '–'}\t{row['reason'] or row['title']}")


@plugin.command("new")
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path),
              help="The folder to write it in; without it, plugins/ of the instance.")
@click.pass_obj
def plugin_new(instance, name, into):
    """Write a plugin that runs and passes its own tests. Example: commonweal plugin new boards"""
    folder = new_plugin(name, into or instance.folder / "plugins", commonweal.commands)
    named = json.dumps([*instance.settings().plugins, name])
    say(_("The plugin is in %(folder)s. To run it, write this line into commonweal.toml, then: commonweal upgrade",
          folder=str(folder)))
    say(f"    plugins = {named}")
    say(_("To try it: commonweal plugin check %(folder)s", folder=str(folder)))
    click.echo(str(folder))


@plugin.command("migration")
@click.argument("name")
@click.argument("words")
@click.pass_obj
def plugin_migration(instance, name, words):
    """Write the plugin's next migration, from its models. Example: commonweal plugin migration boards add_a_date"""
    PluginHost().load((), instance.folder.resolve())        # makes the instance's own plugins importable
    plugins = tuple(dict.fromkeys([*instance.settings().plugins, name]))
    click.echo(str(write_migration(name, words, plugins)))
    say(_("Read it, and mend what it cannot know. Then: commonweal upgrade"))


@plugin.command("check")
@click.argument("path", type=click.Path(exists=True, file_okay=False))
def plugin_check(path):
    """Try the plugin in PATH against the contract. Example: commonweal plugin check instance/plugins/boards"""
    found = check_plugin(path)
    for finding in found:
        click.echo(str(finding))
    if wrong := sum(not finding.is_well for finding in found):
        say(ngettext("%(num)d thing to put right.", "%(num)d things to put right.", wrong))
        raise SystemExit(STATUS_SOME_REFUSED)
    say(_("All is well with this plugin."))


def main() -> None:
    commonweal(prog_name="commonweal")
