"""What may be attached: .docx, .xlsx, .csv, .pdf, .png and .jpg, by content; a name that says otherwise is refused."""

import os

from core.errors import Refused
from core.files.containers import KIND_WORDS, LARGEST_BYTES, kind_by_content, read_head
from core.language import lazy

SUFFIXES = {".docx": "docx", ".xlsx": "xlsx", ".csv": "csv", ".pdf": "pdf", ".png": "png", ".jpg": "jpg",
            ".jpeg": "jpg"}
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv", "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg",
}
WORDS = {**KIND_WORDS, "pdf": lazy("a PDF"), "png": lazy("a PNG image"), "jpg": lazy("a JPEG image")}

NOT_KEPT = lazy("Files of this kind are not kept here. Save it as .docx, .xlsx, .csv, .pdf, .png or .jpg, and try "
                "again.")
DRAWING = lazy("This is a drawing (SVG), which can hold programs. Save it as .png or .pdf, and try again.")
OTHER_IMAGE = lazy("This image is of a kind that is not kept here. Save it as .png or .jpg, and try again.")
OTHER_IMAGES = (b"GIF8", b"II*\0", b"MM\0*")


def check_attached(path) -> str:
    """The kind of a file that may be attached: a value of SUFFIXES. Refused, with a sentence, for everything else."""
    head, size = read_head(path, LARGEST_BYTES)
    suffix = os.path.splitext(path)[1].lower()
    found, wanted = _found(path, head, size), SUFFIXES.get(suffix)
    if wanted is None or found not in WORDS or found in ("ods", "xls"):
        raise Refused(NOT_KEPT)
    if found != wanted and not (found == "text" and wanted == "csv"):
        raise Refused(lazy("This is %(found)s, but its name ends with %(suffix)s. Rename it to what it is, or choose "
                           "another file.", found=WORDS[found], suffix=suffix))
    return wanted


def _found(path, head, size):
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if b"%PDF-" in head[:1024] and not head.startswith(b"PK"):
        return "pdf"
    if head.startswith(OTHER_IMAGES) or head[:4] == b"RIFF" and head[8:12] == b"WEBP" or head[4:8] == b"ftyp":
        raise Refused(OTHER_IMAGE)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<svg" in head[:4096].lower():
        raise Refused(DRAWING)
    return kind_by_content(path, head, size)
