"""A plugin's folder taken away, each in turn: the rest starts, and its tests pass."""

import os
import subprocess
import sys

import pytest

from core.config import Settings
from core.testing.plugin_home import shipped
from tests.paths import ROOT, SHARED, tracked_files

# At night everything; else the pages that all plugins share, and what the other plugins do on an instance, without a
# browser and on one database.
IS_NIGHT = os.environ.get("HYPOTHESIS_PROFILE") == "night"
CHOSEN = [] if IS_NIGHT else ["-m", "house and not browser and not database"]
PLACES = (["core", "plugins", "tests/test_access.py"] if IS_NIGHT
          else ["core/web/tests", "core/tests/test_plugins.py", "plugins"])
QUIET = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", "--no-header", "-W", "ignore"]


@pytest.fixture
def without(tmp_path):
    """`without("midterm")`: the project's folder, copied without this plugin."""
    def copied(name):
        project = tmp_path / "project"
        for path in tracked_files():
            if not path.startswith(f"plugins/{name}/"):
                target = project / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((ROOT / path).read_bytes())
        if SHARED.exists():
            (tmp_path / "shared").symlink_to(SHARED)
        return project
    return copied


def run(project, *words):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COMMONWEAL"))}
    return subprocess.run([sys.executable, "-m", *words], cwd=project, capture_output=True, text=True,
                          env={**environment, "PYTHONDONTWRITEBYTECODE": "1"})


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", shipped())
def test_the_rest_starts_and_its_tests_pass(without, name):
    project = without(name)
    subprocess.run([sys.executable, "tools/catalogues.py"], cwd=project, check=True, capture_output=True)
    started = run(project, "core", "--instance", "fresh", "init")
    assert started.returncode == 0, started.stderr
    listed = run(project, "core", "--instance", "fresh", "plugin", "list")
    for line in listed.stdout.splitlines():
        plugin, _version, words = line.split("\t")
        if plugin == name:
            assert words.startswith(f"The settings name the plugin {name}, and there is none in plugins/.")
    assert {line.split("\t")[0] for line in listed.stdout.splitlines()} == set(Settings.plugins)
    tested = run(project, "pytest", *QUIET, *CHOSEN, *PLACES)
    assert tested.returncode == 0, tested.stdout[-3000:]
    assert " passed" in tested.stdout
