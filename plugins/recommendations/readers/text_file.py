"""Text files from outside: UTF-8, UTF-16 with its mark, else the old Western European code page."""

from core.errors import Refused
from core.files.containers import check_file
from core.language import lazy


def text_of_file(path):
    """The text of a .txt or .md, without NULs; Refused where the file is something else."""
    if check_file(path) != "txt":
        raise Refused(lazy("This form is read from text files (.txt) only."))
    with open(path, "rb") as file:
        content = file.read()
    return _decoded(content).replace("\0", "")


def _decoded(content):
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
