"""The forms of a coalition's settings."""

from wtforms import SelectMultipleField

from core.language import LANGUAGE_NAMES, lazy
from core.web.forms import Form, Needed, Text


class GeneralForm(Form):
    title = Text(lazy("Name of the coalition"), [Needed(lazy("Type a name, such as “Meridia UPR Coalition”."))],
                 description=lazy("It stands at the top of every page."))
    state_name = Text(lazy("Name of the State"),
                      description=lazy("How pages call the State. Empty: the UN's name, in each reader's language."))
    # save_general() refuses what is none, in words of ours.
    languages = SelectMultipleField(lazy("Languages"), validate_choice=False, description=lazy(
        "Those to choose from in this coalition. Whoever reads another one keeps it."))

    def offer(self, codes) -> "GeneralForm":
        self.languages.choices = [(code, LANGUAGE_NAMES.get(code, code)) for code in codes]
        return self


class LookForm(Form):
    accent = Text(lazy("Colour"), description=lazy(
        "For links, buttons and the ribbon: # and six digits or letters a to f, such as #2a3788. Empty: the theme's "
        "own. Lights keep theirs."), render_kw={"autocapitalize": "none", "spellcheck": "false"})


class LogoForm(Form):
    alt = Text(lazy("What the logo says"), [Needed(lazy("Type what the logo says, for people who do not see it."))])
