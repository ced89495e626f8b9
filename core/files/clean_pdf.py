"""A PDF as others get it: its pages with links, bookmarks, structure and forms, without who made it, when and where.

Written anew from what its pages need, so that earlier states that were saved into it are gone too.
"""

import io
import zlib

import pikepdf
from pikepdf import Name

from core.errors import Refused
from core.files.containers import LOCKED
from core.files.images import strip_jpeg, strip_jpeg2000
from core.language import lazy

KEPT_IN_ROOT = {"/Type", "/Version", "/Pages", "/PageLabels", "/Outlines", "/Dests", "/Names", "/ViewerPreferences",
                "/PageLayout", "/PageMode", "/Lang", "/StructTreeRoot", "/MarkInfo", "/OCProperties", "/AcroForm"}
TELLING = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/CreatorInfo", "/OPI", "/PresSteps", "/XFA",
           "/SigFlags")
# Short ones, which can also be the name of a font: only where a dictionary says what it is.
TELLING_OF_TYPED = ("/AA", "/AF", "/NM", "/M", "/B")
ACTIONS = {"/GoTo", "/GoToR", "/GoToE", "/Launch", "/Thread", "/URI", "/Sound", "/Movie", "/Hide", "/Named",
           "/SubmitForm", "/ResetForm", "/ImportData", "/JavaScript", "/SetOCGState", "/Rendition", "/Trans",
           "/GoTo3DView", "/RichMediaExecute"}
LINKS = ("http://", "https://", "mailto:")
DEEPEST = 40
LARGEST_IMAGE = 100 * 1024 * 1024
IMAGE_FILTERS = {"/DCTDecode": strip_jpeg, "/JPXDecode": strip_jpeg2000}

UNCLEAN = lazy("This PDF holds an image that cannot be cleaned. Print it into a new PDF, and try again.")


def cleaned(path) -> tuple[bytes, dict]:
    """(the PDF anew, how much of what was left out)."""
    try:
        document = pikepdf.open(path)
    except pikepdf.PasswordError:
        raise Refused(LOCKED) from None
    with document:
        counts = {"comments": sum(_keep_links(page) for page in document.pages)}
        _scrub_root(document)
        for thing in document.objects:
            _scrub(thing)
        out = io.BytesIO()
        document.save(out, encryption=False, deterministic_id=True, fix_metadata_version=False,
                      object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue(), counts


def _scrub_root(document):
    root = document.Root
    for key in [key for key in root.keys() if key not in KEPT_IN_ROOT]:
        del root[key]
    if "/Names" in root:        # named places stay; scripts and embedded files lie beside them
        places = root.Names.get("/Dests")
        del root["/Names"]
        if places is not None:
            root.Names = pikepdf.Dictionary(Dests=places)
    for key in [key for key in document.trailer.keys() if key in ("/Info", "/ID")]:
        del document.trailer[key]


def _keep_links(page):
    """Leave links and the fields of forms on the page; gives how many notes, marks and attached files went."""
    annotations = page.obj.get("/Annots")
    if annotations is None:
        return 0
    kept = [one for one in annotations if _is_dictionary(one) and str(one.get("/Subtype")) in ("/Link", "/Widget")
            and str(one.get("/FT")) != "/Sig"]
    gone = sum(_is_dictionary(one) and str(one.get("/Subtype")) not in ("/Link", "/Widget", "/Popup")
               for one in annotations)
    for one in kept:
        if str(one.get("/Subtype")) == "/Link":
            for key in ("/T", "/Contents"):
                if key in one:
                    del one[key]
    page.obj.Annots = pikepdf.Array(kept)
    return gone


def _scrub(thing, depth=0):
    """Take the telling keys from a dictionary or stream, and from what lies directly in it."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(thing, pikepdf.Array):
        _scrub_inside(thing, depth)
        return
    if not _is_dictionary(thing):
        return
    is_typed = any(key in thing for key in ("/Type", "/Subtype", "/FT", "/S"))
    for key in TELLING + TELLING_OF_TYPED * is_typed:
        if key in thing:
            del thing[key]
    if str(thing.get("/S")) in ACTIONS and "/Next" in thing:       # actions that follow; bookmarks have a /Next too
        del thing["/Next"]
    if str(thing.get("/FT")) == "/Sig" and "/V" in thing:
        del thing["/V"]
    action = thing.get("/A")
    if _is_dictionary(action) and str(action.get("/S")) in ACTIONS and not _is_harmless(action):
        del thing["/A"]
    if "/Usage" in thing and "/User" in thing.Usage:
        del thing.Usage["/User"]
    if isinstance(thing, pikepdf.Stream):
        _strip_image(thing)
    _scrub_inside([thing.get(key) for key in thing.keys()], depth)


def _scrub_inside(things, depth):
    for inner in things:
        if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
            _scrub(inner, depth + 1)


def _is_dictionary(thing):
    return isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream))


def _is_harmless(action):
    kind = str(action.get("/S"))
    return kind in ("/GoTo", "/Named") or kind == "/URI" and str(action.get("/URI", "")).lower().startswith(LINKS)


def _strip_image(stream):
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if not set(names) & set(IMAGE_FILTERS):
        return
    content = stream.read_raw_bytes()
    for name in names[:-1]:
        if name != "/FlateDecode":
            raise Refused(UNCLEAN)
        content = zlib.decompressobj().decompress(content, LARGEST_IMAGE)
    last = names[-1]
    if last not in IMAGE_FILTERS:
        raise Refused(UNCLEAN)
    try:
        clean = IMAGE_FILTERS[last](content)
    except (ValueError, IndexError, ArithmeticError) as error:
        raise Refused(UNCLEAN) from error
    parameters = stream.get("/DecodeParms")
    if isinstance(parameters, pikepdf.Array):
        parameters = parameters[-1] if len(parameters) == len(names) else None
    stream.write(clean, filter=Name(last), decode_parms=parameters if _is_dictionary(parameters) else None)
