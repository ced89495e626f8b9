"""The pages of a coalition's files: the list, a file's own page, and the only ways on which bytes leave the store."""

from flask import Blueprint, current_app, render_template, request, send_file, url_for

from core.errors import Refused
from core.files import attaching
from core.files.attaching import About, FileStore, Upload
from core.files.forms import AboutForm, UploadForm, VersionForm
from core.files.kinds import MEDIA_TYPES
from core.files.models import Attachment
from core.language import _, format_date, lazy, ngettext
from core.people.labels import labels
from core.policy import allowed
from core.tables.days import read_day
from core.web.forms import seen_version
from core.web.frame import back_to, route, say

pages = Blueprint("files", __name__)

PER_PAGE = 50
KIND_WORDS = {"docx": lazy("Word file"), "xlsx": lazy("Excel file"), "csv": lazy("table (.csv)"), "pdf": lazy("PDF"),
              "png": lazy("image (.png)"), "jpg": lazy("image (.jpg)")}
# Bytes of others are shown by no browser as a page, and run nothing (SAFETY 6).
DOWNLOAD_POLICY = "default-src 'none'; sandbox"


def store_of_here() -> FileStore:
    """The store of the instance that is asked."""
    return FileStore.of(current_app.settings)


@pages.get("/c/<coalition>/files")
@route("files.see")
def index(ctx):
    return _index(ctx)


