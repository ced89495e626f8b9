"""The page behind "Help": how a coordinator gets from signing in to the annex."""

from pathlib import Path

from flask import Blueprint, render_template

from core.web.frame import route
from core.web.prose import drawn, split_title

TEXT = Path(__file__).parent / "help" / "coordinators.md"

pages = Blueprint("help", __name__)


@pages.get("/help")
@route("people.account")
def coordinators(ctx):
    own = TEXT.with_suffix(f".{ctx.locale}.md")
    language = ctx.locale if own.exists() else "en"
    title, text = split_title((own if own.exists() else TEXT).read_text(encoding="utf-8"))
    return render_template("web/help.html", title=title, prose=drawn(text), language=language)
