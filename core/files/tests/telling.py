"""Files that tell who made them, in every place that is known for it; made anew for each test.

Each gives bytes. SECRETS are the words that others must not get; KEPT is a sentence that they must.
"""

import io
import struct
import zipfile
import zlib

import docx
import openpyxl
import pikepdf
from docx.oxml import parse_xml
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as SheetImage
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

AUTHOR = "Zorvanna Quillstrom"
COMPANY = "Mossbridge Miners Union"
CAMERA = "Vellumcam 900"
PLACE = 61.2345678               # the latitude of a photograph, and what its bytes look like in EXIF
SECRETS = {AUTHOR, COMPANY, CAMERA, "mossbridge-letter", "Deleted sentence of Zorvanna", "Remark by Zorvanna",
           "00AB12CD", "2026-05-17T04:44:00Z"}
KEPT = "The harbour was closed for nine days"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MARKS = f'w:author="{AUTHOR}" w:date="2026-05-17T04:44:00Z" w:id="7"'


def exif() -> bytes:
    tags = Image.Exif()
    tags[ExifTags.Base.Artist], tags[ExifTags.Base.Model] = AUTHOR, CAMERA
    tags.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (61.0, 14.0, 4.44), 3: "E", 4: (21.0, 5.0, 6.0)})
    return tags.tobytes()


def a_jpg(size=(60, 40), follows=b"after the end: Mossbridge Miners Union") -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(
        out, "JPEG", exif=exif(), comment=COMPANY, xmp=f"<x:xmpmeta>{AUTHOR}</x:xmpmeta>".encode(),
        icc_profile=COMPANY.encode())
    return out.getvalue() + follows


def a_png(size=(60, 40)) -> bytes:
    out, words = io.BytesIO(), PngInfo()
    words.add_text("Author", AUTHOR)
    words.add_itxt("XML:com.adobe.xmp", COMPANY, zip=True)
    Image.radial_gradient("L").resize(size).convert("RGBA").save(out, "PNG", pnginfo=words, exif=exif(),
                                                      icc_profile=COMPANY.encode())
    return out.getvalue()


