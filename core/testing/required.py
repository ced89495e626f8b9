"""What a test needs and a machine may lack: skipped in words, but a failure where everything has to be there."""

import os
from typing import NoReturn

import pytest


def lacking(what: str, remedy: str) -> NoReturn:
    """Ends the test: skipped, or failed where the environment says CI=true."""
    sentence = f"{what} is missing. {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
