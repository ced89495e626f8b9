"""The page on which a coordinator takes the coalition along as a file."""

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, current_app, render_template, send_file, url_for

from core.files.store import LEFT_OVER
from core.portable.exporting import export_coalition
from core.portable.left import left_plugins
from core.web.frame import route

pages = Blueprint("portable", __name__)


@pages.get("/c/<coalition>/coalition/export")
@route("coalition.export", fresh=True)
def export_page(ctx):
    return render_template("portable/export.html", download_url=url_for("portable.download"),
                           directory_url=url_for("directory.directory"), audit_url=url_for("auditing.page"),
                           left_out=sorted({*left_plugins(current_app), *ctx.coalition.waits_for}))


@pages.post("/c/<coalition>/coalition/export")
@route("coalition.export", fresh=True, limit="export")
def download(ctx):
    with TemporaryDirectory(dir=current_app.settings.instance, prefix="export.", suffix=LEFT_OVER) as folder:
        place = Path(folder) / "archive"
        export_coalition(ctx, current_app, place)
        out = open(place, "rb")                 # it stays readable when the folder goes
    name = f"{ctx.coalition.slug}-{ctx.utc_day.isoformat()}.zip"
    return send_file(out, "application/zip", as_attachment=True, download_name=name)
