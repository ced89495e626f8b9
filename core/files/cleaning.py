"""The copy of an attached file that others get. Runs in the child process (core.files.child)."""

from core.files import clean_docx, clean_xlsx
from core.files.images import redrawn
from core.files.kinds import check_attached
from core.files.packages import rewritten

OFFICE = {"docx": clean_docx.RULES, "xlsx": clean_xlsx.RULES}


def clean(path, settings):
    """({"kind": …, "left_out": {what: how many}}, the bytes). What is left out: comments, changes, pictures."""
    kind = check_attached(path)
    if kind in OFFICE:
        content, counts = rewritten(path, OFFICE[kind])
    elif kind == "pdf":
        from core.files.clean_pdf import cleaned  # slow import, for this kind alone
        content, counts = cleaned(path)
    elif kind == "csv":
        with open(path, "rb") as file:
            content, counts = file.read(), {}
    else:
        content, counts = redrawn(path, kind), {}
    return {"kind": kind, "left_out": {what: count for what, count in counts.items() if count}}, content
