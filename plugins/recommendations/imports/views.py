"""The pages of an import: choose a file, look at what would happen, bring it in, take it back."""

from flask import current_app, render_template, request, url_for

from core.api import Refused, _, lazy, moment_beside, ngettext, seat_labels
from core.files.child import ask_child
from core.files.store import StoredFile, as_file, with_suffix
from core.tables.days import read_day
from core.tables.profiles import kept, mapping_from, read_profile
from core.web.forms import small_number
from core.web.frame import back_to, review_here, route, say
from plugins.recommendations.imports.importing import (
    PlanDiffers,
    bring_in,
    choose,
    drafted,
    imports_of,
    keep_for_preview,
    preview,
)
from plugins.recommendations.imports.mapping_page import mapping_of_form, shown_mapping
from plugins.recommendations.imports.profiles import find_profile, profiles_of, save_profile
from plugins.recommendations.imports.shown import sections_without_position, shown_plan
from plugins.recommendations.imports.sources import Sources
from plugins.recommendations.imports.undoing import take_back
from plugins.recommendations.models import Import
from plugins.recommendations.positions import POSITION_WORDS
from plugins.recommendations.readers.fields import FIELDS
from plugins.recommendations.readers.table import NO_WORDING, propose
from plugins.recommendations.views import pages

SUBJECTS = ("recommendations", "positions")


def _sources(ctx):
    return Sources.of(current_app, ctx)


@pages.get("/import")
@route("recommendations.import")
def import_page(ctx):
    return _import_page(ctx)


def _import_page(ctx, error=None, status=200):
    review = review_here(ctx)
    made = imports_of(ctx, review) if review else []
    names = seat_labels(ctx, [one.seat_id for one in made])
    key = review.key if review else None
    return render_template(
        "recommendations/import.html", error=str(error) if error else "",
        typed={name: request.form.get(name, "") for name in ("subject", "text", "session", "said_on", "source")},
        read_url=url_for("recommendations.read_file", review=key),
        list_url=url_for("recommendations.index", review=key),
        imports=[{"name": one.file.name, "when": moment_beside(ctx, one.seat_id, one.at),
                  "by": names.get(one.seat_id, _("by command")),
                  "counts": _counts_of(one), "is_undone": one.undone_at is not None,
                  "undo_url": url_for("recommendations.undo_import", uid=one.uid)} for one in made]), status


def _counts_of(one):
    return _("%(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused", new=one.new_count,
             changed=one.changed_count, unchanged=one.unchanged_count, refused=one.refused_count)


@pages.post("/import")
@route("recommendations.import", limit="upload")
def read_file(ctx):
    """Read what was sent, keep it for a day, and go on to the preview."""
    sources, here = _sources(ctx), review_here(ctx)
    try:
        name, content = _sent()
        settings = _settings(ctx, here)
        subject = settings["subject"]
        with as_file(content, name, sources.files) as path:
            reading = sources.read(path, subject, settings)
        settings["form"] = reading.form
        if subject == "positions" and reading.symbol:
            settings.setdefault("source", reading.symbol)
        drafted(ctx, reading, settings, here)
    except Refused as error:
        if error.sentence != NO_WORDING:
            return _import_page(ctx, error, 422)
        stored = keep_for_preview(ctx, sources, name, content, {**settings, "form": "table"})
        say(error, kind="care")
        return back_to("recommendations.mapping", uid=stored.uid, review=here.key if here else None)
    stored = keep_for_preview(ctx, sources, name, content, settings)
    return back_to("recommendations.look", uid=stored.uid, review=here.key if here else None)


def _sent():
    """(name, bytes) of the file or of the text that was pasted."""
    file, text = request.files.get("file"), request.form.get("text", "")
    if file is not None and file.filename:
        return file.filename.replace("\\", "/").rsplit("/", 1)[-1][-200:], file.read()
    if text.strip():
        return _("pasted text") + ".txt", text.encode()
    raise Refused(lazy("Choose a file, or paste a text."))


def _settings(ctx, here):
    session, subject = request.form.get("session", "").strip(), request.form.get("subject", SUBJECTS[0])
    number = small_number(session)
    if session and not (number and number < 1000):
        raise Refused(lazy("The session is a whole number, such as 48; or leave it empty."))
    settings = {"subject": subject if subject in SUBJECTS else SUBJECTS[0], "state": ctx.coalition.state,
                "session": number, "near_session": here.wg_session if here else None}
    if subject == "positions":
        day = read_day(request.form.get("said_on", ""))
        settings |= {"said_on": day and day.isoformat(), "source": request.form.get("source", "").strip()}
    return {name: value for name, value in settings.items() if value}


