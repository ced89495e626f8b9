"""The page on which a coalition's end is asked for, confirmed and called off."""

from flask import Blueprint, render_template, request, url_for

from core.coalitions.models import Seat
from core.ending import asking
from core.ending.today import last_day
from core.errors import Refused
from core.language import _, format_date
from core.people.labels import seat_labels
from core.policy import allowed, visible
from core.web.frame import back_to, route, say

pages = Blueprint("ending", __name__)


@pages.get("/c/<coalition>/coalition/delete")
@route("coalition.see")
def page(ctx):
    return _page(ctx)


def _page(ctx, status=200, error=""):
    coalition, asked = ctx.coalition, asking.who_asked(ctx)
    others = visible(ctx, Seat).where(Seat.role == "coordinator", Seat.ended_at.is_null(), Seat.id != ctx.seat.id)
    return render_template(
        "ending/page.html", title=coalition.title, slug=coalition.slug, error=str(error),
        may=allowed(ctx, "coalition.delete", coalition), is_alone=not others.exists(),
        ends=format_date(last_day(ctx), "full") if coalition.ends_at else "",
        asked={"by": seat_labels(ctx, [asked])[asked.id], "is_me": asked.id == ctx.seat.id,
               "not_for_me": str(asking.CAME_AFTER) if asking.came_after(ctx) else "",
               "on": format_date(coalition.ending_asked_at, "long")} if asked is not None else None,
        urls={"ask": url_for("ending.ask"), "call_off": url_for("ending.call_off"),
              "export": url_for("portable.export_page"), "back": url_for("coalitions.coalition")}), status


@pages.post("/c/<coalition>/coalition/delete")
@route("coalition.delete", fresh=True)
def ask(ctx):
    if request.form.get("understood") != "y":
        return _page(ctx, 422, _("Tick that you have understood."))
    try:
        is_decided = asking.ask(ctx)
    except Refused as error:
        return _page(ctx, 422, error)
    say(_("It is decided, and everybody is told. Until the day below each coordinator can call it off.") if is_decided
        else _("You have asked for it. Nothing happens until another coordinator confirms it."), "care")
    return back_to("ending.page")


@pages.post("/c/<coalition>/coalition/delete/call-off")
@route("coalition.delete")
def call_off(ctx):
    try:
        asking.call_off(ctx)
    except Refused as error:
        return _page(ctx, 422, error)
    say(_("It is called off. The coalition stays."))
    return back_to("ending.page")
