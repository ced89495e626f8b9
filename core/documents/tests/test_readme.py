import re
from pathlib import Path

from core.documents.forms import FORMS

README = Path(__file__).parent.parent / "README.md"


def test_the_example_of_the_readme_runs():
    examples = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    assert len(examples) == 1
    names = {}
    exec(examples[0], names)
    assert names["word_file"].startswith(b"PK")
    assert [form.write(names["annex"])[:5] for form in FORMS.values()] == [
        b"PK\x03\x04\x14", b"%PDF-", b"PK\x03\x04\x14", b"\xef\xbb\xbfRe", b"<!DOC"]


def test_every_form_has_a_writer_and_a_media_type():
    assert {name: form.media_type for name, form in FORMS.items()} == {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv": "text/csv; charset=utf-8",
        "html": "text/html; charset=utf-8"}


