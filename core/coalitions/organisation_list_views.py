"""The pages on which a list of organisations is brought in, and on which doubles are made one."""

from flask import Blueprint, current_app, render_template, request, url_for

from core.auditing.words import kind_words, models_by_table
from core.coalitions import merging
from core.coalitions.models import Membership, OrganisationFile
from core.coalitions.organisation_import import PlanDiffers, bring_in, choose_columns, keep_for_preview, opened, planned
from core.coalitions.organisation_table import FIELDS, proposed, unused_columns
from core.coalitions.organisations import HEADS, LISTS
from core.errors import Refused
from core.files.child import ask_child
from core.files.store import as_file
from core.language import _, lazy
from core.people.labels import labels
from core.policy import allowed, find
from core.tables.mapping import column_letters, column_name, heads, locate
from core.tables.plain import plain_sheets, sheets_from
from core.tables.profiles import kept, mapping_from
from core.web.frame import back_to, route, say

pages = Blueprint("organisation_lists", __name__)
SAMPLES = 3


@pages.get("/c/<coalition>/directory/import")
@route("coalition.members")
def import_page(ctx):
    return _import_page()


def _import_page(error=""):
    return render_template("coalitions/organisation_import.html", error=str(error),
                           fields=[str(one.title) for one in FIELDS], back=url_for("directory.directory"),
                           read_url=url_for("organisation_lists.read_file")), 422 if error else 200


@pages.post("/c/<coalition>/directory/import")
@route("coalition.members", limit="upload")
def read_file(ctx):
    """Read what was sent, keep it sealed for a day, and go on to the preview."""
    file, text = request.files.get("file"), request.form.get("text", "")
    try:
        if file is not None and file.filename:
            name, content = file.filename.replace("\\", "/").rsplit("/", 1)[-1][-200:], file.read()
        elif text.strip():
            name, content = _("pasted text") + ".csv", text.encode()
        else:
            raise Refused(lazy("Choose a file, or paste the table."))
        with as_file(content, name, current_app.settings.files) as path:
            stored = keep_for_preview(ctx, name, ask_child(plain_sheets, path, {}))
    except Refused as error:
        return _import_page(error)
    return back_to("organisation_lists.look", uid=stored.uid)


def _mapping_of(content):
    return mapping_from(content["mapping"], FIELDS) if content["mapping"] else None


@pages.get("/c/<coalition>/directory/import/<uid>")
@route("coalition.members", load=OrganisationFile)
def look(ctx, stored):
    """The preview: nothing is written before it is confirmed."""
    content = opened(ctx, stored)
    try:
        plan, _rows, _problems = planned(ctx, content["sheets"], _mapping_of(content))
        sheets = sheets_from(content["sheets"])
        unused = unused_columns(sheets, proposed(sheets, _mapping_of(content)))
    except Refused as error:
        say(error, kind="bad")
        return back_to("organisation_lists.mapping", uid=stored.uid)
    return render_template(
        "coalitions/organisation_preview.html", name=content["file"], plan=_shown(ctx, plan, unused),
        fingerprint=plan.fingerprint, confirm_url=url_for("organisation_lists.confirm", uid=stored.uid),
        mapping_url=url_for("organisation_lists.mapping", uid=stored.uid), stop=url_for("directory.directory"))


def _shown(ctx, plan, unused):
    named = labels(ctx, [item.membership for item in plan.changed])
    return {"refused": plan.refused, "warned": plan.warned, "unchanged_count": len(plan.unchanged),
            "unused": unused,
            "new": [{"name": row.name, "place": row.place, "ticked": row.name not in plan.doubtful,
                     "details": [_words(value) for name, value in row.profile.items() if name != "name"]}
                    for row in plan.new],
            "changed": [{"uid": item.membership.uid, "name": named[item.membership.id], "place": item.row.place,
                         "ticked": not item.renames,
                         "changes": [(str(HEADS[name]), _words(before), _words(item.row.profile[name]))
                                     for name, before in item.before.items()]} for item in plan.changed]}


def _words(value):
    return _(", ").join(value) if isinstance(value, list) else value


@pages.post("/c/<coalition>/directory/import/<uid>")
@route("coalition.members", load=OrganisationFile)
def confirm(ctx, stored):
    content = opened(ctx, stored)
    plan, rows, problems = planned(ctx, content["sheets"], _mapping_of(content))
    changed = {item.membership.uid for item in plan.changed} & set(request.form.getlist("take"))
    added = set(request.form.getlist("add"))            # by their places in what was shown
    new = {row.name for place, row in enumerate(plan.new) if str(place) in added}
    left_out = {*(item.membership.uid for item in plan.changed), *(row.name for row in plan.new)} - changed - new
    try:
        if plan.fingerprint != request.form.get("fingerprint"):
            raise PlanDiffers(lazy("The organisations have changed since you looked. Look again at what would happen "
                                   "now: nothing was written."))
        bring_in(ctx, plan, rows, problems, left_out, stored)
    except PlanDiffers as error:
        say(error, kind="care")
        return back_to("organisation_lists.look", uid=stored.uid)
    say(_("Brought in: %(new)d new, %(changed)d changed. %(refused)d stayed out.", new=len(new),
          changed=len(changed), refused=len(plan.refused) + len(left_out)))
    return back_to("directory.directory")


