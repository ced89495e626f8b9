"""The pieces that pages are made of, and what every template keeps to."""

import re
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest
import wtforms

from core.language import _, ngettext

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted(path for folder in ("core", "plugins", "themes")
                   for path in (ROOT / folder).glob("**/templates/**/*.html"))


@pytest.fixture
def draw():
    """draw("light('none', 'No progress')") → what the piece gives, white space folded."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(ROOT / "core/web/templates"), autoescape=True,
                                     undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(_=_, ngettext=ngettext, csrf_token=lambda: "TOKEN", new_mark=lambda: "MARK")

    def draw(call, **values):
        source = '{% import "web/macros.html" as pieces %}{{ pieces.' + call + " }}"
        return " ".join(environment.from_string(source).render(**values).split())
    return draw


class Form(wtforms.Form):
    state = wtforms.StringField("Recommending State", description="as it stands in the report")
    themes = wtforms.SelectMultipleField("Themes", choices=[("1", "Torture"), ("2", "Health")])
    shared = wtforms.BooleanField("This is a shared computer")


def test_a_form_carries_a_new_mark_without_being_asked(draw):
    assert draw("form_marks()") == ('<input type="hidden" name="csrf_token" value="TOKEN">'
                                    '<input type="hidden" name="mark" value="MARK">')


def test_a_form_carries_the_version_seen_also_when_it_is_nought(draw):
    assert draw("form_marks(mark='', version=0)") == ('<input type="hidden" name="csrf_token" value="TOKEN">'
                                                      '<input type="hidden" name="version" value="0">')


def test_a_light_has_its_word_also_where_only_its_shape_is_seen(draw):
    assert draw("light('none', 'No progress')") == '<span class="light" data-light="none">No progress</span>'
    assert draw("light(none, 'Not yet', mark=True)") == (
        '<span class="light mark" data-light=""><span class="sr">Not yet</span></span>')


def test_a_label_from_people_is_text_and_never_html(draw):
    assert draw("who(label)", label="<b>Heron</b>") == '<bdi class="who">&lt;b&gt;Heron&lt;/b&gt;</bdi>'


def test_a_wrong_field_is_joined_with_its_hint_and_its_sentence(draw):
    form = Form(data={"state": "Turkye"})
    form.state.errors = ["“Turkye” is no State known here."]
    assert draw("field(form.state)", form=form) == (
        '<div class="field is-wrong"> <label for="state">Recommending State</label>'
        '<span class="hint" id="state-hint">as it stands in the report</span> '
        '<span class="wrong" id="state-error">“Turkye” is no State known here.</span> '
        '<input aria-describedby="state-hint state-error" aria-invalid="true" dir="auto" id="state" name="state" '
        'type="text" value="Turkye"> </div>')


def test_two_forms_of_one_page_keep_their_ids_apart(draw):
    ids = re.findall(r' (?:id|for)="([^"]*)"', draw("fields(form, 'person-')", form=Form()))
    assert ids == ["person-state", "person-state-hint", "person-state", "person-themes", "person-themes-0",
                   "person-themes-0", "person-themes-1", "person-themes-1", "person-shared", "person-shared"]


def test_the_summary_counts_all_that_is_wrong_and_links_to_the_fields(draw):
    form = Form()
    form.state.errors, form.form_errors = ["Name a State."], ["The round is closed."]
    assert draw("error_summary(form, 'a-')", form=form) == (
        '<div class="note bad" role="alert" tabindex="-1" id="problems"> <h2>Not saved yet: 2 things to put right</h2> '
        '<p>Everything you typed is still here.</p> <ol class="stacked"><li>The round is closed.</li> '
        '<li><a href="#a-state">Recommending State</a>: Name a State.</li> </ol> </div>')
    assert draw("error_summary(form)", form=Form()) == ""


def test_a_panel_that_failed_leaves_a_gap_that_names_its_plugin(draw):
    assert draw("panel(panel)", panel=SimpleNamespace(plugin="midterm")) == (
        '<p class="note care gap">The part of the plugin midterm could not be shown.</p>')


def test_a_message_offers_to_take_back_what_was_done(draw):
    undo = {"url": "/undo", "fields": {"change": "abc"}, "label": "Take it back"}
    drawn = draw("messages(frame)", frame={"messages": [{"kind": "done", "text": "Shared out.", "undo": undo}]})
    assert re.findall(r'name="([^"]*)" value="([^"]*)"', drawn) == [
        ("csrf_token", "TOKEN"), ("mark", "MARK"), ("change", "abc")]
    assert "<p>Shared out.</p>" in drawn and 'action="/undo"' in drawn and "Take it back</button>" in drawn


def test_a_facet_shows_a_light_by_shape_and_word_and_a_name_as_it_is(draw):
    options = [{"value": "none", "words": "No progress", "count": 2, "chosen": True, "light": "none", "pos": None},
               {"value": "t1", "words": "Torture", "count": 9, "chosen": False, "light": None, "pos": None}]
    assert re.findall(r"<label.*?</label>", draw("facet('Light', 'light', options)", options=options)) == [
        '<label class="check"><input type="checkbox" name="light" value="none" checked> '
        '<span class="light" data-light="none">No progress</span> <span class="n">2</span></label>',
        '<label class="check"><input type="checkbox" name="light" value="t1"> <bdi>Torture</bdi> '
        '<span class="n">9</span></label>']


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_lists_its_variables_and_marks_each_of_its_forms(path):
    text = path.read_text(encoding="utf-8")
    assert re.match(r"\{#-?[^#]*Variables", text), "its first comment lists its variables"
    forms = re.findall(r'<form\b[^>]*method="post".*?</form>', text, re.DOTALL)
    assert [form for form in forms if "form_marks(" not in form] == []
