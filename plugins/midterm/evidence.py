"""Evidence: a link, a note or a file with its source and date, of one organisation or of the coalition."""

import hashlib
import json
from datetime import date

from core.api import (
    About,
    FileStore,
    Forbidden,
    Membership,
    Upload,
    allowed,
    change,
    lazy,
    store_upload,
    visible,
)
from plugins.midterm.models import Evidence, Round
from plugins.midterm.shown import Shown
from plugins.recommendations.models import Recommendation


def key_of(assessment_round: Round | None, membership: Membership | None, shown: Shown, content: bytes = b"") -> str:
    """The same evidence of the same organisation in the same round has one key, so that it stands once."""
    parts = [getattr(assessment_round, "uid", None), getattr(membership, "uid", None),
             hashlib.sha256(content).hexdigest() if content else shown.url or " ".join((shown.note or "").split())]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def keys_standing(ctx, recommendation_ids) -> set[tuple[int, str]]:
    """(recommendation id, key) of all evidence on these recommendations."""
    return set(visible(ctx, Evidence, Evidence.recommendation, Evidence.evidence_key)
               .where(Evidence.recommendation.in_(list(recommendation_ids))).tuples())


def new_evidence(recommendation, assessment_round, membership, shown: Shown, content: bytes = b"") -> Evidence:
    return Evidence(recommendation=recommendation, round=assessment_round, membership=membership, url=shown.url,
                    note=shown.note, title=shown.title, source=shown.source, dated_on=shown.dated_on,
                    evidence_key=key_of(assessment_round, membership, shown, content))


def add_evidence(ctx, recommendation: Recommendation, assessment_round: Round | None, membership: Membership | None,
                 shown: Shown, store: FileStore | None = None, upload: Upload | None = None) -> bool:
    """Add evidence; False where the same stands already. `membership` None: the coalition's. `upload`: a file, which
    `shown` describes, and which is kept among the coalition's."""
    made = new_evidence(recommendation, assessment_round, membership, shown, upload.content if upload else b"")
    made.coalition = ctx.coalition
    action = "midterm.agree" if membership is None else "midterm.assess"
    if (recommendation.id, made.evidence_key) in keys_standing(ctx, [recommendation.id]):
        return False
    if upload is not None:
        if not allowed(ctx, action, made):
            raise Forbidden(lazy("You may not add evidence for it. Its own people can."))
        made.file = store_upload(ctx, store, upload, About(shown.title, shown.source, dated_on=shown.dated_on),
                                 membership, made)
    with change(ctx, action, made) as entry:
        entry.add(made)
    return True


def remove_evidence(ctx, evidence: Evidence) -> None:
    """Its own people remove an organisation's; a coordinator or editor the coalition's."""
    with change(ctx, "midterm.agree" if evidence.membership_id is None else "midterm.assess", evidence) as entry:
        entry.remove(evidence)


def evidence_of(ctx, recommendations) -> dict[int, list[Evidence]]:
    """Recommendation id → its evidence, by date, then by words: who came first is nobody's business."""
    found: dict[int, list[Evidence]] = {}
    ids = [getattr(one, "id", one) for one in recommendations]
    rows = visible(ctx, Evidence).where(Evidence.recommendation.in_(ids))
    for evidence in sorted(rows, key=lambda one: (one.dated_on or date.max, one.title, one.url or "", one.note or "",
                                                  one.uid)):
        found.setdefault(evidence.recommendation_id, []).append(evidence)
    return found
