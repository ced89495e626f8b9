"""A plan as the preview shows it: plain values with words, nothing of the database."""

from difflib import SequenceMatcher

from core.api import _, ngettext
from core.reference.states import state_name
from plugins.recommendations.positions import POSITION_WORDS

FIRST = 10
TITLES = ("text", "number", "position", "other")


def shown_plan(plan, locale="en") -> dict:
    """What preview.html shows; its first comment says what is in it."""
    changed = [_changed(item, locale) for item in plan.changed]
    groups = [{"name": name, "title": _group_title(name, len(found)), "first": found[:FIRST], "rest": found[FIRST:]}
              for name in ("both", *TITLES) if (found := [one for one in changed if one["group"] == name])]
    new = [_new(item, locale) for item in plan.new]
    return {
        "refused": [{"place": str(one.place), "text": _printed(one), "reason": str(one.reason)}
                    for one in plan.refused],
        "changed": groups, "changed_count": len(changed),
        "new": {"first": new[:FIRST], "rest": new[FIRST:]}, "new_count": len(new),
        "unchanged_count": len(plan.unchanged),
        "warned": [{"place": str(one.place), "reason": str(one.reason)} for one in plan.warned],
        "missing": [one.number or one.text[:60] for one in plan.missing],
        "button": _button(len(new), len(changed)),
    }


def _button(new, changed):
    if new and changed:
        return _("Bring in %(new)d new and what is ticked of %(changed)d changed", new=new, changed=changed)
    if new:
        return ngettext("Bring in %(num)d new one", "Bring in %(num)d new ones", new)
    if changed:
        return ngettext("Bring in %(num)d change", "Bring in what is ticked of %(num)d changes", changed)
    return _("Keep this file, with its refused rows")


def _printed(refusal):
    if not refusal.text or refusal.text == refusal.number:
        return refusal.number or refusal.printed
    return f"{refusal.number or ''} {refusal.text}".strip()


def _new(item, locale):
    entry = item.entry
    return {"number": _pair(entry.number, entry.part), "text": entry.text,
            "states": [state_name(code, locale) for code in entry.states], "position": entry.position,
            "position_words": str(POSITION_WORDS[entry.position]), "themes": entry.themes or entry.headings,
            "place": str(entry.place)}


def _changed(item, locale):
    names = [change.name for change in item.changes]
    group = "both" if item.is_doubtful else next((name for name in TITLES if name in names), "other")
    return {"uid": item.standing.uid, "number": _pair(item.standing.number, item.standing.part), "group": group,
            "text": item.standing.text, "place": str(item.entry.place),
            "changes": [_change(change, locale) for change in item.changes]}


def _group_title(name, count):
    if name == "both":
        return ngettext("%(num)d with another number and other words: is it the same recommendation?",
                        "%(num)d with another number and other words: are they the same recommendations?", count)
    if name == "text":
        return ngettext("%(num)d wording", "%(num)d wordings", count)
    if name == "number":
        return ngettext("%(num)d number", "%(num)d numbers", count)
    if name == "position":
        return ngettext("%(num)d position", "%(num)d positions", count)
    return ngettext("%(num)d with other States, themes or source", "%(num)d with other States, themes or sources",
                    count)


def _change(change, locale):
    """`pieces` of a wording as (kind, words), kind "", "del" or "ins"; else `before` and `after`."""
    if change.name == "text":
        return {"name": _("Wording"), "pieces": pieces(change.before, change.after), "before": "", "after": ""}
    if change.name == "number":
        before, after = (_pair(*pair) for pair in (change.before, change.after))
        return {"name": _("Number"), "pieces": [], "before": before, "after": after}
    if change.name == "position":
        return {"name": _("Position"), "pieces": [], "before": str(POSITION_WORDS[change.before]),
                "after": str(POSITION_WORDS[change.after])}
    if change.name == "source":
        return {"name": _("Source"), "pieces": [], "before": change.before or "", "after": change.after}
    title = {"states": _("States"), "themes": _("Themes"), "headings": _("Headings"), "affected": _("Affected persons"),
             "sdgs": _("SDGs")}[change.name]
    before, after = (([state_name(code, locale) for code in value] if change.name == "states" else list(value))
                     for value in (change.before, change.after))
    return {"name": title, "pieces": [], "before": _("; ").join(one for one in before if one not in after),
            "after": _("; ").join(one for one in after if one not in before)}


def _pair(number, part):
    if not number:
        return _("no number")
    return f"{number} ({part})" if part else number


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """Two wordings as one, word by word: ("", same), ("del", only before), ("ins", only after)."""
    mine, theirs, found = before.split(), after.split(), []
    for kind, start, end, begin, stop in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("", " ".join(mine[start:end])))
            continue
        if end > start:
            found.append(("del", " ".join(mine[start:end])))
        if stop > begin:
            found.append(("ins", " ".join(theirs[begin:stop])))
    return found


def sections_without_position(reading, chosen=()) -> dict[str, int]:
    """Sections of a report whose recommendations have no position, or had none before one was chosen → how many."""
    sections: dict[str, int] = {}
    for row in reading.rows if reading.form == "report" else ():
        section = row.number.split(".")[0]
        if row.position is None or section in chosen:
            sections[section] = sections.get(section, 0) + 1
    return sections
