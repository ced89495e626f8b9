"""`commonweal audit`: reads the audit by references, and takes old months out of it."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from core import audit
from core.auditing.exporting import COLUMNS, export, rows
from core.cli import coalition_option, commonweal, say
from core.errors import Forbidden, Refused
from core.language import _, lazy, ngettext
from core.policy import allowed

KEPT_MONTHS = 24

# Names come through the keepers' door, which is not here yet.
door_option = click.option("--door", type=click.Choice(["references"]), default="references", show_default=True,
                           help="Who is named: nobody, everyone by a reference.")


@commonweal.group("audit")
def audit_group():
    """Who did what, by references."""


@audit_group.command("list")
@coalition_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.pass_obj
def audit_list(instance, slug, as_json):
    """List what was done in a coalition, newest first. Example: commonweal audit list --coalition meridia"""
    with instance.in_coalition(slug) as (_app, ctx):
        _refuse_without(ctx, "audit.own")
        found = list(rows(ctx))
    if as_json:
        click.echo(json.dumps({"lines": [dict(zip(COLUMNS, row, strict=True)) for row in found]}))
    else:
        for row in found:
            click.echo("\t".join(row))


@audit_group.command("export")
@coalition_option
@door_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; without it, standard output.")
@click.pass_obj
def audit_export(instance, slug, door, out):
    """Write a coalition's audit as .csv. Example: commonweal audit export --coalition meridia --out audit.csv"""
    if out is None and sys.stdout.isatty():
        raise Refused(lazy("This is a file, and no terminal shows it. Name one with --out."))
    with instance.in_coalition(slug) as (_app, ctx):
        _refuse_without(ctx, "audit.export")
        content = export(ctx)
        if out is None:
            click.get_binary_stream("stdout").write(content)
        else:
            out.write_bytes(content)
            say(_("The audit is in %(file)s, by references.", file=str(out)))


@audit_group.command("cut")
@click.option("--months", type=click.IntRange(min=KEPT_MONTHS), default=KEPT_MONTHS, show_default=True,
              help="How many whole months stay.")
@click.pass_obj
def audit_cut(instance, months):
    """Take out the months that are older than two years; what stays still proves itself. Example: commonweal audit cut
    """
    with instance.working() as (_app, ctx):
        _refuse_without(ctx, "audit.cut")
        count = audit.cut(ctx, month_before(ctx.now, months))
        say(ngettext("%(num)d line is taken out of the audit.", "%(num)d lines are taken out of the audit.", count))


def month_before(now: datetime, months: int) -> datetime:
    """The first moment that stays: the beginning of the month this many months before this one."""
    month = now.year * 12 + now.month - 1 - months
    return datetime(month // 12, month % 12 + 1, 1)


def _refuse_without(ctx, permission):
    if not allowed(ctx, permission, ctx.coalition):
        raise Forbidden(lazy("You may not do this here. A coordinator of the coalition can, or can give you the role."))
