"""Markdown becomes HTML here and nowhere else: cleaned, with few tags, and links that lead where they say."""

import markdown
import nh3
from markupsafe import Markup

TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "table",
        "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {"a": {"href"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}}
SCHEMES = {"http", "https", "mailto"}           # and addresses of our own, which name no scheme
EXTENSIONS = ("tables", "sane_lists", "toc")


def drawn(text: str, has_anchors: bool = True) -> Markup:
    """The HTML of a Markdown text. What is not allowed is left out, its words stay; a script goes with its words.

    `has_anchors`: links can lead to its headings. Not in what people write: it stands on a page that has its own.
    """
    html = markdown.markdown(text, extensions=EXTENSIONS, output_format="html")
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES if has_anchors else {"a": {"href"}}, url_schemes=SCHEMES,
                      link_rel="noopener noreferrer")
    return Markup(clean)  # noqa: S704 nh3 has cleaned it


def split_title(text: str) -> tuple[str, str]:
    """(the words of the heading in the first line, what stands below it)."""
    first, _newline, below = text.lstrip().partition("\n")
    return first.lstrip("# ").strip(), below
