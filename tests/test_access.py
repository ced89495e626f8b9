"""M-1: every route × method × actor, in the own coalition and in the other, against what was written by hand."""

import pytest

from core.testing.access import check, lines, routes
from core.testing.plugin_home import shipped
from tests.paths import ROOT

LINES = lines(ROOT / "core", *(ROOT / "plugins" / name for name in shipped()))


def test_every_route_has_a_line_and_every_line_a_route(stage):
    written = [(line.endpoint, line.method) for line in LINES]
    assert sorted(routes(stage.app) - set(written)) == [], "routes without a line in an access.csv"
    assert sorted(set(written) - routes(stage.app)) == [], "lines without a route"
    assert len(written) == len(set(written)), "a route has two lines"


@pytest.mark.parametrize("line", LINES, ids=str)
def test_everybody_is_answered_as_written(stage, line):
    assert check(stage, line) == []
