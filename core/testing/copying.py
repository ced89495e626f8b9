"""An instance copied whole: its folder, and the key file that lies beside it."""

import shutil
from pathlib import Path


def copy_instance(source: Path, place: Path) -> None:
    shutil.copytree(source, place)
    shutil.copy2(source.with_name(f"{source.name}.key"), place.with_name(f"{place.name}.key"))
