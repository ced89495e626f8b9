"""The pages of the directory, and the directory as a file."""

from flask import Blueprint, make_response, render_template, request, url_for

from core import policy
from core.coalitions import directory as listing
from core.coalitions.organisations import ECOSOC, HEADS
from core.people.labels import is_pseudonym
from core.web.frame import route
from core.web.kept_pages import kept_page

pages = Blueprint("directory", __name__)


@pages.get("/c/<coalition>/directory")
@route("organisation.see")
def directory(ctx):
    return kept_page(ctx, lambda: _directory(ctx))


def _directory(ctx):
    chosen = {name: tuple(request.args.getlist(name)) for name in listing.FACETS}
    shown = listing.directory(ctx, chosen, request.args.get("after", ""))
    own = {membership.id for membership in ctx.own}
    narrow = {name: list(values) for name, values in chosen.items() if values}

    def page(after):
        return "" if after is None else url_for("directory.directory", **narrow, after=after or None)
    decides = policy.allowed(ctx, "organisation.standing", ctx.coalition)
    return render_template(
        "coalitions/directory.html", total=shown.total, matching=shown.matching, first=shown.first,
        last=shown.first + len(shown.lines) - 1 if shown.lines else 0, not_broken_down=shown.not_broken_down,
        previous_url=page(shown.previous), next_url=page(shown.next), is_narrowed=bool(narrow),
        lines=[_line(line, own) for line in shown.lines],
        facets=[{"name": name, "title": str(HEADS[name]),
                 "options": [{"value": value, "words": _words(name, value), "count": count,
                              "chosen": value in chosen[name]} for value, count in shown.options[name]]}
                for name in listing.FACETS if shown.options[name]],
        gone=[{"label": label, "is_withheld": is_pseudonym(membership, label),
               "url": url_for("organisations.organisation", uid=membership.uid)}
              for membership, label in (listing.gone(ctx) if decides else [])],
        urls={"all": url_for("directory.directory"),
              "bring_in": url_for("organisation_lists.import_page") if decides else "",
              "invite": url_for("invitations.invitations") if decides else "",
              "duplicates": url_for("organisation_lists.duplicates") if decides else "",
              "members_file": url_for("directory.members_file"),
              "public_file": url_for("directory.public_file") if decides else "",
              "keeper_file": url_for("directory.keeper_file") if policy.allowed(ctx, "names.read", ctx.coalition)
              else ""})


def _words(name, value):
    return str(ECOSOC[value]) if name == "ecosoc" else value


def _line(line, own):
    return {"label": line.label, "is_withheld": line.is_withheld and line.membership.id not in own,
            "is_mine": line.membership.id in own, "acronym": line.profile.get("acronym", ""),
            "clusters": line.profile.get("clusters", []), "regions": line.profile.get("regions", []),
            "languages": line.profile.get("languages", []),
            "ecosoc": _words("ecosoc", line.profile["ecosoc"]) if line.profile.get("ecosoc") else "",
            "url": url_for("organisations.organisation", uid=line.membership.uid)}


def _file(ctx, door):
    answer = make_response(listing.as_csv(ctx, door))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="directory-{door}-{ctx.today.isoformat()}.csv"'
    return answer


@pages.get("/c/<coalition>/directory/members.csv")
@route("organisation.see", fresh=True, limit="export")
def members_file(ctx):
    return _file(ctx, "members")


@pages.get("/c/<coalition>/directory/public.csv")
@route("organisation.standing", fresh=True, limit="export")
def public_file(ctx):
    return _file(ctx, "public")


@pages.get("/c/<coalition>/directory/keeper.csv")
@route("names.read", fresh=True, limit="export")
def keeper_file(ctx):
    return _file(ctx, "keeper")
