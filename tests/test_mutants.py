"""Every mutant still fits the code, so that the night's run proves what it says; and a machine is there for each."""

import subprocess
import sys
import tomllib

import pytest

from tests.paths import ROOT

MUTANTS = [(path.stem, mutant) for path in sorted((ROOT / "tests" / "mutants").glob("*.toml"))
           for mutant in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]]


@pytest.mark.parametrize("mutant", [mutant for _name, mutant in MUTANTS],
                         ids=[f"{name}: {mutant['name']}" for name, mutant in MUTANTS])
def test_the_mutant_stands_in_the_code_once_and_its_machine_is_there(mutant):
    place = ROOT / mutant["file"]
    if mutant["file"].startswith("plugins/") and not place.exists():
        pytest.skip("Its plugin is not there.")
    assert place.read_text(encoding="utf-8").count(mutant["find"]) == 1
    assert mutant["put"] != mutant["find"]
    assert (ROOT / mutant["run"].split()[0]).exists()


def test_no_two_mutants_have_one_name():
    names = [(name, mutant["name"]) for name, mutant in MUTANTS]
    assert len(names) == len(set(names))


def test_a_subject_that_is_not_there_is_refused_and_those_that_are_named():
    told = subprocess.run([sys.executable, "tools/mutants.py", "search", "serch"], cwd=ROOT, capture_output=True,
                          text=True)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == ("There is no serch in tests/mutants. There is: "
                           f"{', '.join(dict.fromkeys(name for name, _mutant in MUTANTS))}.\n")
