"""The audit's pages of a coalition: a list with an address for every view, one act whole, and the file."""

from dataclasses import asdict, replace
from datetime import date

from flask import Blueprint, Response, current_app, render_template, request, url_for

from core.audit import AuditLine
from core.auditing import lines as audit_lines
from core.auditing.describing import described
from core.auditing.exporting import export
from core.auditing.lines import Wanted
from core.auditing.words import RESULTS, group_of, group_words, kind_words, models_by_table
from core.coalitions.models import Coalition, Membership, Owned, Seat
from core.errors import Refused
from core.language import _, format_date, format_moment, lazy
from core.people.labels import seat_labels, stand_ins
from core.policy import allowed, visible
from core.search.hits import hits_of
from core.web.frame import route

pages = Blueprint("auditing", __name__)

# What the address calls each part of Wanted.
WORDS_OF_ADDRESS = {"group": "group", "actor": "who", "kind": "kind", "result": "result", "from_on": "from",
                    "until_on": "until"}


@pages.get("/c/<coalition>/audit")
@route("audit.own")
def page(ctx):
    wanted = read_wanted(request.args)
    lines, following = audit_lines.page(ctx, wanted, request.args.get("after", ""))
    choices = _choices(ctx)
    return render_template(
        "auditing/page.html", lines=_lines(ctx, described(ctx, lines)), choices=choices,
        wanted=_in_address(wanted), sees_all="who" in choices, chips=_chips(wanted, choices),
        is_first="after" not in request.args, here=url_for("auditing.page"),
        first_url=url_for("auditing.page", **_in_address(wanted)),
        next_url=url_for("auditing.page", **_in_address(wanted), after=following) if following else "",
        export_url=url_for("auditing.take", **_in_address(wanted))
        if allowed(ctx, "audit.export", ctx.coalition) else "")


@pages.get("/c/<coalition>/audit/<uid>")
@route("audit.own")
def line(ctx, uid):
    found = audit_lines.find_line(ctx, uid)
    return render_template("auditing/line.html", line=_lines(ctx, described(ctx, [found], whole=True))[0],
                           reference=found.uid, back=url_for("auditing.page"))


@pages.get("/c/<coalition>/audit.csv")
@route("audit.export", fresh=True, limit="export")
def take(ctx):
    return Response(export(ctx, read_wanted(request.args)), mimetype="text/csv", headers={
        "Content-Disposition": f'attachment; filename="audit-references-{ctx.today.isoformat()}.csv"'})


def read_wanted(given) -> Wanted:
    """What an address asks for. Refused: a day that is none."""
    return Wanted(**{name: _day(given.get(word, "")) if name.endswith("_on") else given.get(word, "").strip()
                     for name, word in WORDS_OF_ADDRESS.items()})


def _day(text):
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(lazy("“%(wanted)s” is no day. Write it as 2026-11-28.", wanted=text)) from None


def _in_address(wanted):
    return {WORDS_OF_ADDRESS[name]: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(wanted).items() if value and name in WORDS_OF_ADDRESS}


def _choices(ctx):
    """Filter → (value, words) to choose from: what stands in the lines that this reader may see."""
    seen, models = audit_lines.seen(ctx), models_by_table()
    titles = {name: loaded.manifest.title for name, loaded in current_app.host.loaded.items()}
    groups = {group_of(action) for (action,) in seen.select(AuditLine.action).distinct().tuples()}
    kinds = {kind for (kind,) in seen.select(AuditLine.kind).distinct().tuples() if kind}
    choices = {"group": _sorted((group, group_words(group, titles)) for group in groups),
               "kind": _sorted((kind, kind_words(kind, models) or kind) for kind in kinds),
               "result": [(result, str(words)) for result, words in RESULTS.items()]}
    if allowed(ctx, "audit.see", ctx.coalition):
        alike = stand_ins(ctx)
        seats = [seat for seat in visible(ctx, Seat) if alike.get(seat.uid, seat.uid) == seat.uid]
        names = seat_labels(ctx, seats)
        choices["who"] = [*_sorted((seat.uid, names[seat.id]) for seat in seats), ("operator", _("by command"))]
    return choices


def _sorted(pairs):
    return sorted(pairs, key=lambda pair: (pair[1].casefold(), pair[0]))


def _chips(wanted, choices):
    chips = []
    for name, word in WORDS_OF_ADDRESS.items():
        if value := getattr(wanted, name):
            without = replace(wanted, **{name: None if name.endswith("_on") else ""})
            chips.append({"label": _chip_words(word, value, dict(choices.get(word, ()))),
                          "url": url_for("auditing.page", **_in_address(without))})
    return chips


def _chip_words(word, value, known):
    if word == "from":
        return _("from %(day)s", day=format_date(value))
    return _("until %(day)s", day=format_date(value)) if word == "until" else known.get(value, value)


def _lines(ctx, shown):
    objects = {obj.uid: obj for one in shown for obj in (one.obj, *(value.of for value in one.values))
               if isinstance(obj, Owned)}
    hits, _gaps = hits_of(ctx, current_app.host, list(objects.values()))
    return [_line(ctx, one, hits) for one in shown]


def _line(ctx, shown, hits):
    hit = hits.get(shown.line.object_uid)
    found, models = shown.line, models_by_table()
    return {"when": format_date(shown.at.date()) if shown.is_day_only else format_moment(shown.at),
            "iso": shown.at.date().isoformat() if shown.is_day_only else shown.at.isoformat(timespec="minutes") + "Z",
            "who": shown.who, "what": shown.what, "action": found.action, "kind": shown.kind,
            "table": found.kind or "", "name": shown.name or (hit.title if hit else ""),
            "object_url": _address_of(ctx, shown.obj, hit),
            "others": found.others, "fields": [{"name": name, "words": words} for name, words in shown.fields],
            "values": [_value(ctx, value, models, hits.get(value.of.uid)) for value in shown.values],
            "result": found.result, "result_words": str(RESULTS.get(found.result, "")),
            "whole_url": url_for("auditing.line", uid=found.uid) if shown.has_more else ""}


def _value(ctx, value, models, hit):
    return {"field": value.field, "name": value.name, "before": value.before, "after": value.after,
            "of": kind_words(value.of._meta.table_name, models), "of_name": hit.title if hit else "",
            "reference": value.of.uid, "url": _address_of(ctx, value.of, hit)}


def _address_of(ctx, obj, hit):
    """Where an object can be seen; empty where it has no page, or its plugin is off."""
    if isinstance(obj, (Seat, Membership, Coalition)):
        return url_for("coalitions.coalition")
    if hit is not None:
        return url_for(hit.endpoint, **hit.values)
    endpoint = getattr(obj, "page", None)
    if endpoint is None or endpoint not in current_app.view_functions \
            or endpoint.partition(".")[0] in ctx.coalition.plugins_off:
        return ""
    return url_for(endpoint, uid=obj.uid)
