"""Locking a coalition, and the one page that stays open to its coordinators meanwhile."""

from flask import current_app, render_template, request, session, url_for

from core.coalitions import lock, members
from core.coalitions.views import pages
from core.errors import Refused
from core.language import _
from core.people import sessions
from core.people.forms import AgainForm
from core.web.frame import back_to, route, say


def unlock_address(coalition):
    return current_app.settings.address.rstrip("/") + url_for("coalitions.unlock", slug=coalition.slug)


@pages.route("/c/<coalition>/lock", methods=["GET", "POST"], endpoint="lock")
@route("coalition.lock")
def lock_page(ctx):
    if request.method == "GET":
        return render_template("coalitions/lock.html", title=ctx.coalition.title,
                               unlock_address=unlock_address(ctx.coalition), back=url_for("coalitions.coalition"))
    lock.lock(ctx)
    current_app.kept_pages.let_go()
    sessions.end(session)
    return back_to("people.sign_in_page")


@pages.route("/unlock/<slug>", methods=["GET", "POST"])
@route("people.account", limit="sign-in-again")
def unlock(ctx, slug):
    inside = lock.at_the_locked_one(ctx, slug)
    form = AgainForm(person=ctx.person)
    if request.method == "POST" and form.validate():
        try:
            lock.unlock_with(ctx, inside, *form.given, request.remote_addr or "")
            say(_("The coalition is open again. Everybody signs in anew; one-time addresses have to be made anew."))
            return back_to("coalitions.today", coalition=slug)
        except Refused as error:
            form.refuse(error)
    return render_template("coalitions/unlock.html", form=form, title=inside.coalition.title), \
        422 if form.errors else 200


@pages.post("/c/<coalition>/coalition/second-factor")
@route("coalition.settings", fresh=True)
def demand_second_factor(ctx):
    is_on = request.form.get("on") == "yes"
    members.demand_second_factor(ctx, is_on)
    say(_("Everybody in the coalition needs a second factor from now on.") if is_on else
        _("Members without another role may sign in with their password alone."))
    return back_to("coalitions.coalition")
