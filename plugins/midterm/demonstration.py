"""The plugin's share of the demonstration: a finished round in the older review, a running one in the newer."""

from dataclasses import replace
from datetime import timedelta

from core.api import Seat, all_labels, context_of, reviews_of, visible
from plugins.midterm import agreeing, assessing, claims, evidence, rounds, sharing
from plugins.midterm.agreeing import Decision
from plugins.midterm.models import Assessment
from plugins.midterm.shown import Shown
from plugins.recommendations.models import Recommendation

# What becomes of one recommendation after the other; every fifth, an organisation sees it otherwise.
COURSE = ("none", "partial", "none", "worse", "partial", "implemented", "none", "partial", "no-information", "none")
OTHERWISE = {"none": "partial", "partial": "none", "worse": "none", "implemented": "partial", "no-information": "none"}
COMMENTS = {
    "worse": "Reported cases rose from 31 to 44 a year since the review, by the count of our regional offices.",
    "none": "Announced in the Assembly in 2024; no bill, budget line or decree has followed.",
    "partial": "Introduced in nine of fourteen districts. The other five wait for staff.",
    "implemented": "In force since January, with a budget line for three years.",
    "no-information": "The ministry has not answered three letters.",
}
DISSENTS = ("Since June each case is at least published. That is a step, and we count it.",
            "The pilot reached four villages; we would not call this partial.")
CLAIMS = (("The Government has completed the draft of a bill.", "none"),
          ("Training was held for 214 officers in all provinces.", "partial"),
          ("The recommendation has been fully implemented.", "implemented"))
FINISHED, DUE_DAYS, WORDY_EVERY = "Mid-term", 12, 3
# Of the running round: organisation → (share of the recommendations: from, to; how much of it is done).
RUNNING = ((0, 40, 28), (20, 60, 30), (45, 75, 12), (0, 12, 12))


def load(ctx) -> None:
    """Write it through the plugin's own services; nothing where there are no recommendations."""
    memberships = [membership for membership, _label in sorted(all_labels(ctx), key=lambda pair: pair[0].id)]
    reviews = [(review, found) for review in reviews_of(ctx) if (found := _recommendations(ctx, review))]
    for place, (review, recommendations) in enumerate(reviews):
        if place == 0:
            _running(ctx, review, recommendations, memberships)
        else:
            _finished(ctx, review, recommendations, memberships)


def _recommendations(ctx, review):
    return list(visible(ctx, Recommendation).where(Recommendation.review == review)
                .order_by(Recommendation.number_key, Recommendation.part))


def _actors(ctx):
    """Membership id → the context of somebody who acts for it."""
    found = {}
    for seat in visible(ctx, Seat).where(Seat.ended_at.is_null()):
        at = context_of(seat.person, ctx.coalition, replace(ctx, person=seat.person, via="job"))
        found.update({membership.id: at for membership in at.memberships})
    return found


def _finished(ctx, review, recommendations, memberships):
    chosen = recommendations[:60]
    made = rounds.add_round(ctx, review, FINISHED, opens_on=ctx.today - timedelta(days=900))
    for place, membership in enumerate(memberships[:2]):
        sharing.share(ctx, review, made, chosen, membership)
        _set_lights(ctx, made, membership, place, len(chosen))
    agreeing.agree_equal(ctx, made)
    _agree_rest(ctx, made, chosen)
    rounds.close_round(ctx, made, ctx.today - timedelta(days=700))


def _agree_rest(ctx, made, chosen):
    settled = agreeing.agreed_by_recommendation(ctx, made)
    left = [(place, one) for place, one in enumerate(chosen) if one.id not in settled]
    agreeing.decide(ctx, made, [Decision(one, light := COURSE[place % len(COURSE)], comment=COMMENTS[light])
                                for place, one in left])


