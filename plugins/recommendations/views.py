"""The list, a recommendation, and writing one by hand."""

from flask import Blueprint, Response, current_app, render_template, request, url_for

from core.api import (
    Facet,
    Gap,
    NotThere,
    WaitingItem,
    _,
    allowed,
    find_review,
    format_date,
    lazy,
    ngettext,
    note,
    review_detail,
    seat_labels,
)
from core.reference.states import state_name
from core.web.forms import small_number
from core.web.frame import review_here, route
from core.web.panels import draw_panels
from plugins.recommendations import listing
from plugins.recommendations.collection import by_number
from plugins.recommendations.exporting import MEDIA_TYPES, WRITERS, export, file_name
from plugins.recommendations.found import name_of
from plugins.recommendations.listing import View
from plugins.recommendations.models import Recommendation
from plugins.recommendations.positions import POSITION_WORDS, history

pages = Blueprint("recommendations", __name__)


# The list.

@pages.get("/")
@route("recommendations.see")
def index(ctx):
    review = review_here(ctx)
    if review is None:
        return render_template("recommendations/empty.html", **_first_steps(ctx, None))
    rows = listing.rows_of(ctx, review)
    if not rows:
        return render_template("recommendations/empty.html", **_first_steps(ctx, review))
    facets, gaps = _facets(ctx, rows)
    view = _view(facets)
    found, counted = listing.narrowed(rows, facets, view)
    form = request.args.get("format")
    if form in WRITERS:
        note(ctx, "recommendations.see", review)
        return _file(review, form, export(ctx, review, form, [row.one.uid for row in found]))
    first = (view.page - 1) * listing.PAGE_ROWS
    shown = found[first:first + listing.PAGE_ROWS]
    beside = listing.shown_beside(facets, [row.one.uid for row in shown])
    whole = request.args.get("all")
    return render_template(
        "recommendations/index.html", review=_review(review), total=len(rows), count=len(found), search=view.search,
        kept=_kept(facets, review), facets=[_facet(facet, review, facets, whole) for facet in counted],
        chips=_chips(counted, view, review, facets), clear_url=url_for("recommendations.index", review=review.key),
        rows=[_shown(ctx, row, beside[row.one.uid], review, facets) for row in shown], gaps=gaps,
        panels=draw_panels("recommendations.bar", [row.one for row in shown]) if shown else [],
        is_ticked=request.args.get("tick") == "all", tick_url=_address(review, facets, tick="all"),
        sorts=[{"value": name, "words": str(words), "chosen": name == view.sort}
               for name, words in listing.SORTS.items()],
        exports=[{"form": form, "url": _address(review, facets, format=form)} for form in ("xlsx", "csv", "json")],
        urls={"import": url_for("recommendations.import_page", review=review.key)
              if allowed(ctx, "recommendations.import") else "",
              "add": url_for("recommendations.add", review=review.key) if allowed(ctx, "recommendations.edit") else ""},
        first=first + 1, last=first + len(shown),
        previous_url=_address(review, facets, page=view.page - 1) if view.page > 1 else "",
        next_url=_address(review, facets, page=view.page + 1) if first + len(shown) < len(found) else "")


def _first_steps(ctx, review):
    may_import, may_edit = allowed(ctx, "recommendations.import"), allowed(ctx, "recommendations.edit")
    key = review.key if review else None
    return {"review": _review(review) if review else None,
            "read_url": url_for("recommendations.read_file", review=key) if may_import else "",
            "add_url": url_for("recommendations.add", review=key) if may_edit and review else ""}


def _facets(ctx, rows):
    """This plugin's facets and those of the others; and the names of plugins whose part is missing."""
    answers = current_app.host.gather("facets", Facet, ctx=ctx, place="recommendations.list",
                                      objects=[row.one for row in rows])
    theirs = [answer for answer in answers if isinstance(answer, Facet)]
    return ([*theirs, *listing.own_facets(rows, ctx.locale)],
            [answer.plugin for answer in answers if isinstance(answer, Gap)])


def _view(facets):
    page = request.args.get("page", "1")
    return View({facet.name: tuple(request.args.getlist(facet.name)) for facet in facets},
                request.args.get("q", "").strip(), request.args.get("sort", "number"),
                max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1)


def _kept(facets, review, without=()):
    """What narrows and sorts the list, as (name, value) pairs for an address or hidden fields."""
    names = [name for name in (*(facet.name for facet in facets), "q", "sort") if name not in without]
    return [("review", review.key), *((name, value) for name in names for value in request.args.getlist(name) if value)]


def _address(review, facets, without=(), endpoint="recommendations.index", **more):
    return _url(endpoint, _kept(facets, review, without), **more)


