"""Acting for a person who is not there: what a job tells them, and what their calendar fetches."""

from core.coalitions.members import context_of
from core.context import Context
from core.people.labels import zone_of


def context_for(person, coalition, now):
    """The context in which this person would see the coalition (or, with None, the instance) now; None where they have
    no seat there any more, or it is locked."""
    own = Context(person=person, locale=person.locale, zone=zone_of(person), now=now, via="job")
    if coalition is None:
        return own
    return None if coalition.is_locked else context_of(person, coalition, own)
