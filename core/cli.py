"""The command `commonweal`: nouns, then verbs. Data to standard output, words to standard error.

Exit status: 0 all done, 1 done with refused rows named, 2 nothing done and a sentence why.
"""

import os
import sys
from contextlib import contextmanager
from pathlib import Path

import click

from core import db
from core.app import create_app, log_to
from core.coalitions.members import context_of
from core.coalitions.models import Coalition
from core.config import read_settings
from core.context import Context
from core.db import utc_now
from core.errors import NotDone, Refused
from core.language import lazy, speaking
from core.people.labels import by_address, zone_of
from core.plugins import PluginHost
from core.sealing import check_open

STATUS_DONE, STATUS_SOME_REFUSED, STATUS_NOTHING_DONE = 0, 1, 2

coalition_option = click.option("--coalition", "slug", required=True, metavar="SLUG",
                                help="The coalition's short name.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


class Refusal(click.ClickException):
    """A sentence on standard error, and status 2."""

    exit_code = STATUS_NOTHING_DONE

    def show(self, file=None):
        click.echo(self.message, err=True)


@contextmanager
def refusing():
    """What is refused inside ends the command, with the sentence in the language of the moment."""
    try:
        yield
    except NotDone as error:
        raise Refusal(str(error.sentence)) from None


class Instance:
    """What every command gets: the folder, and on demand the app and who acts."""

    def __init__(self, folder, acts_as):
        self.folder, self.acts_as = Path(folder), acts_as

    def settings(self):
        return read_settings(self.folder)

    def app(self, check_database=True):
        if not (self.folder / "secret").exists():
            raise Refused(lazy("There is no instance in %(folder)s. Make one: commonweal --instance %(folder)s init",
                               folder=str(self.folder)))
        return create_app(self.settings(), check_database)

    @contextmanager
    def working(self, check_database=True):
        """The app with an open database, speaking the actor's language; gives (app, ctx)."""
        app = self.app(check_database)
        with app.app_context(), db.connection():
            if check_database:
                check_open()
            ctx = self._context()
            with speaking(ctx.locale), refusing():      # further out, nobody knows the person's language any more
                yield app, ctx

    def _context(self):
        ctx = Context(via="command", now=utc_now())
        if self.acts_as is None:
            return ctx
        person = by_address(self.acts_as)
        if person is None:
            raise Refused(lazy("No account has the address %(address)s.", address=self.acts_as))
        return Context(person=person, via="command", now=utc_now(), locale=person.locale, zone=zone_of(person))

    @contextmanager
    def in_coalition(self, slug):
        """As working(), with the context of one coalition: of the operator, or of the person of --as."""
        with self.working() as (app, ctx):
            coalition = Coalition.get_or_none(Coalition.slug == slug)
            if coalition is None:
                known = ", ".join(row.slug for row in Coalition.select().order_by(Coalition.slug)) or "–"
                raise Refused(lazy("There is no coalition “%(slug)s”. There are: %(known)s.", slug=slug, known=known))
            inside = ctx.at(coalition) if ctx.person is None else context_of(ctx.person, coalition, ctx)
            if inside is None:
                raise Refused(lazy("%(address)s has no seat in this coalition.", address=self.acts_as))
            yield app, inside


class Commands(click.Group):
    """Core's commands, then those of the plugins that the instance has loaded, each under its plugin's name.

    Every refusal becomes its sentence and status 2.
    """

    def list_commands(self, context):
        return [*super().list_commands(context), *self._plugins(context)]

    def get_command(self, context, name):
        return super().get_command(context, name) or self._plugins(context).get(name)

    def _plugins(self, context):
        host = PluginHost()
        folder = Path(context.params.get("folder") or os.environ.get("COMMONWEAL_INSTANCE", "instance"))
        host.load(read_settings(folder).plugins, folder.resolve())
        return {name: click.Group(name, commands=loaded.said["commands"], help=str(loaded.manifest.title))
                for name, loaded in host.loaded.items() if loaded.said["commands"]}

    def make_context(self, *arguments, **more):
        with refusing():                                # --help reads the settings, for the plugins' commands
            return super().make_context(*arguments, **more)

    def invoke(self, context):
        with refusing():
            return super().invoke(context)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--instance", "folder", envvar="COMMONWEAL_INSTANCE", default="instance", show_default=True,
              is_eager=True, help="The folder of the installation.")
@click.option("--as", "acts_as", metavar="EMAIL", help="Act as this person, with that person's rights.")
@click.pass_context
def commonweal(context, folder, acts_as):
    """The server of a national coalition in the Universal Periodic Review."""
    log_to(sys.stderr)
    context.obj = Instance(folder, acts_as)


def say(sentence) -> None:
    """Words to the person at the terminal."""
    click.echo(str(sentence), err=True)
