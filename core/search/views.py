"""The page of what was found."""

from flask import Blueprint, current_app, render_template, request, url_for

from core.search.searching import search
from core.web.forms import small_number
from core.web.frame import route

pages = Blueprint("search", __name__)


@pages.get("/c/<coalition>/search")
@route("coalition.see", limit="search")
def find(ctx):
    typed = " ".join(request.args.get("q", "").split())
    kind = request.args.get("kind") or None
    page = (kind and small_number(request.args.get("page", ""))) or 1
    found = search(ctx, current_app.host, typed, kind, page)
    return render_template(
        "search/found.html", typed=typed, holds_words=bool(found.words), count=found.count, gaps=found.gaps,
        groups=[_group(typed, group, kind, page) for group in found.groups],
        all_url=url_for("search.find", q=typed) if kind else "")


def _group(typed, group, kind, page):
    last = group.first + len(group.hits) - 1
    more = url_for("search.find", q=typed, kind=group.kind, page=page + 1 if kind else None)
    return {"kind": group.kind, "title": group.title, "count": group.count, "first": group.first, "last": last,
            "hits": [{"title": hit.title, "text": hit.text, "detail": hit.detail,
                      "url": url_for(hit.endpoint, **hit.values)} for hit in group.hits],
            "more_url": more if last < group.count else "",
            "previous_url": url_for("search.find", q=typed, kind=kind, page=page - 1) if page > 1 else ""}
