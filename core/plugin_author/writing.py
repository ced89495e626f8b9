"""`commonweal plugin new NAME`: writes a plugin that runs and passes its own tests, for its author to change.

The files lie in template/, each with .txt behind its name, so that nothing takes them for a part of core; its tests in
own_tests/, since the wheel carries no folder named tests.
"""

import re
from pathlib import Path

from core.app import core_tables
from core.errors import Refused
from core.language import lazy
from core.plugins import available

TEMPLATE = Path(__file__).parent / "template"
NAME_IN_TEMPLATE, TITLE_IN_TEMPLATE = "newplugin", "New plugin"
# Without an underscore: no plugin's tables can then begin with the name of another.
NAME = re.compile(r"[a-z][a-z0-9]{1,19}")
OF_CORE = {"core", "coalitions", "people", "help", "original"}


def new_plugin(name: str, place: Path, taken=()) -> Path:
    """Write a plugin of this name into `place`/`name`, and give that folder. `taken`: further words it cannot have.

    Refused when the name cannot be one, is in use, or something lies there already; then nothing is written.
    """
    if not NAME.fullmatch(name):
        raise Refused(lazy("“%(name)s” cannot be a plugin's name. Use 2 to 20 small letters and digits, a letter "
                           "first, such as “boards”: it stands in addresses, tables and commands.", name=name))
    if name in OF_CORE | set(taken) | {model._meta.table_name.partition("_")[0] for model in core_tables()}:
        raise Refused(lazy("“%(name)s” is a word of the house itself. Choose another name.", name=name))
    if name in available():
        raise Refused(lazy("There is a plugin “%(name)s” already. Choose another name.", name=name))
    folder = Path(place) / name
    if folder.exists():
        raise Refused(lazy("%(folder)s is there already. Move it away, or choose another name.", folder=str(folder)))
    for path in sorted(TEMPLATE.rglob("*.txt")):
        target = folder / _renamed(str(path.relative_to(TEMPLATE)), name).removesuffix(".txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_in_order(_renamed(path.read_text(encoding="utf-8"), name)), encoding="utf-8")
    return folder


def _renamed(text, name):
    renamed = text.replace(NAME_IN_TEMPLATE, name).replace(TITLE_IN_TEMPLATE, name.capitalize())
    return re.sub("^own_tests/", "tests/", renamed)


def _in_order(text):
    """The imports from plugins in the order of their names, which the new name may have changed."""
    return re.sub(r"(?:^from plugins\..+\n){2,}", lambda block: "".join(sorted(block[0].splitlines(keepends=True))),
                  text, flags=re.MULTILINE)
