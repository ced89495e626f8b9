"""How an object is called and where it leads: core's own answers, and the plugins' to the hook search_hits. For what
was found, and for what stands in the audit and among what others did."""

from core.files.models import Attachment
from core.hooks import SearchHit
from core.language import lazy
from core.people.labels import labels
from core.plugins import Gap
from core.workflows.models import Consultation, Review
from core.workflows.reviews import review_detail, reviews_of


def hits_of(ctx, host, objects) -> tuple[dict[str, SearchHit], list[str]]:
    """(uid → how it is shown, for the objects of which anybody knows; the plugins that could not say). The reader may
    see the objects already. A constant number of queries."""
    if not objects:
        return {}, []
    answers = [*_own_hits(ctx, objects), *host.gather("search_hits", SearchHit, ctx=ctx, objects=objects)]
    return ({answer.uid: answer for answer in answers if isinstance(answer, SearchHit)},
            [answer.plugin for answer in answers if isinstance(answer, Gap)])


def _own_hits(ctx, objects) -> list[SearchHit]:
    consultations = [one for one in objects if isinstance(one, Consultation)]
    reviews = {review.id: review for review in reviews_of(ctx)} if consultations else {}
    files = [one for one in objects if isinstance(one, Attachment)]
    named = labels(ctx, [one.membership_id for one in files if one.membership_id])
    hits = [SearchHit(one.uid, lazy("Reviews"), one.title, "workflows.review", {"review": one.key},
                      ", ".join(one.symbols.values()), str(review_detail(one)))
            for one in objects if isinstance(one, Review)]
    for one in consultations:
        review = reviews[one.__data__["review"]]
        hits.append(SearchHit(one.uid, lazy("Consultations"), one.title, "workflows.consultations",
                              {"review": review.key}, one.outcome, review.title))
    return [*hits, *(SearchHit(one.uid, lazy("Files"), one.title, "files.show", {"uid": one.uid},
                               " · ".join(words for words in (one.note, one.source, one.place) if words),
                               named[one.membership_id] if one.membership_id else "") for one in files)]
