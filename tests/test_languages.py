"""Every sentence of the code in every language that core has, and pages on which no sentence is left untranslated."""

import json
import re
import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

import lxml.html
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural

from core.app import create_app
from core.circles.models import Circle, CircleWords
from core.coalitions.models import Organisation
from core.context import Context
from core.db import utc_now
from core.demonstration import PEOPLE, SLUG, load_demonstration
from core.language import _, format_date, format_moment, lazy, ngettext, speaking
from core.people.labels import by_address
from core.people.models import Person
from core.testing.world import Actor
from core.web.help_page import TEXT
from tests.paths import ROOT, tracked_files
from tools import messages
from tools.catalogues import compile_catalogues

CATALOGUES = [(package, language) for package in messages.packages() for language in messages.languages()]
each_catalogue = pytest.mark.parametrize(
    ("package", "language"), CATALOGUES, ids=[f"{package.name} {language}" for package, language in CATALOGUES])
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """What git holds is compiled by `make setup`; here too, for a catalogue that was changed since."""
    compile_catalogues(ROOT)


# --- the catalogues ------------------------------------------------------------------------------------------------


@each_catalogue
def test_every_sentence_of_the_code_is_in_the_language(package, language):
    assert messages.lacking(messages.updated(package, language)) == []


@each_catalogue
def test_no_catalogue_keeps_a_sentence_that_the_code_has_no_more(package, language):
    kept = {message.id for message in messages.read(messages.catalogue(package, language), language) if message.id}
    assert kept - {message.id for message in messages.extracted(package)} == set()


@each_catalogue
def test_a_translation_has_the_placeholders_of_its_sentence(package, language):
    assert [fault for message in messages.updated(package, language) if message.id
            for fault in placeholder_faults(message)] == []


@each_catalogue
def test_every_count_has_all_the_forms_of_the_language(package, language):
    forms = get_plural(language)[0]
    counts = [message for message in messages.updated(package, language) if message.pluralizable]
    assert {message.id[0]: len(message.string) for message in counts if len(message.string) != forms} == {}


def placeholder_faults(message) -> list[str]:
    """`sentence: translation` for each form that is there without just the placeholders of the sentence.

    A form that means one exact number may say it in a word: then `num` may be missing. Arabic has three such forms;
    the first of French is for none and for one.
    """
    wanted = sorted(PLACEHOLDER.findall(message.id if isinstance(message.id, str) else message.id[1]))
    free = sorted(name for name in wanted if name != "num")
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    exact = 3 if len(forms) == get_plural("ar")[0] else 0
    return [f"{message.id}: {form}" for place, form in enumerate(forms)
            if form and sorted(PLACEHOLDER.findall(form)) not in ([wanted, free] if place < exact else [wanted])]


def test_the_check_finds_a_placeholder_that_was_lost_or_changed():
    catalogue = Catalog(locale="ar")
    lost = catalogue.add("%(name)s is here: %(uid)s", "%(name)s هنا")
    misspelt = catalogue.add("Row %(row)d", "الصف %(raw)d")
    counted = ("لا أيام", "يوم", "يومان", "%(num)d أيام", "أيام", "%(num)d يوماً")
    many = catalogue.add(("%(num)d day", "%(num)d days"), counted)
    none_or_one = Catalog(locale="fr").add(("%(num)d day", "%(num)d days"), ("Un jour", "%(num)d jours"))
    assert [len(placeholder_faults(message)) for message in (lost, misspelt, many, none_or_one)] == [1, 1, 1, 1]


BREAKS = re.compile(r" [;:!?»]|« |«\S|\S»|\w[;!?](?:\s|$)|\w:$")


