"""What a check of a plugin found: what was looked at, what was got, what was expected, where."""

import dataclasses
import json
from dataclasses import dataclass

from core.language import Words, _


@dataclass(frozen=True)
class Finding:
    """`got` and `where` are the plugin's own words (names, places, messages); `expected` says what to do."""

    is_well: bool
    what: Words
    got: str = ""
    expected: Words | str = ""
    where: str = ""

    def __str__(self):
        if self.is_well:
            return f"ok   {self.what}" + (f": {self.got}" if self.got else "")
        place = f" ({self.where})" if self.where else ""
        return f"BAD  {self.what}{place}\n" + _("       got       %(got)s\n       expected  %(expected)s",
                                                got=self.got, expected=str(self.expected))

    def kept(self) -> str:
        """As a line of JSON, to cross from the child that tried the plugin."""
        plain = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return json.dumps({name: value.kept() if isinstance(value, Words) else value for name, value in plain.items()})

    @classmethod
    def from_kept(cls, line: str) -> "Finding":
        values = json.loads(line)
        return cls(**{name: Words.from_kept(value) if isinstance(value, dict) else value
                      for name, value in values.items()})


def ok(what: Words, got="") -> Finding:
    return Finding(True, what, str(got))


def bad(what: Words, got, expected: Words, where="") -> Finding:
    return Finding(False, what, str(got), expected, str(where))