def a_docx() -> bytes:
    """Properties, comment, tracked changes, fields, revision ids, a photograph, a link to a folder, custom parts."""
    document = docx.Document()
    for name in ("author", "last_modified_by", "comments", "keywords", "subject", "title"):
        setattr(document.core_properties, name, AUTHOR)
    paragraph = document.add_paragraph(f"{KEPT}.")
    document.add_comment(paragraph.runs, text="Remark by Zorvanna", author=AUTHOR, initials="ZQ")
    paragraph._p.set(f"{{{paragraph._p.nsmap['w']}}}rsidR", "00AB12CD")
    for xml in (
            f'<w:ins {W} {MARKS}><w:r><w:t xml:space="preserve"> Inserted sentence.</w:t></w:r></w:ins>',
            f'<w:del {W} {MARKS}><w:r><w:delText>Deleted sentence of Zorvanna</w:delText></w:r></w:del>',
            f'<w:fldSimple {W} w:instr=" AUTHOR "><w:r><w:t>{AUTHOR}</w:t></w:r></w:fldSimple>',
            f'<w:r {W}><w:rPr><w:vanish/></w:rPr><w:t>{AUTHOR} unseen</w:t></w:r>',
            f'<w:sdt {W}><w:sdtPr><w:alias w:val="{AUTHOR}"/><w:tag w:val="{COMPANY}"/></w:sdtPr><w:sdtContent>'
            f'<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> Seen.</w:t></w:r></w:sdtContent></w:sdt>'):
        paragraph._p.append(parse_xml(xml))
    field = document.add_paragraph()
    for inside in ('<w:fldChar w:fldCharType="begin"/>', "<w:instrText> FILENAME \\p </w:instrText>",
                   '<w:fldChar w:fldCharType="separate"/>', r"<w:t>C:\mossbridge-letter.docx</w:t>",
                   '<w:fldChar w:fldCharType="end"/>'):
        field._p.append(parse_xml(f"<w:r {W}>{inside}</w:r>"))
    gone = document.add_paragraph()
    gone._p.append(parse_xml(f"<w:pPr {W}><w:rPr><w:del {MARKS}/></w:rPr></w:pPr>"))
    document.add_picture(io.BytesIO(a_jpg()))
    picture = document.inline_shapes[0]._inline
    picture.docPr.set("descr", r"C:\Users\Zorvanna Quillstrom\mossbridge-letter.jpg")
    picture.docPr.set("name", "mossbridge-letter")
    document.part.relate_to("file:///srv/Zorvanna Quillstrom/mossbridge-letter.docx",
                            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", True)
    document.add_paragraph("The last paragraph.")
    out = io.BytesIO()
    document.save(out)
    return _with(out.getvalue(), {
        "docProps/app.xml": f"<Properties xmlns='http://schemas.openxmlformats.org/officeDocument/2006/"
                            f"extended-properties'><Company>{COMPANY}</Company><Manager>{AUTHOR}</Manager>"
                            f"</Properties>",
        "word/settings.xml": f'<w:settings {W}><w:rsids><w:rsid w:val="00AB12CD"/></w:rsids>'
                             f'<w:docVars><w:docVar w:name="who" w:val="{AUTHOR}"/></w:docVars>'
                             '<w:defaultTabStop w:val="720"/></w:settings>',
        "word/theme/theme1.xml": f'<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
                                 f'name="{COMPANY}"><!-- {AUTHOR} --></a:theme>',
        "customXml/item1.xml": f"<who>{AUTHOR}</who>",
        "mossbridge-letter.xml": f"<who>{AUTHOR}</who>"})


def _with(package, parts):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def an_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = book.properties.title = AUTHOR
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["B2"] = KEPT, 9, "=A2*2"
    sheet["A1"].comment = Comment("Remark by Zorvanna", AUTHOR)
    sheet["A3"] = "the letter"
    sheet["A3"].hyperlink = "file:///srv/Zorvanna Quillstrom/mossbridge-letter.xlsx"
    sheet.add_image(SheetImage(Image.open(io.BytesIO(a_png()))), "D4")
    out = io.BytesIO()
    book.save(out)
    workbook = zipfile.ZipFile(out).read("xl/workbook.xml").decode()
    return _with(out.getvalue(), {
        "xl/workbook.xml": workbook.replace("<sheets>", f'<fileSharing userName="{AUTHOR}"/><sheets>', 1),
        "docProps/app.xml": "<Properties xmlns='http://schemas.openxmlformats.org/officeDocument/2006/"
                            f"extended-properties'><Company>{COMPANY}</Company></Properties>"})


def a_pdf() -> bytes:
    """Information, XMP, a note, an attached file, a script, a signature, a photograph, and an earlier state."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(300, 300))
    image = pikepdf.Stream(document, a_jpg(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=60,
                           Height=40, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
                           Filter=pikepdf.Name.DCTDecode)
    image.Metadata = document.make_stream(AUTHOR.encode())
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(M=document.make_indirect(font)),
                                        XObject=pikepdf.Dictionary(I=document.make_indirect(image)))
    page.Contents = document.make_stream(f"BT /M 12 Tf 20 200 Td ({KEPT}) Tj ET q 60 0 0 40 9 9 cm /I Do Q".encode())
    link = {"/Type": pikepdf.Name.Annot, "/Subtype": pikepdf.Name.Link, "/Rect": [0, 0, 9, 9], "/NM": AUTHOR}
    page.Annots = document.make_indirect(pikepdf.Array([
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=AUTHOR,
                           Contents="Remark by Zorvanna"),
        pikepdf.Dictionary({**link, "/A": pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://harbour.example/")}),
        pikepdf.Dictionary({**link, "/A": pikepdf.Dictionary(S=pikepdf.Name.Launch, F="C:/mossbridge-letter.docx")}),
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig, Rect=[0, 0, 9, 9],
                           V=pikepdf.Dictionary(Type=pikepdf.Name.Sig, Name=AUTHOR))]))
    page.obj.PieceInfo = pikepdf.Dictionary(Who=AUTHOR)
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{AUTHOR}')")
    document.attachments["mossbridge-letter.txt"] = AUTHOR.encode()
    with document.open_outline() as outline:
        outline.root += [pikepdf.OutlineItem("First", 0), pikepdf.OutlineItem("Second", 0)]
    with document.open_metadata() as about:
        about["dc:creator"], about["pdf:Producer"] = [AUTHOR], CAMERA
    document.docinfo["/Author"], document.docinfo["/Company"] = AUTHOR, COMPANY
    out = io.BytesIO()
    document.save(out, compress_streams=False)
    return out.getvalue() + f"% {COMPANY}\n".encode()


TELLING = {"docx": a_docx, "xlsx": an_xlsx, "pdf": a_pdf, "png": a_png, "jpg": a_jpg}


def a_wide_png(width=8001, height=5000) -> bytes:
    """The head of an image of 40,005,000 pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head
            + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + struct.pack(">I", 0) + b"IDAT"
            + struct.pack(">I", zlib.crc32(b"IDAT")))
