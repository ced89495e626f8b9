"""How much a mail or a calendar may say to a person: the strictest of what the person, the coalition and the
visibility of the person's organisations ask for."""

from core.coalitions.models import Membership, Organisation, Representation
from core.notices.models import MailRules, NoticeChoice
from core.policy import unnarrowed


def choice_of(person) -> NoticeChoice:
    """What the person chose; the defaults, not saved, where they chose nothing."""
    return NoticeChoice.get_or_none(NoticeChoice.person == person) or NoticeChoice(person=person)


def rules_of(coalition) -> MailRules:
    """What the coalition decided; the defaults, not saved, where it decided nothing."""
    return unnarrowed(MailRules).where(MailRules.coalition == coalition).first() or MailRules(coalition=coalition)


def is_discreet(person, coalition) -> bool:
    """Mails and feeds for this person say only that something waits. Without a coalition: whether any of the person's
    organisations, anywhere, asks for it."""
    if choice_of(person).is_discreet:
        return True
    if coalition is not None and rules_of(coalition).is_discreet:
        return True
    return has_withheld(person, coalition)


def is_discreet_to_invited(invitation) -> bool:
    """As is_discreet(), for who was invited and has chosen nothing yet."""
    membership = invitation.membership
    return rules_of(invitation.coalition).is_discreet or membership is not None and membership.is_withheld


def has_withheld(person, coalition) -> bool:
    """The person acts for an organisation that is withheld, or that has not chosen yet."""
    query = (unnarrowed(Membership).join(Organisation).join(Representation)
             .where(Representation.person == person, Representation.until_on.is_null(), Membership.is_kept_back()))
    return (query.where(Membership.coalition == coalition) if coalition is not None else query).exists()