@pytest.mark.parametrize("package", messages.packages(), ids=lambda package: package.name)
def test_no_french_sentence_breaks_before_its_marks(package):
    said = [form for message in messages.read(messages.catalogue(package, "fr"), "fr") if message.id
            for form in (message.string if isinstance(message.string, tuple) else [message.string])]
    assert len(said) > 100
    assert [form for form in said if BREAKS.search(form.replace("\N{NO-BREAK SPACE}", "~").replace("«~", "").replace(
        "~»", ""))] == []


def test_git_holds_no_compiled_catalogue():
    assert [path for path in tracked_files() if path.endswith(".mo")] == []


# --- a language in use ---------------------------------------------------------------------------------------------


def test_a_page_speaks_the_language_of_its_reader_from_right_to_left(browser_of, cast):
    browser = browser_of(speaks("ar", cast.coordinator))
    page = browser.get("/c/meridia/coalition")
    assert (page.tree.get("lang"), page.tree.get("dir")) == ("ar", "rtl")
    assert "الائتلاف" in [link.text_content().strip() for link in page.tree.xpath("//nav//a")]
    assert "3 منظمات" in page.words and "organisation" not in page.words


def test_a_refused_form_says_why_in_the_language_of_its_reader(browser_of, cast):
    browser = browser_of(speaks("ar", cast.coordinator))
    form = browser.get("/c/meridia/coalition").form("/organisations")
    assert "اكتب اسم المنظمة." in browser.submit(form, status=422, name=" ").words


def test_a_command_refuses_in_the_language_of_the_person_for_whom_it_acts(command, cast):
    speaks("ar", cast.member)
    told = command("--as", cast.member.address, "organisation", "add", "--coalition", "meridia", "Newcomers")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == ("لا يحق لك فعل هذا هنا. يستطيع ذلك منسّق الائتلاف، أو يستطيع أن يمنحك الدور اللازم.\n")


def test_a_job_speaks_the_language_of_the_one_it_works_for(app):
    sentence = lazy("Today")
    with app.app_context():
        with speaking("ar"):
            assert (str(sentence), _("Menu")) == ("اليوم", "القائمة")
        assert str(sentence) == "Today"


@pytest.mark.parametrize("path", sorted(TEXT.parent.glob("*.*.md")), ids=lambda path: path.name)
def test_every_word_in_bold_on_a_translated_help_page_stands_in_the_product(path):
    said = re.findall(r"\*\*([^*]+)\*\*", path.read_text(encoding="utf-8"))
    parts = {" ".join(words.partition(" …")[0].split()) for words in said}
    language = path.suffixes[0].removeprefix(".")
    written = "\n".join(text for package in messages.packages()
                        for message in messages.read(messages.catalogue(package, language), language)
                        for text in ([message.string] if isinstance(message.string, str) else message.string))
    assert parts and {words for words in parts - OWN_WORDS if words not in written} == set()


def test_days_are_written_as_the_united_nations_write_them(app):
    day, moment = date(2026, 11, 25), datetime(2026, 11, 25, 9, 5)
    with app.app_context():
        english = format_date(day, "full"), format_date(day), format_date(day, "MMM y")
        with speaking("ar"):
            arabic = format_date(day, "full"), format_date(day), format_date(day, "MMM y")
            assert (format_moment(moment), format_moment(moment, "long")) == (
                "25 نوفمبر 2026، 09:05", "25 نوفمبر 2026، 09:05 UTC")
            assert format_moment(moment, "EEEE d MMMM, HH:mm") == "الأربعاء 25 نوفمبر، 09:05"
            assert "," not in format_moment(moment, "short")
    assert english == ("Wednesday, 25 November 2026", "25 Nov 2026", "Nov 2026")
    assert arabic == ("الأربعاء 25 نوفمبر 2026", "25 نوفمبر 2026", "نوفمبر 2026")


def test_french_counts_nothing_and_one_alike_and_writes_its_days(app):
    with app.app_context(), speaking("fr"):
        counted = [ngettext("%(num)d organisation", "%(num)d organisations", number) for number in (0, 1, 2)]
        assert counted == ["0 organisation", "1 organisation", "2 organisations"]
        assert (format_date(date(2026, 11, 25), "full"), format_date(date(2026, 11, 25))) == (
            "mercredi 25 novembre 2026", "25 nov. 2026")


