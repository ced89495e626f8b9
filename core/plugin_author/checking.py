"""`commonweal plugin check PATH`: the plugin is tried in a child process, on an instance that is thrown away."""

import os
import subprocess  # noqa: S404 our own child, with fixed arguments
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import plugins
from core.config import make_instance
from core.errors import Refused
from core.language import lazy
from core.plugin_author.findings import Finding, bad

SECONDS = 120


def check_plugin(path: Path | str, seconds: int = SECONDS) -> list[Finding]:
    """What is well and what is not with the plugin in this folder. Refused where the folder holds no plugin.py."""
    folder = Path(path).resolve()
    if not (folder / "plugin.py").is_file():
        raise Refused(lazy("There is no plugin.py in %(folder)s. Name the plugin's own folder.", folder=str(folder)))
    with TemporaryDirectory() as place:
        instance = Path(place).resolve()
        make_instance(instance)
        _gather(instance / "plugins", folder)
        out = instance / "findings"
        ended = _run(instance, folder.name, out, seconds)
        lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    found = [Finding.from_kept(line) for line in lines]
    if ended is not None:
        found.append(bad(lazy("The trial comes to its end"), ended, lazy("a plugin that ends no process, and lets go")))
    return found


def _gather(place, folder):
    """Links to this plugin and to all others that this installation has."""
    place.mkdir()
    (place / folder.name).symlink_to(folder)
    for home in plugins.__path__:
        for other in Path(home).glob("*/plugin.py"):
            if not (place / other.parent.name).exists():
                (place / other.parent.name).symlink_to(other.parent.resolve())


def _run(instance, name, out, seconds):
    """Run the child; None when all went well, else how it ended."""
    clean = {word: value for word, value in os.environ.items() if not word.startswith("COMMONWEAL_")}
    clean["PYTHONPATH"] = os.pathsep.join(sys.path)
    clean["PYTHONDONTWRITEBYTECODE"] = "1"
    try:
        ran = subprocess.run([sys.executable, "-m", "core.plugin_author.trial", str(instance), name, str(out)],  # noqa: S603
                             capture_output=True, text=True, timeout=seconds, env=clean, check=False)
    except subprocess.TimeoutExpired:
        return f"it was stopped after {seconds} seconds"
    if ran.returncode == 0:
        return None
    return f"status {ran.returncode}: {(ran.stderr.strip().splitlines() or ['no words'])[-1]}"
