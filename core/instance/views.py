"""The administrator's pages: how the installation is, and its own lines of the audit. No names."""

from flask import Blueprint, current_app, render_template, request, url_for

from core.auditing import lines as audit_lines
from core.auditing.lines import Wanted
from core.auditing.words import RESULTS, UNTOLD, act_words, field_words, kind_words, models_by_table
from core.db import CORE_MIGRATIONS
from core.instance.health import COUNTED_DAYS, health, sign_ins
from core.instance.plugins_seen import changed_plugins, say_known, seen_plugins
from core.language import _, format_date, format_moment, ngettext
from core.people.models import Person
from core.web.frame import back_to, route, say

pages = Blueprint("instance", __name__)


@pages.get("/instance")
@route("instance.see")
def page(ctx):
    found = health(current_app.settings, {"core": CORE_MIGRATIONS, **current_app.host.histories()})
    return render_template("instance/page.html", health=found, sizes={
        "database": _megabytes(found.database_bytes), "files": _megabytes(found.files_bytes),
        "free": _megabytes(found.free_bytes)}, plugins=_plugins(),
        refused=[str(words) for words in current_app.host.refused.values()], failed=current_app.host.failed,
        audit_url=url_for("instance.audit"))


def _megabytes(number):
    megabytes = -(-number // 1024**2)
    return ngettext("%(num)d MB", "%(num)d MB", megabytes) if megabytes < 10_000 else _(
        "%(number)d GB", number=megabytes // 1024)


def _plugins():
    seen, changed = seen_plugins(), {row.name for row in changed_plugins(current_app.host)}
    return [{"name": name, "title": str(loaded.manifest.title), "version": loaded.manifest.version,
             "hash": loaded.fingerprint[:12], "network": loaded.manifest.network, "mails": loaded.manifest.mails,
             "since": format_date(seen[name].since.date()) if name in seen and name not in changed else "",
             "is_known": name in seen and seen[name].is_known and name not in changed,
             "known_url": url_for("instance.know", uid=seen[name].uid) if name in seen else ""}
            for name, loaded in current_app.host.loaded.items()]


@pages.post("/instance/plugins/<uid>/known")
@route("instance.plugins")
def know(ctx, uid):
    say_known(ctx, uid)
    say(_("It is written down that you know of this code."))
    return back_to("instance.page")


@pages.get("/instance/audit")
@route("instance.see")
def audit(ctx):
    lines, following = audit_lines.page(ctx, Wanted(without="people.sign_in"), request.args.get("after", ""))
    models, counted = models_by_table(), sign_ins(ctx.now)
    administrators = {person.uid for person in Person.select(Person.uid).where(Person.is_administrator)}
    plugins = {row.uid: row.name for row in seen_plugins().values()}
    return render_template(
        "instance/audit.html", days=COUNTED_DAYS, signed_in=counted["done"], refused=counted["refused"],
        lines=[_line(line, administrators, plugins, models) for line in lines],
        first_url=url_for("instance.audit") if "after" in request.args else "",
        next_url=url_for("instance.audit", after=following) if following else "", back=url_for("instance.page"))


def _line(line, administrators, plugins, models):
    return {"when": format_moment(line.at), "iso": line.at.isoformat(timespec="minutes") + "Z",
            "who": _who(line, administrators), "what": act_words(line.action), "action": line.action,
            "kind": kind_words(line.kind, models), "table": line.kind or "", "name": plugins.get(line.object_uid, ""),
            "object_url": "", "others": line.others, "values": [], "whole_url": "",
            "fields": [{"name": name, "words": field_words(name)} for name in line.fields if name not in UNTOLD],
            "result": line.result, "result_words": str(RESULTS.get(line.result, ""))}


def _who(line, administrators):
    """A kind of person, and no reference: the administrator need not know who does what."""
    if line.actor in administrators:
        return _("an administrator of the installation")
    known = {"operator": _("by command"), "nobody": _("nobody who was signed in")}
    return known.get(line.actor, _("a person"))
