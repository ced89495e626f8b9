"""`commonweal coalition delete`."""

import click

from core.cli import say
from core.coalitions.models import Coalition
from core.demonstration import delete_demonstration
from core.ending import asking
from core.ending.erasing import counts
from core.language import _, format_moment


@click.command("delete")
@click.argument("slug")
@click.option("--call-off", is_flag=True, help="It stays: end the seven days, or the question.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.pass_obj
def coalition_delete(instance, slug, call_off, dry_run):
    """Delete a coalition in seven days, of which all its people hear; its coordinators can call it off. The
    demonstration goes at once. Example: commonweal coalition delete meridia"""
    with instance.in_coalition(slug) as (app, ctx):
        rows, files, keys = counts(app, ctx.coalition)
        if dry_run:
            say(_("%(rows)d rows, %(files)d files and %(keys)d keys to names would go. Nothing was written: this was a "
                  "trial.", rows=rows, files=files, keys=keys))
        elif call_off:
            asking.call_off(ctx)
            say(_("It is called off. The coalition stays."))
        elif ctx.coalition.is_demonstration:
            delete_demonstration(ctx, app)
            say(_("The demonstration is deleted, with its accounts."))
        elif asking.ask(ctx):
            day = format_moment(Coalition.get_by_id(ctx.coalition.id).ends_at, "long")
            say(_("The coalition is deleted after %(moment)s: %(rows)d rows, %(files)d files and %(keys)d keys to "
                  "names. Everybody in it is told. To call it off: commonweal coalition delete %(slug)s --call-off",
                  moment=day, rows=rows, files=files, keys=keys, slug=slug))
        else:
            say(_("You have asked for it. Nothing happens until another coordinator confirms it."))
