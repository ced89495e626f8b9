"""The forms about files."""

from wtforms import FileField, SelectField, TextAreaField

from core.language import lazy
from core.web.forms import Form, Needed, Text

ACCEPTED = ".docx,.xlsx,.csv,.pdf,.png,.jpg,.jpeg"


class AboutForm(Form):
    """What is said of a file."""

    title = Text(lazy("What it is"), [Needed(lazy("Say what this file is, such as “Letter to the Ministry of "
                                                  "Justice”."))])
    source = Text(lazy("Source"), description=lazy("Who wrote or published it; may be empty."))
    place = Text(lazy("Where it was found"), description=lazy("An address, a page, an archive; may be empty."))
    dated_on = Text(lazy("Its date"), description=lazy("As on the document; may be empty."), render_kw={"type": "date"})
    note = TextAreaField(lazy("Note"), filters=[lambda words: (words or "").strip()], render_kw={"rows": 2})


class UploadForm(AboutForm):
    """A new file; its bytes come beside the fields."""

    file = FileField(lazy("File"), description=lazy(".docx, .xlsx, .csv, .pdf, .png or .jpg, up to 50 MB"),
                     render_kw={"accept": ACCEPTED})
    membership = SelectField(lazy("Whose it is"))


class VersionForm(Form):
    """A newer version; its bytes come beside the field."""

    file = FileField(lazy("File"), description=lazy(".docx, .xlsx, .csv, .pdf, .png or .jpg, up to 50 MB"),
                     render_kw={"accept": ACCEPTED})
