"""A coalition's colour: checked against the theme's paper, and what follows from it for light and dark.

Contrast as WCAG 2 computes it. Only the accent's tokens are set: the colours of the lights are nobody's to change.
"""

import re
from dataclasses import dataclass

from core.errors import Refused
from core.language import lazy

HEX = re.compile(r"#[0-9a-f]{6}")
NEEDED = 4.5                                    # WCAG 2 AA, for text
# The grounds on which the default theme writes (theme.css, 1 tokens): paper, sheet, sunk.
LIGHT_GROUNDS = ("#f4f5f7", "#ffffff", "#e9ecf0")
DARK_GROUNDS = ("#0f151b", "#171f27", "#212b35")
BLACK, WHITE = "#000000", "#ffffff"


@dataclass(frozen=True)
class Tokens:
    """The values of one scheme, all of the form #rrggbb."""

    accent: str
    accent_2: str       # under the pointer
    on_accent: str      # words on the accent
    wash: str           # the ground of what is chosen


def read_colour(text: str) -> str:
    """The colour as #rrggbb. Refused for all else: what stands in a style sheet is checked here and nowhere later."""
    colour = text.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", colour):
        colour = "#" + "".join(letter * 2 for letter in colour[1:])
    if not HEX.fullmatch(colour):
        raise Refused(lazy("“%(wanted)s” is no colour. Write it as # and six digits or letters a to f, such as "
                           "#2a3788.", wanted=text[:40]))
    return colour


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    def linear(value):
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    red, green, blue = (linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour):
    return [int(colour[start:start + 2], 16) for start in (1, 3, 5)]


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with this share of the other in it."""
    return "#" + "".join(f"{round(one + (two - one) * share):02x}"
                         for one, two in zip(_parts(colour), _parts(other), strict=True))


def lowest(colour: str, grounds) -> float:
    """The contrast on the ground where it is least."""
    return min(contrast(colour, ground) for ground in grounds)


def checked_accent(text: str) -> str:
    """The accent that a person chose, readable on every ground of the light scheme; Refused with one that would be."""
    colour = read_colour(text)
    found = lowest(colour, (*LIGHT_GROUNDS, _light_wash(colour)))
    if found < NEEDED:
        raise Refused(lazy("On the pages' ground, the contrast of %(colour)s is %(found)s; it needs %(needed)s. Try "
                           "%(better)s.", colour=colour, found=f"{int(found * 10) / 10:.1f}", needed=f"{NEEDED}",
                           better=_darker_until_readable(colour)))
    return colour


def _darker_until_readable(colour):
    for step in range(1, 50):
        darker = mixed(colour, BLACK, step / 50)
        if lowest(darker, (*LIGHT_GROUNDS, _light_wash(darker))) >= NEEDED:
            return darker
    return BLACK


def _light_wash(accent):
    return mixed(accent, WHITE, 0.9)


def light_tokens(accent: str) -> Tokens:
    return Tokens(accent, mixed(accent, BLACK, 0.3), WHITE, _light_wash(accent))


def dark_tokens(accent: str) -> Tokens:
    """The same hue for the dark scheme, as much lighter as it needs to be read there."""
    wash = mixed(DARK_GROUNDS[1], accent, 0.25)
    for step in range(51):
        lighter = mixed(accent, WHITE, step / 50)
        if lowest(lighter, (*DARK_GROUNDS, wash)) >= NEEDED and contrast(mixed(accent, BLACK, 0.8), lighter) >= NEEDED:
            return Tokens(lighter, mixed(lighter, WHITE, 0.4), mixed(accent, BLACK, 0.8), wash)
    return Tokens(WHITE, WHITE, BLACK, DARK_GROUNDS[1])


def style_sheet(accent: str) -> str:
    """The style sheet of a coalition with this accent; empty without one, and for what is no colour of this form."""
    if not HEX.fullmatch(accent):
        return ""
    light, dark = light_tokens(accent), dark_tokens(accent)
    return f":root {{ {_set(light)} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {_set(dark)} }} }}\n"


def _set(tokens):
    values = {"--accent": tokens.accent, "--accent-2": tokens.accent_2, "--on-accent": tokens.on_accent,
              "--wash": tokens.wash}
    return " ".join(f"{name}: {value};" for name, value in values.items() if HEX.fullmatch(value))
