"""The forms of the door and of one's own account."""

from functools import cache

from flask import current_app
from wtforms import PasswordField, SelectField

from core.language import LANGUAGE_NAMES, lazy
from core.people.accounts import known_zones
from core.people.labels import address_of
from core.web.forms import Form, Needed, Text


def _languages():
    return [(code, LANGUAGE_NAMES.get(code, code)) for code in current_app.settings.languages]


@cache
def _zones():
    return [(zone, zone.replace("_", " ")) for zone in sorted(known_zones())
            if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/"))] + [("UTC", "UTC")]


class SignInForm(Form):
    address = Text(lazy("E-mail"), [Needed(lazy("Type the e-mail address of your account."))],
                   render_kw={"autocomplete": "username", "autocapitalize": "none", "inputmode": "email"})
    password = PasswordField(lazy("Password"), [Needed(lazy("Type your password."))],
                             render_kw={"autocomplete": "current-password"})


class CodeField(Text):
    """Six digits of the app on the phone, or a recovery code."""

    def __init__(self, label=None, validators=(), **more):
        super().__init__(label, validators or [Needed(lazy("Type the six digits that the app shows at this moment."))],
                         render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false",
                                    "inputmode": "text"}, **more)


def _code():
    return CodeField(lazy("Code of your second factor"),
                     description=lazy("Six digits of the app, or one of your recovery codes."))


class CodeForm(Form):
    code = _code()


class FactorForm(Form):
    code = CodeField(lazy("The six digits that the app shows now"))


class AgainForm(Form):
    """The own password once more; and a code, where `person` has a second factor. `address` is for the browser's store
    of passwords."""

    password = PasswordField(lazy("Password"), [Needed(lazy("Type your password."))],
                             render_kw={"autocomplete": "current-password"})
    code = _code()

    def __init__(self, *arguments, person, **values):
        super().__init__(*arguments, **values)
        self.address = address_of(person)
        if not person.has_second_factor:
            del self.code

    @property
    def given(self) -> tuple[str, str]:
        """What was typed: password, code."""
        return self.password.data, self.code.data if "code" in self else ""


class AccountForm(Form):
    name = Text(lazy("Your name"), [Needed(lazy("Type how the others shall see you."))],
                description=lazy("The others in your coalition see it."), render_kw={"autocomplete": "name"})
    locale = SelectField(lazy("Language"))
    zone = SelectField(lazy("Time zone"))

    def __init__(self, *arguments, **values):
        super().__init__(*arguments, **values)
        self.locale.choices, self.zone.choices = _languages(), _zones()


class SetUpForm(AccountForm):
    password = PasswordField(lazy("Password"), [Needed(lazy("Choose a password, of at least 15 characters."))],
                             description=lazy("At least 15 characters. Several words work well."),
                             render_kw={"autocomplete": "new-password"})


class FirstSetUpForm(SetUpForm):
    address = Text(lazy("E-mail"), [Needed(lazy("Type the e-mail address with which you will sign in."))],
                   render_kw={"autocomplete": "username", "autocapitalize": "none", "inputmode": "email"})


class ResetForm(Form):
    """A lost password. Of the account it shows nothing: whoever finds the link does not know whose it is, nor have the
    second factor."""

    password = PasswordField(lazy("The new password"), [Needed(lazy("Choose a password, of at least 15 characters."))],
                             description=lazy("At least 15 characters. Several words work well."),
                             render_kw={"autocomplete": "new-password"})
    code = _code()

    def __init__(self, *arguments, person, **values):
        super().__init__(*arguments, **values)
        if not person.has_second_factor:
            del self.code


class PasswordForm(Form):
    old = PasswordField(lazy("The password you have now"), [Needed(lazy("Type the password you have now."))],
                        render_kw={"autocomplete": "current-password"})
    new = PasswordField(lazy("The new password"), [Needed(lazy("Choose a password, of at least 15 characters."))],
                        description=lazy("At least 15 characters. Several words work well."),
                        render_kw={"autocomplete": "new-password"})
