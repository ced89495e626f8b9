"""Every sentence to a person passes here: `_` and `ngettext` now, `lazy` and `lazy_plural` later.

Nothing else imports flask_babel, so services, jobs and commands speak the reader's language as pages do.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import flask_babel
from babel import dates, support
from flask import has_app_context

LANGUAGE_NAMES = {"en": "English", "ar": "العربية", "fr": "Français", "es": "Español", "ru": "Русский", "zh": "中文"}


def direction(locale) -> str:
    """"rtl" or "ltr", as this language is written."""
    return "rtl" if locale.partition("_")[0] in ("ar", "fa", "he", "ur") else "ltr"


class Catalogues(flask_babel.Domain):
    """The catalogues of core, the plugins and the instance; of a sentence in several, the last one's words.

    Flask-Babel merges them into one, with the plural rule of the last folder: that of English, where the folder lacks
    the language. One plugin without Arabic, and every count of the house came out wrong. Here each keeps its rule.
    """

    def get_translations(self):
        if not has_app_context():
            return support.NullTranslations()
        locale = flask_babel.get_locale()
        if locale not in self.cache:
            self.cache[locale] = self._chained(locale)
        return self.cache[locale]

    def _chained(self, locale):
        chained = support.NullTranslations()
        for folder in self.translation_directories:
            catalogue = support.Translations.load(folder, [locale])
            if isinstance(catalogue, support.Translations):
                catalogue.add_fallback(chained)
                chained = catalogue
        return chained


def uncompiled(folders) -> list[Path]:
    """The catalogues in these folders that were never compiled: what they translate comes out in English."""
    return [path for folder in folders for path in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))
            if not path.with_suffix(".mo").exists()]


def _(text, **values):
    """The text in the language of the moment, its `%(name)s` filled from the values."""
    return _fill(flask_babel.gettext(text) if has_app_context() else text, values)


def ngettext(singular, plural, num, **values):
    """As `_`, for a count; `%(num)d` is filled with it."""
    if has_app_context():
        return flask_babel.ngettext(singular, plural, num, **values)   # it fills the text itself, num too
    return _fill(singular if num == 1 else plural, {"num": num, **values})


def _fill(text, values):
    return text % values if values else text


@dataclass(frozen=True)
class Words:
    """A sentence with its values, that becomes words only when it is read: str(words).

    It can cross a process or lie in a database as JSON: `words.kept()` gives plain data, `Words.from_kept()` reads it.
    """

    text: str
    values: dict = field(default_factory=dict, hash=False)
    plural: str | None = None

    def __str__(self):
        if self.plural is None:
            return _(self.text, **self.values)
        return ngettext(self.text, self.plural, **self.values)

    def kept(self):
        values = {name: value.kept() if isinstance(value, Words) else value for name, value in self.values.items()}
        return {"text": self.text, "values": values, "plural": self.plural}

    @classmethod
    def from_kept(cls, kept):
        """What lies in a database can have come from another server: a sentence that would not fill in from its
        values, or would grow beyond them, is another one."""
        if not _fills_in(kept):
            return lazy("What stood here cannot be read.")
        values = {name: cls.from_kept(value) if isinstance(value, dict) else value
                  for name, value in kept["values"].items()}
        return cls(kept["text"], values, kept["plural"])


PLACES = re.compile(r"%(?:\((\w+)\)([sd])|(%))")
LONGEST = 20_000            # of a sentence's text, and of a value


def _fills_in(kept, depth=0) -> bool:
    """Whether these plain data are a sentence: text, each value named once as %(name)s or %(name)d, and all there."""
    if not isinstance(kept, dict) or set(kept) != {"text", "values", "plural"} or depth > 3 or not isinstance(
            kept["values"], dict):
        return False
    values = kept["values"]
    if not all(value is None or isinstance(value, (str, int, float)) and len(str(value)) <= LONGEST
               or _fills_in(value, depth + 1) for value in values.values()):
        return False
    return all(_places_fit(text, values) for text in (kept["text"], kept["plural"]) if text is not None) and (
        kept["plural"] is None or type(values.get("num")) is int) and kept["text"] is not None


def _places_fit(text, values):
    if not isinstance(text, str) or len(text) > LONGEST or "%" in PLACES.sub("", text) and values:
        return False
    named = [(name, kind) for name, kind, percent in PLACES.findall(text) if not percent]
    return len({name for name, _kind in named}) == len(named) and all(
        name in values and (kind == "s" or isinstance(values[name], int)) for name, kind in named)


def lazy(text, **values):
    return Words(text, values)


def lazy_plural(singular, plural, num, **values):
    return Words(singular, {"num": num, **values}, plural)


# CLDR's Arabic dates are numbers with marks between them. Of the month's two names the one that has room everywhere: on
# the ribbon the other has none, and two kinds on one page read as two months.
ARABIC_DATES = {"medium": "d MMM y", "long": "d MMMM y", "full": "EEEE d MMMM y"}


def _date_locale():
    """The UN writes 25 November 2026, not November 25."""
    locale = flask_babel.get_locale() if has_app_context() else None
    return "en_GB" if locale is None or locale.language == "en" else str(locale)


def format_date(day, pattern="medium"):
    """A day in the language of the moment; `pattern` is a CLDR one or short, medium, long, full."""
    locale = _date_locale()
    pattern = ARABIC_DATES.get(pattern, pattern) if locale.startswith("ar") else pattern
    return dates.format_date(day, pattern, locale=locale)


# A moment as people need it: no seconds.
MOMENTS = {"medium": "d MMM y, HH:mm", "long": "d MMMM y, HH:mm z"}


def format_moment(moment, pattern="medium"):
    """A moment (naive, UTC) in the language and the zone of the reader."""
    zone = flask_babel.get_timezone() if has_app_context() else None
    locale = _date_locale()
    written = dates.format_datetime(moment, MOMENTS.get(pattern, pattern), tzinfo=zone, locale=locale)
    return written.replace(", ", "، ") if locale.startswith("ar") else written


@contextmanager
def speaking(locale):
    """Inside, sentences are in this language: for commands and jobs, which have no request (but an app context)."""
    with flask_babel.force_locale(locale):
        yield
