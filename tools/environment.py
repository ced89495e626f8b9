"""Makes `.venv` from requirements.lock, with any Python from 3.11 on: `python3 tools/environment.py`.

Needs nothing but the standard library, so that it runs on a machine where nothing was installed yet. Called again it
looks whether the lock file or the Python changed, and otherwise does nothing.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
OLDEST = (3, 11)

# The installer itself, for a Python that comes without pip and without ensurepip (bare Debian splits both off); it
# runs as it lies. It knows the package index, so this project does not have to.
PIP_WHEEL = ROOT / "tools" / "pip-26.3-py3-none-any.whl"

# The command, as the wheel would install it; the project itself is read where it lies.
COMMAND = """#!/bin/sh
exec "$(dirname "$0")/python" -m core "$@"
"""


def main():
    if sys.version_info < OLDEST:
        return f"Commonweal needs Python 3.11 or newer; {sys.executable} is {platform.python_version()}. " \
               "Name a newer one: make setup PYTHON=python3.12"
    wanted = state_wanted()
    if is_made(wanted):
        return None
    make_venv()
    print("Installing the packages of requirements.lock into .venv (a minute or two, the first time)", file=sys.stderr)
    install(pip_command())
    make_project_importable()
    STAMP.write_text(wanted)
    return None


def state_wanted():
    """What the stamp says when the environment is as it should be: the lock's and this file's fingerprint."""
    return hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def is_made(wanted):
    if not STAMP.exists() or STAMP.read_text() != wanted:
        return False
    return venv_version() is not None and project_file().exists()


def venv_version():
    """(major, minor) of the Python in .venv; None when there is none that runs."""
    try:
        seen = subprocess.run([venv_python(), "-c", "import sys; print(*sys.version_info[:2])"],
                              capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(number) for number in seen.stdout.split())


def venv_python():
    return str(VENV / "bin" / "python")


def make_venv():
    """A .venv whose Python runs; one that stands and is new enough is kept."""
    if (venv_version() or (0, 0)) >= OLDEST:
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    # --without-pip: with pip the call fails where the distribution split ensurepip off.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)


def pip_command():
    """The words that start pip on .venv: its own, else ensurepip's, else this Python's, else the one that lies here."""
    own = [venv_python(), "-m", "pip"]
    if succeeds([*own, "--version"]):
        return own
    if succeeds([venv_python(), "-m", "ensurepip"]):
        return own
    outer = [sys.executable, "-m", "pip", "--python", venv_python()]
    if succeeds([*outer, "--version"]):
        return outer
    return [venv_python(), str(PIP_WHEEL / "pip")]


def succeeds(words):
    return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def install(pip):
    subprocess.run([*pip, "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes",
                    "--only-binary", ":all:", "--requirement", str(LOCK)], check=True)


def make_project_importable():
    project_file().write_text(f"{ROOT}\n")
    command = VENV / "bin" / "commonweal"
    command.write_text(COMMAND)
    command.chmod(0o755)


def project_file():
    [site_packages] = VENV.glob("lib/python3*/site-packages")
    return site_packages / "commonweal.pth"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"Set-up stopped: {' '.join(error.cmd[:4])} … ended with status {error.returncode}. "
                 "What it said stands above; `make setup` goes on from here.")
    except OSError as error:
        sys.exit(f"Set-up stopped: {error}. `make setup` goes on from here.")
