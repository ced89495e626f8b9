"""The forms of circles of trust."""

from wtforms import FileField, SelectField, TextAreaField

from core.files.forms import ACCEPTED
from core.language import lazy
from core.web.forms import Form, Needed, Text

WRITTEN = [lambda words: (words or "").strip()]
CHOOSE = ("", lazy("Choose"))
WORD = lazy("Or the word that this person has given you")
WORD_HINT = lazy("For who stands in no list, since their organisation withholds its name. They find their word on the "
                 "page “Circles of trust”.")


class NeededOrWord(Needed):
    """As Needed, but the word that the person has given stands for it, too."""

    field_flags: dict = {}

    def __call__(self, form, field):
        if not form.word.data:
            super().__call__(form, field)


class CircleForm(Form):
    title = Text(lazy("Name of the circle"), [Needed(lazy("A circle needs a name, which only those in it see."))],
                 description=lazy("Only those in it see it, and whoever is asked to come in."))
    purpose = TextAreaField(lazy("What it is for"), filters=WRITTEN, render_kw={"rows": 2})


class BeginForm(CircleForm):
    second = SelectField(lazy("With whom it begins"), [NeededOrWord(lazy("Choose the second person."))],
                         description=lazy("The circle begins when this person says yes."))
    word = Text(WORD, description=WORD_HINT)


class ComeInForm(Form):
    seat = SelectField(lazy("Who is to come in"), [NeededOrWord(lazy("Choose who is to come in."))])
    word = Text(WORD, description=WORD_HINT)


class ComeInAloneForm(ComeInForm):
    """Where only one is left in the circle."""

    coordinator = SelectField(lazy("Which coordinator confirms it"), [Needed(lazy("Choose a coordinator."))],
                              description=lazy("Learns that there is a circle, and who is to come in; reads nothing of "
                                               "it, and does not come in."))


class GoOutForm(Form):
    seat = SelectField(lazy("Who is to be taken out"), [Needed(lazy("Choose who is to be taken out."))])


class TextForm(Form):
    title = Text(lazy("Title"), [Needed(lazy("Say what it is: a title, the name of a list, the name of a person."))])
    body = TextAreaField(lazy("Text"), filters=WRITTEN, render_kw={"rows": 14}, description=lazy(
        "A list: begin each line with a hyphen. Of a person: how to reach them, and why they stand here."))


class KeptFileForm(Form):
    file = FileField(lazy("File"), description=lazy(".docx, .xlsx, .csv, .pdf, .png or .jpg, up to 50 MB"),
                     render_kw={"accept": ACCEPTED})
    title = Text(lazy("What it is"), [Needed(lazy("Say what this file is, such as “Letter to the Ministry of "
                                                  "Justice”."))])