def test_a_page_and_a_refused_form_speak_french(browser_of, cast):
    browser = browser_of(speaks("fr", cast.coordinator))
    page = browser.get("/c/meridia/coalition")
    assert (page.tree.get("lang"), page.tree.get("dir")) == ("fr", "ltr")
    assert "Recommandations" in [link.text_content().strip() for link in page.tree.xpath("//nav//a")]
    refused = browser.submit(page.form("/organisations"), status=422, name=" ")
    assert "Indiquez le nom de l’organisation." in refused.words


def test_a_folder_without_the_language_leaves_its_counts_right(instance):
    (instance.instance / "translations" / "de" / "LC_MESSAGES").mkdir(parents=True)
    with create_app(instance).app_context(), speaking("ar"):
        counted = [ngettext("%(num)d organisation", "%(num)d organisations", number) for number in (0, 1, 2, 3, 11)]
    assert counted == ["لا منظمات", "منظمة واحدة", "منظمتان", "3 منظمات", "11 منظمة"]


# Bold on a help page, and on no other.
OWN_WORDS = {"الجدول الخاص بكم"}


def speaks(language, actor):
    Person.update(locale=language).where(Person.id == actor.person.id).execute()
    return replace(actor, person=Person.get_by_id(actor.person.id))


# --- a language in brackets: what stands outside of them was never translated -----------------------------------------

OPEN, CLOSE = "⟦", "⟧"
SPOKEN = ("title", "alt", "placeholder", "aria-label", "value", "label")
# What is written the same in every language, and what is said in its own.
SAME = {"UTC", "English", "Français", "Enter", "csv", "docx", "html", "json", "pdf", "xlsx"}
MOST_PER_ENDPOINT = 2
WORD = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def brackets(instance):
    """Before the app is made: a catalogue of the instance that puts every sentence into brackets."""
    forms = get_plural("ar")[0]
    pseudo = Catalog(locale="ar")
    for package in messages.packages():
        for message in messages.extracted(package):
            if message.pluralizable:
                pseudo.add(message.id, (f"{OPEN}{message.id[1]}{CLOSE}",) * forms)
            elif message.id:
                pseudo.add(message.id, f"{OPEN}{message.id}{CLOSE}")
    place = instance.instance / "translations" / "ar" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, pseudo)


@pytest.fixture
def demonstration(brackets, app, instance, browser_of):
    """Browsers of the people of the demonstration, who read brackets; and all words that its database holds."""
    load_demonstration(Context(via="command", now=utc_now()), app.host)
    Person.update(locale="ar").execute()
    browsers = [browser_of(Actor(address, by_address(address))) for address, *_role in PEOPLE[:2]]
    return browsers, words_held(instance.instance / "commonweal.sqlite3") + names_sealed()


def test_no_page_of_the_demonstration_shows_a_sentence_that_is_not_translated(demonstration, app):
    browsers, held = demonstration
    bare, endpoints = {}, set()
    for browser in browsers:
        for endpoint, page in [*walked(app, browser), ("404", browser.get(f"/c/{SLUG}/nowhere", status=404))]:
            endpoints.add(endpoint)
            if found := {words for words in outside(page.tree) if not is_data(words, held)}:
                bare.setdefault(endpoint, set()).update(found)
    assert bare == {}
    assert {"coalitions.today", "coalitions.coalition", "people.account"} <= endpoints
    assert set(app.host.loaded) <= {endpoint.partition(".")[0] for endpoint in endpoints}


def test_the_door_shows_no_sentence_that_is_not_translated(brackets, browser_of):
    stranger = browser_of()
    page = stranger.get("/sign-in", headers={"Accept-Language": "ar"})
    assert page.tree.get("lang") == "ar"
    assert set(outside(page.tree)) <= SAME