def _index(ctx, form=None, status=200):
    found = attaching.files_of(ctx)
    pages_count = max(1, -(-len(found) // PER_PAGE))
    number = min(request.args.get("page", 1, int) if request.args.get("page", "").isdecimal() else 1, pages_count) or 1
    first = (number - 1) * PER_PAGE
    shown = found[first:first + PER_PAGE]
    labels(ctx, [attachment.membership_id for attachment, _versions in shown if attachment.membership_id])
    store, used = store_of_here(), attaching.used_bytes(ctx)
    return render_template(
        "files/index.html", files=[_row(ctx, attachment, versions) for attachment, versions in shown],
        form=form or (_upload_form(ctx, None) if allowed(ctx, "files.add", ctx.coalition) else None),
        add_url=url_for("files.add"),
        room={"used": used, "quota": store.quota_bytes, "words": _("%(used)s of %(quota)s", used=size_words(used),
                                                                   quota=size_words(store.quota_bytes))},
        pager={"first": first + 1, "last": first + len(shown), "total": len(found),
               "previous_url": url_for("files.index", page=number - 1) if number > 1 else "",
               "next_url": url_for("files.index", page=number + 1) if number < pages_count else ""}), status


def _row(ctx, attachment, versions):
    newest = versions[0]
    return {"title": attachment.title, "url": url_for("files.show", uid=attachment.uid),
            "kind": str(KIND_WORDS[newest.kind]), "size": size_words(newest.clean_bytes),
            "owner": _owner(ctx, attachment), "source": attachment.source,
            "dated": format_date(attachment.dated_on) if attachment.dated_on else "",
            "brought": format_date(newest.at.date()), "iso": newest.at.date().isoformat(),
            "versions": ngettext("%(num)d version", "%(num)d versions", len(versions)) if len(versions) > 1 else ""}


def _owner(ctx, attachment):
    if attachment.membership_id is None:
        return _("The coalition")
    return labels(ctx, [attachment.membership_id])[attachment.membership_id]


def size_words(count: int) -> str:
    if count and count % 1024**3 == 0:
        return _("%(num)d GB", num=count // 1024**3)
    if count < 1024**2:
        return _("%(num)d KB", num=-(-count // 1024))
    return _("%(num)d MB", num=-(-count // 1024**2))


def _upload_form(ctx, formdata):
    form = UploadForm(formdata)
    named = labels(ctx, ctx.memberships) if ctx.memberships else {}
    form.membership.choices = [*((membership.uid, named[membership.id]) for membership in ctx.memberships),
                               ("", _("The coalition’s"))]
    return form


@pages.post("/c/<coalition>/files")
@route("files.add", limit="upload")
def add(ctx):
    form = _upload_form(ctx, request.form)
    if about := _about(form):
        chosen = {membership.uid: membership for membership in ctx.memberships}.get(form.membership.data)
        try:
            made = attaching.store_upload(ctx, store_of_here(), sent(), about, chosen)
            say(_("“%(title)s” is in the coalition’s files.", title=made.title))
            return back_to("files.show", uid=made.uid)
        except Refused as error:
            form.refuse(error, "file")
    return _index(ctx, form, 422)


def sent() -> Upload:
    """The file that came with the form. Refused where none did."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused(lazy("Choose a file."))
    return Upload(file.filename.replace("\\", "/").rsplit("/", 1)[-1][-200:], file.read())


def _about(form):
    """What the form says of a file; None where something in it has to be put right."""
    try:
        if form.validate():
            return About(form.title.data, form.source.data, form.place.data, read_day(form.dated_on.data),
                         form.note.data)
    except Refused as error:
        form.refuse(error, "dated_on")
    return None


@pages.get("/c/<coalition>/files/<uid>")
@route("files.see", load=Attachment)
def show(ctx, attachment):
    return _page(ctx, attachment)


def _page(ctx, attachment, status=200, form=None, version_form=None):
    versions = list(attachment.versions.order_by(attaching.AttachedVersion.number.desc()))
    may_change = allowed(ctx, "files.change", attachment)
    about = {"title": attachment.title, "source": attachment.source, "place": attachment.place,
             "dated_on": attachment.dated_on.isoformat() if attachment.dated_on else "", "note": attachment.note}
    return render_template(
        "files/show.html", file={**about, "owner": _owner(ctx, attachment), "version": attachment.version,
                                 "dated": format_date(attachment.dated_on) if attachment.dated_on else ""},
        versions=[_version(ctx, attachment, version) for version in versions],
        form=form or (AboutForm(None, data=about) if may_change else None),
        version_form=version_form or (VersionForm(None) if may_change else None),
        urls={"files": url_for("files.index"), "details": url_for("files.details", uid=attachment.uid),
              "new_version": url_for("files.new_version", uid=attachment.uid),
              "delete": url_for("files.remove", uid=attachment.uid)
              if allowed(ctx, "files.delete", attachment) else ""}), status


def _version(ctx, attachment, version):
    values = {"uid": attachment.uid, "number": version.number}
    is_own = attaching.may_have_original(ctx, version)
    return {"number": version.number, "kind": str(KIND_WORDS[version.kind]), "size": size_words(version.clean_bytes),
            "brought": format_date(version.at.date()), "iso": version.at.date().isoformat(),
            "url": url_for("files.download", **values), "left_out": left_out_words(version.left_out),
            "original_url": url_for("files.original", **values) if is_own else "",
            "original_name": attaching.own_name(attachment, version) if is_own else "",
            "original_size": size_words(version.size_bytes) if is_own else ""}


def left_out_words(counts: dict) -> list[str]:
    """What the copy lacks, as sentences."""
    words = {"comments": lambda num: ngettext("%(num)d comment is not in the copy.",
                                              "%(num)d comments are not in the copy.", num),
             "changes": lambda num: ngettext("%(num)d tracked change stands as accepted.",
                                             "%(num)d tracked changes stand as accepted.", num),
             "hidden": lambda num: ngettext("%(num)d hidden passage is not in the copy.",
                                            "%(num)d hidden passages are not in the copy.", num),
             "hidden_sheets": lambda num: ngettext("%(num)d hidden sheet is in the copy; everybody can show it.",
                                                   "%(num)d hidden sheets are in the copy; everybody can show them.",
                                                   num),
             "hidden_lines": lambda num: ngettext(
                 "%(num)d hidden row or column is in the copy; everybody can show it.",
                 "%(num)d hidden rows or columns are in the copy; everybody can show them.", num),
             "formulas": lambda num: ngettext(
                 "%(num)d formula that leads out of the file is not in the copy; what it showed is.",
                 "%(num)d formulas that lead out of the file are not in the copy; what they showed is.", num),
             "guarded": lambda num: ngettext(
                 "%(num)d cell begins with an apostrophe in the copy, so that no program runs it.",
                 "%(num)d cells begin with an apostrophe in the copy, so that no program runs them.", num),
             "pictures": lambda num: ngettext("%(num)d picture could not be cleaned, and is not in the copy.",
                                              "%(num)d pictures could not be cleaned, and are not in the copy.", num)}
    return [sentence(counts[what]) for what, sentence in words.items() if counts.get(what)]


@pages.post("/c/<coalition>/files/<uid>/details")
@route("files.change", load=Attachment)
def details(ctx, attachment):
    form = AboutForm()
    if about := _about(form):
        attaching.describe(ctx, attachment, about, seen_version())
        say(_("What is said of the file is changed."))
        return back_to("files.show", uid=attachment.uid)
    return _page(ctx, attachment, 422, form=form)


@pages.post("/c/<coalition>/files/<uid>/versions")
@route("files.change", load=Attachment, limit="upload")
def new_version(ctx, attachment):
    form = VersionForm()
    try:
        attaching.add_version(ctx, store_of_here(), attachment, sent())
        say(_("The new version stands first; the earlier ones stay."))
        return back_to("files.show", uid=attachment.uid)
    except Refused as error:
        form.refuse(error, "file")
    return _page(ctx, attachment, 422, version_form=form)


@pages.post("/c/<coalition>/files/<uid>/delete")
@route("files.delete", load=Attachment)
def remove(ctx, attachment):
    attaching.delete(ctx, store_of_here(), attachment)
    say(_("“%(title)s” is deleted, with all its versions.", title=attachment.title))
    return back_to("files.index")


@pages.get("/c/<coalition>/files/<uid>/<int:number>")
@route("files.see", load=Attachment)
def download(ctx, attachment, number):
    version = attaching.version_of(ctx, attachment, number)
    return as_attachment(attaching.copy_of(store_of_here(), version).open("rb"), version.clean_bytes, version.kind,
                         attaching.name_for_others(attachment, version))


@pages.get("/c/<coalition>/files/<uid>/<int:number>/original")
@route("files.see", load=Attachment)
def original(ctx, attachment, number):
    version = attaching.version_of(ctx, attachment, number)
    return as_attachment(attaching.original_of(ctx, store_of_here(), version).open("rb"), version.size_bytes,
                         version.kind, attaching.own_name(attachment, version))


def as_attachment(stream, size: int, kind: str, name: str):
    """The answer that is this file, for keeping and not for showing."""
    # The open file, not its path: of that, Flask would tell the hour in which it came. No age: it would let browsers
    # keep the file for a year, as they keep the theme's.
    answer = send_file(stream, MEDIA_TYPES[kind], as_attachment=True, download_name=name, conditional=False,
                       etag=False, max_age=0)
    answer.content_length = size
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return answer