def _url(endpoint, pairs, **more):
    """An address with several values of one name where there are."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return url_for(endpoint, **values, **more)


def _facet(facet, review, facets, whole):
    short = listing.shortened(facet, whole == facet.name)
    more = ngettext("%(num)d more value", "%(num)d more values", short.more_count) if short.more_count else ""
    return {"facet": short, "is_open": facet.name not in ("state", "affected", "sdg") or whole == facet.name or
            any(option.chosen for option in short.options), "more_words": more,
            "more_url": _address(review, facets, all=facet.name, _anchor="filters") if more else ""}


def _chips(counted, view, review, facets):
    chips = []
    if view.search:
        chips.append({"label": _("Search: %(words)s", words=view.search),
                      "url": _address(review, facets, without=("q",))})
    for facet in counted:
        for option in facet.options:
            if option.chosen:
                rest = [value for value in view.chosen[facet.name] if value != option.value]
                pairs = [*_kept(facets, review, without=(facet.name,)), *((facet.name, value) for value in rest)]
                chips.append({"label": _("%(facet)s: %(value)s", facet=facet.title, value=option.words),
                              "url": _url("recommendations.index", pairs)})
    return chips


def _shown(ctx, row, beside, review, facets):
    one = row.one
    return {"uid": one.uid, "number": name_of(one), "text": one.text,
            "states": [state_name(code, ctx.locale) for code in row.states], "themes": row.themes or row.headings,
            "sdgs": row.sdgs, "position": one.position, "position_words": str(POSITION_WORDS[one.position]),
            "lights": [value for value in beside if value.mark is not None],
            "beside": [value.label for value in beside if value.mark is None],
            "url": _address(review, facets, endpoint="recommendations.show", uid=one.uid)}


def _review(review):
    return {"title": review.title, "key": review.key, "detail": str(review_detail(review))}


def _file(review, form, content):
    return Response(content, mimetype=MEDIA_TYPES[form], headers={
        "Content-Disposition": f'attachment; filename="{file_name(review, form)}"'})


# One recommendation.

@pages.get("/r/<uid>")
@route("recommendations.see", load=Recommendation)
def show(ctx, recommendation):
    return _page_of(ctx, recommendation)


@pages.get("/<key>/<number>")
@route("recommendations.see")
def show_by_number(ctx, key, number):
    """140.12 of session 48, or 140.12-2 for its second part."""
    digits, dash, part_words = number.partition("-")
    part = small_number(part_words)
    found = by_number(ctx, find_review(ctx, key), digits, part) if part is not None or not dash else None
    if found is None:
        raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
    return _page_of(ctx, found)


def _page_of(ctx, recommendation):
    review = recommendation.review
    ctx.known["review"] = review
    rows = listing.rows_of(ctx, review)
    facets, _gaps = _facets(ctx, rows)
    found, _counted = listing.narrowed(rows, facets, _view(facets))
    row = next(row for row in rows if row.one.uid == recommendation.uid)
    before, after = listing.neighbours(found, recommendation.uid)
    entries = history(recommendation)
    may_edit = allowed(ctx, "recommendations.edit", recommendation)
    return render_template(
        "recommendations/show.html", number=name_of(recommendation), text=recommendation.text,
        states=[state_name(code, ctx.locale) for code in row.states], position=recommendation.position,
        position_words=str(POSITION_WORDS[recommendation.position]), source=recommendation.source or "",
        draft_number=recommendation.draft_number or "", history=_history(ctx, entries), version=recommendation.version,
        facts=[{"title": title, "values": values} for title, values in (
            (_("Themes"), row.themes), (_("Stood under"), row.headings if row.headings != row.themes else ()),
            (_("Persons"), row.affected), (_("Sustainable Development Goals"), row.sdgs)) if values],
        list_url=_address(review, facets), list_words=ngettext(
            "The list (%(num)d recommendation)", "The list (%(num)d recommendations)", len(found)),
        previous=_neighbour(before, review, facets), next=_neighbour(after, review, facets),
        main=draw_panels("recommendation.main", [recommendation]),
        aside=draw_panels("recommendation.aside", [recommendation]),
        positions=[{"value": value, "words": str(words)} for value, words in POSITION_WORDS.items() if value],
        urls={"edit": url_for("recommendations.edit", uid=recommendation.uid) if may_edit else "",
              "position": url_for("recommendations.record", uid=recommendation.uid) if may_edit else ""})


def _by_whom(name, is_from_file):
    if is_from_file:
        return _("from a file that %(name)s brought in", name=name) if name else _("from a file")
    return _("entered by %(name)s", name=name) if name else _("entered by command")


def _neighbour(one, review, facets):
    if one is None:
        return None
    return {"number": name_of(one), "url": _address(review, facets, endpoint="recommendations.show", uid=one.uid)}


def _history(ctx, entries):
    """The newest first, each with who entered it."""
    names = seat_labels(ctx, [entry.seat_id for entry in entries])
    told = []
    for entry in reversed(entries):
        by = _by_whom(names.get(entry.seat_id), entry.import_id is not None)
        told.append({"position": entry.position, "words": str(POSITION_WORDS[entry.position]),
                     "when": _("said on %(day)s", day=format_date(entry.said_on)) if entry.said_on else
                     _("entered on %(day)s", day=format_date(entry.entered_at.date())),
                     "detail": _(", ").join(part for part in (entry.source, by) if part)})
    return told


# Today

def waiting(ctx) -> list[WaitingItem]:
    """The very first step, for who may take it: a coalition that follows no review has nothing to work on."""
    if review_here(ctx) is not None or not allowed(ctx, "recommendations.import"):
        return []
    return [WaitingItem("recommendations.first", lazy("Bring in the recommendations, from the document of the United "
                                                      "Nations"),
                        url_for("recommendations.index"), weight=20, act=lazy("Bring them in"),
                        plain=lazy("Bring in the recommendations"))]