def test_the_check_finds_bare_words_between_and_inside_tags():
    tree = lxml.html.document_fromstring(
        '<p title="Close">⟦A ⟦nested⟧ word⟧ Hello <b>⟦x⟧, there</b><code>x.csv</code><i lang="en">Menu</i></p>')
    assert set(outside(tree)) == {"Close", "Hello", "there"}


def is_data(words, held) -> bool:
    """Whether the database holds these words, or all that stands between their commas."""
    return (words in SAME or words.startswith(("http://", "https://")) or f"\n{words}" in held
            or all(f"\n{part}" in held for part in words.split(", ")))


def walked(app, browser):
    """(endpoint, page) for the pages that can be reached from Today; a few of each kind."""
    waiting, counts = [f"/c/{SLUG}/", "/account"], Counter()
    seen = set(waiting)
    while waiting:
        path = waiting.pop(0)
        page = browser.get(path, status=None)
        if page.is_html and page.status == 200:
            yield endpoint_of(app, path), page
            for link in page.links:
                if link in seen or not link.startswith("/"):
                    continue
                endpoint = endpoint_of(app, link)
                if counts[endpoint] < MOST_PER_ENDPOINT:
                    seen.add(link)
                    waiting.append(link)
                    counts[endpoint] += 1


def endpoint_of(app, path) -> str:
    return app.url_map.bind("127.0.0.1").match(urlsplit(path).path)[0]


def outside(tree):
    """Each run of Latin words that stands outside of brackets, in the text or in what is read out of an attribute.

    Left alone: code and keys, names of time zones, and what says itself in which language it is.
    """
    in_another = tree.xpath("//h1/ancestor-or-self::*[@lang][not(self::html)]")
    for element in tree.iter():
        if not isinstance(element.tag, str) or is_exempt(element) or (element.tag == "title" and in_another):
            continue
        texts = [element.text, *(child.tail for child in element)]
        texts += [element.get(name) for name in SPOKEN if element.tag != "option" or name != "value"]
        if element.tag == "input" and element.get("type") not in ("submit", "button"):
            texts = [element.get(name) for name in SPOKEN if name != "value"]
        if element.tag == "button":
            texts = [text for text in texts if text != element.get("value")]
        for text in texts:
            yield from bare_words(text or "")


def is_exempt(element) -> bool:
    around = [element, *element.iterancestors()]
    return any(one.tag in ("script", "style", "code", "kbd", "svg", "textarea") or one.get("name") == "zone"
               or (one.get("lang") and one.tag != "html") for one in around)


def bare_words(text):
    depth, plain = 0, []
    for letter in text:
        depth += (letter == OPEN) - (letter == CLOSE)
        plain.append(letter if not depth and letter != CLOSE else "\n")
    for run in "".join(plain).replace("Commonweal", "\n").splitlines():
        words = " ".join(run.split()).strip(" .,:;()–-·/\"'“”")
        if WORD.search(words):
            yield words


def names_sealed() -> str:
    """What people typed that lies sealed in the database."""
    rows = [*Person.select(), *Organisation.select(), *Circle.select(), *CircleWords.select()]
    cells = "\n".join(str(value) for row in rows for value in row.content().values()).replace("| ", "\n")
    return f"\n{cells}\n"


def words_held(path) -> str:
    """Every text of the database, and every text inside its JSON, each on lines of its own."""
    lines: list[str] = []
    with sqlite3.connect(path) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in database.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    lines += texts_in(value)
    return "\n" + "\n".join(lines)


def texts_in(value):
    if not isinstance(value, str):
        return []
    if value[:1] in "[{":
        inside = re.findall(r'"(?:[^"\\]|\\.)*"', value)
        return [text for written in inside for text in texts_in(json.loads(written))]
    return [" ".join(value.split())]
