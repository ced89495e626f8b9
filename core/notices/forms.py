"""The forms of what one hears by mail."""

import re

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import ValidationError

from core.language import _, lazy
from core.web.forms import Form, Text

WEEKDAYS = [lazy("Monday"), lazy("Tuesday"), lazy("Wednesday"), lazy("Thursday"), lazy("Friday"), lazy("Saturday"),
            lazy("Sunday")]


class ChoiceForm(Form):
    is_on = BooleanField(lazy("Remind me by mail"),
                         description=lazy("One mail a day at most, in the morning, and only when something waits."))
    style = RadioField(lazy("How much a mail says"), choices=[
        ("plain", lazy("Plain: the coalition's name, and what waits, without its content")),
        ("discreet", lazy("Discreet: only that something waits, with a link to the front page"))])
    days = Text(lazy("How many days before a date"), description=lazy("One or more numbers, such as: 7, 1."),
                render_kw={"inputmode": "numeric"})
    digest_day = SelectField(lazy("What is late comes once a week, on"), coerce=int,
                             choices=list(enumerate(WEEKDAYS)),
                             description=lazy("More and more rarely: in the first, second, fourth and eighth week."))

    def validate_days(self, field):
        words = [word for word in re.split(r"[\s,;،]+", field.data or "") if word]
        if not all(word.isdecimal() and len(word) < 4 for word in words):
            raise ValidationError(_("Write whole numbers with commas between them, such as: 7, 1."))
        self.days_before = [int(word) for word in words]


class RulesForm(Form):
    style = RadioField(lazy("How much the mails of this coalition say"), choices=[
        ("plain", lazy("Plain: the coalition's name, and what waits, without its content")),
        ("discreet", lazy("Discreet: only that something waits, with a link to the front page"))],
        description=lazy("Each person can ask for less, never for more."))
    reply_to = SelectField(lazy("Answers to the mails go to"),
                           description=lazy("Everybody who gets a plain mail sees this person's address."))
