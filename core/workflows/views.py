"""The review's page: where it stands, what each stage is for and asks; moving it, and writing down what is known."""

from flask import Blueprint, current_app, render_template, request, url_for

from core.errors import Conflict, NotThere, Refused
from core.language import Words, _, format_date
from core.people.labels import moment_beside, seat_labels
from core.policy import allowed, find
from core.reference.calendar import confidence_words, proposal_for, source_links
from core.web.forms import optional_number, seen_version
from core.web.frame import back_to, review_here, route, say
from core.web.panels import draw_panels
from core.workflows import moving
from core.workflows.engine import ask
from core.workflows.forms import DatesForm, StageHereForm
from core.workflows.models import Review
from core.workflows.reviews import change_review, close_review, whole_title
from core.workflows.standing import current, find_stage, stages_of
from core.workflows.wall_time import read, written, written_day

pages = Blueprint("workflows", __name__)


@pages.get("/c/<coalition>/review")
@route("coalition.see")
def review(ctx):
    review = review_here(ctx)
    if review is None:
        return back_to("workflows.all_reviews")
    return _page(ctx, review, request.args.get("stage"))


def _page(ctx, review, stage=None, status=200, problem=""):
    stages = stages_of(ctx, review)
    shown = find_stage(stages, stage) if stage else current(stages)
    is_now = shown.status == "now"
    may = {name: allowed(ctx, f"review.{name}", review) for name in ("edit", "move", "force")}
    return render_template(
        "workflows/review.html", problem=problem,
        title=str(whole_title(review)),
        review=_review(ctx, review, stages), stage=_stage(ctx, shown, may),
        stages=[_in_thread(review, one, shown) for one in stages],
        ways=[_way(ctx, review, found, way) for found, way in moving.ways_on(ctx, stages)] if is_now else [],
        back=_back(stages) if is_now and may["move"] else None,
        others=[{"id": one.id, "title": str(one.title)} for one in stages if one.status != "now"],
        may=may, urls=_urls(review), moves=_moves(ctx, review),
        panels=draw_panels("review.stage", [shown])), status


def _urls(review):
    return {"move": url_for("workflows.move", uid=review.uid), "force": url_for("workflows.force", uid=review.uid),
            "close": url_for("workflows.close", uid=review.uid), "dates": url_for("workflows.dates", uid=review.uid),
            "consultations": url_for("workflows.consultations", review=review.key),
            "workflow": url_for("workflows.workflow"), "reviews": url_for("workflows.all_reviews")}


def _review(ctx, review, stages):
    opens, closes = read(review.window_opens_due), read(review.window_closes_due)
    days = [(_("Day of the review"), _day_words(review, "reviewed_on", review.reviewed_on)),
            (_("Window for submissions opens"), _hour_words(ctx, opens)),
            (_("Window for submissions closes"), _hour_words(ctx, closes)),
            (_("Adoption in plenary"), _day_words(review, "adopted_on", review.adopted_on))]
    sources = [_source_words(review, name, label) for name, label in (
        ("reviewed_on", _("Day of the review")), ("window_closes_due", _("Window for submissions closes")))
        if name in review.date_sources]
    return {"version": review.version, "is_closed": review.is_closed, "days": days, "sources": sources,
            "notes": [*(str(note) for wall in (opens, closes) if wall and (note := wall.note())),
                      *(_turned_words(stage) for stage in stages if stage.starts_on and stage.ends_on
                        and stage.ends_on < stage.starts_on)]}


def _turned_words(stage):
    return _("“%(stage)s” would begin on %(start)s and end on %(end)s: look at its days and those of the review.",
             stage=str(stage.title), start=format_date(stage.starts_on, "long"), end=format_date(stage.ends_on, "long"))


def _hour_words(ctx, wall):
    return str(wall.shown(ctx.zone)) if wall else _("not known")


def _day_words(review, name, day):
    if day is None:
        return _("not known")
    return format_date(day, "LLLL y" if review.date_sources.get(name, {}).get("is_month") else "long")


def _source_words(review, name, label):
    source = review.date_sources[name]
    return {"label": label, "confidence": confidence_words(source["confidence"]),
            "source": source_shown(source["source"], source["confidence"])}


def source_shown(source, confidence):
    """What workflows/source.html shows of a row of the calendar."""
    words, links = confidence_words(confidence), source_links(source)
    is_all = [address for _host, address in links] == [source]
    notes = ["" if confidence.lower() == words.lower() else confidence, "" if is_all else source]
    return {"links": links, "note": " · ".join(filter(None, notes))}


