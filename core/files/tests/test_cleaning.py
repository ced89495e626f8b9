"""The copy that others get: what tells of its authors is nowhere in it, what it says is."""

import io
import re
import zipfile

import docx
import openpyxl
import pikepdf
import pytest
from PIL import Image

from core.errors import Refused
from core.files.child import convert_in_child
from core.files.cleaning import clean
from core.files.images import stripped
from core.files.kinds import check_attached
from core.files.tests.hostile import a_docx as plain_docx
from core.files.tests.hostile import with_member
from core.files.tests.telling import KEPT, SECRETS, TELLING, a_docx, a_jpg, a_pdf, a_png, a_wide_png, an_xlsx, exif
from core.testing.canary import found_in, unpacked


def copy_of(content, kind, tmp_path):
    """(what was left out, the clean copy) of these bytes, made as at an upload."""
    path = tmp_path / f"file.{kind}"
    path.write_bytes(content)
    said, copy = convert_in_child(clean, str(path), {}, check=check_attached)
    assert said["kind"] == kind
    return said["left_out"], copy


def deep(content) -> bytes:
    """Everything that lies in a file, and in the images in it."""
    return b"\n".join([content, *unpacked(content)])


@pytest.mark.parametrize("kind", TELLING)
def test_nothing_of_who_made_a_file_is_in_the_copy(kind, tmp_path):
    content = TELLING[kind]()
    assert len(found_in(content, SECRETS)) >= 2, "nothing could have leaked"
    _left_out, copy = copy_of(content, kind, tmp_path)
    assert found_in(copy, SECRETS) == []
    assert exif()[20:60] not in deep(copy) and b"Exif" not in deep(copy)
    assert not re.search(rb"docProps|rsid|[cC]omments\.xml|comment(Ref|Range)|people|customXml|/Author|/Metadata|"
                         rb"xmpmeta", deep(copy))


