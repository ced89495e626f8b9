"""Images without what a camera or a program wrote into them.

An image that is attached is drawn anew (`redrawn`). One that lies in a document keeps its pixels, bit by bit; only the
segments beside them go (`stripped`), since drawing dozens of photographs anew takes too long.
"""

import io
import re
import struct

from PIL import Image, ImageOps

from core.errors import Refused
from core.language import lazy

MOST_PIXELS = 40_000_000
JPEG_QUALITY = 90
FORMATS = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "bmp": "BMP", "tif": "TIFF"}
# What each form can hold; all else is turned into the last.
MODES = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "LA", "P", "I;16", "RGB", "RGBA"), "GIF": ("L", "P", "RGB"),
         "BMP": ("1", "L", "P", "RGB"), "TIFF": ("1", "L", "RGBA", "RGB")}
# JFIF's own, and Adobe's, which says how colours are stored: of each the first, so many bytes of it, and what says that
# no preview follows.
KEPT_SEGMENTS = {0xE0: (b"JFIF\0", 12, b"\0\0"), 0xEE: (b"Adobe", 12, b"")}
KEPT_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"IDAT", b"IEND"}
SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
TELLING_BOXES = {b"uuid", b"xml ", b"uinf"}


def redrawn(path, kind) -> bytes:
    """The image as pixels alone: upright, without EXIF, XMP, comments, profiles, previews and what follows its end."""
    Image.MAX_IMAGE_PIXELS = None       # the limit below is lower, and a sentence
    with Image.open(path, formats=[FORMATS[kind]]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused(lazy("The image has %(found)d million pixels; at most %(most)d million are kept. Make it "
                               "smaller, and try again.", found=-(-image.width * image.height // 10**6),
                               most=MOST_PIXELS // 10**6))
        return _drawn(image, FORMATS[kind])


def _drawn(image, form):
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode not in MODES[form]:
        image = image.convert("RGBA" if form == "PNG" else "RGB")
    transparency = image.info.get("transparency")
    image.info = {} if transparency is None or form == "JPEG" else {"transparency": transparency}
    out = io.BytesIO()
    image.save(out, form, **({"quality": JPEG_QUALITY} if form == "JPEG" else {}))
    return out.getvalue()


def stripped(content: bytes) -> tuple[str, bytes] | None:
    """(kind, the same image without what stands beside its pixels); None for a kind that cannot be cleaned, such as
    EMF, WMF and SVG."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg", strip_jpeg(content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png", strip_png(content)
    kind = next((kind for mark, kind in ((b"GIF8", "gif"), (b"BM", "bmp"), (b"II*\0", "tif"), (b"MM\0*", "tif"))
                 if content.startswith(mark)), None)
    if kind is None:
        return None
    with Image.open(io.BytesIO(content), formats=[FORMATS[kind]]) as image:
        return (kind, _drawn(image, FORMATS[kind])) if image.width * image.height <= MOST_PIXELS else None


def strip_jpeg(content: bytes) -> bytes:
    """Without the segments of programs and comments, and without what follows the end of the image."""
    parts, at, heads = [content[:2]], 2, dict(KEPT_SEGMENTS)
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:              # a filling byte
            at += 1
            continue
        if marker == 0xD9:
            return b"".join([*parts, b"\xff\xd9"])
        end = at + 2 + struct.unpack(">H", content[at + 2:at + 4])[0]
        if marker == 0xDA:
            found = SCAN_ENDS.search(content, end)
            end = found.start() if found else len(content)
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            parts.append(content[at:end])
        elif marker in heads and content.startswith(heads[marker][0], at + 4):
            _begins, length, rest = heads.pop(marker)
            head = content[at + 4:end][:length] + rest
            parts.append(struct.pack(">BBH", 0xFF, marker, 2 + len(head)) + head)
        at = end
        if at >= len(content):          # cut after its pixels: programs show it all the same
            return b"".join([*parts, b"\xff\xd9"])
    raise ValueError("no marker where one has to be")


def strip_png(content: bytes) -> bytes:
    """Without texts, times, profiles and what follows the end of the image."""
    parts, at = [content[:8]], 8
    while at + 12 <= len(content):
        length, name = struct.unpack(">I4s", content[at:at + 8])
        if name in KEPT_CHUNKS:
            parts.append(content[at:at + 12 + length])
        at += 12 + length
        if name == b"IEND":
            break
    return b"".join(parts)


def strip_jpeg2000(content: bytes) -> bytes:
    """Without the boxes that hold XML and programs' own; a bare stream of pixels as it is."""
    if content[4:8] != b"jP  ":
        return content
    parts, at = [], 0
    while at + 8 <= len(content):
        length, name = struct.unpack(">I4s", content[at:at + 8])
        if length == 1:
            length = struct.unpack(">Q", content[at + 8:at + 16])[0]
        end = at + length if length >= 8 else len(content)
        if name not in TELLING_BOXES:
            parts.append(content[at:end])
        at = end
    return b"".join(parts)
