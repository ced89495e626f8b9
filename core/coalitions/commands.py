"""`commonweal organisation` and `commonweal person`."""

import json
import sys
from pathlib import Path

import click

from core.audit import note
from core.cli import STATUS_SOME_REFUSED, coalition_option, commonweal, json_option, say
from core.coalitions import members, organisation_import
from core.coalitions.directory import as_csv
from core.coalitions.models import Membership
from core.coalitions.organisation_table import FIELDS
from core.db import transaction
from core.errors import Refused
from core.files.child import ask_child
from core.language import _, lazy
from core.notices.posting import post_to_coordinators, tell_of_link
from core.people import second_factor
from core.people.accounts import end_ways_in, link_hours, new_link
from core.people.labels import all_labels, by_address, own_or_kept
from core.policy import find, standing_seats
from core.tables.plain import plain_sheets
from core.tables.profiles import read_profile


@commonweal.group()
def organisation():
    """Organisations of a coalition."""


@organisation.command("add")
@click.argument("name")
@coalition_option
@click.option("--visibility", type=click.Choice(["named", "members", "withheld"]),
              help="What the organisation chose on paper; without it, its name is withheld until it chooses.")
@click.pass_obj
def organisation_add(instance, name, slug, visibility):
    """Add an organisation; prints its membership's uid as the last word. A NAME of - is read from standard input."""
    if name == "-":
        name = sys.stdin.readline()
    elif visibility == "withheld":
        say(_("The name stands in the list of processes and in the shell's history now. Next time give it on standard "
              "input: commonweal organisation add - …"))
    with instance.in_coalition(slug) as (_app, ctx):
        membership = members.add_organisation(ctx, name, visibility=visibility)
        click.echo(_("“%(name)s” is in the coalition: %(uid)s", name=name.strip(), uid=membership.uid))


@organisation.command("list")
@coalition_option
@json_option
@click.pass_obj
def organisation_list(instance, slug, as_json):
    """List the organisations with their memberships' uids; a keeper reads the names that they keep."""
    with instance.in_coalition(slug) as (_app, ctx):
        rows = [{"uid": membership.uid, "name": label} for membership, label in all_labels(ctx, "keeper")]
        if own_or_kept(ctx):
            note(ctx, "names.read", ctx.coalition)
    if as_json:
        click.echo(json.dumps({"organisations": rows}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['uid']}\t{row['name']}")


@organisation.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@coalition_option
@click.option("--profile", metavar="P", help="A .toml file that says which column is what; without it, it is guessed.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@json_option
@click.pass_obj
def organisation_import_command(instance, file, slug, profile, dry_run, as_json):
    """Bring a list of organisations in. Example: commonweal organisation import members.csv --coalition meridia"""
    with instance.in_coalition(slug) as (_app, ctx):
        mapping = read_profile(Path(profile).read_text(encoding="utf-8"), FIELDS) if profile else None
        plan, rows, problems = organisation_import.planned(ctx, ask_child(plain_sheets, file, {}), mapping)
        if not dry_run:
            organisation_import.bring_in(ctx, plan, rows, problems)
        _tell_plan(plan, dry_run, as_json)
    if plan.refused:
        raise SystemExit(STATUS_SOME_REFUSED)


def _tell_plan(plan, dry_run, as_json):
    for problem in plan.refused:
        say(_("Refused, %(place)s: %(reason)s", place=str(problem.place), reason=str(problem.reason)))
    for problem in plan.warned:
        say(_("Look at %(place)s: %(reason)s", place=str(problem.place), reason=str(problem.reason)))
    counts = {name: len(getattr(plan, name)) for name in ("new", "changed", "unchanged")}
    say(_("%(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused.", **counts,
          refused=len(plan.refused)) + (" " + _("Nothing was written: this was a trial.") if dry_run else ""))
    if as_json:
        entries = {name: [{"place": str(one.place), "reason": str(one.reason)} for one in getattr(plan, name)]
                   for name in ("refused", "warned")}
        click.echo(json.dumps({"form": "table", **counts, **entries}, ensure_ascii=False))


@organisation.command("export")
@coalition_option
@click.option("--door", type=click.Choice(["public", "members"]), default="public", show_default=True,
              help="public: the names that may stand outside, and the number of the others.")
@click.option("--out", type=click.Path(dir_okay=False), help="Without it, the bytes go to standard output.")
@click.pass_obj
def organisation_export(instance, slug, door, out):
    """Write the directory as .csv. Example: commonweal organisation export --coalition meridia --out directory.csv"""
    with instance.in_coalition(slug) as (_app, ctx):
        content = as_csv(ctx, door)
    if out:
        Path(out).write_bytes(content)
    elif sys.stdout.isatty():
        raise Refused(lazy("Choose a file with --out, or send the bytes on with > or |."))
    else:
        sys.stdout.buffer.write(content)


@commonweal.group()
def person():
    """People of a coalition."""


@person.command("add")
@click.argument("email")
@click.option("--name", required=True)
@coalition_option
@click.option("--role", required=True, help="coordinator, editor or member.")
@click.option("--organisation", "uid", metavar="UID", help="The membership's uid of the organisation they act for.")
@click.pass_obj
def person_add(instance, email, name, slug, role, uid):
    """Give a person a seat; prints a one-time set-up address."""
    if email == "-":
        email = sys.stdin.readline()
    with instance.in_coalition(slug) as (app, ctx):
        chosen = [find(ctx, Membership, uid)] if uid else []
        with transaction():
            _seat, token = members.add_person(ctx, email, name, role, chosen, app.settings.set_up_hours)
            post_to_coordinators(ctx, "roles-by-command")
        if token is None:
            say(_("The person has an account already, and signs in with the password they have."))
        else:
            say(_("Give this one-time address to the person; it lasts %(hours)d hours:",
                  hours=app.settings.set_up_hours))
            click.echo(f"{app.settings.address.rstrip('/')}/set-up/{token}")


@person.command("link")
@click.argument("email")
@click.pass_obj
def person_link(instance, email):
    """Print a one-time set-up address for an account whose password is lost; its sessions end.

    First make sure, by voice or face, that it is the person who asks. An EMAIL of - is read from standard input."""
    with instance.working() as (app, ctx):
        found = _account(email)
        with transaction():
            end_ways_in([found.id])
            for at in [ctx.at(seat.coalition) for seat in standing_seats(found)] or [ctx]:
                tell_of_link(at, found)
            token = new_link(ctx, found, link_hours(app.settings, found))
            _tell_coordinators(ctx, found)
        click.echo(f"{app.settings.address.rstrip('/')}/set-up/{token}")


def _account(email):
    found = by_address(sys.stdin.readline() if email == "-" else email)
    if found is None:
        raise Refused(lazy("No account has this address."))
    return found


def _tell_coordinators(ctx, found):
    for seat in standing_seats(found):
        post_to_coordinators(ctx.at(seat.coalition), "roles-by-command")


@person.command("reset-factor")
@click.argument("email")
@click.pass_obj
def person_reset_factor(instance, email):
    """Take a lost second factor from an account, which then signs in and sets up a new one.

    First make sure, by voice or face, that it is the person who asks. An EMAIL of - is read from standard input."""
    with instance.working() as (_app, ctx):
        found = _account(email)
        with transaction():
            second_factor.reset(ctx, found)
            _tell_coordinators(ctx, found)
        say(_("The second factor is gone, and the person is signed out. After the password they set up a new one."))
