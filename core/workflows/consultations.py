"""The log of consultations: who was invited, with what notice, who came, and what came of it."""

from dataclasses import dataclass

from core.changes import change
from core.errors import Refused
from core.language import lazy
from core.people.labels import labels
from core.policy import visible
from core.workflows.models import Consultation, ConsultationGuest, Review

LONGEST_NOTICE_DAYS = 3650


@dataclass(frozen=True)
class Logged:
    """A consultation with the member organisations that were invited: (label, whether it came), by label."""

    consultation: Consultation
    guests: list[tuple[str, bool]]


def consultations_of(ctx, review: Review) -> list[Logged]:
    """What is written down for a review, the latest day first, those without a day at the end. Four queries at most."""
    found = list(visible(ctx, Consultation).where(Consultation.review == review))
    found.sort(key=lambda one: (one.held_on is not None, one.held_on or 0, one.id), reverse=True)
    guests = list(_guests([one.id for one in found]))
    names = labels(ctx, [membership for _consultation, membership, _has_come in guests])
    return [Logged(one, sorted((names[membership], has_come) for consultation, membership, has_come in guests
                               if consultation == one.id and membership in names)) for one in found]


def guests_of(consultation: Consultation) -> dict[int, bool]:
    """Membership id → whether it came, for all that were invited."""
    return {membership: has_come for _consultation, membership, has_come in _guests([consultation.id])}


def _guests(consultations):
    """(consultation id, membership id, whether it came) for each guest of these."""
    return (ConsultationGuest.select(ConsultationGuest.consultation, ConsultationGuest.membership,
                                     ConsultationGuest.has_come)
            .where(ConsultationGuest.consultation.in_(consultations)).tuples())


def log_consultation(ctx, review: Review, values: dict, invited: dict) -> Consultation:
    """Write a consultation down. `values`: the fields of Consultation; `invited`: membership → whether it came."""
    _check(values)
    consultation = Consultation(coalition=ctx.coalition, review=review, **values)
    with change(ctx, "review.edit", consultation) as entry:
        entry.add(consultation)
        _invite(entry, consultation, invited)
    return consultation


def correct_consultation(ctx, consultation: Consultation, values: dict, invited: dict, version=None) -> None:
    """Correct what was written down; the earlier words are kept as revisions."""
    _check(values)
    with change(ctx, "review.edit", consultation, version=version) as entry:
        for name, value in values.items():
            setattr(consultation, name, value)
        entry.remove_parts(ConsultationGuest, ConsultationGuest.consultation == consultation)
        _invite(entry, consultation, invited)


def remove_consultation(ctx, consultation: Consultation) -> None:
    """It goes, with who was invited, and cannot be brought back."""
    with change(ctx, "review.edit", consultation) as entry:
        entry.remove_parts(ConsultationGuest, ConsultationGuest.consultation == consultation)
        entry.remove(consultation)


def _check(values):
    if not values["title"]:
        raise Refused(lazy("A consultation needs a title, such as “Hearing at the Ministry of Justice”."))
    if values["notice_days"] is not None and not 0 <= values["notice_days"] <= LONGEST_NOTICE_DAYS:
        raise Refused(lazy("The notice is a number of days, such as 14; or leave it empty."))


def _invite(entry, consultation, invited):
    entry.add_parts(ConsultationGuest, [{"consultation": consultation, "membership": membership, "has_come": has_come}
                                        for membership, has_come in invited.items()])
