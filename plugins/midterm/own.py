"""What one organisation has given and was given: the lights, dissents, evidence and shares that it takes along."""

from core.api import OwnData, visible
from plugins.midterm.models import AgreedAssessment, Assessment, Dissent, Evidence, Round, Share
from plugins.recommendations.models import Recommendation

FIELDS = {
    "lights": (Assessment, ("light", "light_in_practice", "comment")),
    "dissents": (Dissent, ("sentence",)),
    "evidence": (Evidence, ("title", "url", "note", "source", "dated_on")),
    "shares": (Share, ("due",)),
}


def own(ctx, membership) -> list[OwnData]:
    """Each row with its recommendation and its round, in a fixed number of queries."""
    found = {name: list(visible(ctx, model).where(model.membership == membership).order_by(model.id))
             for name, (model, _fields) in FIELDS.items()}
    agreed = {one.id: one for one in visible(ctx, AgreedAssessment).where(
        AgreedAssessment.id.in_([row.agreed_assessment_id for row in found["dissents"]]))}

    def place(row):
        return agreed[row.agreed_assessment_id] if isinstance(row, Dissent) else row
    rows = [place(row) for kind in found.values() for row in kind]
    recommendations = {one.id: one for one in visible(ctx, Recommendation).where(
        Recommendation.id.in_({row.recommendation_id for row in rows}))}
    rounds = {one.id: one.title for one in visible(ctx, Round)}

    def line(row, fields):
        recommendation = recommendations.get(place(row).recommendation_id)
        values = {name: getattr(row, name) for name in fields}
        return {"recommendation": recommendation and recommendation.number,
                "text": recommendation and recommendation.text, "round": rounds.get(place(row).round_id),
                **{name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}}
    return [OwnData(f"midterm_{name}", tuple(line(row, FIELDS[name][1]) for row in kind))
            for name, kind in found.items()]
