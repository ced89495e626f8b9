"""The recommending States at the end of a recommendation, and the wording without them.

    Ratify OPCAT (A, B, C);                     Ratify it (OPCAT) (A); (B);         Ratify it; (A; B).
    Ratify it (Netherlands (Kingdom of the));   Ratify it (A); increase aid (B);    Ratify it (A); Comments: …
    Accede to (A) / Ratify (B) the Convention   Ratify it (A;   Ratify it A);

A bracket that names no State, such as (OPCAT) or (2025-2034), stays in the wording. A list is closed by what follows:
`;` or `.` and another recommendation begin a new part; anything else leaves the States inside the text.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from core.language import lazy
from core.reference.states import find_state, near_states, state_name
from plugins.recommendations.readers.printed import folded

PUNCTUATION = " \t;,.:"
# What may stand between two brackets of one list of States, or after the last one: marks, a footnote's number.
BETWEEN = re.compile(r"[\s;,.&/]*(?:\b(?:and|et|y)\b)?[\s;,.]*\Z")
AFTER = re.compile(r"[\s;,.:)]*(?:\d{1,2}|[*†]+)?[\s;.]*\Z")
SEPARATORS = re.compile(r"\s*(?:[;,/()&]|\band\b|\bet\b|\by\b|\s[-–—]\s)[\s;,/()&]*")
BEFORE_A_NAME = re.compile(r"(?:and |also )*(?:on behalf of|(?:as )?(?:recommended|proposed|made|suggested) by)\s+",
                           re.IGNORECASE)
REMARK = re.compile(r"[\[*]|(?:comments?|remarks?|notes?|footnotes?|explanations?|repl(?:y|ies)|source)\b",
                    re.IGNORECASE)
NO_STATE = re.compile(r"\d|\b(?:convention|covenant|protocols?|principles|declaration|treaty|act|law|code|charter|"
                      r"rules|agreement|pact|plan|strategy|programme|policy|article|committee|council|commission|court|"
                      r"organi[sz]ation|union|institut\w*|guidelines|framework|agenda|goals?|women|children|persons|"
                      r"people|others?|including|e\.g|i\.e|such as)\b", re.IGNORECASE)
LONGEST_NAME_ATOMS = 6          # "United Kingdom of Great Britain and Northern Ireland" has two; (A (B of the)) three
FEWEST_WORDS_OF_A_PART = 3
LONGEST_LIST = 1500             # characters in one bracket; a list of thirty States has some 450
LONGEST_TEXT = 8000             # characters of one number; no real one has 3,000
MOST_BRACKETS = 150


@dataclass(frozen=True)
class Wording:
    """One recommendation of one number.

    `states`: ISO3 in document order, each once. `unknown_states`: names as printed that no State has.
    `inside`: States named in brackets before the end and not taken. `remark`: what followed the States.
    `is_mended`: a bracket of the list was missing.
    """

    text: str
    states: tuple[str, ...] = ()
    unknown_states: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    remark: str = ""
    is_mended: bool = False


@dataclass
class _Bracket:
    start: int
    end: int
    inner: str
    is_mended: bool = False
    states: list = field(default_factory=list)
    unknown: list = field(default_factory=list)

    def __post_init__(self):
        self.states, self.unknown = _names(self.inner)

    @property
    def is_list(self):
        """All of it names States, or most: then the rest is a State that nobody knows."""
        return bool(self.states) and len(self.states) >= len(self.unknown)

    @property
    def is_misprint(self):
        return not self.states and _may_be_a_state(self.inner) and len(self.inner) > 4 and bool(_near(self.inner))


@dataclass
class _Run:
    """Brackets of one list of States, side by side."""

    brackets: list

    @property
    def start(self):
        return self.brackets[0].start

    @property
    def end(self):
        return self.brackets[-1].end


def wordings(text):
    """The recommendations in the text of one number, in printed order: one, mostly; never none."""
    text = folded(text).replace("（", "(").replace("）", ")")
    is_text = len(text) <= LONGEST_TEXT and max(text.count("("), text.count(")")) <= MOST_BRACKETS
    runs = _runs(text) if is_text else []
    parts, begin = [], 0
    for run, following in zip(runs, [*runs[1:], None], strict=False):
        tail = text[run.end:following.start if following else len(text)]
        if AFTER.match(tail) or _begins_a_part(tail):
            parts.append(_wording(text, begin, run, [r for r in runs if begin <= r.start < run.start]))
            begin = run.end
    rest = text[begin:].strip(PUNCTUATION + ")")
    if not parts:
        return (_without_list_at_end(text, runs),)
    if AFTER.match(text[begin:]):
        return tuple(parts)
    left = [run for run in runs if run.start >= begin]
    if not left and (REMARK.match(rest) or len(rest.split()) < FEWEST_WORDS_OF_A_PART):
        last = parts.pop()
        return (*parts, Wording(last.text, last.states, last.unknown_states, last.inside, rest, last.is_mended))
    return (*parts, _without_list_at_end(text[begin:], [_moved(run, begin) for run in left]))


def doubts(wording):
    """Sentences about what a person should look at, for the place of the row."""
    for name in wording.unknown_states:
        near = [state_name(code) for code in near_states(name)]
        if near:
            yield lazy("The State “%(name)s” is not known. Did you mean %(near)s? The recommendation is kept without "
                       "it: add the State by hand.", name=name, near=" / ".join(near))
        else:
            yield lazy("The State “%(name)s” is not known. The recommendation is kept without it: add the State by "
                       "hand.", name=name)
    if not wording.states and not wording.unknown_states:
        yield lazy("No recommending State stands at the end of the text. Look it up in the document, and add it by "
                   "hand.")
    if wording.inside:
        yield lazy("The text names States in brackets before its end (%(names)s). They were not taken as recommending: "
                   "check it.", names=", ".join(state_name(code) for code in wording.inside))
    if wording.is_mended:
        yield lazy("A bracket is missing around the recommending States. Check which States were read.")
    if wording.remark:
        yield lazy("After the recommending States stands “%(remark)s”. It was left out.", remark=wording.remark[:200])


# Brackets.

def _brackets(text):
    """The brackets of the text that are not inside another one, with those that were forgotten mended."""
    found, position, since = [], 0, 0
    while position < len(text):
        bracket = None
        if text[position] == "(":
            end = _closing(text, position)
            bracket = _Bracket(position, end, text[position + 1:end - 1]) if end else _unclosed(text, position)
        elif text[position] == ")":
            bracket = _unopened(text, since, position)
        if bracket:
            found.append(bracket)
        position = since = bracket.end if bracket else position + 1
        if not bracket:
            since = found[-1].end if found else 0
    return found


def _closing(text, start):
    depth = 0
    for position in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if not depth:
            return position + 1
    return None


def _unclosed(text, start):
    """A list whose closing bracket is missing: the longest stretch from here on that names nothing but States."""
    ends = [match.end() for match in re.finditer(r"[);.]|$", text[start:start + LONGEST_LIST])]
    for end in reversed(ends):
        inner = text[start + 1:start + end].strip(PUNCTUATION)
        states, unknown = _names(inner)
        if states and not unknown:
            return _Bracket(start, start + end, inner, is_mended=True)
    inner = text[start + 1:].strip(PUNCTUATION)
    if len(inner) < 60 and "(" not in inner and ")" not in inner and _may_be_a_state(inner) and _near(inner):
        return _Bracket(start, len(text), inner, is_mended=True)
    return None


def _unopened(text, since, position):
    """A list whose opening bracket is missing: the most words before the closing one that name nothing but States."""
    begin = max(since, text.rfind("(", since, position) + 1)
    words = [match.start() for match in re.finditer(r"\S+", text[begin:position])]
    for word in words[-40:]:
        inner = text[begin + word:position].strip(PUNCTUATION)
        states, unknown = _names(inner)
        if states and not unknown:
            return _Bracket(begin + word, position + 1, inner, is_mended=True)
    return None


# Names.

def names_in(printed):
    """(ISO3 codes, names that no State has) of a list of States, such as a cell of a table holds."""
    return _names(printed)


@lru_cache(maxsize=4096)
def _names_kept(inner):
    inner = inner.strip(PUNCTUATION + "*†")
    code = find_state(inner)
    if code:
        return (code,), ()
    pieces = _pieces(inner)
    states, unknown, at = [], [], 0
    while at < len(pieces):
        for last in range(min(len(pieces), at + LONGEST_NAME_ATOMS), at, -1):
            name = BEFORE_A_NAME.sub("", inner[pieces[at][0]:pieces[last - 1][1]])
            code = find_state(name)
            if code:
                states.append(code)
                break
        else:
            unknown.append(inner[pieces[at][0]:pieces[at][1]].strip())
        at = last
    return tuple(states), tuple(name for name in unknown if name)


def _names(inner):
    states, unknown = _names_kept(inner)
    return list(states), list(unknown)


def _pieces(inner):
    pieces, begin = [], 0
    for separator in SEPARATORS.finditer(inner):
        if separator.start() > begin:
            pieces.append((begin, separator.start()))
        begin = separator.end()
    if begin < len(inner):
        pieces.append((begin, len(inner)))
    return pieces


@lru_cache(maxsize=1024)
def _near(inner):
    return tuple(near_states(inner.strip(PUNCTUATION + "*†")))


def _may_be_a_state(inner):
    """Whether it looks like the name of a State: words that begin with a capital, no acronym, no treaty."""
    inner = inner.strip()
    return (inner[:1].isupper() and not NO_STATE.search(inner) and len(inner) < 70
            and not (inner.upper() == inner and " " not in inner) and not re.search(r"[a-z][A-Z]|[A-Z]{3}", inner))


# Lists of States, and what they divide.

def _runs(text):
    brackets = _brackets(text)
    last = len(brackets) - 1
    runs = []
    for index, bracket in enumerate(brackets):
        goes_on = bool(runs) and BETWEEN.match(text[runs[-1].end:bracket.start])
        is_end = index == last and AFTER.match(text[bracket.end:])
        named = bracket.is_list or _is_before_a_list(text, brackets, index) or (
            (goes_on or is_end) and not bracket.states and _may_be_a_state(bracket.inner)) or (
            bracket.is_misprint and re.match(r"\s*;\s*\w", text[bracket.end:]))
        if not named:
            continue
        if goes_on:
            runs[-1].brackets.append(bracket)
        else:
            runs.append(_Run([bracket]))
    return runs


def _is_before_a_list(text, brackets, index):
    """A misspelt State stands in a row with States that are known: (Swazilnd) (Greece)."""
    following = brackets[index + 1] if index + 1 < len(brackets) else None
    return bool(following and following.is_list and BETWEEN.match(text[brackets[index].end:following.start])
                and brackets[index].is_misprint)


def _begins_a_part(tail):
    """Whether what follows a list of States begins another recommendation (or a remark)."""
    if re.match(r"\s*[;.]", tail):
        return bool(re.search(r"\w", tail))
    # The mark between two recommendations was forgotten: only a capital tells.
    return bool(re.match(r"\s+[A-Z][a-z]+\s", tail)) and len(tail.split()) >= FEWEST_WORDS_OF_A_PART


def _wording(text, begin, run, earlier):
    brackets = list(run.brackets)
    inside = [code for other in earlier for bracket in other.brackets for code in bracket.states]
    if any(text[other.end:].lstrip().startswith("/") for other in earlier):
        # "Accede to (A) / Ratify (B) …": the States stand with their verbs, so all of them recommend.
        brackets = [bracket for other in earlier for bracket in other.brackets] + brackets
        inside = []
    states = tuple(dict.fromkeys(code for bracket in brackets for code in bracket.states))
    return Wording(_trimmed(text[begin:run.start].lstrip(PUNCTUATION + ")")), states, _unknown(brackets),
                   tuple(dict.fromkeys(code for code in inside if code not in states)),
                   is_mended=any(bracket.is_mended for bracket in brackets))


def _unknown(brackets):
    names = [name for bracket in brackets for name in (bracket.unknown if bracket.states else [bracket.inner])]
    return tuple(dict.fromkeys(name.strip(PUNCTUATION) for name in names))


def _without_list_at_end(text, runs):
    """States only inside the text: they recommend, and the text stays whole."""
    brackets = [bracket for run in runs for bracket in run.brackets]
    states = tuple(dict.fromkeys(code for bracket in brackets for code in bracket.states))
    return Wording(_trimmed(text), states, _unknown([bracket for bracket in brackets if bracket.states]))


def _trimmed(text):
    return text.strip(PUNCTUATION)


def _moved(run, offset):
    return _Run([_Bracket(b.start - offset, b.end - offset, b.inner, b.is_mended) for b in run.brackets])