def _stage(ctx, stage, may):
    return {"id": stage.id, "title": str(stage.title), "purpose": str(stage.spec.purpose), "who": stage.spec.who,
            "status": stage.status, "starts": _stage_day(stage, "starts_on"), "ends": _stage_day(stage, "ends_on"),
            "note": stage.note, "is_left_over": stage.is_left_over, "plugin": _plugin_title(stage.plugin),
            "documents": [{"title": str(one.document.title), "symbol": one.symbol} for one in stage.documents],
            "links": [{"title": str(one.title), "url": one.url, "source": str(one.source)}
                      for one in stage.spec.links],
            "edit_url": url_for("workflows.stage", uid=stage.review.uid, stage=stage.id) if may["edit"] else ""}


def _plugin_title(name):
    loaded = current_app.host.loaded.get(name)
    return str(loaded.manifest.title) if loaded else name


def _stage_day(stage, name):
    day = getattr(stage, name)
    if day is None:
        return _("not known")
    if stage.is_exact(name):
        return format_date(day, "long")
    return _("about %(day)s", day=format_date(day, "long"))


def _in_thread(review, stage, shown):
    return {"title": str(stage.title), "status": stage.status, "is_shown": stage.id == shown.id,
            "is_left_over": stage.is_left_over, "url": url_for("workflows.review", review=review.key, stage=stage.id),
            "when": format_date(stage.starts_on, "MMM y") if stage.starts_on else ""}


def _way(ctx, review, stage, way):
    verdicts = ask(ctx, review, way)
    return {"id": stage.id, "title": str(stage.title), "is_open": all(verdict.ok for verdict in verdicts),
            "verdicts": [{"ok": verdict.ok, "warns": verdict.ok and verdict.warns,
                          "sentence": str(verdict.sentence), "url": verdict.link} for verdict in verdicts]}


def _back(stages):
    stage = moving.way_back(stages)
    return {"id": stage.id, "title": str(stage.title)} if stage else None


def _moves(ctx, review):
    moves = moving.moves_of(review)
    names = seat_labels(ctx, [move.seat_id for move in moves])
    return [{"when": moment_beside(ctx, move.seat_id, move.at), "who": names.get(move.seat_id, _("A command")),
             "start": move.start_title, "end": move.end_title, "is_forced": move.is_forced, "reason": move.reason,
             "unmet": [str(Words.from_kept(sentence)) for sentence in move.unmet]} for move in moves]


@pages.post("/c/<coalition>/review/<uid>/move")
@route("review.move", load=Review)
def move(ctx, review):
    return _moved(ctx, review, lambda stage: moving.move(ctx, review, stage, seen_version()))


@pages.post("/c/<coalition>/review/<uid>/force")
@route("review.force", load=Review)
def force(ctx, review):
    return _moved(ctx, review, lambda stage: moving.force(ctx, review, stage, request.form.get("reason", ""),
                                                          seen_version()))


def _moved(ctx, review, act):
    ctx.known["review"] = review
    try:
        act(request.form.get("stage", ""))
    except (Conflict, NotThere):
        raise
    except Refused as error:
        return _page(ctx, review, status=422, problem=str(error))
    say(_("The review stands in “%(stage)s” now.", stage=str(current(stages_of(ctx, review)).title)))
    return back_to("workflows.review", review=review.key)


@pages.post("/c/<coalition>/review/<uid>/close")
@route("review.force", load=Review)
def close(ctx, review):
    is_closed = request.form.get("closed") == "yes"
    close_review(ctx, review, is_closed, seen_version())
    say(_("The review is closed. All of it stays.") if is_closed else _("The review is open again."))
    return back_to("workflows.review", review=review.key)


@pages.route("/c/<coalition>/review/<uid>/dates", methods=["GET", "POST"])
@route("review.edit", load=Review)
def dates(ctx, review):
    ctx.known["review"] = review
    form, seen, theirs = DatesForm(data=_known(review)), review.version, []
    if request.method == "POST" and form.validate():
        try:
            _change_dates(ctx, review, form)
            say(_("What is known of the review is written down."))
            return back_to("workflows.review", review=review.key)
        except Conflict as error:
            review = ctx.known["review"] = find(ctx, Review, review.uid)
            form.refuse(error)
            seen, theirs = error.version, _theirs(form, _known(review))
        except (Refused, ValueError) as error:
            form.refuse(error)
    proposed = proposal_for(review.wg_session, review.state)
    return render_template("workflows/dates.html", form=form, version=seen, theirs=theirs,
                           proposed=_proposed(proposed, review) if proposed else None,
                           back_url=url_for("workflows.review", review=review.key)), 422 if form.errors else 200


