"""Notes that can be found: a plugin of the tests says how they are shown."""

from types import SimpleNamespace

import pytest

from core.hooks import SearchHit, hookimpl
from core.language import lazy
from core.search import searching
from core.tests.note import Note, make_tables


@hookimpl
def search_hits(ctx, objects):
    return [SearchHit(one.uid, lazy("Notes"), one.colour, "coalitions.coalition", {"_anchor": one.uid}, one.text)
            for one in objects if isinstance(one, Note)]


@pytest.fixture
def notes(app, world, monkeypatch):
    make_tables()
    monkeypatch.setattr(searching, "OWN_MODELS", (*searching.OWN_MODELS, Note))
    app.host.manager.register(SimpleNamespace(search_hits=search_hits), name="notes")
