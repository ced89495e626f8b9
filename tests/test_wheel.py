"""The wheel, installed into an empty environment, does the main job from another folder."""

import contextlib
import html
import json
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import docx
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

    @contextlib.contextmanager
    def started(*words):
        server = subprocess.Popen([environment / "bin/commonweal", *words], cwd=elsewhere, env=clean,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield server
        finally:
            server.terminate()
            server.wait(timeout=20)

    run.folder, run.started = elsewhere, started
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


ROWS = [
    ("140.1 Plant a tree in every school yard of Meridia (France) (Kenya);", "Supported"),
    ("140.2 Open one public library more in each province (Brazil);", "Noted"),
    ("140.3 Teach every child to swim before it is ten years old (Japan);", "Supported"),
]
LIGHTS = [("140.1", "partial", "Half of the yards have their tree."), ("140.2", "none", ""),
          ("140.3", "implemented", "Seen in four provinces.")]


def write_matrix(path):
    """A matrix as OHCHR prints it in the fourth cycle, of an invented State."""
    document = docx.Document()
    table = document.add_table(rows=1, cols=4)
    table.style = "Table Grid"
    heads = ("Recommendation and recommending State", "Position of the State under review",
             "Human rights themes and groups of persons", "Relevant SDGs")
    for cell, words in zip(table.rows[0].cells, heads, strict=True):
        cell.text = words
    separator = table.add_row().cells
    separator[0].merge(separator[3]).text = "Theme: Right to education"
    for words, position in ROWS:
        cells = table.add_row().cells
        cells[0].text = words
        cells[0].add_paragraph("Source of Position: A/HRC/99/7/Add.1 - Para. 5")
        cells[1].text = position
        cells[2].text = "- Right to education"
        cells[2].add_paragraph("Groups of Persons:")
        cells[2].add_paragraph("- Children")
        cells[3].text = "- 4 - QUALITY EDUCATION"
    document.save(path)


def test_the_installed_command_does_the_main_job(commonweal):
    folder = commonweal.folder
    write_matrix(folder / "matrix.docx")
    sheet = "number,part,light,light_in_practice,comment,evidence\n" + "".join(
        f"{number},,{light},,{comment},\n" for number, light, comment in LIGHTS)
    (folder / "lights.csv").write_text(sheet)
    here = ["--coalition", "meridia"]

    assert "http://127.0.0.1:8000/" in commonweal("init").stdout
    commonweal("coalition", "create", "meridia", "--state", "XMD", "--title", "Meridia")
    uids = [commonweal("organisation", "add", name, *here, "--visibility", "members").stdout.split()[-1]
            for name in ("Lantern", "Open Harbour")]
    bring_in = ["recommendations", "import", "matrix.docx", *here, "--session", "48", "--json"]
    first = json.loads(commonweal(*bring_in).stdout)
    assert (first["new"], first["refused"]) == (3, [])
    again = json.loads(commonweal(*bring_in).stdout)
    assert (again["new"], again["unchanged"]) == (0, 3)
    for uid in uids:
        commonweal("midterm", "share", *here, "--organisation", uid, "--numbers", "all")
        commonweal("midterm", "assess", "lights.csv", *here, "--organisation", uid)
    commonweal("midterm", "agree", "lights.csv", *here)

    exported = json.loads(commonweal("recommendations", "export", *here, "--format", "json").stdout)
    assert [(one["number"], one["states"], one["position"]) for one in exported] == [
        ("140.1", ["FRA", "KEN"], "supported"), ("140.2", ["BRA"], "noted"), ("140.3", ["JPN"], "supported")]
    for form in ("docx", "pdf", "xlsx", "csv", "html", "matrix"):
        commonweal("midterm", "export", *here, "--format", form, "--out", f"annex.{form}")
    assert (folder / "annex.pdf").read_bytes().startswith(b"%PDF")
    assert "Half of the yards have their tree." in (folder / "annex.csv").read_text(encoding="utf-8-sig")
    filled = docx.Document(folder / "annex.matrix").tables[0].rows[2].cells
    assert filled[0].text.startswith("140.1 Plant a tree") and "Half of the yards have their tree." in filled[4].text
    commonweal("doctor")
    commonweal("backup", "create", "all.backup")
    assert (folder / "all.backup").stat().st_size > 0


def test_the_installed_command_writes_a_plugin_that_passes_the_check(commonweal):
    commonweal("plugin", "new", "boards", "--into", "written")
    checked = commonweal("plugin", "check", "written/boards")
    assert "ok   Loaded by a fresh instance: recommendations, midterm, boards" in checked.stdout
    assert "BAD" not in checked.stdout


def test_the_installed_server_answers_with_its_look(commonweal):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with commonweal.started("--instance", "served", "run", "--demo", "--port", str(port)) as server:
        address = f"http://127.0.0.1:{port}/"
        page = answer_of(address, server)
        styles = re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"', page)
        assert styles
        for style in styles:
            assert "{" in answer_of(urllib.parse.urljoin(address, html.unescape(style)), server)


def answer_of(address, server, seconds=40):
    """The text at an address, asked again while the server starts."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert server.poll() is None and time.monotonic() < until, "the server did not start"
            time.sleep(0.1)
