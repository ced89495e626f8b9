"""`commonweal recommendations …`: import, positions, export, undo, profile."""

import json
import sys
from pathlib import Path

import click

from core.api import Refused, _, find, lazy, ngettext, note, only_review, reviews_of, visible
from core.cli import STATUS_SOME_REFUSED, say
from core.files.child import ask_child
from core.tables.days import read_day
from core.tables.profiles import kept, mapping_from, read_profile, write_profile
from plugins.recommendations.exporting import WRITERS, export
from plugins.recommendations.imports.importing import bring_in, drafted
from plugins.recommendations.imports.profiles import find_profile
from plugins.recommendations.imports.sources import Sources
from plugins.recommendations.imports.undoing import take_back
from plugins.recommendations.models import Import
from plugins.recommendations.readers.fields import FIELDS
from plugins.recommendations.readers.table import propose

coalition_option = click.option("--coalition", "slug", required=True, metavar="SLUG",
                                help="The coalition's short name.")
session_option = click.option("--session", type=click.IntRange(1, 999), metavar="N",
                              help="The Working Group session of the review.")
dry_option = click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@click.command("import")
@click.argument("file", type=click.Path())
@coalition_option
@session_option
@click.option("--form", help="matrix, report, table or commonweal; without it the file tells.")
@click.option("--profile", metavar="P", help="A saved mapping, or a .toml file, for a table of your own.")
@dry_option
@json_option
@click.pass_obj
def import_command(instance, file, slug, session, form, profile, dry_run, as_json):
    """Bring recommendations in. Example: commonweal recommendations import matrix.docx --coalition meridia"""
    with instance.in_coalition(slug) as (app, ctx):
        settings = {"session": session, "state": ctx.coalition.state, "form": form}
        if profile:
            settings.update(form="table", mapping=kept(_mapping(ctx, profile)))
        _bring_in(app, ctx, file, "recommendations", settings, dry_run, as_json)


@click.command("positions")
@click.argument("file", type=click.Path())
@coalition_option
@session_option
@click.option("--said-on", metavar="DATE", help="The day of the reply, such as 2025-02-20.")
@click.option("--source", help="The document, such as A/HRC/59/15/Add.1.")
@dry_option
@json_option
@click.pass_obj
def positions_command(instance, file, slug, session, said_on, source, dry_run, as_json):
    """Set positions from the State's reply. Example: commonweal recommendations positions reply.txt --coalition c"""
    with instance.in_coalition(slug) as (app, ctx):
        day = read_day(said_on or "")
        settings = {"session": session, "state": ctx.coalition.state, "source": source,
                    "said_on": day and day.isoformat()}
        _bring_in(app, ctx, file, "positions", settings, dry_run, as_json)


def _bring_in(app, ctx, file, subject, settings, dry_run, as_json):
    settings = {name: value for name, value in settings.items() if value}
    sources = Sources.of(app, ctx)
    reading = sources.read(file, subject, settings)
    if subject == "positions" and reading.symbol:
        settings.setdefault("source", reading.symbol)
    # A reply belongs to a review that stands; an import makes the one that is missing.
    here = only_review(ctx, settings.get("session") or reading.session) if subject == "positions" else None
    if here is not None:
        settings["into"] = here.uid
    draft = drafted(ctx, reading, settings, here)
    if not dry_run:
        bring_in(ctx, sources, draft, Path(file).name, Path(file).read_bytes())
    _tell(draft, dry_run, as_json)
    if draft.plan.refused:
        sys.exit(STATUS_SOME_REFUSED)