def test_a_word_file_keeps_its_words_with_insertions_and_without_deletions(tmp_path):
    left_out, copy = copy_of(a_docx(), "docx", tmp_path)
    document = docx.Document(io.BytesIO(copy))
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.text] == [
        f"{KEPT}. Inserted sentence.", "The last paragraph."]
    assert "> Seen.<" in document.element.xml
    assert left_out == {"comments": 1, "changes": 3, "hidden": 1}
    assert len(document.inline_shapes) == 1
    with zipfile.ZipFile(io.BytesIO(copy)) as package:
        assert {member.date_time for member in package.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        image = Image.open(io.BytesIO(package.read("word/media/image1.jpg")))
    # Bit by bit the same picture: it is not drawn anew.
    assert image.tobytes() == Image.open(io.BytesIO(a_jpg())).tobytes()


def test_a_field_that_stands_between_keeps_its_neighbours(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("before ")
    for inside in ('<w:fldChar w:fldCharType="begin"/>', "<w:instrText> PAGE </w:instrText>",
                   '<w:fldChar w:fldCharType="separate"/>', "<w:t>4</w:t>", '<w:fldChar w:fldCharType="end"/>'):
        paragraph._p.append(docx.oxml.parse_xml(
            f'<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{inside}</w:r>'))
    out = io.BytesIO()
    document.save(out)
    _left_out, copy = copy_of(out.getvalue(), "docx", tmp_path)
    document = docx.Document(io.BytesIO(copy))
    assert [one.text for one in document.paragraphs] == ["before 4"]
    assert "PAGE" in document.paragraphs[0]._p.xml


def test_a_picture_that_cannot_be_cleaned_stays_behind_and_is_counted(tmp_path):
    document = docx.Document()
    document.add_picture(io.BytesIO(a_png()))
    out = io.BytesIO()
    document.save(out)
    drawn = with_member(out.getvalue(), "word/media/image1.png", b"\1\0\0\0EMF drawn by Zorvanna Quillstrom", True)
    left_out, copy = copy_of(drawn, "docx", tmp_path)
    assert left_out == {"pictures": 1}
    assert found_in(copy, SECRETS) == []
    docx.Document(io.BytesIO(copy))


def test_an_excel_file_keeps_cells_formulas_and_pictures(tmp_path):
    left_out, copy = copy_of(an_xlsx(), "xlsx", tmp_path)
    sheet = openpyxl.load_workbook(io.BytesIO(copy)).active
    assert [[cell.value for cell in row][:2] for row in sheet["A1:B2"]] == [[KEPT, None], [9, "=A2*2"]]
    assert sheet["A1"].comment is None and len(sheet._images) == 1
    assert left_out == {"comments": 1}


def test_a_hidden_sheet_is_told(tmp_path):
    book = openpyxl.Workbook()
    book.create_sheet("Behind").sheet_state = "veryHidden"
    out = io.BytesIO()
    book.save(out)
    left_out, copy = copy_of(out.getvalue(), "xlsx", tmp_path)
    assert left_out == {"hidden_sheets": 1}
    assert openpyxl.load_workbook(io.BytesIO(copy)).sheetnames == ["Sheet", "Behind"]


def test_a_pdf_keeps_pages_links_and_bookmarks(tmp_path):
    left_out, copy = copy_of(a_pdf(), "pdf", tmp_path)
    assert left_out == {"comments": 1}
    with pikepdf.open(io.BytesIO(copy)) as document:
        page = document.pages[0]
        assert KEPT.encode() in page.Contents.read_bytes()
        assert [str(one.A.URI) for one in page.Annots if "/A" in one] == ["https://harbour.example/"]
        assert len(page.Annots) == 2 and list(page.Resources.Font.keys()) == ["/M"]
        assert [item.title for item in document.open_outline().root] == ["First", "Second"]
        assert set(document.trailer.keys()) & {"/Info"} == set()
        assert set(document.Root.keys()) == {"/Type", "/Pages", "/Outlines"} | set(document.Root.keys()) & {"/Names"}
        assert len(document.attachments) == 0


def test_an_image_is_drawn_anew_upright(tmp_path):
    tags = Image.Exif()
    tags[0x0112] = 6                # the camera was held on its side
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG", exif=tags)
    _left_out, copy = copy_of(out.getvalue(), "jpg", tmp_path)
    image = Image.open(io.BytesIO(copy))
    assert image.size == (40, 60) and image.getexif() == {} and copy.endswith(b"\xff\xd9")


def test_a_transparent_image_stays_transparent(tmp_path):
    out = io.BytesIO()
    made = Image.new("P", (9, 9), 1)
    made.putpalette([255, 0, 0, 0, 255, 0])
    made.save(out, "PNG", transparency=1)
    _left_out, copy = copy_of(out.getvalue(), "png", tmp_path)
    assert Image.open(io.BytesIO(copy)).convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_table_is_kept_as_it_is(tmp_path):
    content = "\ufeffday;place\n2027-03-12;Höfn\n".encode()
    assert copy_of(content, "csv", tmp_path) == ({}, content)


REFUSED = {
    "too many pixels": (a_wide_png, "png", "has 41 million pixels; at most 40 million are kept."),
    "a drawing": (lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "png", "a drawing (SVG)"),
    "a drawing as a table": (lambda: b"<svg onload='alert(1)'></svg>", "csv", "a drawing (SVG)"),
    "a page as a table": (lambda: b"<!DOCTYPE html><html></html>", "csv", "a web page"),
    "another image": (lambda: b"GIF89a" + bytes(40), "png", "This image is of a kind that is not kept"),
    "an image as a Word file": (a_png, "docx", "This is a PNG image, but its name ends with .docx."),
    "one image as another": (a_png, "jpg", "This is a PNG image, but its name ends with .jpg."),
    "a PDF as a table": (a_pdf, "csv", "This is a PDF, but its name ends with .csv."),
    "a Word file as a PDF": (plain_docx, "pdf", "This is a Word file (.docx), but its name ends with .pdf."),
    "another kind": (lambda: b"words", "txt", "Files of this kind are not kept here."),
    "no image": (lambda: b"\x89PNG\r\n\x1a\n" + b"no image" * 9, "png", "a viewer for a picture"),
    "no PDF": (lambda: b"%PDF-1.7\nno object\n%%EOF\n", "pdf", "cut or damaged"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_file_of_its_kind_is_refused_in_a_sentence(what, tmp_path):
    make, kind, words = REFUSED[what]
    with pytest.raises(Refused) as refused:
        copy_of(make(), kind, tmp_path)
    assert words in str(refused.value)


def test_a_pdf_under_a_password_is_refused(tmp_path):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(user="harbour", owner="harbour"))
    with pytest.raises(Refused, match="protected by a password"):
        copy_of(out.getvalue(), "pdf", tmp_path)


def test_images_in_documents_lose_what_stands_beside_their_pixels():
    for made in (a_jpg, a_png):
        _kind, clean_bytes = stripped(made())
        assert found_in(clean_bytes, SECRETS) == []
        assert Image.open(io.BytesIO(clean_bytes)).tobytes() == Image.open(io.BytesIO(made())).tobytes()
    assert stripped(b"\1\0\0\0 EMF") is None
