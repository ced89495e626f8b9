"""The pages of what a circle of trust keeps: its texts, and the ways on which its files come and go."""

from flask import render_template, request, url_for

from core.circles import keeping
from core.circles.forms import KeptFileForm, TextForm
from core.circles.models import Circle, CircleFile, CircleText
from core.circles.people import words_of
from core.circles.views import circle_page, pages
from core.errors import Conflict, Refused
from core.files.views import as_attachment, left_out_words, sent, store_of_here
from core.language import _, format_date
from core.people.labels import seat_labels
from core.web.forms import seen_version, small_number
from core.web.frame import back_to, route, say
from core.web.prose import drawn


@pages.route("/c/<coalition>/circles/<uid>/write", methods=["GET", "POST"])
@route("circles.write", load=Circle)
def write(ctx, circle):
    form = TextForm()
    if request.method == "POST" and form.validate():
        try:
            made = keeping.write(ctx, circle, form.title.data, form.body.data)
            say(_("It is kept in the circle."))
            return back_to("circles.text", uid=made.uid)
        except Refused as error:
            form.refuse(error, "body")
    return _form(form, circle, url_for("circles.show", uid=circle.uid), _("Write something down"))


@pages.get("/c/<coalition>/circles/texts/<uid>")
@route("circles.see", load=CircleText)
def text(ctx, text):
    versions = keeping.versions_of(text)
    shown = keeping.words_in(text, small_number(request.args.get("version", "")))
    names = seat_labels(ctx, [one.seat_id for one in versions if one.seat_id])
    words = words_of(shown)
    return render_template(
        "circles/text.html", title=words["title"], prose=drawn(words["body"], has_anchors=False),
        circle={"title": words_of(text.circle)["title"], "url": url_for("circles.show", uid=text.circle.uid)},
        is_newest=shown.number == text.number, by=names.get(shown.seat_id, ""), on=format_date(shown.written_on),
        versions=[{"number": one.number, "by": names.get(one.seat_id, ""), "on": format_date(one.written_on),
                   "is_shown": one.number == shown.number,
                   "url": url_for("circles.text", uid=text.uid, version=one.number)} for one in versions],
        urls={"edit": url_for("circles.rewrite", uid=text.uid), "delete": url_for("circles.delete_text", uid=text.uid),
              "newest": url_for("circles.text", uid=text.uid)})


@pages.route("/c/<coalition>/circles/texts/<uid>/edit", methods=["GET", "POST"])
@route("circles.write", load=CircleText)
def rewrite(ctx, text):
    standing = words_of(keeping.words_in(text))
    form, theirs = TextForm(data=standing if request.method == "GET" else None), None
    if request.method == "POST" and form.validate():
        try:
            keeping.rewrite(ctx, text, form.title.data, form.body.data, seen_version())
            say(_("Saved. The earlier words stay, as a version."))
            return back_to("circles.text", uid=text.uid)
        except Conflict as error:
            form.refuse(error)
            theirs = standing
        except Refused as error:
            form.refuse(error, "body")
    return _form(form, text.circle, url_for("circles.text", uid=text.uid), _("Change it"), text.version, theirs)


def _form(form, circle, back, title, version=None, theirs=None):
    """`theirs`: the words that somebody else has written meanwhile; what was typed stands in the form."""
    return render_template("circles/write.html", form=form, title=title, circle=words_of(circle)["title"], back=back,
                           version=version, theirs=theirs), 422 if form.errors else 200


@pages.post("/c/<coalition>/circles/texts/<uid>/delete")
@route("circles.write", load=CircleText)
def delete_text(ctx, text):
    circle = text.circle
    keeping.delete_text(ctx, text)
    say(_("It is deleted, with its earlier versions."))
    return back_to("circles.show", uid=circle.uid)


@pages.post("/c/<coalition>/circles/<uid>/files")
@route("circles.write", load=Circle, limit="upload")
def keep_file(ctx, circle):
    form = KeptFileForm()
    if form.validate():
        try:
            left_out = keeping.keep_file(ctx, store_of_here(), circle, sent(), form.title.data)
            say(" ".join([_("It is kept in the circle."), *left_out_words(left_out)]))
            return back_to("circles.show", uid=circle.uid)
        except Refused as error:
            form.refuse(error, "file")
    return circle_page(ctx, circle, 422, file=form)


@pages.get("/c/<coalition>/circles/files/<uid>")
@route("circles.see", load=CircleFile)
def download(ctx, file):
    stream, size, kind, name = keeping.opened(store_of_here(), file)
    return as_attachment(stream, size, kind, name)


@pages.post("/c/<coalition>/circles/files/<uid>/delete")
@route("circles.write", load=CircleFile)
def delete_file(ctx, file):
    circle = file.circle
    keeping.delete_file(ctx, store_of_here(), file)
    say(_("The file is deleted."))
    return back_to("circles.show", uid=circle.uid)
