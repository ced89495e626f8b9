"""What the State says of its own implementation: in its words, beside ours, never counted with ours."""

import hashlib
import json

from core.api import Refused, change, lazy, visible
from plugins.midterm.models import Claim
from plugins.recommendations.models import Recommendation


def add_claim(ctx, recommendation: Recommendation, text: str, said_on=None, light: str | None = None,
              source: str = "") -> bool:
    """Write down what the State claims; False where the same stands already."""
    text, source = text.strip(), source.strip()
    if not text:
        raise Refused(lazy("Type what the State says, in its own words."))
    parts = [source, said_on.isoformat() if said_on else None, " ".join(text.split())]
    key = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
    if visible(ctx, Claim).where(Claim.recommendation == recommendation, Claim.claim_key == key).exists():
        return False
    claim = Claim(coalition=ctx.coalition, recommendation=recommendation, text=text, said_on=said_on, light=light,
                  source=source, claim_key=key)
    with change(ctx, "midterm.claim", claim) as entry:
        entry.add(claim)
    return True


def remove_claim(ctx, claim: Claim) -> None:
    with change(ctx, "midterm.claim", claim) as entry:
        entry.remove(claim)


def claims_of(ctx, recommendations) -> dict[int, list[Claim]]:
    """Recommendation id → what the State claims about it, the newest first."""
    found: dict[int, list[Claim]] = {}
    ids = [getattr(one, "id", one) for one in recommendations]
    for claim in (visible(ctx, Claim).where(Claim.recommendation.in_(ids))
                  .order_by(Claim.said_on.desc(), Claim.id.desc())):
        found.setdefault(claim.recommendation_id, []).append(claim)
    return found
