"""A page as a test sees it: its words, its links and forms, and the checks that every page has to pass."""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import lxml.html

# The door greets with a motto; its title says what it is for.
OTHER_TITLES = ("/sign-in",)
# After a quick exit: nothing is on it, on purpose.
EMPTY = ("/leave",)
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


@dataclass
class Page:
    """An answer of the app. HTML ones can be asked for their parts; `faults()` is what is wrong with the page."""

    path: str
    status: int
    headers: Any
    content: bytes = field(repr=False)

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    @property
    def location(self) -> str | None:
        return self.headers.get("Location")

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.content)

    @cached_property
    def tree(self):
        return lxml.html.document_fromstring(self.content.decode("utf-8"))

    @property
    def words(self) -> str:
        """What a person reads on the page, white space folded."""
        body = self.tree.find("body")
        return " ".join(body.text_content().split())

    @property
    def title(self) -> str:
        return " ".join((self.tree.findtext(".//title") or "").split())

    @property
    def heading(self) -> str:
        return " ".join(self.tree.xpath("string(//h1)").split())

    @property
    def links(self) -> list[str]:
        return [link.get("href") for link in self.tree.xpath("//a[@href]")]

    @property
    def gaps(self) -> list[str]:
        return [" ".join(gap.text_content().split()) for gap in self.tree.find_class("gap")]

    def one(self, xpath: str):
        """The one element of this XPath; AssertionError when there is none, or more."""
        found = self.tree.xpath(xpath)
        assert len(found) == 1, f"{len(found)} elements {xpath} on {self.path}"
        return found[0]

    def forms(self, ending: str = "") -> list["Form"]:
        """The forms whose address ends like this."""
        return [Form(self, form) for form in self.tree.forms
                if (form.get("action") or self.path).partition("?")[0].endswith(ending)]

    def form(self, ending: str = "") -> "Form":
        """The first form whose address ends like this."""
        found = self.forms(ending)
        addresses = [form.get("action") for form in self.tree.forms]
        assert found, f"no form to {ending!r} on {self.path}; there are: {addresses}"
        return found[0]

    def faults(self) -> list[str]:
        """What STYLE asks of every page and this one lacks, as sentences."""
        if not self.is_html or self.path in EMPTY:
            return []
        return [*self._title_faults(), *self._id_faults(), *self._label_faults()]

    @property
    def error_mark(self) -> str:
        """What the title of a form that came back begins with: "Error: ", or one such word of another language."""
        if self.tree.get("lang") == "en":
            return "Error: "
        first = re.match(r"\w+\s?: ", self.title)     # French: "Erreur : "
        return first[0] if self.status == 422 and first else "Error: "

    def _title_faults(self):
        headings = self.tree.xpath("//h1")
        if len(headings) != 1:
            yield f"{len(headings)} h1, not one"
        if not self.tree.get("lang"):
            yield "no language (lang) on html"
        begun = self.title.removeprefix(self.error_mark)
        if not begun.startswith(self.heading) and not self.path.startswith(OTHER_TITLES):
            yield f"the title {self.title!r} does not begin with the h1 {self.heading!r}"
        if self.status == 422 and self.tree.find_class("is-wrong") and begun == self.title:
            yield f"a form came back, and the title {self.title!r} does not begin with 'Error: '"

    def _id_faults(self):
        ids = self.tree.xpath("//@id")
        for twice in sorted({name for name in ids if ids.count(name) > 1}):
            yield f"the id {twice!r} stands twice"
        known = set(ids)
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for value in self.tree.xpath(f"//@{attribute}"):
                for name in value.split():
                    if name not in known:
                        yield f"{attribute} names {name!r}, which is not on the page"
        for link in self.links:
            if link.startswith("#") and len(link) > 1 and link[1:] not in known:
                yield f"a link leads to {link}, which is not on the page"

    def _label_faults(self):
        labelled = set(self.tree.xpath("//label/@for"))
        for control in self.tree.xpath("//input|//select|//textarea"):
            if control.get("hidden") is not None or (control.tag == "input" and control.get("type") in UNLABELLED):
                continue
            named = (control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in labelled
                     or any(parent.tag == "label" for parent in control.iterancestors()))
            if not named:
                yield f"the field {control.get('name')!r} has no label"
        for image in self.tree.xpath("//img[not(@alt)]"):
            yield f"the image {image.get('src')!r} has no alt"
        for button in self.tree.xpath("//button"):
            if not (button.text_content().strip() or button.get("aria-label")):
                yield f"a button without words: {lxml.html.tostring(button)[:80]!r}"


@dataclass
class Form:
    """A form of a page, with what a browser would send from it as it stands."""

    page: Page
    element: Any

    @property
    def address(self) -> str:
        return self.element.get("action") or self.page.path

    @property
    def fields(self) -> dict[str, list[str]]:
        """Field → values as they stand: marks included, buttons not."""
        found: dict[str, list[str]] = {}
        for name, value in self.element.form_values():
            found.setdefault(name, []).append(value)
        for control in self._controls_outside():
            for value in values_of(control):
                found.setdefault(control.get("name"), []).append(value)
        return found

    def _controls_outside(self):
        """Controls that stand elsewhere on the page and name this form by its id."""
        if not self.element.get("id"):
            return []
        return [control for control in self.page.tree.xpath("//*[@form=$id][@name]", id=self.element.get("id"))
                if self.element not in control.iterancestors("form")]


def values_of(control) -> list[str]:
    """What one control sends: nothing for a button, or for a box that is not ticked."""
    if control.tag == "button" or control.get("type") in ("submit", "button", "image", "reset"):
        return []
    if control.tag == "input" and control.get("type") in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.get("checked") is not None else []
    value = control.value
    return [] if value is None else [value] if isinstance(value, str) else list(value)
