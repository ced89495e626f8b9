"""`commonweal midterm …`: share, assess, agree, export, round list, round add."""

import json
import sys
from pathlib import Path

import click

from core.api import Membership, Refused, _, find, format_date, lazy, note, only_review
from core.cli import STATUS_SOME_REFUSED, say
from core.files.child import read_in_child
from core.tables.days import read_day
from plugins.midterm import entering, reporting, rounds, sharing
from plugins.midterm.rows_in import LIGHTS_TABLE

coalition_option = click.option("--coalition", "slug", required=True, metavar="SLUG", help="Its short name.")
session_option = click.option("--session", type=int, metavar="N", help="The review of this Working Group session.")
round_option = click.option("--round", "round_title", metavar="TITLE", help="The round; without it the newest.")
dry_option = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
organisation_option = click.option("--organisation", "uid", required=True, metavar="UID",
                                   help="The uid of the organisation's membership.")
file_argument = click.argument("file", type=click.Path(dir_okay=False))


@click.command()
@coalition_option
@organisation_option
@click.option("--numbers", required=True, metavar="1.1,1.2|all", help="All parts of a number are meant.")
@click.option("--due", metavar="DATE", help="By when, such as 2026-03-12.")
@session_option
@round_option
@dry_option
@json_option
@click.pass_obj
def share(instance, slug, uid, numbers, due, session, round_title, dry_run, as_json):
    """Give recommendations to an organisation to assess. Example: share --numbers 1.1,1.2 --due 2026-03-12"""
    day = read_day(due or "")
    with instance.in_coalition(slug) as (_app, ctx):
        review, membership = only_review(ctx, session), find(ctx, Membership, uid)
        chosen, unknown = sharing.recommendations_by_number(ctx, review, numbers)
        if not chosen:
            raise Refused(lazy("None of these numbers is in the review: %(numbers)s.", numbers=numbers))
        assessment_round = rounds.find_round(ctx, review, round_title)
        new, moved, unchanged = sharing.plan_share(ctx, assessment_round, chosen, membership, day)
        if not dry_run and (new or moved):
            sharing.share(ctx, review, assessment_round, chosen, membership, day)
        refused = [{"place": number, "reason": str(lazy("There is no recommendation %(number)s in this review.",
                                                        number=number))} for number in unknown]
        _finish("share", len(new), len(moved), unchanged, refused, as_json)


@click.command()
@file_argument
@coalition_option
@organisation_option
@session_option
@round_option
@dry_option
@json_option
@click.pass_obj
def assess(instance, file, slug, uid, session, round_title, dry_run, as_json):
    """Set an organisation's lights from FILE, with the columns number,part,light,light_in_practice,comment,evidence.

    Lights: worse, none, partial, implemented, no-information. An empty cell leaves what stands.
    """
    _enter(instance, file, slug, uid, session, round_title, dry_run, as_json)


@click.command()
@file_argument
@coalition_option
@session_option
@round_option
@dry_option
@json_option
@click.pass_obj
def agree(instance, file, slug, session, round_title, dry_run, as_json):
    """Set the coalition's agreed lights from FILE, with the same columns as for assess."""
    _enter(instance, file, slug, None, session, round_title, dry_run, as_json)


def _enter(instance, file, slug, uid, session, round_title, dry_run, as_json):
    if not Path(file).is_file():
        raise Refused(lazy("There is no file %(file)s.", file=file))
    with instance.in_coalition(slug) as (_app, ctx):
        membership = find(ctx, Membership, uid) if uid else None
        review = only_review(ctx, session)
        assessment_round = rounds.find_round(ctx, review, round_title)
        reading = read_in_child(LIGHTS_TABLE, file, {})
        plan = entering.make_plan(ctx, review, assessment_round, membership, list(reading.rows), reading.problems)
        if plan.does_something and not dry_run:
            # Nothing needs to be shared first: the first table that comes opens the first round.
            assessment_round = assessment_round or rounds.add_round(ctx, review, rounds.FIRST_TITLE)
            entering.carry_out(ctx, assessment_round, membership, plan)
        refused = [{"place": str(problem.place), "reason": str(problem.reason)} for problem in plan.refused]
        _finish("lights", plan.count("new"), plan.count("changed"), plan.count("unchanged"), refused, as_json)


def _finish(form, new, changed, unchanged, refused, as_json):
    """Counts and refused rows: words to standard error, with --json one object to standard output; then the status."""
    for row in refused:
        say(f"{row['place']}: {row['reason']}")
    say(_("%(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused.", new=new, changed=changed,
          unchanged=unchanged, refused=len(refused)))
    if as_json:
        click.echo(json.dumps({"form": form, "new": new, "changed": changed, "unchanged": unchanged,
                               "refused": refused, "warned": []}, ensure_ascii=False))
    if refused:
        raise SystemExit(STATUS_SOME_REFUSED)


@click.command()
@coalition_option
@click.option("--format", "form", required=True, type=click.Choice(reporting.ALL_FORMS))
@click.option("--door", type=click.Choice(reporting.DOORS), default="public", show_default=True,
              help="public: agreed words only; members: each organisation's light as well.")
@session_option
@round_option
@click.option("--import", "import_uid", metavar="UID", help="With matrix: the import whose file is filled.")
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE")
@click.pass_obj
def export(instance, slug, form, door, session, round_title, import_uid, out):
    """Write the annex, or with --format matrix the imported file, filled. Example: export --format docx --out a.docx"""
    if out is None and sys.stdout.isatty():
        raise Refused(lazy("A file does not belong on the terminal. Say where it goes: --out FILE."))
    with instance.in_coalition(slug) as (app, ctx):
        review = only_review(ctx, session)
        assessment_round = rounds.needed_round(ctx, review, round_title)
        made = reporting.export(ctx, review, assessment_round, form, app.settings.files, door, import_uid)
        note(ctx, "midterm.export", assessment_round)
        if out is None:
            sys.stdout.buffer.write(made.content)
            return
        Path(out).write_bytes(made.content)
        say(_("Written: %(file)s", file=out))


@click.group("round")
def round_group():
    """Rounds of assessing a review."""


@round_group.command("list")
@coalition_option
@session_option
@json_option
@click.pass_obj
def round_list(instance, slug, session, as_json):
    """List the rounds of a review, the newest first."""
    with instance.in_coalition(slug) as (_app, ctx):
        rows = [{"title": one.title, "opens_on": one.opens_on and one.opens_on.isoformat(),
                 "closes_on": one.closes_on and one.closes_on.isoformat()}
                for one in rounds.rounds_of(ctx, only_review(ctx, session))]
    if as_json:
        click.echo(json.dumps({"rounds": rows}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo("\t".join(row[name] or "" for name in ("title", "opens_on", "closes_on")))


@round_group.command("add")
@click.argument("title")
@coalition_option
@session_option
@click.option("--closes", metavar="DATE", help="The last day on which lights can be set.")
@click.pass_obj
def round_add(instance, title, slug, session, closes):
    """Add a round to a review; work goes on in it. Example: round add "Mid-term 2026" --coalition meridia"""
    day = read_day(closes or "")
    with instance.in_coalition(slug) as (_app, ctx):
        made = rounds.add_round(ctx, only_review(ctx, session), title, closes_on=day)
        say(_("The round “%(title)s” is open since %(day)s.", title=made.title, day=format_date(made.opens_on)))


COMMANDS = [share, assess, agree, export, round_group]
