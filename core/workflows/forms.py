"""The forms of a review, its stages, its consultations, and of the coalition's copy of the workflow."""

from wtforms import SelectField, TextAreaField

from core.language import lazy
from core.web.forms import Form, Needed, Text

TYPED, DAY = {"inputmode": "numeric"}, {"type": "date"}
ANCHOR_WORDS = {"review": lazy("the day of the review"), "opening": lazy("the opening of the window"),
                "closing": lazy("the closing of the window"), "adoption": lazy("the adoption in plenary")}


class DatesForm(Form):
    title = Text(lazy("Title"), [Needed(lazy("Type a title, such as the name of the State."))])
    session = Text(lazy("Session of the Working Group"), description=lazy("Such as 48; empty while it is not known."),
                   render_kw=TYPED)
    cycle = Text(lazy("Cycle"), description=lazy("Such as 4; empty while it is not known."),
                 render_kw=TYPED)
    reviewed_on = Text(lazy("Day of the review"), description=lazy("Empty while it is not known."), render_kw=DAY)
    adopted_on = Text(lazy("Day of the adoption in plenary"), description=lazy("Empty while it is not known."),
                      render_kw=DAY)
    opens_day = Text(lazy("Window for submissions opens: day"), description=lazy("Empty while it is not known."),
                     render_kw=DAY)
    opens_hour = Text(lazy("Window opens: hour in Geneva"),
                      description=lazy("As 09:00; empty while only the day is known."), render_kw=TYPED)
    closes_day = Text(lazy("Window for submissions closes: day"), description=lazy("Empty while it is not known."),
                      render_kw=DAY)
    closes_hour = Text(lazy("Window closes: hour in Geneva"), render_kw=TYPED,
                       description=lazy("As 23:59. It differs by session; empty while only the day is known."))


class StageHereForm(Form):
    starts_on = Text(lazy("Begins on"), description=lazy("Empty: counted from the days of the review."), render_kw=DAY)
    ends_on = Text(lazy("Ends on"), description=lazy("Empty: counted from the days of the review."), render_kw=DAY)
    note = TextAreaField(lazy("Note"), description=lazy("What the coalition should know of this stage."),
                         render_kw={"rows": 5})


class StageForm(Form):
    """A stage of the coalition's copy of the workflow."""

    title = Text(lazy("Title"), [Needed(lazy("Type a title of one or two words; it stands on the ribbon."))])
    purpose = TextAreaField(lazy("What it is for"), [Needed(lazy("Type a sentence that says what it is for."))],
                            render_kw={"rows": 3})
    start_days = Text(lazy("Begins: so many days"), description=lazy("After the day below; with a minus: before it. "
                                                                     "Empty: not known."))
    start_anchor = SelectField(lazy("Begins: counted from"), choices=list(ANCHOR_WORDS.items()))
    end_days = Text(lazy("Ends: so many days"), description=lazy("After the day below; with a minus: before it. "
                                                                 "Empty: not known."))
    end_anchor = SelectField(lazy("Ends: counted from"), choices=list(ANCHOR_WORDS.items()))
    documents = TextAreaField(lazy("Documents"), description=lazy(
        "One per line: title | symbol. {session} and {iso3} are filled in for each review."), render_kw={"rows": 4})
    links = TextAreaField(lazy("Training links"), description=lazy(
        "One per line, at least one: title | address | who offers it."), render_kw={"rows": 4})


class ConsultationForm(Form):
    title = Text(lazy("What it was"), [Needed(lazy("Type what it was, such as “Hearing at the Ministry of Justice”."))])
    held_on = Text(lazy("Day"), description=lazy("Empty while it is not known."), render_kw=DAY)
    notice_days = Text(lazy("Notice, in days"), description=lazy("Between the invitation and the day."),
                       render_kw=TYPED)
    others_invited = TextAreaField(lazy("Who else was invited"), description=lazy(
        "Who is no member of the coalition. Name nobody who would be in danger from it."), render_kw={"rows": 3})
    others_came = TextAreaField(lazy("Who else came"), render_kw={"rows": 3})
    outcome = TextAreaField(lazy("What came of it"), render_kw={"rows": 5})
