"""Notes: the owned thing that the spine's tests act on."""

import pytest

from core.tests.note import make_tables


@pytest.fixture
def notes(world):
    make_tables()
