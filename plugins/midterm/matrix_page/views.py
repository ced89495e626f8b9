"""The matrix page with its forms, the rounds, and the files that come out."""

from flask import Response, current_app, render_template, request, url_for

from core.api import Conflict, Refused, SignInAgain, _, allowed, lazy, ngettext, note
from core.reference.states import state_name
from core.tables.days import read_day
from core.web.forms import seen_version, small_number
from core.web.frame import back_to, review_here, route, say
from core.web.kept_pages import kept_page
from plugins.midterm import agreeing, reporting, rounds, sharing
from plugins.midterm.lights import SHORT, in_words, pair
from plugins.midterm.matrix import name_of
from plugins.midterm.matrix_page.page import matrix_page, votes_of
from plugins.midterm.models import Round
from plugins.midterm.views import back, light_choices, needed_review, nothing_yet, offer_undo, pages, round_here
from plugins.recommendations.positions import POSITION_WORDS

UID_HERE = "UID"


@pages.get("/matrix")
@route("midterm.see")
def matrix(ctx):
    def draw():
        review = review_here(ctx)
        return nothing_yet() if review is None else _matrix(ctx, review, round_here(ctx, review))
    return kept_page(ctx, draw)


def _matrix(ctx, review, assessment_round, typed=None, problem=""):
    shown = request.values.get("show", "all")
    number = request.values.get("page", "1")
    page = matrix_page(ctx, review, assessment_round, shown, small_number(number) or 1,
                       request.args.get("edit", ""), typed)

    def address(**changed):
        values = {"review": review.key, "round": request.values.get("round"), "show": shown, "page": page.number}
        return url_for("midterm.matrix", **{**values, **changed})
    may = {word: allowed(ctx, f"midterm.{word}", assessment_round or review)
           for word in ("agree", "share", "export")}
    return render_template(
        "midterm/matrix.html", review=review, round=assessment_round, page=page, problem=problem, shown=shown, may=may,
        rounds=rounds.rounds_of(ctx, review), lights=light_choices(), address=address,
        rows=_rows(ctx, page, address(edit=UID_HERE, _anchor=f"r-{UID_HERE}") if may["agree"] else ""),
        key=[{**choice, "count": page.tally.get(choice["value"], 0)} for choice in light_choices()],
        recommendation_url=_address_before_uid(), has_matrix=reporting.newest_matrix(ctx, review) is not None)


def _address_before_uid():
    """A recommendation's address without its uid: url_for() for each row would cost more than the rest of it."""
    return url_for("recommendations.show", uid="") if "recommendations.show" in current_app.view_functions else ""


def _rows(ctx, page, edit_url):
    """[(theme, its rows)]; words and addresses that many rows share are made once."""
    short = {light: str(words) for light, words in SHORT.items()}
    positions = {position: str(words) for position, words in POSITION_WORDS.items()}
    own = {membership.id for membership in ctx.memberships}
    return [(group.theme, [_row(ctx, page, line, edit_url, short, positions, own) for line in group.lines])
            for group in page.groups]


def _row(ctx, page, line, edit_url, short, positions, own):
    """One row as small values, in the order in which the template unpacks them: there are hundreds."""
    agreed, form = line.agreed, page.forms.get(line.id)
    may_dissent = line.is_agreed and any(
        vote.membership in own and (vote.light, vote.in_practice) != (agreed.light, agreed.in_practice)
        for vote in line.votes)
    return (line.uid, name_of(line.number, line.part), line.position, positions[line.position], line.text,
            [state_name(iso3, ctx.locale) for iso3 in page.states.get(line.id, ())],
            in_words(agreed.light, agreed.in_practice, short) if line.is_agreed else (),
            list(votes_of(page, line, short)),
            agreed.comment if line.is_agreed else "",
            [(page.named[membership], sentence) for membership, sentence in line.dissents], form,
            edit_url.replace(UID_HERE, line.uid) if form is None else "",
            agreed.uid if may_dissent else "")


