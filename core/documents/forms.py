"""The forms in which a document can be had: the words after --format, and what a browser is told about the file."""

from collections.abc import Callable
from dataclasses import dataclass

from core.documents.csv import write_csv
from core.documents.document import Document
from core.documents.docx import write_docx
from core.documents.html import write_html
from core.documents.pdf import write_pdf
from core.documents.xlsx import write_xlsx


@dataclass(frozen=True)
class Form:
    """`write(document)` gives the file's bytes; the form's name is also the file's suffix."""

    write: Callable[[Document], bytes]
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMS = {
    "docx": Form(write_docx, f"{_OFFICE}.wordprocessingml.document"),
    "pdf": Form(write_pdf, "application/pdf"),
    "xlsx": Form(write_xlsx, f"{_OFFICE}.spreadsheetml.sheet"),
    "csv": Form(write_csv, "text/csv; charset=utf-8"),
    "html": Form(write_html, "text/html; charset=utf-8"),
}
