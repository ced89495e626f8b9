"""The wheel, installed into an empty environment, does the main job from another folder."""

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.paths import ROOT, tracked_files

BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """A wheel of the files that git would hand over, with their translations compiled."""
    source, dist = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for path in tracked_files():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, source / path)
    subprocess.run([sys.executable, ROOT / "tools/catalogues.py", source], check=True)
    ran = subprocess.run([sys.executable, "-c", BUILD, dist], cwd=source, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    [made] = dist.glob("commonweal-*.whl")
    return made


@pytest.fixture(scope="module")
def commonweal(wheel, tmp_path_factory):
    """`commonweal(*words)` runs the installed command in a folder far from the project; gives the finished process."""
    environment, elsewhere = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    subprocess.run([Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--offline", "--no-config",
                    "--no-deps", "--python", environment / "bin/python", wheel], check=True)
    # Its dependencies are those of .venv; .pth files in there, which lead to the project, are not read by this.
    [site_packages] = environment.glob("lib/python3*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    clean = {"PATH": f"{environment / 'bin'}:/usr/bin:/bin", "HOME": str(elsewhere), "LANG": "C.UTF-8"}

    def run(*words, program="commonweal", status=0):
        ran = subprocess.run([environment / "bin" / program, *words], cwd=elsewhere, env=clean,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert ran.returncode == status, f"{words}\n{ran.stdout}\n{ran.stderr}"
        return ran

    run.folder = elsewhere
    return run


def test_the_wheel_carries_every_file_of_the_packages(wheel):
    wanted = {path for path in tracked_files() if path.startswith(("core/", "plugins/", "themes/"))
              and "/tests/" not in path}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert wanted - held == set()
    assert {name for name in held if "/tests/" in name} == set()


def test_the_wheel_carries_compiled_translations(wheel):
    held = zipfile.ZipFile(wheel).namelist()
    sources = {name for name in held if name.endswith(".po")}
    assert {name.removesuffix(".po") for name in sources} == {
        name.removesuffix(".mo") for name in held if name.endswith(".mo")}


def test_what_runs_is_the_wheel_and_not_the_project(commonweal):
    told = commonweal("-c", "import core, plugins; print(core.__file__, plugins.__file__)", program="python").stdout
    assert str(ROOT) not in told and "/site-packages/core/__init__.py" in told


def test_the_installed_command_tells_what_it_does(commonweal):
    assert "init" in commonweal("--help").stdout
