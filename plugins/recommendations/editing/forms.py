"""The form of a recommendation that is written or corrected by hand."""

import re

from wtforms import SelectField, TextAreaField
from wtforms.validators import ValidationError

from core.api import _, lazy
from core.reference.states import find_state, is_state_code, near_states, state_name
from core.web.forms import Form, Needed, Text, small_number
from plugins.recommendations.editing.editing import Written
from plugins.recommendations.positions import POSITION_WORDS

NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,4}){0,2}[a-z]?")
LONGEST_TEXT = 20_000


class RecommendationForm(Form):
    text = TextAreaField(lazy("Wording"), [Needed(lazy("Type the wording, as it was said; you can correct it later."))],
                         description=lazy("without its number and its States"))
    states = TextAreaField(lazy("Recommending States"), description=lazy("one a line, or with ; between them"))
    number = Text(lazy("Number"), description=lazy("such as 140.12; empty while it is not known"))
    part = Text(lazy("Part"), description=lazy("1, 2 … where one number holds several recommendations; else empty"),
                render_kw={"inputmode": "numeric"})
    # record_position() judges it; a form that leaves it out says nothing of it.
    position = SelectField(lazy("Position of the State"), validate_choice=False, choices=[
        (value or "", words) for value, words in [(None, POSITION_WORDS[None]), *POSITION_WORDS.items()]][:-1])
    themes = TextAreaField(lazy("Themes"), description=lazy("one a line"))
    affected = TextAreaField(lazy("Affected persons"), description=lazy("one a line"))
    sdgs = Text(lazy("Sustainable Development Goals"), description=lazy("numbers, such as 5, 16"))
    source = Text(lazy("Source"), description=lazy("such as A/HRC/59/15, paragraph 140"))

    def validate_text(self, field):
        if len(field.data) > LONGEST_TEXT:
            raise ValidationError(_("The wording has more than %(most)d letters. Split it.",
                                    most=LONGEST_TEXT))

    def validate_number(self, field):
        if field.data and not NUMBER.fullmatch(field.data):
            raise ValidationError(_("“%(number)s” is no number of a recommendation, such as 140.12.",
                                    number=field.data))

    def validate_part(self, field):
        if field.data and not (field.data.isdecimal() and len(field.data) < 4):
            raise ValidationError(_("A part is a whole number, such as 2; or leave it empty."))

    def validate_sdgs(self, field):
        wrong = [goal for goal in _listed(field.data, r"[,;\s]+") if not re.fullmatch(r"\d{1,2}(?:\.\w{1,2})?", goal)]
        if wrong:
            raise ValidationError(_("“%(goal)s” is no goal. Write the number alone, such as 5 or 16.3.", goal=wrong[0]))

    def validate_states(self, field):
        unknown = [name for name in self.state_names() if _code(name) is None]
        if unknown:
            near = [state_name(code) for code in near_states(unknown[0])]
            raise ValidationError(
                _("“%(name)s” is no State known here. Did you mean %(near)s?", name=unknown[0], near=" / ".join(near))
                if near else _("“%(name)s” is no State known here. Correct its name.", name=unknown[0]))

    def state_names(self) -> list[str]:
        return _listed(self.states.data, r"[;\n]")

    def repairs(self, locale="en") -> list[dict]:
        """What one press would put right: .value for the button, .words. For the first unknown State."""
        for place, name in enumerate(self.state_names()):
            if _code(name) is None:
                return [{"value": f"{place}:{code}", "words": state_name(code, locale)} for code in near_states(name)]
        return []

    def repair(self, wanted: str) -> None:
        """Put the State of the pressed button in the place of the unknown one."""
        place, _colon, code = wanted.partition(":")
        names = self.state_names()
        number = small_number(place)
        if number is not None and number < len(names) and is_state_code(code):
            names[number] = state_name(code)
            self.states.data = "\n".join(names)

    def written(self) -> Written:
        return Written(
            text=" ".join(_plain(self.text.data).split()), number=self.number.data or None,
            part=int(self.part.data or 0),
            states=tuple(dict.fromkeys(_code(name) for name in self.state_names())),
            themes=tuple(_listed(self.themes.data)), affected=tuple(_listed(self.affected.data)),
            sdgs=tuple(_listed(self.sdgs.data, r"[,;\s]+")), source=_plain(self.source.data) or None)


def _plain(text):
    """The text without what no database takes."""
    return (text or "").replace("\0", "")


def _listed(text, separator=r"\n"):
    """The entries of a text, each once."""
    parts = (" ".join(part.split()) for part in re.split(separator, _plain(text)))
    return list(dict.fromkeys(part for part in parts if part))


def _code(name):
    upper = name.upper()
    return find_state(name) or (upper if len(name) == 3 and is_state_code(upper) else None)
