"""What every form here has: stripped text, a hint with each field that needs one, and a service's refusal beside it."""

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import StringField
from wtforms.validators import StopValidation

from core.language import _


class Form(FlaskForm):
    """A form whose marks stand in form_marks(); CSRF is checked once, for the whole app."""

    class Meta:
        csrf = False

        def wrap_formdata(self, form, formdata):
            """What was sent as a form. Flask-WTF would take JSON too, whose values are no text and were not cleaned."""
            if formdata is not _Auto:
                return formdata
            return request.form if request.method == "POST" else None

    def refuse(self, error, field=None) -> None:
        """Put a service's sentence beside the field it is about, or above the form."""
        errors = getattr(self, field).errors if field else self.form_errors
        sentence = str(error)
        if field:
            getattr(self, field).errors = [*errors, sentence]
        else:
            self.form_errors: list = [*errors, sentence]


class Text(StringField):
    """One line of text; white space at its ends does not count."""

    def process_formdata(self, valuelist):
        super().process_formdata(valuelist)
        self.data = (self.data or "").strip()


class Needed:
    """The field must be filled; the sentence says with what. A field without its own sentence does not exist."""

    field_flags = {"required": True}

    def __init__(self, sentence):
        if not sentence:
            raise ValueError("Needed() takes the sentence that a person reads")
        self.sentence = sentence

    def __call__(self, form, field):
        if not field.data:
            raise StopValidation(str(self.sentence))


def optional_number(text: str, name: str):
    """The whole number in a text, None for an empty one; ValueError with a sentence otherwise."""
    if not text:
        return None
    number = small_number(text)
    if number is None or number >= 1000:
        raise ValueError(_("%(name)s is a whole number, such as 48; or leave it empty.", name=name))
    return number


def small_number(text: str) -> int | None:
    """The whole number in a text of at most nine digits, which every database can keep; None for all else."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def seen_version(field="version") -> int | None:
    """The version that the person had before them; None where the form says none, and for nonsense one that no row
    has, so that it ends as a conflict and not as a change unseen."""
    text = request.form.get(field, "").strip()
    if not text:
        return None
    number = small_number(text)
    return -1 if number is None else number