@pages.route("/c/<coalition>/directory/import/<uid>/mapping", methods=["GET", "POST"])
@route("coalition.members", load=OrganisationFile)
def mapping(ctx, stored):
    """Which column of the list is what."""
    content, error = opened(ctx, stored), ""
    if request.method == "POST":
        try:
            choose_columns(ctx, stored, kept(mapping_from(_sent_mapping(), FIELDS)))
            return back_to("organisation_lists.mapping" if request.form.get("again") else "organisation_lists.look",
                           uid=stored.uid)
        except Refused as refusal:
            error = str(refusal)
    return render_template("coalitions/organisation_mapping.html", name=content["file"], error=error,
                           table=_shown_mapping(content), stop=url_for("directory.directory")), 422 if error else 200


def _sent_mapping():
    form, row = request.form, request.form.get("header_row", "1").strip()
    plain: dict = {"sheet": form.get("sheet", ""), "header_row": int(row) if row.isdecimal() and len(row) < 6 else row,
                   "columns": {}, "values": {}, "split": {}}
    if form.get("again"):                       # these columns are not those of the chosen head
        return plain
    for place in range(len([name for name in form if name.startswith("head-")])):
        if field := form.get(f"field-{place}", ""):
            plain["columns"].setdefault(field, []).append(form.get(f"head-{place}", ""))
    plain["split"] = {name: sign for name in LISTS if (sign := form.get(f"split-{name}", ""))}
    return plain


def _shown_mapping(content):
    sheets = sheets_from(content["sheets"])
    made = proposed(sheets, _mapping_of(content))
    sheet, made = locate(sheets, made)
    names, row = heads(sheet, made.header_row), made.header_row
    known = [column_name(names, place) for place in range(len(names))]
    of_head = {head: name for name, columns in made.columns.items() for head in columns}
    below = sheet.rows[row:row + 50]
    return {"sheet": sheet.name, "header_row": row,
            "sheets": [{"name": one.name, "chosen": one is sheet} for one in sheets],
            "columns": [{"head": head, "letters": column_letters(place), "field": of_head.get(head, ""),
                         "samples": [line[place] for line in below if place < len(line) and line[place].strip()]
                         [:SAMPLES]} for place, head in enumerate(known)],
            "fields": [{"name": one.name, "title": str(one.title), "required": one.required} for one in FIELDS],
            "splits": [{"name": one.name, "title": str(one.title), "sign": made.split.get(one.name, "")}
                       for one in FIELDS if one.many and one.name in made.columns]}


@pages.get("/c/<coalition>/directory/doubles")
@route("coalition.members")
def duplicates(ctx):
    """Organisations that may be one, as far as they show their names."""
    return _doubles(ctx, "members", url_for("organisation_lists.kept_duplicates")
                    if allowed(ctx, "names.read", ctx.coalition) else "")


@pages.get("/c/<coalition>/directory/doubles/kept")
@route("names.read", fresh=True)
def kept_duplicates(ctx):
    """The same, with the names that this coordinator keeps: an organisation that a list brought in is among them until
    it has chosen how it is shown."""
    return _doubles(ctx, "keeper", "")


def _doubles(ctx, door, kept_url):
    found = merging.pairs(ctx, door)
    named = labels(ctx, [one for pair in found for one in pair], door)
    return render_template("coalitions/doubles.html", back=url_for("directory.directory"), kept_url=kept_url,
                           is_kept=door == "keeper", pairs=[
        {"one": named[one.id], "other": named[other.id],
         "url": url_for("organisation_lists.merge", uid=one.uid, other=other.uid)} for one, other in found])


@pages.route("/c/<coalition>/directory/doubles/<uid>/<other>", methods=["GET", "POST"])
@route("coalition.members", load=Membership, fresh=True)
def merge(ctx, membership, other):
    """Two side by side: which one stays, and what would become of what hangs on the other."""
    one, other = membership, find(ctx, Membership, other)
    ways, error = {one.uid: (one, other), other.uid: (other, one)}, ""
    if request.method == "POST":
        try:
            if request.form.get("stays") not in ways:
                raise Refused(lazy("Choose which one stays."))
            merging.merge(ctx, *ways[request.form["stays"]])
            say(_("The two are one now."))
            return back_to("organisations.organisation", uid=request.form["stays"])
        except Refused as refusal:
            error = str(refusal)
    named = merging.names_of(ctx, one, other)
    return render_template("coalitions/merge.html", error=error, back=url_for("organisation_lists.duplicates"),
                           both=[_side(ctx, named, *way) for way in ways.values()]), 422 if error else 200


def _side(ctx, named, stays, goes):
    """One way to do it: what becomes of the other where this one stays, or why it cannot."""
    content, models = {} if stays.is_withheld else stays.organisation.content() or {}, models_by_table()
    return {"uid": stays.uid, "label": named[stays.id], "other": named[goes.id],
            "url": url_for("organisations.organisation", uid=stays.uid),
            "reason": str(merging.why_not(ctx, stays, goes) or ""), "people": len(merging.acting_for(goes)),
            "is_filled": not goes.is_withheld,
            "hanging": [{"kind": kind_words(table := found.model._meta.table_name, models) or table,
                         "move": len(found.move), "doubles": len(found.doubles), "aside": len(found.aside)}
                        for found in merging.hanging(ctx, stays, goes)],
            "profile": [(str(title), _words(content[name])) for name, title in HEADS.items()
                        if name != "name" and content.get(name)]}
