"""The five lights: their words, the keys that set them, and which of two counts."""

from core.errors import Refused
from core.language import Words, _, lazy

# In the order of what is worse; "no information" counts apart.
LIGHTS = ("worse", "none", "partial", "implemented", "no-information")
WORDS = {
    "worse": lazy("Worse than before"),
    "none": lazy("No progress towards implementation"),
    "partial": lazy("Partial implementation"),
    "implemented": lazy("Implemented"),
    "no-information": lazy("No information"),
}
SHORT = {
    "worse": lazy("Worse"), "none": lazy("No progress"), "partial": lazy("Partial"),
    "implemented": lazy("Implemented"), "no-information": lazy("No information"),
}
HINTS = {
    "worse": lazy("the situation went backwards"),
    "none": lazy("nothing towards implementation"),
    "partial": lazy("some steps, not all"),
    "implemented": lazy("done, in law and in practice"),
    "no-information": lazy("we cannot tell"),
}
KEYS = {"worse": "1", "none": "2", "partial": "3", "implemented": "4", "no-information": "0"}


def counted(light: str | None, in_practice: str | None) -> str | None:
    """The light that gives the colour and is counted: the lower of law and practice; None where neither is set."""
    known = [value for value in (light, in_practice) if value]
    return min(known, key=LIGHTS.index, default=None)


def read_light(text: str) -> str | None:
    """The light that a form or a cell names; None for an empty one. Refused, with the words to choose from."""
    word = text.strip().lower()
    if not word:
        return None
    if word not in LIGHTS:
        raise Refused(lazy("“%(word)s” is no light. Use one of: %(lights)s.", word=text.strip()[:40],
                           lights=", ".join(LIGHTS)))
    return word


def pair(light: str, in_practice: str) -> tuple[str | None, str | None]:
    """(light, in practice) as they are kept: in practice is set only where it differs, and never alone."""
    light_read, practice_read = read_light(light), read_light(in_practice)
    if light_read is None:
        return practice_read, None
    return light_read, practice_read if practice_read != light_read else None


def replaced_light(what, standing, before: dict) -> Words:
    """The sentence for a person whose light or comment another has replaced: what stood, and what stands."""
    def said(values):
        words = [str(word) for _light, word in in_words(values["light"], values["light_in_practice"])]
        return _(", ").join([*words, f"“{values['comment']}”"] if values["comment"] else words) or "–"
    now = {name: getattr(standing, name) for name in ("light", "light_in_practice", "comment")}
    then = {name: before.get(name, value) for name, value in now.items()}
    return lazy("%(what)s was changed. Yours was: %(then)s. Now it is: %(now)s.", what=what, then=said(then),
                now=said(now))


def in_words(light: str | None, in_practice: str | None, words=WORDS) -> list[tuple[str, Words]]:
    """[(light, its words)], two where law and practice differ: "In law: …" and "In practice: …"; empty for none.

    `words`: WORDS as documents print them, or SHORT for lists.
    """
    if not light:
        return []
    if not in_practice:
        return [(light, words[light])]
    return [(light, lazy("In law: %(light)s", light=words[light])),
            (in_practice, lazy("In practice: %(light)s", light=words[in_practice]))]