@pages.get("/import/<uid>")
@route("recommendations.import", load=StoredFile)
def look(ctx, stored):
    """The preview: nothing is written before it is confirmed."""
    here = review_here(ctx)
    try:
        draft = preview(ctx, _sources(ctx), stored, here)
    except Refused as error:
        if stored.settings.get("form") != "table" or stored.expires_at is None:
            raise
        say(error, kind="bad")
        return back_to("recommendations.mapping", uid=stored.uid, review=here.key if here else None)
    target = draft.target
    chosen = stored.settings.get("positions") or {}
    reader = next((one for one in _sources(ctx).readers if one.name == draft.reading.form), None)
    values = {name: url_for(endpoint, uid=stored.uid, review=here.key if here else None) for name, endpoint in (
        ("confirm", "recommendations.confirm"), ("choices", "recommendations.choices"),
        ("mapping", "recommendations.mapping"))}
    return render_template(
        "recommendations/preview.html", name=stored.name, form_title=str(reader.title) if reader else "",
        row_count=len(draft.reading.rows), is_reply=draft.is_reply, fingerprint=draft.fingerprint,
        plan=shown_plan(draft.plan, ctx.locale), writes_nothing=draft.plan.writes_nothing,
        target=_review_words(target.review), is_new_review=target.is_new,
        choices=[{"value": "new" if one.id is None else one.uid, "words": _choice_words(one),
                  "chosen": one is target.review} for one in (target.review, *target.others)] if target.others else [],
        sections=[{"name": section, "count": count, "chosen": chosen.get(section, "")} for section, count in
                  sections_without_position(draft.reading, chosen).items()],
        positions=[{"value": value, "words": str(words)} for value, words in POSITION_WORDS.items() if value],
        urls={**values, "mapping": values["mapping"] if draft.reading.form == "table" else "",
              "stop": url_for("recommendations.index", review=here.key if here else None)})


def _choice_words(review):
    words = _review_words(review)
    return _("a new review: %(review)s", review=words) if review.id is None else \
        _("into the review %(review)s", review=words)


def _review_words(review):
    if review.wg_session:
        return _("%(title)s, session %(session)s", title=review.title, session=review.wg_session)
    return review.title


@pages.post("/import/<uid>")
@route("recommendations.import", load=StoredFile)
def confirm(ctx, stored):
    here, sources = review_here(ctx), _sources(ctx)
    draft = preview(ctx, sources, stored, here)
    left_out = {item.standing.uid for item in draft.plan.changed} - set(request.form.getlist("take"))
    try:
        if draft.fingerprint != request.form.get("fingerprint"):
            raise PlanDiffers(lazy("What would happen is not what you saw: the collection has changed since. Look "
                                   "again; nothing was written."))
        made = bring_in(ctx, sources, draft, stored.name, b"", left_out=left_out, stored=stored)
    except Refused as error:
        say(error, kind="care")
        return back_to("recommendations.look", uid=stored.uid, review=here.key if here else None)
    if made is None:
        say(_("The file holds nothing new. Nothing was written."))
    else:
        say(_("Brought in: %(new)d new, %(changed)d changed. %(refused)d stayed out.", new=made.new_count,
              changed=made.changed_count, refused=made.refused_count),
            undo={"url": url_for("recommendations.undo_import", uid=made.uid), "fields": {},
                  "label": _("Take this import back")})
    return back_to("recommendations.index", review=draft.target.review.key)


@pages.post("/import/<uid>/choices")
@route("recommendations.import", load=StoredFile)
def choices(ctx, stored):
    """Read the file with the positions of its sections, or into another review."""
    here = review_here(ctx)
    positions = {name.removeprefix("position-"): value for name, value in request.form.items()
                 if name.startswith("position-") and value in POSITION_WORDS}
    choose(ctx, stored, positions=positions or stored.settings.get("positions"),
           into=request.form.get("into") or stored.settings.get("into"))
    return back_to("recommendations.look", uid=stored.uid, review=here.key if here else None)


@pages.route("/import/<uid>/mapping", methods=["GET", "POST"])
@route("recommendations.import", load=StoredFile)
def mapping(ctx, stored):
    """Which column of somebody's own table is what."""
    here, error, status = review_here(ctx), "", 200
    review = here.key if here else None
    if request.method == "POST":
        try:
            if request.form.get("use"):
                made = read_profile(find_profile(ctx, request.form.get("profile", "")).toml, FIELDS)
            else:
                made = mapping_from(mapping_of_form(request.form), FIELDS)
            choose(ctx, stored, mapping=kept(made), form="table")
            if request.form.get("again"):
                return back_to("recommendations.mapping", uid=stored.uid, review=review)
            if request.form.get("save_as", "").strip():
                save_profile(ctx, request.form["save_as"], made)
                say(_("The mapping is kept as “%(name)s”.", name=request.form["save_as"].strip()))
            return back_to("recommendations.look", uid=stored.uid, review=review)
        except Refused as refusal:
            error, status = str(refusal), 422
    sources = _sources(ctx)
    with with_suffix(sources.files, stored.sha256, stored.name) as path:
        proposal = _proposal(path, {**stored.settings, "reference_folder": str(sources.reference)})
    return render_template(
        "recommendations/mapping.html", name=stored.name, error=error, table=shown_mapping(proposal),
        profiles=[profile.name for profile in profiles_of(ctx)],
        urls={"here": url_for("recommendations.mapping", uid=stored.uid, review=review),
              "stop": url_for("recommendations.index", review=review)}), status


def _proposal(path, settings):
    try:
        return ask_child(propose, path, settings)
    except Refused:
        if not settings.get("mapping"):
            raise
        return ask_child(propose, path, {**settings, "mapping": None})


@pages.post("/imports/<uid>/undo")
@route("recommendations.import", load=Import)
def undo_import(ctx, made):
    review = made.review
    done = take_back(ctx, made)
    say(_("Taken back: %(gone)d are gone, %(restored)d have their earlier values.", gone=done.gone,
          restored=done.restored))
    if done.kept:
        say(ngettext("%(num)d was touched since and stays: %(numbers)s.",
                     "%(num)d were touched since and stay: %(numbers)s.", len(done.kept),
                     numbers=", ".join(done.kept[:20])), kind="care")
    return back_to("recommendations.index", review=review.key)
