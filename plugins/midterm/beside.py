"""What stands beside another's objects: panels on a recommendation, in its list and on Today; facets of the list."""

from core.api import (
    Attachment,
    Facet,
    FacetValue,
    Panel,
    Review,
    all_labels,
    allowed,
    labels,
    lazy,
    reviews_of,
    visible,
)
from plugins.midterm import claims, evidence, rounds, sharing, stage
from plugins.midterm.lights import HINTS, LIGHTS, SHORT, WORDS, counted, in_words
from plugins.midterm.matrix import lines_of, tally
from plugins.midterm.models import AgreedAssessment, Assessment, Dissent
from plugins.midterm.reporting import evidence_words


def panels(ctx, place, objects) -> list[Panel]:
    """The plugin's panels by place; those places are listed in the README of the plugin that asks."""
    drawn = {"recommendations.bar": _share_out, "recommendation.main": _assessed, "recommendation.aside": _standing,
             "today.aside": _today, "review.stage": stage.panel}.get(place)
    panel = drawn(ctx, objects) if drawn and objects else None
    return [panel] if panel else []


def _share_out(ctx, objects):
    if not allowed(ctx, "midterm.share", objects[0].review):
        return None
    review = objects[0].review
    counts = sharing.progress(ctx, rounds.find_round(ctx, review))
    return Panel(lazy("Share out"), "midterm/share_out.html", {
        "review": review.key, "organisations": [(membership.uid, name, counts.get(membership.id, (0, 0))[1])
                                                for membership, name in all_labels(ctx)]})


def _assessed(ctx, objects):
    """Round by round: the agreed light with its dissents, and each organisation's; what the State says; evidence."""
    recommendation = objects[0]
    told = _by_round(ctx, recommendation)
    own = list(ctx.memberships)
    shown = evidence.evidence_of(ctx, [recommendation]).get(recommendation.id, [])
    files = visible(ctx, Attachment).where(Attachment.id.in_([one.file_id for one in shown if one.file_id]))
    uids = {file.id: file.uid for file in files}
    named = labels(ctx, [*own, *(one.membership_id for one in shown if one.membership_id),
                         *(vote.membership_id for _round, votes, _agreed, _dissents in told for vote in votes)])
    return Panel(lazy("How far it has come"), "midterm/assessed.html", {
        "recommendation": recommendation, "rounds": [_round_values(ctx, named, own, *one) for one in told],
        "claims": [{"uid": claim.uid, "text": claim.text, "source": claim.source, "said_on": claim.said_on,
                    "light": claim.light, "words": WORDS[claim.light] if claim.light else ""}
                   for claim in claims.claims_of(ctx, [recommendation]).get(recommendation.id, [])],
        "evidence": [{"uid": one.uid, "url": one.url, "file_uid": uids.get(one.file_id, ""),
                      "words": evidence_words(one), "by": named[one.membership_id] if one.membership_id else "",
                      "may_drop": allowed(ctx, "midterm.assess" if one.membership_id else "midterm.agree", one)}
                     for one in shown],
        "own": [(membership.uid, named[membership.id]) for membership in own],
        "may_agree": allowed(ctx, "midterm.agree"), "may_claim": allowed(ctx, "midterm.claim"),
        "lights": [(light, SHORT[light]) for light in LIGHTS]})


def _by_round(ctx, recommendation):
    """[(round, its assessments, the agreed one or None, its dissents)], the newest round first."""
    votes = list(visible(ctx, Assessment).where(Assessment.recommendation == recommendation))
    agreed = {one.round_id: one for one in visible(ctx, AgreedAssessment).where(
        AgreedAssessment.recommendation == recommendation)}
    dissents = list(visible(ctx, Dissent).where(Dissent.agreed_assessment.in_([one.id for one in agreed.values()])))
    found = []
    for one in rounds.rounds_of(ctx, recommendation.review):
        settled = agreed.get(one.id)
        found.append((one, [vote for vote in votes if vote.round_id == one.id], settled,
                      [dissent for dissent in dissents if settled and dissent.agreed_assessment_id == settled.id]))
    return [told for told in found if told[1] or told[2]]


