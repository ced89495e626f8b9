"""The forms of a coalition's own page."""

from wtforms import BooleanField, RadioField, SelectField, TextAreaField

from core.coalitions.models import ROLES
from core.coalitions.organisations import ECOSOC
from core.language import LANGUAGE_NAMES, lazy
from core.web.forms import Form, Needed, Text

ROLE_WORDS = {"coordinator": lazy("coordinator"), "editor": lazy("editor"), "member": lazy("member")}
ROLE_SENTENCES = {
    "coordinator": lazy("Brings files in, shares out, agrees the coalition's lights, adds organisations and people."),
    "editor": lazy("As a coordinator, but without people, roles and settings."),
    "member": lazy("Reads everything, and assesses for the own organisation."),
}


class OrganisationForm(Form):
    name = Text(lazy("Name of the organisation"), [Needed(lazy("Type the organisation's name."))],
                description=lazy("Until the organisation has chosen, it stands here under a random word, and you alone "
                                 "read its name."))
    acronym = Text(lazy("Acronym, if it has one"))


class PersonForm(Form):
    address = Text(lazy("E-mail"), [Needed(lazy("Type the person's e-mail address."))],
                   render_kw={"inputmode": "email", "autocapitalize": "none"})
    name = Text(lazy("Name"), [Needed(lazy("Type the person's name."))])
    role = SelectField(lazy("Role"), choices=[(role, ROLE_WORDS[role]) for role in reversed(ROLES)])
    membership = SelectField(lazy("Acts for"), default="", description=lazy("For more than one, tick them once the "
                                                                            "person is in."))


class ReviewForm(Form):
    session = Text(lazy("Session of the Working Group"), description=lazy("Such as 48; empty while it is not known."),
                   render_kw={"inputmode": "numeric"})
    cycle = Text(lazy("Cycle"), description=lazy("Empty: it follows from the session."),
                 render_kw={"inputmode": "numeric"})
    state = Text(lazy("State under review"), description=lazy("Empty: the State of the coalition."))


class CoalitionForm(Form):
    title = Text(lazy("Name of the coalition"), [Needed(lazy("Type a name, such as “Meridia UPR Coalition”."))])
    slug = Text(lazy("Short name for addresses"),
                [Needed(lazy("Type a short name of small letters, such as “meridia”."))],
                description=lazy("Small letters, digits and hyphens. It stands in the address of every page."),
                render_kw={"autocapitalize": "none"})
    state = Text(lazy("State"), [Needed(lazy("Type the State that the coalition follows."))],
                 description=lazy("Its name, or its three-letter code."))
    coordinator = Text(lazy("E-mail of the first coordinator"),
                       [Needed(lazy("Type the address of the first coordinator; it may be your own."))],
                       description=lazy("It may be your own; the coalition's page then says so to all members."),
                       render_kw={"inputmode": "email", "autocapitalize": "none"})
    coordinator_name = Text(lazy("Name of the first coordinator"), [Needed(lazy("Type the coordinator's name."))])
    understood = BooleanField(lazy("I have read what this server protects, and what not"),
                              [Needed(lazy("Read what stands beside this form, and tick that you have."))])


ADDRESS_KEYS = {"inputmode": "email", "autocapitalize": "none"}


class InvitationForm(Form):
    organisation = Text(lazy("Name of the organisation"), [Needed(lazy("Type the organisation's name."))],
                        description=lazy("It is sealed at once. Until the organisation chooses, nobody else sees it."))
    name = Text(lazy("Name of its first person"), [Needed(lazy("Type the person's name."))])
    address = Text(lazy("E-mail"), [Needed(lazy("Type the person's e-mail address."))], render_kw=ADDRESS_KEYS)
    locale = SelectField(lazy("Language"))
    by_mail = BooleanField(lazy("Send the one-time address by mail; else it is shown to you, to hand over"))

    def offer(self, languages, has_mail) -> None:
        """Only what this server can do."""
        self.locale.choices = [(code, LANGUAGE_NAMES.get(code, code)) for code in languages]
        if not has_mail:
            del self.by_mail


class ApplicationForm(Form):
    organisation = Text(lazy("Name of the organisation"), [Needed(lazy("Type the organisation's name."))])
    name = Text(lazy("Your name"), [Needed(lazy("Type your name."))])
    address = Text(lazy("Your e-mail"), [Needed(lazy("Type your e-mail address."))], render_kw=ADDRESS_KEYS)
    reason = TextAreaField(lazy("Why you would like to join"), render_kw={"rows": 5, "maxlength": 2000},
                           description=lazy("Who you are, what you work on, and who in the coalition knows you."))


class ColleagueForm(Form):
    name = Text(lazy("Name"), [Needed(lazy("Type the person's name."))])
    address = Text(lazy("E-mail"), [Needed(lazy("Type the person's e-mail address."))], render_kw=ADDRESS_KEYS)


class HandOnForm(Form):
    to = SelectField(lazy("Coordinator who keeps them from now on"),
                     [Needed(lazy("Choose another coordinator, who keeps these names from now on."))])


class Listed(Text):
    """Several entries in one line, with commas between."""

    def _value(self):
        return ", ".join(self.data or [])

    def process_formdata(self, valuelist):
        super().process_formdata(valuelist)
        self.data = [entry.strip() for entry in self.data.replace("،", ",").split(",") if entry.strip()]


class ProfileForm(Form):
    name = Text(lazy("Name"), [Needed(lazy("Type the organisation's name."))])
    acronym = Text(lazy("Acronym, if it has one"))
    clusters = Listed(lazy("Works on"), description=lazy("Such as: detention, women, land. Commas between."))
    regions = Listed(lazy("Works in"), description=lazy("Regions or places. Commas between."))
    languages = Listed(lazy("Languages"), description=lazy("Those in which it can work. Commas between."))
    ecosoc = RadioField(lazy("Status with ECOSOC"), choices=list(ECOSOC.items()))
    site = Text(lazy("Web site"), render_kw={"inputmode": "url", "autocapitalize": "none"})
    phone = Text(lazy("Telephone"), render_kw={"inputmode": "tel"})
    address = Text(lazy("Postal address"))
    registration = Text(lazy("Registration number"))
