import logging
import shutil
import subprocess

import pytest

from core.documents import pdf
from core.documents.document import Cell, Row, Separator, plain
from core.documents.pdf import write_pdf
from core.documents.tests.meridia import PARTIAL, make_annex, make_row
from core.errors import Refused


def text_of(data):
    """What the pages say, in reading order, as poppler finds it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (Debian's poppler-utils) is not installed")
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def test_the_annex_is_a_tagged_pdf_with_title_language_and_our_name():
    data = write_pdf(make_annex())
    assert data.startswith(b"%PDF-") and b"/MarkInfo" in data and b"/StructTreeRoot" in data
    assert b"/Lang(en)" in data and b"pdfuaid" in data and b"(Commonweal)" in data
    assert b"(D:20260302" in data and b"(Meridia: mid-term annex)" in data


def test_every_text_of_the_annex_is_on_the_page():
    said = " ".join(text_of(write_pdf(make_annex())).split())
    for text in ("Meridia: mid-term annex", "By the coalition", "By level of implementation",
                 "In practice: no progress", "Theme: Prisons",
                 "121.10 Consult children & parents <soon> (Peru)", "Partial implementation",
                 "- Children", "One bold and one slanted", "Heron Institute holds another view: the register exists.",
                 "1 / 1"):
        assert text in said


def test_what_a_person_typed_is_never_typst():
    typed = '#panic("x") *a* _b_ $c$ `d` \\ @e <f> // g ]'
    assert typed in text_of(write_pdf(make_annex(make_row("1", "Ratify", PARTIAL, plain(typed)), title=typed)))


def test_head_and_theme_are_repeated_on_each_page():
    rows = [make_row(f"121.{number}", "Ratify the protocol " * 10, PARTIAL, plain("Tabled in May.")) for number in
            range(30)]
    said = text_of(write_pdf(make_annex(Separator("Theme: Prisons", "Prisons"), *rows)))
    pages = said.strip("\f").split("\f")
    assert len(pages) > 2
    assert all("Assessment/comments on level of implementation" in page and "Theme: Prisons" in page for page in pages)


def test_a_comment_longer_than_a_page_loses_nothing():
    row = Row((Cell(), Cell(), Cell(), Cell(tuple(plain(f"Sentence {number}.") for number in range(200)))))
    said = text_of(write_pdf(make_annex(row)))
    assert [number for number in range(200) if f"Sentence {number}.\n" not in said] == []


def test_arabic_is_set_whole_with_latin_within_it():
    comment = "قُدم مشروع القانون إلى اللجنة (A/HRC/55/99)."
    said = text_of(write_pdf(make_annex(make_row("121.4", "Ratify", plain(comment)), lang="ar")))
    assert "A/HRC/55/99" in said and "مشروع" in said.replace("\u202b", "").replace("\u202c", "")


def test_a_letter_that_no_font_has_costs_the_tags_and_not_the_file(caplog):
    missing = "\U0010fff0"          # a private character: no font of any machine has it
    with caplog.at_level(logging.WARNING):
        data = write_pdf(make_annex(make_row("121.4", f"Ratify {missing}")))
    assert data.startswith(b"%PDF-") and b"pdfuaid" not in data
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert missing not in caplog.text and "Ratify" not in caplog.text


def test_the_same_annex_gives_the_same_bytes():
    assert write_pdf(make_annex()) == write_pdf(make_annex())


def test_a_page_that_takes_too_long_is_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.001)
    with pytest.raises(Refused) as refusal:
        write_pdf(make_annex())
    assert str(refusal.value.sentence) == ("The PDF takes too long to make. Export fewer recommendations at a time, "
                                           "or take the Word file.")


def test_a_child_that_fails_is_refused_and_what_it_quotes_stays_out_of_the_log(tmp_path, monkeypatch, caplog):
    broken = tmp_path / "child.py"
    broken.write_text("import sys; print('error: `Two raids in May` is bad', file=sys.stderr); sys.exit(1)")
    monkeypatch.setattr(pdf, "_CHILD", broken)
    with pytest.raises(Refused) as refusal:
        write_pdf(make_annex())
    assert str(refusal.value.sentence) == ("The PDF could not be made. Take the Word file instead, "
                                           "and tell the administrator.")
    assert "typst ended with 1: error: `…` is bad" in caplog.text and "raids" not in caplog.text


def test_the_child_is_held_by_its_memory_limit(tmp_path, monkeypatch):
    child = pdf._CHILD.read_text().replace("MEMORY_BYTES = 1 << 30", "MEMORY_BYTES = 60 << 20")
    narrow = tmp_path / "child.py"
    narrow.write_text(child.replace("Path(__file__).parent", f"Path({str(pdf._CHILD.parent)!r})"))
    monkeypatch.setattr(pdf, "_CHILD", narrow)
    with pytest.raises(Refused):
        write_pdf(make_annex())