def _round_values(ctx, named, own, one, votes, agreed, dissents):
    labels(ctx, [dissent.membership_id for dissent in dissents])
    is_agreed = agreed is not None and agreed.agreed_at is not None
    said = {dissent.membership_id: dissent for dissent in dissents}
    votes = sorted(votes, key=lambda vote: (named[vote.membership_id].casefold(), vote.uid))
    mine = [vote for vote in votes if vote.membership_id in {membership.id for membership in own}]
    return {
        "title": one.title, "is_agreed": is_agreed, "agreed": agreed,
        "words": in_words(agreed.light, agreed.light_in_practice) if agreed and agreed.light else [],
        "votes": [{"label": named[vote.membership_id], "light": counted(vote.light, vote.light_in_practice) or "",
                   "words": in_words(vote.light, vote.light_in_practice), "comment": vote.comment,
                   "differs": is_agreed and bool(vote.light)
                   and (vote.light, vote.light_in_practice) != (agreed.light, agreed.light_in_practice)}
                  for vote in votes],
        "dissents": sorted((named[dissent.membership_id], dissent.sentence) for dissent in dissents),
        "own": [{"uid": vote.uid, "membership": vote.membership.uid, "label": named[vote.membership_id],
                 "sentence": said[vote.membership_id].sentence if vote.membership_id in said else "",
                 "may_dissent": is_agreed and bool(vote.light)
                 and (vote.light, vote.light_in_practice) != (agreed.light, agreed.light_in_practice)
                 or vote.membership_id in said} for vote in mine]}


def _standing(ctx, objects):
    """The agreed light of the newest round, at a glance."""
    recommendation = objects[0]
    newest = rounds.find_round(ctx, recommendation.review)
    if newest is None:
        return None
    agreed = visible(ctx, AgreedAssessment).where(
        AgreedAssessment.round == newest, AgreedAssessment.recommendation == recommendation).first()
    is_agreed = agreed is not None and agreed.agreed_at is not None
    return Panel(lazy("Agreed light"), "midterm/standing.html", {
        "round": newest.title, "words": in_words(agreed.light, agreed.light_in_practice) if is_agreed else []})


def _today(ctx, objects):
    review = _newest_review(ctx)
    assessment_round = rounds.find_round(ctx, review) if review else None
    if assessment_round is None:
        return None
    counts = tally(lines_of(ctx, review, assessment_round))
    total = sum(counts.values())
    return Panel(lazy("Where the %(total)d stand", total=total), "midterm/today.html", {
        "review": review.key, "round": assessment_round.title, "total": total, "open": counts.get(None, 0),
        "lights": [(light, SHORT[light], counts.get(light, 0), HINTS[light]) for light in LIGHTS]})


def _newest_review(ctx) -> Review | None:
    return ctx.known.get("review") or next(iter(reviews_of(ctx)), None)


def facets(ctx, place, objects) -> list[Facet]:
    """Who assesses, and what is agreed, in the newest round of the review whose list is shown."""
    if place != "recommendations.list" or not objects:
        return []
    newest = rounds.find_round(ctx, objects[0].review)
    uids = {one.id: one.uid for one in objects}
    return [_responsible(ctx, newest, uids), _agreed_light(ctx, newest, uids)]


def _responsible(ctx, newest, uids):
    rows = [] if newest is None else visible(ctx, Assessment, Assessment.recommendation, Assessment.membership).where(
        Assessment.round == newest).tuples()
    keys = {membership.id: FacetValue(membership.uid, name) for membership, name in all_labels(ctx)}
    values: dict[str, tuple[FacetValue, ...]] = {}
    order = {membership: place for place, membership in enumerate(keys)}
    for recommendation, membership in sorted(rows, key=lambda row: order.get(row[1], -1)):
        if recommendation in uids and membership in keys:
            uid = uids[recommendation]
            values[uid] = (*values.get(uid, ()), keys[membership])
    return Facet("organisation", lazy("Responsible organisation"), values, shown=True, absent=lazy("Nobody yet"))


def _agreed_light(ctx, newest, uids):
    row = AgreedAssessment
    rows = [] if newest is None else visible(ctx, row, row.recommendation, row.light, row.light_in_practice).where(
        row.round == newest, row.agreed_at.is_null(False)).tuples()
    values = {uids[recommendation]: (FacetValue(light, str(SHORT[light]), mark=light),)
              for recommendation, *said in rows if recommendation in uids and (light := counted(*said))}
    return Facet("light", lazy("Agreed light"), values, order=LIGHTS, shown=True, absent=lazy("Not agreed yet"))
