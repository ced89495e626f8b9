"""A coalition's settings: one page, and a form for each thing that can be set."""

from flask import Blueprint, Response, current_app, render_template, request, url_for

from core.coalitions.forms import ROLE_WORDS
from core.coalitions.models import ROLES
from core.errors import Conflict, NotThere, Refused
from core.instance.plugins_seen import seen_plugins
from core.language import _, format_date, lazy
from core.policy import ADJUSTED_ROLES, declared
from core.settings.colours import style_sheet
from core.settings.forms import GeneralForm, LogoForm, LookForm
from core.settings.general import offered_languages, save_general
from core.settings.granting import declared_roles, held_roles, save_grants
from core.settings.look import logo_of, remove_logo, save_accent, save_logo
from core.web.forms import seen_version
from core.web.frame import back_to, route, say

pages = Blueprint("settings", __name__)

OVERTAKEN = lazy("Somebody else changed the settings since you opened this page. What you chose is still here, and not "
                 "saved: look at what stands now, then save again.")


@pages.get("/c/<coalition>/settings")
@route("coalition.settings")
def page(ctx):
    return _page(ctx)


def _page(ctx, status=200, general=None, look=None, logo=None, **roles):
    coalition = ctx.coalition
    codes = current_app.settings.languages
    general = general or GeneralForm(None, title=coalition.title, state_name=coalition.state_name,
                                     languages=offered_languages(coalition, codes)).offer(codes)
    return render_template(
        "settings/page.html", version=coalition.version, general_form=general,
        look_form=look or LookForm(None, accent=coalition.accent), logo_form=logo or LogoForm(None),
        logo={"url": url_for("settings.logo", v=coalition.logo), "alt": coalition.logo_alt} if coalition.logo else None,
        plugins=_plugins(ctx), roles=[{"name": role, "title": str(ROLE_WORDS[role])} for role in ROLES],
        groups=_groups(ctx, roles.get("ticked")), problem=str(roles.get("problem", "")),
        urls={"end": url_for("ending.page"), **{name: url_for(f"settings.{name}") for name in (
            "general", "grants", "look", "put_logo", "drop_logo")}},
    ), status


@pages.post("/c/<coalition>/settings/general")
@route("coalition.settings")
def general(ctx):
    form = GeneralForm().offer(current_app.settings.languages)
    return _saved(ctx, form, _("The settings are saved."), "general", lambda: save_general(
        ctx, form.title.data, form.state_name.data, form.languages.data or [], current_app.settings.languages,
        seen_version()))


@pages.post("/c/<coalition>/settings/look")
@route("coalition.settings")
def look(ctx):
    form = LookForm()
    return _saved(ctx, form, _("The colour is saved."), "look",
                  lambda: save_accent(ctx, form.accent.data, seen_version()), "accent")


@pages.post("/c/<coalition>/settings/logo")
@route("coalition.settings", limit="upload")
def put_logo(ctx):
    form, sent = LogoForm(), request.files.get("logo")
    return _saved(ctx, form, _("The logo stands at the top of every page."), "logo", lambda: save_logo(
        ctx, sent.read() if sent else b"", form.alt.data, current_app.settings.files))


@pages.post("/c/<coalition>/settings/logo/remove")
@route("coalition.settings")
def drop_logo(ctx):
    remove_logo(ctx, current_app.settings.files)
    say(_("The logo is taken away."))
    return back_to("settings.page")


@pages.post("/c/<coalition>/settings/roles")
@route("coalition.settings", fresh=True)
def grants(ctx):
    shown = request.form.getlist("permission")
    ticked = {tuple(mark.partition("|")[::2]) for mark in request.form.getlist("grant")}
    try:
        save_grants(ctx, shown, ticked, seen_version())
    except Conflict as error:
        _as_it_stands(ctx, error)
        return _page(ctx, 409, ticked=ticked, problem=OVERTAKEN)
    say(_("What the roles may do is saved. It counts from now on."))
    return back_to("settings.page")


@pages.get("/c/<coalition>/look.css")
@route("coalition.see")
def style(ctx):
    return Response(style_sheet(ctx.coalition.accent), mimetype="text/css")


@pages.get("/c/<coalition>/logo.png")
@route("coalition.see")
def logo(ctx):
    image = logo_of(ctx, current_app.settings.files)
    if image is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return Response(image, mimetype="image/png", headers={
        "Content-Disposition": 'attachment; filename="logo.png"',
        "Content-Security-Policy": "default-src 'none'; sandbox"})


def _saved(ctx, form, sentence, name, act, field=None):
    """Carry a form out; what is refused or overtaken comes back as it was typed."""
    status = 422
    if form.validate():
        try:
            act()
            say(sentence)
            return back_to("settings.page")
        except Conflict as error:
            _as_it_stands(ctx, error)
            form.refuse(OVERTAKEN)
            status = 409
        except Refused as error:
            form.refuse(error, field)
    return _page(ctx, status, **{name: form})


def _as_it_stands(ctx, error):
    """The coalition's row holds what could not be saved: the page around the form shows what stands."""
    for name, value in error.theirs.items():
        setattr(ctx.coalition, name, value)
    ctx.coalition.version = error.version


def _groups(ctx, ticked=None):
    """What the roles may do, by who brought it: what can be decided, then what stands. `ticked`: what was chosen, and
    could not be saved."""
    titles = {name: str(loaded.manifest.title) for name, loaded in current_app.host.loaded.items()
              if name not in ctx.coalition.plugins_off}
    off = set(ctx.coalition.plugins_off) & set(current_app.host.loaded)
    found: dict[str, list[dict]] = {}
    for permission in declared().values():
        name = permission.name.partition(".")[0]
        if name not in off and set(ROLES) & {role.removesuffix(":any") for role in permission.default}:
            found.setdefault(titles.get(name, ""), []).append(_row(ctx, permission, ticked))
    # Ours are last: most of them nobody can decide.
    return [{"title": title or _("The coalition"), "rows": rows}
            for title, rows in sorted(found.items(), key=lambda pair: (not pair[0], pair[0].casefold()))]


def _row(ctx, permission, ticked):
    stands = held_roles(permission, ctx.coalition)
    given = {role for name, role in ticked if name == permission.name} if ticked is not None else stands
    can_change = permission.adjustable
    return {"name": permission.name, "sentence": str(permission.sentence), "is_own": permission.own is not None,
            "cells": [{"role": role, "holds": role in (given if can_change and role in ADJUSTED_ROLES else stands),
                       "is_open": can_change and role in ADJUSTED_ROLES} for role in ROLES],
            "is_changed": can_change and stands & set(ADJUSTED_ROLES) != declared_roles(permission),
            "is_otherwise": can_change and ticked is not None and given != stands & set(ADJUSTED_ROLES)}


def _plugins(ctx):
    shown, seen = [], seen_plugins()
    for name, loaded in current_app.host.loaded.items():
        users = [str(other.manifest.title) for other in current_app.host.loaded.values()
                 if name in other.manifest.requires]
        row = seen.get(name)
        shown.append({"name": name, "title": str(loaded.manifest.title), "is_on": name not in ctx.coalition.plugins_off,
                      "together": _("What stands on it goes off with it: %(plugins)s.", plugins=_(", ").join(users))
                      if users else "",
                      "version": loaded.manifest.version, "hash": row.fingerprint[:12] if row else "",
                      "since": format_date(row.since.date()) if row else "",
                      "network": loaded.manifest.network, "mails": loaded.manifest.mails,
                      "url": url_for("coalitions.switch", name=name)})
    return shown
