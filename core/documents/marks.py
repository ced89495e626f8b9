"""How a light looks on paper: dark words on a pale ground, and a shape, so that the colour never stands alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Colours as RRGGBB, without a sign before them; `sign` is the shape as a character."""

    ink: str
    fill: str
    sign: str
    shape: str      # the same, for a writer that draws: down, square, half, disc, ring


# Inks are those of the default theme's lights. In the order of what is worse; "no information" counts apart.
LOOKS = {
    "worse": Look("5B0F33", "F3DCE7", "▼", "down"),
    "none": Look("981B1B", "FBE1DF", "■", "square"),
    "partial": Look("723D00", "FCE8CC", "◐", "half"),
    "implemented": Look("14573A", "D9EEE2", "●", "disc"),
    "no-information": Look("424C57", "E6E9ED", "○", "ring"),
}


@dataclass(frozen=True)
class Mark:
    """A light in words: "No progress towards implementation", or "In law: implemented".

    `light` is a key of LOOKS; another raises ValueError.
    """

    word: str
    light: str

    def __post_init__(self):
        if self.light not in LOOKS:
            raise ValueError(f"no light is called {self.light!r}; there are {', '.join(LOOKS)}")
        if not self.word.strip():
            raise ValueError("a mark has a word: its colour alone says nothing to many readers")

    @property
    def look(self):
        return LOOKS[self.light]


def lowest(marks):
    """The mark that gives a cell its colour where it holds several; None where it holds none."""
    return min(marks, key=lambda mark: list(LOOKS).index(mark.light), default=None)
