"""`commonweal review` and `commonweal calendar`."""

import json
from pathlib import Path

import click

from core.cli import coalition_option, commonweal, json_option, say
from core.errors import Refused
from core.language import _, lazy, ngettext
from core.workflows.calendar_file import import_calendar
from core.workflows.moving import force, move
from core.workflows.reviews import add_review, only_review, reviews_of, state_here


@commonweal.group()
def review():
    """Reviews that a coalition follows."""


@review.command("add")
@coalition_option
@click.option("--session", type=int, help="Of the Working Group.")
@click.option("--cycle", type=int)
@click.option("--state", help="The State's name or code; without it the coalition's.")
@click.pass_obj
def review_add(instance, slug, session, cycle, state):
    """Follow one more review."""
    with instance.in_coalition(slug) as (_app, ctx):
        made = add_review(ctx, state_here(ctx, state) or state.upper() if state else None, session, cycle)
        click.echo(made.key)


@review.command("list")
@coalition_option
@json_option
@click.pass_obj
def review_list(instance, slug, as_json):
    """List the coalition's reviews, the newest first."""
    with instance.in_coalition(slug) as (_app, ctx):
        rows = [{"key": row.key, "state": row.state, "cycle": row.cycle, "session": row.wg_session,
                 "title": row.title} for row in reviews_of(ctx)]
    if as_json:
        click.echo(json.dumps({"reviews": rows}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo("\t".join(str(row[name] or "") for name in ("key", "state", "cycle", "session", "title")))


@review.command("stage")
@click.argument("stage")
@coalition_option
@click.option("--session", type=int, help="Of the Working Group; without it the coalition's only review.")
@click.option("--force", "is_forced", is_flag=True, help="Although a condition is not met; needs --reason.")
@click.option("--reason", default="", help="Why; it is kept.")
@click.pass_obj
def review_stage(instance, stage, slug, session, is_forced, reason):
    """Move a review on to STAGE. Example: commonweal review stage submission --coalition meridia"""
    with instance.in_coalition(slug) as (_app, ctx):
        chosen = only_review(ctx, session)
        if is_forced:
            force(ctx, chosen, stage, reason)
        else:
            move(ctx, chosen, stage)
        click.echo(chosen.stage)


@commonweal.group()
def calendar():
    """The calendar of the reviews."""


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def calendar_import(instance, file):
    """Put FILE in the shipped calendar's place. Example: commonweal calendar import upr_calendar.csv"""
    with instance.working() as (app, ctx):
        taken, wrong = import_calendar(ctx, file, app.settings.instance)
        for one in wrong:
            say(_("%(place)s: %(reason)s", place=str(one.place), reason=str(one.reason)))
        if wrong:
            raise Refused(lazy("Nothing was taken: the calendar before it stands. Correct the rows above."))
        say(ngettext("The calendar has %(num)d row now.", "The calendar has %(num)d rows now.", taken))