def _known(review):
    opens, closes = read(review.window_opens_due), read(review.window_closes_due)
    return {"title": review.title, "session": str(review.wg_session or ""), "cycle": str(review.cycle or ""),
            "reviewed_on": _iso(review.reviewed_on), "adopted_on": _iso(review.adopted_on),
            "opens_day": _iso(opens and opens.day), "opens_hour": _clock(opens),
            "closes_day": _iso(closes and closes.day), "closes_hour": _clock(closes)}


def _iso(day):
    return day.isoformat() if day else ""


def _clock(wall):
    return f"{wall.clock:%H:%M}" if wall and wall.clock else ""


def _change_dates(ctx, review, form):
    change_review(
        ctx, review, form.title.data, optional_number(form.cycle.data, _("The cycle")),
        optional_number(form.session.data, _("The session")), written_day(form.reviewed_on.data), seen_version(),
        adopted_on=written_day(form.adopted_on.data),
        window_opens_due=written(form.opens_day.data, form.opens_hour.data),
        window_closes_due=written(form.closes_day.data, form.closes_hour.data))


def _theirs(form, standing):
    return [{"label": form[name].label.text, "value": value or "–"} for name, value in standing.items()
            if value != (form[name].data or "").strip()]


def _proposed(proposed, review):
    return {"month": format_date(proposed.first_day, "LLLL y") if proposed.first_day else _("not known"),
            "deadline": format_date(proposed.deadline, "long") if proposed.deadline else _("not known"),
            "confidence": confidence_words(proposed.confidence),
            "source": source_shown(proposed.source, proposed.confidence), "remarks": list(_remarks(proposed, review))}


def _remarks(proposed, review):
    """Where what is written down of the review is not what the calendar says."""
    closes = read(review.window_closes_due)
    if proposed.first_day and review.reviewed_on and (
            (proposed.first_day.year, proposed.first_day.month) != (review.reviewed_on.year, review.reviewed_on.month)):
        yield _("The day of the review that is written here, %(day)s, is not in that month.",
                day=format_date(review.reviewed_on, "long"))
    if proposed.deadline and closes and proposed.deadline != closes.day:
        yield _("The window closes on another day here: on %(day)s.", day=format_date(closes.day, "long"))


@pages.route("/c/<coalition>/review/<uid>/stages/<stage>", methods=["GET", "POST"])
@route("review.edit", load=Review)
def stage(ctx, review, stage):
    ctx.known["review"] = review
    here = find_stage(stages_of(ctx, review), stage)
    form, seen, theirs = StageHereForm(data=_known_stage(here)), review.version, []
    symbols = {one.document.key: request.form.get(f"symbol-{one.document.key}", one.symbol) for one in here.documents}
    if request.method == "POST" and form.validate():
        try:
            moving.change_stage_here(ctx, review, here.id, written_day(form.starts_on.data),
                                     written_day(form.ends_on.data), form.note.data or "", symbols, seen_version())
            say(_("The stage is written down."))
            return back_to("workflows.review", review=review.key, stage=here.id)
        except Conflict as error:
            form.refuse(error)
            ctx.known["review"] = find(ctx, Review, review.uid)
            seen, theirs = error.version, _theirs(form, _known_stage(find_stage(stages_of(
                ctx, ctx.known["review"]), stage)))
        except Refused as error:
            form.refuse(error)
    return render_template(
        "workflows/stage.html", form=form, version=seen, theirs=theirs, title=str(here.title),
        documents=[{"key": one.document.key, "title": str(one.document.title), "symbol": symbols[one.document.key]}
                   for one in here.documents],
        back_url=url_for("workflows.review", review=review.key, stage=here.id)), 422 if form.errors else 200


def _known_stage(here):
    return {"starts_on": _iso(here.starts_on) if "starts_on" in here.by_hand else "",
            "ends_on": _iso(here.ends_on) if "ends_on" in here.by_hand else "", "note": here.note}
