"""Settings: the file, then the environment; what cannot be understood is refused with its name."""

from pathlib import Path

import pytest

from core.config import Settings, make_instance, read_settings
from core.errors import Refused


def test_without_a_file_every_setting_has_its_default(tmp_path):
    assert read_settings(tmp_path, {}) == Settings(tmp_path.resolve())


def test_the_environment_goes_before_the_file(tmp_path):
    (tmp_path / "commonweal.toml").write_text('threads = 3\nzone = "Asia/Dhaka"\nplugins = ["midterm"]\n')
    settings = read_settings(tmp_path, {"COMMONWEAL_THREADS": "5", "COMMONWEAL_LANGUAGES": "ar, en"})
    assert (settings.threads, settings.zone, settings.plugins, settings.languages) == (
        5, "Asia/Dhaka", ("midterm",), ("ar", "en"))


@pytest.mark.parametrize(("text", "words"), [
    ("threads = [", "cannot be read: "),
    ("threads = \"many\"", "The setting threads must be a number, not “many”."),
    ("colour = 1", "names the setting colour, which does not exist. The settings are: address, "),
])
def test_what_cannot_be_understood_is_refused_in_words(tmp_path, text, words):
    (tmp_path / "commonweal.toml").write_text(text)
    with pytest.raises(Refused) as caught:
        read_settings(tmp_path, {})
    assert words in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "commonweal.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="Mend this line, or move the file away."):
        read_settings(tmp_path, {})


def test_the_secret_is_made_once_and_is_nobody_elses(tmp_path):
    assert make_instance(tmp_path / "new") is True
    secret = tmp_path / "new" / "secret"
    before = secret.read_bytes()
    assert (len(before), secret.stat().st_mode & 0o777) == (32, 0o400)
    assert make_instance(tmp_path / "new") is False
    assert Settings(tmp_path / "new").secret() == before


def test_the_database_is_beside_unless_another_is_named():
    assert Settings(Path("place")).database_url == "sqlite:///place/commonweal.sqlite3"
    assert Settings(Path("place"), database="postgresql://host/name").database_url == "postgresql://host/name"
