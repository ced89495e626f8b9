"""A reader in its child: what it says comes back whole, and whatever else it tries ends as a sentence."""

import logging
import os
import sys

import pytest

import plugins
from core.errors import Refused
from core.files.child import ask_child, read_best, read_in_child
from core.files.tests import readers_on_trial as trial
from core.files.tests.hostile import cut, written
from core.files.tests.readers_on_trial import reader


@pytest.fixture
def path(tmp_path):
    return written(tmp_path, "lines.txt", "Zażółć gęślą 6.1\n".encode())


def test_rows_problems_and_facts_arrive_as_they_left(path):
    assert read_in_child(reader(trial.read), path, {"number": 3}) == trial.read(path, {"number": 3})


def test_a_sentence_of_the_reader_arrives_as_its_sentence(path):
    with pytest.raises(Refused) as refusal:
        read_in_child(reader(trial.refusing), path, {})
    assert refusal.value.sentence.values == {"line": 7}
    assert str(refusal.value) == "Line 7 is crooked. Straighten it."


@pytest.mark.parametrize("bad", [
    trial.dying, trial.stumbling_over, trial.printing_nonsense, trial.answering_no_reading,
])
def test_a_child_that_dies_or_answers_nonsense_is_a_sentence(path, bad):
    with pytest.raises(Refused, match="cut or damaged"):
        read_in_child(reader(bad), path, {})


@pytest.mark.parametrize("bad", [
    trial.calling_out, trial.making_a_socket, trial.starting_a_process, trial.forking, trial.writing_a_file,
    trial.writing_by_descriptor, trial.removing_the_file, trial.renaming_the_file,
    trial.touching_the_file, trial.marking_the_file,
])
def test_a_reader_reaches_nothing_but_its_file(path, bad, caplog):
    with caplog.at_level(logging.WARNING), pytest.raises(Refused):
        read_in_child(reader(bad), path, {})
    assert "PermissionError" in caplog.text
    assert os.listdir(os.path.dirname(path)) == ["lines.txt"]


@pytest.mark.parametrize("bad", [trial.sleeping, trial.spinning])
def test_a_child_that_takes_too_long_is_stopped(path, bad):
    with pytest.raises(Refused, match="takes too long"):
        read_in_child(reader(bad), path, {}, seconds=1)


@pytest.mark.parametrize("bad", [trial.swallowing_memory, trial.aborting, trial.answering_too_much])
def test_a_child_that_takes_too_much_is_stopped(path, bad):
    with pytest.raises(Refused, match="too much memory"):
        read_in_child(reader(bad), path, {})


def test_the_log_names_the_place_of_a_fault_and_no_word_of_the_file(path, caplog):
    with caplog.at_level(logging.WARNING), pytest.raises(Refused):
        read_in_child(reader(trial.stumbling_over), path, {})
    assert "ValueError in readers_on_trial.py:" in caplog.text and "secret" not in caplog.text


def test_the_surest_reader_reads_and_one_that_stumbles_is_unsure(path):
    readers = [reader(trial.refusing, trial.stumbling), reader(trial.read), reader(trial.read_other, trial.surer),
               reader(trial.refusing, trial.unsure)]
    assert read_best(readers, path, {}).form == "other"


def test_a_file_that_no_reader_knows_is_refused(path, tmp_path):
    with pytest.raises(Refused, match="none of the forms"):
        read_best([reader(trial.read, trial.unsure)], path, {})
    with pytest.raises(Refused, match="none of the forms"):
        read_best([reader(trial.read)], written(tmp_path, "lines.csv", b"a,b\n"), {})


def test_a_file_that_must_not_be_opened_starts_no_child(tmp_path, monkeypatch):
    monkeypatch.setattr("subprocess.Popen", lambda *words, **more: pytest.fail("a child was started"))
    for read_file in (lambda path: read_in_child(reader(trial.read), path, {}),
                      lambda path: read_best([reader(trial.read)], path, {}),
                      lambda path: ask_child(trial.environment, path, {})):
        with pytest.raises(Refused, match="cut or damaged"):
            read_file(cut(tmp_path))


def test_a_child_sees_neither_environment_nor_working_folder(path, monkeypatch):
    monkeypatch.setenv("COMMONWEAL_SECRET", "words")
    seen = ask_child(trial.environment, path, {})
    assert seen["folder"] == "/" and seen["length"] == os.path.getsize(path)
    assert seen["isolated"] == 1
    assert [name for name in seen["environment"] if name.startswith(("COMMONWEAL", "PATH", "HOME"))] == []


def test_a_relative_path_is_found(path, monkeypatch):
    monkeypatch.chdir(os.path.dirname(path))
    assert read_in_child(reader(trial.read), "lines.txt", {}).form == "trial"


def test_a_plugin_of_the_instance_is_found_by_the_child(path, tmp_path, monkeypatch):
    folder = tmp_path / "own" / "cantons"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "forms.py").write_text("def heads(path, settings):\n    return ['canton', settings['n']]\n")
    monkeypatch.setattr(plugins, "__path__", [*plugins.__path__, str(tmp_path / "own")])
    from plugins.cantons.forms import heads  # made a moment ago

    try:
        assert ask_child(heads, path, {"n": 1}) == ["canton", 1]
    finally:
        del sys.modules["plugins.cantons.forms"], sys.modules["plugins.cantons"]