@pages.post("/agree")
@route("midterm.agree")
def agree(ctx):
    """Every row of the page whose light was chosen; `propose` leaves them open for the others to see."""
    review = needed_review(ctx)
    assessment_round = rounds.needed_round(ctx, review, request.form.get("title"))
    uids = request.form.getlist("row")
    typed = {uid: {name: request.form.get(f"{name}-{uid}", "") for name in
                   ("light", "light_in_practice", "comment", "version")} for uid in uids}
    chosen = [one for one in sharing.recommendations_by_uid(ctx, review, uids) if typed[one.uid]["light"]]
    try:
        if not chosen:
            raise Refused(lazy("Choose the agreed light of at least one recommendation."))
        decisions = [agreeing.Decision(one, *pair(typed[one.uid]["light"], typed[one.uid]["light_in_practice"]),
                                       typed[one.uid]["comment"], seen_version(f"version-{one.uid}") or 0)
                     for one in chosen]
        act, changed = agreeing.decide(ctx, assessment_round, decisions, "propose" not in request.form)
    except Conflict:
        return _agreed_meanwhile(ctx, review, assessment_round, chosen, typed)
    except Refused as refusal:
        return _matrix(ctx, review, assessment_round, typed, str(refusal)), 422
    say(ngettext("%(num)d light is agreed.", "%(num)d lights are agreed.", changed) if "propose" not in request.form
        else ngettext("%(num)d light is proposed.", "%(num)d lights are proposed.", changed),
        undo=offer_undo(act, "agree") if changed else None)
    return back(endpoint="midterm.matrix", review=review.key)


def _agreed_meanwhile(ctx, review, assessment_round, chosen, typed):
    """The page again: each row shows what was saved meanwhile, and below it what was typed here."""
    standing = agreeing.agreed_by_recommendation(ctx, assessment_round, chosen)
    moved = [one for one in chosen if one.id in standing and str(standing[one.id].version) != typed[one.uid]["version"]]
    for one in moved:
        typed[one.uid]["version"] = str(standing[one.id].version)
    numbers = ", ".join(name_of(one.number, one.part) for one in moved)
    return _matrix(ctx, review, assessment_round, typed, _(
        "Somebody else has agreed %(numbers)s since you opened this page. Both versions stand in the row: what was "
        "saved, and below it yours. Save again what shall stand.", numbers=numbers)), 409


@pages.post("/agree-equal")
@route("midterm.agree")
def agree_equal(ctx):
    """Agree at once all on which every organisation that answered says the same."""
    review = needed_review(ctx)
    assessment_round = rounds.needed_round(ctx, review, request.form.get("title"))
    try:
        act, changed = agreeing.agree_equal(ctx, assessment_round)
    except Refused as refusal:
        return _matrix(ctx, review, assessment_round, problem=str(refusal)), 422
    say(ngettext("%(num)d light is agreed.", "%(num)d lights are agreed.", changed), undo=offer_undo(act, "agree"))
    return back(endpoint="midterm.matrix", review=review.key)


@pages.post("/rounds")
@route("midterm.share")
def add_round(ctx):
    review = needed_review(ctx)
    made = rounds.add_round(ctx, review, request.form.get("title", ""), closes_on=read_day(
        request.form.get("closes_on", "")))
    say(_("The round “%(title)s” is open.", title=made.title))
    return back_to("midterm.matrix", review=review.key)


@pages.post("/rounds/<uid>/close")
@route("midterm.share", load=Round)
def close_round(ctx, assessment_round):
    """`open` opens it again."""
    if "open" in request.form:
        rounds.reopen_round(ctx, assessment_round)
        say(_("The round “%(title)s” is open.", title=assessment_round.title))
    else:
        rounds.close_round(ctx, assessment_round)
        say(_("The round “%(title)s” is closed.", title=assessment_round.title))
    return back(endpoint="midterm.matrix", review=assessment_round.review.key)


@pages.get("/export/<form>")
@route("midterm.export", limit="export")
def export(ctx, form):
    review = needed_review(ctx)
    assessment_round = round_here(ctx, review) or rounds.needed_round(ctx, review)
    door = request.args.get("door", "public")
    if door != "members" and not ctx.is_fresh:
        raise SignInAgain()
    made = reporting.export(ctx, review, assessment_round, form, current_app.settings.files, door)
    note(ctx, "midterm.export", assessment_round)
    return Response(made.content, mimetype=made.media_type,
                    headers={"Content-Disposition": f'attachment; filename="{made.name}"'})
