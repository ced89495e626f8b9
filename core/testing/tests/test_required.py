import pytest

from core.testing.required import lacking


def test_what_a_machine_lacks_is_skipped_in_words(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="^Chromium is missing. Install it.$"):
        lacking("Chromium", "Install it.")


def test_what_a_machine_lacks_is_a_failure_where_everything_has_to_be_there(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="^Chromium is missing. Install it.$"):
        lacking("Chromium", "Install it.")
