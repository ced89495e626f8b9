"""Panels: what plugins add to a page of another, drawn here so that one that fails leaves a gap and no error page."""

from dataclasses import dataclass

from flask import current_app, g, render_template
from markupsafe import Markup

from core.hooks import Panel
from core.plugins import Gap


@dataclass(frozen=True)
class Drawn:
    """A panel after its template. `name` is unique on the page."""

    name: str
    title: str
    html: Markup
    weight: int


def draw_panels(place: str, objects: list) -> list[Drawn | Gap]:
    """What the plugins put at this place, by weight; a Gap where one failed."""
    def finish(panel):
        # The template came out of the autoescaping environment: its result is HTML already.
        html = Markup(render_template(panel.template, **panel.values))  # noqa: S704
        return Drawn(panel.template.replace("/", "-").removesuffix(".html"), str(panel.title), html, panel.weight)
    drawn = current_app.host.gather("panels", Panel, finish, ctx=g.ctx, place=place, objects=objects)
    return sorted(drawn, key=lambda one: getattr(one, "weight", 1000))
