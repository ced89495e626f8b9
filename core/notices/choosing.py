"""What a person wants to hear by mail, and how much the mails of a coalition say."""

from core.changes import change
from core.errors import Refused
from core.language import lazy
from core.notices.discretion import choice_of, rules_of

MOST_DAYS, MOST_TIMES = 60, 5


def change_choice(ctx, is_on: bool, is_discreet: bool, days_before: list[int], digest_day: int, version=None) -> None:
    """Save a person's own choices."""
    if len(days_before) > MOST_TIMES or any(not 0 <= days <= MOST_DAYS for days in days_before):
        raise Refused(lazy("Name at most %(times)d numbers of days, none above %(most)d, such as: 7, 1.",
                           times=MOST_TIMES, most=MOST_DAYS))
    choice = choice_of(ctx.person)
    with change(ctx, "people.account", choice, version=version if choice.id else None) as entry:
        choice.is_on, choice.is_discreet, choice.digest_day = is_on, is_discreet, digest_day
        choice.days_before = sorted(set(days_before), reverse=True)
        if choice.id is None:
            entry.add(choice)


def change_rules(ctx, is_discreet: bool, reply_to, version=None) -> None:
    """Save what the coalition decided. `reply_to`: the own seat, the one that stands there already, or None: nobody's
    address is given out by another."""
    rules = rules_of(ctx.coalition)
    if reply_to is not None and reply_to not in (ctx.seat, rules.reply_to):
        raise Refused(lazy("Only the person themselves can offer their address for answers."))
    with change(ctx, "coalition.settings", rules if rules.id else ctx.coalition,
                version=version if rules.id else None) as entry:
        rules.is_discreet, rules.reply_to = is_discreet, reply_to
        if rules.id is None:
            entry.add(rules)