def _tell(draft, dry_run, as_json):
    plan = draft.plan
    for refusal in plan.refused:
        say(_("Refused, %(place)s: %(reason)s", place=str(refusal.place), reason=str(refusal.reason)))
    for problem in plan.warned:
        say(_("Look at %(place)s: %(reason)s", place=str(problem.place), reason=str(problem.reason)))
    if draft.target.is_new and not dry_run:
        say(_("A new review was made: %(title)s, session %(session)s.", title=draft.target.review.title,
              session=draft.target.review.key))
    if plan.missing:
        say(ngettext("%(num)d recommendation of the collection is not in the file; nothing happened to it.",
                     "%(num)d recommendations of the collection are not in the file; nothing happened to them.",
                     len(plan.missing)))
    counts = {"new": len(plan.new), "changed": len(plan.changed), "unchanged": len(plan.unchanged)}
    say(_("%(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused.", **counts,
          refused=len(plan.refused)) + (" " + _("Nothing was written: this was a trial.") if dry_run else ""))
    if as_json:
        click.echo(json.dumps({"form": draft.reading.form, **counts, "refused": [_entry(one) for one in plan.refused],
                               "warned": [_entry(one) for one in plan.warned]}, ensure_ascii=False))


def _entry(problem):
    return {"place": str(problem.place), "reason": str(problem.reason)}


@click.command("export")
@coalition_option
@session_option
@click.option("--format", "form", type=click.Choice(list(WRITERS)), required=True)
@click.option("--out", type=click.Path(dir_okay=False), help="Without it, the bytes go to standard output.")
@click.pass_obj
def export_command(instance, slug, session, form, out):
    """Write the recommendations of a review. Example: commonweal recommendations export --coalition c --format json"""
    with instance.in_coalition(slug) as (_app, ctx):
        review = only_review(ctx, session)
        content = export(ctx, review, form)
        note(ctx, "recommendations.see", review)
    if out:
        Path(out).write_bytes(content)
    elif sys.stdout.isatty():
        raise Refused(lazy("Choose a file with --out, or send the bytes on with > or |."))
    else:
        sys.stdout.buffer.write(content)


@click.command("undo")
@coalition_option
@click.option("--import", "uid", metavar="UID", help="The import; without it the newest is meant, and only named.")
@click.pass_obj
def undo_command(instance, slug, uid):
    """Take an import back as a whole. Example: commonweal recommendations undo --coalition meridia --import 7k2m…"""
    with instance.in_coalition(slug) as (_app, ctx):
        if not uid:
            raise Refused(_imports_to_choose(ctx))
        done = take_back(ctx, find(ctx, Import, uid))
        say(_("Taken back: %(gone)d are gone, %(restored)d have their earlier values.", gone=done.gone,
              restored=done.restored))
        if done.kept:
            say(_("These were touched since, and stay: %(numbers)s.", numbers=", ".join(done.kept)))


def _imports_to_choose(ctx):
    lines = [f"{one.uid}  {one.at:%Y-%m-%d %H:%M}  {one.form}  {one.file.name}" for review in reviews_of(ctx)
             for one in visible(ctx, Import).where(Import.review == review, Import.undone_at.is_null())
             .order_by(Import.id.desc())]
    return lazy("Say which import, with --import UID:\n%(imports)s", imports="\n".join(lines) or "–")


@click.command("profile")
@click.argument("file", type=click.Path())
@click.pass_obj
def profile_command(instance, file):
    """Print the guessed mapping of a table, to keep. Example: commonweal recommendations profile our.xlsx"""
    guess = ask_child(propose, file, {"reference_folder": str(instance.folder.resolve() / "reference")})
    click.echo(write_profile(mapping_from(guess["mapping"], FIELDS)), nl=False)


def _mapping(ctx, profile):
    path = Path(profile)
    if path.suffix == ".toml" or path.exists():
        if not path.exists():
            raise Refused(lazy("There is no mapping %(file)s. Check the name and the folder.", file=profile))
        return read_profile(path.read_text(encoding="utf-8"), FIELDS)
    return read_profile(find_profile(ctx, profile).toml, FIELDS)


COMMANDS = [import_command, positions_command, export_command, undo_command, profile_command]
