"""What is not to be opened is refused with a sentence, quickly, and without the memory of a parser."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import Refused
from core.files import containers
from core.files.containers import check_file, open_docx
from core.files.tests import hostile
from core.files.tests.hostile import HOSTILE, a_docx, with_member, written

ROOT = Path(__file__).parents[3]
MEGABYTES_AT_MOST = 300


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """{maker: path} of every hostile file, each in a folder of its own."""
    return {make: make(tmp_path_factory.mktemp(make.__name__)) for make in HOSTILE}


def refusal_of(path):
    with pytest.raises(Refused) as refusal:
        check_file(path)
    return str(refusal.value)


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_with_a_sentence_that_fits(make, made):
    assert HOSTILE[make] in refusal_of(made[make])


def test_every_refusal_says_what_to_do(made):
    words = ("Get ", "get ", "Choose", "choose", "Save", "save", "Open ", "Take out", "Check", "rename", "Remove")
    sentences = {refusal_of(path) for path in made.values()}
    assert [sentence for sentence in sentences if not any(word in sentence for word in words)] == []


def test_all_refusals_together_stay_within_time_and_memory(made):
    """In one process, one after the other: its peak is the highest of any, and the time the sum of all."""
    code = ("import sys\nfrom core.files.containers import open_docx\nfrom core.errors import Refused\n"
            "for path in sys.argv[1:]:\n try: open_docx(path); print('opened', path)\n except Refused: pass\n"
            # Not getrusage(): its peak begins with that of the process that started this one.
            "print(next(int(line.split()[1]) // 1024 for line in open('/proc/self/status') if 'VmHWM' in line))")
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code, *made.values()], cwd=ROOT, capture_output=True, text=True,
                          check=True)
    *opened, peak = done.stdout.splitlines()
    assert opened == []
    assert int(peak) < MEGABYTES_AT_MOST
    assert time.monotonic() - began < 5 * len(HOSTILE)


@pytest.mark.parametrize(("name", "content", "kind"), [
    ("a.docx", a_docx(), "docx"), ("A.DOCX", a_docx(), "docx"), ("a.csv", b"number,text\n", "csv"),
    ("a.txt", "Numéros 6.1".encode("utf-16"), "txt"), ("a.md", b"# Report", "txt"), ("a.json", b"[]", "json"),
    ("a.csv", b"No,Text\n1,BM is no image\n", "csv"), ("b.csv", b"BM,Text\n6.1,Ratify it\n", "csv"),
    ("nul.csv", b"number,text\n6.1,Rat\0ify\n6.2,Accede\n", "csv"), ("a.xls", hostile.ole_with("Workbook"), "xls"),
    ("a.docx", with_member(a_docx(), "word/media/image1.emz", b"\x1f\x8b\x08" + bytes(20)), "docx"),
])
def test_an_honest_file_has_its_kind(tmp_path, name, content, kind):
    assert check_file(written(tmp_path, name, content)) == kind


def test_the_words_of_a_docx_may_speak_of_doctypes(tmp_path):
    path = written(tmp_path, "a.docx", a_docx(["Do not write <!DOCTYPE or <!ENTITY"]))
    assert open_docx(path).paragraphs[0].text == "Do not write <!DOCTYPE or <!ENTITY"


def test_the_largest_size_is_the_callers_to_set(tmp_path):
    path = written(tmp_path, "a.docx", a_docx())
    assert check_file(path, largest_bytes=1024 * 1024) == "docx"
    with pytest.raises(Refused, match="at most 0 MB"):
        check_file(path, largest_bytes=1024)


def test_a_package_that_is_no_document_inside_is_refused_when_opened(tmp_path):
    path = written(tmp_path, "a.docx", with_member(a_docx(), "word/document.xml", b"<a><b></a>", replacing=True))
    assert check_file(path) == "docx"
    with pytest.raises(Refused, match="cut or damaged"):
        open_docx(path)


def test_a_text_is_not_opened_as_a_document(tmp_path):
    with pytest.raises(Refused, match="Word files"):
        open_docx(written(tmp_path, "a.txt", b"6.1 Ratify it"))


def test_a_missing_file_is_a_sentence_too(tmp_path):
    assert refusal_of(str(tmp_path / "none.docx")) == "There is no such file. Check the name and the folder."


def test_a_small_member_may_be_well_packed_and_a_large_one_not(tmp_path, monkeypatch):
    package = with_member(a_docx(), "word/media/blank.bmp", bytes(900_000))
    assert check_file(written(tmp_path, "a.docx", package)) == "docx"
    monkeypatch.setattr(containers, "RATIO_COUNTS_FROM", 500_000)
    assert "too large" in refusal_of(written(tmp_path, "b.docx", package))


def test_many_members_of_a_modest_size_count_together(tmp_path, monkeypatch):
    package = a_docx()
    for number in range(4):
        package = with_member(package, f"word/media/noise{number}.bmp", bytes(range(256)) * 1000)
    path = written(tmp_path, "a.docx", package)
    assert check_file(path) == "docx"
    monkeypatch.setattr(containers, "LARGEST_UNPACKED", 1_000_000)
    assert "too large" in refusal_of(path)