def _running(ctx, review, recommendations, memberships):
    made = rounds.add_round(ctx, review, FINISHED)
    for place, (membership, (first, last, done)) in enumerate(zip(memberships, RUNNING, strict=False)):
        chosen = recommendations[first:last]
        if chosen:
            sharing.share(ctx, review, made, chosen, membership, ctx.today + timedelta(days=DUE_DAYS + place))
            _set_lights(ctx, made, membership, place, done)
    _settle(ctx, made, recommendations[:8] + recommendations[20:32])
    _beside(ctx, made, recommendations, memberships)


def _set_lights(ctx, made, membership, place, done):
    """The organisation's first `done` lights, by its own people where it has any; every third with a comment."""
    operator = replace(ctx, person=None, seat=None, via="command")      # for organisations without people here
    actor = _actors(ctx).get(membership.id, operator)
    work = assessing.tasks(actor, made, membership)[:done]
    wanted = {task.uid: _light(at, place) for at, task in enumerate(work)}
    for light in dict.fromkeys(wanted.values()):
        assessing.set_many(actor, made, membership, [uid for uid, one in wanted.items() if one == light], light)
    for task in work[place::WORDY_EVERY]:
        light = wanted[task.uid]
        assessment = visible(actor, Assessment).where(Assessment.uid == task.uid).get()
        in_practice = "partial" if light == "implemented" else None
        assessing.set_light(actor, assessment, light, in_practice, COMMENTS[light])


def _light(at, place):
    usual = COURSE[at % len(COURSE)]
    return OTHERWISE[usual] if at % 5 == place and place else usual


def _settle(ctx, made, recommendations):
    """Agree the first of them, leave one proposed, and let two organisations dissent."""
    standing = [one for one in recommendations if _answers(ctx, made, one)]
    agreeing.decide(ctx, made, [Decision(one, answer.light, answer.light_in_practice, COMMENTS[answer.light])
                                for one in standing[:16] for answer in _answers(ctx, made, one)[:1]])
    for one in standing[16:17]:
        agreeing.decide(ctx, made, [Decision(one, "partial", comment=COMMENTS["partial"])], is_agreed=False)
    actors, left = _actors(ctx), list(DISSENTS)
    for agreed in agreeing.agreed_by_recommendation(ctx, made).values():
        differing = [one for one in _answers(ctx, made, agreed.recommendation)
                     if one.light != agreed.light and one.membership_id in actors]
        if agreed.agreed_at and differing and left:
            agreeing.set_dissent(actors[differing[0].membership_id], agreed, differing[0].membership, left.pop(0))


def _answers(ctx, made, recommendation):
    return list(visible(ctx, Assessment).where(
        Assessment.round == made, Assessment.recommendation == recommendation, Assessment.light.is_null(False))
        .order_by(Assessment.id))


def _beside(ctx, made, recommendations, memberships):
    """What the State says, and evidence; by people, since no command may write down a claim."""
    coordinator = next(context_of(seat.person, ctx.coalition, replace(ctx, person=seat.person, via="job"))
                       for seat in visible(ctx, Seat).where(Seat.role == "coordinator"))
    for place, one in enumerate(recommendations[:24:4]):
        text, light = CLAIMS[place % len(CLAIMS)]
        claims.add_claim(coordinator, one, text, ctx.today - timedelta(days=90), light,
                         f"Mid-term report of the Government, paragraph {48 + place}")
    actors = _actors(ctx)
    for place, one in enumerate(recommendations[:12:3]):
        membership = memberships[place % 2]
        evidence.add_evidence(actors.get(membership.id, ctx), one, made, membership, Shown(
            url=f"https://register.example/cases/{place + 1}", title="Public register of cases",
            source="Lantern Legal Aid", dated_on=ctx.today - timedelta(days=30 + place)))
        evidence.add_evidence(coordinator, one, made, None, Shown(
            note="Answer of the ministry to our letter: the decree is being drafted.", source="Ministry of Justice",
            dated_on=ctx.today - timedelta(days=45 + place)))
