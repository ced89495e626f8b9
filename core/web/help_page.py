"""The pages behind "Help": how a coordinator gets from signing in to the annex, and what each stage asks."""

from pathlib import Path

from flask import Blueprint, render_template

from core.web.frame import route
from core.web.prose import drawn, split_title

HELP = Path(__file__).parent / "help"
TEXT = HELP / "coordinators.md"

pages = Blueprint("help", __name__)


@pages.get("/help")
@route("people.account")
def coordinators(ctx):
    return _page(ctx, TEXT)


@pages.get("/help/stages")
@route("people.account")
def stages(ctx):
    return _page(ctx, HELP / "stages.md")


def _page(ctx, path):
    own = path.with_suffix(f".{ctx.locale}.md")
    language = ctx.locale if own.exists() else "en"
    title, text = split_title((own if own.exists() else path).read_text(encoding="utf-8"))
    return render_template("web/help.html", title=title, prose=drawn(text), language=language)
